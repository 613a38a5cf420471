// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "memorygovernor.h"

#include "../core/clock.h"
#include "../core/detail/backgroundworker.h"
#include "../core/logging_p.h"
#include "../core/processmemory_p.h"
#include "../monitor/detail/operationrecorder.h"
#include "memorypressuremonitor.h"
#include "pressurefollowup_p.h"
#include "reclaimplan_p.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qmutex.h>
#include <QtCore/qpointer.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <optional>
#include <vector>

namespace Axiom {

using namespace std::chrono_literals;

using detail::ReclaimPlan;
using detail::ReclaimRequest;
using detail::ReclaimTrigger;

namespace {

constexpr auto checkInterval = 1s;
constexpr qsizetype maxRecords = 32;

} // namespace

class MemoryGovernor::Private
{
public:
    explicit Private(MemoryGovernor *governor)
        : q(governor), followUp([governor] { governor->check(); })
    { }

    // What instance() returns. Never deleted: static objects may remove themselves after main().
    static QPointer<MemoryGovernor> &only()
    {
        static auto &governor = *new QPointer<MemoryGovernor>;
        return governor;
    }
    static void followApplication();

    struct Episode
    {
        explicit Episode(const ReclaimRequest &request) : trigger(request.trigger)
        {
            record.trigger = nameOf(trigger);
            record.level = request.level;
        }

        const ReclaimTrigger trigger;
        MemoryReclaim record;
        std::chrono::nanoseconds begin{};
        std::chrono::nanoseconds work{};
        int waiting = 0; // for so many to be through
    };

    const Clock &time() const { return clock ? *clock : Clock::steady(); }
    std::chrono::nanoseconds now() const { return time().now(); }
    void pressured(MemoryPressureLevel level);
    void startForPressure(MemoryPressureLevel level);
    bool startFollowUp();
    void start(const ReclaimRequest &request);
    void ask(const std::shared_ptr<Episode> &started, const ReclaimPlan &plan);
    void finishOne(const std::shared_ptr<Episode> &finished, const QString &name,
                   const Reclaimable::Result &result);
    void trim(const std::shared_ptr<Episode> &finished);

    // What the worker has to tell.
    struct TrimResult
    {
        // False when there is no memory for it.
        bool tell(qint64 bytes)
        try {
            const QMutexLocker locker(&mutex);
            processBytes = bytes;
            if (governor)
                QMetaObject::invokeMethod(governor, "endTrim", Qt::QueuedConnection);
            return true;
        } catch (...) {
            return false;
        }

        QMutex mutex;
        MemoryGovernor *governor = nullptr; // null when it is no more
        qint64 processBytes = 0;
    };
    void record(const std::shared_ptr<Episode> &finished);
    bool looksForIdle() const;
    void updateTimer();

    MemoryGovernor *const q;
    const Clock *clock = nullptr;
    std::vector<Reclaimable *> reclaimables;
    qint64 budget = 0;
    std::chrono::milliseconds idleAfter{0};
    QTimer timer{q};
    std::shared_ptr<Episode> episode;
    std::optional<ReclaimRequest> next;
    std::chrono::nanoseconds restsUntil{}; // but for what is asked of it, and pressure
    std::shared_ptr<Episode> trimmed;      // while the heap is
    const std::shared_ptr<TrimResult> trimResult = std::make_shared<TrimResult>();
    QList<MemoryReclaim> records;
    detail::PressureFollowUp followUp;
};

/*!
    \class Axiom::MemoryGovernor
    \inmodule AxiomState
    \inheaderfile AxiomState/MemoryGovernor
    \brief Has idle state compressed when memory runs short.

    The governor listens to the MemoryPressureMonitor. Under pressure it asks all that has memory to
    give back, above all stores, what they could give, and has those give it that are worth most for
    the work: first what costs nothing, as the elements of segments that were thawed and not changed
    since, then what has not been used longest. Stores whose state somebody else holds, that are
    pinned, or that were used lately, are left alone: in the last 30 seconds at the level Moderate, 2
    seconds at Critical. It takes half of what can be had at Moderate and all at Critical. Over budget it
    takes what is too much, however lately it was used; without pressure, what was idle for idleAfter.
    Rows that a view shows stay as they are, as far as a model can tell by what was read last.

    The work is done on a worker thread. Afterwards the heap is trimmed once, so that what was freed
    leaves the process as far as the allocator can give it back. Then it does nothing by itself for 5
    seconds, or twenty times as long as it took, or 30 seconds where less than a megabyte was freed.
    Pressure waits for that only where it was what memory was given back for, and the level does not
    rise; it is looked at then, if it lasts.

    What was in use does not wait for that: it is looked at again when it may be idle, for as long as
    the pressure lasts.

    It lives in the thread of the application, and governs the stores of that thread.

    \sa MemoryPressureMonitor, StateStore::freeze(), Reclaimable
*/

/*!
    Returns the governor. It is made by the first call, which must come from the thread of the
    application; a first call from another thread warns and returns null.
*/
MemoryGovernor *MemoryGovernor::instance()
{
    QPointer<MemoryGovernor> &governor = Private::only();
    if (!governor) {
        const QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() != QThread::currentThread()) {
            qCWarning(lcMemory,
                      "MemoryGovernor::instance() has to be called on the application's thread "
                      "first");
            return nullptr;
        }
        governor = new MemoryGovernor;
        static const bool followsApplications = [] {
            qAddPreRoutine(Private::followApplication);
            return true;
        }();
        Q_UNUSED(followsApplications)
        Private::followApplication();
    }
    return governor;
}

