// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../monitor/flushrecord.h"
#include "../store/detail/listsource.h"
#include "rowslookedat_p.h"

#include <QtCore/qabstractitemmodel.h>

#include <vector>

namespace Axiom {

// The item model over a collection of a store: turns the steps of its source into row signals.
class ListModel final : public QAbstractListModel, private detail::RowSink
{
    Q_OBJECT

public:
    ListModel(std::unique_ptr<detail::ListSource> source, QObject *parent);
    ~ListModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QHash<int, QByteArray> roleNames() const override;

    void show(const detail::VersionRef &version);
    void replace(const detail::Version &before, const detail::Version &now);
    void release();
    quint64 readCount() const { return m_readCount; }
    bool isObserved() const;
    void addShown(std::vector<detail::ElementsInUse> &elements) const;

private:
    std::vector<detail::RowRange> rowsLookedAt(When when) const override;
    void beginInsert(qsizetype first, qsizetype count) override;
    void endInsert() override;
    void beginRemove(qsizetype first, qsizetype count) override;
    void endRemove() override;
    void beginMove(qsizetype first, qsizetype count, qsizetype to) override;
    void endMove() override;
    void beginReorder() override;
    void endReorder(const std::function<qsizetype(qsizetype)> &newRow) override;
    void update(std::vector<detail::UpdatedRows> rows,
                const std::function<void(qsizetype)> &showUpTo) override;

    int fieldOfRole(int role) const;
    QList<int> roles(FieldMask fields) const;

    const std::unique_ptr<detail::ListSource> m_source;
    const QByteArrayList m_fieldNames;
    detail::VersionRef m_next; // arrived while rows were being changed
    mutable RowsLookedAt m_lookedAt;
    mutable quint64 m_readCount = 0;
    void noteRows(int FlushRecord::StoreChange::*counter, qsizetype count);

    int m_signals = 0;
    bool m_showing = false;
    bool m_changingRows = false; // between the begin and the end of a step
    bool m_isReleased = false;
};

} // namespace Axiom
