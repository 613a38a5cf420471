// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/update_p.h"

#include <new>
#include <utility>

// Memory that was freed and is used again would hide mistakes from it.
#if defined(__SANITIZE_ADDRESS__)
#    define AXIOM_NO_UPDATE_POOL
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define AXIOM_NO_UPDATE_POOL
#    endif
#endif

namespace Axiom::detail {

namespace {

struct FreeUpdate
{
    FreeUpdate *next;
};

struct FreeList
{
    FreeUpdate *first = nullptr;
    int count = 0;

    void push(void *memory) noexcept
    {
        first = ::new (memory) FreeUpdate{first};
        ++count;
    }
    void *pop() noexcept
    {
        FreeUpdate *memory = std::exchange(first, first->next);
        --count;
        return memory;
    }
};

// Threads hand memory on to one another in bundles, so that a lock is taken once in so many times:
// the magazines of Bonwick and Adams, 2001.
constexpr int bundleSize = 64;
constexpr int mostBundles = 64;

struct Depot
{
    QBasicMutex mutex;
    FreeList bundles[mostBundles];
    int count = 0;
};

Depot depot;

bool giveBundle(FreeList &bundle) noexcept
{
    const QMutexLocker locker(&depot.mutex);
    if (depot.count == mostBundles)
        return false;
    depot.bundles[depot.count++] = std::exchange(bundle, {});
    return true;
}

FreeList takeBundle() noexcept
{
    const QMutexLocker locker(&depot.mutex);
    return depot.count > 0 ? std::exchange(depot.bundles[--depot.count], {}) : FreeList();
}

// Freed without being handed on, as updates may die when the thread's own objects have gone.
thread_local bool stockIsGone = false;

struct Stock
{
    ~Stock()
    {
        stockIsGone = true;
        for (FreeList *list : {&made, &freed}) {
            while (list->first)
                ::operator delete(list->pop());
        }
    }

    FreeList made;  // to be used
    FreeList freed; // to be handed on
};

thread_local Stock stock;

} // namespace

void *Update::operator new(std::size_t size)
{
    Q_ASSERT(size == sizeof(Update));
#ifndef AXIOM_NO_UPDATE_POOL
    if (!stockIsGone) {
        Stock &mine = stock;
        if (!mine.made.first)
            mine.made = mine.freed.first ? std::exchange(mine.freed, {}) : takeBundle();
        if (mine.made.first)
            return mine.made.pop();
    }
#endif
    return ::operator new(size);
}

void Update::operator delete(void *memory) noexcept
{
#ifndef AXIOM_NO_UPDATE_POOL
    if (!stockIsGone) {
        Stock &mine = stock;
        mine.freed.push(memory);
        if (mine.freed.count < bundleSize || giveBundle(mine.freed))
            return;
        while (mine.freed.first)
            ::operator delete(mine.freed.pop());
        return;
    }
#endif
    ::operator delete(memory);
}

} // namespace Axiom::detail
