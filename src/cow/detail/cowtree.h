// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWTREE_H
#define AXIOM_DETAIL_COWTREE_H

#include "cownode.h"

#include <QtCore/qtypeinfo.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace Axiom::detail {

template <typename T>
struct CowLeaf : CowNode
{
    // Large elements share better in small leaves, small ones are read faster from large leaves.
    static constexpr int Bytes = sizeof(T) >= 32 ? 256 : 512;
    // A power of two, for which the bits of an index name the place of an element.
    static constexpr int Capacity =
        int(std::bit_floor(std::clamp<std::size_t>(Bytes / sizeof(T), 4, 256)));
    static constexpr int Shift = std::countr_zero(unsigned(Capacity));
    static constexpr int Few = Capacity / 3;
    static constexpr std::size_t Alignment = std::max(alignof(T), alignof(CowInner));

    quint32 capacity = 0;

    static constexpr std::size_t offset()
    {
        return (sizeof(CowLeaf) + alignof(T) - 1) / alignof(T) * alignof(T);
    }
    static constexpr std::size_t bytes(std::size_t capacity)
    {
        return offset() + capacity * sizeof(T);
    }
    T *data() noexcept { return reinterpret_cast<T *>(reinterpret_cast<char *>(this) + offset()); }
    const T *data() const noexcept
    {
        return reinterpret_cast<const T *>(reinterpret_cast<const char *>(this) + offset());
    }

