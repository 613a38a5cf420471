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
    CowIterator(const CowNode *root, qsizetype index) noexcept : m_root(root), m_index(index)
    {
        seek();
    }

    reference operator*() const noexcept { return *m_current; }
    pointer operator->() const noexcept { return m_current; }
    reference operator[](qsizetype n) const noexcept { return *(*this + n); }

    CowIterator &operator++() noexcept
    {
        ++m_index;
        if (++m_current == m_end)
            seek();
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
        --m_index;
        if (m_current == m_begin)
            seek();
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
        m_index += n;
        if (n < m_end - m_current && n >= m_begin - m_current)
            m_current += n;
        else
            seek();
        return *this;
    }
    CowIterator &operator-=(qsizetype n) noexcept { return *this += -n; }

    friend CowIterator operator+(CowIterator it, qsizetype n) noexcept { return it += n; }
    friend CowIterator operator+(qsizetype n, CowIterator it) noexcept { return it += n; }
    friend CowIterator operator-(CowIterator it, qsizetype n) noexcept { return it -= n; }
    friend qsizetype operator-(const CowIterator &a, const CowIterator &b) noexcept
    {
        return a.m_index - b.m_index;
    }
    friend bool operator==(const CowIterator &a, const CowIterator &b) noexcept
    {
        return a.m_index == b.m_index;
    }
    friend std::strong_ordering operator<=>(const CowIterator &a, const CowIterator &b) noexcept
    {
        return a.m_index <=> b.m_index;
    }

    // The rest of the leaf the iterator stands in; empty at the end.
    std::span<const T> block() const noexcept
    {
        return {m_current, std::size_t(m_end - m_current)};
    }

private:
    void seek() noexcept
    {
        const CowNode *node = m_root;
        qsizetype index = m_index;
        if (!node || index < 0 || index >= nodeSize(node)) {
            m_begin = m_current = m_end = nullptr;
            return;
        }
        while (node->level > 0) {
            const CowInner *inner = asInner(node);
            const int child = inner->childAt(index);
            index -= inner->start(child);
            node = inner->children[child];
        }
        m_begin = CowTree<T>::asLeaf(node)->data();
        m_current = m_begin + index;
        m_end = m_begin + node->count;
    }

    const CowNode *m_root = nullptr;
    qsizetype m_index = 0;
    const T *m_current = nullptr;
    const T *m_begin = nullptr;
    const T *m_end = nullptr;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWITERATOR_H
