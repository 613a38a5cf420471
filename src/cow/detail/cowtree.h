// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWTREE_H
#define AXIOM_DETAIL_COWTREE_H

#include "cowsharing.h"

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

// The algorithms on trees. They work on exclusive nodes, which they make on the way down. What may
// throw, a copy of elements or an allocation, comes before the content changes; what follows takes
// its nodes from a reserve. Where this can't be had the caller holds a second reference to the
// root: then no node is exclusive, none is changed, and it can go back.
template <typename T>
struct CowTree : CowSharing<T>
{
    using Sharing = CowSharing<T>;
    using Ref = CowRef<T>;
    using Leaf = CowLeaf<T>;
    using Sharing::asLeaf;
    using Sharing::release;
    struct Pair
    {
        Ref first;
        Ref second;
    };

    static constexpr bool Copyable = std::is_copy_constructible_v<T>;
    // Elements are moved out of an exclusive leaf only where that can't fail half-way.
    static constexpr bool Moves = std::is_nothrow_move_constructible_v<T> || !Copyable;
    static constexpr bool CopyThrows = Copyable && !std::is_nothrow_copy_constructible_v<T>;

    // Nodes on their way from one parent to another.
    class Nodes
    {
    public:
        Nodes() noexcept = default;
        ~Nodes()
        {
            for (int i = 0; i < m_count; ++i)
                release(m_nodes[i]);
        }
        Nodes(const Nodes &) = delete;
        Nodes &operator=(const Nodes &) = delete;

        void append(Ref node) noexcept { m_nodes[m_count++] = node.take(); }
        int count() const noexcept { return m_count; }
        // Makes a parent of the first nodes, or of all.
        Ref takeFirst(int count)
        {
            const int level = m_nodes[0]->level + 1;
            const int shift = Leaf::Shift + (level - 1) * CowInner::Bits;
            Ref parent(makeInner(level, shift, m_nodes, count));
            m_count -= count;
            std::copy_n(m_nodes + count, m_count, m_nodes);
            return parent;
        }
        Ref takeAll() { return takeFirst(m_count); }

    private:
        CowNode *m_nodes[2 * CowInner::Fanout];
        int m_count = 0;
    };

    static void reserve(NodeReserve &reserve, int leaves, int inners)
    {
        reserve.add(Leaf::bytes(Leaf::Capacity), Leaf::Alignment, leaves);
        reserve.add(CowInner::NarrowBytes, alignof(CowInner), inners);
        reserve.add(CowInner::WideBytes, alignof(CowInner), inners);
    }

    // An insertion may need a sibling and room for ends on each level, and a root.
    static void reserveForSplit(NodeReserve &nodes) { reserve(nodes, 2, 2 * MaxLevel); }
    // Two nodes on each level of the seam.
    static void reserveForMend(NodeReserve &nodes, int level) { reserve(nodes, 2, 2 * level); }
    // A copy and a mending on each level, each of which makes sure of its own nodes again.
    static void reserveForErase(NodeReserve &nodes, const CowNode *root)
    {
        const int levels = root->level + 1;
        reserve(nodes, 2 * levels + 3, levels * levels + 3 * levels);
    }
    // An erasure, a copy on each level and an insertion.
    static void reserveForMove(NodeReserve &nodes, const CowNode *root)
    {
        const int levels = root->level + 1;
        reserve(nodes, 2 * levels + 6, levels * levels + 4 * levels + 2 * MaxLevel);
    }
    // For two splits and a join, or a split and two joins. A split joins two parts on each level;
    // a join may need, on each level, a copy, a sibling and a wider node.
    static void reserveForRange(NodeReserve &nodes, int level)
    {
        const int levels = level + 1;
        reserve(nodes, 3 * (4 * levels + 2), 3 * levels * (3 * levels + 2));
    }

    static void unshareRoot(CowNode *&root, bool wide = false)
    {
        if (Q_UNLIKELY(root->isFrozen()))
            replaceRoot(root, Ref::retained(residentForWrite(root)).take());
        if (root->level == 0 && !Sharing::Borrows) {
            if (root->isShared())
                replaceRoot(root, Sharing::copyLeaf(asLeaf(root)));
            return;
        }
        CowBorrower *node = Sharing::borrower(root);
        if (node->isShared()) {
            Sharing::reclaim(node);
            replaceRoot(root, Sharing::copy(root, wide));
        } else {
            Sharing::collect(node);
            if (wide && root->level > 0)
                widen(root);
        }
    }

