// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchcoordinator.h"

#include "../core/logging_p.h"
#include "../monitor/detail/flushrecorder.h"
#include "../monitor/detail/operationrecorder.h"
#include "batchhost.h"
#include "detail/inbox.h"
#include "detail/transaction.h"
#include "detail/update_p.h"
#include "eventloophost_p.h"
#include "priorityqueue.h"
#include "updatepredictor.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

namespace Axiom {

using detail::FlushRecorder;
using detail::Inbox;
using detail::Incidents;
using detail::OperationRecorder;
using detail::Transaction;
using detail::Update;
using detail::UpdateList;
using detail::UpdateTarget;
using std::chrono::nanoseconds;

namespace {

// Updates between two looks at the clock, which costs about as much as a small update.
constexpr int updatesPerClockRead = 32;

// The most rounds of one flush that a store takes part in: observers that enqueue for ever must not
// hang it.
constexpr int maxRounds = 100;

// Memory for so many updates is kept from one flush to the next.
constexpr std::size_t mostSpareDone = 65'536;

// Idle tasks run for so long at a stretch: as if input had just come, which Core does not see.
constexpr nanoseconds idleBudget = std::chrono::milliseconds(5);

void recordOperation(OperationRecorder &operations, OperationType type, nanoseconds duration,
                     nanoseconds now)
{
    if (!OperationRecorder::isEnabled())
        return;
    operations.count(type);
    detail::Sampler &sampler = operations.sampler(type);
    if (Q_UNLIKELY(sampler.next())) {
        const int weight = sampler.weight();
        sampler.measured(now);
        operations.measured(type, duration, {}, weight);
    }
}

// How often QML is told that the figures have moved.
constexpr nanoseconds metricsInterval = std::chrono::milliseconds(250);

// The same for overdue ones, whose share of a slice is small.
constexpr int overdueUpdatesPerClockRead = 4;

// Of a slice, the share in which overdue work goes before work of higher priority.
constexpr int overdueShare = 5;

// Frames that are waited for one that was asked for: a window may be hidden without a word.
constexpr int framesWaitedFor = 2;

// A deadline is aimed at by that much earlier: a timer errs by about a millisecond.
constexpr nanoseconds timerError = std::chrono::milliseconds(1);

// A lane that has work. The one to run first is the greatest.
struct ReadyLane
{
    std::shared_ptr<UpdateTarget> target;
    Priority priority;
    nanoseconds deadline;
    bool isCollected; // waits for the next frame

    friend bool operator<(const ReadyLane &a, const ReadyLane &b)
    {
        if (a.isCollected != b.isCollected)
            return a.isCollected;
        return a.priority != b.priority ? a.priority < b.priority : a.deadline > b.deadline;
    }
};

// When a lane becomes overdue, as long as the update in that place of it waits. The first to be so
// is the greatest.
struct Expiry
{
    std::shared_ptr<UpdateTarget> target;
    Priority priority;
    nanoseconds time;
    quint64 place;

    friend bool operator<(const Expiry &a, const Expiry &b) { return a.time > b.time; }
};

// What setInstance() has set.
thread_local BatchCoordinator *chosenInstance = nullptr;

// The one that instance() has made, until its thread ends.
thread_local BatchCoordinator *ownInstance = nullptr;

} // namespace

class BatchCoordinator::Private
{
public:
    Private(BatchCoordinator *coordinator, std::unique_ptr<BatchHost> batchHost)
        : q(coordinator), host(std::move(batchHost))
    { }

    struct Done
    {
        Update *update;
        UpdateTicket::Status status;
    };
    struct Miss
    {
        std::shared_ptr<UpdateTarget> target;
        Priority priority;
        nanoseconds late;
    };

    // What a slice runs: urgent updates only, all but those that are collected for the next frame,
    // these as well, or those too that are deferred.
    enum class Scope : quint8 { Critical, Immediate, Frame, All };
    struct Parked
    {
        std::shared_ptr<UpdateTarget> target;
        nanoseconds until;
    };
    struct IdleTask
    {
        std::function<void()> run;
        nanoseconds latest;
    };

    void sort(UpdateList list);
    void drain();
    void runRounds(Scope scope, nanoseconds until);
    bool runSlice(Scope scope, nanoseconds until);
    bool isInScope(const ReadyLane &lane, Scope scope) const;
    void queue(const std::shared_ptr<UpdateTarget> &store, Priority priority, nanoseconds deadline,
               quint64 place);
    nanoseconds collectedDueTime() const;
    PerformanceTarget targetOf(const UpdateTarget &store) const;
    nanoseconds deferredUntil(const UpdateTarget &store) const;
    UpdateTicket::Status run(Update *update);
    void countEnded(const std::vector<Done> &done);
    void describe(FlushRecord &record, const std::vector<Done> &done, Scope scope);
    void wokenUp();
    void settle();
    void frameStarts(quintptr window);
    bool waitsForFrame() const;
    void requestFrame(nanoseconds now);
    nanoseconds dueTime(nanoseconds now) const;
    void dropAll();
    static UpdateTarget::Lane &laneOf(const std::shared_ptr<UpdateTarget> &store, Priority priority)
    {
        return store->m_lanes[std::size_t(priority)];
    }
    nanoseconds expiryOf(Priority priority) const;
    void dropStale();
    std::optional<ReadyLane> overdueLane(nanoseconds now) const;
    void runLane(const ReadyLane &lane, int most, std::vector<Done> &done);
    void reportMisses();
    void countRound(const std::shared_ptr<UpdateTarget> &store, nanoseconds now);
    void unpark(nanoseconds now);
    void makeReady(const std::shared_ptr<UpdateTarget> &store);
    bool awaitsFrame() const { return frameRequested && !ready.isEmpty(); }
    void idle();
    void runIdleTasks(nanoseconds until, bool overdueOnly);
    void applicationQuits();

