// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

// Registers what Core has with QML; Core itself knows nothing of QML.

#include "suspension_p.h"
#include "windowframes_p.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Enums>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/OptimizationEngine>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateError>
#include <AxiomState/StateStore>
#include <AxiomState/UpdateTicket>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>
#include <QtQml/qqml.h>
#include <QtQml/qqmlengine.h>

namespace AxiomForeign {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(Axiom)
QML_NAMED_ELEMENT(Axiom)

// The generated registration, which includes this, is part of every application that has the
// module, also when the library is a static one.
inline const bool followsWindows = Axiom::detail::WindowFrames::install();
inline const bool followsSuspension = Axiom::detail::watchForSuspension();

// Those of the application; an engine in another thread, which must not connect to them, has none.
template <typename Singleton>
Singleton *instance()
{
    const QCoreApplication *application = QCoreApplication::instance();
    if (!application || application->thread() != QThread::currentThread())
        return nullptr;
    Singleton *singleton = Singleton::instance();
    QJSEngine::setObjectOwnership(singleton, QJSEngine::CppOwnership);
    return singleton;
}
} // namespace AxiomForeign

struct StateStoreForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::StateStore)
    QML_NAMED_ELEMENT(StateStore)
    QML_UNCREATABLE("StateStore is the base of stores written in C++")
};

struct StateErrorForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::StateError)
    QML_VALUE_TYPE(stateError)
};

// Gives QML the names of StateError's codes: value types have lower-case names, enums need others.
namespace StateErrorEnums {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(Axiom::StateError)
QML_NAMED_ELEMENT(StateError)
} // namespace StateErrorEnums

struct DeadlineMissForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::DeadlineMiss)
    QML_VALUE_TYPE(deadlineMiss)
};

struct BatchMetricsForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::BatchMetrics)
    QML_VALUE_TYPE(batchMetrics)
};

struct FlushInfoForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::FlushInfo)
    QML_VALUE_TYPE(flushInfo)
};

struct MemoryReclaimForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::MemoryReclaim)
    QML_VALUE_TYPE(memoryReclaim)
};

struct MemoryPressureMonitorForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::MemoryPressureMonitor)
    QML_NAMED_ELEMENT(MemoryPressureMonitor)
    QML_SINGLETON

public:
    static Axiom::MemoryPressureMonitor *create(QQmlEngine *, QJSEngine *)
    {
        return AxiomForeign::instance<Axiom::MemoryPressureMonitor>();
    }
};

struct MemoryGovernorForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::MemoryGovernor)
    QML_NAMED_ELEMENT(MemoryGovernor)
    QML_SINGLETON

public:
    static Axiom::MemoryGovernor *create(QQmlEngine *, QJSEngine *)
    {
        return AxiomForeign::instance<Axiom::MemoryGovernor>();
    }
};

struct AlertForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::Alert)
    QML_VALUE_TYPE(alert)
};

// As for StateError.
namespace AlertEnums {
Q_NAMESPACE
QML_FOREIGN_NAMESPACE(Axiom::Alert)
QML_NAMED_ELEMENT(Alert)
} // namespace AlertEnums

struct OptimizationEngineForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::OptimizationEngine)
    QML_NAMED_ELEMENT(OptimizationEngine)
    QML_UNCREATABLE("The engine is PerformanceMonitor's")
};

struct PerformanceMonitorForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::PerformanceMonitor)
    QML_NAMED_ELEMENT(PerformanceMonitor)
    QML_SINGLETON

public:
    static Axiom::PerformanceMonitor *create(QQmlEngine *, QJSEngine *)
    {
        return AxiomForeign::instance<Axiom::PerformanceMonitor>();
    }
};

struct BatchCoordinatorForeign
{
    Q_GADGET
    QML_FOREIGN(Axiom::BatchCoordinator)
    QML_NAMED_ELEMENT(BatchCoordinator)
    QML_SINGLETON

public:
    static Axiom::BatchCoordinator *create(QQmlEngine *, QJSEngine *)
    {
        auto *coordinator = Axiom::BatchCoordinator::instance();
        QJSEngine::setObjectOwnership(coordinator, QJSEngine::CppOwnership);
        return coordinator;
    }
};
