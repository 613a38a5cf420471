// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorflushes_p.h"

#include <AxiomState/PerformanceMonitor>

#include <QtCore/qlocale.h>
#include <QtCore/qmetaobject.h>

#include <algorithm>
#include <chrono>

namespace Axiom {

namespace {

qreal milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<qreal, std::milli>(duration).count();
}

QString number(int count)
{
    return QLocale(QLocale::English).toString(count);
}

QString priorityName(Priority priority)
{
    const auto type = QMetaEnum::fromType<Priority>();
    return QString::fromLatin1(type.valueToKey(int(priority))).toLower();
}

QString storeName(const QString &name)
{
    return name.isEmpty() ? InspectorFlushes::tr("unnamed store") : name;
}

QString placeName(const FlushRecord::Origin &origin)
{
    return origin.where.isEmpty() ? InspectorFlushes::tr("unlabelled") : origin.where;
}

QStringList originLines(const FlushRecord &record)
{
    QStringList lines;
    for (const FlushRecord::Origin &origin : record.origins) {
        lines.append(InspectorFlushes::tr("%1 · %2 × %3 · %4 priority")
                         .arg(storeName(origin.store), number(origin.updates), placeName(origin),
                              priorityName(origin.priority)));
    }
    if (record.otherOriginUpdates > 0) {
        lines.append(InspectorFlushes::tr("and %1 updates of others")
                         .arg(number(record.otherOriginUpdates)));
    }
    return lines;
}

QString rowsOf(const FlushRecord::StoreChange &change)
{
    QStringList parts;
    const auto add = [&parts](int count, const QString &text) {
        if (count > 0)
            parts.append(text.arg(number(count)));
    };
    add(change.rowsInserted, InspectorFlushes::tr("%1 inserted"));
    add(change.rowsRemoved, InspectorFlushes::tr("%1 removed"));
    add(change.rowsMoved, InspectorFlushes::tr("%1 moved"));
    add(change.rowsChanged, InspectorFlushes::tr("%1 changed"));
    return parts.isEmpty() ? QString()
                           : InspectorFlushes::tr("rows: %1").arg(parts.join(QStringLiteral(", ")));
}

QStringList changeLines(const FlushRecord &record)
{
    QStringList lines;
    for (const FlushRecord::StoreChange &change : record.stores) {
        QStringList parts{storeName(change.store)
                          + InspectorFlushes::tr(" → revision %1").arg(change.revision)};
        if (!change.fields.isEmpty())
            parts.append(change.fields.join(QStringLiteral(", ")));
        if (const QString rows = rowsOf(change); !rows.isEmpty())
            parts.append(rows);
        parts.append(InspectorFlushes::tr("%1 property and %2 row signals")
                         .arg(number(change.propertySignals), number(change.rowSignals)));
        lines.append(parts.join(QStringLiteral(" · ")));
    }
    if (record.otherStores > 0)
        lines.append(InspectorFlushes::tr("and %1 more stores").arg(number(record.otherStores)));
    return lines;
}

} // namespace

InspectorFlushes::InspectorFlushes(QObject *parent) : QAbstractListModel(parent) { }

InspectorFlushes::~InspectorFlushes() = default;

void InspectorFlushes::setPaused(bool paused)
{
    if (m_isPaused == paused)
        return;
    m_isPaused = paused;
    Q_EMIT pausedChanged();
    refresh();
}

void InspectorFlushes::refresh()
{
    if (!m_isPaused)
        add(PerformanceMonitor::instance()->flushes());
}

void InspectorFlushes::add(const QList<FlushRecord> &records)
{
    const auto isNew = [this](const FlushRecord &record) { return record.serial > m_newest; };
    auto first = std::find_if(records.begin(), records.end(), isNew);
    const auto added = int(std::min<qsizetype>(records.end() - first, Capacity));
    if (added == 0)
        return;
    first = records.end() - added;

    const int before = count();
    if (const int excess = before + added - Capacity; excess > 0) {
        beginRemoveRows({}, before - excess, before - 1);
        m_rows.erase(m_rows.end() - excess, m_rows.end());
        endRemoveRows();
    }
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const QDateTime wallTime = QDateTime::currentDateTime();
    beginInsertRows({}, 0, added - 1);
    for (auto record = first; record != records.end(); ++record) {
        const qint64 age = qint64(milliseconds(now - record->start));
        m_rows.push_front({*record, wallTime.addMSecs(-age)});
        m_newest = std::max(m_newest, record->serial);
    }
    endInsertRows();
    if (count() != before)
        Q_EMIT countChanged();
}

int InspectorFlushes::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant InspectorFlushes::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    const FlushRecord &record = row.record;
    switch (role) {
    case SerialRole:
        return qreal(record.serial);
    case TimeRole:
        return row.time.toString(QStringLiteral("HH:mm:ss.zzz"));
    case DirectRole:
        return record.isDirect;
    case UpdatesRole:
        return record.updates;
    case CoalescedRole:
        return record.coalesced;
    case SkippedRole:
        return record.skippedBefore;
    case Qt::DisplayRole:
    case StoresRole: {
        QStringList names;
        for (const FlushRecord::StoreChange &change : record.stores)
            names.append(storeName(change.store));
        return names.join(QStringLiteral(", "));
    }
    case OriginRole:
        return record.origins.isEmpty() ? QString() : placeName(record.origins.first());
    case ApplyTimeRole:
        return milliseconds(record.applyTime);
    case PublishTimeRole:
        return milliseconds(record.publishTime);
    case FrameBudgetRole:
        return milliseconds(record.frameBudget);
    case OriginsRole:
        return originLines(record);
    case ChangesRole:
        return changeLines(record);
    default:
        return {};
    }
}

QHash<int, QByteArray> InspectorFlushes::roleNames() const
{
    return {
        {SerialRole, "serial"},           {TimeRole, "time"},
        {DirectRole, "direct"},           {UpdatesRole, "updates"},
        {CoalescedRole, "coalesced"},     {SkippedRole, "skipped"},
        {StoresRole, "stores"},           {OriginRole, "origin"},
        {ApplyTimeRole, "applyTime"},     {PublishTimeRole, "publishTime"},
        {FrameBudgetRole, "frameBudget"}, {OriginsRole, "origins"},
        {ChangesRole, "changes"},
    };
}

} // namespace Axiom
