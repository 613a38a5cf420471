// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationsmodel_p.h"

#include <algorithm>

namespace Axiom {

namespace {

using Engine = OptimizationEngine;

constexpr int roles[] = {Engine::TimeRole,   Engine::StoreRole,    Engine::KindRole,
                         Engine::ActionRole, Engine::EvidenceRole, Engine::EffectRole,
                         Engine::StateRole,  Engine::CanApplyRole, Engine::CanUndoRole};

QVariant valueOf(const OptimizationRecord &record, int role)
{
    switch (role) {
    case Engine::TimeRole:
        return record.time;
    case Engine::StoreRole:
        return record.suggestion.store;
    case Engine::KindRole:
        return int(record.suggestion.kind);
    case Qt::DisplayRole:
    case Engine::ActionRole:
        return record.suggestion.action();
    case Engine::EvidenceRole:
        return record.suggestion.evidence;
    case Engine::EffectRole:
        return record.effect;
    case Engine::StateRole:
        return int(record.state);
    case Engine::CanApplyRole:
        return record.canApply;
    case Engine::CanUndoRole:
        return record.canUndo;
    default:
        return {};
    }
}

} // namespace

OptimizationsModel::OptimizationsModel(QObject *parent) : QAbstractListModel(parent) { }

OptimizationsModel::~OptimizationsModel() = default;

int OptimizationsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant OptimizationsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || !checkIndex(index))
        return {};
    return valueOf(m_rows[std::size_t(index.row())].shown, role);
}

QHash<int, QByteArray> OptimizationsModel::roleNames() const
{
    return {
        {Engine::TimeRole, "time"},         {Engine::StoreRole, "store"},
        {Engine::KindRole, "kind"},         {Engine::ActionRole, "action"},
        {Engine::EvidenceRole, "evidence"}, {Engine::EffectRole, "effect"},
        {Engine::StateRole, "state"},       {Engine::CanApplyRole, "canApply"},
        {Engine::CanUndoRole, "canUndo"},
    };
}

std::vector<OptimizationsModel::Record> OptimizationsModel::records() const
{
    std::vector<Record> records;
    records.reserve(m_rows.size());
    for (const Row &row : m_rows)
        records.push_back(row.record);
    return records;
}

OptimizationsModel::Record OptimizationsModel::record(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[std::size_t(row)].record : nullptr;
}

void OptimizationsModel::prepend(const Record &record)
{
    beginInsertRows({}, 0, 0);
    m_rows.insert(m_rows.begin(), {record, *record});
    endInsertRows();
}

void OptimizationsModel::remove(const Record &record)
{
    const int row = rowOf(record);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
}

void OptimizationsModel::refresh(const Record &record)
{
    const int row = rowOf(record);
    if (row < 0)
        return;
    OptimizationRecord &shown = m_rows[std::size_t(row)].shown;
    QList<int> changed;
    for (const int role : roles) {
        if (valueOf(shown, role) != valueOf(*record, role))
            changed.append(role);
    }
    if (changed.isEmpty())
        return;
    if (changed.contains(Engine::ActionRole))
        changed.append(Qt::DisplayRole);
    shown = *record;
    Q_EMIT dataChanged(index(row), index(row), changed);
}

int OptimizationsModel::rowOf(const Record &record) const
{
    const auto it = std::find_if(m_rows.begin(), m_rows.end(),
                                 [&](const Row &row) { return row.record == record; });
    return it == m_rows.end() ? -1 : int(it - m_rows.begin());
}

} // namespace Axiom

#include "moc_optimizationsmodel_p.cpp"
