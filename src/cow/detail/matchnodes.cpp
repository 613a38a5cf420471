// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "matchnodes.h"

#include "../../core/logging_p.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

namespace Axiom::detail {

namespace {

struct Rows
{
    qsizetype begin;
    qsizetype end;
};

// A run of nodes of one level, side by side in their tree.
struct NodeRun
{
    std::span<const CowNode *const> nodes;
    Rows rows;

    int level() const { return nodes.front()->level; }

    void skipFirst()
    {
        rows.begin += nodeSize(nodes.front());
        nodes = nodes.subspan(1);
    }
    // Parts with the nodes before the given one.
    NodeRun takeUntil(const CowNode *const *end)
    {
        const auto count = std::size_t(end - nodes.data());
        NodeRun taken{nodes.first(count), {rows.begin, rows.begin}};
        for (const CowNode *node : taken.nodes)
            taken.rows.end += nodeSize(node);
        nodes = nodes.subspan(count);
        rows.begin = taken.rows.end;
        return taken;
    }
};

std::vector<const CowNode *> childrenOf(const NodeRun &run)
{
    std::vector<const CowNode *> children;
    children.reserve(run.nodes.size() * CowInner::Fanout);
    for (const CowNode *node : run.nodes) {
        const CowInner *inner = asInner(resident(node));
        children.insert(children.end(), inner->children, inner->children + inner->count);
    }
    return children;
}

// Whether the children of two nodes of one size correspond, each to that in its place.
bool sameShape(const CowInner *a, const CowInner *b)
{
    if (a->count != b->count)
        return false;
    if (a->isRegular() && b->isRegular())
        return true;
    for (int i = 1; i < a->count; ++i) {
        if (a->start(i) != b->start(i))
            return false;
    }
    return true;
}

class Matcher
{
public:
    void match(NodeRun before, NodeRun after)
    {
        if (before.nodes.empty() || after.nodes.empty()) {
            emitGap(before, after);
            return;
        }
        if (before.level() > after.level()) {
            const auto children = childrenOf(before);
            match({children, before.rows}, after);
            return;
        }
        if (before.level() < after.level()) {
            const auto children = childrenOf(after);
            match(before, {children, after.rows});
            return;
        }
        trim(before, after);
        if (before.nodes.empty() || after.nodes.empty())
            emitGap(before, after);
        else
            matchInside(before, after);
    }

    std::vector<RowGap> gaps;

private:
    static void trim(NodeRun &before, NodeRun &after)
    {
        while (!before.nodes.empty() && !after.nodes.empty()
               && isSameNode(before.nodes.front(), after.nodes.front())) {
            const qsizetype size = nodeSize(before.nodes.front());
            before = {before.nodes.subspan(1), {before.rows.begin + size, before.rows.end}};
            after = {after.nodes.subspan(1), {after.rows.begin + size, after.rows.end}};
        }
        while (!before.nodes.empty() && !after.nodes.empty()
               && isSameNode(before.nodes.back(), after.nodes.back())) {
            const qsizetype size = nodeSize(before.nodes.back());
            before = {before.nodes.first(before.nodes.size() - 1),
                      {before.rows.begin, before.rows.end - size}};
            after = {after.nodes.first(after.nodes.size() - 1),
                     {after.rows.begin, after.rows.end - size}};
        }
    }

    void matchInside(NodeRun before, NodeRun after)
    {
        if (before.nodes.size() == 1 && after.nodes.size() == 1) {
            descend(before, after);
            return;
        }
        if (before.nodes.size() == after.nodes.size() && matchPositions(before, after))
            return;
        matchNearby(before, after);
        if (before.nodes.empty() || after.nodes.empty()) {
            descend(before, after);
            return;
        }
        // A tree may hold a node more than once: each occurrence matches one.
        std::unordered_multimap<const CowNode *, std::size_t> positions;
        for (std::size_t i = after.nodes.size(); i > 0; --i)
            positions.emplace(after.nodes[i - 1], i - 1);
        std::vector<std::size_t> from;
        std::vector<qsizetype> to;
        for (std::size_t i = 0; i < before.nodes.size(); ++i) {
            if (const auto found = positions.find(before.nodes[i]); found != positions.end()) {
                from.push_back(i);
                to.push_back(qsizetype(found->second));
                positions.erase(found);
            }
        }
        NodeRun restBefore = before;
        NodeRun restAfter = after;
        for (const std::size_t anchor : longestIncreasing(to)) {
            const NodeRun left = restBefore.takeUntil(before.nodes.data() + from[anchor]);
            const NodeRun right = restAfter.takeUntil(after.nodes.data() + to[anchor]);
            descend(left, right);
            restBefore.skipFirst();
            restAfter.skipFirst();
        }
        descend(restBefore, restAfter);
    }

