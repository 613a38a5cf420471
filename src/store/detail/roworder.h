// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ROWORDER_H
#define AXIOM_DETAIL_ROWORDER_H

#include "../../cow/cowvector.h"
#include "listsource.h"

#include <vector>

namespace Axiom::detail {

struct TouchedRow
{
    int row;
    FieldMask fields;
};

// The row in which each position is listed, -1 for none.
AXIOM_CORE_EXPORT std::vector<int> rowsByPosition(const CowVector<int> &order, qsizetype positions);

// Changes the order to another: as changeRows() where the rows that stay keep their order, else in
// three steps: new rows appended, all rows put in order at once, old rows cut off the end. Positions
// run from 0 to the number given.
AXIOM_CORE_EXPORT void changeOrder(CowVector<int> &order, const CowVector<int> &after,
                                   qsizetype positions, RowSink &sink);

// Tells the sink of updated rows, neighbours with the same fields together. Sorts them first.
AXIOM_CORE_EXPORT void reportRows(std::vector<TouchedRow> &rows, RowSink &sink);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ROWORDER_H