    // Makes a child of an exclusive node exclusive.
    static CowNode *&unshareChild(CowInner *parent, int at, bool wide = false)
    {
        CowNode *&child = parent->children[at];
        if (Q_UNLIKELY(child->isFrozen()))
            setChild(parent, at, Ref::retained(residentForWrite(child)));
        if (!parent->owns(at) && Sharing::canReclaim(parent))
            Sharing::reclaim(parent);
        if (!parent->owns(at) || child->isShared()) {
            setChild(parent, at, Ref(Sharing::copy(child, wide)));
            return child;
        }
        // What the child keeps of former versions cannot be reached from the parent's base.
        if ((child->level > 0 || Sharing::Borrows) && !parent->base.load(std::memory_order_relaxed))
            Sharing::collect(Sharing::borrower(child));
        if (wide)
            widen(child);
        return child;
    }

    static void setChild(CowInner *parent, int at, Ref child) noexcept
    {
        CowNode *former = std::exchange(parent->children[at], child.take());
        if (parent->owns(at))
            release(former);
        parent->owned |= quint32(1) << at;
    }

    template <typename... Args>
    static void construct(Leaf *leaf, Args &&...args)
    {
        static_assert(Copyable || std::is_nothrow_move_constructible_v<T>,
                      "the move constructor of a type that can't be copied must be noexcept");
        std::construct_at(leaf->data() + leaf->count, std::forward<Args>(args)...);
        if constexpr (Sharing::Borrows)
            leaf->owned |= quint32(1) << leaf->count;
        ++leaf->count;
    }

    // Adds elements of one leaf to another, and moves them when that may be done.
    static void transfer(Leaf *to, Leaf *from, int begin, int count, bool moves)
    {
        if constexpr (std::is_trivially_copyable_v<T>) {
            if (count > 0) {
                std::memcpy(static_cast<void *>(to->data() + to->count), from->data() + begin,
                            std::size_t(count) * sizeof(T));
                to->count = quint16(to->count + count);
            }
        } else {
            if (Moves && moves) {
                Sharing::ownElements(from);
                for (int i = begin; i < begin + count; ++i)
                    construct(to, std::move(from->data()[i]));
            } else {
                if constexpr (Copyable) {
                    for (int i = begin; i < begin + count; ++i)
                        construct(to, std::as_const(from->data()[i]));
                } else {
                    Q_UNREACHABLE();
                }
            }
        }
    }
    static void transfer(Leaf *to, const Ref &from, int begin, int count)
    {
        transfer(to, from.leaf(), begin, count, !from.node()->isShared());
    }

    static void truncate(Leaf *leaf, int count) noexcept
    {
        Sharing::ownElements(leaf);
        std::destroy_n(leaf->data() + count, leaf->count - count);
        leaf->count = quint16(count);
    }

    static constexpr int NoShift = -1;
    // Of a tree that may have frozen nodes; it keeps it until somebody looks through the tree.
    static constexpr int MayBeFrozen = -2;

    // The shift of the root when all nodes are regular, 0 for a leaf; otherwise NoShift. Not for a
    // tree with frozen nodes.
    static int commonShift(const CowNode *root) noexcept
    {
        // A child that is full is regular down to its leaves.
        for (const CowNode *node = root; node->level > 0; node = asInner(node)->last()) {
            if (!asInner(node)->isRegular())
                return NoShift;
        }
        return root->level == 0 ? 0 : asInner(root)->shift();
    }

    // In a tree of one shift no node has to be asked how to go on.
    static const T *find(const CowNode *node, int shift, qsizetype index) noexcept
    {
        if (Q_UNLIKELY(shift < 0))
            return find(node, index);
        for (; shift >= Leaf::Shift; shift -= CowInner::Bits)
            node = asInner(node)->children[(index >> shift) & (CowInner::Fanout - 1)];
        return asLeaf(node)->data() + (index & (Leaf::Capacity - 1));
    }

    static const T *find(const CowNode *node, qsizetype index) noexcept
    {
        for (int level = node->level; level > 0; --level) {
            const CowInner *inner = asInner(resident(node));
            const int child = inner->locate(index);
            node = inner->children[child];
        }
        return asLeaf(node)->data() + index;
    }

    // The element before a change, never a default value in its place: throws as residentForWrite().
    static const T &existing(const CowNode *root, qsizetype index)
    {
        CowNode *node = const_cast<CowNode *>(root);
        while (node->level > 0) {
            const CowInner *inner = asInner(residentForWrite(node));
            const int child = inner->locate(index);
            node = inner->children[child];
        }
        return asLeaf(node)->data()[index];
    }

