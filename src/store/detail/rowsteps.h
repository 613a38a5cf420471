// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ROWSTEPS_H
#define AXIOM_DETAIL_ROWSTEPS_H

#include "../../cow/cowvector.h"
#include "../../cow/detail/matchnodes.h"
#include "../../cow/rowchange.h"
#include "listsource.h"

#include <algorithm>
#include <span>
#include <vector>

namespace Axiom::detail {

// Signals one by one up to here. Each costs a ListView 4 to 6 µs, more the more there are, and a
// QSortFilterProxyModel over 100,000 rows 300 µs; a change of layout costs the former 1 ms, for the
// delegates it shows, and the latter 40 ms.
constexpr std::size_t maxSteps = 256;

// Runs of rows in ascending order, and how the other rows of their list lie around them.
class AXIOM_CORE_EXPORT RowRuns
{
public:
    void append(qsizetype first, qsizetype count);
    std::size_t size() const { return m_runs.size(); }
    const RowRange &at(std::size_t run) const { return m_runs[run]; }
    qsizetype rowsBefore(std::size_t run) const { return m_rowsBefore[run]; }
    // The rows of the list without these runs that are in front of one of them.
    qsizetype othersBefore(std::size_t run) const { return at(run).first - rowsBefore(run); }
    std::size_t runOf(qsizetype rank) const;
    std::size_t startingUpTo(qsizetype row) const;
    std::size_t startingUpToOther(qsizetype other) const;
    std::span<const RowRange> sliced(std::size_t first, std::size_t end) const;

private:
    std::vector<RowRange> m_runs;
    std::vector<qsizetype> m_rowsBefore{0};
};

// How to announce very many scattered insertions and removals in few steps. Neighbouring changes
// make a group as long as nobody has looked at the rows they span: for each group, first the new
// rows come as one block in front of it; then a change of layout puts the rows of all groups in
// order, those to be removed last in theirs; then these go as one block. Rows outside of the groups
// keep their place in the change of layout, which is what holds a view still.
class AXIOM_CORE_EXPORT BulkSteps
{
public:
    // The rows of some runs, as one block. They are those of the list after for new rows, of the
    // list before for old ones.
    struct Block
    {
        qsizetype row; // where it is put in or taken out
        qsizetype count;
        std::span<const RowRange> runs;
    };

    // Takes removals, last row first, then insertions, first row first, as diff() gives them.
    BulkSteps(std::span<const RowChange> changes, const RowSink &sink);

    std::vector<Block> insertions() const; // ascending, each where it is after those before
    std::vector<Block> removals() const;   // ascending; to be taken out from the last one on
    bool needsReorder() const;
    qsizetype newRow(qsizetype row) const;

private:
    struct Group
    {
        qsizetype first; // in the list before
        qsizetype end;
        std::size_t firstInserted;
        std::size_t insertedEnd;
        std::size_t firstRemoved;
        std::size_t removedEnd;
    };

    void makeGroups(const std::vector<RowRange> &lookedAt);
    qsizetype insertedBy(const Group &group) const;
    qsizetype removedBy(const Group &group) const;
    qsizetype start(const Group &group) const;
    qsizetype removalRow(const Group &group) const;
    qsizetype newRowOfOld(qsizetype row, const Group &group) const;

