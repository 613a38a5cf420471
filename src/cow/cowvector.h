// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COWVECTOR_H
#define AXIOM_COWVECTOR_H

#include "detail/cowbytes.h"
#include "detail/cowiterator.h"

#include <QtCore/qdatastream.h>
#include <QtCore/qdebug.h>
#include <QtCore/qhashfunctions.h>
#include <QtCore/qlist.h>
#include <QtCore/qnumeric.h>

#include <initializer_list>
#include <limits>
#include <ranges>

namespace Axiom {

namespace detail {
template <typename T>
class VectorFreezer;
} // namespace detail

template <typename T>
class CowVector
{
    using Tree = detail::CowTree<T>;
    using Ref = detail::CowRef<T>;

    template <typename R>
    static constexpr bool isRangeOfT = [] {
        if constexpr (std::same_as<std::remove_cvref_t<R>, CowVector>)
            return false;
        else if constexpr (std::ranges::input_range<R>)
            return std::constructible_from<
                       T, std::ranges::range_reference_t<R>> && !std::convertible_to<R, T>;
        else
            return false;
    }();

public:
    using value_type = T;
    using size_type = qsizetype;
    using difference_type = qsizetype;
    using reference = const T &;
    using const_reference = const T &;
    using pointer = const T *;
    using const_pointer = const T *;
    using const_iterator = detail::CowIterator<T>;
    using iterator = const_iterator;
    using const_reverse_iterator = std::reverse_iterator<const_iterator>;
    using reverse_iterator = const_reverse_iterator;
    using ConstIterator = const_iterator;

    CowVector() noexcept = default;
    explicit CowVector(qsizetype size) { resize(size); }
    CowVector(qsizetype size, const T &value) { resize(size, value); }
    CowVector(std::initializer_list<T> values) : CowVector(values.begin(), values.end()) { }
    template <std::input_iterator I, std::sentinel_for<I> S>
        requires std::constructible_from<T, std::iter_reference_t<I>> CowVector(I begin, S end)
        {
            adopt(build(std::move(begin), std::move(end)), "CowVector");
        }
    CowVector(const QList<T> &list) : CowVector(list.begin(), list.end()) { }
    template <typename R>
        requires CowVector::isRangeOfT<R>
    explicit CowVector(R &&range)
        : CowVector(std::ranges::begin(range), std::ranges::end(range)) { }

    CowVector(const CowVector &other) noexcept
        : m_root(other.m_root), m_size(other.m_size), m_shift(other.m_shift)
    {
        static_assert(std::is_copy_constructible_v<T>,
                      "a CowVector of elements that can't be copied can't be shared");
        if (m_root) {
            m_root->retain();
            other.forgetTail();
        }
    }
    CowVector(CowVector &&other) noexcept
        : m_root(std::exchange(other.m_root, nullptr)), m_size(std::exchange(other.m_size, 0)),
          m_shift(std::exchange(other.m_shift, 0))
    {
        other.forgetTail();
    }
    CowVector &operator=(const CowVector &other) noexcept
    {
        CowVector copy(other);
        swap(copy);
        return *this;
    }
    CowVector &operator=(CowVector &&other) noexcept
    {
        CowVector moved(std::move(other));
        swap(moved);
        return *this;
    }
    CowVector &operator=(std::initializer_list<T> values) { return *this = CowVector(values); }
    ~CowVector() { Tree::release(m_root); }

    void swap(CowVector &other) noexcept
    {
        std::swap(m_root, other.m_root);
        std::swap(m_size, other.m_size);
        std::swap(m_shift, other.m_shift);
        forgetTail();
        other.forgetTail();
    }
    friend void swap(CowVector &a, CowVector &b) noexcept { a.swap(b); }

    qsizetype size() const noexcept { return m_size; }
    qsizetype count() const noexcept { return m_size; }
    qsizetype length() const noexcept { return m_size; }
    bool isEmpty() const noexcept { return m_size == 0; }
    bool empty() const noexcept { return m_size == 0; }

    const T &at(qsizetype i) const noexcept
    {
        Q_ASSERT_X(inRange(i), "CowVector<T>::at", "index out of range");
        return *Tree::find(m_root, m_shift, i);
    }
    const T &operator[](qsizetype i) const noexcept
    {
        Q_ASSERT_X(inRange(i), "CowVector<T>::operator[]", "index out of range");
        return *Tree::find(m_root, m_shift, i);
    }
    const T &first() const noexcept { return at(0); }
    const T &last() const noexcept { return at(m_size - 1); }
    const T &constFirst() const noexcept { return first(); }
    const T &constLast() const noexcept { return last(); }
    const T &front() const noexcept { return first(); }
    const T &back() const noexcept { return last(); }
    T value(qsizetype i) const { return inRange(i) ? at(i) : T(); }
    T value(qsizetype i, const T &defaultValue) const { return inRange(i) ? at(i) : defaultValue; }

    bool contains(const T &value) const { return indexOf(value) >= 0; }
    qsizetype indexOf(const T &value, qsizetype from = 0) const;
    qsizetype lastIndexOf(const T &value, qsizetype from = -1) const;
    qsizetype count(const T &value) const;
    bool startsWith(const T &value) const { return !isEmpty() && first() == value; }
    bool endsWith(const T &value) const { return !isEmpty() && last() == value; }

