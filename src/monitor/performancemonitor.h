// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_PERFORMANCEMONITOR_H
#define AXIOM_PERFORMANCEMONITOR_H

#include "alert.h"
#include "flushrecord.h"
#include "performancereport.h"

#include "../core/enums.h"
#include "../core/stateerror.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qobject.h>

#include <chrono>
#include <memory>

namespace Axiom {

class Clock;
class OptimizationEngine;

class AXIOM_CORE_EXPORT PerformanceMonitor : public QObject
{
    Q_OBJECT

public:
    static PerformanceMonitor *instance();
    ~PerformanceMonitor() override;

    Q_PROPERTY(bool enabled READ isEnabled WRITE setEnabled NOTIFY enabledChanged)
    bool isEnabled() const;
    void setEnabled(bool enabled);
    Q_SIGNAL void enabledChanged();

    Q_PROPERTY(bool sampling READ isSampling WRITE setSampling NOTIFY samplingChanged)
    bool isSampling() const;
    void setSampling(bool sampling);
    Q_SIGNAL void samplingChanged();

    void recordOperation(OperationType type, std::chrono::nanoseconds duration,
                         qint64 memoryDelta = 0, qint64 stateSize = 0,
                         const QObject *store = nullptr);

    PerformanceReport generateReport() const;
    Q_INVOKABLE QString reportAsMarkdown() const;
    Q_INVOKABLE QString reportAsJson() const;

    AlertThresholds alertThresholds() const;
    void setAlertThresholds(const AlertThresholds &thresholds);
    Q_PROPERTY(QList<Axiom::Alert> alerts READ alerts NOTIFY alertsChanged)
    QList<Alert> alerts() const;
    Q_SIGNAL void alertsChanged();

    // The newest ones, oldest first.
    QList<FlushRecord> flushes() const;
    bool exportTrace(const QString &fileName, StateError *error = nullptr) const;
    Q_INVOKABLE bool saveTrace(const QString &fileName);

    Q_PROPERTY(
        bool autoOptimize READ isAutoOptimize WRITE setAutoOptimize NOTIFY autoOptimizeChanged)
    bool isAutoOptimize() const;
    void setAutoOptimize(bool autoOptimize);
    Q_SIGNAL void autoOptimizeChanged();

    Q_PROPERTY(QAbstractItemModel *optimizations READ optimizations CONSTANT)
    QAbstractItemModel *optimizations() const;
    OptimizationEngine *engine() const;

    // For tests, which need not wait.
    void setClock(const Clock *clock);
    void check();

Q_SIGNALS:
    void alertRaised(const Axiom::Alert &alert);
    void alertCleared(const Axiom::Alert &alert);
    void errorOccurred(const Axiom::StateError &error);
    // Once a second while anything happens.
    void checked();

private:
    PerformanceMonitor();

    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Axiom

#endif // AXIOM_PERFORMANCEMONITOR_H
