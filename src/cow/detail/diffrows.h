// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_DIFFROWS_H
#define AXIOM_DETAIL_DIFFROWS_H

#include "../cowvector.h"
#include "matchnodes.h"

#include <QtCore/qhash.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

namespace Axiom::detail {

// Compares the elements in the gaps between shared nodes.
template <typename T>
class RowDiff
{
public:
    RowDiff(const CowVector<T> &before, const CowVector<T> &after)
        : m_before(before), m_after(after)
    {
        const std::vector<RowGap> gaps = matchNodes(before.rootNode(), after.rootNode());
        m_gaps.reserve(gaps.size());
        for (const RowGap &gap : gaps)
            m_gaps.push_back({gap, elementsOf(gap.beforeLeaf), elementsOf(gap.afterLeaf)});
    }

    RowChanges byPosition()
    {
        trim(m_gaps);
        comparePositions();
        return m_edits.finish();
    }

    // Rows that are too scattered for moves go into reordered, when that is given.
    template <typename Key>
    RowChanges byKey(const Key &key, std::vector<RowMove> *reordered = nullptr)
    {
        // Lists that share nothing have a gap for each leaf. As long as every row stays in its own,
        // little is left to look up when the rows that are the same have been trimmed.
        std::vector<Gap> joined = joinedGaps();
        trim(m_gaps);
        Result result = compareKeys(key, joined.size() == m_gaps.size());
        if (result == RowsCross) {
            m_gaps = std::move(joined);
            trim(m_gaps);
            result = compareKeys(key, true);
        }
        if (result == KeyOccursTwice) {
            warnDuplicateKeys(typeSignature<T>());
            comparePositions();
        }
        return m_edits.finish(reordered);
    }

private:
    enum Result { Compared, KeyOccursTwice, RowsCross };

    static FieldMask changed(const T &before, const T &after)
    {
        if constexpr (Described<T>)
            return changedFields(before, after);
        else
            return valuesEqual(before, after) ? 0 : ~FieldMask(0);
    }

    // The rows that differ at the ends of a gap.
    struct Gap : RowGap
    {
        const T *beforeElements; // where they lie side by side, else null
        const T *afterElements;
    };

    static const T *elementsOf(const CowNode *leaf)
    {
        return leaf ? CowTree<T>::asLeaf(leaf)->data() : nullptr;
    }

    // Calls function with iterators of the first rows: to seek in a tree costs more than to
    // compare a few elements.
    template <typename F>
    void withIterators(const Gap &gap, F &&function) const
    {
        if (gap.beforeElements && gap.afterElements)
            function(gap.beforeElements, gap.afterElements);
        else
            function(m_before.begin() + gap.before, m_after.begin() + gap.after);
    }
    template <typename F>
    void forEachBefore(const Gap &gap, F &&function) const
    {
        forEach(m_before, gap.before, gap.beforeCount, gap.beforeElements, function);
    }
    template <typename F>
    void forEachAfter(const Gap &gap, F &&function) const
    {
        forEach(m_after, gap.after, gap.afterCount, gap.afterElements, function);
    }
    template <typename F>
    static void forEach(const CowVector<T> &vector, qsizetype first, qsizetype count,
                        const T *elements, F &function)
    {
        if (elements) {
            for (qsizetype i = 0; i < count; ++i)
                function(first + i, elements[i]);
        } else if (count > 0) {
            auto it = vector.begin() + first;
            for (qsizetype i = 0; i < count; ++i, ++it)
                function(first + i, *it);
        }
    }

    // Of rows that are equal byte by byte, a multiple of eight.
    template <typename I>
    static qsizetype equalBytes([[maybe_unused]] I b, [[maybe_unused]] I a,
                                [[maybe_unused]] qsizetype count)
    {
        qsizetype same = 0;
        if constexpr (std::is_pointer_v<I> && std::has_unique_object_representations_v<T>) {
            while (same + 8 <= count && std::memcmp(b + same, a + same, 8 * sizeof(T)) == 0)
                same += 8;
        }
        return same;
    }

    // Those with nothing between them, neither before nor after, are one.
    std::vector<Gap> joinedGaps() const
    {
        std::vector<Gap> joined;
        for (const Gap &gap : m_gaps) {
            if (!joined.empty() && joined.back().before + joined.back().beforeCount == gap.before
                && joined.back().after + joined.back().afterCount == gap.after) {
                Gap &last = joined.back();
                last.beforeCount += gap.beforeCount;
                last.afterCount += gap.afterCount;
                last.beforeElements = nullptr;
                last.afterElements = nullptr;
            } else {
                joined.push_back(gap);
            }
        }
        return joined;
    }

    void trim(std::vector<Gap> &gaps) const
    {
        for (Gap &gap : gaps)
            trim(gap);
    }