// It must go before the application's statics, and so does the timer.
void MemoryGovernor::Private::followApplication()
{
    MemoryGovernor *governor = only();
    QCoreApplication *application = QCoreApplication::instance();
    if (!governor || governor->parent() || !application
        || application->thread() != governor->thread())
        return;
    governor->setParent(application);
    governor->d->updateTimer();
}

MemoryGovernor::MemoryGovernor() : d(std::make_unique<Private>(this))
{
    d->trimResult->governor = this;
    d->timer.setInterval(checkInterval);
    d->timer.setTimerType(Qt::VeryCoarseTimer);
    connect(&d->timer, &QTimer::timeout, this, &MemoryGovernor::check);
    auto *monitor = MemoryPressureMonitor::instance();
    connect(monitor, &MemoryPressureMonitor::pressure, this,
            [this](MemoryPressureLevel level) { d->pressured(level); });
}

MemoryGovernor::~MemoryGovernor()
{
    const QMutexLocker locker(&d->trimResult->mutex);
    d->trimResult->governor = nullptr;
}

/*!
    \property Axiom::MemoryGovernor::budget
    \brief The bytes that all it knows may take together; 0, as at first, for any number.

    It is looked at once a second; what a state takes beside the parts that it can be frozen in is
    counted anew every ten seconds at most, and of snapshots that a store keeps not at all. What is
    above the budget is given back without any pressure.
*/
qint64 MemoryGovernor::budget() const
{
    return d->budget;
}

/*!
    Sets the budget to so many \a bytes, or to none with 0.
*/
void MemoryGovernor::setBudget(qint64 bytes)
{
    if (bytes < 0) {
        qCWarning(lcMemory, "MemoryGovernor::setBudget: the budget must not be negative");
        return;
    }
    if (d->budget == bytes)
        return;
    d->budget = bytes;
    d->updateTimer();
    Q_EMIT budgetChanged();
}

void MemoryGovernor::setBudgetFromQml(qreal bytes)
{
    if (std::isnan(bytes)) {
        qCWarning(lcMemory, "MemoryGovernor::budget: NaN is no number of bytes");
        return;
    }
    // What is more than the type holds, as Infinity, is as much as it holds.
    constexpr auto most = std::numeric_limits<qint64>::max();
    setBudget(bytes < 0 ? -1 : bytes < qreal(most) ? qint64(bytes) : most);
}

/*!
    \property Axiom::MemoryGovernor::idleAfter
    \brief After how many milliseconds without use state is compressed without any pressure; 0, as at
    first, for never.

    For QML it is an \c int that stays at its maximum.
*/
std::chrono::milliseconds MemoryGovernor::idleAfter() const
{
    return d->idleAfter;
}

int MemoryGovernor::idleAfterForQml() const
{
    return int(std::min<qint64>(idleAfter().count(), std::numeric_limits<int>::max()));
}

