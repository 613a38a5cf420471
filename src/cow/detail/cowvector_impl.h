// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWVECTOR_IMPL_H
#define AXIOM_DETAIL_COWVECTOR_IMPL_H

#include "../cowvector.h"
#include "hashing.h"
#include "matchnodes.h"

#include <QtCore/qscopeguard.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace Axiom {

static_assert(std::random_access_iterator<CowVector<int>::const_iterator>);
static_assert(std::is_nothrow_move_constructible_v<CowVector<int>>);
static_assert(std::is_nothrow_move_assignable_v<CowVector<int>>);
static_assert(std::is_nothrow_swappable_v<CowVector<int>>);

template <typename T>
template <bool Needed>
class CowVector<T>::Undo
{
public:
    explicit Undo(CowVector &vector) noexcept : Undo(vector, vector.mayBeFrozen()) { }
    Undo(CowVector &vector, bool mayThaw) noexcept : m_vector(vector), m_done(!Needed && !mayThaw)
    {
        if constexpr (Tree::Copyable) {
            if (!m_done)
                m_before = vector;
        }
    }
    ~Undo()
    {
        if (!m_done)
            m_vector.swap(m_before);
    }
    Undo(const Undo &) = delete;
    Undo &operator=(const Undo &) = delete;
    void done() noexcept { m_done = true; }

private:
    CowVector &m_vector;
    CowVector m_before;
    bool m_done;
};

template <typename T>
qsizetype CowVector<T>::indexOf(const T &value, qsizetype from) const
{
    if (from < 0)
        from = std::max<qsizetype>(from + m_size, 0);
    for (auto it = const_iterator(m_root, from); it < end(); it += qsizetype(it.block().size())) {
        const auto block = it.block();
        const auto found = std::find(block.begin(), block.end(), value);
        if (found != block.end())
            return it - begin() + (found - block.begin());
    }
    return -1;
}

template <typename T>
qsizetype CowVector<T>::lastIndexOf(const T &value, qsizetype from) const
{
    if (from < 0)
        from += m_size;
    else if (from >= m_size)
        from = m_size - 1;
    if (from < 0)
        return -1;
    for (auto it = const_iterator(m_root, from);; --it, --from) {
        if (*it == value)
            return from;
        if (from == 0)
            return -1;
    }
}

template <typename T>
qsizetype CowVector<T>::count(const T &value) const
{
    qsizetype found = 0;
    forEachBlock(
        [&](std::span<const T> block) { found += std::count(block.begin(), block.end(), value); });
    return found;
}

template <typename T>
bool CowVector<T>::equals(const CowVector &other) const
{
    if (m_root == other.m_root)
        return true;
    if (m_size != other.m_size)
        return false;
    const auto equal = detail::equalSideBySide(
        m_root, other.m_root, [](const detail::CowNode *left, const detail::CowNode *right) {
            const T *elements = Tree::asLeaf(left)->data();
            return std::equal(elements, elements + left->count, Tree::asLeaf(right)->data(),
                              [](const T &a, const T &b) { return detail::valuesEqual(a, b); });
        });
    if (equal)
        return *equal;
    const auto last = end();
    for (auto a = begin(), b = other.begin(); a != last;) {
        const auto left = a.block();
        const auto right = b.block();
        const std::size_t length = std::min(left.size(), right.size());
        // A leaf of both holds the same elements.
        if (left.data() != right.data()) {
            for (std::size_t i = 0; i < length; ++i) {
                if (!detail::valuesEqual(left[i], right[i]))
                    return false;
            }
        }
        a += qsizetype(length);
        b += qsizetype(length);
    }
    return isValid() && other.isValid();
}

template <typename T>
template <typename I, typename S>
auto CowVector<T>::build(I begin, S end) -> Ref
{
    qsizetype expected = 0;
    if constexpr (std::sized_sentinel_for<S, I>)
        expected = qsizetype(end - begin);
    typename Tree::Builder builder(expected);
    for (; begin != end && builder.size() <= detail::CowMaxSize; ++begin)
        builder.append(*begin);
    return builder.finish();
}

template <typename T>
void CowVector<T>::adopt(Ref root, const char *function) noexcept
{
    if (root && detail::nodeSize(root.node()) > detail::CowMaxSize)
        fits(detail::nodeSize(root.node()), function);
    else
        setRoot(std::move(root));
}

