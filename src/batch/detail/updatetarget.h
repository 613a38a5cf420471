// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_UPDATETARGET_H
#define AXIOM_DETAIL_UPDATETARGET_H

#include "../../core/enums.h"
#include "../../monitor/detail/operationrecorder.h"
#include "../updateticket.h"
#include "updatefunction.h"
#include "updatepace.h"

#include <QtCore/qlist.h>

#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <limits>
#include <memory>

class QObject;

namespace Axiom {
class BatchCoordinator;
} // namespace Axiom

namespace Axiom::detail {

class Inbox;
class Transaction;
struct Update;

// First in, first out; linked through the updates themselves.
struct UpdateList
{
    Update *first = nullptr;
    Update *last = nullptr;

    bool isEmpty() const noexcept { return !first; }
    AXIOM_CORE_EXPORT void append(Update *update) noexcept;
    AXIOM_CORE_EXPORT void append(UpdateList &list) noexcept; // which is empty then
    AXIOM_CORE_EXPORT Update *takeFirst() noexcept;
    AXIOM_CORE_EXPORT void remove(Update *update) noexcept; // one that is in the list
};

// What a published transaction has to tell, one notification at a time.
class AXIOM_CORE_EXPORT Announcement
{
public:
    Announcement() = default;
    virtual ~Announcement();
    Announcement(const Announcement &) = delete;
    Announcement &operator=(const Announcement &) = delete;

    // Delivers the next notification; false when there is none left. It may be entered again from
    // within a delivery, and then goes on after the one under way.
    virtual bool deliverNext() = 0;

private:
    friend class Transaction;

    std::shared_ptr<Announcement> m_next; // that comes after this one
};

// What the coordinator knows of a store: something to apply updates to and to commit.
class AXIOM_CORE_EXPORT UpdateTarget
{
public:
    explicit UpdateTarget(std::shared_ptr<Inbox> inbox);
    virtual ~UpdateTarget();
    UpdateTarget(const UpdateTarget &) = delete;
    UpdateTarget &operator=(const UpdateTarget &) = delete;

    // All on the owner's thread, and only within a transaction.
    virtual bool isAlive() const = 0;
    virtual void apply(MutationRef mutation) = 0; // passes on what the mutation throws
    virtual std::shared_ptr<Announcement> commit() noexcept = 0; // null when nothing is to be told
    virtual void reportFailure(std::exception_ptr error) = 0;
    virtual void flushed() { }                // some of its updates have had their turn
    virtual QObject *storeObject() const = 0; // null when it is no more, or there is none
    // Whether anybody is told of changes; what nobody hears of asks for no frame.
    virtual bool isObserved() const { return true; }

    int pendingCount() const noexcept { return m_pending.load(std::memory_order_relaxed); }
    qint64 coalescedCount() const noexcept { return m_coalesced.load(std::memory_order_relaxed); }
    // The owner's thread.
    const UpdatePace &pace() const noexcept { return m_pace; }
    // Takes the place of PerformanceTarget::batchingThreshold, unless it is 0.
    double batchingThreshold() const noexcept { return m_batchingThreshold; }
    void setBatchingThreshold(double threshold) noexcept { m_batchingThreshold = threshold; }
    // From now on nothing is accepted any more.
    void refuseUpdates() noexcept { m_refuses.store(true, std::memory_order_relaxed); }
    bool acceptsUpdates() const noexcept { return !m_refuses.load(std::memory_order_relaxed); }

    const std::shared_ptr<Inbox> inbox;
    const std::shared_ptr<OperationRecorder> operations = OperationRecorder::create();

private:
    friend class Inbox;
    friend class LaneQueue;
    friend struct ReadyLane;
    friend class Transaction;
    friend class Axiom::BatchCoordinator;

    // This store's waiting updates of one priority. Touched by the owner's thread only.
    struct Lane : UpdateList
    {
        // When those are overdue that came in together, from that place on.
        struct Expiry
        {
            quint64 place;
            std::chrono::nanoseconds time;
        };

        void append(UpdateList &updates, int count, std::chrono::nanoseconds expiry);
        Update *takeFirst() noexcept;
        // Of one that is not empty.
        std::chrono::nanoseconds firstExpiry() const noexcept;

        quint64 appended = 0;
        quint64 taken = 0;
        QList<Expiry> expiries; // the first one is that of the first update
        // Of the LaneQueue: which update the lane was queued for last as its first one, and how.
        quint64 headPlace = std::numeric_limits<quint64>::max();
        bool isHeadCollected = false;
    };

    // Which of a lane's updates are timed: each while few come at once, one in some where many do.
    // With the inbox's mutex held.
    struct Timing
    {
        qint64 taken = 0;
        int inBatch = 0;
        int interval = 1;
        int untimed = 0; // since the last that was
    };

    // Whether updates of that priority wait for the next frame.
    bool isCollected(Priority priority) const noexcept
    {
        return priority < Priority::High && m_pace.mode() != UpdateMode::Immediate;
    }

    std::array<Lane, 5> m_lanes;
    std::array<Timing, 5> m_timings;
    // Where in the inbox those are that have come in, by priority; with its mutex held.
    std::array<int, 5> m_arrivals = {-1, -1, -1, -1, -1};
    std::atomic<int> m_pending = 0;
    std::atomic<qint64> m_coalesced = 0; // of its updates, ever
    std::atomic<bool> m_refuses = false;
    std::atomic<bool> m_isCollected = false; // its updates wait for a frame, see UpdatePace

    // How many may wait, 0 for any number; with the inbox's mutex held.
    int m_pendingLimit = 0;
    OverflowPolicy m_overflowPolicy = OverflowPolicy::Reject;
    std::deque<UpdateTicket> m_oldest; // of those accepted, where the oldest are to be dropped
    std::atomic<int> m_blocked = 0;    // threads that wait for room

    UpdatePace m_pace;
    double m_batchingThreshold = 0;
    int m_arrived = 0;     // among those that are being sorted
    bool m_joined = false; // part of the transaction that is open

    // How often it took part in the flush that is under way; see BatchCoordinator::updateStorm().
    quint64 m_flushedIn = 0;
    quint64 m_flushSerial = 0;
    quint64 m_roundSerial = 0;
    int m_rounds = 0;
    bool m_isParked = false;
    bool m_wasParked = false;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_UPDATETARGET_H
