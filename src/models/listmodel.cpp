// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "listmodel_p.h"

#include "../batch/batchcoordinator.h"
#include "../monitor/detail/flushrecorder.h"

#include <QtCore/qmetaobject.h>

#include <algorithm>
#include <exception>

namespace Axiom {

namespace {

constexpr int firstFieldRole = Qt::UserRole + 1;

// A dataChanged() costs a view about 0.5 µs, a few more for a row that it shows; beyond some
// fifteen scattered ones fewer, wider ones are cheaper.
constexpr std::size_t maxUpdates = 15;

// Of slots, while one change is told. What one that always throws has left out is told with the next
// change.
constexpr int maxFailures = 10;

// Makes few ranges of many by closing the gaps between them, narrow ones first.
void merge(std::vector<detail::UpdatedRows> &rows)
{
    for (qsizetype gap = 1; rows.size() > maxUpdates; gap *= 4) {
        std::size_t last = 0;
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const qsizetype between = rows[i].first - (rows[last].first + rows[last].count);
            if (between <= gap) {
                rows[last].count += between + rows[i].count;
                rows[last].fields |= rows[i].fields;
            } else {
                rows[++last] = rows[i];
            }
        }
        rows.resize(last + 1);
    }
}

} // namespace

ListModel::ListModel(std::unique_ptr<detail::ListSource> source, QObject *parent)
    : QAbstractListModel(parent), m_source(std::move(source)), m_fieldNames(m_source->fieldNames())
{ }

ListModel::~ListModel() = default;

detail::ListModel detail::createListModel(std::unique_ptr<ListSource> source, QObject *parent)
{
    auto *model = new Axiom::ListModel(std::move(source), parent);
    return {model,
            [model](const VersionRef &version) { model->show(version); },
            [model](const Version &before, const Version &now) { model->replace(before, now); },
            [model] { return model->readCount(); },
            [model] { return model->isObserved(); },
            [model](std::vector<ElementsInUse> &elements) { model->addShown(elements); },
            [model] { model->release(); }};
}

// Whoever shows rows has to hear of these at least.
bool ListModel::isObserved() const
{
    static const QMetaMethod signalsOfRows[] = {
        QMetaMethod::fromSignal(&QAbstractItemModel::dataChanged),
        QMetaMethod::fromSignal(&QAbstractItemModel::rowsInserted),
        QMetaMethod::fromSignal(&QAbstractItemModel::rowsRemoved),
    };
    return std::any_of(std::begin(signalsOfRows), std::end(signalsOfRows),
                       [this](const QMetaMethod &signal) { return isSignalConnected(signal); });
}

int ListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_source->rowCount());
}

// The first field is what views that know only of display and edit show.
int ListModel::fieldOfRole(int role) const
{
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return 0;
    const int field = role - firstFieldRole;
    return field >= 0 && field < m_fieldNames.size() ? field : -1;
}

QVariant ListModel::data(const QModelIndex &index, int role) const
{
    const int field = fieldOfRole(role);
    if (field < 0 || !index.isValid() || !checkIndex(index))
        return {};
    // What is read while rows change place is known already, and counted by its former number.
    ++m_readCount;
    if (!m_changingRows)
        m_lookedAt.look(index.row());
    return m_source->data(index.row(), field);
}

bool ListModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    // While rows are being changed, a row's number does not yet mean what it will.
    const int field = fieldOfRole(role);
    if (m_showing || field < 0 || !index.isValid() || !checkIndex(index))
        return false;
    // Views and bindings, which call this, know no exceptions. What an update threw has been told.
    try {
        return m_source->setData(index.row(), field, value);
    } catch (...) {
        return false;
    }
}

Qt::ItemFlags ListModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractListModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsEditable : flags;
}

QHash<int, QByteArray> ListModel::roleNames() const
{
    QHash<int, QByteArray> names;
    if (m_fieldNames.size() == 1 && m_fieldNames.first() == "display") {
        names.insert(Qt::DisplayRole, m_fieldNames.first());
        return names;
    }
    for (int field = 0; field < m_fieldNames.size(); ++field)
        names.insert(firstFieldRole + field, m_fieldNames.at(field));
    return names;
}