    // Whether any frozen part is so; no leaf is.
    template <typename Is>
    static bool anyFrozen(const CowNode *node, const Is &is) noexcept
    {
        if (!node || node->level == 0)
            return false;
        if (node->isFrozen())
            return is(asFrozen(node));
        const CowInner *inner = asInner(node);
        return node->level > 1
            && std::any_of(inner->children, inner->children + inner->count,
                           [&is](const CowNode *child) { return anyFrozen(child, is); });
    }
    static bool isMissing(const CowNode *node) noexcept
    {
        return anyFrozen(node, [](const CowFrozen *frozen) { return frozen->isMissing(); });
    }
    static bool lacksMemory(const CowNode *node) noexcept
    {
        return anyFrozen(node, [](const CowFrozen *frozen) { return frozen->lacksMemory(); });
    }

    // Has all elements there, for good, but for damaged ones: until then any may read as a default value
    // at one look and not at the next. Throws std::bad_alloc.
    static void thawAll(CowNode *node)
    {
        if (!node || node->level == 0)
            return;
        if (node->isFrozen()) {
            asFrozen(node)->thaw();
            if (!asFrozen(node)->subtree())
                throw std::bad_alloc();
            return;
        }
        if (node->level > 1)
            std::for_each_n(asInner(node)->children, node->count, &thawAll);
    }

    template <typename F>
    static void forEachBlock(const CowNode *node, F &block)
    {
        if (node->level == 0) {
            block(std::span<const T>(asLeaf(node)->data(), node->count));
            return;
        }
        node = resident(node);
        for (int i = 0; i < node->count; ++i)
            forEachBlock(asInner(node)->children[i], block);
    }

    // The parent of the leaf that holds an element, made exclusive; null when the root is the leaf.
    static CowInner *parentOfLeaf(CowNode *&root, qsizetype &index, int &child)
    {
        if (root->level == 0)
            return nullptr;
        unshareRoot(root);
        CowInner *node = asInner(root);
        for (child = node->locate(index); node->level > 1; child = node->locate(index))
            node = asInner(unshareChild(node, child));
        return node;
    }

    static T &mutableAt(CowNode *&root, qsizetype index)
    {
        Leaf *leaf = mutableLeaf(root, index);
        return Sharing::ownedElement(leaf, int(index));
    }

    static void assign(CowNode *&root, qsizetype index, T &&value)
    {
        if constexpr (std::is_nothrow_move_assignable_v<T> || !Copyable) {
            Leaf *leaf = mutableLeaf(root, index);
            if constexpr (Sharing::Borrows) {
                if (!leaf->owns(int(index))) {
                    std::construct_at(leaf->data() + index, std::move(value));
                    leaf->owned |= quint32(1) << index;
                    return;
                }
            }
            leaf->data()[index] = std::move(value);
        } else {
            // A failed assignment leaves the element in any state: assign in a copy of the leaf.
            int child = 0;
            CowInner *parent = parentOfLeaf(root, index, child);
            Ref copy(Sharing::copyLeaf(asLeaf(parent ? parent->children[child] : root)));
            Sharing::ownedElement(copy.leaf(), int(index)) = std::move(value);
            if (parent)
                setChild(parent, child, std::move(copy));
            else
                replaceRoot(root, copy.take());
        }
    }

    static int grownCapacity(int count) noexcept
    {
        return std::min(Leaf::Capacity, std::max(4, 2 * count));
    }

    // The parent of the last leaf, when both are exclusive; null otherwise.
    static CowInner *exclusiveLastParent(CowNode *root) noexcept
    {
        if (root->level == 0 || root->isShared() || root->isFrozen())
            return nullptr;
        CowInner *node = asInner(root);
        for (;;) {
            CowNode *last = node->last();
            if (!node->owns(node->count - 1) || last->isShared() || last->isFrozen())
                return nullptr;
            if (node->level == 1)
                return node;
            node = asInner(last);
        }
    }

    // Appends below the exclusive parent of the exclusive last leaf, if there is room; otherwise
    // does not touch the value.
    static bool appendInPlace(CowInner *parent, T &value)
    {
        Leaf *leaf = asLeaf(parent->last());
        if constexpr (!Moves)
            return false;
        if (!leaf->isFull()) {
            construct(leaf, std::move(value));
            return true;
        }
        if (parent->count == CowInner::Fanout || !parent->isRegular())
            return false;
        leaf = Leaf::create();
        construct(leaf, std::move(value));
        parent->children[parent->count] = leaf;
        parent->owned |= quint32(1) << parent->count;
        ++parent->count;
        return true;
    }