    void trim(Gap &gap) const
    {
        const qsizetype common = std::min(gap.beforeCount, gap.afterCount);
        qsizetype same = 0;
        qsizetype tail = 0;
        withIterators(gap, [&](auto b, auto a) {
            auto lastBefore = b + gap.beforeCount;
            auto lastAfter = a + gap.afterCount;
            same = equalBytes(b, a, common);
            for (b += same, a += same; same < common && valuesEqual(*b, *a); ++same, ++b, ++a) { }
            for (; tail < common - same && valuesEqual(*--lastBefore, *--lastAfter); ++tail) { }
        });
        gap.before += same;
        gap.after += same;
        gap.beforeCount -= same + tail;
        gap.afterCount -= same + tail;
        if (gap.beforeElements)
            gap.beforeElements += same;
        if (gap.afterElements)
            gap.afterElements += same;
    }

    void comparePositions()
    {
        for (const Gap &gap : m_gaps) {
            const qsizetype common = std::min(gap.beforeCount, gap.afterCount);
            if (common > 0) {
                withIterators(gap, [&](auto b, auto a) {
                    for (qsizetype i = 0; i < common; ++i, ++b, ++a)
                        m_edits.update(gap.after + i, changed(*b, *a));
                });
            }
            m_edits.remove(gap.before + common, gap.beforeCount - common);
            m_edits.insert(gap.after + common, gap.afterCount - common);
        }
    }

    struct Origin
    {
        qsizetype row;
        std::size_t gap;
        const T *element;
        bool used = false;
    };
    struct Match
    {
        qsizetype after;
        const T *beforeElement;
        const T *afterElement;
    };

    template <typename Key>
    Result compareKeys(const Key &key, bool mayCross)
    {
        using Value = std::remove_cvref_t<std::invoke_result_t<const Key &, const T &>>;
        constexpr auto fresh = std::size_t(-1);
        QHash<Value, std::size_t> origins; // one more than the position in rows
        std::vector<Origin> rows;
        for (std::size_t g = 0; g < m_gaps.size(); ++g) {
            bool unique = true;
            forEachBefore(m_gaps[g], [&](qsizetype row, const T &element) {
                std::size_t &origin = origins[std::invoke(key, element)];
                unique &= origin == 0;
                rows.push_back({row, g, &element});
                origin = rows.size();
            });
            if (!unique)
                return KeyOccursTwice;
        }

        std::vector<Match> pairs; // ascending by after
        std::vector<RowEdits::Pair> moved;
        std::vector<qsizetype> inserted;
        for (std::size_t g = 0; g < m_gaps.size(); ++g) {
            std::vector<RowEdits::Pair> within;
            std::vector<qsizetype> order;
            std::vector<RowEdits::Pair> across;
            bool unique = true;
            forEachAfter(m_gaps[g], [&](qsizetype row, const T &element) {
                std::size_t &found = origins[std::invoke(key, element)];
                if (found == 0) {
                    found = fresh;
                    inserted.push_back(row);
                    return;
                }
                if (found == fresh || rows[found - 1].used) {
                    unique = false;
                    return;
                }
                Origin &origin = rows[found - 1];
                origin.used = true;
                const RowEdits::Pair pair{origin.row, row};
                pairs.push_back({row, origin.element, &element});
                if (origin.gap == g) {
                    within.push_back(pair);
                    order.push_back(origin.row);
                } else {
                    across.push_back(pair);
                }
            });
            if (!unique)
                return KeyOccursTwice;
            if (!across.empty() && !mayCross)
                return RowsCross;
            const std::vector<std::size_t> kept = longestIncreasing(order);
            auto next = kept.begin();
            const std::size_t start = moved.size();
            for (std::size_t i = 0; i < within.size(); ++i) {
                if (next != kept.end() && *next == i)
                    ++next;
                else
                    moved.push_back(within[i]);
            }
            moved.insert(moved.end(), across.begin(), across.end());
            std::sort(moved.begin() + std::ptrdiff_t(start), moved.end(), byAfter);
        }

        for (const Origin &origin : rows) {
            if (!origin.used)
                m_edits.remove(origin.row);
        }
        for (const qsizetype row : inserted)
            m_edits.insert(row);
        m_edits.move(std::move(moved));
        for (const Match &pair : pairs)
            m_edits.update(pair.after, changed(*pair.beforeElement, *pair.afterElement));
        return Compared;
    }

    static bool byAfter(const RowEdits::Pair &a, const RowEdits::Pair &b)
    {
        return a.after < b.after;
    }

    const CowVector<T> &m_before;
    const CowVector<T> &m_after;
    std::vector<Gap> m_gaps;
    RowEdits m_edits;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DIFFROWS_H
