// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "lanequeue_p.h"

#include "detail/update_p.h"

namespace Axiom::detail {

void LaneQueue::append(Update *update)
{
    UpdateTarget &store = *update->target;
    UpdateTarget::Lane &lane = store.m_lanes[std::size_t(update->priority)];
    const bool wasEmpty = lane.isEmpty();
    const quint64 place = lane.appended++;
    lane.append(update);
    if (!store.m_isParked && (wasEmpty || update->deadline != nanoseconds::max()))
        m_appended.push_back({update->target, update->priority, update->expiry, place, false});
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

void LaneQueue::postpone(ReadyLane lane)
{
    // To ask costs more than to queue: once for all of them is enough.
    if (!m_isObserved)
        m_isObserved = lane.target->isObserved();
    m_ready.insert(std::move(lane));
}

void LaneQueue::putBack(const ReadyLane &lane)
{
    if (lane.updates().isEmpty())
        return;
    m_ready.insert(lane);
    putBackOverdue(lane);
}

void LaneQueue::putBackOverdue(const ReadyLane &lane)
{
    const UpdateTarget::Lane &rest = lane.updates();
    if (!rest.isEmpty())
        m_expiries.insert({lane.target, lane.priority, rest.first->expiry, rest.taken});
}

void LaneQueue::unpark(const std::shared_ptr<UpdateTarget> &store)
{
    store->m_isParked = false;
    for (std::size_t i = 0; i < store->m_lanes.size(); ++i) {
        const UpdateTarget::Lane &lane = store->m_lanes[i];
        quint64 place = lane.taken;
        for (const Update *update = lane.first; update; update = update->next, ++place) {
            if (update == lane.first || update->deadline != nanoseconds::max())
                queue({store, Priority(i), update->expiry, place, store->isCollected(Priority(i))});
        }
    }
}

const ReadyLane *LaneQueue::first()
{
    while (const ReadyLane *lane = m_ready.peek()) {
        const UpdateTarget::Lane &updates = lane->updates();
        if (lane->target->m_isParked || updates.isEmpty()) {
            m_ready.extractMax();
        } else if (lane->place < updates.taken) {
            ReadyLane rest = *m_ready.extractMax();
            rest.deadline = updates.first->expiry;
            rest.place = updates.taken;
            m_ready.insert(std::move(rest));
        } else {
            return lane;
        }
    }
    m_isObserved = false;
    return nullptr;
}

const LaneQueue::Expiry *LaneQueue::firstExpiry()
{
    while (const Expiry *expiry = m_expiries.peek()) {
        const UpdateTarget &store = *expiry->target;
        if (!store.m_isParked
            && expiry->place >= store.m_lanes[std::size_t(expiry->priority)].taken)
            return expiry;
        m_expiries.extractMax();
    }
    return nullptr;
}

std::optional<ReadyLane> LaneQueue::overdue(nanoseconds now)
{
    const Expiry *expiry = firstExpiry();
    if (!expiry || expiry->time > now)
        return std::nullopt;
    return ReadyLane{expiry->target, expiry->priority, expiry->time, expiry->place, false};
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
