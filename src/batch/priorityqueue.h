// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_PRIORITYQUEUE_H
#define AXIOM_PRIORITYQUEUE_H

#include <QtCore/qglobal.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace Axiom {

template <typename T, typename Compare = std::less<T>>
class PriorityQueue
{
public:
    explicit PriorityQueue(Compare compare = Compare()) : m_less{std::move(compare)} { }

    void insert(T value)
    {
        m_heap.push_back({std::move(value), m_nextSequence});
        ++m_nextSequence;
        std::push_heap(m_heap.begin(), m_heap.end(), m_less);
    }

    std::optional<T> extractMax()
    {
        if (m_heap.empty())
            return std::nullopt;
        std::pop_heap(m_heap.begin(), m_heap.end(), m_less);
        std::optional<T> top(std::move(m_heap.back().value));
        m_heap.pop_back();
        return top;
    }

    const T *peek() const noexcept { return m_heap.empty() ? nullptr : &m_heap.front().value; }

    qsizetype size() const noexcept { return qsizetype(m_heap.size()); }
    bool isEmpty() const noexcept { return m_heap.empty(); }
    void clear() noexcept { m_heap.clear(); }

private:
    struct Item
    {
        T value;
        quint64 sequence;
    };

    // Of equal values the one inserted first is the greater, which makes the queue stable.
    struct Less
    {
        bool operator()(const Item &a, const Item &b) const
        {
            if (compare(a.value, b.value))
                return true;
            if (compare(b.value, a.value))
                return false;
            return a.sequence > b.sequence;
        }
        Compare compare;
    };

    std::vector<Item> m_heap;
    quint64 m_nextSequence = 0;
    Less m_less;
};

} // namespace Axiom

#endif // AXIOM_PRIORITYQUEUE_H
