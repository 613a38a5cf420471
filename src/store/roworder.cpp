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
                                  const std::vector<int> &rowBefore,
                                  const std::vector<int> &rowAfter)
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
        const int next = rowAfter[std::size_t(position)];
        if (next < 0) {
            extend(removals, RowChange::Remove, row);
        } else if (std::exchange(last, next) > next) {
            return std::nullopt;
        }
        ++row;
    }
    row = 0;
    for (const int position : after) {
        if (rowBefore[std::size_t(position)] < 0)
            extend(insertions, RowChange::Insert, row);
        ++row;
    }
    std::reverse(removals.begin(), removals.end());
    return removals + insertions;
}

// In three steps whatever the change: new rows appended, all rows put in order, old rows cut off.
void rearrange(CowVector<int> &order, const CowVector<int> &after,
               const std::vector<int> &rowBefore, const std::vector<int> &rowAfter, RowSink &sink)
{
    QList<int> added;
    for (const int position : after) {
        if (rowBefore[std::size_t(position)] < 0)
            added.append(position);
    }
    const qsizetype oldCount = order.size();
    if (!added.isEmpty()) {
        sink.beginInsert(oldCount, added.size());
        order.append(added);
        sink.endInsert();
    }

    QList<int> going;
    std::vector<int> rowOfGoing(rowAfter.size(), -1);
    for (const int position : order) {
        if (rowAfter[std::size_t(position)] < 0) {
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
        const int row = rowAfter[std::size_t(position)];
        return row >= 0 ? row : rowOfGoing[std::size_t(position)];
    });

    if (!going.isEmpty()) {
        sink.beginRemove(after.size(), going.size());
        order = after;
        sink.endRemove();
    }
}

} // namespace

std::vector<int> rowsByPosition(const CowVector<int> &order, qsizetype positions)
{
    std::vector<int> rows(std::size_t(positions), -1);
    int row = 0;
    for (const int position : order) {
        if (position >= 0 && position < positions)
            rows[std::size_t(position)] = row;
        ++row;
    }
    return rows;
}

void changeOrder(CowVector<int> &order, const CowVector<int> &after, qsizetype positions,
                 RowSink &sink)
{
    const std::vector<int> rowBefore = rowsByPosition(order, positions);
    const std::vector<int> rowAfter = rowsByPosition(after, positions);
    const auto isSound = [](const CowVector<int> &listed, const std::vector<int> &rows) {
        return listed.size()
            == std::count_if(rows.begin(), rows.end(), [](int row) { return row >= 0; });
    };
    if (!isSound(order, rowBefore) || !isSound(after, rowAfter)) {
        // A position that does not exist or is listed twice: a mistake, but shown as it is.
        changeRows(order, after, diff(order, after), sink);
    } else if (const auto steps = stepsTo(order, after, rowBefore, rowAfter)) {
        changeRows(order, after, *steps, sink);
    } else {
        rearrange(order, after, rowBefore, rowAfter, sink);
    }
}

void reportRows(std::vector<TouchedRow> &rows, RowSink &sink)
{
    std::sort(rows.begin(), rows.end(),
              [](const TouchedRow &a, const TouchedRow &b) { return a.row < b.row; });
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t end = first + 1;
        while (end < rows.size() && rows[end].row == rows[end - 1].row + 1
               && rows[end].fields == rows[first].fields)
            ++end;
        sink.updated(rows[first].row, qsizetype(end - first), rows[first].fields);
        first = end;
    }
}

} // namespace Axiom::detail