template <typename T>
void CowVector<T>::insertOne(qsizetype i, T &&value)
{
    if (Q_UNLIKELY(!fits(1, "insert")))
        return;
    if (!m_root) {
        Ref leaf(detail::CowLeaf<T>::create(Tree::grownCapacity(0)));
        Tree::construct(leaf.leaf(), std::move(value));
        setRoot(std::move(leaf));
        return;
    }
    forgetTail();
    detail::NodeReserve nodes;
    Ref extra;
    if (m_root->level > 0) {
        Tree::unshareRoot(m_root);
        extra = Tree::insert(m_root, i, std::move(value), nodes);
    } else {
        Ref instead;
        extra = Tree::insertIntoLeaf(Tree::asLeaf(m_root), !m_root->isShared(), int(i),
                                     std::move(value), instead, nodes);
        if (instead)
            std::swap(m_root, instead.slot());
    }
    if (extra)
        m_root = Tree::makeRoot({takeRoot(), std::move(extra)}).take();
    ++m_size;
    updateShift();
}

template <typename T>
void CowVector<T>::appendOne(T &&value)
{
    detail::CowInner *parent = m_tail.load(std::memory_order_relaxed);
    if (Q_LIKELY(parent && m_size < detail::CowMaxSize && Tree::appendInPlace(parent, value))) {
        ++m_size;
        return;
    }
    insertOne(m_size, std::move(value));
    if (m_root)
        m_tail.store(Tree::exclusiveLastParent(m_root), std::memory_order_relaxed);
}

template <typename T>
void CowVector<T>::insert(qsizetype i, CowVector &&other)
{
    if (!acceptsInsertion(i, other.m_size) || other.isEmpty())
        return;
    if (!m_root) {
        swap(other);
        return;
    }
    if (Q_UNLIKELY(&other == this)) {
        if constexpr (Tree::Copyable)
            insert(i, CowVector(*this));
        return;
    }
    // Made while other still has its content, for the case that it is a part of this vector.
    const bool mayThaw = mayBeFrozen() || other.mayBeFrozen();
    Undo<!NothrowTransfer && Tree::Copyable> undo(*this, mayThaw);
    Undo<!NothrowTransfer && Tree::Copyable> undoOther(other, mayThaw);
    detail::NodeReserve nodes;
    Tree::reserveForRange(nodes, std::max(m_root->level, other.m_root->level));
    if (other.mayBeFrozen())
        m_shift = Tree::MayBeFrozen;
    auto parts = Tree::split(takeRoot(), i);
    Ref left = Tree::join(std::move(parts.first), other.takeRoot());
    setRoot(Tree::join(std::move(left), std::move(parts.second)));
    other.m_size = 0;
    undo.done();
    undoOther.done();
}

template <typename T>
void CowVector<T>::removeAt(qsizetype i)
{
    if (!accepts(i, "removeAt"))
        return;
    if (m_size == 1) {
        clear();
        return;
    }
    // Also when it fails: nodes on the way down may have been joined before. Declared first, to look
    // at what has been undone.
    const auto shiftUpdated = qScopeGuard([this] { updateShift(); });
    Undo<Tree::CopyThrows && !Tree::Moves> undo(*this);
    forgetTail();
    if (m_root->level > 0) {
        Tree::unshareRoot(m_root);
        Tree::erase(m_root, i);
        if (m_root->count == 1)
            m_root = Tree::normalized(takeRoot()).take();
    } else if (Ref rest = Tree::eraseFromLeaf(Tree::asLeaf(m_root), !m_root->isShared(), int(i))) {
        std::swap(m_root, rest.slot());
    }
    --m_size;
    undo.done();
}

template <typename T>
void CowVector<T>::erase(qsizetype first, qsizetype count)
{
    if (count == 1) {
        removeAt(first);
        return;
    }
    if (Q_UNLIKELY(count < 0 || first < 0 || first > m_size || count > m_size - first)) {
        warnOutOfRange("erase", first < 0 || first > m_size ? first : endOf(first, count));
        return;
    }
    if (count == 0)
        return;
    if (count == m_size) {
        clear();
        return;
    }
    Undo<!NothrowTransfer && Tree::Copyable> undo(*this);
    detail::NodeReserve nodes;
    Tree::reserveForRange(nodes, m_root->level);
    auto head = Tree::split(takeRoot(), first);
    auto tail = Tree::split(std::move(head.second), count);
    tail.first = Ref();
    setRoot(Tree::join(std::move(head.first), std::move(tail.second)));
    undo.done();
}

