// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COLLECTIONSIZES_H
#define AXIOM_DETAIL_COLLECTIONSIZES_H

#include "codable.h"
#include "columns.h"

#include <optional>
#include <utility>

namespace Axiom::detail {

// What a collection takes on the heap, beside what its elements have there: rather too much than
// too little.
struct CollectionBytes
{
    quint64 element;  // each of them
    quint64 nonEmpty; // once for a collection that is not empty
};

// QHash and QSet fill between a quarter and a half of their buckets, of which each takes a byte.
// With their first element they have room for 48.
constexpr CollectionBytes hashBytes(quint64 node)
{
    return {node + node / 2 + 8, 48 * node + 256};
}

template <typename T>
constexpr CollectionBytes collectionBytes = {};
template <typename T>
constexpr CollectionBytes collectionBytes<QList<T>> = {sizeof(T), 48};
template <typename T>
constexpr CollectionBytes collectionBytes<QSet<T>> = hashBytes(sizeof(T));
template <typename K, typename V>
constexpr CollectionBytes collectionBytes<QHash<K, V>> = hashBytes(sizeof(std::pair<K, V>));
template <typename K, typename V>
constexpr CollectionBytes collectionBytes<QMap<K, V>> = {sizeof(std::pair<const K, V>) + 48, 96};
// Leaves have a header and are not all full, those of a hash least.
template <typename T>
constexpr CollectionBytes collectionBytes<CowVector<T>> = {sizeof(T) + sizeof(T) / 4 + 2,
                                                           4 * sizeof(T) + 192};
template <typename K, typename V>
constexpr CollectionBytes collectionBytes<CowHash<K, V>> = {
    sizeof(TrieEntry<K, V>) + sizeof(TrieEntry<K, V>) / 2 + 40, 128};

// Counted by both sides in the same way, so that whatever is encoded can be decoded.
template <typename T, typename Coder>
bool admitCollections(Coder &coder, quint64 nonEmpty, quint64 elements)
{
    static_assert(collectionBytes<T>.element > 0);
    return coder.admit(elements, collectionBytes<T>.element)
        && coder.admit(nonEmpty, collectionBytes<T>.nonEmpty);
}

// Sizes of collections, of which the sum is that of what follows.
template <typename T, typename Each>
qsizetype writeSizes(ColumnWriter &writer, qsizetype count, const Each &each)
{
    quint64 *sizes = writer.values(count);
    qsizetype sum = 0;
    quint64 nonEmpty = 0;
    each([&](const T &collection) {
        sum += collection.size();
        nonEmpty += collection.size() != 0;
        *sizes++ = quint64(collection.size());
    });
    writer.integers(count, false);
    admitCollections<T>(writer, nonEmpty, quint64(sum));
    return sum;
}

template <typename T>
class SizesReader
{
public:
    // Returns the sum, or nothing when what is left cannot hold so many values.
    std::optional<qsizetype> open(ColumnReader &reader, qsizetype count, quint64 elementBits)
    {
        if (!m_sizes.open(reader, count))
            return std::nullopt;
        quint64 nonEmpty = 0;
        const quint64 sum = m_sizes.sum(quint64(reader.left()) * 8, &nonEmpty);
        if (!reader.canHold(sum, elementBits) || !admitCollections<T>(reader, nonEmpty, sum))
            return std::nullopt;
        return qsizetype(sum);
    }
    qsizetype next() { return qsizetype(m_sizes.next()); }

private:
    IntegerReader m_sizes;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COLLECTIONSIZES_H
