// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "alertwatch_p.h"

#include <algorithm>
#include <cmath>

namespace Axiom {

namespace detail {

namespace {

// Looks, of a second each as a rule.
constexpr int looksToRaise = 2;
constexpr int looksToClear = 5;
constexpr double clearBelow = 0.8; // of the threshold

double seconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

AlertWatch::Changes AlertWatch::check(const PerformanceReport &report,
                                      std::chrono::nanoseconds length)
{
    Changes changes;
    const QMutexLocker locker(&m_mutex);
    for (Watch &watch : m_watches)
        watch.isSeen = false;

    const double time = std::max(seconds(length), 1e-9);
    QHash<QString, qint64> cloned;
    for (const OperationStatistics &operation : report.operations) {
        if (operation.type == OperationType::Delivery) {
            look(Alert::Latency, operation.store, seconds(operation.lately.percentile(95)),
                 seconds(m_thresholds.latency), changes);
        }
        cloned[operation.store] +=
            operation.type == OperationType::Update ? operation.clonedBytes : 0;
    }
    for (auto it = cloned.cbegin(); it != cloned.cend(); ++it) {
        const double bytes = double(it.value() - m_clonedBefore.value(it.key()));
        look(Alert::CloneRate, it.key(), bytes / time, m_thresholds.clonedBytes, changes);
    }
    m_clonedBefore = std::move(cloned);

    const auto rate = [&](qint64 now, qint64 &before) {
        return double(now - std::exchange(before, now)) / time;
    };
    look(Alert::FrameOverrun, {}, rate(report.frameOverruns, m_overrunsBefore),
         m_thresholds.frameOverruns, changes);
    look(Alert::UpdateStorm, {}, rate(report.updateStorms, m_stormsBefore),
         m_thresholds.updateStorms, changes);
    look(Alert::DeadlineMisses, {}, rate(report.deadlineMisses, m_missesBefore),
         m_thresholds.deadlineMisses, changes);
    look(Alert::Memory, {}, double(report.processBytes), double(m_thresholds.memory), changes);

    // Of a store that is no more nothing more is said.
    m_watches.removeIf([&](auto watch) {
        if (watch->isSeen)
            return false;
        clear(*watch, changes);
        return true;
    });
    return changes;
}

void AlertWatch::look(Alert::Type type, const QString &store, double value, double threshold,
                      Changes &changes)
{
    Watch &watch = m_watches[{type, store}];
    watch.isSeen = true;
    const bool isOver = threshold > 0 && value >= threshold;
    const bool isBelow = threshold <= 0 || value < clearBelow * threshold;
    watch.over = isOver ? watch.over + 1 : 0;
    watch.below = isBelow ? watch.below + 1 : 0;
    if (watch.isRaised) {
        watch.alert.value = value;
        if (watch.below >= looksToClear)
            clear(watch, changes);
    } else if (watch.over >= looksToRaise) {
        watch.isRaised = true;
        watch.alert = {type, store, value, threshold, QDateTime::currentDateTime()};
        changes.raised.append(watch.alert);
    }
}

void AlertWatch::clear(Watch &watch, Changes &changes)
{
    if (std::exchange(watch.isRaised, false))
        changes.cleared.append(watch.alert);
}

QList<Alert> AlertWatch::active() const
{
    QList<Alert> alerts;
    const QMutexLocker locker(&m_mutex);
    for (const Watch &watch : m_watches) {
        if (watch.isRaised)
            alerts.append(watch.alert);
    }
    std::sort(alerts.begin(), alerts.end(), [](const Alert &a, const Alert &b) {
        return std::pair(a.time, a.type) < std::pair(b.time, b.type);
    });
    return alerts;
}

} // namespace detail

/*!
    \class Axiom::Alert
    \inmodule AxiomState
    \inheaderfile AxiomState/Alert
    \brief A figure that has passed its threshold.

    \sa PerformanceMonitor::alertRaised()
*/

/*!
    \enum Axiom::Alert::Type

    \value Latency The time in seconds from enqueue() until an update was announced, of which 95 of
    a hundred took less.
    \value FrameOverrun Flushes a second that took longer than a frame.
    \value UpdateStorm Stores a second that were parked, see BatchCoordinator::updateStorm().
    \value DeadlineMisses Updates a second that ran after their deadline.
    \value Memory The process's resident memory in bytes, where the system tells.
    \value CloneRate Bytes a second that a store's updates have copied.
*/

/*!
    \property Axiom::Alert::type
    \brief What it is about.
*/

/*!
    \property Axiom::Alert::store
    \brief The store's name; empty when it is not about one.
*/

/*!
    \property Axiom::Alert::value
    \brief The figure, in the unit that the type tells.
*/

/*!
    \property Axiom::Alert::threshold
    \brief What it has passed.
*/

/*!
    \property Axiom::Alert::time
    \brief When it was raised.
*/

/*!
    \property Axiom::Alert::message
    \brief The same in a sentence.
*/
QString Alert::message() const
{
    const QString who = store.isEmpty() ? QStringLiteral("the application") : store;
    const auto fixed = [](qreal number, int decimals) {
        return QString::number(number, 'f', decimals);
    };
    const auto mebibytes = [fixed](qreal bytes) { return fixed(bytes / (1 << 20), 0); };
    // All at once, for a name may have a %1 in it.
    switch (type) {
    case Latency:
        return QStringLiteral("%1: updates take up to %2 ms to be announced, more than %3 ms")
            .arg(who, fixed(value * 1e3, 1), fixed(threshold * 1e3, 1));
    case FrameOverrun:
        return QStringLiteral("%1: %2 flushes a second take longer than a frame")
            .arg(who, fixed(value, 1));
    case UpdateStorm:
        return QStringLiteral("%1: stores are updated without end by their own observers").arg(who);
    case DeadlineMisses:
        return QStringLiteral("%1: %2 updates a second miss their deadline")
            .arg(who, fixed(value, 1));
    case Memory:
        return QStringLiteral("%1: %2 MiB of memory are in use, more than %3 MiB")
            .arg(who, mebibytes(value), mebibytes(threshold));
    case CloneRate:
        return QStringLiteral("%1: updates copy %2 MiB a second").arg(who, mebibytes(value));
    }
    return {};
}

/*!
    \struct Axiom::AlertThresholds
    \inmodule AxiomState
    \inheaderfile AxiomState/Alert
    \brief From which figures on PerformanceMonitor raises an alert; 0 for never.

    It is raised when the figure is there in two looks running, a second apart, and cleared when it
    is below four fifths of the threshold in five.
*/

/*!
    \variable Axiom::AlertThresholds::latency
    From enqueue() until announced, of 95 in a hundred updates of a store; 100 ms at first, what
    people take for immediate (Nielsen, Usability Engineering, 1993).
*/

/*!
    \variable Axiom::AlertThresholds::frameOverruns
    Flushes a second that take longer than a frame; 6 at first, one frame in ten.
*/

/*!
    \variable Axiom::AlertThresholds::updateStorms
    Stores a second that are parked as their observers enqueue without end; 1 at first.
*/

/*!
    \variable Axiom::AlertThresholds::deadlineMisses
    Updates a second that miss their deadline; 1 at first.
*/

/*!
    \variable Axiom::AlertThresholds::memory
    Resident bytes of the process; 0 at first, as only the application knows what is much.
*/

/*!
    \variable Axiom::AlertThresholds::clonedBytes
    Bytes a second that the updates of one store copy; 256 MiB at first, some percent of what a
    memory can do.
*/

} // namespace Axiom

#include "moc_alert.cpp"
