// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_HASHDIFF_H
#define AXIOM_HASHDIFF_H

#include "cowhash.h"

namespace Axiom {

template <typename K>
struct HashChanges
{
    QList<K> added;
    QList<K> removed;
    QList<K> changed;

    bool isEmpty() const noexcept
    {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }
    friend bool operator==(const HashChanges &a, const HashChanges &b) = default;
};

template <typename K, typename V>
HashChanges<K> diff(const CowHash<K, V> &before, const CowHash<K, V> &after)
{
    using Entry = detail::TrieEntry<K, V>;
    struct Collector
    {
        HashChanges<K> changes;

        void added(const Entry &entry) { changes.added.append(entry.key); }
        void removed(const Entry &entry) { changes.removed.append(entry.key); }
        void changed(const Entry &, const Entry &entry) { changes.changed.append(entry.key); }
    };
    Collector collector;
    if (before.isEmpty())
        collector.changes.added = after.keys();
    else if (after.isEmpty())
        collector.changes.removed = before.keys();
    else
        detail::CowTrie<K, V>::diff(before.rootNode(), after.rootNode(), collector);
    return std::move(collector.changes);
}

} // namespace Axiom

#endif // AXIOM_HASHDIFF_H
