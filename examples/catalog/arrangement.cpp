// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "arrangement.h"

#include <QtCore/qstringmatcher.h>

#include <algorithm>
#include <vector>

namespace {

int compare(const Package &a, const Package &b, CatalogStore::SortKey key)
{
    const auto order = [](auto x, auto y) { return x < y ? -1 : int(y < x); };
    switch (key) {
    case CatalogStore::Name:
        break;
    case CatalogStore::Section:
        return a.section.compare(b.section);
    case CatalogStore::Size:
        return order(a.installedSize, b.installedSize);
    case CatalogStore::Rating:
        return order(a.rating, b.rating);
    case CatalogStore::Activity:
        return order(a.activity, b.activity);
    }
    return 0;
}

} // namespace

Axiom::CowVector<int> arrangedRows(const Axiom::CowVector<Package> &packages,
                                   const Arrangement &arrangement)
{
    std::vector<const Package *> found;
    found.reserve(std::size_t(packages.size()));
    const QStringMatcher matcher(arrangement.query.trimmed(), Qt::CaseInsensitive);
    for (const Package &package : packages) {
        if (matcher.pattern().isEmpty() || matcher.indexIn(package.name) >= 0
            || matcher.indexIn(package.summary) >= 0)
            found.push_back(&package);
    }
    std::sort(found.begin(), found.end(), [&](const Package *a, const Package *b) {
        const int order = compare(*a, *b, arrangement.sortKey)
            * (arrangement.descending && arrangement.sortKey != CatalogStore::Name ? -1 : 1);
        if (order != 0)
            return order < 0;
        // Equals by name, and of equal names the one read first.
        const int byName = a->name.compare(b->name);
        const bool backwards = arrangement.descending && arrangement.sortKey == CatalogStore::Name;
        return byName != 0 ? (byName < 0) != backwards : a->packageId < b->packageId;
    });
    QList<int> rows;
    rows.reserve(qsizetype(found.size()));
    for (const Package *package : found)
        rows.append(package->packageId);
    return rows;
}
