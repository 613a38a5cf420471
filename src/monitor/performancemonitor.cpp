// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "performancemonitor.h"

#include "../core/clock.h"
#include "../core/logging_p.h"
#include "../core/processmemory_p.h"
#include "alertwatch_p.h"
#include "detail/flushrecorder.h"
#include "detail/operationrecorder.h"
#include "optimizationanalysis_p.h"
#include "optimizationengine.h"
#include "tracewriter_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtCore/qurl.h>

#include <algorithm>
#include <utility>

namespace Axiom {

using detail::FlushRecorder;
using detail::Incidents;
using detail::OperationRecorder;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

namespace {

// What takes longer is a mistake of the caller: of units, or of a clock that was set.
constexpr nanoseconds longestOperation = 24h;

// Figures are looked at so often while anything happens.
constexpr auto interval = 1s;

// Without anything measured in so many looks it sleeps until something is. By then the engine has
// seen what is large and idle; its windows end with a look, so each may be one look longer.
constexpr int looksBeforeSleep = int(detail::IdleAfter / interval) + 1
    + int(detail::WindowsToSuggest) * (int(detail::WindowLength / interval) + 1);

} // namespace

class PerformanceMonitor::Private
{
public:
    explicit Private(PerformanceMonitor *monitor) : q(monitor) { }

    static void followApplication();

    nanoseconds now() const { return clock->now(); }
    void start();
    void sleep();
    void wakeUp();

    // The only one, for those who are called before instance() has returned.
    inline static Private *only = nullptr;

    PerformanceMonitor *const q;
    const QDateTime since = QDateTime::currentDateTime();
    const Clock *clock = &Clock::steady();
    nanoseconds lastCheck = clock->now();
    QTimer timer{q};
    detail::AlertWatch alerts;
    OptimizationEngine engine;
    quint64 operationsBefore = 0;
    int idleLooks = 0;
};

/*!
    \class Axiom::PerformanceMonitor
    \inmodule AxiomState
    \inheaderfile AxiomState/PerformanceMonitor
    \brief What stores, coordinators and collections do while the application runs, and what it costs.

    Recording needs no call: each store counts its updates, copies, commits, announcements, freezes
    and thaws, and measures a sample of them: each one while they are rare, one a millisecond of what
    comes more often than that. So a clock is not read for each operation, and percentiles are those of
    the sample. Reads are counted only. Memory does not grow with time: there is a fixed number of
    histograms for each store, and of stores that are no more their sums are kept by name, for 64 names.

    generateReport() gives the figures. alertRaised() tells when one of them passes a threshold, and
    flushes() what the last flushes did and who asked for it; exportTrace() writes these for Perfetto
    and other viewers of traces. With autoOptimize an OptimizationEngine acts on what it sees.

    The monitor itself wakes up once a second while anything is measured, and not at all otherwise.
    Recording goes on without it. Its members belong to the application's thread, but for
    recordOperation() and generateReport(), which any thread may call.

    \sa {Performance Monitor}, OptimizationEngine
*/

/*!
    Returns the application's monitor. It must be called first on the application's thread, before
    the application is made or after.
*/
PerformanceMonitor *PerformanceMonitor::instance()
{
    // Never deleted: stores that outlive main() may be recorded to the end.
    static auto *monitor = [] {
        const QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() != QThread::currentThread()) {
            qCWarning(lcMonitor,
                      "PerformanceMonitor::instance() has to be called on the application's thread "
                      "first");
        }
        return new PerformanceMonitor;
    }();
    return monitor;
}

PerformanceMonitor::PerformanceMonitor() : d(std::make_unique<Private>(this))
{
    connect(&d->timer, &QTimer::timeout, this, &PerformanceMonitor::check);
    d->timer.setTimerType(Qt::CoarseTimer);
    d->timer.setInterval(interval);
    connect(&d->engine, &OptimizationEngine::autoApplyChanged, this,
            &PerformanceMonitor::autoOptimizeChanged);
    Private::only = d.get();
    qAddPreRoutine(Private::followApplication); // at once, when there is an application already
}

PerformanceMonitor::~PerformanceMonitor() = default;

/*!
    \property Axiom::PerformanceMonitor::enabled
    \brief Whether anything is recorded; true at first.

    Counts go on from where they were when it is enabled again.
*/
bool PerformanceMonitor::isEnabled() const
{
    return OperationRecorder::isEnabled();
}

void PerformanceMonitor::setEnabled(bool enabled)
{
    if (isEnabled() == enabled)
        return;
    OperationRecorder::setEnabled(enabled);
    Q_EMIT enabledChanged();
}

/*!
    \property Axiom::PerformanceMonitor::sampling
    \brief Whether only a sample is measured and written down of what happens often; true at first.

    Without, nothing is missing from flushes(), which helps to find out what led to something; but an
    update that takes some hundred nanoseconds then takes as long again to be measured.
*/
bool PerformanceMonitor::isSampling() const
{
    return detail::Sampler::isSampling();
}

