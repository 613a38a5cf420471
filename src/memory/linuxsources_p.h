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

// Tells events of a trigger from false ones. Its first may be of what had been before it was armed, as
// the kernel's window begins with an old sum: one counts when there was as much stall as the threshold
// since it was armed, or since the last that counted.
class AXIOM_CORE_EXPORT StallThreshold
{
public:
    explicit StallThreshold(qint64 microseconds) : m_threshold(microseconds) { }

    // What is not known counts as nothing when it is armed, and as enough later.
    void arm(std::optional<qint64> total) { m_total = total.value_or(0); }
    bool accepts(std::optional<qint64> total)
    {
        if (total && *total - m_total < m_threshold)
            return false;
        m_total = total.value_or(m_total);
        return true;
    }

private:
    qint64 m_threshold;
    qint64 m_total = 0;
};

} // namespace Axiom::detail
