// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWITERATOR_H
#define AXIOM_DETAIL_COWITERATOR_H

#include "cowtree.h"

#include <compare>
#include <iterator>
#include <span>

namespace Axiom::detail {

// Walks within a leaf by pointer, and goes through the root only from leaf to leaf.
template <typename T>
class CowIterator
{
public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = qsizetype;
    using pointer = const T *;
    using reference = const T &;

    CowIterator() noexcept = default;
    CowIterator(const CowNode *root, qsizetype index) noexcept : m_root(root) { seek(index); }

    reference operator*() const noexcept { return *m_current; }
    pointer operator->() const noexcept { return m_current; }
    reference operator[](qsizetype n) const noexcept { return *(*this + n); }

    CowIterator &operator++() noexcept
    {
        if (++m_current == m_end)
            nextLeaf();
        return *this;
    }
    CowIterator operator++(int) noexcept
    {
        CowIterator before = *this;
        ++*this;
        return before;
    }
    CowIterator &operator--() noexcept
    {
        if (m_current == m_begin)
            seek(index() - 1);
        else
            --m_current;
        return *this;
    }
    CowIterator operator--(int) noexcept
    {
        CowIterator before = *this;
        --*this;
        return before;
    }
    CowIterator &operator+=(qsizetype n) noexcept
    {
        if (n < m_end - m_current && n >= m_begin - m_current)
            m_current += n;
        else
            seek(index() + n);
        return *this;
    }
    CowIterator &operator-=(qsizetype n) noexcept { return *this += -n; }

    friend CowIterator operator+(CowIterator it, qsizetype n) noexcept { return it += n; }
    friend CowIterator operator+(qsizetype n, CowIterator it) noexcept { return it += n; }
    friend CowIterator operator-(CowIterator it, qsizetype n) noexcept { return it -= n; }
    friend qsizetype operator-(const CowIterator &a, const CowIterator &b) noexcept
    {
        return a.index() - b.index();
    }
    friend bool operator==(const CowIterator &a, const CowIterator &b) noexcept
    {
        // A leaf may occur twice in a tree.
        return a.m_current == b.m_current && a.m_start == b.m_start;
    }
    friend std::strong_ordering operator<=>(const CowIterator &a, const CowIterator &b) noexcept
    {
        return a.index() <=> b.index();
    }

    // The rest of the leaf the iterator stands in; empty at the end.
    std::span<const T> block() const noexcept
    {
        return {m_current, std::size_t(m_end - m_current)};
    }

private:
    // Leaves that have been made one by one lie anywhere.
    static constexpr int Ahead = 3;

    static void prefetch([[maybe_unused]] const void *address) noexcept
    {
#ifdef __GNUC__
        __builtin_prefetch(address);
#endif
    }

    qsizetype index() const noexcept
    {
        return m_start + (m_current - m_begin);
    }

    void seek(qsizetype index) noexcept
    {
        const CowNode *node = m_root;
        m_parent = nullptr;
        if (!node || index < 0 || index >= nodeSize(node)) {
            m_begin = m_current = m_end = nullptr;
            m_start = index;
            return;
        }
        m_start = index;
        while (node->level > 0) {
            m_parent = asInner(resident(node));
            m_child = m_parent->locate(index);
            node = m_parent->children[m_child];
        }
        enter(node);
        m_current = m_begin + index;
        m_start -= index;
    }

    void nextLeaf() noexcept
    {
        const qsizetype next = index();
        if (m_parent && m_child + 1 < m_parent->count) {
            enter(m_parent->children[++m_child]);
            m_current = m_begin;
            m_start = next;
            if (m_child + Ahead < m_parent->count)
                prefetch(CowTree<T>::asLeaf(m_parent->children[m_child + Ahead])->data());
        } else {
            seek(next);
        }
    }

    void enter(const CowNode *leaf) noexcept
    {
        m_begin = CowTree<T>::asLeaf(leaf)->data();
        m_end = m_begin + leaf->count;
    }

    const T *m_current = nullptr;
    const T *m_end = nullptr;
    const T *m_begin = nullptr;
    qsizetype m_start = 0; // the index of the first element of the leaf
    const CowNode *m_root = nullptr;
    const CowInner *m_parent = nullptr; // of the leaf
    int m_child = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWITERATOR_H
