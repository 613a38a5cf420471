// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/roworder.h"

#include "../cow/diff.h"
#include "detail/rowsteps.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace Axiom::detail {

namespace {

// The removals and insertions that make one order of the other; nothing when rows that
// stay change places, which would lose their identity on the way.
std::optional<RowChanges> stepsTo(const CowVector<int> &order, const CowVector<int> &after,
                                  const RowsByPosition &rowsBefore, const RowsByPosition &rowsAfter)
{
    RowChanges removals;
    RowChanges insertions;
    const auto extend = [](RowChanges &changes, RowChange::Kind kind, int row) {
        if (!changes.isEmpty() && changes.last().first + changes.last().count == row)
            ++changes.last().count;
        else
            changes.append({kind, row, 1, -1, 0});
    };
    int row = 0;
    int last = -1;
    for (const int position : order) {
        const int next = rowsAfter.rowOf(position);
        if (next < 0) {
            extend(removals, RowChange::Remove, row);
        } else if (std::exchange(last, next) > next) {
            return std::nullopt;
        }
        ++row;
    }
    row = 0;
    for (const int position : after) {
        if (rowsBefore.rowOf(position) < 0)
            extend(insertions, RowChange::Insert, row);
        ++row;
    }
    std::reverse(removals.begin(), removals.end());
    return removals + insertions;
}

// In three steps whatever the change: new rows appended, all rows put in order, old rows cut off.
void rearrange(CowVector<int> &order, const CowVector<int> &after, const RowsByPosition &rowsBefore,
               const RowsByPosition &rowsAfter, RowSink &sink)
{
    QList<int> added;
    for (const int position : after) {
        if (rowsBefore.rowOf(position) < 0)
            added.append(position);
    }
    const qsizetype oldCount = order.size();
    if (!added.isEmpty()) {
        sink.beginInsert(oldCount, added.size());
        order.append(added);
        sink.endInsert();
    }

    QList<int> going;
    // The order before may list positions that are no more.
    std::vector<int> rowOfGoing(std::max(rowsBefore.size(), rowsAfter.size()), -1);
    for (const int position : order) {
        if (rowsAfter.rowOf(position) < 0) {
            rowOfGoing[std::size_t(position)] = int(after.size() + going.size());
            going.append(position);
        }
    }
    const CowVector<int> arranged = order;
    sink.beginReorder();
    order = after;
    order.append(going);
    sink.endReorder([&](qsizetype oldRow) -> qsizetype {
        const int position = arranged.at(oldRow);
        const int row = rowsAfter.rowOf(position);
        return row >= 0 ? row : rowOfGoing[std::size_t(position)];
    });

    if (!going.isEmpty()) {
        sink.beginRemove(after.size(), going.size());
        order = after;
        sink.endRemove();
    }
}

} // namespace

RowsByPosition::RowsByPosition(const CowVector<int> &order, qsizetype positions)
    : m_rows(std::size_t(positions), -1)
{
    int row = 0;
    qsizetype listed = 0;
    for (const int position : order) {
        if (position >= 0 && position < positions)
            listed += std::exchange(m_rows[std::size_t(position)], row) < 0;
        ++row;
    }
    m_isSound = listed == order.size();
}

void RowsByPosition::cover(const CowVector<int> &order, qsizetype positions)
{
    if (!m_isSound)
        *this = RowsByPosition(order, positions);
    else if (std::size_t(positions) > m_rows.size())
        m_rows.resize(std::size_t(positions), -1);
}

void changeOrder(CowVector<int> &order, const CowVector<int> &after,
                 const RowsByPosition &rowsBefore, const RowsByPosition &rowsAfter, RowSink &sink)
{
    if (!rowsBefore.isSound() || !rowsAfter.isSound()) {
        // A position that does not exist or is listed twice: a mistake, but shown as it is.
        changeRows(order, after, diff(order, after), sink);
    } else if (const auto steps = stepsTo(order, after, rowsBefore, rowsAfter)) {
        changeRows(order, after, *steps, sink);
    } else {
        rearrange(order, after, rowsBefore, rowsAfter, sink);
    }
}

void arrange(std::vector<UpdatedRows> &rows)
{
    std::sort(rows.begin(), rows.end(),
              [](const UpdatedRows &a, const UpdatedRows &b) { return a.first < b.first; });
    auto last = rows.begin();
    for (auto next = rows.begin(); next != rows.end(); ++next) {
        if (next == last)
            continue;
        if (next->first == last->first + last->count && next->fields == last->fields)
            last->count += next->count;
        else
            *++last = *next;
    }
    if (!rows.empty())
        rows.erase(last + 1, rows.end());
}

} // namespace Axiom::detail
