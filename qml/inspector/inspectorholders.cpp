// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorholders_p.h"

#include <AxiomState/MemoryGovernor>

#include <algorithm>
#include <chrono>

namespace Axiom {

InspectorHolders::InspectorHolders(QObject *parent) : QAbstractListModel(parent) { }

InspectorHolders::~InspectorHolders() = default;

void InspectorHolders::refresh()
{
    const QList<Reclaimable *> holders = MemoryGovernor::instance()->reclaimables();
    for (int row = count() - 1; row >= 0; --row) {
        const Reclaimable *holder = m_rows[std::size_t(row)].holder;
        if (std::find(holders.begin(), holders.end(), holder) != holders.end())
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
    // The order is that in which they were added, so new ones are last.
    const int before = count();
    for (int row = 0; row < int(holders.size()); ++row) {
        Reclaimable *holder = holders.at(row);
        const Row now{holder, holder->name(), holder->offer()};
        if (row == count()) {
            beginInsertRows({}, row, row);
            m_rows.push_back(now);
            endInsertRows();
        } else {
            m_rows[std::size_t(row)] = now;
        }
    }
    if (before > 0)
        Q_EMIT dataChanged(index(0), index(before - 1));
    Q_EMIT refreshed();
}

qreal InspectorHolders::totalBytes() const
{
    qint64 bytes = 0;
    for (const Row &row : m_rows)
        bytes += row.offer.residentBytes;
    return qreal(bytes);
}

qreal InspectorHolders::offeredBytes() const
{
    qint64 bytes = 0;
    for (const Row &row : m_rows)
        bytes += row.offer.bytes;
    return qreal(bytes);
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
