// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "processmemory_p.h"

#ifdef Q_OS_LINUX
#    include <fcntl.h>
#    include <unistd.h>

#    include <algorithm>
#    include <charconv>
#endif
#ifdef __GLIBC__
#    include <malloc.h>
#endif

namespace Axiom::detail {

#ifdef Q_OS_LINUX
namespace {

// By the columns of proc(5).
struct Pages
{
    qint64 size = 0;
    qint64 resident = 0;
    qint64 shared = 0;
};

// Whoever asks may have no memory to ask with.
Pages countPages() noexcept
{
    Pages pages;
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return pages;
    char text[128];
    const ssize_t length = ::read(file, text, sizeof(text));
    ::close(file);
    const char *at = text;
    const char *const end = text + std::max<ssize_t>(length, 0);
    for (qint64 *count : {&pages.size, &pages.resident, &pages.shared}) {
        at = std::from_chars(at, end, *count).ptr;
        if (at != end)
            ++at; // the space
    }
    return pages;
}

} // namespace
#endif

qint64 ProcessMemory::residentBytes() noexcept
{
#ifdef Q_OS_LINUX
    return countPages().resident * sysconf(_SC_PAGESIZE);
#else
    return 0;
#endif
}

qint64 ProcessMemory::anonymousBytes() noexcept
{
#ifdef Q_OS_LINUX
    const Pages pages = countPages();
    return (pages.resident - pages.shared) * sysconf(_SC_PAGESIZE);
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