/*!
    Sets idleAfter to \a duration, or to never with 0. A hundred years is the longest.
*/
void MemoryGovernor::setIdleAfter(std::chrono::milliseconds duration)
{
    if (duration.count() < 0) {
        qCWarning(lcMemory, "MemoryGovernor::setIdleAfter: the duration must not be negative");
        return;
    }
    duration = std::min<std::chrono::milliseconds>(duration, detail::longestIdle);
    if (d->idleAfter == duration)
        return;
    d->idleAfter = duration;
    d->updateTimer();
    Q_EMIT idleAfterChanged();
}

/*!
    \property Axiom::MemoryGovernor::lastReclaim
    \brief What was given back last, from whom, and how long it took.
*/
MemoryReclaim MemoryGovernor::lastReclaim() const
{
    return d->records.isEmpty() ? MemoryReclaim() : d->records.constLast();
}

/*!
    Returns the records of the last reclaims, 32 at most, the oldest first.
*/
QList<MemoryReclaim> MemoryGovernor::reclaims() const
{
    return d->records;
}

/*!
    \property Axiom::MemoryGovernor::reclaiming
    \brief Whether memory is being given back now.
*/
bool MemoryGovernor::isReclaiming() const
{
    return bool(d->episode);
}

/*!
    Has memory given back as at the given \a level, whatever was done before: at once, or after what is
    under way. reclaimed() tells when it is done. It takes a quarter of what can be had at Normal, half
    at Moderate, all at Critical.
*/
void MemoryGovernor::reclaim(MemoryPressureLevel level)
{
    d->start({ReclaimTrigger::Request, level, detail::minIdle(level)});
}

/*!
    Has so many \a bytes given back, if they can be had, of what was not used for two seconds. Does
    nothing for none.
*/
void MemoryGovernor::reclaim(qint64 bytes)
{
    if (bytes < 0)
        qCWarning(lcMemory, "MemoryGovernor::reclaim: the bytes must not be negative");
    if (bytes <= 0)
        return;
    constexpr auto level = MemoryPressureLevel::Critical;
    d->start({ReclaimTrigger::Request, level, detail::minIdle(level), bytes});
}

/*!
    Has all stores give back what they can, however lately they were used, but for the rows that views
    show and what was read in the last half minute. Returns when that is done, or after a second: for an
    application that is about to be suspended, and may be ended for its memory then.
    The event loop runs meanwhile, without input of the user.

    The library of the QML module calls it when QGuiApplication tells of Qt::ApplicationSuspended, as it
    does on Android and iOS; neither has been run so far.
*/
void MemoryGovernor::suspend()
{
    d->start({ReclaimTrigger::Suspension, MemoryPressureLevel::Critical, 0s});
    const QDeadlineTimer patience(1s);
    const QPointer<MemoryGovernor> governor = this;
    while (governor && isReclaiming() && !patience.hasExpired()) {
        QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents, 20);
        QThread::msleep(1); // It does not wait, and what does takes memory.
    }
}

/*!
    Adds what may have memory to give back. The \a reclaimable must be removed before it goes. To add
    it again has its idleAfter() looked at again.
*/
void MemoryGovernor::add(Reclaimable *reclaimable)
{
    const bool isNew = std::find(d->reclaimables.begin(), d->reclaimables.end(), reclaimable)
        == d->reclaimables.end();
    if (isNew)
        d->reclaimables.push_back(reclaimable);
    // All are looked at for that, and there may be thousands.
    if (!isNew || (!d->timer.isActive() && reclaimable->idleAfter().count() > 0))
        d->updateTimer();
}

/*!
    Forgets a \a reclaimable; one that is giving back memory may still say when it is through.
*/
void MemoryGovernor::remove(Reclaimable *reclaimable)
{
    std::erase(d->reclaimables, reclaimable);
    if (d->timer.isActive())
        d->updateTimer();
}

/*!
    Returns all that memory can be had from, in the order in which they were added.
*/
QList<Reclaimable *> MemoryGovernor::reclaimables() const
{
    return QList<Reclaimable *>(d->reclaimables.begin(), d->reclaimables.end());
}

/*!
    Has it take the time from \a clock, or from a steady clock when that is null. The clock must
    outlive the governor or the next call.
*/
void MemoryGovernor::setClock(const Clock *clock)
{
    d->clock = clock;
    d->restsUntil = {};
    d->followUp.setClock(d->time());
}

