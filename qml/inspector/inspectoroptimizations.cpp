// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectoroptimizations_p.h"

#include <AxiomState/OptimizationEngine>
#include <AxiomState/PerformanceMonitor>

namespace Axiom {

InspectorOptimizations::InspectorOptimizations(QObject *parent) : QIdentityProxyModel(parent)
{
    setSourceModel(PerformanceMonitor::instance()->optimizations());
    connect(PerformanceMonitor::instance(), &PerformanceMonitor::autoOptimizeChanged, this,
            &InspectorOptimizations::automaticChanged);
    connect(this, &QAbstractItemModel::rowsInserted, this, &InspectorOptimizations::countChanged);
    connect(this, &QAbstractItemModel::rowsRemoved, this, &InspectorOptimizations::countChanged);
    connect(this, &QAbstractItemModel::modelReset, this, &InspectorOptimizations::countChanged);
}

bool InspectorOptimizations::isAutomatic() const
{
    return PerformanceMonitor::instance()->isAutoOptimize();
}

void InspectorOptimizations::setAutomatic(bool automatic)
{
    PerformanceMonitor::instance()->setAutoOptimize(automatic);
}

bool InspectorOptimizations::apply(int row)
{
    return PerformanceMonitor::instance()->engine()->apply(row);
}

bool InspectorOptimizations::undo(int row)
{
    return PerformanceMonitor::instance()->engine()->undo(row);
}

// The delegate of a view has a state of its own.
QHash<int, QByteArray> InspectorOptimizations::roleNames() const
{
    QHash<int, QByteArray> names = QIdentityProxyModel::roleNames();
    names[OptimizationEngine::StateRole] = "outcome";
    return names;
}

} // namespace Axiom
