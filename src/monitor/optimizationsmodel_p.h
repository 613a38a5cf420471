// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "optimizationengine.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qdatetime.h>

#include <memory>
#include <vector>

namespace Axiom {

struct TrackedStore;

// A suggestion and what became of it.
struct OptimizationRecord
{
    // What the model shows.
    QDateTime time;
    OptimizationSuggestion suggestion;
    QString effect;
    OptimizationEngine::State state = OptimizationEngine::Suggested;
    bool canApply = false;
    bool canUndo = false;

    std::weak_ptr<TrackedStore> store;
    OptimizationMetrics baseline; // the windows that led to it
    StoreSettings before;
    StoreSettings applied;
    bool holds = false;   // applied, and neither taken back nor overridden since
    double thawShare = 0; // averaged over the last minute
};

// Shows the records, the newest first. Rows show a record as it was when refresh() was called last,
// so that data and signals are in step.
class OptimizationsModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using Record = std::shared_ptr<OptimizationRecord>;

    explicit OptimizationsModel(QObject *parent);
    ~OptimizationsModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    // A copy, as records may come and go while one looks at them.
    std::vector<Record> records() const;
    Record record(int row) const;
    void prepend(const Record &record);
    void remove(const Record &record);
    void refresh(const Record &record);

private:
    struct Row
    {
        Record record;
        OptimizationRecord shown;
    };

    int rowOf(const Record &record) const;

    std::vector<Row> m_rows;
};

} // namespace Axiom
