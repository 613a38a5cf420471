// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorholders_p.h"

#include <AxiomState/MemoryGovernor>

#include <algorithm>
#include <chrono>
#include <utility>

namespace Axiom {

InspectorHolders::InspectorHolders(QObject *parent) : QAbstractListModel(parent) { }

InspectorHolders::~InspectorHolders() = default;

void InspectorHolders::refresh()
{
    const QList<Reclaimable *> holders = MemoryGovernor::instance()->reclaimables();
    removeAllBut(holders);

    std::vector<Row> rows;
    rows.reserve(std::size_t(holders.size()));
    qint64 total = 0;
    m_offeredBytes = 0;
    for (Reclaimable *holder : holders) {
        rows.push_back({holder, holder->name(), holder->offer()});
        total += rows.back().offer.residentBytes;
        m_offeredBytes += rows.back().offer.bytes;
    }
    const bool hasOtherTotal = std::exchange(m_totalBytes, total) != total;

    const int before = count();
    std::vector<QList<int>> changes;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        changes.push_back(changedRoles(m_rows[row], rows[row], hasOtherTotal));
        m_rows[row] = rows[row];
    }
    // Rows that changed in the same way are told of together.
    for (int first = 0, row = 1; row <= before; ++row) {
        const QList<int> &roles = changes[std::size_t(first)];
        if (row < before && changes[std::size_t(row)] == roles)
            continue;
        if (!roles.isEmpty())
            Q_EMIT dataChanged(index(first), index(row - 1), roles);
        first = row;
    }

    // The order is that in which they were added, so new ones are last.
    if (const int after = int(rows.size()); after > before) {
        beginInsertRows({}, before, after - 1);
        m_rows = std::move(rows);
        endInsertRows();
    }
    Q_EMIT refreshed();
}

void InspectorHolders::removeAllBut(const QList<Reclaimable *> &holders)
{
    for (int row = 0; row < count(); ++row) {
        const Reclaimable *holder = row < int(holders.size()) ? holders.at(row) : nullptr;
        const auto from = m_rows.begin() + row;
        const auto next =
            std::find_if(from, m_rows.end(), [holder](const Row &r) { return r.holder == holder; });
        if (next == from)
            continue;
        beginRemoveRows({}, row, int(next - m_rows.begin()) - 1);
        m_rows.erase(from, next);
        endRemoveRows();
    }
}

QList<int> InspectorHolders::changedRoles(const Row &before, const Row &now, bool hasOtherTotal)
{
    QList<int> roles;
    if (before.name != now.name)
        roles << Qt::DisplayRole << NameRole;
    const bool hasOtherSize = before.offer.residentBytes != now.offer.residentBytes;
    if (hasOtherSize)
        roles << ResidentBytesRole;
    if (hasOtherSize || hasOtherTotal)
        roles << ResidentShareRole;
    const bool hasOtherOffer = before.offer.bytes != now.offer.bytes;
    if (hasOtherOffer)
        roles << OfferedBytesRole;
    if (hasOtherOffer || hasOtherTotal)
        roles << OfferedShareRole;
    if (before.offer.idle != now.offer.idle)
        roles << IdleRole;
    return roles;
}

int InspectorHolders::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant InspectorHolders::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return row.name;
    case ResidentBytesRole:
        return qreal(row.offer.residentBytes);
    case OfferedBytesRole:
        return qreal(row.offer.bytes);
    case IdleRole:
        return std::chrono::duration<qreal>(row.offer.idle).count();
    case ResidentShareRole:
        return qreal(row.offer.residentBytes) / std::max(totalBytes(), 1.0);
    case OfferedShareRole:
        return qreal(row.offer.bytes) / std::max(totalBytes(), 1.0);
    default:
        return {};
    }
}

QHash<int, QByteArray> InspectorHolders::roleNames() const
{
    return {
        {NameRole, "name"},
        {ResidentBytesRole, "residentBytes"},
        {OfferedBytesRole, "offeredBytes"},
        {IdleRole, "idle"},
        {ResidentShareRole, "residentShare"},
        {OfferedShareRole, "offeredShare"},
    };
}

} // namespace Axiom