    // Inserts below an exclusive node, and returns what did not fit as a right sibling.
    static Ref insert(CowNode *&slot, qsizetype index, T &&value, NodeReserve &nodes)
    {
        CowInner *inner = asInner(slot);
        int child = inner->locate(index);
        if (child == inner->count) { // behind a last child that is full
            --child;
            index = qsizetype(1) << inner->shift();
        }
        if (child + 1 < inner->count)
            inner = widen(slot);
        Ref extra;
        if (inner->level == 1) {
            Leaf *leaf = asLeaf(inner->children[child]);
            const bool exclusive = inner->owns(child) && !leaf->isShared();
            Ref instead;
            extra = insertIntoLeaf(leaf, exclusive, int(index), std::move(value), instead, nodes);
            if (instead)
                setChild(inner, child, std::move(instead));
        } else {
            extra = insert(unshareChild(inner, child), index, std::move(value), nodes);
        }
        if (!extra) {
            growChild(inner, child, 1);
            return {};
        }
        if (nodeSize(inner->children[child]) != qsizetype(1) << inner->shift())
            inner = widen(slot);
        Sharing::ownChildren(inner);
        updateEnds(inner, child);
        Ref sibling(insertChild(inner, child + 1, extra.node()));
        extra.take();
        return sibling;
    }

    // Changes an exclusive leaf that has room. Otherwise gives a leaf to stand instead of it, and
    // returns what did not fit as a right sibling.
    static Ref insertIntoLeaf(Leaf *leaf, bool exclusive, int index, T &&value, Ref &instead,
                              NodeReserve &nodes)
    {
        const int count = leaf->count;
        if (Moves && exclusive && !leaf->isFull()) {
            Sharing::ownElements(leaf);
            makeRoom(leaf, index);
            std::construct_at(leaf->data() + index, std::move(value));
            ++leaf->count;
            return {};
        }
        if (count < Leaf::Capacity) {
            Ref grown(Leaf::create(leaf->isFull() ? grownCapacity(count) : leaf->capacity()));
            transfer(grown.leaf(), leaf, 0, index, exclusive);
            construct(grown.leaf(), std::move(value));
            transfer(grown.leaf(), leaf, index, count - index, exclusive);
            instead = std::move(grown);
            return {};
        }
        reserveForSplit(nodes);
        Ref right(Leaf::create());
        if (index == count) { // appending: keep what is full
            construct(right.leaf(), std::move(value));
            return right;
        }
        const int half = (count + 1) / 2;
        Ref left(Leaf::create());
        if (index <= half) {
            transfer(left.leaf(), leaf, 0, index, exclusive);
            construct(left.leaf(), std::move(value));
            transfer(left.leaf(), leaf, index, half - index, exclusive);
            transfer(right.leaf(), leaf, half, count - half, exclusive);
        } else {
            transfer(left.leaf(), leaf, 0, half, exclusive);
            transfer(right.leaf(), leaf, half, index - half, exclusive);
            construct(right.leaf(), std::move(value));
            transfer(right.leaf(), leaf, index, count - index, exclusive);
        }
        instead = std::move(left);
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
        CowInner *inner = widen(slot);
        qsizetype offset = index;
        int child = inner->locate(offset);
        const CowNode *below = inner->children[child];
        if (inner->count > 1 && below->count <= (below->level == 0 ? Leaf::Few : CowInner::Few)) {
            mend(inner, child == 0 ? 0 : child - 1);
            offset = index;
            child = inner->locate(offset);
        }
        if (inner->level == 1) {
            Leaf *leaf = asLeaf(inner->children[child]);
            const bool exclusive = inner->owns(child) && !leaf->isShared();
            if (Ref rest = eraseFromLeaf(leaf, exclusive, int(offset)))
                setChild(inner, child, std::move(rest));
        } else {
            erase(unshareChild(inner, child), offset);
        }
        growChild(inner, child, -1);
    }

    // Changes an exclusive leaf. Otherwise gives one to stand instead of it.
    static Ref eraseFromLeaf(Leaf *leaf, bool exclusive, int index)
    {
        if (Moves && exclusive) {
            Sharing::ownElements(leaf);
            closeGap(leaf, index);
            return {};
        }
        Ref copy(Leaf::create(leaf->capacity()));
        transfer(copy.leaf(), leaf, 0, index, false);
        transfer(copy.leaf(), leaf, index + 1, leaf->count - index - 1, false);
        return copy;
    }

