// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What a flush of a BatchCoordinator does: applies, publishes, tells.

#include "../core/detail/exceptiontext.h"
#include "../core/detail/reservemore.h"
#include "../core/logging_p.h"
#include "batchcoordinator_p.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>

#include <new>

namespace Axiom {

using detail::FlushRecorder;
using detail::Incidents;
using detail::ReadyLane;
using detail::Transaction;
using std::chrono::nanoseconds;

namespace {

// The most rounds of one flush that a store takes part in: observers that enqueue for ever must not
// hang it.
constexpr int maxRounds = 100;

// Updates of a lane before it is another one's turn. Overdue ones get theirs from a small share of
// the slice.
constexpr int updatesPerTurn = 32;
constexpr int overdueUpdatesPerTurn = 4;

// Memory for so many updates is kept from one flush to the next.
constexpr std::size_t mostSpareEnded = 65'536;

// A value for the life of the object.
template <typename T>
class Scoped
{
public:
    Scoped(T &variable, T value)
        : m_variable(variable), m_former(std::exchange(variable, value)) { }
    ~Scoped() { m_variable = m_former; }
    Q_DISABLE_COPY_MOVE(Scoped)

    const T &value() const { return m_variable; }

private:
    T &m_variable;
    const T m_former;
};

} // namespace

// A slot that throws, or figures without memory, must not keep others from being told, nor the flush
// from its end.
template <typename Signal>
void BatchCoordinator::Private::tell(Signal &&signal) noexcept
{
    try {
        signal();
    } catch (...) {
        qCWarning(lcBatch, "BatchCoordinator: an observer threw: %ls",
                  qUtf16Printable(detail::exceptionText(std::current_exception())));
    }
}

// A flush, which an observer of another one may have asked for. One in an event loop that an observer
// has opened is a flush of its own: that loop may run for as long as a dialog is open.
class BatchCoordinator::Private::Depth
{
public:
    explicit Depth(Private &coordinator) : Depth(coordinator, QThread::currentThread()->loopLevel())
    { }

    // Observers that flush what they enqueue: what is left waits for the end of the flushes below,
    // which find that it is a storm. The first of them is not an observer's.
    bool isTooGreat() const { return m_depth.value() > maxRounds + 1; }

private:
    Depth(Private &coordinator, int loop)
        : m_isOwn(coordinator.flushDepth == 0 || loop != coordinator.flushLoop),
          m_depth(coordinator.flushDepth, m_isOwn ? 1 : coordinator.flushDepth + 1),
          m_loop(coordinator.flushLoop, loop),
          m_serial(coordinator.flushSerial,
                   m_isOwn ? ++coordinator.lastFlushSerial : coordinator.flushSerial)
    { }