/*!
    Looks after the budget and idle state now, as it does once a second where there is a budget or
    idleAfter is set.
*/
void MemoryGovernor::check()
try {
    if (d->episode)
        return;
    if (d->startFollowUp() || d->now() < d->restsUntil)
        return;
    if (d->budget > 0) {
        qint64 resident = 0;
        for (Reclaimable *reclaimable : d->reclaimables)
            resident += reclaimable->offer().residentBytes;
        if (resident > d->budget) {
            d->start(
                {ReclaimTrigger::Budget, MemoryPressureLevel::Normal, 0s, resident - d->budget});
            return;
        }
    }
    if (d->looksForIdle())
        d->start({ReclaimTrigger::Idle, MemoryPressureLevel::Normal, d->idleAfter,
                  std::numeric_limits<qint64>::max()});
} catch (const std::bad_alloc &) {
    // There may be some the next time.
}

/*!
    \fn void Axiom::MemoryGovernor::reclaimed(const Axiom::MemoryReclaim &reclaim)
    Emitted when memory was given back, with the record of the \a reclaim.
*/

bool MemoryGovernor::Private::looksForIdle() const
{
    return idleAfter.count() > 0
        || std::any_of(reclaimables.begin(), reclaimables.end(),
                       [](const Reclaimable *each) { return each->idleAfter().count() > 0; });
}

void MemoryGovernor::Private::updateTimer()
{
    if (budget <= 0 && !looksForIdle())
        timer.stop();
    else if (!timer.isActive() && QAbstractEventDispatcher::instance())
        timer.start();
}

void MemoryGovernor::Private::pressured(MemoryPressureLevel level)
{
    if (level == MemoryPressureLevel::Normal)
        return;
    // What somebody else asked for is no answer to it.
    const bool isBeingServed =
        episode && episode->trigger == ReclaimTrigger::Pressure && level <= episode->record.level;
    if (isBeingServed || followUp.isHeldOff(level))
        followUp.toldMeanwhile();
    else
        startForPressure(level);
}

// It comes by events, and who sends those does not catch anything.
void MemoryGovernor::Private::startForPressure(MemoryPressureLevel level)
try {
    start({ReclaimTrigger::Pressure, level, detail::minIdle(level)});
} catch (const std::bad_alloc &) {
    followUp.failed();
}

bool MemoryGovernor::Private::startFollowUp()
{
    const MemoryPressureLevel level = MemoryPressureMonitor::instance()->level();
    const bool isDue = followUp.isDue(level);
    if (isDue)
        startForPressure(level);
    return isDue;
}

void MemoryGovernor::Private::start(const ReclaimRequest &request)
{
    if (episode) {
        if (next)
            next->add(request);
        else
            next = request;
        return;
    }
    const bool isPressure = request.trigger == ReclaimTrigger::Pressure;
    const bool isHeldOff = isPressure && followUp.isHeldOff(request.level);
    std::optional<std::chrono::nanoseconds> idleSince;
    if (isHeldOff)
        idleSince = followUp.servedAt();
    const std::chrono::nanoseconds begin = now();
    // Whoever is asked may add others.
    const ReclaimPlan plan(std::vector<Reclaimable *>(reclaimables), request, idleAfter, time(),
                           idleSince);
    if (isPressure)
        followUp.served(begin, isHeldOff, plan.nextIdleAt);

    const auto started = std::make_shared<Episode>(request);
    started->begin = begin;
    if (plan.candidates.empty()) {
        // Whoever waits for the answer hears that there is nothing. Idle state is looked for often,
        // and pressure that is looked at again has no answer yet.
        const bool isLookedAtAgain = isPressure && (isHeldOff || plan.nextIdleAt);
        if (request.isAwaited || (request.trigger != ReclaimTrigger::Idle && !isLookedAtAgain))
            record(started);
        return;
    }
    started->record.processBytesBefore = detail::ProcessMemory::residentBytes();
    started->waiting = 1; // until all have been asked
    episode = started;
    try {
        ask(started, plan);
    } catch (...) {
        finishOne(started, {}, {}); // those that were asked are at work
        throw;
    }
    finishOne(started, {}, {});
}