    BatchCoordinator *const q;
    const std::unique_ptr<BatchHost> host;
    const std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
    PriorityQueue<ReadyLane> ready;
    PriorityQueue<Expiry> expiries;
    std::vector<Miss> misses;
    std::vector<Done> spareDone; // memory for the next flush
    std::vector<Parked> parked;
    std::deque<IdleTask> idleTasks;
    UpdatePredictor predictor;
    PerformanceTarget target;
    bool followsDisplay = true;                // until somebody sets the target
    std::optional<nanoseconds> frameRequested; // when; none is under way otherwise
    quintptr frameWindow = 0;                  // whose frames are flushed for
    nanoseconds lastFrame = nanoseconds(0);
    nanoseconds lastFlush = nanoseconds(0);
    nanoseconds lastMetrics = nanoseconds(0);
    quint64 flushSerial = 0;
    quint64 roundSerial = 0;
    int flushDepth = 0;
    bool applying = false;
    bool cascade = false; // observers have enqueued what joins this flush
    bool backlog = false;
    bool asksForIdleTime = false;
    bool everWoken = false;
    bool timerRuns = false;
    bool yield = false;
    Histogram flushTime;
    std::array<Histogram, 5> latency;
    FlushRecorder::Choice flushChoice;
    const std::shared_ptr<OperationRecorder> operations = OperationRecorder::create();
    qint64 coalescedBefore = 0; // the flush that was written down last
    qint64 deadlineMisses = 0;
    qint64 flushes = 0;
    qint64 notifications = 0;
    qint64 rowSignals = 0;
};

/*!
    \class Axiom::BatchCoordinator
    \inmodule AxiomState
    \inheaderfile AxiomState/BatchCoordinator
    \brief Collects updates from all threads and applies them in batches on the event loop.

    Each thread with an event loop has one coordinator, made when first asked for; stores use it by
    themselves. Updates of one store at one priority, a \e lane, run in the order submitted; of
    several lanes the one with the higher priority goes first, and of those the one with the
    earlier deadline. An update without a deadline of its own is due at once when it is Critical,
    after one frame at High priority, three at Normal, 250 ms at Low and 2 s at Idle. So that
    nothing starves, lanes that are overdue go before all but Critical ones for a fifth of each
    slice. A lone update is flushed as soon as the event loop gets to it; a stream of
    them is collected and flushed once a frame, store by store: see StateStore::updateMode. Updates of
    High and Critical priority do not wait for the frame.

    After a flush every store that it changed announces once what has changed. What observers enqueue
    then joins the same flush, as long as there is time; see updateStorm().

    When the application quits, what waits is applied. Updates that come later wait for another event
    loop, or for the end of the application object, which applies them too; after that they are
    dropped, as their tickets say. On other threads that point is the end of the thread.

    \section1 Frames
    In the GUI thread of an application that uses the library \c AxiomState::Quick, a stream is
    flushed right before a window makes its frame, before the scene graph polishes and synchronises
    its items. So a frame shows all of a flush or nothing, and however many updates arrive, a property
    is notified once a frame; a binding is evaluated for each property that it reads and that has
    changed, as QML does.

    The coordinator asks for frames only while updates wait, and only a window that can show one. When
    none comes after all, because the window was hidden or destroyed, a timer flushes after two frames
    or shortly before the first deadline. Several windows share one flush per frame. What a slice had
    no time for goes on with the next frame. Scenes without a window of their own call
    flushForFrame(). Without a window a stream is flushed by a timer, at the same interval.

    Members belong to the coordinator's thread.

    \sa State::enqueue(), PerformanceTarget, FrameSync
*/

/*!
    \class Axiom::PerformanceTarget
    \inmodule AxiomState
    \inheaderfile AxiomState/PerformanceTarget
    \brief What a coordinator aims at.
*/

/*!
    \variable Axiom::PerformanceTarget::frameBudget
    \brief The interval of the display, 16.7 ms at first; until a target is set it follows the
    refresh rate of the windows' screens. What arrives within it is announced together; applying
    takes at most a quarter of it at a stretch, between 2 and 4 ms.
*/

/*!
    \fn std::chrono::nanoseconds Axiom::PerformanceTarget::sliceBudget() const
    Returns for how long a flush applies updates at a stretch: a quarter of frameBudget, between 2 and
    4 ms.
*/

/*!
    \variable Axiom::PerformanceTarget::maxLatency
    \brief The longest an update waits for its batch when nothing else holds the thread up.
*/

/*!
    \variable Axiom::PerformanceTarget::batchingThreshold
    \brief Updates a second from which on they are collected for the next frame.
*/

/*!
    \class Axiom::FlushInfo
    \inmodule AxiomState
    \inheaderfile AxiomState/BatchCoordinator
    \brief What one flush did: updates applied, stores touched, time to apply and to publish.
*/

/*!
    \class Axiom::BatchMetrics
    \inmodule AxiomState
    \inheaderfile AxiomState/BatchCoordinator
    \brief Counts and times since the coordinator was made.

    Every update that was queued ends as exactly one of applied, coalesced, cancelled, failed and
    dropped; \c rejected counts those that were not. \c notifications counts property signals,
    \c rowSignals those of list models. \c flushTime holds how long flushes took, with what they
    announced, and \c latency for each Priority how long it took from enqueue() to the end of the
    announcement. Where many updates of one store and priority come at once, one in 16 is timed and
    counts for 16; the histogram is then that of a sample, and its count an approximate one.
*/

/*!
    Returns the coordinator of the current thread.
*/
BatchCoordinator *BatchCoordinator::instance()
{
    if (chosenInstance)
        return chosenInstance;
    const auto make = [] {
        return std::make_unique<BatchCoordinator>(std::make_unique<detail::EventLoopHost>());
    };
    if (!ownInstance) {
        struct Owner
        {
            ~Owner()
            {
                if (coordinator)
                    ownInstance = nullptr;
            }
            std::unique_ptr<BatchCoordinator> coordinator;
        };
        static thread_local Owner owner;
        const QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() == QThread::currentThread()) {
            // Never deleted: static objects may hold stores that outlive main().
            ownInstance = make().release();
        } else {
            owner.coordinator = make();
            ownInstance = owner.coordinator.get();
            // Not only with the thread's own objects: those go when others may hold the thread to
            // be done, and the application with it.
            connect(
                QThread::currentThread(), &QThread::finished, ownInstance,
                [] {
                    ownInstance = nullptr;
                    owner.coordinator.reset();
                },
                Qt::DirectConnection);
        }
    }
    return ownInstance;
}

