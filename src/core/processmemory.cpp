// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "processmemory_p.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qfile.h>

#ifdef Q_OS_LINUX
#    include <unistd.h>
#endif
#ifdef __GLIBC__
#    include <malloc.h>
#endif

namespace Axiom::detail {

#ifdef Q_OS_LINUX
namespace {

// Pages, by the columns of proc(5): size, resident, shared.
QList<qint64> pageCounts()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    QList<qint64> counts;
    if (file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        for (const QByteArray &column : file.readAll().split(' '))
            counts.append(column.toLongLong() * sysconf(_SC_PAGESIZE));
    }
    return counts;
}

} // namespace
#endif

qint64 ProcessMemory::residentBytes()
{
#ifdef Q_OS_LINUX
    return pageCounts().value(1);
#else
    return 0;
#endif
}

qint64 ProcessMemory::anonymousBytes()
{
#ifdef Q_OS_LINUX
    const QList<qint64> counts = pageCounts();
    return counts.value(1) - counts.value(2);
#else
    return 0;
#endif
}

void ProcessMemory::trimHeap()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace Axiom::detail
