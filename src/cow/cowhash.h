// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COWHASH_H
#define AXIOM_COWHASH_H

#include "detail/trieiterator.h"

#include <QtCore/qdatastream.h>
#include <QtCore/qdebug.h>
#include <QtCore/qhash.h>
#include <QtCore/qiterator.h>
#include <QtCore/qlist.h>

#include <concepts>
#include <initializer_list>
#include <ranges>
#include <utility>

namespace Axiom {

namespace detail {
template <typename K, typename V>
class TrieFreezer;

template <typename P, typename K, typename V>
concept PairOf =
    std::convertible_to<decltype(std::declval<P>().first),
                        K> && std::convertible_to<decltype(std::declval<P>().second), V>;
} // namespace detail

template <typename K, typename V>
class CowHash
{
    using Trie = detail::CowTrie<K, V>;

public:
    using key_type = K;
    using mapped_type = V;
    using value_type = V;
    using size_type = qsizetype;
    using difference_type = qsizetype;
    using reference = const V &;
    using const_reference = const V &;
    using const_iterator = detail::TrieIterator<K, V>;
    using iterator = const_iterator;
    using ConstIterator = const_iterator;
    using const_key_value_iterator = QKeyValueIterator<const K &, const V &, const_iterator>;
    using key_value_iterator = const_key_value_iterator;

    CowHash() noexcept = default;
    CowHash(std::initializer_list<std::pair<K, V>> list) : CowHash(list.begin(), list.end()) { }
    // Takes iterators over pairs, or such as have key() and value().
    template <std::input_iterator I, std::sentinel_for<I> S>
    CowHash(I begin, S end);
    CowHash(const QHash<K, V> &hash) : CowHash(hash.begin(), hash.end()) { }
    template <std::ranges::input_range R>
        requires detail::PairOf<std::ranges::range_reference_t<R>, K, V>
    explicit CowHash(R &&range) : CowHash(std::ranges::begin(range), std::ranges::end(range)) { }

    CowHash(const CowHash &other) noexcept : m_root(other.m_root), m_size(other.m_size)
    {
        static_assert(Trie::Copyable, "a CowHash of values that can't be copied can't be shared");
        if (m_root)
            m_root->retain();
    }
    CowHash(CowHash &&other) noexcept
        : m_root(std::exchange(other.m_root, nullptr)), m_size(std::exchange(other.m_size, 0))
    { }
    CowHash &operator=(const CowHash &other) noexcept
    {
        CowHash copy(other);
        swap(copy);
        return *this;
    }
    CowHash &operator=(CowHash &&other) noexcept
    {
        CowHash moved(std::move(other));
        swap(moved);
        return *this;
    }
    CowHash &operator=(std::initializer_list<std::pair<K, V>> list)
    {
        return *this = CowHash(list);
    }
    ~CowHash() { Trie::release(m_root); }

    void swap(CowHash &other) noexcept
    {
        std::swap(m_root, other.m_root);
        std::swap(m_size, other.m_size);
    }
    friend void swap(CowHash &a, CowHash &b) noexcept { a.swap(b); }

    qsizetype size() const noexcept { return m_size; }
    qsizetype count() const noexcept { return m_size; }
    bool isEmpty() const noexcept { return m_size == 0; }
    bool empty() const noexcept { return m_size == 0; }

    bool contains(const K &key) const { return lookup(key) != nullptr; }
    qsizetype count(const K &key) const { return contains(key) ? 1 : 0; }
    V value(const K &key) const;
    V value(const K &key, const V &defaultValue) const;
    V operator[](const K &key) const { return value(key); }
    K key(const V &value) const;
    K key(const V &value, const K &defaultKey) const;
    const_iterator find(const K &key) const
    {
        return const_iterator(m_root, detail::trieHash(key), key);
    }
    const_iterator constFind(const K &key) const { return find(key); }

    QList<K> keys() const;
    QList<K> keys(const V &value) const;
    QList<V> values() const;
    QHash<K, V> toHash() const;