/*!
    Makes \a coordinator the one of the current thread, for stores that are made from now on, until it
    is destroyed; null gives the thread its own again. For tests, see VirtualBatchHost.
*/
void BatchCoordinator::setInstance(BatchCoordinator *coordinator)
{
    chosenInstance = coordinator;
}

/*!
    Constructs a coordinator on \a host with the given \a parent, for tests; instance() is what
    applications use.
*/
BatchCoordinator::BatchCoordinator(std::unique_ptr<BatchHost> host, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(host)))
{
    d->host->setCallback([this] { d->wokenUp(); });
    d->host->setFrameCallback([this](quintptr window) { d->frameStarts(window); });
    d->host->setIdleCallback([this] { d->idle(); });
    d->inbox->open(d->host.get());
    if (QCoreApplication *application = QCoreApplication::instance())
        connect(application, &QCoreApplication::aboutToQuit, this,
                [this] { d->applicationQuits(); });
}

BatchCoordinator::~BatchCoordinator()
{
    if (chosenInstance == this)
        chosenInstance = nullptr;
    if (pendingCount() > 0 && !d->everWoken) {
        qCWarning(lcBatch,
                  "BatchCoordinator: %d updates were dropped, as their thread ended without having "
                  "run an event loop; call BatchCoordinator::flush() there",
                  pendingCount());
    }
    d->dropAll();
}

/*!
    Applies and announces everything that is waiting, now. What observers enqueue meanwhile is
    applied too, see updateStorm() for where that ends. Does nothing when called from within an
    update.

    A thread that runs no event loop calls this to have its stores' updates applied.
*/
void BatchCoordinator::flush()
{
    flush(QDeadlineTimer(QDeadlineTimer::Forever));
}

/*!
    Applies and announces what is waiting until \a deadline has passed; the rest is left to the
    event loop. At least 32 updates are applied, or what there is.
*/
void BatchCoordinator::flush(QDeadlineTimer deadline)
{
    if (d->applying)
        return;
    const nanoseconds until = deadline.isForever()
        ? nanoseconds::max()
        : d->host->now() + nanoseconds(deadline.remainingTimeNSecs());
    d->runRounds(Private::Scope::All, until);
    d->settle();
}

/*!
    Applies and announces what is waiting, as before a frame: for at most a quarter of
    PerformanceTarget::frameBudget, between 2 and 4 ms; the rest is left to the next frame. Does
    nothing when called from within an update.

    Windows call it by themselves, see FrameSync. Call it for scenes that have no window of their
    own, before they are rendered: before QQuickRenderControl::polishItems(), a QQuickWidget is
    painted, or QQuickWindow::grabWindow().
*/
void BatchCoordinator::flushForFrame()
{
    if (d->applying)
        return;
    d->runRounds(Private::Scope::Frame, d->host->now() + d->target.sliceBudget());
    d->settle();
}

/*!
    \internal
    Applies and announces waiting Critical updates, now.
*/
void BatchCoordinator::flushCritical()
{
    if (d->applying)
        return;
    d->drain();
    d->runSlice(Private::Scope::Critical, nanoseconds::max());
    d->settle();
}

PerformanceTarget BatchCoordinator::performanceTarget() const
{
    return d->target;
}