    const_iterator begin() const noexcept { return {m_root, 0}; }
    const_iterator end() const noexcept { return {m_root, m_size}; }
    const_iterator cbegin() const noexcept { return begin(); }
    const_iterator cend() const noexcept { return end(); }
    const_iterator constBegin() const noexcept { return begin(); }
    const_iterator constEnd() const noexcept { return end(); }
    const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
    const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
    const_reverse_iterator crbegin() const noexcept { return rbegin(); }
    const_reverse_iterator crend() const noexcept { return rend(); }

    // Calls block(std::span<const T>) for each run of elements that lie side by side.
    template <typename F>
    void forEachBlock(F &&block) const
    {
        if (m_root)
            Tree::forEachBlock(m_root, block);
    }

    void append(const T &value) { appendOne(T(value)); }
    void append(T &&value) { appendOne(std::move(value)); }
    void append(const CowVector &other) { insert(m_size, other); }
    void append(CowVector &&other) { insert(m_size, std::move(other)); }
    template <typename R>
        requires CowVector::isRangeOfT<R>
    void append(R &&range) { insert(m_size, std::forward<R>(range)); }
    void concat(const CowVector &other) { insert(m_size, other); }
    void concat(CowVector &&other) { insert(m_size, std::move(other)); }
    void push_back(const T &value) { append(value); }
    void push_back(T &&value) { append(std::move(value)); }
    template <typename... Args>
    void emplaceBack(Args &&...args)
    {
        appendOne(T(std::forward<Args>(args)...));
    }
    void prepend(const T &value) { insertOne(0, T(value)); }
    void prepend(T &&value) { insertOne(0, std::move(value)); }
    void push_front(const T &value) { prepend(value); }
    void push_front(T &&value) { prepend(std::move(value)); }

    void insert(qsizetype i, const T &value)
    {
        if (acceptsInsertion(i, 1))
            insertOne(i, T(value));
    }
    void insert(qsizetype i, T &&value)
    {
        if (acceptsInsertion(i, 1))
            insertOne(i, std::move(value));
    }
    void insert(qsizetype i, qsizetype count, const T &value)
    {
        insert(i, CowVector(count, value));
    }
    void insert(qsizetype i, const CowVector &other) { insert(i, CowVector(other)); }
    void insert(qsizetype i, CowVector &&other);
    template <typename R>
        requires CowVector::isRangeOfT<R>
    void insert(qsizetype i, R &&range) { insert(i, CowVector(std::forward<R>(range))); }

    void removeAt(qsizetype i);
    void remove(qsizetype i, qsizetype count = 1) { erase(i, count); }
    void erase(qsizetype first, qsizetype count);
    void removeFirst() { removeAt(0); }
    void removeLast() { removeAt(m_size - 1); }
    void pop_front() { removeFirst(); }
    void pop_back() { removeLast(); }
    T takeAt(qsizetype i);
    T takeFirst() { return takeAt(0); }
    T takeLast() { return takeAt(m_size - 1); }
    // Of those for which pred(const T &) is true; returns how many they were.
    template <typename Predicate>
    qsizetype removeIf(Predicate &&pred);
    qsizetype removeAll(const T &value)
    {
        return removeIf([&](const T &each) { return each == value; });
    }
    bool removeOne(const T &value);
    void clear() noexcept { CowVector().swap(*this); }
    void squeeze() noexcept
    {
        if (m_root)
            Tree::squeeze(m_root);
    }
    void resize(qsizetype size);
    void resize(qsizetype size, const T &value);
    CowVector &fill(const T &value, qsizetype size = -1)
    {
        const qsizetype newSize = size < 0 ? m_size : size;
        if (fits(newSize - m_size, "fill"))
            *this = CowVector(newSize, value);
        return *this;
    }

    void replace(qsizetype i, const T &value) { replace(i, T(value)); }
    void replace(qsizetype i, T &&value);
    // Calls change(T &) on the element.
    template <typename F>
    void modify(qsizetype i, F &&change);
    void move(qsizetype from, qsizetype to);
    void swapItemsAt(qsizetype i, qsizetype j);

    CowVector mid(qsizetype position, qsizetype length = -1) const;
    CowVector sliced(qsizetype position) const
    {
        return sliced(position, position < 0 ? 0 : m_size - position);
    }
    CowVector sliced(qsizetype position, qsizetype length) const;
    CowVector first(qsizetype length) const { return sliced(0, length); }
    CowVector last(qsizetype length) const
    {
        return sliced(length < 0 ? m_size : m_size - length, length);
    }

    CowVector &operator+=(const CowVector &other)
    {
        append(other);
        return *this;
    }
    CowVector &operator+=(const T &value)
    {
        append(value);
        return *this;
    }
    CowVector &operator+=(T &&value)
    {
        append(std::move(value));
        return *this;
    }
    CowVector &operator<<(const CowVector &other) { return *this += other; }
    CowVector &operator<<(const T &value) { return *this += value; }
    CowVector &operator<<(T &&value) { return *this += std::move(value); }
    friend CowVector operator+(CowVector a, const CowVector &b)
    {
        a += b;
        return a;
    }

