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

// Memory for a few updates, which one thread gives out in order; any thread takes it back, and when
// all of it has come back it is used again. Few, as a ticket that is kept keeps the whole slab.
struct Slab
{
    static constexpr int capacity = 16;

    struct alignas(Update) Place
    {
        std::byte memory[sizeof(Update)];
    };

    static Slab *of(Update *update, int place) noexcept
    {
        return reinterpret_cast<Slab *>(reinterpret_cast<Place *>(update) - place);
    }

    Place places[capacity];              // first, see of()
    std::atomic<int> missing = capacity; // those not given out yet included
    Slab *next = nullptr;                // in the depot
};

// Empty slabs of all threads: 1 MiB at most.
class Depot
{
public:
    Slab *take()
    {
        {
            const QMutexLocker locker(&m_mutex);
            if (Slab *slab = m_first) {
                m_first = std::exchange(slab->next, nullptr);
                --m_count;
                slab->missing.store(Slab::capacity, std::memory_order_relaxed);
                return slab;
            }
        }
        return new Slab;
    }

    void giveBack(Slab *slab, int places = 1) noexcept
    {
        if (slab->missing.fetch_sub(places, std::memory_order_acq_rel) > places)
            return;
        {
            const QMutexLocker locker(&m_mutex);
            if (m_count < mostSlabs) {
                slab->next = std::exchange(m_first, slab);
                ++m_count;
                return;
            }
        }
        delete slab;
    }

private:
    static constexpr int mostSlabs = (1 << 20) / int(sizeof(Slab));

    QBasicMutex m_mutex;
    Slab *m_first = nullptr;
    int m_count = 0;
};

constinit Depot depot;

// What a thread gives out. Of trivial type, which is reached without asking whether it was made.
struct Open
{
    Slab *slab;
    int used;
    bool isGone; // with the thread's other objects, some of which may enqueue for the last time

    void giveBack() noexcept
    {
        if (const int left = Slab::capacity - std::exchange(used, Slab::capacity); left > 0)
            depot.giveBack(slab, left);
    }
};

constinit thread_local Open open = {nullptr, Slab::capacity, false};

struct OpenGuard
{
    ~OpenGuard()
    {
        open.giveBack();
        open.isGone = true;
    }
    void arm() const noexcept { }
};

thread_local const OpenGuard openGuard;

} // namespace

Update *Update::create()
{
#ifndef AXIOM_NO_UPDATE_POOL
    Open &mine = open;
    if (mine.used == Slab::capacity) {
        mine.slab = depot.take();
        mine.used = 0;
        openGuard.arm();
    }
    const int place = mine.used++;
    auto *update = ::new (mine.slab->places + place) Update;
    update->place = quint8(place);
    if (mine.isGone)
        mine.giveBack();
    return update;
#else
    return new Update;
#endif
}

void Update::destroy(Update *update) noexcept
{
#ifndef AXIOM_NO_UPDATE_POOL
    const int place = update->place;
    update->~Update();
    depot.giveBack(Slab::of(update, place));
#else
    delete update;
#endif
}

} // namespace Axiom::detail