void PerformanceMonitor::setSampling(bool sampling)
{
    if (isSampling() == sampling)
        return;
    OperationRecorder::setSampling(sampling);
    Q_EMIT samplingChanged();
}

/*!
    Records an operation of the application's own, of the given \a type, that took \a duration,
    changed the memory in use by \a memoryDelta bytes, and left a state of \a stateSize bytes. It is
    counted as one of \a store if that is given, a StateStore or any other object, by its object name
    or else its class. May be called on any thread, while \a store exists.

    A negative duration or size, and a duration of more than a day, are refused with a warning.
*/
void PerformanceMonitor::recordOperation(OperationType type, nanoseconds duration,
                                         qint64 memoryDelta, qint64 stateSize, const QObject *store)
{
    if (duration < 0ns || duration > longestOperation) {
        qCWarning(lcMonitor,
                  "PerformanceMonitor::recordOperation: a duration of %lld ns cannot be right; the "
                  "operation is not recorded",
                  static_cast<long long>(duration.count()));
        return;
    }
    if (stateSize < 0 || int(type) >= OperationTypeCount) {
        qCWarning(lcMonitor,
                  "PerformanceMonitor::recordOperation: a negative size, or a type that there is "
                  "not; the operation is not recorded");
        return;
    }
    QString name;
    if (store) {
        name = store->property("name").toString();
        if (name.isEmpty())
            name = store->objectName();
        if (name.isEmpty())
            name = QString::fromLatin1(store->metaObject()->className());
    }
    OperationRecorder::recordFor(name, type, duration, memoryDelta, stateSize);
}

/*!
    Returns the figures of all that was recorded since the application began. Takes the time of a copy
    of some histograms for each store. May be called on any thread.
*/
PerformanceReport PerformanceMonitor::generateReport() const
{
    PerformanceReport report;
    report.since = d->since;
    report.time = QDateTime::currentDateTime();
    report.processBytes = detail::ProcessMemory::residentBytes();
    report.operations = OperationRecorder::statistics();
    for (const OperationStatistics &operation : std::as_const(report.operations))
        report.flushes += operation.type == OperationType::Flush ? operation.count : 0;
    const Incidents &incidents = Incidents::all();
    report.frameOverruns = incidents.frameOverruns;
    report.updateStorms = incidents.updateStorms;
    report.deadlineMisses = incidents.deadlineMisses;
    report.alerts = d->alerts.active();
    return report;
}

/*!
    Returns a report as PerformanceReport::toMarkdown() writes it.
*/
QString PerformanceMonitor::reportAsMarkdown() const
{
    return generateReport().toMarkdown();
}

/*!
    Returns a report as PerformanceReport::toJson() writes it.
*/
QString PerformanceMonitor::reportAsJson() const
{
    return QString::fromUtf8(generateReport().toJson());
}

/*!
    Returns what alertRaised() is emitted for.
*/
AlertThresholds PerformanceMonitor::alertThresholds() const
{
    return d->alerts.thresholds();
}

/*!
    Sets the \a thresholds of alerts; 0 turns one off. A negative one is refused with a warning, and
    none of them is taken.
*/
void PerformanceMonitor::setAlertThresholds(const AlertThresholds &thresholds)
{
    if (thresholds.latency < 0ns || thresholds.frameOverruns < 0 || thresholds.updateStorms < 0
        || thresholds.deadlineMisses < 0 || thresholds.memory < 0 || thresholds.clonedBytes < 0) {
        qCWarning(lcMonitor, "PerformanceMonitor::setAlertThresholds: a threshold is negative");
        return;
    }
    d->alerts.setThresholds(thresholds);
}

/*!
    \property Axiom::PerformanceMonitor::alerts
    \brief The alerts that were raised and not yet cleared.
*/
QList<Alert> PerformanceMonitor::alerts() const
{
    return d->alerts.active();
}

/*!
    Returns what the last flushes did, and the transactions of apply(), set() and BatchScope outside of
    one, at most 512 of them and the oldest first. Where many come in a short time a sample is
    kept, see FlushRecord::skippedBefore. May be called on any thread.
*/
QList<FlushRecord> PerformanceMonitor::flushes() const
{
    return FlushRecorder::records();
}

/*!
    Writes flushes() to \a fileName, in the \l {https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU}{Trace Event Format} of
    Chrome, which Perfetto's UI, Chrome and Speedscope load. Returns whether it was written; else the
    file is as it was, and \a error, if given, tells why.
*/
bool PerformanceMonitor::exportTrace(const QString &fileName, StateError *error) const
{
    return detail::writeTrace(flushes(), fileName, error);
}

