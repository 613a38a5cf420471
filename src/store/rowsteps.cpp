// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/rowsteps.h"

namespace Axiom::detail {

namespace {

// Two signals a group at most, which a ListView bears in a few milliseconds.
constexpr std::size_t maxGroups = 512;

bool anyWithin(const std::vector<RowRange> &ranges, qsizetype first, qsizetype end)
{
    const auto range = std::partition_point(ranges.begin(), ranges.end(), [=](const RowRange &r) {
        return r.first + r.count <= first;
    });
    return range != ranges.end() && range->first < end;
}

} // namespace

void RowRuns::append(qsizetype first, qsizetype count)
{
    m_runs.push_back({first, count});
    m_rowsBefore.push_back(m_rowsBefore.back() + count);
}

std::size_t RowRuns::runOf(qsizetype rank) const
{
    const auto next = std::upper_bound(m_rowsBefore.begin(), m_rowsBefore.end(), rank);
    return std::size_t(next - m_rowsBefore.begin()) - 1;
}

std::size_t RowRuns::startingUpTo(qsizetype row) const
{
    const auto next = std::partition_point(m_runs.begin(), m_runs.end(),
                                           [=](const RowRange &run) { return run.first <= row; });
    return std::size_t(next - m_runs.begin());
}

std::size_t RowRuns::startingUpToOther(qsizetype other) const
{
    std::size_t begin = 0;
    for (std::size_t end = size(); begin < end;) {
        const std::size_t middle = begin + (end - begin) / 2;
        if (othersBefore(middle) <= other)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

std::span<const RowRange> RowRuns::sliced(std::size_t first, std::size_t end) const
{
    return std::span(m_runs).subspan(first, end - first);
}

BulkSteps::BulkSteps(std::span<const RowChange> changes, const RowSink &sink)
{
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (change->kind == RowChange::Remove)
            m_removed.append(change->first, change->count);
    }
    for (const RowChange &change : changes) {
        if (change.kind == RowChange::Insert)
            m_inserted.append(change.first, change.count);
    }
    makeGroups(sink.rowsLookedAt(RowSink::Ever));
    if (m_groups.size() > maxGroups)
        makeGroups(sink.rowsLookedAt(RowSink::Lately));
}

void BulkSteps::makeGroups(const std::vector<RowRange> &lookedAt)
{
    m_groups.clear();
    std::size_t i = 0;
    std::size_t r = 0;
    while (i < m_inserted.size() || r < m_removed.size()) {
        const bool inserts = r == m_removed.size()
            || (i < m_inserted.size() && m_inserted.othersBefore(i) <= m_removed.othersBefore(r));
        const qsizetype first =
            inserts ? m_inserted.othersBefore(i) + m_removed.rowsBefore(r) : m_removed.at(r).first;
        const qsizetype end = inserts ? first : first + m_removed.at(r).count;
        if (m_groups.empty() || anyWithin(lookedAt, m_groups.back().first, end))
            m_groups.push_back({first, end, i, i, r, r});
        ++(inserts ? i : r);
        m_groups.back().end = end;
        m_groups.back().insertedEnd = i;
        m_groups.back().removedEnd = r;
    }
}

qsizetype BulkSteps::insertedBy(const Group &group) const
{
    return m_inserted.rowsBefore(group.insertedEnd) - m_inserted.rowsBefore(group.firstInserted);
}

qsizetype BulkSteps::removedBy(const Group &group) const
{
    return m_removed.rowsBefore(group.removedEnd) - m_removed.rowsBefore(group.firstRemoved);
}

// Where a group's rows start while all new rows are in and no old ones out.
qsizetype BulkSteps::start(const Group &group) const
{
    return group.first + m_inserted.rowsBefore(group.firstInserted);
}

qsizetype BulkSteps::removalRow(const Group &group) const
{
    return start(group) + insertedBy(group) + (group.end - group.first) - removedBy(group);
}

std::vector<BulkSteps::Block> BulkSteps::insertions() const
{
    std::vector<Block> blocks;
    for (const Group &group : m_groups) {
        if (const qsizetype count = insertedBy(group); count > 0)
            blocks.push_back(
                {start(group), count, m_inserted.sliced(group.firstInserted, group.insertedEnd)});
    }
    return blocks;
}

std::vector<BulkSteps::Block> BulkSteps::removals() const
{
    std::vector<Block> blocks;
    for (const Group &group : m_groups) {
        if (const qsizetype count = removedBy(group); count > 0)
            blocks.push_back(
                {removalRow(group), count, m_removed.sliced(group.firstRemoved, group.removedEnd)});
    }
    return blocks;
}

bool BulkSteps::needsReorder() const
{
    return std::any_of(m_groups.begin(), m_groups.end(), [](const Group &group) {
        return group.insertedEnd - group.firstInserted + group.removedEnd - group.firstRemoved > 1;
    });
}

qsizetype BulkSteps::newRow(qsizetype row) const
{
    const auto next = std::partition_point(m_groups.begin(), m_groups.end(),
                                           [&](const Group &group) { return start(group) <= row; });
    if (next == m_groups.begin())
        return row;
    const Group &group = *std::prev(next);
    const qsizetype inserted = insertedBy(group);
    const qsizetype position = row - start(group);
    if (position >= inserted + group.end - group.first)
        return row;
    if (position >= inserted)
        return newRowOfOld(group.first + position - inserted, group);
    const qsizetype rank = m_inserted.rowsBefore(group.firstInserted) + position;
    const std::size_t run = m_inserted.runOf(rank);
    return m_inserted.at(run).first + rank - m_inserted.rowsBefore(run)
        + m_removed.rowsBefore(group.firstRemoved);
}

qsizetype BulkSteps::newRowOfOld(qsizetype row, const Group &group) const
{
    qsizetype removed = 0; // rows in front of this one that go
    if (const std::size_t runs = m_removed.startingUpTo(row); runs > 0) {
        const RowRange &run = m_removed.at(runs - 1);
        removed = m_removed.rowsBefore(runs - 1) + std::min(row - run.first, run.count);
        if (row < run.first + run.count)
            return removalRow(group) + removed - m_removed.rowsBefore(group.firstRemoved);
    }
    const qsizetype staying = row - removed;
    const qsizetype inserted = m_inserted.rowsBefore(m_inserted.startingUpToOther(staying));
    return staying + inserted + m_removed.rowsBefore(group.firstRemoved);
}

RowRearrangement::RowRearrangement(std::vector<RowMove> moves) : m_moves(std::move(moves))
{
    std::vector<RowMove> bySource = m_moves;
    std::sort(bySource.begin(), bySource.end(),
              [](const RowMove &a, const RowMove &b) { return a.before < b.before; });
    m_destinations.reserve(bySource.size());
    for (const RowMove &move : bySource) {
        m_sources.append(move.before, move.count);
        m_destinations.push_back(move.after);
    }
    for (const RowMove &move : m_moves)
        m_targets.append(move.after, move.count);
}

qsizetype RowRearrangement::newRow(qsizetype row) const
{
    const std::size_t runs = m_sources.startingUpTo(row);
    if (runs > 0) {
        const RowRange &run = m_sources.at(runs - 1);
        if (row < run.first + run.count)
            return m_destinations[runs - 1] + row - run.first;
    }
    const qsizetype staying = row - m_sources.rowsBefore(runs);
    return staying + m_targets.rowsBefore(m_targets.startingUpToOther(staying));
}

} // namespace Axiom::detail