/*!
    Sets what the coordinator aims at. A \a target whose budget or latency is not positive is refused
    with a warning. From then on the budget no longer follows the display.
*/
void BatchCoordinator::setPerformanceTarget(const PerformanceTarget &target)
{
    if (target.frameBudget.count() <= 0 || target.maxLatency.count() <= 0) {
        qCWarning(lcBatch, "BatchCoordinator::setPerformanceTarget: times must be positive");
        return;
    }
    d->target = target;
    d->followsDisplay = false;
}

/*!
    \property Axiom::BatchCoordinator::updateRate
    \brief Updates a second that arrive now, a moving average.
*/
qreal BatchCoordinator::updateRate() const
{
    return d->predictor.currentUpdateRate(d->host->now());
}

/*!
    \property Axiom::BatchCoordinator::pendingCount
    \brief The number of updates that wait, of all stores.
*/
int BatchCoordinator::pendingCount() const
{
    return int(d->inbox->pendingCount());
}

/*!
    \property Axiom::BatchCoordinator::metrics
    \brief What has been counted so far.

    Put together when it is read. Notified after a flush, at most four times a second.
*/
BatchMetrics BatchCoordinator::metrics() const
{
    const Inbox &inbox = *d->inbox;
    BatchMetrics metrics;
    metrics.queued = inbox.m_accepted.load(std::memory_order_relaxed);
    metrics.applied = inbox.endedCount(UpdateTicket::Applied);
    metrics.coalesced = inbox.endedCount(UpdateTicket::Coalesced);
    metrics.cancelled = inbox.endedCount(UpdateTicket::Cancelled);
    metrics.failed = inbox.endedCount(UpdateTicket::Failed);
    metrics.dropped = inbox.endedCount(UpdateTicket::Dropped);
    metrics.rejected = inbox.endedCount(UpdateTicket::Rejected);
    metrics.deadlineMisses = d->deadlineMisses;
    metrics.flushTime = d->flushTime;
    metrics.latency = d->latency;
    metrics.flushes = d->flushes;
    metrics.notifications = d->notifications;
    metrics.rowSignals = d->rowSignals;
    return metrics;
}

/*!
    Returns the time from enqueue() to the end of the announcement which \a percent of a hundred
    updates of \a priority did not exceed, in milliseconds; see Histogram. For QML, which may look
    whenever metricsChanged() is emitted.
*/
qreal BatchCoordinator::latencyMilliseconds(Priority priority, qreal percent) const
{
    return double(d->latency[std::size_t(priority)].percentile(percent).count()) / 1e6;
}

/*!
    Returns the time which \a percent of a hundred flushes did not exceed, in milliseconds.
*/
qreal BatchCoordinator::flushMilliseconds(qreal percent) const
{
    return double(d->flushTime.percentile(percent).count()) / 1e6;
}

/*!
    Has \a task run when the thread has nothing else to do: no event, no update and no frame waits.
    Several run in the order posted, for at most 5 ms at a stretch; long work is cut into tasks, each
    of which posts the next. What a task posts waits for the next idle time. On a busy thread a task
    runs after \a latest all the same, and those posted before it with it. What has not run when the
    coordinator dies is dropped; a task that throws is reported by a warning.
*/
void BatchCoordinator::postIdle(std::function<void()> task, std::chrono::milliseconds latest)
{
    if (!task) {
        qCWarning(lcBatch, "BatchCoordinator::postIdle: the task is null");
        return;
    }
    const nanoseconds time = d->host->now() + latest;
    // The order stays: those before it have to run by then too.
    for (auto before = d->idleTasks.rbegin();
         before != d->idleTasks.rend() && before->latest > time; ++before)
        before->latest = time;
    d->idleTasks.push_back({std::move(task), time});
    d->settle();
}

/*! \internal */
const std::shared_ptr<Inbox> &BatchCoordinator::inbox() const
{
    return d->inbox;
}

/*! \internal */
void BatchCoordinator::countNotifications(int count)
{
    d->notifications += count;
}

/*! \internal */
void BatchCoordinator::countRowSignals(int count)
{
    d->rowSignals += count;
}

/*!
    \fn void Axiom::BatchCoordinator::flushed(const Axiom::FlushInfo &info)

    Emitted after waiting updates have been applied and announced; \a info tells what was done.
*/

/*!
    \fn void Axiom::BatchCoordinator::deadlineMissed(const Axiom::DeadlineMiss &miss)

    Emitted after a flush for each of its updates that ran after the deadline it was given: see
    \a miss.
*/

/*!
    \class Axiom::DeadlineMiss
    \inmodule AxiomState
    \inheaderfile AxiomState/BatchCoordinator
    \brief An update that ran after its deadline: its store, null if that is no more, its priority,
    and by how much it was late.
*/

/*!
    \fn void Axiom::BatchCoordinator::updateStorm(QObject *store)

    Emitted when \a store was updated in 100 rounds of one flush, as happens when its observers
    enqueue the next update whenever they hear of the last. Its updates then wait for a frame, so
    that others get their turn. \a store is null when it is no more.
*/

/*!
    \fn void Axiom::BatchCoordinator::metricsChanged()

    Emitted after a flush, at most four times a second.
*/

