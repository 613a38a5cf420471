// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "detail/inbox.h"
#include "priorityqueue.h"

#include <optional>
#include <vector>

namespace Axiom::detail {

// A store's updates of one priority that have work. The one to run first is the greatest.
struct ReadyLane
{
    std::shared_ptr<UpdateTarget> target;
    Priority priority;
    std::chrono::nanoseconds deadline; // of the update in that place of it, as long as that waits
    quint64 place;
    bool isCollected; // waits for the next frame

    UpdateTarget::Lane &updates() const { return target->m_lanes[std::size_t(priority)]; }
    bool isSameLane(const ReadyLane &other) const
    {
        return target == other.target && priority == other.priority;
    }

    friend bool operator<(const ReadyLane &a, const ReadyLane &b)
    {
        if (a.isCollected != b.isCollected)
            return a.isCollected;
        return a.priority != b.priority ? a.priority < b.priority : a.deadline > b.deadline;
    }
};

// The lanes of all stores that have work: which is to run next, and which is overdue. A lane is in
// here once for its first update and once for each that has a deadline, which pulls those before it
// along; what is found to be done with, or parked, is passed over.
class LaneQueue
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    // Puts updates in their lane; without deadlines of their own they are overdue from the expiry on.
    // The lane is queued by the call after the last one, when it is known at what pace its store goes.
    void append(Arrival &arrival, nanoseconds expiry);
    void queueAppended();
    // What is left in a lane that had its turn, for which its place was kept.
    void putBack(const ReadyLane &lane) noexcept;
    // The same for one that was overdue, and has kept its place by priority.
    void putBackOverdue(const ReadyLane &lane) noexcept;
    // The first one is left to a later frame, and out of the way until queueDeferred().
    void deferFirst();
    void queueDeferred() noexcept;
    // Lets a store take part again that was parked.
    void unpark(const std::shared_ptr<UpdateTarget> &store);

    // Null when there is no work.
    const ReadyLane *first();
    ReadyLane takeFirst() { return *m_ready.extractMax(); }
    bool isEmpty() { return !first(); }
    // The lane that has been overdue for longest.
    std::optional<ReadyLane> overdue(nanoseconds now);
    // When next a lane is overdue; nanoseconds::max() when nothing waits.
    nanoseconds nextExpiry();

    // Whether anybody observes a store that has had work since the queue was last empty.
    bool isObserved();

    // What was passed over, for the caller to let go of where no lock is held: a store's state may go
    // with it, and others with that.
    [[nodiscard]] std::vector<std::shared_ptr<UpdateTarget>> takePassed()
    {
        return std::exchange(m_passed, {});
    }

private:
    // When a lane becomes overdue, as long as the update in that place of it waits, which keeps the
    // store's core. The first to be so is the greatest.
    struct Expiry
    {
        std::weak_ptr<UpdateTarget> target;
        Priority priority;
        nanoseconds time;
        quint64 place;

        friend bool operator<(const Expiry &a, const Expiry &b) { return a.time > b.time; }
    };

    void queue(const ReadyLane &lane);
    void postpone(ReadyLane lane);
    void queueHead(ReadyLane rest) noexcept;
    const Expiry *firstExpiry();

    std::vector<ReadyLane> m_appended;
    PriorityQueue<ReadyLane> m_ready;
    std::vector<ReadyLane> m_deferred;
    std::vector<std::shared_ptr<UpdateTarget>> m_passed;
    PriorityQueue<Expiry> m_expiries;
    bool m_isObserved = false;
};

} // namespace Axiom::detail
