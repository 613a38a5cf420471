// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "lanequeue_p.h"

#include "../core/detail/reservemore.h"
#include "detail/update_p.h"

#include <algorithm>
#include <new>

namespace Axiom::detail {

void LaneQueue::append(Arrival &arrival, nanoseconds expiry)
{
    if (arrival.updates.isEmpty())
        return;
    UpdateTarget &store = *arrival.target;
    UpdateTarget::Lane &lane = store.m_lanes[std::size_t(arrival.priority)];
    const Update *first = arrival.updates.first;
    quint64 place = lane.appended;
    const bool wasEmpty = lane.isEmpty();
    // What needs memory comes first.
    reserveMore(m_appended, std::size_t(arrival.withDeadline) + 1);
    lane.append(arrival.updates, arrival.count, expiry);
    if (store.m_isParked)
        return;
    const auto add = [&](const Update *update) {
        m_appended.push_back(
            {arrival.target, arrival.priority, std::min(update->deadline, expiry), place, false});
    };
    if (arrival.withDeadline == 0) {
        if (wasEmpty)
            add(first);
        return;
    }
    for (const Update *update = first; update; update = update->next, ++place) {
        if ((wasEmpty && update == first) || update->deadline != nanoseconds::max())
            add(update);
    }
}

void LaneQueue::queueAppended()
{
    for (ReadyLane &lane : m_appended) {
        lane.isCollected = lane.target->isCollected(lane.priority);
        queue(lane);
    }
    m_appended.clear();
}

void LaneQueue::queue(const ReadyLane &lane)
{
    postpone(lane);
    m_expiries.insert({lane.target, lane.priority, lane.deadline, lane.place});
}

void LaneQueue::deferFirst()
{
    reserveMore(m_deferred);
    m_deferred.push_back(takeFirst());
}

void LaneQueue::queueDeferred() noexcept
{
    for (; !m_deferred.empty(); m_deferred.pop_back())
        postpone(std::move(m_deferred.back()));
}

void LaneQueue::postpone(ReadyLane lane)
{
    // To ask costs more than to queue: once for all of them is enough.
    if (!m_isObserved)
        m_isObserved = lane.target->isObserved();
    m_ready.insert(std::move(lane));
}

void LaneQueue::putBack(const ReadyLane &lane) noexcept
{
    if (lane.updates().isEmpty())
        return;
    if (lane.place >= lane.updates().taken)
        m_ready.insert(lane);
    else
        queueHead(lane);
    putBackOverdue(lane);
}

// For what is left of a lane, in the place of an entry whose update is done with. One for the same
// update is enough: each update with a deadline leaves such an entry.
void LaneQueue::queueHead(ReadyLane rest) noexcept
{
    UpdateTarget::Lane &updates = rest.updates();
    if (updates.headPlace == updates.taken && (rest.isCollected || !updates.isHeadCollected))
        return;
    updates.headPlace = updates.taken;
    updates.isHeadCollected = rest.isCollected;
    rest.deadline = updates.firstExpiry();
    rest.place = updates.taken;
    m_ready.insert(std::move(rest));
}

void LaneQueue::putBackOverdue(const ReadyLane &lane) noexcept
{
    const UpdateTarget::Lane &rest = lane.updates();
    if (rest.isEmpty())
        return;
    try {
        m_expiries.insert({lane.target, lane.priority, rest.firstExpiry(), rest.taken});
    } catch (const std::bad_alloc &) {
        // It keeps its place by priority.
    }
}

void LaneQueue::unpark(const std::shared_ptr<UpdateTarget> &store)
{
    store->m_isParked = false;
    for (std::size_t i = 0; i < store->m_lanes.size(); ++i) {
        const UpdateTarget::Lane &lane = store->m_lanes[i];
        quint64 place = lane.taken;
        auto expiry = lane.expiries.cbegin();
        for (const Update *update = lane.first; update; update = update->next, ++place) {
            if (expiry + 1 != lane.expiries.cend() && (expiry + 1)->place == place)
                ++expiry;
            if (update == lane.first || update->deadline != nanoseconds::max())
                queue({store, Priority(i), std::min(update->deadline, expiry->time), place,
                       store->isCollected(Priority(i))});
        }
    }
}

const ReadyLane *LaneQueue::first()
{
    while (const ReadyLane *lane = m_ready.peek()) {
        const UpdateTarget::Lane &updates = lane->updates();
        if (lane->target->m_isParked || updates.isEmpty()) {
            m_passed.push_back(std::move(m_ready.extractMax()->target));
        } else if (lane->place < updates.taken) {
            queueHead(*m_ready.extractMax());
        } else {
            return lane;
        }
    }
    m_isObserved = false;
    // Nothing waits that could become overdue.
    if (m_deferred.empty())
        m_expiries.clear();
    return nullptr;
}

const LaneQueue::Expiry *LaneQueue::firstExpiry()
{
    while (const Expiry *expiry = m_expiries.peek()) {
        if (const std::shared_ptr<UpdateTarget> store = expiry->target.lock()) {
            const bool waits = !store->m_isParked
                && expiry->place >= store->m_lanes[std::size_t(expiry->priority)].taken;
            if (waits)
                return expiry;
            m_passed.push_back(store);
        }
        m_expiries.extractMax();
    }
    return nullptr;
}

std::optional<ReadyLane> LaneQueue::overdue(nanoseconds now)
{
    const Expiry *expiry = firstExpiry();
    if (!expiry || expiry->time > now)
        return std::nullopt;
    return ReadyLane{expiry->target.lock(), expiry->priority, expiry->time, expiry->place, false};
}

LaneQueue::nanoseconds LaneQueue::nextExpiry()
{
    const Expiry *expiry = firstExpiry();
    return expiry ? expiry->time : nanoseconds::max();
}

bool LaneQueue::isObserved()
{
    return first() && m_isObserved;
}

} // namespace Axiom::detail