// Puts what came in into its lanes.
void BatchCoordinator::Private::sort(UpdateList list)
{
    if (list.isEmpty())
        return;
    const nanoseconds now = host->now();
    int count = 0;
    std::vector<UpdateTarget *> stores;
    for (const Update *update = list.first; update; update = update->next) {
        UpdateTarget *store = update->target.get();
        if (store->m_arrivals++ == 0)
            stores.push_back(store);
    }
    for (UpdateTarget *store : stores) {
        store->m_pace.arrived(now, std::exchange(store->m_arrivals, 0), targetOf(*store));
        store->m_isCollected.store(store->m_pace.mode() != UpdateMode::Immediate,
                                   std::memory_order_relaxed);
    }
    while (Update *update = list.takeFirst()) {
        ++count;
        cascade |= update->isFromObserver;
        UpdateTarget::Lane &lane = laneOf(update->target, update->priority);
        // A deadline pulls the whole lane forward: the lane is then queued a second time, and
        // found empty when its other turn comes.
        const bool first = lane.isEmpty();
        const quint64 place = lane.appended++;
        update->expiry = std::min(update->deadline, now + expiryOf(update->priority));
        lane.append(update);
        if (!update->target->m_isParked && (first || update->deadline != nanoseconds::max())) {
            queue(update->target, update->priority, update->expiry, place);
        }
    }
    predictor.record(now, count);
}

void BatchCoordinator::Private::queue(const std::shared_ptr<UpdateTarget> &store, Priority priority,
                                      nanoseconds deadline, quint64 place)
{
    const bool isCollected =
        priority < Priority::High && store->m_pace.mode() != UpdateMode::Immediate;
    ready.insert({store, priority, deadline, isCollected});
    expiries.insert({store, priority, deadline, place});
}

// How long an update may wait that has no deadline of its own, before it is overdue.
nanoseconds BatchCoordinator::Private::expiryOf(Priority priority) const
{
    switch (priority) {
    case Priority::Critical:
        break;
    case Priority::High:
        return target.frameBudget;
    case Priority::Normal:
        return 3 * target.frameBudget;
    case Priority::Low:
        return std::chrono::milliseconds(250);
    case Priority::Idle:
        return std::chrono::seconds(2);
    }
    return nanoseconds(0);
}

// Where a threshold of its own asks for batches they span more than a frame: updates that come
// within one are collected without being asked for.
nanoseconds BatchCoordinator::Private::deferredUntil(const UpdateTarget &store) const
{
    nanoseconds until = store.m_pace.deferredUntil(target);
    if (store.m_batchingThreshold > 0 && store.m_pace.mode() == UpdateMode::Batch)
        until = std::max(until, store.m_pace.lastFlush() + target.maxLatency - target.frameBudget);
    return until;
}

PerformanceTarget BatchCoordinator::Private::targetOf(const UpdateTarget &store) const
{
    PerformanceTarget own = target;
    if (store.m_batchingThreshold > 0)
        own.batchingThreshold = store.m_batchingThreshold;
    return own;
}

// Lanes queued more than once may have been emptied in one turn, and stores parked.
void BatchCoordinator::Private::dropStale()
{
    while (!ready.isEmpty()
           && (ready.peek()->target->m_isParked
               || laneOf(ready.peek()->target, ready.peek()->priority).isEmpty()))
        ready.extractMax();
    while (!expiries.isEmpty()
           && (expiries.peek()->target->m_isParked
               || expiries.peek()->place
                   < laneOf(expiries.peek()->target, expiries.peek()->priority).taken))
        expiries.extractMax();
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
    store->m_isParked = true;
    parked.push_back({store, now + target.frameBudget});
    QObject *object = store->storeObject();
    if (!std::exchange(store->m_wasParked, true)) {
        const QString name = object ? object->objectName() : QString();
        qCWarning(lcBatch,
                  "BatchCoordinator: %s \"%ls\" is updated again and again by its own observers; "
                  "the rest waits for the next frame",
                  object ? object->metaObject()->className() : "a store", qUtf16Printable(name));
    }
    ++Incidents::all().updateStorms;
    Q_EMIT q->updateStorm(object);
}

void BatchCoordinator::Private::unpark(nanoseconds now)
{
    for (std::size_t i = 0; i < parked.size();) {
        if (parked[i].until > now) {
            ++i;
            continue;
        }
        const std::shared_ptr<UpdateTarget> store = std::move(parked[i].target);
        parked.erase(parked.begin() + std::ptrdiff_t(i));
        store->m_isParked = false;
        makeReady(store);
    }
}

void BatchCoordinator::Private::makeReady(const std::shared_ptr<UpdateTarget> &store)
{
    for (std::size_t priority = 0; priority < store->m_lanes.size(); ++priority) {
        const UpdateTarget::Lane &lane = store->m_lanes[priority];
        if (lane.isEmpty())
            continue;
        queue(store, Priority(priority), lane.first->expiry, lane.taken);
    }
}

std::optional<ReadyLane> BatchCoordinator::Private::overdueLane(nanoseconds now) const
{
    const Expiry *first = expiries.peek();
    if (!first || first->time > now)
        return std::nullopt;
    return ReadyLane{first->target, first->priority, first->time, false};
}

void BatchCoordinator::Private::drain()
{
    if (!parked.empty())
        unpark(host->now());
    UpdateList list;
    {
        const QMutexLocker locker(&inbox->m_mutex);
        list = inbox->takeAll();
    }
    sort(list);
}

