// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_TRIEITERATOR_H
#define AXIOM_DETAIL_TRIEITERATOR_H

#include "cowtrie.h"

#include <iterator>

namespace Axiom::detail {

// Visits the entries of a node, then those of its children.
template <typename K, typename V>
class TrieIterator
{
    using Trie = CowTrie<K, V>;
    using Entry = typename Trie::Entry;

public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = V;
    using difference_type = qptrdiff;
    using pointer = const V *;
    using reference = const V &;

    TrieIterator() noexcept = default;
    // At the first entry.
    explicit TrieIterator(const TrieNode *root) noexcept
    {
        if (root) {
            enter(root);
            settle();
        }
    }
    // At the entry of a key.
    TrieIterator(const TrieNode *root, std::size_t hash, const K &key);

    const K &key() const noexcept { return m_entry->key; }
    const V &value() const noexcept { return m_entry->value; }
    reference operator*() const noexcept { return m_entry->value; }
    pointer operator->() const noexcept { return &m_entry->value; }

    TrieIterator &operator++() noexcept
    {
        ++m_entry;
        m_used >>= 1;
        settle();
        return *this;
    }
    TrieIterator operator++(int) noexcept
    {
        TrieIterator before = *this;
        ++*this;
        return before;
    }

    friend bool operator==(const TrieIterator &a, const TrieIterator &b) noexcept
    {
        return a.m_entry == b.m_entry;
    }

private:
    struct Step
    {
        TrieNode *const *next; // child to be visited
        TrieNode *const *end;
    };

    const TrieNode *enter(const TrieNode *node) noexcept
    {
        node = resident(node);
        m_entry = Trie::entries(node);
        if (node->isLeaf()) {
            m_end = m_entry + std::bit_width(node->entryMap);
            m_used = node->entryMap;
        } else {
            m_end = m_entry + node->entryCount();
            m_used = -1;
        }
        TrieNode *const *children = node->children();
        m_path[m_depth++] = {children, children + node->childCount()};
        return node;
    }
    // Goes on to the next entry, or the next node when this one has no more.
    void settle() noexcept
    {
        while (true) {
            for (; m_entry != m_end; ++m_entry, m_used >>= 1) {
                if (m_used & 1)
                    return;
            }
            Step *step = &m_path[m_depth - 1];
            while (step->next == step->end) {
                if (--m_depth == 0) {
                    m_entry = m_end = nullptr;
                    return;
                }
                --step;
            }
            const TrieNode *child = *step->next++;
            if (step->next != step->end)
                prefetch(*step->next);
            enter(child);
        }
    }

    const Entry *m_entry = nullptr;
    const Entry *m_end = nullptr;
    qint64 m_used = 0; // bits of the entries from here on; all ones where there are no gaps
    int m_depth = 0;
    Step m_path[TrieNode::Levels + 1];
};

template <typename K, typename V>
TrieIterator<K, V>::TrieIterator(const TrieNode *root, std::size_t hash, const K &key)
{
    const Entry *found = Trie::find(root, hash, key);
    if (!found)
        return;
    for (const TrieNode *node = enter(root); !(found >= m_entry && found < m_end);
         hash >>= TrieNode::Bits) {
        const quint32 slot = TrieNode::slot(hash);
        TrieNode *const &child = node->child(slot);
        m_path[m_depth - 1].next = &child + 1;
        node = enter(child);
    }
    m_used >>= std::min<std::ptrdiff_t>(found - m_entry, 63);
    m_entry = found;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_TRIEITERATOR_H
