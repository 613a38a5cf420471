// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ROWORDER_H
#define AXIOM_DETAIL_ROWORDER_H

#include "../../cow/cowvector.h"
#include "listsource.h"

#include <vector>

namespace Axiom::detail {

// The row in which an order lists each position.
class AXIOM_CORE_EXPORT RowsByPosition
{
public:
    RowsByPosition() = default;
    // Positions run from 0 to the number given.
    RowsByPosition(const CowVector<int> &order, qsizetype positions);
    // Grows with the number of positions; the order is still the same.
    void cover(const CowVector<int> &order, qsizetype positions);

    // -1 for none.
    int rowOf(qsizetype position) const
    {
        return std::size_t(position) < m_rows.size() ? m_rows[std::size_t(position)] : -1;
    }
    std::size_t size() const { return m_rows.size(); }
    // Whether each row lists a position that exists, and no position is listed twice.
    bool isSound() const { return m_isSound; }

private:
    std::vector<int> m_rows;
    bool m_isSound = false;
};

// Changes the order to another: as changeRows() where the rows that stay keep their order, else in
// three steps: new rows appended, all rows put in order at once, old rows cut off the end.
AXIOM_CORE_EXPORT void changeOrder(CowVector<int> &order, const CowVector<int> &after,
                                   const RowsByPosition &rowsBefore,
                                   const RowsByPosition &rowsAfter, RowSink &sink);

// Puts rows in ascending order, neighbours with the same fields together.
AXIOM_CORE_EXPORT void arrange(std::vector<UpdatedRows> &rows);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ROWORDER_H
