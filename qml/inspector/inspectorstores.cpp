// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorstores_p.h"

#include "../../src/store/storeregistry_p.h"

#include <QtCore/qcoreevent.h>
#include <QtCore/qset.h>

#include <algorithm>

namespace Axiom {

InspectorStores::InspectorStores(QObject *parent) : QAbstractListModel(parent) { }

InspectorStores::~InspectorStores() = default;

InspectorStores::Figures InspectorStores::figuresOf(StateStore *store, const Figures &before,
                                                    double seconds)
{
    Figures figures;
    figures.name = store->name();
    figures.revision = store->revision();
    figures.updateMode = store->updateMode();
    figures.updateModeReason = store->updateModeReason();
    figures.updateRate = store->updateRate();
    figures.pending = store->pendingUpdates();
    if (seconds > 0)
        figures.commitRate = double(figures.revision - before.revision) / seconds;

    const std::shared_ptr<detail::StateCore> &core = store->core();
    if (!core)
        return figures;
    const detail::FrozenParts parts = core->frozenParts();
    figures.frozenBytes = parts.frozenBytes;
    if (parts.frozen > 0)
        figures.residency =
            parts.resident + parts.thawed == 0 ? Residency::Frozen : Residency::Partial;
    // To walk a large state takes milliseconds. The result is kept until it changes, so one at
    // rest is measured once, and one that changes is estimated.
    figures.isEstimated = figures.revision != before.revision && parts.residentBytes > 0;
    figures.residentBytes =
        figures.isEstimated ? parts.residentBytes + parts.thawedBytes : store->residentBytes();
    figures.isHeldElsewhere = core->isHeldElsewhere();
    figures.inPlaceRatio = core->cowMetrics().inPlaceRatio();
    figures.strategy = core->strategy();
    return figures;
}

void InspectorStores::refresh()
{
    const double seconds =
        m_sinceRefresh.isValid() ? double(m_sinceRefresh.nsecsElapsed()) / 1e9 : 0;
    m_sinceRefresh.start();
    const int before = count();
    QSet<const StateStore *> known;
    for (const Row &row : m_rows)
        known.insert(row.store);
    for (StateStore *store : detail::storesOfThisThread()) {
        if (known.contains(store))
            continue;
        beginInsertRows({}, count(), count());
        m_rows.push_back({store, figuresOf(store, {}, 0)});
        connect(store, &QObject::destroyed, this, [this, store] {
            if (const int row = rowOf(store); row >= 0)
                remove(row);
        });
        store->installEventFilter(this);
        endInsertRows();
    }
    for (int row = 0; row < before; ++row) {
        Figures &figures = m_rows[std::size_t(row)].figures;
        Figures now = figuresOf(m_rows[std::size_t(row)].store, figures, seconds);
        if (figures == now)
            continue;
        const QList<int> roles = changedRoles(figures, now);
        figures = std::move(now);
        Q_EMIT dataChanged(index(row), index(row), roles);
    }
    if (count() != before)
        Q_EMIT countChanged();
    updateCurrent();
}

// One that goes to another thread may be looked at no more. It is told while it still is in this one.
bool InspectorStores::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ThreadChange) {
        const auto isWatched = [watched](const Row &row) { return row.store == watched; };
        const auto found = std::find_if(m_rows.begin(), m_rows.end(), isWatched);
        watched->removeEventFilter(this);
        watched->disconnect(this);
        if (found != m_rows.end())
            remove(int(found - m_rows.begin()));
    }
    return QAbstractListModel::eventFilter(watched, event);
}

// Each that is named makes QML evaluate all that depends on it once more.
QList<int> InspectorStores::changedRoles(const Figures &before, const Figures &now)
{
    QList<int> roles;
    if (before.name != now.name)
        roles.append(Qt::DisplayRole);
    for (int role = NameRole; role <= PendingRole; ++role) {
        if (figure(before, role) != figure(now, role))
            roles.append(role);
    }
    return roles;
}

void InspectorStores::setCurrentRow(int row)
{
    if (m_currentRow == row)
        return;
    m_currentRow = row;
    m_current = storeAt(row);
    Q_EMIT currentChanged();
}

void InspectorStores::updateCurrent()
{
    if (m_current == storeAt(m_currentRow))
        return;
    m_current = storeAt(m_currentRow);
    Q_EMIT currentChanged();
}

void InspectorStores::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    // The chosen one stays so, and the one that follows comes in its place.
    if (row < m_currentRow || m_currentRow == count())
        m_currentRow = std::max(0, m_currentRow - 1);
    endRemoveRows();
    updateCurrent();
    Q_EMIT countChanged();
}

StateStore *InspectorStores::storeAt(int row) const
{
    return row >= 0 && row < count() ? m_rows[std::size_t(row)].store : nullptr;
}

int InspectorStores::rowOf(StateStore *store) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [store](const Row &row) { return row.store == store; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int InspectorStores::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant InspectorStores::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    return role == StoreRole ? QVariant::fromValue(row.store) : figure(row.figures, role);
}

QVariant InspectorStores::figure(const Figures &figures, int role)
{
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return figures.name;
    case RevisionRole:
        return qreal(figures.revision);
    case ResidentBytesRole:
        return qreal(figures.residentBytes);
    case EstimatedRole:
        return figures.isEstimated;
    case FrozenBytesRole:
        return qreal(figures.frozenBytes);
    case ResidencyRole:
        return int(figures.residency);
    case HeldElsewhereRole:
        return figures.isHeldElsewhere;
    case InPlaceRatioRole:
        return figures.inPlaceRatio;
    case StrategyRole:
        return int(figures.strategy);
    case UpdateModeRole:
        return int(figures.updateMode);
    case UpdateModeReasonRole:
        return int(figures.updateModeReason);
    case UpdateRateRole:
        return figures.updateRate;
    case CommitRateRole:
        return figures.commitRate;
    case PendingRole:
        return figures.pending;
    default:
        return {};
    }
}

QHash<int, QByteArray> InspectorStores::roleNames() const
{
    return {
        {StoreRole, "store"},
        {NameRole, "name"},
        {RevisionRole, "revision"},
        {ResidentBytesRole, "residentBytes"},
        {EstimatedRole, "estimated"},
        {FrozenBytesRole, "frozenBytes"},
        {ResidencyRole, "residency"},
        {HeldElsewhereRole, "heldElsewhere"},
        {InPlaceRatioRole, "inPlaceRatio"},
        {StrategyRole, "strategy"},
        {UpdateModeRole, "updateMode"},
        {UpdateModeReasonRole, "updateModeReason"},
        {UpdateRateRole, "updateRate"},
        {CommitRateRole, "commitRate"},
        {PendingRole, "pending"},
    };
}

} // namespace Axiom
