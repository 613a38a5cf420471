// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "catalogstore.h"

// Which packages the list shows, and in which order.
struct Arrangement
{
    QString query;
    CatalogStore::SortKey sortKey = CatalogStore::Name;
    bool descending = false;

    friend bool operator==(const Arrangement &, const Arrangement &) = default;
};

// The positions of the packages that match, sorted. Any thread; O(n log n).
Axiom::CowVector<int> arrangedRows(const Axiom::CowVector<Package> &packages,
                                   const Arrangement &arrangement);
