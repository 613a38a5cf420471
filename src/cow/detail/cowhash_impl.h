// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWHASH_IMPL_H
#define AXIOM_DETAIL_COWHASH_IMPL_H

#include "../cowhash.h"

#include <tuple>

namespace Axiom {

static_assert(std::forward_iterator<CowHash<int, int>::const_iterator>);
static_assert(std::is_nothrow_move_constructible_v<CowHash<int, int>>);
static_assert(std::is_nothrow_move_assignable_v<CowHash<int, int>>);
static_assert(std::is_nothrow_swappable_v<CowHash<int, int>>);

template <typename K, typename V>
template <std::input_iterator I, std::sentinel_for<I> S>
CowHash<K, V>::CowHash(I begin, S end) : CowHash()
{
    for (; begin != end; ++begin) {
        if constexpr (requires {
                          begin.key();
                          begin.value();
                      }) {
            insertOne(begin.key(), V(begin.value()));
        } else {
            auto &&pair = *begin;
            insertOne(pair.first, V(std::forward<decltype(pair)>(pair).second));
        }
    }
}

template <typename K, typename V>
V CowHash<K, V>::value(const K &key) const
{
    const auto *entry = lookup(key);
    return entry ? entry->value : V();
}

template <typename K, typename V>
V CowHash<K, V>::value(const K &key, const V &defaultValue) const
{
    const auto *entry = lookup(key);
    return entry ? entry->value : defaultValue;
}

template <typename K, typename V>
K CowHash<K, V>::key(const V &value) const
{
    return key(value, K());
}

template <typename K, typename V>
K CowHash<K, V>::key(const V &value, const K &defaultKey) const
{
    const auto last = end();
    for (auto it = begin(); it != last; ++it) {
        if (it.value() == value)
            return it.key();
    }
    return defaultKey;
}

template <typename K, typename V>
QList<K> CowHash<K, V>::keys() const
{
    QList<K> keys;
    keys.reserve(m_size);
    const auto last = end();
    for (auto it = begin(); it != last; ++it)
        keys.append(it.key());
    return keys;
}

template <typename K, typename V>
QList<K> CowHash<K, V>::keys(const V &value) const
{
    QList<K> keys;
    const auto last = end();
    for (auto it = begin(); it != last; ++it) {
        if (it.value() == value)
            keys.append(it.key());
    }
    return keys;
}

template <typename K, typename V>
QList<V> CowHash<K, V>::values() const
{
    QList<V> values;
    values.reserve(m_size);
    for (const V &value : *this)
        values.append(value);
    return values;
}

template <typename K, typename V>
QHash<K, V> CowHash<K, V>::toHash() const
{
    QHash<K, V> hash;
    hash.reserve(m_size);
    const auto last = end();
    for (auto it = begin(); it != last; ++it)
        hash.insert(it.key(), it.value());
    return hash;
}

template <typename K, typename V>
void CowHash<K, V>::insert(const CowHash &other)
{
    if (isEmpty()) {
        *this = other;
        return;
    }
    other.thawAll();
    if (!other.isValid())
        throw detail::DamagedElements(); // what is missing would be lost
    CowHash merged(*this);
    const auto last = other.end();
    for (auto it = other.begin(); it != last; ++it)
        merged.insert(it.key(), it.value());
    swap(merged);
}

template <typename K, typename V>
void CowHash<K, V>::insert(const QHash<K, V> &other)
{
    insert(CowHash(other));
}

template <typename K, typename V>
bool CowHash<K, V>::remove(const K &key)
{
    if (!Trie::remove(m_root, detail::trieHash(key), key))
        return false;
    --m_size;
    return true;
}

template <typename K, typename V>
template <typename Predicate>
qsizetype CowHash<K, V>::removeIf(Predicate &&pred)
{
    thawAll();
    CowHash rest(*this);
    const auto last = end();
    for (auto it = begin(); it != last; ++it) {
        bool wanted;
        if constexpr (std::is_invocable_r_v<bool, Predicate &, const_iterator>)
            wanted = pred(it);
        else
            wanted = pred(std::pair<const K &, const V &>(it.key(), it.value()));
        if (wanted)
            rest.remove(it.key());
    }
    const qsizetype removed = m_size - rest.m_size;
    if (removed > 0)
        swap(rest);
    return removed;
}

template <typename K, typename V>
V CowHash<K, V>::take(const K &key)
{
    if (!Trie::findForWrite(m_root, detail::trieHash(key), key))
        return V();
    if constexpr (!Trie::Copyable && std::is_copy_constructible_v<K>)
        return takeExisting(K(key)); // it may be a part of what is moved
    else
        return takeExisting(key);
}

template <typename K, typename V>
decltype(auto) CowHash<K, V>::takeSource(const K &key)
{
    if constexpr (Trie::Copyable)
        return std::as_const(lookup(key)->value);
    else
        return std::move(Trie::mutableValue(m_root, detail::trieHash(key), key));
}

// One variable and one return: it is made in place, so no copy comes after the removal.
template <typename K, typename V>
V CowHash<K, V>::takeExisting(const K &key)
{
    V taken(takeSource(key));
    remove(key);
    return taken;
}

template <typename K, typename V>
bool CowHash<K, V>::isValid() const noexcept
{
    const auto isMissing = [](const auto &self, const detail::TrieNode *node) -> bool {
        if (node->isFrozen())
            return asFrozen(node)->isMissing();
        return std::any_of(node->children(), node->children() + node->childCount(),
                           [&](const detail::TrieNode *child) { return self(self, child); });
    };
    return !m_root || !isMissing(isMissing, m_root);
}

template <typename K, typename V>
template <typename F>
bool CowHash<K, V>::modify(const K &key, F &&change)
{
    const std::size_t hash = detail::trieHash(key);
    const auto *entry = Trie::findForWrite(m_root, hash, key);
    if (!entry)
        return false;
    if constexpr (noexcept(change(std::declval<V &>())) || !Trie::Copyable) {
        change(Trie::mutableValue(m_root, hash, key));
    } else {
        V changed(entry->value);
        change(changed);
        Trie::insert(m_root, hash, key, std::move(changed));
    }
    return true;
}

template <typename K, typename V>
    requires requires(QDebug debug, const K &key, const V &value)
    {
        debug << key << value;
    }
QDebug operator<<(QDebug debug, const CowHash<K, V> &hash)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "CowHash(";
    const auto last = hash.end();
    for (auto it = hash.begin(); it != last; ++it)
        debug << '(' << it.key() << ", " << it.value() << ')';
    debug << ')';
    return debug;
}

