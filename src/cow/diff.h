// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DIFF_H
#define AXIOM_DIFF_H

#include "detail/diffrows.h"
#include "rowchange.h"

namespace Axiom {

// Elements have no identity but their position.
struct NoKey
{ };

template <typename T, typename Key = NoKey>
RowChanges diff(const CowVector<T> &before, const CowVector<T> &after,
                [[maybe_unused]] Key key = {})
{
    if (before.isSharedWith(after))
        return {};
    detail::RowDiff<T> rows(before, after);
    if constexpr (std::is_same_v<Key, NoKey>)
        return rows.byPosition();
    else
        return rows.byKey(key);
}

} // namespace Axiom

#endif // AXIOM_DIFF_H