    // Scattered insertions and removals shift shared nodes by a few places. Takes off what can be
    // matched so.
    void matchNearby(NodeRun &before, NodeRun &after)
    {
        constexpr std::size_t reach = 6;
        while (!before.nodes.empty() && !after.nodes.empty()) {
            if (isSameNode(before.nodes.front(), after.nodes.front())) {
                before.skipFirst();
                after.skipFirst();
                continue;
            }
            std::size_t left = 0;
            std::size_t right = 0;
            bool found = false;
            for (std::size_t sum = 1; sum <= reach && !found; ++sum) {
                for (left = 0; left <= sum && !found; ++left) {
                    right = sum - left;
                    found = left < before.nodes.size() && right < after.nodes.size()
                        && isSameNode(before.nodes[left], after.nodes[right]);
                }
            }
            if (!found)
                return;
            --left;
            const NodeRun former = before.takeUntil(before.nodes.data() + left);
            const NodeRun current = after.takeUntil(after.nodes.data() + right);
            descend(former, current);
        }
    }

    // Nodes replaced one by one stand where the former ones stood.
    bool matchPositions(const NodeRun &before, const NodeRun &after)
    {
        const std::size_t count = before.nodes.size();
        std::size_t same = 0;
        for (std::size_t i = 0; i < count; ++i)
            same += isSameNode(before.nodes[i], after.nodes[i]);
        const bool inner = before.level() > 0;
        if (same == 0
            && !(inner && before.rows.end - before.rows.begin == after.rows.end - after.rows.begin))
            return false;
        Rows left{before.rows.begin, before.rows.begin};
        Rows right{after.rows.begin, after.rows.begin};
        std::size_t begin = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const qsizetype oldSize = nodeSize(before.nodes[i]);
            if (isSameNode(before.nodes[i], after.nodes[i])) {
                if (begin < i)
                    descend({before.nodes.subspan(begin, i - begin), left},
                            {after.nodes.subspan(begin, i - begin), right});
                begin = i + 1;
                left = {left.end + oldSize, left.end + oldSize};
                right = {right.end + oldSize, right.end + oldSize};
            } else {
                left.end += oldSize;
                right.end += nodeSize(after.nodes[i]);
            }
        }
        if (begin < count)
            descend({before.nodes.subspan(begin), left}, {after.nodes.subspan(begin), right});
        return true;
    }

    void descend(const NodeRun &before, const NodeRun &after)
    {
        if (before.nodes.empty() || after.nodes.empty() || before.level() == 0) {
            emitGap(before, after);
            return;
        }
        if (before.nodes.size() == 1 && after.nodes.size() == 1 && matchSideBySide(before, after))
            return;
        const auto left = childrenOf(before);
        const auto right = childrenOf(after);
        match({left, before.rows}, {right, after.rows});
    }

    // Where elements were only updated, both trees have one shape, and a child corresponds to that
    // in its place. Returns false for nodes of different shapes.
    bool matchSideBySide(const NodeRun &before, const NodeRun &after)
    {
        const CowInner *left = asInner(resident(before.nodes.front()));
        const CowInner *right = asInner(resident(after.nodes.front()));
        const int count = left->count;
        const qsizetype size = before.rows.end - before.rows.begin;
        if (size != after.rows.end - after.rows.begin || !sameShape(left, right))
            return false;
        for (int i = 0; i < count; ++i) {
            if (isSameNode(left->children[i], right->children[i]))
                continue;
            const qsizetype begin = left->start(i);
            const qsizetype end = i + 1 < count ? left->start(i + 1) : size;
            descend({{&left->children[i], 1}, {before.rows.begin + begin, before.rows.begin + end}},
                    {{&right->children[i], 1}, {after.rows.begin + begin, after.rows.begin + end}});
        }
        return true;
    }