void MemoryGovernor::Private::ask(const std::shared_ptr<Episode> &started, const ReclaimPlan &plan)
{
    Q_EMIT q->reclaimingChanged();
    qint64 wanted = plan.wanted;
    for (const ReclaimPlan::Candidate &candidate : plan.candidates) {
        if (wanted <= 0)
            break;
        // Whoever is told may have removed others.
        if (std::find(reclaimables.begin(), reclaimables.end(), candidate.reclaimable)
            == reclaimables.end())
            continue;
        try {
            std::function<void(const Reclaimable::Result &)> done =
                [governor = QPointer(q), started,
                 name = candidate.reclaimable->name()](const Reclaimable::Result &result) {
                    if (governor)
                        governor->d->finishOne(started, name, result);
                };
            ++started->waiting;
            auto failed = qScopeGuard([&] { --started->waiting; });
            candidate.reclaimable->reclaim(started->record.level, std::move(done));
            failed.dismiss();
        } catch (const std::bad_alloc &) {
            continue; // there may be some for another one
        }
        wanted -= candidate.bytes;
    }
}

void MemoryGovernor::Private::finishOne(const std::shared_ptr<Episode> &finished,
                                        const QString &name, const Reclaimable::Result &result)
{
    MemoryReclaim &record = finished->record;
    record.freedBytes += result.freedBytes;
    record.longestStep = std::max(record.longestStep, result.longestStep);
    finished->work += result.work;
    try {
        if (!name.isEmpty())
            record.parts.append({name, result.freedBytes});
    } catch (const std::bad_alloc &) {
        // The bytes count all the same.
    }
    if (--finished->waiting == 0)
        trim(finished);
}

void MemoryGovernor::Private::trim(const std::shared_ptr<Episode> &finished)
{
    // To give pages back to the system may take some tens of milliseconds. What was dropped goes
    // before it, on the same thread.
    trimmed = finished;
    try {
        detail::BackgroundWorker::run([result = trimResult] {
            detail::ProcessMemory::trimHeap();
            const qint64 bytes = detail::ProcessMemory::residentBytes();
            while (!result->tell(bytes))
                QThread::msleep(10); // The governor waits for it.
        });
    } catch (const std::bad_alloc &) {
        trimmed.reset();
        record(finished);
    }
}

void MemoryGovernor::endTrim()
{
    const std::shared_ptr<Private::Episode> finished = std::exchange(d->trimmed, {});
    if (!finished)
        return;
    {
        const QMutexLocker locker(&d->trimResult->mutex);
        finished->record.processBytesAfter = d->trimResult->processBytes;
    }
    d->record(finished);
}

void MemoryGovernor::Private::record(const std::shared_ptr<Episode> &finished)
{
    const bool wasReclaiming = std::exchange(episode, {}) != nullptr;
    MemoryReclaim &record = finished->record;
    record.time = QDateTime::currentDateTime();
    record.duration = now() - finished->begin;
    // Pressure that nothing could be done about is no reason to look again and again; the rule is
    // that of WebKit's memory pressure handler.
    const auto holdOff = record.freedBytes < 1'000'000
        ? std::chrono::nanoseconds(30s)
        : std::max<std::chrono::nanoseconds>(5s, 20 * finished->work);
    restsUntil = now() + holdOff;
    // What was asked for may be less, or of what was used longest ago only.
    if (finished->trigger == ReclaimTrigger::Pressure)
        followUp.holdOff(holdOff, record.level);
    if (record.freedBytes > 0 || finished->trigger != ReclaimTrigger::Idle) {
        try {
            if (records.size() == maxRecords)
                records.removeFirst();
            records.append(record);
        } catch (const std::bad_alloc &) {
            // It is told all the same.
        }
        detail::OperationRecorder::Sizes sizes;
        sizes.memoryDelta = -record.freedBytes;
        detail::OperationRecorder::common().record(OperationType::Reclaim, record.duration, sizes);
    }
    qCDebug(lcMemory, "%ls", qUtf16Printable(record.summary()));
    if (wasReclaiming)
        Q_EMIT q->reclaimingChanged();
    const MemoryReclaim told = record;
    const QPointer<MemoryGovernor> governor = q;
    Q_EMIT q->reclaimed(told);
    if (!governor || episode)
        return;
    if (const std::optional<ReclaimRequest> request = std::exchange(next, {})) {
        try {
            start(*request);
        } catch (const std::bad_alloc &) {
            followUp.toldMeanwhile(); // nobody hears of it, but pressure is looked at again
        }
    }
    if (governor && !episode)
        startFollowUp(); // its time may have come meanwhile
}

} // namespace Axiom

#include "moc_memorygovernor.cpp"
