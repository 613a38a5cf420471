// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>

// What the tests of the monitor share: a store, and its figures in a report.

struct Item
{
    QString name;
    int value = 0;
    AXIOM_FIELDS(Item, name, value)
};

struct ShopState
{
    Axiom::CowVector<Item> items;
    QString title;
    int count = 0;
    AXIOM_FIELDS(ShopState, items, title, count)
};

class ShopStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(QString title READ title NOTIFY titleChanged)

public:
    explicit ShopStore(const QString &name = {}) { setName(name); }
    QString title() const { return state->title; }
    QAbstractItemModel *items() { return state.listModel(&ShopState::items); }

    Axiom::State<ShopState> state{this};

Q_SIGNALS:
    void titleChanged();
};

inline Axiom::PerformanceMonitor &monitor()
{
    return *Axiom::PerformanceMonitor::instance();
}

inline Axiom::OperationStatistics statistics(const QString &store, Axiom::OperationType type)
{
    for (const Axiom::OperationStatistics &operation : monitor().generateReport().operations) {
        if (operation.store == store && operation.type == type)
            return operation;
    }
    return {};
}

inline qint64 countOf(const QString &store, Axiom::OperationType type)
{
    return statistics(store, type).count;
}