UpdateTicket::Status BatchCoordinator::Private::run(Update *update)
{
    UpdateTarget &store = *update->target;
    if (!store.isAlive())
        return UpdateTicket::Dropped;
    Transaction::current().join(update->target);
    try {
        store.apply(update->function.ref());
        return UpdateTicket::Applied;
    } catch (...) {
        store.reportFailure(std::current_exception());
        return UpdateTicket::Failed;
    }
}

void BatchCoordinator::Private::runLane(const ReadyLane &readyLane, int most,
                                        std::vector<Done> &done)
{
    UpdateTarget::Lane &lane = laneOf(readyLane.target, readyLane.priority);
    for (; most > 0; --most) {
        Update *update = lane.takeFirst();
        if (!update)
            return;
        ++lane.taken;
        inbox->forget(update);
        if (!update->start()) {
            Update::release(update); // cancelled or coalesced
            continue;
        }
        if (update->deadline != nanoseconds::max()) {
            const nanoseconds late = host->now() - update->deadline;
            if (late > nanoseconds(0))
                misses.push_back({update->target, update->priority, late});
        }
        done.push_back({update, run(update)});
    }
}

void BatchCoordinator::Private::reportMisses()
{
    deadlineMisses += qint64(misses.size());
    Incidents::all().deadlineMisses += qint64(misses.size());
    for (const Miss &miss : std::exchange(misses, {}))
        Q_EMIT q->deadlineMissed({miss.target->storeObject(), miss.priority, miss.late});
}

