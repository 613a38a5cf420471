// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "memorypressuresource.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

#include <optional>

namespace Axiom::detail {

// Where the sources look; tests have them look elsewhere.
struct AXIOM_CORE_EXPORT LinuxPaths
{
    QString mountInfo = QStringLiteral("/proc/self/mountinfo");
    QString cgroup = QStringLiteral("/proc/self/cgroup");
    QString systemPressure = QStringLiteral("/proc/pressure/memory");
    QString memoryInfo = QStringLiteral("/proc/meminfo");
    QByteArray watch = qgetenv("MEMORY_PRESSURE_WATCH");
    QByteArray write = qgetenv("MEMORY_PRESSURE_WRITE");
};

AXIOM_CORE_EXPORT std::vector<std::unique_ptr<MemoryPressureSource>>
linuxSources(const LinuxPaths &paths);

// The memory.pressure of this process's cgroup of version 2; empty when there is none.
AXIOM_CORE_EXPORT QString ownPressureFile(const LinuxPaths &paths);

// "some" or "full" of a file of pressure stall information: the total of waiting, in microseconds.
AXIOM_CORE_EXPORT std::optional<qint64> totalStall(const QByteArray &content,
                                                   const QByteArray &kind);

} // namespace Axiom::detail
