// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/Histogram>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>
#include <QtQml/qqmlregistration.h>
#include <QtQuick/qquickitem.h>

#include <chrono>
#include <memory>

namespace Axiom {

namespace detail {
class FrameProbe;
} // namespace detail

// What the application did since the last sample, and a bounded history of it. Times are in
// milliseconds, rates are per second.
class AXIOM_INSPECTOR_EXPORT InspectorSampler : public QObject
{
    Q_OBJECT
    QML_ELEMENT

public:
    // Samples that are kept.
    static constexpr int Capacity = 120;

    explicit InspectorSampler(QObject *parent = nullptr);
    ~InspectorSampler() override;

    Q_PROPERTY(bool running READ isRunning WRITE setRunning NOTIFY runningChanged)
    bool isRunning() const { return m_timer.isActive(); }
    void setRunning(bool running);
    Q_SIGNAL void runningChanged();

    Q_PROPERTY(int interval READ interval WRITE setInterval NOTIFY intervalChanged)
    int interval() const { return m_timer.interval(); }
    void setInterval(int milliseconds);
    Q_SIGNAL void intervalChanged();

    // The window that it is in is measured.
    Q_PROPERTY(QQuickItem *item READ item WRITE setItem NOTIFY itemChanged)
    QQuickItem *item() const { return m_item; }
    void setItem(QQuickItem *item);
    Q_SIGNAL void itemChanged();

    // By which it is known how long the thread was held up. It must outlive the sampler.
    void setClock(const Clock *clock);

    Q_PROPERTY(int capacity MEMBER m_capacity CONSTANT)

    // Told of in turns, a group a frame: text to lay out and lines to draw add up. A plot takes the
    // histories by name, as they are dear to hand to QML.
    Q_PROPERTY(qreal frameBudget MEMBER m_frameBudget NOTIFY framesTold)
    Q_PROPERTY(qreal frameRate MEMBER m_frameRate NOTIFY framesTold)
    Q_PROPERTY(qreal frameWork MEMBER m_frameWork NOTIFY framesTold)
    Q_PROPERTY(qreal frameTime READ frameTime NOTIFY framesTold)
    qreal frameTime() const { return last(m_frameTimes); }
    Q_PROPERTY(QList<qreal> frameTimes MEMBER m_frameTimes NOTIFY framesTold)
    Q_SIGNAL void framesTold();

    Q_PROPERTY(qreal flushRate MEMBER m_flushRate NOTIFY flushesTold)
    Q_PROPERTY(qreal flushPercentile MEMBER m_flushPercentile NOTIFY flushesTold)
    Q_PROPERTY(qreal flushTime READ flushTime NOTIFY flushesTold)
    qreal flushTime() const { return last(m_flushTimes); }
    Q_PROPERTY(QList<qreal> flushTimes MEMBER m_flushTimes NOTIFY flushesTold)
    Q_SIGNAL void flushesTold();

    Q_PROPERTY(qreal coalescing MEMBER m_coalescing NOTIFY updatesTold)
    Q_PROPERTY(int pending MEMBER m_pending NOTIFY updatesTold)
    Q_PROPERTY(qreal updateRate READ updateRate NOTIFY updatesTold)
    qreal updateRate() const { return last(m_updateRates); }
    Q_PROPERTY(QList<qreal> updateRates MEMBER m_updateRates NOTIFY updatesTold)
    Q_SIGNAL void updatesTold();

    Q_PROPERTY(qreal rowSignalRate MEMBER m_rowSignalRate NOTIFY signalsTold)
    Q_PROPERTY(qreal signalRate READ signalRate NOTIFY signalsTold)
    qreal signalRate() const { return last(m_signalRates); }
    Q_PROPERTY(QList<qreal> signalRates MEMBER m_signalRates NOTIFY signalsTold)
    Q_SIGNAL void signalsTold();

    Q_PROPERTY(qreal residentBytes READ residentBytes NOTIFY memoryTold)
    qreal residentBytes() const { return last(m_processBytes); }
    Q_PROPERTY(QList<qreal> processBytes MEMBER m_processBytes NOTIFY memoryTold)
    // The time that the inspector itself took for the last sample, what shows it included.
    Q_PROPERTY(qreal ownTime READ ownTime NOTIFY memoryTold)
    qreal ownTime() const { return m_ownTime; }
    Q_SIGNAL void memoryTold();

    Q_INVOKABLE void sample();
    // The next group; false when none is left of the last sample.
    Q_INVOKABLE bool tellNext();

Q_SIGNALS:
    void sampled();

private:
    void start();
    void stop();
    void watchWindow();
    void pulse();
    static void append(QList<qreal> &history, qreal value);
    static qreal last(const QList<qreal> &history)
    {
        return history.isEmpty() ? 0 : history.constLast();
    }

    QTimer m_timer;
    QTimer m_turns; // while there is something to tell
    std::size_t m_nextTurn = 0;
    int m_turnsLeft = 0;
    QTimer m_pulse; // late when the thread was held up
    const Clock *m_clock = &Clock::steady();
    std::chrono::nanoseconds m_lastPulse{};
    std::chrono::nanoseconds m_heldUp{}; // since the last sample, the longest time
    QElapsedTimer m_sinceSample;
    QPointer<QQuickItem> m_item;
    QMetaObject::Connection m_windowChanged;
    QMetaObject::Connection m_flushed;
    std::unique_ptr<QObject> m_watching; // the context of the probe's connections
    std::shared_ptr<detail::FrameProbe> m_probe;
    BatchMetrics m_last;
    Histogram m_flushes; // since the last sample

    int m_capacity = Capacity;
    qreal m_frameBudget = 1000.0 / 60;
    qreal m_frameRate = 0;
    qreal m_frameWork = 0;
    QList<qreal> m_frameTimes;
    qreal m_flushRate = 0;
    qreal m_flushPercentile = 0;
    QList<qreal> m_flushTimes;
    qreal m_coalescing = 0;
    int m_pending = 0;
    QList<qreal> m_updateRates;
    qreal m_rowSignalRate = 0;
    QList<qreal> m_signalRates;
    QList<qreal> m_processBytes;
    qreal m_ownTime = 0;
    qreal m_timeOfSample = 0; // so far
};

} // namespace Axiom