void ListModel::show(const detail::VersionRef &version)
{
    m_next = version;
    // A slot on one of our signals changed the store: the version after this one comes when the
    // rows are those of this one.
    if (m_showing)
        return;
    m_showing = true;
    std::exception_ptr thrown;
    {
        const auto shown = qScopeGuard([this] {
            m_showing = false;
            m_changingRows = false;
        });
        for (int failures = 0; m_next;) {
            const detail::VersionRef next = std::exchange(m_next, {});
            try {
                m_source->showVersion(*next, *this);
            } catch (...) {
                // Of a slot. The rows that it kept from being told are told none the less.
                if (!thrown)
                    thrown = std::current_exception();
                if (++failures >= maxFailures)
                    m_next = {};
                else if (!m_next)
                    m_next = next;
            }
        }
    }
    if (FlushRecord::StoreChange *change = detail::FlushRecorder::change())
        change->rowSignals += m_signals;
    BatchCoordinator::instance()->countRowSignals(std::exchange(m_signals, 0));
    // Only now: an event loop that a slot opened would have deleted it at once.
    if (m_isReleased)
        deleteLater();
    if (thrown)
        std::rethrow_exception(thrown);
}

// For who records what this flush announces.
void ListModel::noteRows(int FlushRecord::StoreChange::*counter, qsizetype count)
{
    if (FlushRecord::StoreChange *change = detail::FlushRecorder::change())
        change->*counter += int(count);
}

void ListModel::replace(const detail::Version &before, const detail::Version &now)
{
    m_source->replaceVersion(before, now);
}

void ListModel::release()
{
    if (!m_showing)
        return;
    setParent(nullptr);
    m_isReleased = true;
}

void ListModel::addShown(std::vector<detail::ElementsInUse> &elements) const
{
    if (m_showing || !isObserved())
        return;
    if (const detail::RowRange rows = m_lookedAt.shown(); rows.count > 0)
        m_source->addElements(rows, elements);
}

std::vector<detail::RowRange> ListModel::rowsLookedAt(When when) const
{
    return when == Ever ? m_lookedAt.ever() : m_lookedAt.lately();
}

void ListModel::beginInsert(qsizetype first, qsizetype count)
{
    m_changingRows = true;
    m_lookedAt.inserted(first, count);
    noteRows(&FlushRecord::StoreChange::rowsInserted, count);
    beginInsertRows({}, int(first), int(first + count - 1));
}

void ListModel::endInsert()
{
    m_changingRows = false;
    endInsertRows();
    ++m_signals;
}

void ListModel::beginRemove(qsizetype first, qsizetype count)
{
    m_changingRows = true;
    m_lookedAt.removed(first, count);
    noteRows(&FlushRecord::StoreChange::rowsRemoved, count);
    beginRemoveRows({}, int(first), int(first + count - 1));
}

void ListModel::endRemove()
{
    m_changingRows = false;
    endRemoveRows();
    ++m_signals;
}

void ListModel::beginMove(qsizetype first, qsizetype count, qsizetype to)
{
    m_changingRows = true;
    m_lookedAt.moved(first, count, to);
    noteRows(&FlushRecord::StoreChange::rowsMoved, count);
    // Qt counts the destination before the rows are taken out.
    const qsizetype destination = to > first ? to + count : to;
    beginMoveRows({}, int(first), int(first + count - 1), {}, int(destination));
}

void ListModel::endMove()
{
    m_changingRows = false;
    endMoveRows();
    ++m_signals;
}

void ListModel::beginReorder()
{
    m_changingRows = true;
    // With this hint a ListView keeps its place and refreshes the delegates that it shows.
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
}

void ListModel::endReorder(const std::function<qsizetype(qsizetype)> &newRow)
{
    const QModelIndexList from = persistentIndexList();
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex &index : from)
        to.append(this->index(int(newRow(index.row())), index.column()));
    changePersistentIndexList(from, to);
    m_changingRows = false;
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    ++m_signals;
}

void ListModel::update(std::vector<detail::UpdatedRows> rows,
                       const std::function<void(qsizetype)> &showUpTo)
{
    merge(rows);
    for (auto range = rows.begin(); range != rows.end(); ++range) {
        const qsizetype end = range->first + range->count;
        noteRows(&FlushRecord::StoreChange::rowsChanged, range->count);
        showUpTo(range + 1 == rows.end() ? m_source->rowCount() : end);
        Q_EMIT dataChanged(index(int(range->first)), index(int(end - 1)), roles(range->fields));
        ++m_signals;
    }
}

QList<int> ListModel::roles(FieldMask fields) const
{
    QList<int> roles;
    if (fields & 1)
        roles = {Qt::DisplayRole, Qt::EditRole};
    for (int field = 0; field < m_fieldNames.size(); ++field) {
        if (fields >> field & 1)
            roles.append(firstFieldRole + field);
    }
    return roles;
}

} // namespace Axiom

#include "moc_listmodel_p.cpp"