    // Joins or evens out two neighbouring children of an exclusive, wide node.
    static void mend(CowInner *inner, int left)
    {
        thawSeam(inner->children[left], inner->children[left + 1]);
        if constexpr (CopyThrows) // Copies first: from here on elements only move.
            unshareSeam(inner, left);
        NodeReserve nodes;
        reserveForMend(nodes, inner->level);
        Sharing::ownChildren(inner);
        Ref first(std::exchange(inner->children[left], nullptr));
        Ref second(std::exchange(inner->children[left + 1], nullptr));
        Pair joined = concat(std::move(first), std::move(second));
        inner->children[left] = joined.first.take();
        if (joined.second)
            inner->children[left + 1] = joined.second.take();
        else
            removeChild(inner, left + 1);
        updateEnds(inner, left);
    }

    // What joins two nodes looks into those along the seam.
    static void thawSeam(CowNode *a, CowNode *b)
    {
        for (;;) {
            a = residentForWrite(a);
            b = residentForWrite(b);
            if (a->level == 0)
                return;
            a = asInner(a)->last();
            b = asInner(b)->children[0];
        }
    }

    // A node that can be taken apart.
    static Ref thawed(Ref node)
    {
        if (Q_LIKELY(!node.node()->isFrozen()))
            return node;
        return Ref::retained(residentForWrite(node.node()));
    }

    static void unshareSeam(CowInner *parent, int left)
    {
        CowNode *a = unshareChild(parent, left);
        CowNode *b = unshareChild(parent, left + 1);
        while (a->level > 0) {
            a = unshareChild(asInner(a), a->count - 1);
            b = unshareChild(asInner(b), 0);
        }
    }

    // Takes a child out of a node that is about to be taken apart.
    static Ref takeChild(const Ref &from, int child) noexcept
    {
        if (from.node()->isShared())
            return Ref::retained(from.inner()->children[child]);
        Sharing::ownChildren(from.inner());
        return Ref(std::exchange(from.inner()->children[child], nullptr));
    }

    // Joins two trees; the result has the level of the higher one, in one node or two. All along
    // the seam nodes with few children or elements are evened out.
    static Pair concat(Ref a, Ref b)
    {
        if (a.level() >= b.level())
            a = thawed(std::move(a));
        if (a.level() <= b.level())
            b = thawed(std::move(b));
        if (a.level() > b.level()) {
            CowInner *left = exclusiveOwner(a);
            const int last = left->count - 1;
            Pair below = concat(takeChild(a, last), std::move(b));
            left->children[last] = below.first.take();
            return addChild(std::move(a), last + 1, std::move(below.second));
        }
        if (a.level() < b.level()) {
            CowInner *right = exclusiveOwner(b);
            Pair below = concat(std::move(a), takeChild(b, 0));
            right->children[0] = below.first.take();
            updateEnds(right, 0);
            return addChild(std::move(b), 1, std::move(below.second));
        }
        return a.level() == 0 ? concatLeaves(std::move(a), std::move(b))
                              : concatInners(std::move(a), std::move(b));
    }

    static CowInner *exclusiveOwner(Ref &node)
    {
        unshareRoot(node.slot(), true);
        Sharing::ownChildren(node.inner());
        return node.inner();
    }

    static Pair addChild(Ref node, int at, Ref child)
    {
        if (!child)
            return {std::move(node), {}};
        Ref extra(insertChild(node.inner(), at, child.node()));
        child.take();
        return {std::move(node), std::move(extra)};
    }

    static Pair concatLeaves(Ref a, Ref b)
    {
        const int left = a.node()->count;
        const int right = b.node()->count;
        if (left > Leaf::Few && right > Leaf::Few && a.leaf()->capacity() == Leaf::Capacity
            && b.leaf()->capacity() == Leaf::Capacity)
            return {std::move(a), std::move(b)};
        const int total = left + right;
        Ref first(Leaf::create());
        if (total <= Leaf::Capacity) {
            transfer(first.leaf(), a, 0, left);
            transfer(first.leaf(), b, 0, right);
            return {std::move(first), {}};
        }
        const int half = total / 2;
        Ref second(Leaf::create());
        transfer(first.leaf(), a, 0, std::min(left, half));
        if (left < half)
            transfer(first.leaf(), b, 0, half - left);
        else
            transfer(second.leaf(), a, half, left - half);
        const int used = std::max(0, half - left);
        transfer(second.leaf(), b, used, right - used);
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
        Nodes all;
        for (int i = 0; i + 1 < left; ++i)
            all.append(takeChild(a, i));
        all.append(std::move(seam.first));
        if (seam.second)
            all.append(std::move(seam.second));
        for (int i = 1; i < right; ++i)
            all.append(takeChild(b, i));
        if (all.count() <= CowInner::Fanout)
            return {all.takeAll(), {}};
        Ref half = all.takeFirst(all.count() / 2);
        return {std::move(half), all.takeAll()};
    }