    void emitGap(const NodeRun &before, const NodeRun &after)
    {
        const auto leafOf = [](const NodeRun &run) {
            return run.nodes.size() == 1 && run.level() == 0 ? run.nodes.front() : nullptr;
        };
        const RowGap gap{before.rows.begin, before.rows.end - before.rows.begin,
                         after.rows.begin,  after.rows.end - after.rows.begin,
                         leafOf(before),    leafOf(after)};
        if (gap.beforeCount != 0 || gap.afterCount != 0)
            gaps.push_back(gap);
    }
};

// How many rows of some ranges there are in front of a row.
template <typename Range>
class RowsUntil
{
public:
    explicit RowsUntil(const std::vector<Range> &ranges) : m_ranges(ranges)
    {
        m_rowsBefore.reserve(ranges.size());
        qsizetype rows = 0;
        for (const Range &range : ranges)
            m_rowsBefore.push_back(std::exchange(rows, rows + range.count));
    }
    qsizetype operator()(qsizetype row) const
    {
        const auto next =
            std::partition_point(m_ranges.begin(), m_ranges.end(),
                                 [row](const Range &range) { return range.first < row; });
        if (next == m_ranges.begin())
            return 0;
        const auto last = std::size_t(next - m_ranges.begin()) - 1;
        return m_rowsBefore[last] + std::min(m_ranges[last].count, row - m_ranges[last].first);
    }

private:
    const std::vector<Range> &m_ranges;
    std::vector<qsizetype> m_rowsBefore;
};

} // namespace

std::vector<RowGap> matchNodes(const CowNode *before, const CowNode *after)
{
    Matcher matcher;
    const auto run = [](const CowNode *const &root) {
        return root ? NodeRun{{&root, 1}, {0, nodeSize(root)}} : NodeRun{{}, {0, 0}};
    };
    matcher.match(run(before), run(after));
    return std::move(matcher.gaps);
}

std::optional<bool> equalSideBySide(const CowNode *before, const CowNode *after,
                                    bool (*leavesEqual)(const CowNode *, const CowNode *))
{
    if (isSameNode(before, after))
        return true;
    if (before->level != after->level)
        return std::nullopt;
    if (before->level == 0)
        return leavesEqual(before, after);
    const CowInner *left = asInner(resident(before));
    const CowInner *right = asInner(resident(after));
    // What reads as default values is equal to nothing but itself.
    const auto isMissing = [](const CowNode *node) {
        return node->isFrozen() && asFrozen(node)->isMissing();
    };
    if (isMissing(before) || isMissing(after))
        return false;
    if (!sameShape(left, right))
        return std::nullopt;
    for (int i = 0; i < left->count; ++i) {
        const auto equal = equalSideBySide(left->children[i], right->children[i], leavesEqual);
        if (equal != true)
            return equal;
    }
    return true;
}

std::vector<std::size_t> longestIncreasing(const std::vector<qsizetype> &values)
{
    constexpr auto none = std::size_t(-1);
    std::vector<std::size_t> tails; // the position of the least last value for each length
    std::vector<std::size_t> previous(values.size(), none);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto at = std::lower_bound(
            tails.begin(), tails.end(), values[i],
            [&](std::size_t tail, qsizetype value) { return values[tail] < value; });
        if (at != tails.begin())
            previous[i] = *std::prev(at);
        if (at == tails.end())
            tails.push_back(i);
        else
            *at = i;
    }
    std::vector<std::size_t> result(tails.size());
    std::size_t position = tails.empty() ? none : tails.back();
    for (std::size_t i = result.size(); i > 0; --i) {
        result[i - 1] = position;
        position = previous[position];
    }
    return result;
}

void RowEdits::add(std::vector<Range> &ranges, qsizetype first, qsizetype count)
{
    if (count == 0)
        return;
    if (!ranges.empty() && ranges.back().first + ranges.back().count == first)
        ranges.back().count += count;
    else
        ranges.push_back({first, count});
}

void RowEdits::remove(qsizetype before, qsizetype count)
{
    add(m_removed, before, count);
}

void RowEdits::insert(qsizetype after, qsizetype count)
{
    add(m_inserted, after, count);
}

void RowEdits::update(qsizetype after, FieldMask fields)
{
    if (fields != 0)
        m_updated.push_back({RowChange::Update, after, 1, -1, fields});
}

void RowEdits::move(std::vector<Pair> pairs)
{
    if (pairs.empty())
        return;
    // A row that is inserted or removed between two rows of a run does not part them in the list
    // in which the move happens.
    const RowsUntil removedUntil(m_removed);
    const RowsUntil insertedUntil(m_inserted);
    for (const Pair &pair : pairs) {
        const qsizetype before = pair.before - removedUntil(pair.before);
        const qsizetype after = pair.after - insertedUntil(pair.after);
        if (!m_moved.empty() && m_moved.back().before + m_moved.back().count == before
            && m_moved.back().after + m_moved.back().count == after)
            ++m_moved.back().count;
        else
            m_moved.push_back({before, after, 1});
    }
    m_pairs = std::move(pairs);
}

