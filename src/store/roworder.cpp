// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/roworder.h"

#include "../cow/diff.h"

#include <algorithm>
#include <functional>

namespace Axiom::detail {

namespace {

// Signals one by one up to here: 1000 insertions cost a ListView about 2 ms, and a reordering of
// all rows makes it look at every delegate it shows, once.
constexpr qsizetype maxSteps = 256;

void stepwise(CowVector<int> &order, const CowVector<int> &after, const RowChanges &changes,
              RowSink &sink)
{
    for (const RowChange &change : changes) {
        switch (change.kind) {
        case RowChange::Remove:
            sink.beginRemove(change.first, change.count);
            order.erase(change.first, change.count);
            sink.endRemove();
            break;
        case RowChange::Move: {
            sink.beginMove(change.first, change.count, change.to);
            const CowVector<int> moved = order.sliced(change.first, change.count);
            order.erase(change.first, change.count);
            order.insert(change.to, moved);
            sink.endMove();
            break;
        }
        case RowChange::Insert:
            sink.beginInsert(change.first, change.count);
            order.insert(change.first, after.sliced(change.first, change.count));
            sink.endInsert();
            break;
        case RowChange::Update:
            sink.updated(change.first, change.count, ~FieldMask(0));
            break;
        }
    }
    order = after;
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

void changeRows(CowVector<int> &order, const CowVector<int> &after, RowSink &sink)
{
    const RowChanges changes = diff(order, after, std::identity());
    if (changes.size() <= maxSteps) {
        stepwise(order, after, changes, sink);
        return;
    }

    // Rows that stay, rows that are new and rows that go are found by the position they list,
    // which is unique unless somebody made a mistake.
    int positions = 0;
    for (const int position : order)
        positions = std::max(positions, position + 1);
    for (const int position : after)
        positions = std::max(positions, position + 1);
    const std::vector<int> rowBefore = rowsByPosition(order, positions);
    const std::vector<int> rowAfter = rowsByPosition(after, positions);
    const auto isUnique = [](const std::vector<int> &rows, const CowVector<int> &positionsListed) {
        return positionsListed.size()
            == std::count_if(rows.begin(), rows.end(), [](int row) { return row >= 0; });
    };
    if (!isUnique(rowBefore, order) || !isUnique(rowAfter, after)) {
        stepwise(order, after, changes, sink);
        return;
    }

    const auto isIn = [](const std::vector<int> &rows, int position) {
        return rows[std::size_t(position)] >= 0;
    };

    QList<int> added;
    for (const int position : after) {
        if (!isIn(rowBefore, position))
            added.append(position);
    }
    const qsizetype oldCount = order.size();
    if (!added.isEmpty()) {
        sink.beginInsert(oldCount, added.size());
        order.append(added);
        sink.endInsert();
    }

    QList<int> going;
    std::vector<int> rowOfGoing(std::size_t(positions), -1);
    for (const int position : order) {
        if (!isIn(rowAfter, position)) {
            rowOfGoing[std::size_t(position)] = int(after.size() + going.size());
            going.append(position);
        }
    }
    const CowVector<int> arranged = order;
    sink.beginReorder();
    order = after;
    order.append(going);
    sink.endReorder([&](qsizetype row) -> qsizetype {
        const int position = arranged.at(row);
        return isIn(rowAfter, position) ? rowAfter[std::size_t(position)]
                                        : rowOfGoing[std::size_t(position)];
    });

    if (!going.isEmpty()) {
        sink.beginRemove(after.size(), going.size());
        order = after;
        sink.endRemove();
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
