// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_MATCHNODES_H
#define AXIOM_DETAIL_MATCHNODES_H

#include "../rowchange.h"
#include "cownode.h"

#include <optional>
#include <vector>

namespace Axiom::detail {

// Rows of before and of after that stand between nodes which both versions share.
struct RowGap
{
    qsizetype before = 0;
    qsizetype beforeCount = 0;
    qsizetype after = 0;
    qsizetype afterCount = 0;
    // Where all rows of a side are those of one leaf.
    const CowNode *beforeLeaf = nullptr;
    const CowNode *afterLeaf = nullptr;
};

// The gaps in ascending order. Looks at no node below one that is shared.
AXIOM_CORE_EXPORT std::vector<RowGap> matchNodes(const CowNode *before, const CowNode *after);

// Whether two trees of one size hold equal elements, without a look at what they share and at no
// more than the first difference; nothing when their shapes differ.
AXIOM_CORE_EXPORT std::optional<bool> equalSideBySide(const CowNode *before, const CowNode *after,
                                                      bool (*leavesEqual)(const CowNode *before,
                                                                          const CowNode *after));

// The positions, in order, of a longest strictly increasing subsequence.
AXIOM_CORE_EXPORT std::vector<std::size_t> longestIncreasing(const std::vector<qsizetype> &values);

// Rows that change their place in a list that has neither the removed rows nor the inserted ones.
struct RowMove
{
    qsizetype before;
    qsizetype after;
    qsizetype count;
};

// Collects what happened to the rows and puts it in the order in which it can be applied.
class AXIOM_CORE_EXPORT RowEdits
{
public:
    struct Pair
    {
        qsizetype before;
        qsizetype after;
    };

    // All in rows of before and of after; each kind in ascending order of its row.
    void remove(qsizetype before, qsizetype count = 1);
    void insert(qsizetype after, qsizetype count = 1);
    void update(qsizetype after, FieldMask fields);

    // Takes rows, ascending by after, out of the order they were in; to be called when all that is
    // removed and inserted is known.
    void move(std::vector<Pair> pairs);

    // Rows that are too scattered for moves go into reordered, ascending by after, to be put in
    // order between the removals and the insertions; without it they are removed and inserted.
    RowChanges finish(std::vector<RowMove> *reordered = nullptr);

private:
    struct Range
    {
        qsizetype first;
        qsizetype count;
    };

    static void add(std::vector<Range> &ranges, qsizetype first, qsizetype count);
    void replaceMoved();
    void appendMoves(RowChanges &changes) const;

    std::vector<Range> m_removed;
    std::vector<Range> m_inserted;
    std::vector<RowChange> m_updated;
    std::vector<Pair> m_pairs; // of m_moved, in rows of before and of after
    std::vector<RowMove> m_moved;
};

AXIOM_CORE_EXPORT void warnDuplicateKeys(const char *signature);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_MATCHNODES_H
