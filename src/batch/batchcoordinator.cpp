// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchcoordinator.h"

#include "../core/detail/later.h"
#include "../core/logging_p.h"
#include "batchcoordinator_p.h"
#include "eventloophost_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>

#include <new>

namespace Axiom {

using detail::Inbox;
using detail::later;
using std::chrono::nanoseconds;

namespace {

// What setInstance() has set.
thread_local BatchCoordinator *chosenInstance = nullptr;

// The one that instance() has made, until its thread ends.
thread_local BatchCoordinator *ownInstance = nullptr;
thread_local bool isOwnerGone = false;

// Nobody means more, and it is a number still when some are added up.
constexpr nanoseconds longestWait = std::chrono::hours(1);

} // namespace

// An event loop must not be left by an exception. What there was no memory for is tried again.
template <typename F>
void BatchCoordinator::Private::onEvent(F &&function) noexcept
{
    try {
        function();
        return;
    } catch (const std::bad_alloc &) { }
    try {
        wakeBy(host->now() + target.frameBudget);
        qCWarning(lcBatch, "BatchCoordinator: there is no memory to go on: updates wait for some");
    } catch (const std::bad_alloc &) {
        // The next submission wakes it up.
    }
}

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

    The coordinator asks for frames only while updates wait of a store that somebody observes, and only
    a window that can show one. When none comes after all, because the window was hidden or destroyed, a timer flushes after two frames
    or shortly before the first deadline. Several windows share one flush per frame. What a slice had
    no time for goes on with the next frame. Scenes without a window of their own call
    flushForFrame(). Without a window a stream is flushed by a timer, at the same interval.

    Members belong to the coordinator's thread.