    RowRuns m_inserted;
    RowRuns m_removed;
    std::vector<Group> m_groups;
};

template <typename T>
void takeSteps(CowVector<T> &rows, const CowVector<T> &after, std::span<const RowChange> changes,
               RowSink &sink)
{
    constexpr qsizetype few = 4; // to share their nodes would cost more than to copy them
    for (const RowChange &change : changes) {
        switch (change.kind) {
        case RowChange::Remove:
            sink.beginRemove(change.first, change.count);
            rows.erase(change.first, change.count);
            sink.endRemove();
            break;
        case RowChange::Move: {
            sink.beginMove(change.first, change.count, change.to);
            const CowVector<T> moved = rows.sliced(change.first, change.count);
            rows.erase(change.first, change.count);
            rows.insert(change.to, moved);
            sink.endMove();
            break;
        }
        case RowChange::Insert:
            sink.beginInsert(change.first, change.count);
            if (change.count <= few) {
                for (qsizetype i = change.first; i < change.first + change.count; ++i)
                    rows.insert(i, after.at(i));
            } else {
                rows.insert(change.first, after.sliced(change.first, change.count));
            }
            sink.endInsert();
            break;
        case RowChange::Update:
            break;
        }
    }
}

template <typename T>
CowVector<T> rowsOf(const CowVector<T> &list, const BulkSteps::Block &block)
{
    QList<T> rows;
    rows.reserve(block.count);
    for (const RowRange &run : block.runs) {
        auto element = list.begin() + run.first;
        for (qsizetype i = 0; i < run.count; ++i, ++element)
            rows.append(*element);
    }
    return rows;
}

template <typename T>
void takeBulkSteps(CowVector<T> &rows, const CowVector<T> &after,
                   std::span<const RowChange> changes, RowSink &sink)
{
    const BulkSteps steps(changes, sink);
    const CowVector<T> before = rows;
    for (const BulkSteps::Block &block : steps.insertions()) {
        const CowVector<T> inserted = rowsOf(after, block);
        sink.beginInsert(block.row, block.count);
        rows.insert(block.row, inserted);
        sink.endInsert();
    }
    const std::vector<BulkSteps::Block> removals = steps.removals();
    if (steps.needsReorder()) {
        CowVector<T> arranged = after;
        for (const BulkSteps::Block &block : removals)
            arranged.insert(block.row, rowsOf(before, block));
        sink.beginReorder();
        rows = arranged;
        sink.endReorder([&](qsizetype row) { return steps.newRow(row); });
    }
    for (auto block = removals.rbegin(); block != removals.rend(); ++block) {
        sink.beginRemove(block->row, block->count);
        rows.erase(block->row, block->count);
        sink.endRemove();
    }
}

// Rows of which very many change their place, told as one change of layout.
class AXIOM_CORE_EXPORT RowRearrangement
{
public:
    // Takes the moves in the order of their destinations.
    explicit RowRearrangement(std::vector<RowMove> moves);

    qsizetype newRow(qsizetype row) const;

    template <typename T>
    CowVector<T> arranged(const CowVector<T> &rows) const
    {
        constexpr std::size_t many = 8; // to copy so many rows costs as much as to move one run
        if (m_moves.size() > std::size_t(rows.size()) / many) {
            QList<T> list(rows.begin(), rows.end());
            qsizetype row = 0;
            for (const T &element : rows)
                list[newRow(row++)] = element;
            return CowVector<T>(list);
        }
        CowVector<T> list = rows;
        for (std::size_t run = m_sources.size(); run > 0; --run)
            list.erase(m_sources.at(run - 1).first, m_sources.at(run - 1).count);
        for (const RowMove &move : m_moves)
            list.insert(move.after, rows.sliced(move.before, move.count));
        return list;
    }

private:
    std::vector<RowMove> m_moves;
    std::vector<qsizetype> m_destinations; // by source
    RowRuns m_sources;
    RowRuns m_targets;
};

// Makes the rows those after, telling the sink: step by step where the changes are few, in bulk
// where they are many. What is reordered changes its place between the removals and the insertions.
template <typename T>
void changeRows(CowVector<T> &rows, const CowVector<T> &after, const RowChanges &changes,
                RowSink &sink, std::vector<RowMove> reordered = {})
{
    const std::span<const RowChange> all(changes.begin(), changes.end());
    const auto endOf = [&](RowChange::Kind kind) {
        const auto end =
            std::partition_point(all.begin(), all.end(),
                                 [kind](const RowChange &change) { return change.kind <= kind; });
        return std::size_t(end - all.begin());
    };
    const std::size_t moves = endOf(RowChange::Remove);
    const std::size_t insertions = endOf(RowChange::Move);
    const std::size_t updates = endOf(RowChange::Insert);
    if (reordered.empty() && moves + (updates - insertions) <= maxSteps) {
        takeSteps(rows, after, all.first(updates), sink);
    } else if (reordered.empty() && moves == insertions) {
        takeBulkSteps(rows, after, all.first(updates), sink);
    } else {
        // Rows move when those that go have gone, and those that come have not yet come.
        CowVector<T> staying = rows;
        for (const RowChange &change : all.first(moves))
            staying.erase(change.first, change.count);
        takeBulkSteps(rows, staying, all.first(moves), sink);
        takeSteps(rows, after, all.subspan(moves, insertions - moves), sink);
        if (!reordered.empty()) {
            const RowRearrangement rearrangement(std::move(reordered));
            const CowVector<T> arranged = rearrangement.arranged(rows);
            sink.beginReorder();
            rows = arranged;
            sink.endReorder([&](qsizetype row) { return rearrangement.newRow(row); });
        }
        takeBulkSteps(rows, after, all.subspan(insertions, updates - insertions), sink);
    }
    std::vector<UpdatedRows> updated;
    updated.reserve(all.size() - updates);
    for (const RowChange &change : all.subspan(updates))
        updated.push_back({change.first, change.count, change.fields});
    const CowVector<T> before = rows;
    sink.update(std::move(updated), [&](qsizetype end) {
        rows = end < after.size() ? after.sliced(0, end) + before.sliced(end) : after;
    });
    rows = after;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ROWSTEPS_H
