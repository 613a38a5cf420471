// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/inbox.h"

#include "../core/detail/later.h"
#include "batchhost.h"
#include "detail/update_p.h"

#include <QtCore/qthread.h>

#include <algorithm>
#include <vector>

namespace Axiom::detail {

namespace {

// With so many updates of a lane in one batch, one in so many is timed: a look at the clock costs
// more than all else that is done under the lock.
constexpr int manyUpdates = 64;
constexpr int timingInterval = 16;

} // namespace

void UpdateList::append(Update *update) noexcept
{
    update->next = nullptr;
    update->previous = last;
    (last ? last->next : first) = update;
    last = update;
}

void UpdateList::append(UpdateList &list) noexcept
{
    if (list.isEmpty())
        return;
    list.first->previous = last;
    (last ? last->next : first) = list.first;
    last = list.last;
    list = {};
}

void UpdateList::remove(Update *update) noexcept
{
    (update->previous ? update->previous->next : first) = update->next;
    (update->next ? update->next->previous : last) = update->previous;
    update->next = update->previous = nullptr;
}

Update *UpdateList::takeFirst() noexcept
{
    Update *update = first;
    if (update) {
        first = std::exchange(update->next, nullptr);
        (first ? first->previous : last) = nullptr;
    }
    return update;
}

void UpdateTarget::Lane::append(UpdateList &updates, int count, std::chrono::nanoseconds expiry)
{
    expiries.append({appended, expiry});
    appended += quint64(count);
    UpdateList::append(updates);
}

Update *UpdateTarget::Lane::takeFirst() noexcept
{
    Update *update = UpdateList::takeFirst();
    ++taken;
    if (!first || (expiries.size() > 1 && expiries.at(1).place == taken))
        expiries.removeFirst();
    return update;
}

std::chrono::nanoseconds UpdateTarget::Lane::firstExpiry() const noexcept
{
    return std::min(first->deadline, expiries.constFirst().time);
}

Announcement::~Announcement() = default;

UpdateTarget::UpdateTarget(std::shared_ptr<Inbox> i) : inbox(std::move(i)) { }

UpdateTarget::~UpdateTarget() = default;

Inbox::Inbox() : m_home(QThread::currentThreadId()) { }

Inbox::~Inbox()
{
    close();
}

UpdateTicket Inbox::submit(std::shared_ptr<UpdateTarget> target, UpdateFunction &&function,
                           const UpdateOptions &options, const UpdateOrigin &origin)
{
    Update *update = Update::create();
    UpdateTicket ticket = UpdateTicket::ofNew(update);
    const auto refuse = [&](UpdateTicket::Status status) {
        update->start();
        finish(update, status);
        Update::releaseEnded(update);
    };
    update->target = std::move(target);
    if (!function) {
        refuse(UpdateTicket::Rejected);
        return ticket;
    }
    update->function = std::move(function);
    update->priority = options.priority;
    if (!options.coalesceKey.isEmpty())
        update->key = options.coalesceKey;
    update->origin = origin;
    update->isFromObserver = isAnnouncing();

    Displaced displaced;
    UpdateTicket::Status refusal = UpdateTicket::Pending;
    try {
        const QMutexLocker locker(&m_mutex);
        bool isPrepared = false;
        refusal = admit(update, options, displaced, isPrepared);
        if (refusal == UpdateTicket::Pending) {
            if (!isPrepared)
                prepare(update, options);
            noteKey(update);
            accept(update);
        }
    } catch (...) {
        {
            const QMutexLocker locker(&m_mutex);
            forgetKey(update);
        }
        update->start();
        Update::release(update);
        finish(displaced);
        throw;
    }
    finish(displaced);
    if (refusal != UpdateTicket::Pending)
        refuse(refusal);
    return ticket;
}

// An event loop that an observer has opened is not the observer.
bool Inbox::isAnnouncing() const
{
    return m_home == QThread::currentThreadId() && m_announcingLoop >= 0
        && m_announcingLoop == QThread::currentThread()->loopLevel();
}

// Finds room for an update, by waiting or at the cost of another one, which is lost only when nothing
// can keep this one from coming in. Pending when it may, else why not.
UpdateTicket::Status Inbox::admit(Update *update, const UpdateOptions &options,
                                  Displaced &displaced, bool &isPrepared)
{
    UpdateTarget &target = *update->target;
    const QByteArray &key = update->key;
    while (m_host && target.acceptsUpdates()) {
        if (!key.isEmpty()) {
            Update *former = m_newest.value(Key{&target, key});
            if (former && !std::exchange(isPrepared, true))
                prepare(update, options);
            if (former && former->start()) {
                displace(former, UpdateTicket::Coalesced, displaced);
                return UpdateTicket::Pending;
            }
        }
        if (target.m_pendingLimit == 0 || target.pendingCount() < target.m_pendingLimit)
            return UpdateTicket::Pending;
        switch (target.m_overflowPolicy) {
        case OverflowPolicy::Reject:
            return UpdateTicket::Rejected;
        case OverflowPolicy::DropOldest:
            if (!std::exchange(isPrepared, true))
                prepare(update, options);
            noteKey(update);
            dropOldest(target, displaced, update);
            return UpdateTicket::Pending;
        case OverflowPolicy::Block:
            // The owner's thread would wait for itself.
            if (m_stalled || m_home == QThread::currentThreadId())
                return UpdateTicket::Rejected;
            // The wait is part of its latency, and costs more than to look at the clock.
            if (std::exchange(update->weight, quint16(1)) == 0)
                update->submitted = m_host->now();
            m_isFull = true;
            if (m_wake < Wake::Timed) {
                m_host->wake();
                m_wake = Wake::Posted;
            }
            target.m_blocked.fetch_add(1);
            if (target.m_pending.load() >= target.m_pendingLimit)
                m_room.wait(m_mutex);
            target.m_blocked.fetch_sub(1);
            isPrepared = false;
        }
    }
    return UpdateTicket::Dropped;
}

// All that may fail, as there may be no memory, but for noteKey().
void Inbox::prepare(Update *update, const UpdateOptions &options)
{
    UpdateTarget &target = *update->target;
    bool isSubmittedNow = false; // else it has waited for room
    if (update->weight == 0) {
        update->weight = nextWeight(target, update->priority);
        isSubmittedNow = update->weight > 0;
        if (isSubmittedNow)
            update->submitted = m_host->now();
    }
    if (!options.deadline.isForever()) {
        // One that has passed already shall count as missed, by however little.
        const std::chrono::nanoseconds remaining(options.deadline.remainingTimeNSecs());
        const auto now = isSubmittedNow ? update->submitted : m_host->now();
        update->deadline =
            later(now, remaining.count() > 0 ? remaining : std::chrono::nanoseconds(-1));
    }
    if (target.m_pendingLimit > 0 && target.m_overflowPolicy == OverflowPolicy::DropOldest) {
        if (target.m_oldest.size() > std::size_t(target.m_pendingLimit) * 2 + 16) {
            std::erase_if(target.m_oldest, [](const UpdateTicket &ticket) {
                return ticket.m_update->started.load(std::memory_order_relaxed);
            });
        }
        target.m_oldest.push_back(UpdateTicket(update));
    }
    const bool urgent = update->priority >= Priority::High || update->deadline < m_delayedUntil
        || !target.m_isCollected.load(std::memory_order_relaxed);
    if (m_wake == Wake::None || (m_wake == Wake::Delayed && urgent)) {
        m_host->wake();
        m_wake = Wake::Posted;
    }
    int &place = target.m_arrivals[std::size_t(update->priority)];
    if (place < 0) {
        m_arrivals.push_back({update->target, update->priority});
        place = int(m_arrivals.size()) - 1;
    }
}

// In the place of a former one it needs no memory. Only of what comes in, as others find it then.
void Inbox::noteKey(Update *update)
{
    if (!update->key.isEmpty())
        m_newest.insert(Key{update->target.get(), update->key}, update);
}

void Inbox::accept(Update *update) noexcept
{
    UpdateTarget &target = *update->target;
    list(update);
    update->counted = true;
    target.m_pending.fetch_add(1, std::memory_order_relaxed);
    update->serial = m_accepted.load(std::memory_order_relaxed) + 1;
    m_accepted.store(update->serial, std::memory_order_relaxed);
}

void Inbox::list(Update *update)
{
    const int place = update->target->m_arrivals[std::size_t(update->priority)];
    Arrival &arrival = m_arrivals[std::size_t(place)];
    arrival.updates.append(update);
    ++arrival.count;
    arrival.withDeadline += update->deadline != std::chrono::nanoseconds::max();
    arrival.isFromObserver |= update->isFromObserver;
}

void Inbox::unlist(Update *update)
{
    const int place = update->target->m_arrivals[std::size_t(update->priority)];
    Arrival &arrival = m_arrivals[std::size_t(place)];
    arrival.updates.remove(update);
    --arrival.count;
    arrival.withDeadline -= update->deadline != std::chrono::nanoseconds::max();
}

// Of how many updates the next one tells the latency: itself and those before it that were not
// timed, 0 when it is not timed either.
quint16 Inbox::nextWeight(UpdateTarget &target, Priority priority)
{
    UpdateTarget::Timing &timing = target.m_timings[std::size_t(priority)];
    if (std::exchange(timing.taken, m_taken) != m_taken)
        timing.interval = std::exchange(timing.inBatch, 0) >= manyUpdates ? timingInterval : 1;
    if (++timing.inBatch == manyUpdates)
        timing.interval = timingInterval;
    ++timing.untimed;
    if (timing.untimed < timing.interval && Sampler::isSampling())
        return 0;
    return quint16(std::exchange(timing.untimed, 0));
}

// For one that was just started. What the coordinator has taken already loses its place there when
// its turn comes; what it has not, at once, so that a flood of them takes no memory.
void Inbox::displace(Update *update, UpdateTicket::Status status, Displaced &displaced)
{
    displaced.ticket = UpdateTicket(update);
    displaced.status = status;
    displaced.wasListed = update->serial > m_taken;
    if (displaced.wasListed)
        unlist(update);
    forgetKey(update);
    // At once, as what takes its place would be one too many for others until then.
    if (std::exchange(update->counted, false))
        countOut(*update->target, status, 1);
}

void Inbox::setPendingLimit(UpdateTarget &target, int limit, OverflowPolicy policy)
{
    std::vector<Displaced> tooMany;
    {
        const QMutexLocker locker(&m_mutex);
        target.m_pendingLimit = limit;
        target.m_overflowPolicy = policy;
        target.m_oldest.clear();
        if (limit > 0 && policy == OverflowPolicy::DropOldest) {
            noteOldest(target);
            int excess = std::max(target.pendingCount() - limit, 0);
            tooMany.reserve(std::size_t(excess));
            for (; excess > 0; --excess) {
                if (!dropOldest(target, tooMany.emplace_back()))
                    break;
            }
        }
        m_room.notify_all();
    }
    for (const Displaced &update : tooMany)
        finish(update);
}

// Those that wait already.
void Inbox::noteOldest(UpdateTarget &target)
{
    std::vector<Update *> waiting;
    const auto note = [&waiting](const UpdateList &list) {
        for (Update *update = list.first; update; update = update->next)
            waiting.push_back(update);
    };
    std::for_each(std::begin(target.m_lanes), std::end(target.m_lanes), note);
    for (const Arrival &arrival : m_arrivals) {
        if (arrival.target.get() == &target)
            note(arrival.updates);
    }
    std::sort(waiting.begin(), waiting.end(),
              [](const Update *a, const Update *b) { return a->serial < b->serial; });
    for (Update *update : waiting)
        target.m_oldest.push_back(UpdateTicket(update));
}

// None but what came before the newest, which may be noted already: all others may be running.
bool Inbox::dropOldest(UpdateTarget &target, Displaced &displaced, const Update *newest)
{
    while (!target.m_oldest.empty() && target.m_oldest.front().m_update != newest) {
        const UpdateTicket oldest = std::move(target.m_oldest.front());
        target.m_oldest.pop_front();
        if (oldest.m_update->start()) {
            displace(oldest.m_update, UpdateTicket::Dropped, displaced);
            return true;
        }
    }
    return false;
}

void Inbox::cancel(Update *update)
{
    // Its place in the queue is given up when its turn comes.
    const std::shared_ptr<UpdateTarget> target = update->target;
    target->inbox->finish(update, UpdateTicket::Cancelled);
}

void Inbox::finish(Update *update, UpdateTicket::Status status)
{
    if (std::exchange(update->counted, false))
        countEnded(*update->target, status, 1);
    else if (status == UpdateTicket::Rejected) // never accepted
        m_ended[status].fetch_add(1, std::memory_order_relaxed);
    update->finish(status);
}

void Inbox::finish(const Displaced &displaced)
{
    if (!displaced.ticket.isValid())
        return;
    finish(displaced.ticket.m_update, displaced.status);
    if (displaced.wasListed)
        Update::releaseEnded(displaced.ticket.m_update);
}

void Inbox::countOut(UpdateTarget &target, UpdateTicket::Status status, int count)
{
    m_ended[status].fetch_add(count, std::memory_order_relaxed);
    if (status == UpdateTicket::Coalesced)
        target.m_coalesced.fetch_add(count, std::memory_order_relaxed);
    target.m_pending.fetch_sub(count);
}

void Inbox::countEnded(UpdateTarget &target, UpdateTicket::Status status, int count)
{
    countOut(target, status, count);
    // Not one by one, which would cost a change of threads each.
    letIn(target, Room::Half);
}

void Inbox::letIn(UpdateTarget &target, Room room)
{
    if (target.m_blocked.load() == 0)
        return;
    const QMutexLocker locker(&m_mutex);
    const int pending = target.m_pending.load();
    if (room == Room::Half ? pending <= target.m_pendingLimit / 2 : pending < target.m_pendingLimit)
        m_room.notify_all();
}

qint64 Inbox::pendingCount() const
{
    qint64 count = m_accepted.load(std::memory_order_relaxed);
    for (const auto status : {UpdateTicket::Applied, UpdateTicket::Cancelled,
                              UpdateTicket::Coalesced, UpdateTicket::Failed, UpdateTicket::Dropped})
        count -= endedCount(status);
    return std::max<qint64>(count, 0); // others may have ended since the first look
}

void Inbox::open(BatchHost *host)
{
    const QMutexLocker locker(&m_mutex);
    m_host = host;
    // What was posted to an application went with it.
    m_wake = Wake::None;
    m_delayedUntil = std::chrono::nanoseconds::max();
}

void Inbox::close()
{
    std::vector<Arrival> arrivals;
    {
        const QMutexLocker locker(&m_mutex);
        m_host = nullptr;
        takeAll(arrivals);
        m_newest.clear();
        m_room.notify_all();
    }
    for (Arrival &arrival : arrivals) {
        while (Update *update = arrival.updates.takeFirst())
            drop(update);
    }
}

void Inbox::drop(Update *update)
{
    forget(update);
    if (update->start())
        finish(update, UpdateTicket::Dropped);
    Update::releaseEnded(update);
}

void Inbox::setStalled(bool stalled)
{
    const QMutexLocker locker(&m_mutex);
    m_stalled = stalled;
    m_room.notify_all();
}

void Inbox::takeAll(std::vector<Arrival> &arrivals)
{
    Q_ASSERT(arrivals.empty());
    m_arrivals.swap(arrivals);
    for (const Arrival &arrival : arrivals)
        arrival.target->m_arrivals[std::size_t(arrival.priority)] = -1;
    m_taken = m_accepted.load(std::memory_order_relaxed);
}

void Inbox::forget(const Update *update)
{
    if (update->key.isEmpty())
        return;
    const QMutexLocker locker(&m_mutex);
    forgetKey(update);
}

void Inbox::forgetKey(const Update *update)
{
    if (update->key.isEmpty())
        return;
    const auto it = m_newest.constFind(Key{update->target.get(), update->key});
    if (it != m_newest.constEnd() && *it == update)
        m_newest.erase(it);
}

} // namespace Axiom::detail