/*!
    Does the same for QML, and returns whether it was written: errorOccurred() tells why it was not. \a
    fileName may be a local file's URL.
*/
bool PerformanceMonitor::saveTrace(const QString &fileName)
{
    StateError error;
    const QUrl url(fileName);
    if (exportTrace(url.isLocalFile() ? url.toLocalFile() : fileName, &error))
        return true;
    Q_EMIT errorOccurred(error);
    return false;
}

/*!
    \property Axiom::PerformanceMonitor::autoOptimize
    \brief Whether the engine applies what it suggests; false at first.
*/
bool PerformanceMonitor::isAutoOptimize() const
{
    return d->engine.isAutoApply();
}

void PerformanceMonitor::setAutoOptimize(bool autoOptimize)
{
    d->engine.setAutoApply(autoOptimize);
}

/*!
    \property Axiom::PerformanceMonitor::optimizations
    \brief What the engine has suggested and done, for views: see OptimizationEngine::optimizations.
*/
QAbstractItemModel *PerformanceMonitor::optimizations() const
{
    return d->engine.optimizations();
}

/*!
    Returns the engine that looks at the application's stores. It is the monitor's.
*/
OptimizationEngine *PerformanceMonitor::engine() const
{
    return &d->engine;
}

/*!
    Has the monitor and its engine take the time from \a clock, for tests; null for the steady clock
    again. check() is then to be called by hand.
*/
void PerformanceMonitor::setClock(const Clock *clock)
{
    d->clock = clock ? clock : &Clock::steady();
    d->engine.setClock(clock);
    d->lastCheck = d->now();
    d->start();
}

/*!
    Looks at the figures, as is done once a second while anything is measured.
*/
void PerformanceMonitor::check()
{
    const nanoseconds now = d->now();
    const nanoseconds length = now - std::exchange(d->lastCheck, now);
    if (length <= 0ns)
        return;
    OperationRecorder::endWindow(length);
    const detail::AlertWatch::Changes changes = d->alerts.check(generateReport(), length);
    d->engine.check();
    const QPointer<PerformanceMonitor> self(this);
    if (!changes.raised.isEmpty() || !changes.cleared.isEmpty())
        Q_EMIT alertsChanged();
    for (const Alert &alert : changes.raised) {
        qCInfo(lcMonitor, "%ls", qUtf16Printable(alert.message()));
        Q_EMIT alertRaised(alert);
    }
    for (const Alert &alert : changes.cleared)
        Q_EMIT alertCleared(alert);
    Q_EMIT checked();
    d->sleep();
}

// A timer goes with the application that it was started in, and so may the event that was to wake
// the monitor.
void PerformanceMonitor::Private::followApplication()
{
    if (only->q->thread() == QThread::currentThread())
        only->start();
}

void PerformanceMonitor::Private::start()
{
    idleLooks = 0;
    timer.stop();
    if (clock == &Clock::steady() && QCoreApplication::instance())
        timer.start();
}

// Nothing has happened, and nothing is left to clear: until something does there is nothing to see.
void PerformanceMonitor::Private::sleep()
{
    const quint64 operations = OperationRecorder::measuredCount();
    const bool isIdle = std::exchange(operationsBefore, operations) == operations;
    const QList<Alert> active = alerts.active();
    // Memory may stay in use for as long as the application runs.
    const bool isClear = std::all_of(active.begin(), active.end(), [](const Alert &alert) {
        return alert.type == Alert::Memory;
    });
    idleLooks = isIdle && isClear && !engine.isBusy() ? idleLooks + 1 : 0;
    if (idleLooks < looksBeforeSleep || !timer.isActive())
        return;
    timer.stop();
    OperationRecorder::callWhenActive([monitor = QPointer(q)] {
        QMetaObject::invokeMethod(
            monitor.data(),
            [monitor] {
                if (monitor)
                    monitor->d->wakeUp();
            },
            Qt::QueuedConnection);
    });
}

// What woke it is of the second to come, or a burst would be spread over the time that was slept.
void PerformanceMonitor::Private::wakeUp()
{
    if (clock != &Clock::steady() || timer.isActive())
        return;
    const nanoseconds time = now();
    OperationRecorder::endReads(time - std::exchange(lastCheck, time));
    start();
}

/*!
    \fn void Axiom::PerformanceMonitor::alertRaised(const Axiom::Alert &alert)
    Emitted when a figure has passed its threshold in two looks running, with the \a alert.
*/

/*!
    \fn void Axiom::PerformanceMonitor::alertCleared(const Axiom::Alert &alert)
    Emitted when the figure of \a alert has been below four fifths of the threshold for five looks.
*/

/*!
    \fn void Axiom::PerformanceMonitor::errorOccurred(const Axiom::StateError &error)
    Emitted when saveTrace() could not write, with the \a error.
*/

/*!
    \fn void Axiom::PerformanceMonitor::checked()
    Emitted once a second while anything is measured, when rates are those of the last second.
*/

} // namespace Axiom

#include "moc_performancemonitor.cpp"