// Runs what is ready, and after it what observers enqueue of what it announces. What comes in from
// elsewhere meanwhile waits for the next flush.
void BatchCoordinator::Private::runRounds(Scope scope, nanoseconds until)
{
    if (++flushDepth == 1)
        ++flushSerial;
    drain();
    do {
        cascade = false;
        if (ready.isEmpty() || !runSlice(scope, until))
            break;
        drain();
    } while (cascade && (until == nanoseconds::max() || host->now() < until));
    --flushDepth;
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

// Runs what is ready and in scope until the time is up, then announces it. Returns whether there was
// anything to run and time is left.
bool BatchCoordinator::Private::runSlice(Scope scope, nanoseconds until)
{
    std::vector<Done> done = std::exchange(spareDone, {});
    std::vector<ReadyLane> deferred;
    FlushInfo info;
    const nanoseconds start = host->now();
    const bool wasAnnouncing = inbox->m_isAnnouncing;
    bool inTime = true;
    std::optional<FlushRecorder::Scope> recording;
    if (flushChoice.next())
        recording.emplace(FlushRecorder::Kind::Flush, flushChoice);
    const bool wasFlush = Transaction::current().setFlush(true);
    {
        const Transaction::Level level(Transaction::current());
        applying = true;
        const bool limited = until != nanoseconds::max();
        nanoseconds reserve = limited ? (until - start) / overdueShare : nanoseconds(0);
        nanoseconds now = start;
        int sinceClockRead = 0;
        for (dropStale(); inTime && !ready.isEmpty() && isInScope(*ready.peek(), scope);
             dropStale()) {
            std::optional<ReadyLane> overdue;
            if (reserve > nanoseconds(0) && ready.peek()->priority < Priority::Critical)
                overdue = overdueLane(now);
            const ReadyLane lane = overdue ? *overdue : *ready.extractMax();
            if (scope == Scope::Frame && lane.isCollected && lane.deadline - timerError > start
                && deferredUntil(*lane.target) > start) {
                deferred.push_back(lane);
                continue;
            }
            const std::size_t doneBefore = done.size();
            runLane(lane,
                    overdue ? overdueUpdatesPerClockRead : updatesPerClockRead - sinceClockRead,
                    done);
            sinceClockRead += std::max(1, int(done.size() - doneBefore));
            // One that was overdue has kept its place in the queue by priority.
            const UpdateTarget::Lane &rest = laneOf(lane.target, lane.priority);
            if (!rest.isEmpty()) {
                if (!overdue)
                    ready.insert(
                        {lane.target, lane.priority, rest.first->expiry, lane.isCollected});
                expiries.insert({lane.target, lane.priority, rest.first->expiry, rest.taken});
            }
            if (overdue || sinceClockRead >= updatesPerClockRead) {
                sinceClockRead = 0;
                const nanoseconds before = std::exchange(now, host->now());
                if (overdue)
                    reserve -= now - before;
                inTime = !limited || now < until;
            }
        }
        applying = false;
        countEnded(done);
        info.updates = int(done.size());
        info.stores = int(Transaction::current().targetCount());
        info.applyTime = host->now() - start;
        if (recording)
            recording->applied();
        inbox->m_isAnnouncing = true;
    }
    Transaction::current().setFlush(wasFlush);
    inbox->m_isAnnouncing = wasAnnouncing;
    const nanoseconds end = host->now();
    info.publishTime = end - start - info.applyTime;
    dropStale();
    // What a flush of urgent updates only has left alone waits for its frame as before.
    if (scope >= Scope::Frame) {
        lastFlush = end;
        frameRequested.reset();
    }
    backlog = !ready.isEmpty() && (scope == Scope::Critical ? backlog : !inTime);
    for (ReadyLane &lane : deferred)
        ready.insert(std::move(lane));

    if (done.empty())
        return false;
    if (recording) {
        if (FlushRecord *record = recording->record())
            describe(*record, done, scope);
        recording->end();
    }
    if (scope == Scope::Frame && end - start > target.frameBudget)
        ++Incidents::all().frameOverruns;
    recordOperation(*operations, OperationType::Flush, end - start, end);
    ++flushes;
    ++roundSerial;
    flushTime.record(end - start);
    const nanoseconds share = info.publishTime / std::max(info.stores, 1);
    const bool isRecorded = OperationRecorder::isEnabled();
    for (const auto &[update, status] : done) {
        if (const int weight = update->weight) {
            const nanoseconds took = end - update->submitted;
            latency[std::size_t(update->priority)].record(took, weight);
            if (isRecorded)
                update->target->operations->measured(OperationType::Delivery, took, {}, weight);
        }
        if (std::exchange(update->target->m_flushedIn, roundSerial) != roundSerial)
            update->target->m_pace.flushed(end, end - start, share, target);
        if (update->isFromObserver)
            countRound(update->target, end);
        update->finish(status);
        Update::release(update);
    }
    done.clear();
    if (done.capacity() <= mostSpareDone)
        spareDone = std::move(done);
    dropStale();
    reportMisses();
    Q_EMIT q->flushed(info);
    if (end - lastMetrics >= metricsInterval) {
        lastMetrics = end;
        Q_EMIT q->metricsChanged();
    }
    return inTime;
}

// Before observers hear of them: what these enqueue finds the room that was made.
void BatchCoordinator::Private::countEnded(const std::vector<Done> &done)
{
    const bool isRecorded = OperationRecorder::isEnabled();
    for (auto first = done.begin(); first != done.end();) {
        const auto last = std::find_if(first, done.end(), [first](const Done &next) {
            return next.status != first->status || next.update->target != first->update->target;
        });
        UpdateTarget &store = *first->update->target;
        inbox->countEnded(store, first->status, int(last - first));
        if (isRecorded)
            store.operations->count(OperationType::Delivery, last - first);
        std::for_each(first, last, [](const Done &each) { each.update->counted = false; });
        first = last;
    }
}

// Many updates have few origins, found here without making their names for each.
void BatchCoordinator::Private::describe(FlushRecord &record, const std::vector<Done> &done,
                                         Scope scope)
{
    struct Source
    {
        const UpdateTarget *store;
        UpdateOrigin origin;
        Priority priority;
        int updates;
    };
    std::vector<Source> sources;
    sources.reserve(FlushRecord::MaxParts);
    int others = 0;
    auto last = sources.end();
    for (const Done &each : done) {
        const Update &update = *each.update;
        const auto isSource = [&update](const Source &source) {
            return source.store == update.target.get() && source.priority == update.priority
                && source.origin == update.origin;
        };
        if (last == sources.end() || !isSource(*last))
            last = std::find_if(sources.begin(), sources.end(), isSource);
        if (last != sources.end())
            ++last->updates;
        else if (sources.size() < FlushRecord::MaxParts)
            last = sources.insert(last, {update.target.get(), update.origin, update.priority, 1});
        else
            ++others;
    }
    for (const Source &source : sources)
        FlushRecorder::addOrigin(record, source.store->operations->name(), source.origin,
                                 source.priority, source.updates);
    record.updates += others;
    record.otherOriginUpdates += others;
    const qint64 coalesced = inbox->endedCount(UpdateTicket::Coalesced);
    record.coalesced = int(coalesced - std::exchange(coalescedBefore, coalesced));
    if (scope == Scope::Frame)
        record.frameBudget = target.frameBudget;
}

void BatchCoordinator::Private::wokenUp()
{
    // From here on a submission wakes us up again, as an observer may open an event loop.
    bool isFull = false;
    {
        const QMutexLocker locker(&inbox->m_mutex);
        inbox->m_wake = Inbox::Wake::None;
        inbox->m_stalled = false;
        isFull = std::exchange(inbox->m_isFull, false);
    }
    everWoken = true;
    // An event loop opened by an update: what came in waits for that update to return.
    if (applying)
        return;
    drain();
    backlog |= isFull && !ready.isEmpty();
    // A wake-up posted during the last flush comes in the same pass over posted events. Others
    // get their turn before the next flush, by way of a timer.
    if (std::exchange(yield, false)) {
        settle();
        return;
    }
    const nanoseconds now = host->now();
    requestFrame(now);
    if (!ready.isEmpty() && dueTime(now) <= now) {
        const Scope scope = collectedDueTime() <= now ? Scope::Frame : Scope::Immediate;
        runRounds(scope, now + target.sliceBudget());
    }
    if (!idleTasks.empty())
        runIdleTasks(host->now() + idleBudget, true);
    settle();
}

void BatchCoordinator::Private::idle()
{
    asksForIdleTime = false;
    if (applying)
        return;
    const nanoseconds now = host->now();
    nanoseconds until = now + idleBudget;
    if (const Expiry *first = expiries.peek())
        until = std::min(until, first->time);
    if (until > now && !awaitsFrame())
        runIdleTasks(until, false);
    settle();
}

void BatchCoordinator::Private::runIdleTasks(nanoseconds until, bool overdueOnly)
{
    // What they post waits for the next time.
    for (std::size_t left = idleTasks.size(); left > 0 && !idleTasks.empty(); --left) {
        const nanoseconds now = host->now();
        if (now >= until || (overdueOnly && idleTasks.front().latest > now))
            return;
        const IdleTask task = std::move(idleTasks.front());
        idleTasks.pop_front();
        try {
            task.run();
        } catch (...) {
            qCWarning(lcBatch, "BatchCoordinator::postIdle: a task threw");
        }
    }
}

// Events that are posted from now on are not delivered, unless another event loop is run.
void BatchCoordinator::Private::applicationQuits()
{
    q->flush();
    inbox->setStalled(true);
}

void BatchCoordinator::Private::frameStarts(quintptr window)
{
    // Several windows share a flush: another's frame within the same interval shows what there is.
    const nanoseconds now = host->now();
    if (window != frameWindow && now - lastFrame < target.frameBudget)
        return;
    frameWindow = window;
    lastFrame = now;
    q->flushForFrame();
}

// Whether what is ready is to be flushed with a frame, or at the time that stands for one.
bool BatchCoordinator::Private::waitsForFrame() const
{
    return backlog ? ready.peek()->priority < Priority::Critical : ready.peek()->isCollected;
}

void BatchCoordinator::Private::requestFrame(nanoseconds now)
{
    if (frameRequested || ready.isEmpty() || !waitsForFrame() || !host->requestFrame())
        return;
    frameRequested = now;
    const nanoseconds interval = host->frameInterval();
    if (followsDisplay && interval > nanoseconds(0))
        target.frameBudget = interval;
}

// When the next flush shall be at the latest, given that there is work.
nanoseconds BatchCoordinator::Private::dueTime(nanoseconds now) const
{
    return waitsForFrame() && !(backlog && !frameRequested) ? collectedDueTime() : now;
}

nanoseconds BatchCoordinator::Private::collectedDueTime() const
{
    nanoseconds due = frameRequested
        ? *frameRequested + std::min(framesWaitedFor * target.frameBudget, target.maxLatency)
        : lastFlush + std::min(target.frameBudget, target.maxLatency);
    const Expiry *first = expiries.peek();
    // What a slice had no time for, though it was overdue, must not keep the thread from its frame.
    if (first && !(backlog && first->time - timerError <= lastFlush))
        due = std::min(due, first->time - timerError);
    return due;
}

// Before the thread goes on: arranges to be called again if anything is left. With nothing left, no
// timer runs and no event is under way.
void BatchCoordinator::Private::settle()
{
    // Without the lock, as windows are not ours.
    requestFrame(host->now());
    const QMutexLocker locker(&inbox->m_mutex);
    sort(inbox->takeAll());
    // A wake-up that is still under way sees to what comes next.
    const bool posted = inbox->m_wake == Inbox::Wake::Posted;
    yield = posted;
    // A frame comes first: after it there is idle time again.
    if (!idleTasks.empty() && !awaitsFrame() && !std::exchange(asksForIdleTime, true))
        host->wakeWhenIdle();
    const nanoseconds now = host->now();
    nanoseconds due = ready.isEmpty() ? nanoseconds::max() : std::max(dueTime(now), now);
    for (const Parked &store : parked)
        due = std::min(due, std::max(store.until, now));
    if (!idleTasks.empty())
        due = std::min(due, std::max(idleTasks.front().latest, now));
    if (due == nanoseconds::max()) {
        if (!posted)
            inbox->m_wake = Inbox::Wake::None;
        inbox->m_delayedUntil = nanoseconds::max();
        if (std::exchange(timerRuns, false))
            host->wakeAfter(nanoseconds::max());
        return;
    }
    if (posted)
        return;
    // Only where updates wait does that timer stand for the wake-up of further ones.
    inbox->m_wake = ready.isEmpty() ? Inbox::Wake::None : Inbox::Wake::Delayed;
    inbox->m_delayedUntil = due;
    // By timer even when it is due: an event posted from within an event is delivered in the same
    // pass, and nothing else would get its turn.
    host->wakeAfter(due - now);
    timerRuns = true;
}

void BatchCoordinator::Private::dropAll()
{
    inbox->close();
    unpark(nanoseconds::max());
    while (const std::optional<ReadyLane> lane = ready.extractMax())
        inbox->drop(laneOf(lane->target, lane->priority));
}

namespace {

void leaveApplication()
{
    if (ownInstance)
        ownInstance->leaveApplication();
}

void joinApplication()
{
    qAddPostRoutine(leaveApplication);
    if (ownInstance)
        ownInstance->joinApplication();
}

Q_COREAPP_STARTUP_FUNCTION(joinApplication)

} // namespace

/*!
    \internal
    The application object goes. What came in since its last event loop ended is still applied; what
    comes now is refused, until there is another application.
*/
void BatchCoordinator::leaveApplication()
{
    flush();
    d->inbox->close();
}

/*!
    \internal
    There is an application object, on this thread.
*/
void BatchCoordinator::joinApplication()
{
    d->inbox->open(d->host.get());
    connect(QCoreApplication::instance(), &QCoreApplication::aboutToQuit, this,
            [this] { d->applicationQuits(); });
}

} // namespace Axiom

#include "moc_batchcoordinator.cpp"
