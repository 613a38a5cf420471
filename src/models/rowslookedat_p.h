// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../store/detail/listsource.h"

#include <vector>

namespace Axiom {

// The rows of a model that somebody read. A ListView holds no persistent indexes, so this is all
// that a model can know of what it shows. Where in doubt a row counts as read: one that was put
// between two such, or stands between two ranges when there are many.
class RowsLookedAt
{
public:
    using RowRange = detail::RowRange;

    void look(qsizetype row)
    {
        if (m_current < m_ranges.size() && m_ranges[m_current].contains(row))
            m_ranges[m_current].last = row;
        else
            add(row, 1);
    }
    void inserted(qsizetype first, qsizetype count);
    void removed(qsizetype first, qsizetype count);
    void moved(qsizetype first, qsizetype count, qsizetype to);

    std::vector<RowRange> ever() const;
    std::vector<RowRange> lately() const;
    // Around the one read last of all: what a view shows, if it is one view.
    RowRange shown() const;

private:
    struct Range
    {
        qsizetype first;
        qsizetype end;
        qsizetype last; // the row read last
        qint64 turn;

        bool contains(qsizetype row) const { return row >= first && row < end; }
    };

    void add(qsizetype first, qsizetype count);
    void joinNearest();

    std::vector<Range> m_ranges; // ascending
    std::size_t m_current = 0;
    qint64 m_turn = 0;
};

} // namespace Axiom
