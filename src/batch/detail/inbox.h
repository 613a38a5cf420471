// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_INBOX_H
#define AXIOM_DETAIL_INBOX_H

#include "../../monitor/updateorigin.h"
#include "../updateoptions.h"
#include "../updateticket.h"
#include "updatetarget.h"

#include <QtCore/qhash.h>
#include <QtCore/qmutex.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <vector>

namespace Axiom {
class BatchHost;
}

namespace Axiom::detail {

// Updates of one store and priority that have come in since the inbox was last emptied.
struct Arrival
{
    std::shared_ptr<UpdateTarget> target;
    Priority priority;
    bool isFromObserver = false; // at least one
    int count = 0;
    int withDeadline = 0;
    UpdateList updates = {};
};

// Where updates wait that no coordinator has looked at yet. Any thread submits; one thread takes.
// It outlives its coordinator: a submission after that is dropped.
class AXIOM_CORE_EXPORT Inbox
{
public:
    Inbox();
    ~Inbox();
    Inbox(const Inbox &) = delete;
    Inbox &operator=(const Inbox &) = delete;

    UpdateTicket submit(std::shared_ptr<UpdateTarget> target, UpdateFunction &&function,
                        const UpdateOptions &options, const UpdateOrigin &origin = {});

    static void cancel(Update *update);

    void setPendingLimit(UpdateTarget &target, int limit, OverflowPolicy policy);

private:
    friend class BatchFigures;
    friend class Axiom::BatchCoordinator;

    // The update that another one takes the place of.
    struct Displaced
    {
        UpdateTicket ticket;
        UpdateTicket::Status status = UpdateTicket::Pending;
        bool wasListed = false;
    };

    // How the coordinator hears of updates: not before somebody wakes it up; by a timer, which is soon
    // enough for what is not urgent, or for anything; or it has been woken up already.
    enum class Wake : quint8 { None, Delayed, Timed, Posted };

    struct Key
    {
        const UpdateTarget *target;
        QByteArray key;
        friend bool operator==(const Key &, const Key &) = default;
        friend size_t qHash(const Key &k, size_t seed = 0) noexcept
        {
            return qHashMulti(seed, k.target, k.key);
        }
    };

    void open(BatchHost *host);
    void close();
    // While nobody makes room, no thread shall wait for any.
    void setStalled(bool stalled);
    bool isAnnouncing() const;
    // With the mutex held, into an empty list whose memory is used again.
    void takeAll(std::vector<Arrival> &arrivals);
    // With the mutex held.
    UpdateTicket::Status admit(Update *update, const UpdateOptions &options, Displaced &displaced,
                               bool &isPrepared);
    void prepare(Update *update, const UpdateOptions &options);
    void noteKey(Update *update);
    void accept(Update *update) noexcept;
    void list(Update *update);
    void unlist(Update *update);
    quint16 nextWeight(UpdateTarget &target, Priority priority);
    void noteOldest(UpdateTarget &target);
    bool dropOldest(UpdateTarget &target, Displaced &displaced, const Update *newest = nullptr);
    void displace(Update *update, UpdateTicket::Status status, Displaced &displaced);
    void forgetKey(const Update *update);
    // Ends an update that has been started; the list's reference stays with the caller.
    void finish(Update *update, UpdateTicket::Status status);
    void finish(const Displaced &displaced); // if there is one
    // The same for the counters only, of several at once.
    void countOut(UpdateTarget &target, UpdateTicket::Status status, int count);
    // As well, and lets in those who wait for room.
    void countEnded(UpdateTarget &target, UpdateTicket::Status status, int count);
    enum class Room : quint8 { Half, Any };
    void letIn(UpdateTarget &target, Room room);
    qint64 endedCount(UpdateTicket::Status status) const
    {
        return m_ended[status].load(std::memory_order_relaxed);
    }
    qint64 acceptedCount() const { return m_accepted.load(std::memory_order_relaxed); }
    qint64 pendingCount() const;
    void drop(Update *update);
    void forget(const Update *update);

    QMutex m_mutex;
    std::condition_variable_any m_room;
    std::vector<Arrival> m_arrivals;
    qint64 m_taken = 0;            // serial of the last update that was taken
    QHash<Key, Update *> m_newest; // waiting updates that have a key, taken ones included
    BatchHost *m_host = nullptr;
    std::chrono::nanoseconds m_delayedUntil = std::chrono::nanoseconds::max();
    Wake m_wake = Wake::None;
    bool m_isFull = false; // a thread waits for room: no time to collect
    bool m_stalled = false;
    int m_announcingLoop = -1; // the level of its event loop; the owner's thread only
    const Qt::HANDLE m_home;
    std::atomic<qint64> m_accepted = 0; // written with the mutex held
    std::array<std::atomic<qint64>, UpdateTicket::Rejected + 1> m_ended = {};
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_INBOX_H
