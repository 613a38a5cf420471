// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_DIFFROWS_H
#define AXIOM_DETAIL_DIFFROWS_H

#include "../cowvector.h"
#include "matchnodes.h"

#include <QtCore/qhash.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace Axiom::detail {

// Compares the elements in the gaps between shared nodes.
template <typename T>
class RowDiff
{
public:
    RowDiff(const CowVector<T> &before, const CowVector<T> &after)
        : m_before(before), m_after(after), m_gaps(matchNodes(before.rootNode(), after.rootNode()))
    {
        for (RowGap &gap : m_gaps)
            trim(gap);
    }

    RowChanges byPosition()
    {
        comparePositions();
        return m_edits.finish();
    }

    template <typename Key>
    RowChanges byKey(const Key &key)
    {
        if (!compareKeys(key)) {
            warnDuplicateKeys(typeSignature<T>());
            comparePositions();
        }
        return m_edits.finish();
    }

private:
    static FieldMask changed(const T &before, const T &after)
    {
        if constexpr (Described<T>)
            return changedFields(before, after);
        else
            return valuesEqual(before, after) ? 0 : ~FieldMask(0);
    }

    void trim(RowGap &gap) const
    {
        const qsizetype common = std::min(gap.beforeCount, gap.afterCount);
        qsizetype same = 0;
        auto b = m_before.begin() + gap.before;
        auto a = m_after.begin() + gap.after;
        for (; same < common && valuesEqual(*b, *a); ++same, ++b, ++a) { }
        qsizetype tail = 0;
        b = m_before.begin() + (gap.before + gap.beforeCount);
        a = m_after.begin() + (gap.after + gap.afterCount);
        for (; tail < common - same && valuesEqual(*--b, *--a); ++tail) { }
        gap.before += same;
        gap.after += same;
        gap.beforeCount -= same + tail;
        gap.afterCount -= same + tail;
    }

    void comparePositions()
    {
        for (const RowGap &gap : m_gaps) {
            const qsizetype common = std::min(gap.beforeCount, gap.afterCount);
            auto b = m_before.begin() + gap.before;
            auto a = m_after.begin() + gap.after;
            for (qsizetype i = 0; i < common; ++i, ++b, ++a)
                m_edits.update(gap.after + i, changed(*b, *a));
            m_edits.remove(gap.before + common, gap.beforeCount - common);
            m_edits.insert(gap.after + common, gap.afterCount - common);
        }
    }

    struct Origin
    {
        qsizetype row;
        std::size_t gap;
        bool used = false;
    };

    // Returns false when a key occurs twice.
    template <typename Key>
    bool compareKeys(const Key &key)
    {
        using Value = std::remove_cvref_t<std::invoke_result_t<const Key &, const T &>>;
        constexpr auto fresh = std::size_t(-1);
        QHash<Value, std::size_t> origins; // one more than the position in rows
        std::vector<Origin> rows;
        for (std::size_t g = 0; g < m_gaps.size(); ++g) {
            auto b = m_before.begin() + m_gaps[g].before;
            for (qsizetype i = 0; i < m_gaps[g].beforeCount; ++i, ++b) {
                std::size_t &origin = origins[std::invoke(key, *b)];
                if (origin != 0)
                    return false;
                rows.push_back({m_gaps[g].before + i, g});
                origin = rows.size();
            }
        }

        std::vector<RowEdits::Pair> pairs; // ascending by after
        std::vector<RowEdits::Pair> moved;
        std::vector<qsizetype> inserted;
        for (std::size_t g = 0; g < m_gaps.size(); ++g) {
            auto a = m_after.begin() + m_gaps[g].after;
            std::vector<RowEdits::Pair> within;
            std::vector<qsizetype> order;
            std::vector<RowEdits::Pair> across;
            for (qsizetype i = 0; i < m_gaps[g].afterCount; ++i, ++a) {
                const qsizetype row = m_gaps[g].after + i;
                std::size_t &found = origins[std::invoke(key, *a)];
                if (found == 0) {
                    found = fresh;
                    inserted.push_back(row);
                    continue;
                }
                if (found == fresh)
                    return false;
                Origin &origin = rows[found - 1];
                if (origin.used)
                    return false;
                origin.used = true;
                pairs.push_back({origin.row, row});
                if (origin.gap == g) {
                    within.push_back(pairs.back());
                    order.push_back(origin.row);
                } else {
                    across.push_back(pairs.back());
                }
            }
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
        const bool moves = moved.empty() || m_edits.move(moved);
        auto gone = moved.begin();
        for (const RowEdits::Pair &pair : pairs) {
            while (gone != moved.end() && gone->after < pair.after)
                ++gone;
            if (!moves && gone != moved.end() && gone->after == pair.after)
                continue;
            m_edits.update(pair.after, changed(m_before.at(pair.before), m_after.at(pair.after)));
        }
        return true;
    }

    static bool byAfter(const RowEdits::Pair &a, const RowEdits::Pair &b)
    {
        return a.after < b.after;
    }

    const CowVector<T> &m_before;
    const CowVector<T> &m_after;
    std::vector<RowGap> m_gaps;
    RowEdits m_edits;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DIFFROWS_H