namespace detail {
template <typename K, typename V>
struct StreamedParts<CowHash<K, V>>
{
    using Types = std::tuple<K, V>;
};
} // namespace detail

// In the format of QHash.
template <typename K, typename V, std::same_as<QDataStream> Stream>
    requires(detail::isStreamable<K>() && detail::isStreamable<V>())
Stream &operator<<(Stream &stream, const CowHash<K, V> &hash)
{
    stream << quint32(hash.size());
    const auto last = hash.end();
    for (auto it = hash.begin(); it != last; ++it) {
        detail::writeValue(stream, it.key());
        detail::writeValue(stream, it.value());
    }
    if (!hash.isValid())
        stream.setStatus(QDataStream::WriteFailed);
    return stream;
}

template <typename K, typename V, std::same_as<QDataStream> Stream>
    requires(detail::isStreamable<K>() && detail::isStreamable<V>())
Stream &operator>>(Stream &stream, CowHash<K, V> &hash)
{
    hash.clear();
    quint32 size = 0;
    stream >> size;
    // Grows with what has been read: a damaged size must not allocate.
    CowHash<K, V> read;
    for (quint32 i = 0; i < size && stream.status() == QDataStream::Ok; ++i) {
        K key{};
        V value{};
        detail::readValue(stream, key);
        detail::readValue(stream, value);
        if (stream.status() == QDataStream::Ok)
            read.insert(key, std::move(value));
    }
    if (stream.status() == QDataStream::Ok)
        hash = std::move(read);
    return stream;
}

// Independent of the order, and so of how the hash came to its content.
template <typename K, typename V>
    requires(detail::isHashable<K>() && detail::isHashable<V>())
size_t qHash(const CowHash<K, V> &hash, size_t seed = 0)
{
    size_t sum = 0;
    const auto last = hash.end();
    for (auto it = hash.begin(); it != last; ++it)
        sum += detail::hashOf(it.value(), detail::hashOf(it.key(), seed));
    return sum;
}

} // namespace Axiom

#endif // AXIOM_DETAIL_COWHASH_IMPL_H