    const_iterator begin() const noexcept { return const_iterator(m_root); }
    const_iterator end() const noexcept { return {}; }
    const_iterator cbegin() const noexcept { return begin(); }
    const_iterator cend() const noexcept { return end(); }
    const_iterator constBegin() const noexcept { return begin(); }
    const_iterator constEnd() const noexcept { return end(); }
    const_key_value_iterator keyValueBegin() const noexcept
    {
        return const_key_value_iterator(begin());
    }
    const_key_value_iterator keyValueEnd() const noexcept
    {
        return const_key_value_iterator(end());
    }
    const_key_value_iterator constKeyValueBegin() const noexcept { return keyValueBegin(); }
    const_key_value_iterator constKeyValueEnd() const noexcept { return keyValueEnd(); }
    auto asKeyValueRange() const &noexcept
    {
        // Not std::ranges::subrange, which clang before 16 cannot compile.
        struct Range : std::ranges::view_base
        {
            Range(const_key_value_iterator first, const_key_value_iterator last) noexcept
                : m_first(first), m_last(last)
            { }
            const_key_value_iterator begin() const noexcept { return m_first; }
            const_key_value_iterator end() const noexcept { return m_last; }

        private:
            const_key_value_iterator m_first;
            const_key_value_iterator m_last;
        };
        return Range(keyValueBegin(), keyValueEnd());
    }

    void insert(const K &key, const V &value) { insertOne(key, V(value)); }
    void insert(const K &key, V &&value) { insertOne(key, std::move(value)); }
    void insert(const CowHash &other);
    void insert(const QHash<K, V> &other);
    bool remove(const K &key);
    // As with QHash, pred takes an iterator or a std::pair<const K &, const V &>.
    template <typename Predicate>
    qsizetype removeIf(Predicate &&pred);
    V take(const K &key);
    // Calls change(V &) on the value; returns whether there is one.
    template <typename F>
    bool modify(const K &key, F &&change);
    void clear() noexcept { CowHash().swap(*this); }

    friend bool operator==(const CowHash &a, const CowHash &b)
    {
        return a.m_size == b.m_size && Trie::equal(a.m_root, b.m_root);
    }

    // Heap memory, that of keys and values included; what is shared counts in full.
    qsizetype byteSize() const { return m_root ? Trie::byteSize(m_root) : 0; }
    qsizetype sharedBytes(const CowHash &other) const
    {
        return m_root && other.m_root ? Trie::sharedBytes(m_root, other.m_root) : 0;
    }
    bool isSharedWith(const CowHash &other) const noexcept { return m_root == other.m_root; }

    // False when some entries were frozen and their bytes are damaged: these are missing, and can't
    // be changed. Looks at each node above.
    bool isValid() const noexcept;

    // For diff() and the like; not for applications.
    const detail::TrieNode *rootNode() const noexcept { return m_root; }
    // From then on no entry is missing for want of memory. Throws std::bad_alloc.
    void thawAll() const
    {
        if (m_root)
            Trie::thawAll(m_root);
    }

private:
    const typename Trie::Entry *lookup(const K &key) const
    {
        return Trie::find(m_root, detail::trieHash(key), key);
    }
    void insertOne(const K &key, V &&value)
    {
        if constexpr (!Trie::Copyable && std::is_copy_constructible_v<K>) {
            const K own(key); // it may be a part of what is moved
            m_size += Trie::insert(m_root, detail::trieHash(own), own, std::move(value)) ? 1 : 0;
            return;
        }
        m_size += Trie::insert(m_root, detail::trieHash(key), key, std::move(value)) ? 1 : 0;
    }
    friend class detail::TrieFreezer<K, V>;
    CowHash(detail::TrieNode *root, qsizetype size) noexcept : m_root(root), m_size(size) { }

    V takeExisting(const K &key);
    decltype(auto) takeSource(const K &key);

    detail::TrieNode *m_root = nullptr;
    qsizetype m_size = 0;
};

} // namespace Axiom

#include "detail/cowhash_impl.h"

template <typename... KV>
Q_DECLARE_TYPEINFO_BODY(Axiom::CowHash<KV...>, Q_RELOCATABLE_TYPE);

#endif // AXIOM_COWHASH_H