    static CowLeaf *create(int capacity) noexcept
    {
        void *memory;
        if constexpr (Alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
            memory = ::operator new(bytes(std::size_t(capacity)), std::align_val_t(Alignment));
        else
            memory = ::operator new(bytes(std::size_t(capacity)));
        auto *leaf = new (memory) CowLeaf;
        leaf->capacity = quint32(capacity);
        return leaf;
    }
    static void destroy(CowLeaf *leaf) noexcept
    {
        std::destroy_n(leaf->data(), leaf->count);
        leaf->~CowLeaf();
        if constexpr (Alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
            ::operator delete(leaf, std::align_val_t(Alignment));
        else
            ::operator delete(leaf);
    }
};

template <typename T>
void releaseNode(CowNode *node) noexcept
{
    if (!node || !node->release())
        return;
    if (node->level == 0) {
        CowLeaf<T>::destroy(static_cast<CowLeaf<T> *>(node));
        return;
    }
    CowInner *inner = asInner(node);
    for (int i = 0; i < inner->count; ++i)
        releaseNode<T>(inner->children[i]);
    freeInner(inner);
}

// One reference to a node.
template <typename T>
class CowRef
{
public:
    CowRef() noexcept = default;
    explicit CowRef(CowNode *owned) noexcept : m_node(owned) { }
    CowRef(CowRef &&other) noexcept : m_node(other.take()) { }
    CowRef &operator=(CowRef &&other) noexcept
    {
        CowRef moved(std::move(other));
        std::swap(m_node, moved.m_node);
        return *this;
    }
    ~CowRef() { releaseNode<T>(m_node); }

    static CowRef retained(CowNode *node) noexcept
    {
        if (node)
            node->retain();
        return CowRef(node);
    }

    explicit operator bool() const noexcept { return m_node != nullptr; }
    CowNode *node() const noexcept { return m_node; }
    CowNode *&slot() noexcept { return m_node; }
    CowLeaf<T> *leaf() const noexcept { return static_cast<CowLeaf<T> *>(m_node); }
    CowInner *inner() const noexcept { return static_cast<CowInner *>(m_node); }
    int level() const noexcept { return m_node->level; }
    CowNode *take() noexcept { return std::exchange(m_node, nullptr); }

private:
    CowNode *m_node = nullptr;
};

// The algorithms on trees. Every step that copies elements, and so may throw, leaves the content
// of the tree it works on as it was; what changes the content comes last and does not throw,
// where T's move constructor does not. Where this can't be had the caller holds a second
// reference to the root: then all nodes are shared, none is changed, and it can go back.
template <typename T>
struct CowTree
{
    using Ref = CowRef<T>;
    using Leaf = CowLeaf<T>;
    struct Pair
    {
        Ref first;
        Ref second;
    };

    static constexpr bool Copyable = std::is_copy_constructible_v<T>;
    // Elements are moved out of an unshared leaf only where that can't fail half-way.
    static constexpr bool Moves = std::is_nothrow_move_constructible_v<T> || !Copyable;
    static constexpr bool CopyThrows = Copyable && !std::is_nothrow_copy_constructible_v<T>;

    static Leaf *asLeaf(CowNode *node) noexcept { return static_cast<Leaf *>(node); }
    static const Leaf *asLeaf(const CowNode *node) noexcept
    {
        return static_cast<const Leaf *>(node);
    }

    static void replace(CowNode *&slot, Ref with) noexcept
    {
        releaseNode<T>(std::exchange(slot, with.take()));
    }

    template <typename... Args>
    static void construct(Leaf *leaf, Args &&...args)
    {
        std::construct_at(leaf->data() + leaf->count, std::forward<Args>(args)...);
        ++leaf->count;
    }

    // Adds elements of one leaf to another: moves them when nobody else reaches the source.
    static void transfer(Leaf *to, Leaf *from, int begin, int count)
    {
        T *source = from->data() + begin;
        if constexpr (std::is_trivially_copyable_v<T>) {
            if (count > 0) {
                std::memcpy(static_cast<void *>(to->data() + to->count), source,
                            std::size_t(count) * sizeof(T));
                to->count = quint16(to->count + count);
            }
        } else {
            if (Moves && !from->isShared()) {
                for (int i = 0; i < count; ++i)
                    construct(to, std::move(source[i]));
            } else {
                if constexpr (Copyable) {
                    for (int i = 0; i < count; ++i)
                        construct(to, std::as_const(source[i]));
                } else {
                    Q_UNREACHABLE();
                }
            }
        }
    }

    static void truncate(Leaf *leaf, int count) noexcept
    {
        std::destroy_n(leaf->data() + count, leaf->count - count);
        leaf->count = quint16(count);
    }

    static Ref copyLeaf(CowNode *node)
    {
        Leaf *from = asLeaf(node);
        Ref copy(Leaf::create(from->count));
        if constexpr (std::is_trivially_copyable_v<T>) {
            transfer(copy.leaf(), from, 0, from->count);
        } else if constexpr (Copyable) {
            for (int i = 0; i < from->count; ++i)
                construct(copy.leaf(), std::as_const(from->data()[i]));
        } else {
            Q_UNREACHABLE();
        }
        return copy;
    }

    static Ref inner(int level, CowNode *const *children, int count) noexcept
    {
        return Ref(makeInner(level, Leaf::Shift + (level - 1) * CowInner::Bits, children, count));
    }

    static void unshareInner(CowNode *&slot) noexcept
    {
        if (slot->isShared())
            replace(slot, Ref(copyInner(asInner(slot))));
    }
    static void unshareLeaf(CowNode *&slot)
    {
        if (slot->isShared())
            replace(slot, copyLeaf(slot));
    }

    static const T *find(const CowNode *node, qsizetype index) noexcept
    {
        while (node->level > 0) {
            const CowInner *inner = asInner(node);
            const int child = inner->locate(index);
            node = inner->children[child];
        }
        return asLeaf(node)->data() + index;
    }

    template <typename F>
    static void forEachBlock(const CowNode *node, F &block)
    {
        if (node->level == 0) {
            block(std::span<const T>(asLeaf(node)->data(), node->count));
            return;
        }
        for (int i = 0; i < node->count; ++i)
            forEachBlock(asInner(node)->children[i], block);
    }

    // Makes the path to an element unshared but for the leaf; returns the slot of the leaf.
    static CowNode *&leafSlot(CowNode *&root, qsizetype &index) noexcept
    {
        CowNode **slot = &root;
        while ((*slot)->level > 0) {
            unshareInner(*slot);
            CowInner *inner = asInner(*slot);
            const int child = inner->locate(index);
            slot = &inner->children[child];
        }
        return *slot;
    }

    static T &mutableAt(CowNode *&root, qsizetype index)
    {
        CowNode *&slot = leafSlot(root, index);
        unshareLeaf(slot);
        return asLeaf(slot)->data()[index];
    }

    static int grownCapacity(int count) noexcept
    {
        return std::min(Leaf::Capacity, std::max(4, 2 * count));
    }

    // Appends in place, where the last leaf has room and is reached by this version alone.
    static bool appendInPlace(CowNode *node, T &value)
    {
        if constexpr (!Moves)
            return false;
        while (!node->isShared()) {
            if (node->level == 0) {
                Leaf *leaf = asLeaf(node);
                if (leaf->count == leaf->capacity)
                    return false;
                construct(leaf, std::move(value));
                return true;
            }
            node = asInner(node)->last();
        }
        return false;
    }

    // Inserts and returns what did not fit as a right sibling.
    static Ref insert(CowNode *&slot, qsizetype index, T &&value)
    {
        if (slot->level == 0)
            return insertIntoLeaf(slot, int(index), std::move(value));
        unshareInner(slot);
        CowInner *inner = asInner(slot);
        int child = inner->locate(index);
        if (child == inner->count) { // behind a last child that is full
            --child;
            index = qsizetype(1) << inner->shift();
        }
        Ref extra = insert(inner->children[child], index, std::move(value));
        if (!extra) {
            inner->grow(child, 1);
            return {};
        }
        updateEnds(inner, child);
        return Ref(insertChild(inner, child + 1, extra.take()));
    }

    static Ref insertIntoLeaf(CowNode *&slot, int index, T &&value)
    {
        Leaf *leaf = asLeaf(slot);
        const int count = leaf->count;
        if (Moves && count < int(leaf->capacity) && !leaf->isShared()) {
            makeRoom(leaf, index);
            std::construct_at(leaf->data() + index, std::move(value));
            ++leaf->count;
            return {};
        }
        if (count < Leaf::Capacity) {
            Ref grown(Leaf::create(grownCapacity(count)));
            transfer(grown.leaf(), leaf, 0, index);
            construct(grown.leaf(), std::move(value));
            transfer(grown.leaf(), leaf, index, count - index);
            replace(slot, std::move(grown));
            return {};
        }
        Ref right(Leaf::create(Leaf::Capacity));
        if (index == count) { // appending: keep what is full
            construct(right.leaf(), std::move(value));
            return right;
        }
        const int half = (count + 1) / 2;
        Ref left(Leaf::create(Leaf::Capacity));
        if (index <= half) {
            transfer(left.leaf(), leaf, 0, index);
            construct(left.leaf(), std::move(value));
            transfer(left.leaf(), leaf, index, half - index);
            transfer(right.leaf(), leaf, half, count - half);
        } else {
            transfer(left.leaf(), leaf, 0, half);
            transfer(right.leaf(), leaf, half, index - half);
            construct(right.leaf(), std::move(value));
            transfer(right.leaf(), leaf, index, count - index);
        }
        replace(slot, std::move(left));
        return right;
    }

    // Leaves a hole at index; count is not changed.
    static void makeRoom(Leaf *leaf, int index) noexcept
    {
        T *data = leaf->data();
        if constexpr (QTypeInfo<T>::isRelocatable) {
            std::memmove(static_cast<void *>(data + index + 1), static_cast<void *>(data + index),
                         std::size_t(leaf->count - index) * sizeof(T));
        } else {
            for (int i = leaf->count; i > index; --i) {
                std::construct_at(data + i, std::move(data[i - 1]));
                std::destroy_at(data + i - 1);
            }
        }
    }

    static void closeGap(Leaf *leaf, int index) noexcept
    {
        T *data = leaf->data();
        std::destroy_at(data + index);
        if constexpr (QTypeInfo<T>::isRelocatable) {
            std::memmove(static_cast<void *>(data + index), static_cast<void *>(data + index + 1),
                         std::size_t(leaf->count - 1 - index) * sizeof(T));
        } else {
            for (int i = index; i + 1 < leaf->count; ++i) {
                std::construct_at(data + i, std::move(data[i + 1]));
                std::destroy_at(data + i + 1);
            }
        }
        --leaf->count;
    }

    // A child about to lose an element is made to have enough on the way down, so that nothing
    // is left to mend, and to fail, after the element has gone.
    static void erase(CowNode *&slot, qsizetype index)
    {
        if (slot->level == 0) {
            eraseFromLeaf(slot, int(index));
            return;
        }
        unshareInner(slot);
        CowInner *inner = asInner(slot);
        qsizetype offset = index;
        int child = inner->locate(offset);
        const CowNode *below = inner->children[child];
        if (inner->count > 1 && below->count <= (below->level == 0 ? Leaf::Few : CowInner::Few)) {
            mend(inner, child == 0 ? 0 : child - 1);
            offset = index;
            child = inner->locate(offset);
        }
        erase(inner->children[child], offset);
        inner->grow(child, -1);
    }

    static void eraseFromLeaf(CowNode *&slot, int index)
    {
        Leaf *leaf = asLeaf(slot);
        if (Moves && !leaf->isShared()) {
            closeGap(leaf, index);
            return;
        }
        Ref copy(Leaf::create(std::max(1, leaf->count - 1)));
        transfer(copy.leaf(), leaf, 0, index);
        transfer(copy.leaf(), leaf, index + 1, leaf->count - index - 1);
        replace(slot, std::move(copy));
    }

    // Joins or evens out two neighbouring children.
    static void mend(CowInner *inner, int left)
    {
        if constexpr (CopyThrows) {
            // Copies first: from here on elements only move.
            if (inner->level == 1) {
                unshareLeaf(inner->children[left]);
                unshareLeaf(inner->children[left + 1]);
            } else {
                unshareSeam(inner->children[left], inner->children[left + 1]);
            }
        }
        Ref first(inner->children[left]);
        Ref second(inner->children[left + 1]);
        inner->children[left] = inner->children[left + 1] = nullptr;
        Pair joined = concat(std::move(first), std::move(second));
        inner->children[left] = joined.first.take();
        if (joined.second)
            inner->children[left + 1] = joined.second.take();
        else
            removeChild(inner, left + 1);
        updateEnds(inner, left);
    }

    static void unshareSeam(CowNode *&left, CowNode *&right)
    {
        if (left->level == 0) {
            unshareLeaf(left);
            unshareLeaf(right);
            return;
        }
        unshareInner(left);
        unshareInner(right);
        unshareSeam(asInner(left)->children[left->count - 1], asInner(right)->children[0]);
    }

    // Takes a child out of a node that is about to be taken apart.
    static Ref takeChild(const Ref &from, int child) noexcept
    {
        if (from.node()->isShared())
            return Ref::retained(from.inner()->children[child]);
        return Ref(std::exchange(from.inner()->children[child], nullptr));
    }

    // Joins two trees; the result has the level of the higher one, in one node or two. All along
    // the seam nodes with few children or elements are evened out.
    static Pair concat(Ref a, Ref b)
    {
        if (a.level() > b.level()) {
            unshareInner(a.slot());
            const int last = a.node()->count - 1;
            Pair below = concat(takeChild(a, last), std::move(b));
            a.inner()->children[last] = below.first.take();
            if (!below.second)
                return {std::move(a), {}};
            Ref extra(insertChild(a.inner(), last + 1, below.second.take()));
            return {std::move(a), std::move(extra)};
        }
        if (a.level() < b.level()) {
            unshareInner(b.slot());
            Pair below = concat(std::move(a), takeChild(b, 0));
            b.inner()->children[0] = below.first.take();
            updateEnds(b.inner(), 0);
            if (!below.second)
                return {std::move(b), {}};
            Ref extra(insertChild(b.inner(), 1, below.second.take()));
            return {std::move(b), std::move(extra)};
        }
        return a.level() == 0 ? concatLeaves(std::move(a), std::move(b))
                              : concatInners(std::move(a), std::move(b));
    }

    static Pair concatLeaves(Ref a, Ref b)
    {
        const int left = a.node()->count;
        const int right = b.node()->count;
        if (left > Leaf::Few && right > Leaf::Few)
            return {std::move(a), std::move(b)};
        const int total = left + right;
        if (total <= Leaf::Capacity) {
            Ref joined(Leaf::create(grownCapacity(total)));
            transfer(joined.leaf(), a.leaf(), 0, left);
            transfer(joined.leaf(), b.leaf(), 0, right);
            return {std::move(joined), {}};
        }
        const int half = total / 2;
        Ref first(Leaf::create(Leaf::Capacity));
        Ref second(Leaf::create(Leaf::Capacity));
        transfer(first.leaf(), a.leaf(), 0, std::min(left, half));
        if (left < half)
            transfer(first.leaf(), b.leaf(), 0, half - left);
        else
            transfer(second.leaf(), a.leaf(), half, left - half);
        const int used = std::max(0, half - left);
        transfer(second.leaf(), b.leaf(), used, right - used);
        return {std::move(first), std::move(second)};
    }

    static Pair concatInners(Ref a, Ref b)
    {
        const int left = a.node()->count;
        const int right = b.node()->count;
        const CowNode *last = a.inner()->children[left - 1];
        const CowNode *first = b.inner()->children[0];
        Pair seam = concat(takeChild(a, left - 1), takeChild(b, 0));
        if (left > CowInner::Few && right > CowInner::Few && seam.first.node() == last
            && seam.second.node() == first) {
            putBack(a, left - 1, std::move(seam.first));
            putBack(b, 0, std::move(seam.second));
            return {std::move(a), std::move(b)};
        }
        CowNode *all[2 * CowInner::Fanout];
        int count = 0;
        for (int i = 0; i + 1 < left; ++i)
            all[count++] = takeChild(a, i).take();
        all[count++] = seam.first.take();
        if (seam.second)
            all[count++] = seam.second.take();
        for (int i = 1; i < right; ++i)
            all[count++] = takeChild(b, i).take();
        const int level = a.level();
        if (count <= CowInner::Fanout)
            return {inner(level, all, count), {}};
        const int half = count / 2;
        return {inner(level, all, half), inner(level, all + half, count - half)};
    }

    static void putBack(const Ref &into, int child, Ref node) noexcept
    {
        if (into.node()->isShared())
            return;
        releaseNode<T>(std::exchange(into.inner()->children[child], node.take()));
        updateEnds(into.inner(), child);
    }

    static Ref makeRoot(Pair nodes) noexcept
    {
        if (nodes.second) {
            CowNode *children[] = {nodes.first.take(), nodes.second.take()};
            return inner(children[0]->level + 1, children, 2);
        }
        return normalized(std::move(nodes.first));
    }

    // A root has at least two children.
    static Ref normalized(Ref root) noexcept
    {
        while (root && root.level() > 0 && root.node()->count == 1)
            root = takeChild(root, 0);
        return root;
    }

    static Ref join(Ref a, Ref b)
    {
        if (!a)
            return b;
        if (!b)
            return a;
        return makeRoot(concat(std::move(a), std::move(b)));
    }

    // Parts a tree before index.
    static Pair split(Ref node, qsizetype index)
    {
        if (index <= 0)
            return {{}, std::move(node)};
        if (index >= nodeSize(node.node()))
            return {std::move(node), {}};
        if (node.level() == 0)
            return splitLeaf(std::move(node), int(index));
        const CowInner *inner = node.inner();
        qsizetype offset = index;
        const int child = inner->locate(offset);
        if (offset == 0)
            return {group(node, 0, child), group(node, child, inner->count)};
        Pair parts = split(takeChild(node, child), offset);
        Ref left = join(group(node, 0, child), std::move(parts.first));
        Ref right = join(std::move(parts.second), group(node, child + 1, inner->count));
        return {std::move(left), std::move(right)};
    }

    static Pair splitLeaf(Ref node, int index)
    {
        Leaf *leaf = node.leaf();
        Ref right(Leaf::create(leaf->count - index));
        transfer(right.leaf(), leaf, index, leaf->count - index);
        if (Moves && !leaf->isShared()) {
            truncate(leaf, index);
            return {std::move(node), std::move(right)};
        }
        Ref left(Leaf::create(index));
        transfer(left.leaf(), leaf, 0, index);
        return {std::move(left), std::move(right)};
    }

    static Ref group(const Ref &from, int begin, int end) noexcept
    {
        if (begin == end)
            return {};
        if (begin + 1 == end)
            return takeChild(from, begin);
        CowNode *children[CowInner::Fanout];
        for (int i = begin; i < end; ++i)
            children[i - begin] = takeChild(from, i).take();
        return inner(from.level(), children, end - begin);
    }

    // Builds a tree of full leaves.
    class Builder
    {
    public:
        explicit Builder(qsizetype expected = 0) : m_expected(expected) { }

        template <typename V>
        void append(V &&value)
        {
            if (!m_leaf || m_leaf.node()->count == int(m_leaf.leaf()->capacity))
                makeSpace();
            construct(m_leaf.leaf(), std::forward<V>(value));
            ++m_size;
        }
        qsizetype size() const noexcept { return m_size; }

        Ref finish()
        {
            if (m_leaves.empty())
                return std::move(m_leaf);
            if (m_leaf)
                m_leaves.push_back(std::move(m_leaf));
            for (int level = 1; m_leaves.size() > 1; ++level)
                group(level);
            return std::move(m_leaves.front());
        }

    private:
        void makeSpace()
        {
            if (m_leaf && int(m_leaf.leaf()->capacity) < Leaf::Capacity) {
                Ref grown(Leaf::create(grownCapacity(m_leaf.node()->count)));
                transfer(grown.leaf(), m_leaf.leaf(), 0, m_leaf.node()->count);
                m_leaf = std::move(grown);
                return;
            }
            int capacity = Leaf::Capacity;
            if (m_leaf)
                m_leaves.push_back(std::move(m_leaf));
            else if (m_expected < Leaf::Capacity)
                capacity = std::max(4, int(m_expected));
            m_leaf = Ref(Leaf::create(capacity));
        }

        void group(int level)
        {
            std::size_t to = 0;
            for (std::size_t from = 0; from < m_leaves.size();) {
                CowNode *children[CowInner::Fanout];
                int count = 0;
                while (count < CowInner::Fanout && from < m_leaves.size())
                    children[count++] = m_leaves[from++].take();
                m_leaves[to++] = inner(level, children, count);
            }
            m_leaves.resize(to);
        }

        std::vector<Ref> m_leaves;
        Ref m_leaf;
        qsizetype m_expected;
        qsizetype m_size = 0;
    };
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWTREE_H
