// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_BATCHCOORDINATOR_H
#define AXIOM_BATCHCOORDINATOR_H

#include "../core/enums.h"
#include "../core/histogram.h"
#include "performancetarget.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <array>
#include <functional>
#include <memory>

namespace Axiom {

class BatchHost;

namespace detail {
class Inbox;
} // namespace detail

struct AXIOM_CORE_EXPORT FlushInfo
{
    Q_GADGET
    Q_PROPERTY(int updates MEMBER updates)
    Q_PROPERTY(int stores MEMBER stores)
    Q_PROPERTY(qreal applyMilliseconds READ applyMilliseconds)
    Q_PROPERTY(qreal publishMilliseconds READ publishMilliseconds)

public:
    int updates = 0;
    int stores = 0;
    std::chrono::nanoseconds applyTime = {};
    std::chrono::nanoseconds publishTime = {};

    qreal applyMilliseconds() const { return double(applyTime.count()) / 1e6; }
    qreal publishMilliseconds() const { return double(publishTime.count()) / 1e6; }
};

struct AXIOM_CORE_EXPORT DeadlineMiss
{
    Q_GADGET
    Q_PROPERTY(QObject *store READ storeForQml)
    Q_PROPERTY(Axiom::Priority priority MEMBER priority)
    Q_PROPERTY(qreal lateMilliseconds READ lateMilliseconds)

public:
    QPointer<QObject> store;
    Priority priority = Priority::Normal;
    std::chrono::nanoseconds late = {};

    QObject *storeForQml() const { return store; }

    qreal lateMilliseconds() const { return double(late.count()) / 1e6; }
};

struct AXIOM_CORE_EXPORT BatchMetrics
{
    Q_GADGET
    Q_PROPERTY(qreal queued READ queuedForQml)
    Q_PROPERTY(qreal applied READ appliedForQml)
    Q_PROPERTY(qreal coalesced READ coalescedForQml)
    Q_PROPERTY(qreal cancelled READ cancelledForQml)
    Q_PROPERTY(qreal failed READ failedForQml)
    Q_PROPERTY(qreal dropped READ droppedForQml)
    Q_PROPERTY(qreal rejected READ rejectedForQml)
    Q_PROPERTY(qreal deadlineMisses READ deadlineMissesForQml)
    Q_PROPERTY(qreal flushes READ flushesForQml)
    Q_PROPERTY(qreal notifications READ notificationsForQml)
    Q_PROPERTY(qreal rowSignals READ rowSignalsForQml)

public:
    qint64 queued = 0;
    qint64 applied = 0;
    qint64 coalesced = 0;
    qint64 cancelled = 0;
    qint64 failed = 0;
    qint64 dropped = 0;
    qint64 rejected = 0;
    qint64 deadlineMisses = 0;
    qint64 flushes = 0;
    qint64 notifications = 0;
    qint64 rowSignals = 0;
    Histogram flushTime;
    std::array<Histogram, 5> latency; // by priority

    // QML has no 64-bit integers.
    qreal queuedForQml() const { return qreal(queued); }
    qreal appliedForQml() const { return qreal(applied); }
    qreal coalescedForQml() const { return qreal(coalesced); }
    qreal cancelledForQml() const { return qreal(cancelled); }
    qreal failedForQml() const { return qreal(failed); }
    qreal droppedForQml() const { return qreal(dropped); }
    qreal rejectedForQml() const { return qreal(rejected); }
    qreal deadlineMissesForQml() const { return qreal(deadlineMisses); }
    qreal flushesForQml() const { return qreal(flushes); }
    qreal notificationsForQml() const { return qreal(notifications); }
    qreal rowSignalsForQml() const { return qreal(rowSignals); }

    friend bool operator==(const BatchMetrics &, const BatchMetrics &) = default;
};

class AXIOM_CORE_EXPORT BatchCoordinator : public QObject
{
    Q_OBJECT

public:
    static BatchCoordinator *instance();
    static void setInstance(BatchCoordinator *coordinator);

    explicit BatchCoordinator(std::unique_ptr<BatchHost> host, QObject *parent = nullptr);
    ~BatchCoordinator() override;

    Q_INVOKABLE void flush();
    void flush(QDeadlineTimer deadline);
    Q_INVOKABLE void flushForFrame();

    PerformanceTarget performanceTarget() const;
    void setPerformanceTarget(const PerformanceTarget &target);

    Q_PROPERTY(qreal updateRate READ updateRate NOTIFY metricsChanged)
    qreal updateRate() const;

    Q_PROPERTY(int pendingCount READ pendingCount NOTIFY flushed)
    int pendingCount() const;

    Q_PROPERTY(Axiom::BatchMetrics metrics READ metrics NOTIFY metricsChanged)
    BatchMetrics metrics() const;
    Q_INVOKABLE qreal latencyMilliseconds(Axiom::Priority priority, qreal percent) const;
    Q_INVOKABLE qreal flushMilliseconds(qreal percent) const;

    void postIdle(std::function<void()> task,
                  std::chrono::milliseconds latest = std::chrono::seconds(2));

    // For stores and their models.
    const std::shared_ptr<detail::Inbox> &inbox() const;
    void flushCritical();
    void leaveApplication();
    void joinApplication();
    void noteCommit() noexcept;
    void countNotifications(int count);
    void countRowSignals(int count);

Q_SIGNALS:
    void flushed(const Axiom::FlushInfo &info);
    void deadlineMissed(const Axiom::DeadlineMiss &miss);
    void updateStorm(QObject *store);
    void metricsChanged();

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Axiom

Q_DECLARE_METATYPE(Axiom::FlushInfo)
Q_DECLARE_METATYPE(Axiom::DeadlineMiss)
Q_DECLARE_METATYPE(Axiom::BatchMetrics)

#endif // AXIOM_BATCHCOORDINATOR_H