    static void putBack(const Ref &into, int child, Ref node) noexcept
    {
        if (!into.node()->isShared())
            release(std::exchange(into.inner()->children[child], node.take()));
    }

    static Ref makeRoot(Pair nodes)
    {
        if (!nodes.second)
            return normalized(std::move(nodes.first));
        Nodes children;
        children.append(std::move(nodes.first));
        children.append(std::move(nodes.second));
        return children.takeAll();
    }

    static Ref raised(Ref root, int level)
    {
        while (root.level() < level) {
            Nodes children;
            children.append(std::move(root));
            root = children.takeAll();
        }
        return root;
    }

    // A root has at least two children.
    static Ref normalized(Ref root) noexcept
    {
        while (root && root.level() > 0 && root.node()->count == 1 && !root.node()->isFrozen())
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
        node = thawed(std::move(node));
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

    static Ref group(const Ref &from, int begin, int end)
    {
        if (begin == end)
            return {};
        if (begin + 1 == end)
            return takeChild(from, begin);
        Nodes children;
        for (int i = begin; i < end; ++i)
            children.append(takeChild(from, i));
        return children.takeAll();
    }

    static Pair splitLeaf(Ref node, int index)
    {
        Leaf *leaf = node.leaf();
        Ref right(Leaf::create());
        transfer(right.leaf(), node, index, leaf->count - index);
        if (Moves && !leaf->isShared()) {
            truncate(leaf, index);
            return {std::move(node), std::move(right)};
        }
        Ref left(Leaf::create());
        transfer(left.leaf(), node, 0, index);
        return {std::move(left), std::move(right)};
    }

    // Builds a tree of full leaves.
    class Builder
    {
    public:
        explicit Builder(qsizetype expected = 0) : m_expected(expected) { }

        template <typename V>
        void append(V &&value)
        {
            if (!m_leaf || m_leaf.leaf()->isFull())
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
            while (m_leaves.size() > 1)
                group();
            return std::move(m_leaves.front());
        }

    private:
        void makeSpace()
        {
            if (m_leaf && m_leaf.leaf()->capacity() < Leaf::Capacity) {
                Ref grown(Leaf::create(grownCapacity(m_leaf.node()->count)));
                transfer(grown.leaf(), m_leaf, 0, m_leaf.node()->count);
                m_leaf = std::move(grown);
                return;
            }
            int capacity = Leaf::Capacity;
            if (m_leaf)
                m_leaves.push_back(std::move(m_leaf));
            else if (m_expected < Leaf::Capacity)
                capacity = std::min(Leaf::Capacity, std::max(4, int(m_expected)));
            m_leaf = Ref(Leaf::create(capacity));
        }

        // Makes parents of the nodes of one level.
        void group()
        {
            std::size_t to = 0;
            for (std::size_t from = 0; from < m_leaves.size();) {
                Nodes children;
                while (children.count() < CowInner::Fanout && from < m_leaves.size())
                    children.append(std::move(m_leaves[from++]));
                m_leaves[to++] = children.takeAll();
            }
            m_leaves.resize(to);
        }

        std::vector<Ref> m_leaves;
        Ref m_leaf;
        qsizetype m_expected;
        qsizetype m_size = 0;
    };

private:
    // More than a tree of CowMaxSize elements can have.
    static constexpr int MaxLevel = 12;

    static void replaceRoot(CowNode *&root, CowNode *with) noexcept
    {
        release(std::exchange(root, with));
    }

    static CowInner *widen(CowNode *&slot)
    {
        if (!asInner(slot)->isWide)
            slot = widened(asInner(slot));
        return asInner(slot);
    }

    static Leaf *mutableLeaf(CowNode *&root, qsizetype &index)
    {
        int child = 0;
        if (CowInner *parent = parentOfLeaf(root, index, child))
            return asLeaf(unshareChild(parent, child));
        unshareRoot(root);
        return asLeaf(root);
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWTREE_H