    const bool m_isOwn;
    const Scoped<int> m_depth; // within the same loop
    const Scoped<int> m_loop;
    const Scoped<quint64> m_serial;
};

// Runs what is ready, and after it what observers enqueue of what it announces. What comes in from
// elsewhere meanwhile waits for the next flush.
void BatchCoordinator::Private::runRounds(Scope scope, nanoseconds until)
{
    const Depth depth(*this);
    if (depth.isTooGreat())
        return;
    drain();
    do {
        cascade = false;
        if (lanes.isEmpty() || !runSlice(scope, until))
            break;
        drain();
    } while (cascade && (until == nanoseconds::max() || host->now() < until));
}

// What waits of the highest priority, and nothing else.
void BatchCoordinator::Private::runCritical()
{
    const Depth depth(*this);
    if (depth.isTooGreat())
        return;
    drain();
    runSlice(Scope::Critical, nanoseconds::max());
}

// Runs what is ready and in scope until the time is up, then announces it. Returns whether there was
// anything to run, and all of it has.
bool BatchCoordinator::Private::runSlice(Scope scope, nanoseconds until)
{
    const nanoseconds start = host->now();
    Transaction &transaction = Transaction::current();
    Slice slice{scope, detail::SliceClock(*host, start, until),
                EndedUpdates(std::exchange(spareEnded, {})), transaction};
    EndedUpdates &ended = slice.ended;
    FlushInfo info;
    bool isDone = true;
    std::optional<FlushRecorder::Scope> recording;
    if (figures.choice().next()) {
        recording.emplace(FlushRecorder::Kind::Flush, figures.choice());
        ended.keepSources();
    }
    const bool wasFlush = transaction.setFlush(true);
    {
        const Scoped announcing(inbox->m_announcingLoop, inbox->m_announcingLoop);
        const Transaction::Level level(transaction);
        isDone = applyLanes(slice);
        figures.countEnded(*inbox, ended);
        info.updates = ended.count();
        info.stores = int(transaction.targetCount());
        info.applyTime = host->now() - start;
        if (recording)
            recording->applied();
        inbox->m_announcingLoop = flushLoop;
    }
    transaction.setFlush(wasFlush);
    const nanoseconds end = host->now();
    info.publishTime = end - start - info.applyTime;
    // What a flush of urgent updates only has left alone waits for its frame as before.
    if (scope >= Scope::Frame) {
        lastFlush = end;
        frameRequested.reset();
    }
    backlog = !lanes.isEmpty() && (scope == Scope::Critical ? backlog : !isDone);

    if (ended.isEmpty()) {
        spareEnded = ended.takeAll();
        return false;
    }
    if (recording) {
        if (FlushRecord *record = recording->record()) {
            tell([&] { figures.describe(*record, ended, *inbox); });
            if (scope == Scope::Frame)
                record->frameBudget = target.frameBudget;
        }
        recording->end();
    }
    if (scope == Scope::Frame && end - start > target.frameBudget)
        ++Incidents::all().frameOverruns;
    tell([&] { figures.flushed(end - start, end); });
    const auto stores = announced(ended, start, end, info.publishTime / std::max(info.stores, 1));
    for (const std::shared_ptr<UpdateTarget> &store : stores) {
        inbox->letIn(*store, detail::Inbox::Room::Any);
        tell([&] { store->flushed(); });
    }
    reportMisses();
    tell([&] { Q_EMIT q->flushed(info); });
    tellMetrics(end);
    return isDone;
}

// A timer's first start takes memory that later ones don't. Where a flush has none, Qt would go on
// with a timer of nobody's.
void BatchCoordinator::Private::prepareToTell()
{
    if (QAbstractEventDispatcher::instance()) {
        tellTimer.start();
        tellTimer.stop();
    }
}

void BatchCoordinator::Private::tellMetrics(nanoseconds now)
{
    if (figures.isToBeTold(now)) {
        tellTimer.stop();
        tell([&] { Q_EMIT q->metricsChanged(); });
    } else {
        tellMetricsLater();
    }
}

// Now would be too soon after the last time; and what has changed may be the last for long.
void BatchCoordinator::Private::tellMetricsLater()
{
    if (!tellTimer.isActive() && QAbstractEventDispatcher::instance())
        tell([&] { tellTimer.start(); });
}

// Returns whether what is in scope is done. Where memory runs out the rest waits for the next slice.
bool BatchCoordinator::Private::applyLanes(Slice &slice) noexcept
{
    const Scoped isApplying(applying, true);
    bool isDone = false;
    try {
        isDone = runLanes(slice);
    } catch (const std::bad_alloc &) {
        qCWarning(lcBatch, "BatchCoordinator: there is no memory to go on: updates wait for some");
    }
    lanes.queueDeferred();
    return isDone;
}

bool BatchCoordinator::Private::runLanes(Slice &slice)
{
    detail::SliceClock &clock = slice.clock;
    const nanoseconds start = clock.now();
    std::optional<ReadyLane> before;
    for (;;) {
        const ReadyLane *first = lanes.first();
        const bool isDone = !first || !isInScope(*first, slice.scope);
        if (isDone || clock.isUp())
            return isDone;
        std::optional<ReadyLane> overdue;
        if (clock.hasTimeForOverdue() && first->priority < Priority::Critical)
            overdue = lanes.overdue(clock.now());
        if (!overdue && slice.scope == Scope::Frame && first->isCollected
            && first->deadline - timerError > start && deferredUntil(*first->target) > start) {
            lanes.deferFirst();
            continue;
        }
        const ReadyLane lane = overdue ? *overdue : lanes.takeFirst();
        // Whatever becomes of its turn.
        const auto putBack = qScopeGuard([&] {
            if (overdue)
                lanes.putBackOverdue(lane);
            else
                lanes.putBack(lane);
        });
        if (!before || !before->isSameLane(lane))
            clock.enterLane();
        runLane(lane, overdue ? overdueUpdatesPerTurn : updatesPerTurn, bool(overdue), slice);
        before = lane;
    }
}

bool BatchCoordinator::Private::isInScope(const ReadyLane &lane, Scope scope) const
{
    switch (scope) {
    case Scope::Critical:
        return lane.priority == Priority::Critical;
    case Scope::Immediate:
        return !lane.isCollected || backlog;
    case Scope::Frame:
    case Scope::All:
        break;
    }
    return true;
}

// Where a threshold of its own asks for batches they span more than a frame: updates that come
// within one are collected without being asked for.
nanoseconds BatchCoordinator::Private::deferredUntil(const UpdateTarget &store) const
{
    nanoseconds until = store.m_pace.deferredUntil(target);
    if (store.m_batchingThreshold > 0 && store.m_pace.mode() == UpdateMode::Batch
        && store.m_pace.lastFlush() > nanoseconds::min())
        until = std::max(until, store.m_pace.lastFlush() + target.maxLatency - target.frameBudget);
    return until;
}

// A lane's turn: so many updates, unless the time is up before.
void BatchCoordinator::Private::runLane(const ReadyLane &readyLane, int most, bool isOverdue,
                                        Slice &slice)
{
    UpdateTarget::Lane &lane = readyLane.updates();
    detail::SliceClock &clock = slice.clock;
    while (most > 0 && !lane.isEmpty() && !clock.isUp()
           && (!isOverdue || clock.hasTimeForOverdue())) {
        const int before = slice.ended.count();
        for (int left = std::min(most, clock.mostUpdates()); left > 0 && !lane.isEmpty(); --left) {
            runFirst(lane, slice);
            --most;
        }
        clock.ran(slice.ended.count() - before, isOverdue);
    }
}

void BatchCoordinator::Private::runFirst(UpdateTarget::Lane &lane, Slice &slice)
{
    // What needs memory comes first: an update that has begun ends.
    slice.ended.reserveOne();
    nanoseconds late(0);
    if (lane.first->deadline != nanoseconds::max()) {
        late = host->now() - lane.first->deadline;
        detail::reserveMore(misses);
    }
    Update *update = lane.takeFirst();
    inbox->forget(update);
    if (!update->start()) {
        Update::releaseEnded(update); // cancelled or coalesced
        return;
    }
    if (late > nanoseconds(0))
        misses.push_back({update->target, update->priority, late});
    slice.ended.add(update, run(update, slice.transaction));
}

UpdateTicket::Status BatchCoordinator::Private::run(Update *update,
                                                    Transaction &transaction) noexcept
{
    UpdateTarget &store = *update->target;
    if (!store.isAlive())
        return UpdateTicket::Dropped;
    try {
        transaction.join(update->target);
        store.apply(update->function.ref());
        return UpdateTicket::Applied;
    } catch (...) {
        try {
            store.reportFailure(std::current_exception());
        } catch (const std::bad_alloc &) {
            qCWarning(lcBatch,
                      "BatchCoordinator: there is no memory to tell that an update failed");
        }
        return UpdateTicket::Failed;
    }
}

// For the updates of a flush: their tickets tell, and the stores' paces learn. Returns the stores.
std::vector<std::shared_ptr<detail::UpdateTarget>>
BatchCoordinator::Private::announced(EndedUpdates &endedUpdates, nanoseconds start, nanoseconds end,
                                     nanoseconds publishingEach)
{
    ++roundSerial;
    std::vector<std::shared_ptr<UpdateTarget>> stores = endedUpdates.takeStores();
    std::vector<EndedUpdates::Ended> ended = endedUpdates.takeAll();
    for (const auto &[update, status] : ended) {
        UpdateTarget &store = *update->target;
        if (std::exchange(store.m_flushedIn, roundSerial) != roundSerial) {
            store.m_pace.flushed(end, end - start, publishingEach, target);
            stores.push_back(update->target);
        }
        tell([&, update = update] {
            figures.delivered(*update, end);
            if (update->isFromObserver)
                countRound(update->target, end);
        });
        tell([update = update, status = status] { update->finish(status); });
        Update::releaseEnded(update);
    }
    ended.clear();
    if (ended.capacity() <= mostSpareEnded)
        spareEnded = std::move(ended);
    return stores;
}

void BatchCoordinator::Private::reportMisses()
{
    if (misses.empty())
        return;
    figures.countDeadlineMisses(qsizetype(misses.size()));
    for (const Miss &miss : std::exchange(misses, {}))
        tell([&] {
            Q_EMIT q->deadlineMissed({miss.target->storeObject(), miss.priority, miss.late});
        });
}

void BatchCoordinator::Private::countRound(const std::shared_ptr<UpdateTarget> &store,
                                           nanoseconds now)
{
    if (std::exchange(store->m_roundSerial, roundSerial) == roundSerial)
        return;
    if (std::exchange(store->m_flushSerial, flushSerial) != flushSerial)
        store->m_rounds = 0;
    if (++store->m_rounds < maxRounds || store->m_isParked)
        return;
    parked.push_back({store, now + target.frameBudget});
    store->m_isParked = true;
    QObject *object = store->storeObject();
    if (!std::exchange(store->m_wasParked, true)) {
        const QString name = object ? object->objectName() : QString();
        qCWarning(lcBatch,
                  "BatchCoordinator: %s \"%ls\" is updated again and again by its own observers; "
                  "the rest waits for the next frame",
                  object ? object->metaObject()->className() : "a store", qUtf16Printable(name));
    }
    ++Incidents::all().updateStorms;
    tell([&] { Q_EMIT q->updateStorm(object); });
}

void BatchCoordinator::Private::unpark(nanoseconds now)
{
    for (std::size_t i = 0; i < parked.size();) {
        if (parked[i].until > now) {
            ++i;
            continue;
        }
        const std::shared_ptr<UpdateTarget> store = parked[i].target;
        lanes.unpark(store); // tried again when there is no memory
        parked.erase(parked.begin() + std::ptrdiff_t(i));
    }
}

} // namespace Axiom