template <typename T>
template <typename Predicate>
qsizetype CowVector<T>::removeIf(Predicate &&pred)
{
    thawAll(); // none goes for what it only seems to be
    // All are looked at before any goes: pred may throw, and know an element by reference.
    std::vector<std::pair<qsizetype, qsizetype>> runs; // first and behind the last
    qsizetype i = 0;
    for (const T &each : std::as_const(*this)) {
        if (pred(each)) {
            if (!runs.empty() && runs.back().second == i)
                ++runs.back().second;
            else
                runs.emplace_back(i, i + 1);
        }
        ++i;
    }
    if (runs.empty())
        return 0;
    const qsizetype before = m_size;
    const auto removeRuns = [&](CowVector &from) {
        for (auto run = runs.crbegin(); run != runs.crend(); ++run)
            from.erase(run->first, run->second - run->first);
    };
    if constexpr (Tree::Copyable) {
        CowVector rest;
        // Where hardly a leaf would stay as it is, a copy of what is left takes less time.
        constexpr qsizetype dense = 16;
        if (m_size < qsizetype(runs.size()) * dense && isValid()) {
            typename Tree::Builder builder(m_size - qsizetype(runs.size()));
            auto it = begin();
            const auto keepUntil = [&](qsizetype end) {
                for (qsizetype left = end - (it - begin()); left > 0; --left, ++it)
                    builder.append(*it);
            };
            for (const auto &run : runs) {
                keepUntil(run.first);
                it += run.second - run.first;
            }
            keepUntil(m_size);
            rest = CowVector(builder.finish());
        } else {
            rest = *this;
            removeRuns(rest);
        }
        swap(rest);
    } else {
        removeRuns(*this);
    }
    return before - m_size;
}

template <typename T>
bool CowVector<T>::removeOne(const T &value)
{
    const qsizetype i = indexOf(value);
    if (i < 0)
        return false;
    removeAt(i);
    return true;
}

template <typename T>
template <bool Copies>
decltype(auto) CowVector<T>::takeSource(qsizetype i)
{
    if constexpr (Copies)
        return Tree::existing(m_root, i);
    else
        return std::move(Tree::mutableAt(m_root, i));
}

template <typename T>
T CowVector<T>::takeAt(qsizetype i)
{
    if (!accepts(i, "takeAt"))
        return nothingToTake();
    if constexpr (Tree::Copyable) {
        // The removal may fail, and must not leave an element behind that was moved from.
        if (!NothrowTransfer || mayBeFrozen())
            return takeExisting<true>(i);
    }
    return takeExisting<false>(i);
}

// One variable and one return: it is made in place, so no copy comes after the removal.
template <typename T>
template <bool Copies>
T CowVector<T>::takeExisting(qsizetype i)
{
    detail::NodeReserve nodes;
    Tree::reserveForErase(nodes, m_root);
    T taken(takeSource<Copies>(i));
    removeAt(i);
    return taken;
}

template <typename T>
T CowVector<T>::nothingToTake()
{
    if constexpr (std::is_default_constructible_v<T>)
        return T();
    else
        qFatal("CowVector::takeAt: no value to return");
}

template <typename T>
void CowVector<T>::resize(qsizetype size)
{
    if (size <= m_size) {
        if (Q_UNLIKELY(size < 0))
            warnOutOfRange("resize", size);
        else
            erase(size, m_size - size);
        return;
    }
    if (!fits(size - m_size, "resize"))
        return;
    typename Tree::Builder builder(size - m_size);
    for (qsizetype i = m_size; i < size; ++i)
        builder.append(T());
    append(CowVector(builder.finish()));
}

template <typename T>
void CowVector<T>::resize(qsizetype size, const T &value)
{
    if (size <= m_size) {
        resize(size);
        return;
    }
    if (!fits(size - m_size, "resize"))
        return;
    typename Tree::Builder builder(size - m_size);
    for (qsizetype i = m_size; i < size; ++i)
        builder.append(value);
    append(CowVector(builder.finish()));
}

template <typename T>
void CowVector<T>::replace(qsizetype i, T &&value)
{
    if (accepts(i, "replace"))
        Tree::assign(m_root, i, std::move(value));
}

template <typename T>
template <typename F>
void CowVector<T>::modify(qsizetype i, F &&change)
{
    if (!accepts(i, "modify"))
        return;
    if constexpr (noexcept(change(std::declval<T &>())) || !Tree::Copyable) {
        change(Tree::mutableAt(m_root, i));
    } else {
        T changed = mayBeFrozen() ? Tree::existing(m_root, i) : at(i);
        change(changed);
        Tree::assign(m_root, i, std::move(changed));
    }
}