    friend bool operator==(const CowVector &a, const CowVector &b) { return a.equals(b); }

    QList<T> toList() const;

    // Heap memory, that of the elements included; what is shared counts in full.
    qsizetype byteSize() const { return m_root ? detail::treeBytes<T>(m_root) : 0; }
    qsizetype sharedBytes(const CowVector &other) const
    {
        return m_root && other.m_root ? detail::sharedTreeBytes<T>(m_root, other.m_root) : 0;
    }
    bool isSharedWith(const CowVector &other) const noexcept { return m_root == other.m_root; }

    // False when some elements were frozen and can't be had again: these read as default values and
    // can't be changed. Looks at frozen parts only.
    bool isValid() const noexcept { return !mayBeFrozen() || !Tree::isMissing(m_root); }

    // For diff() and the like; not for applications.
    const detail::CowNode *rootNode() const noexcept { return m_root; }
    // Some elements read as default values for want of memory.
    bool lacksMemory() const noexcept { return mayBeFrozen() && Tree::lacksMemory(m_root); }
    // From then on no element reads as a default value for want of memory. Throws std::bad_alloc.
    void thawAll() const
    {
        if (mayBeFrozen())
            Tree::thawAll(m_root);
    }

private:
    friend class detail::VectorFreezer<T>;

    explicit CowVector(Ref root, qint32 shift = 0) noexcept : m_shift(shift)
    {
        setRoot(std::move(root));
    }

    static constexpr bool NothrowTransfer =
        std::is_nothrow_move_constructible_v<T> && !Tree::CopyThrows;

    // Goes back to the former content, unless the operation was completed. It takes a second
    // reference to the root, which turns every change into a copy, only where elements can throw.
    template <bool Needed>
    class Undo;

    bool inRange(qsizetype i) const noexcept { return size_t(i) < size_t(m_size); }
    bool accepts(qsizetype i, const char *function) const
    {
        if (Q_LIKELY(inRange(i)))
            return true;
        warnOutOfRange(function, i);
        return false;
    }
    static qsizetype endOf(qsizetype first, qsizetype count) noexcept
    {
        qsizetype end = 0;
        return qAddOverflow(first, count, &end) ? std::numeric_limits<qsizetype>::max() : end;
    }
    bool acceptsInsertion(qsizetype i, qsizetype count) const
    {
        if (Q_UNLIKELY(size_t(i) > size_t(m_size))) {
            warnOutOfRange("insert", i);
            return false;
        }
        return fits(count, "insert");
    }
    bool fits(qsizetype count, const char *function) const
    {
        if (Q_LIKELY(count <= detail::CowMaxSize - m_size))
            return true;
        detail::warnTooLong("CowVector", detail::typeSignature<T>(), function, count);
        return false;
    }
    void warnOutOfRange(const char *function, qsizetype i) const
    {
        detail::warnOutOfRange("CowVector", detail::typeSignature<T>(), function, i, m_size);
    }

    template <typename I, typename S>
    static Ref build(I begin, S end);
    void adopt(Ref root, const char *function) noexcept;
    void setRoot(Ref root) noexcept
    {
        Tree::release(std::exchange(m_root, root.take()));
        forgetTail();
        m_size = m_root ? qint32(detail::nodeSize(m_root)) : 0;
        updateShift();
    }
    bool mayBeFrozen() const noexcept { return m_shift == Tree::MayBeFrozen; }
    void updateShift() noexcept
    {
        if (!mayBeFrozen() || !m_root || m_root->level == 0)
            m_shift = m_root ? qint32(Tree::commonShift(m_root)) : 0;
    }
    Ref takeRoot() noexcept
    {
        forgetTail();
        return Ref(std::exchange(m_root, nullptr));
    }
    void forgetTail() const noexcept { m_tail.store(nullptr, std::memory_order_relaxed); }
    void appendOne(T &&value);
    void insertOne(qsizetype i, T &&value);
    template <bool Copies>
    T takeExisting(qsizetype i);
    template <bool Copies>
    decltype(auto) takeSource(qsizetype i);
    static T nothingToTake();
    bool equals(const CowVector &other) const;

    detail::CowNode *m_root = nullptr;
    qint32 m_size = 0;
    qint32 m_shift = 0; // see CowTree::commonShift()
    // The parent of the last leaf, when both are exclusive: what follows is appended without a
    // search. Whoever makes a copy, of a const vector on any thread, resets it.
    mutable std::atomic<detail::CowInner *> m_tail = nullptr;
};

template <std::input_iterator I, std::sentinel_for<I> S>
CowVector(I, S) -> CowVector<std::iter_value_t<I>>;

} // namespace Axiom

#include "detail/cowvector_impl.h"

template <typename T>
Q_DECLARE_TYPEINFO_BODY(Axiom::CowVector<T>, Q_RELOCATABLE_TYPE);

#endif // AXIOM_COWVECTOR_H