    \sa State::enqueue(), PerformanceTarget, FrameSync
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
            // Whoever is called back by what it drops still finds it.
            void end()
            {
                delete coordinator;
                coordinator = ownInstance = nullptr;
            }
            ~Owner()
            {
                if (coordinator)
                    end();
                isOwnerGone = true;
            }
            BatchCoordinator *coordinator = nullptr;
        };
        static thread_local Owner owner;
        const QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() == QThread::currentThread()) {
            // Never deleted: static objects may hold stores that outlive main().
            ownInstance = make().release();
        } else if (isOwnerGone) {
            ownInstance = make().release(); // for what the thread's other objects do when they go
        } else {
            ownInstance = owner.coordinator = make().release();
            // Not only with the thread's own objects: those go when others may hold the thread to
            // be done, and the application with it.
            connect(
                QThread::currentThread(), &QThread::finished, ownInstance, [] { owner.end(); },
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
    d->host->setCallback([this] { d->onEvent([this] { d->wokenUp(); }); });
    d->host->setFrameCallback(
        [this](quintptr window) { d->onEvent([this, window] { d->frameStarts(window); }); });
    d->host->setIdleCallback([this] { d->onEvent([this] { d->idle(); }); });
    d->inbox->open(d->host.get());
    d->prepareToTell();
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
    event loop. The update that is under way then is the last one.
*/
void BatchCoordinator::flush(QDeadlineTimer deadline)
{
    if (d->isMutating())
        return;
    const nanoseconds until = deadline.isForever()
        ? nanoseconds::max()
        : later(d->host->now(), nanoseconds(deadline.remainingTimeNSecs()));
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
    if (d->isMutating())
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
    if (d->isMutating())
        return;
    d->runCritical();
    d->settle();
}

PerformanceTarget BatchCoordinator::performanceTarget() const
{
    return d->target;
}

/*!
    Sets what the coordinator aims at. A \a target whose budget or latency is not positive is refused
    with a warning, and what is longer than an hour is taken for one. From then on the budget no longer follows the display.
*/
void BatchCoordinator::setPerformanceTarget(const PerformanceTarget &target)
{
    if (target.frameBudget.count() <= 0 || target.maxLatency.count() <= 0) {
        qCWarning(lcBatch, "BatchCoordinator::setPerformanceTarget: times must be positive");
        return;
    }
    d->target = target;
    d->target.frameBudget = std::min<nanoseconds>(target.frameBudget, longestWait);
    d->target.maxLatency = std::min<nanoseconds>(target.maxLatency, longestWait);
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

    Put together when it is read. Notified at most four times a second, and after the last flush of a
    burst.
*/
BatchMetrics BatchCoordinator::metrics() const
{
    return d->figures.metrics(*d->inbox);
}

/*!
    Returns the time from enqueue() to the end of the announcement which \a percent of a hundred
    updates of \a priority did not exceed, in milliseconds; see Histogram. For QML, which may look
    whenever metricsChanged() is emitted.
*/
qreal BatchCoordinator::latencyMilliseconds(Priority priority, qreal percent) const
{
    if (priority < Priority::Idle || priority > Priority::Critical) {
        qCWarning(lcBatch, "BatchCoordinator::latencyMilliseconds: there is no such priority");
        return 0;
    }
    return double(d->figures.latency(priority).percentile(percent).count()) / 1e6;
}

/*!
    Returns the time which \a percent of a hundred flushes did not exceed, in milliseconds.
*/
qreal BatchCoordinator::flushMilliseconds(qreal percent) const
{
    return double(d->figures.flushTime().percentile(percent).count()) / 1e6;
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
    d->idleTasks.post(std::move(task), later(d->host->now(), latest));
    d->settle();
}

/*! \internal */
const std::shared_ptr<Inbox> &BatchCoordinator::inbox() const
{
    return d->inbox;
}

/*!
    \internal
    A store has announced a change, which may be one that no flush has made.
*/
void BatchCoordinator::noteCommit() noexcept
{
    if (d->flushDepth == 0)
        d->tellMetricsLater();
}

/*! \internal */
void BatchCoordinator::countNotifications(int count)
{
    d->figures.countNotifications(count);
}

/*! \internal */
void BatchCoordinator::countRowSignals(int count)
{
    d->figures.countRowSignals(count);
}

/*!
    \fn void Axiom::BatchCoordinator::flushed(const Axiom::FlushInfo &info)

    Emitted after waiting updates have been applied and announced; \a info tells what was done. Where
    flush() was called within a BatchScope, they are announced at its end.
*/

/*!
    \fn void Axiom::BatchCoordinator::deadlineMissed(const Axiom::DeadlineMiss &miss)

    Emitted after a flush for each of its updates that ran after the deadline it was given: see
    \a miss.
*/

/*!
    \fn void Axiom::BatchCoordinator::updateStorm(QObject *store)

    Emitted when \a store was updated in 100 rounds of one flush, as happens when its observers
    enqueue the next update whenever they hear of the last. Its updates then wait for a frame, so
    that others get their turn. \a store is null when it is no more.
*/

/*!
    \fn void Axiom::BatchCoordinator::metricsChanged()

    Emitted after a flush, and after changes that were applied at once, at most four times a second:
    after the last one by a quarter of a second at most.
*/

void BatchCoordinator::Private::dropAll()
{
    inbox->close();
    unpark(nanoseconds::max());
    while (!lanes.isEmpty()) {
        const ReadyLane lane = lanes.takeFirst();
        while (!lane.updates().isEmpty())
            inbox->drop(lane.updates().takeFirst());
    }
    letGo();
}

// What was asked of the event loop went with it.
void BatchCoordinator::Private::leaveApplication()
{
    q->flush();
    dropAll();
    frameRequested.reset();
    asksForIdleTime = false;
    timerRuns = false;
    tellTimer.stop();
    yield = false;
    backlog = false;
}

// Events that are posted from now on are not delivered, unless another event loop is run.
void BatchCoordinator::Private::applicationQuits()
{
    q->flush();
    inbox->setStalled(true);
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
    d->leaveApplication();
}

/*!
    \internal
    There is an application object, on this thread.
*/
void BatchCoordinator::joinApplication()
{
    d->inbox->open(d->host.get());
    d->prepareToTell();
    connect(QCoreApplication::instance(), &QCoreApplication::aboutToQuit, this,
            [this] { d->applicationQuits(); });
}

} // namespace Axiom

#include "moc_batchcoordinator.cpp"