template <typename T>
void CowVector<T>::move(qsizetype from, qsizetype to)
{
    if (!accepts(from, "move") || !accepts(to, "move") || from == to)
        return;
    Undo<!NothrowTransfer && Tree::Copyable> undo(*this);
    detail::NodeReserve nodes;
    Tree::reserveForMove(nodes, m_root);
    T moved = takeAt(from);
    insertOne(to, std::move(moved));
    undo.done();
}

template <typename T>
void CowVector<T>::swapItemsAt(qsizetype i, qsizetype j)
{
    if (!accepts(i, "swapItemsAt") || !accepts(j, "swapItemsAt") || i == j)
        return;
    Undo<!std::is_nothrow_swappable_v<T> && Tree::Copyable> undo(*this);
    T &a = Tree::mutableAt(m_root, i);
    T &b = Tree::mutableAt(m_root, j);
    using std::swap;
    swap(a, b);
    undo.done();
}

template <typename T>
CowVector<T> CowVector<T>::mid(qsizetype position, qsizetype length) const
{
    if (position > m_size)
        return {};
    if (position < 0) {
        if (length < 0 || length + position >= m_size)
            return *this;
        length = std::max<qsizetype>(length + position, 0);
        position = 0;
    } else if (length < 0 || length > m_size - position) {
        length = m_size - position;
    }
    return sliced(position, length);
}

template <typename T>
CowVector<T> CowVector<T>::sliced(qsizetype position, qsizetype length) const
{
    if (Q_UNLIKELY(position < 0 || length < 0 || position > m_size || length > m_size - position)) {
        warnOutOfRange("sliced",
                       position < 0 || position > m_size ? position : endOf(position, length));
        return {};
    }
    if (length == 0)
        return {};
    if (length == m_size)
        return *this;
    const qint32 shift = mayBeFrozen() ? qint32(Tree::MayBeFrozen) : 0;
    CowVector rest(*this);
    rest = CowVector(Tree::split(rest.takeRoot(), position).second, shift);
    return CowVector(Tree::split(rest.takeRoot(), length).first, shift);
}

template <typename T>
QList<T> CowVector<T>::toList() const
{
    QList<T> list;
    list.reserve(m_size);
    forEachBlock([&](std::span<const T> block) {
        for (const T &value : block)
            list.append(value);
    });
    return list;
}

template <typename T>
    requires requires(QDebug debug, const T &value)
    {
        debug << value;
    }
QDebug operator<<(QDebug debug, const CowVector<T> &vector)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "CowVector(";
    const char *separator = "";
    for (const T &value : vector) {
        debug << separator << value;
        separator = ", ";
    }
    debug << ')';
    return debug;
}

namespace detail {
template <typename T>
struct StreamedParts<CowVector<T>>
{
    using Types = std::tuple<T>;
};
} // namespace detail

// In the format of QList.
template <typename T, std::same_as<QDataStream> Stream>
    requires(detail::isStreamable<T>())
Stream &operator<<(Stream &stream, const CowVector<T> &vector)
{
    stream << quint32(vector.size());
    vector.forEachBlock([&](std::span<const T> block) {
        for (const T &value : block)
            detail::writeValue(stream, value);
    });
    if (!vector.isValid())
        stream.setStatus(QDataStream::WriteFailed);
    return stream;
}

template <typename T, std::same_as<QDataStream> Stream>
    requires(detail::isStreamable<T>())
Stream &operator>>(Stream &stream, CowVector<T> &vector)
{
    vector.clear();
    quint32 size = 0;
    stream >> size;
    // Grows with what has been read: a damaged size must not allocate.
    QList<T> values;
    for (quint32 i = 0; i < size && stream.status() == QDataStream::Ok; ++i) {
        T value{};
        detail::readValue(stream, value);
        values.append(std::move(value));
    }
    if (stream.status() == QDataStream::Ok) {
        vector = CowVector<T>(std::make_move_iterator(values.begin()),
                              std::make_move_iterator(values.end()));
    }
    return stream;
}

template <typename T>
    requires(detail::isHashable<T>())
size_t qHash(const CowVector<T> &vector, size_t seed = 0)
{
    // As qHashRange(), which knows no types whose qHash() takes no seed.
    for (const T &value : vector)
        seed ^= detail::hashOf(value, 0) + 0x9e3779b9 + (seed << 6) + (seed >> 2);
    return seed;
}

} // namespace Axiom

#endif // AXIOM_DETAIL_COWVECTOR_IMPL_H
