// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorreclaims_p.h"

#include <AxiomState/MemoryGovernor>

#include <QtCore/qlocale.h>

#include <algorithm>

namespace Axiom {

namespace {

constexpr qsizetype capacity = 64;

} // namespace

InspectorReclaims::InspectorReclaims(QObject *parent)
    : QAbstractListModel(parent), m_reclaims(MemoryGovernor::instance()->reclaims())
{
    std::sort(m_reclaims.begin(), m_reclaims.end(),
              [](const MemoryReclaim &a, const MemoryReclaim &b) { return a.time > b.time; });
    connect(MemoryGovernor::instance(), &MemoryGovernor::reclaimed, this, &InspectorReclaims::add);
}

InspectorReclaims::~InspectorReclaims() = default;

void InspectorReclaims::add(const MemoryReclaim &reclaim)
{
    if (m_reclaims.size() == capacity) {
        beginRemoveRows({}, count() - 1, count() - 1);
        m_reclaims.removeLast();
        endRemoveRows();
    }
    beginInsertRows({}, 0, 0);
    m_reclaims.prepend(reclaim);
    endInsertRows();
    Q_EMIT countChanged();
}

int InspectorReclaims::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant InspectorReclaims::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const MemoryReclaim &reclaim = m_reclaims.at(index.row());
    switch (role) {
    case TimeRole:
        return reclaim.time.toString(QStringLiteral("HH:mm:ss"));
    case Qt::DisplayRole:
    case TriggerRole:
        return reclaim.trigger;
    case FreedBytesRole:
        return qreal(reclaim.freedBytes);
    case BeforeRole:
        return qreal(reclaim.processBytesBefore);
    case AfterRole:
        return qreal(reclaim.processBytesAfter);
    case DurationRole:
        return reclaim.milliseconds();
    case LongestStepRole:
        return reclaim.longestStepMilliseconds();
    case PartsRole: {
        QStringList lines;
        for (const MemoryReclaim::Part &part : reclaim.parts) {
            lines.append(
                tr("%1: %2").arg(part.name, QLocale::c().formattedDataSize(part.freedBytes, 1)));
        }
        return lines.join(QStringLiteral(" · "));
    }
    default:
        return {};
    }
}

QHash<int, QByteArray> InspectorReclaims::roleNames() const
{
    return {
        {TimeRole, "time"},        {TriggerRole, "trigger"}, {FreedBytesRole, "freed"},
        {BeforeRole, "before"},    {AfterRole, "after"},     {DurationRole, "duration"},
        {LongestStepRole, "step"}, {PartsRole, "parts"},
    };
}

} // namespace Axiom