// Has the rows removed and inserted that would have been moved.
void RowEdits::replaceMoved()
{
    const auto merge = [](std::vector<Range> &into, const std::vector<Range> &more) {
        std::vector<Range> all;
        std::merge(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(all),
                   [](const Range &a, const Range &b) { return a.first < b.first; });
        into.clear();
        for (const Range &range : all)
            add(into, range.first, range.count);
    };
    std::vector<Range> come;
    for (const Pair &pair : m_pairs)
        add(come, pair.after, 1);
    merge(m_inserted, come);
    std::erase_if(m_updated, [&](const RowChange &update) {
        const auto next = std::upper_bound(
            come.begin(), come.end(), update.first,
            [](qsizetype first, const Range &range) { return first < range.first; });
        return next != come.begin()
            && update.first < std::prev(next)->first + std::prev(next)->count;
    });
    std::sort(m_pairs.begin(), m_pairs.end(),
              [](const Pair &a, const Pair &b) { return a.before < b.before; });
    std::vector<Range> gone;
    for (const Pair &pair : m_pairs)
        add(gone, pair.before, 1);
    merge(m_removed, gone);
    m_moved.clear();
}

// The list in which the moves happen has neither the removed rows nor the inserted ones. Runs
// are moved in the order of their destinations, each behind the row it has to follow, which by
// then is either one that stays or one that has been moved.
void RowEdits::appendMoves(RowChanges &changes) const
{
    std::vector<Range> sources;
    for (const RowMove &run : m_moved)
        sources.push_back({run.before, run.count});
    std::sort(sources.begin(), sources.end(),
              [](const Range &a, const Range &b) { return a.first < b.first; });

    const qsizetype firstMove = changes.size();
    const auto now = [&](qsizetype row) {
        for (qsizetype i = firstMove; i < changes.size(); ++i) {
            const RowChange &move = changes.at(i);
            if (row >= move.first && row < move.first + move.count) {
                row += move.to - move.first;
            } else {
                if (row >= move.first + move.count)
                    row -= move.count;
                if (row >= move.to)
                    row += move.count;
            }
        }
        return row;
    };

    qsizetype movedBefore = 0; // rows of the runs that come earlier in after
    for (std::size_t i = 0; i < m_moved.size(); ++i) {
        const RowMove &run = m_moved[i];
        qsizetype to = 0;
        const qsizetype from = now(run.before);
        if (run.after > 0) {
            qsizetype predecessor;
            if (i > 0 && m_moved[i - 1].after + m_moved[i - 1].count == run.after) {
                predecessor = m_moved[i - 1].before + m_moved[i - 1].count - 1;
            } else {
                // By its rank among the rows that stay, which keep their order.
                predecessor = run.after - 1 - movedBefore;
                for (const Range &source : sources) {
                    if (source.first > predecessor)
                        break;
                    predecessor += source.count;
                }
            }
            to = now(predecessor) + 1;
            if (to > from)
                to -= run.count;
        }
        if (to != from)
            changes.append({RowChange::Move, from, run.count, to, 0});
        movedBefore += run.count;
    }
}

RowChanges RowEdits::finish(std::vector<RowMove> *reordered)
{
    // Each costs its observers, and what it takes to find where it goes grows with their square.
    constexpr std::size_t maxMoves = 64;
    if (m_moved.size() > maxMoves) {
        if (reordered)
            *reordered = std::exchange(m_moved, {});
        else
            replaceMoved();
    }
    RowChanges changes;
    changes.reserve(
        qsizetype(m_removed.size() + m_moved.size() + m_inserted.size() + m_updated.size()));
    for (auto range = m_removed.rbegin(); range != m_removed.rend(); ++range)
        changes.append({RowChange::Remove, range->first, range->count, -1, 0});
    appendMoves(changes);
    for (const Range &range : m_inserted)
        changes.append({RowChange::Insert, range.first, range.count, -1, 0});

    std::sort(m_updated.begin(), m_updated.end(),
              [](const RowChange &a, const RowChange &b) { return a.first < b.first; });
    const qsizetype firstUpdate = changes.size();
    for (const RowChange &update : m_updated) {
        if (changes.size() > firstUpdate) {
            RowChange &last = changes.last();
            if (last.first + last.count == update.first && last.fields == update.fields) {
                ++last.count;
                continue;
            }
        }
        changes.append(update);
    }
    return changes;
}

void warnDuplicateKeys(const char *signature)
{
    qCWarning(lcStore,
              "Axiom::diff: some elements of %s have the same key, rows are compared by "
              "position",
              typeName(signature).constData());
}

} // namespace Axiom::detail
