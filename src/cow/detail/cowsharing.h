// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWSHARING_H
#define AXIOM_DETAIL_COWSHARING_H

#include "cowleaf.h"
#include "deferredrelease.h"

#include <bit>
#include <cstring>
#include <memory>
#include <utility>

namespace Axiom::detail {

// How versions come to share nodes, borrow from one another, and part again; see CowBorrower.
template <typename T>
struct CowSharing
{
    using Leaf = CowLeaf<T>;

    static constexpr bool Borrows = BorrowsElements<T>;
    // So many nodes a write frees of a former version at most, that none may take long.
    static constexpr int ReclaimBudget = 32;

    static Leaf *asLeaf(CowNode *node) noexcept { return static_cast<Leaf *>(node); }
    static const Leaf *asLeaf(const CowNode *node) noexcept
    {
        return static_cast<const Leaf *>(node);
    }

    // For an inner node, or a leaf where leaves borrow.
    // A frozen node is one that never borrows.
    static CowBorrower *borrower(CowNode *node) noexcept
    {
        if constexpr (Borrows) {
            if (node->level == 0)
                return asLeaf(node);
        }
        return static_cast<CowBorrower *>(node);
    }

    static void release(CowNode *node) noexcept
    {
        if (!node || !node->release())
            return;
        if (node->level <= BigLevel || !deferRelease(node))
            destroy(node);
    }

    // A copy that can be changed.
    static CowNode *copy(CowNode *node, bool wide)
    {
        if (node->level > 0)
            return copyInner(asInner(node), wide);
        return copyLeaf(asLeaf(node));
    }

    static CowInner *copyInner(CowInner *node, bool wide)
    {
        if (Q_UNLIKELY(node->depth.load(std::memory_order_relaxed) >= CowBorrower::MaxDepth))
            shorten(node);
        CowInner *copy = borrowInner(node, wide);
        if (Q_UNLIKELY(copy->depth.load(std::memory_order_relaxed) > CowBorrower::MaxDepth))
            ownChildren(copy);
        return copy;
    }

    static Leaf *copyLeaf(Leaf *leaf)
    {
        Leaf *copy = Leaf::create(leaf->capacity());
        if constexpr (Borrows) {
            if (Q_UNLIKELY(leaf->depth.load(std::memory_order_relaxed) >= CowBorrower::MaxDepth))
                shorten(leaf);
            copyBits(copy, leaf);
            copy->borrowFrom(leaf);
            if (Q_UNLIKELY(copy->depth.load(std::memory_order_relaxed) > CowBorrower::MaxDepth))
                ownElements(copy);
        } else if constexpr (std::is_trivially_copyable_v<T>) {
            copyBits(copy, leaf);
        } else if constexpr (std::is_copy_constructible_v<T>) {
            try {
                for (; copy->count < leaf->count; ++copy->count)
                    std::construct_at(copy->data() + copy->count,
                                      std::as_const(leaf->data()[copy->count]));
            } catch (...) {
                destroy(copy);
                throw;
            }
        } else {
            Q_UNREACHABLE();
        }
        return copy;
    }

    // For an exclusive node: whether its base waits to be taken over.
    static bool canReclaim(const CowBorrower *node) noexcept
    {
        const CowBorrower *base = node->base.load(std::memory_order_relaxed);
        return base && !base->isShared();
    }

    // Takes over from bases that only the node holds, and goes on below, where a child's base was
    // owned by such a base. A base that is shared stays.
    static void reclaim(CowBorrower *node) noexcept
    {
        int budget = ReclaimBudget;
        reclaim(node, nullptr, budget);
    }

    // For an exclusive node that is written: frees some of what was left of former versions.
    static void collect(CowBorrower *node) noexcept
    {
        CowBorrower *base = node->base.load(std::memory_order_relaxed);
        if (!base)
            return;
        if (!base->isShared())
            reclaim(node);
        else if (base->base.load(std::memory_order_relaxed))
            reclaim(base);
    }

    // For exclusive nodes: makes an end of borrowing.
    static void ownChildren(CowInner *node) noexcept
    {
        if (canReclaim(node))
            reclaim(node);
        CowBorrower *base = node->base.exchange(nullptr, std::memory_order_relaxed);
        if (!base)
            return;
        const quint32 own = node->owned & lowBits(node->count);
        for (quint32 bits = own ^ lowBits(node->count); bits != 0; bits &= bits - 1)
            node->children[std::countr_zero(bits)]->retain();
        becomeOwner(node);
        release(base);
        // What was the base's may now be held by these alone.
        if (node->level > 1 || Borrows) {
            for (quint32 bits = own; bits != 0; bits &= bits - 1) {
                if (CowNode *child = node->children[std::countr_zero(bits)])
                    reclaim(borrower(child));
            }
        }
    }
    static void ownElements(Leaf *leaf) noexcept
    {
        if constexpr (Borrows) {
            if (canReclaim(leaf))
                reclaim(leaf);
            CowBorrower *base = leaf->base.exchange(nullptr, std::memory_order_relaxed);
            if (!base)
                return;
            for (quint32 bits = ~leaf->owned & lowBits(leaf->count); bits != 0; bits &= bits - 1)
                ownElement(leaf, asLeaf(base), std::countr_zero(bits));
            becomeOwner(leaf);
            release(base);
        }
    }
    static T &ownedElement(Leaf *leaf, int index) noexcept
    {
        if constexpr (Borrows) {
            if (!leaf->owns(index)) {
                ownElement(leaf, asLeaf(leaf->base.load(std::memory_order_relaxed)), index);
                leaf->owned |= quint32(1) << index;
            }
        }
        return leaf->data()[index];
    }

    // All that can be freed of former versions.
    static void squeeze(CowNode *node) noexcept
    {
        if (node->level == 0 && !Borrows)
            return;
        if (node->isFrozen())
            return;
        int budget = std::numeric_limits<int>::max();
        reclaim(borrower(node), nullptr, budget);
        if (node->level > 0) {
            for (int i = 0; i < node->count; ++i)
                squeeze(asInner(node)->children[i]);
        }
    }

private:
    // A node of this level may have DeferredRelease::ManyLeaves below.
    static constexpr int BigLevel = 2;
    static_assert(DeferredRelease::ManyLeaves == 1 << (CowInner::Bits * BigLevel));

    static bool deferRelease(CowNode *node) noexcept
    {
        // At most; a node that was taken apart has gaps among its children.
        const qint64 leaves = qint64(node->count) << (CowInner::Bits * (node->level - 1));
        return DeferredRelease::add(
            node, leaves, [](void *root) noexcept { destroy(static_cast<CowNode *>(root)); });
    }

    static void copyBits(Leaf *to, const Leaf *from) noexcept
    {
        std::memcpy(static_cast<void *>(to->data()), static_cast<const void *>(from->data()),
                    std::size_t(from->count) * sizeof(T));
        to->count = from->count;
    }

    // Makes an object of what has been the bits of one.
    static void ownElement(Leaf *leaf, const Leaf *base, int index) noexcept
    {
        std::construct_at(leaf->data() + index, base->data()[index]);
    }

    static void becomeOwner(CowBorrower *node) noexcept
    {
        node->owned = CowBorrower::All;
        node->depth.store(0, std::memory_order_relaxed);
    }

    static void destroy(CowNode *node) noexcept
    {
        if (Q_UNLIKELY(node->isFrozen())) {
            release(asFrozen(node)->subtree());
            release(asFrozen(node)->standIn());
            CowFrozen::free(asFrozen(node));
            return;
        }
        CowBorrower *base = nullptr;
        if (node->level > 0) {
            CowInner *inner = asInner(node);
            for (quint32 bits = inner->owned & lowBits(inner->count); bits != 0; bits &= bits - 1)
                release(inner->children[std::countr_zero(bits)]);
            base = inner->base.load(std::memory_order_relaxed);
            freeInner(inner);
        } else {
            Leaf *leaf = asLeaf(node);
            if constexpr (Borrows) {
                destroyElements(leaf, leaf->owned & lowBits(leaf->count));
                base = leaf->base.load(std::memory_order_relaxed);
            } else {
                std::destroy_n(leaf->data(), leaf->count);
            }
            Leaf::free(leaf);
        }
        release(base);
    }

    static void destroyElements(Leaf *leaf, quint32 bits) noexcept
    {
        for (; bits != 0; bits &= bits - 1)
            std::destroy_at(leaf->data() + std::countr_zero(bits));
    }

    static CowBorrower *claimBase(CowBorrower *node) noexcept
    {
        if (!node->base.load(std::memory_order_relaxed))
            return nullptr;
        return node->base.exchange(nullptr, std::memory_order_acquire);
    }
    static void putBase(CowBorrower *node, CowBorrower *base) noexcept
    {
        node->base.store(base, std::memory_order_release);
    }

    // One holder of the base may, beside the node, be a node that is about to go. Returns whether
    // the budget was enough; sets taken when that base has gone.
    static bool reclaim(CowBorrower *node, const CowNode *ownedElsewhere, int &budget,
                        bool *taken = nullptr) noexcept
    {
        while (CowBorrower *base = claimBase(node)) {
            const quint32 holders = base == ownedElsewhere ? 2 : 1;
            const bool free = base->ref.load(std::memory_order_acquire) == holders;
            if (!free || !reclaimBelow(node, base, budget)) {
                putBase(node, base);
                return !free;
            }
            takeOver(node, base);
            --budget;
            if (holders == 2) {
                *taken = true;
                ownedElsewhere = nullptr;
            }
        }
        return true;
    }

    // Where the node has a child of its own, that of its base is about to go.
    static bool reclaimBelow(CowBorrower *node, CowBorrower *base, int &budget) noexcept
    {
        if (node->level == 0 || (node->level == 1 && !Borrows))
            return true;
        quint32 bits = node->owned & base->owned & lowBits(std::min(node->count, base->count));
        for (; bits != 0; bits &= bits - 1) {
            if (budget <= 0)
                return false;
            CowNode *child = asInner(node)->children[std::countr_zero(bits)];
            CowNode *&former = asInner(base)->children[std::countr_zero(bits)];
            if (!child || !former)
                continue;
            bool taken = false;
            const bool done = reclaim(borrower(child), former, budget, &taken);
            if (taken)
                former = nullptr;
            if (!done)
                return false;
        }
        return true;
    }

    static void takeOver(CowBorrower *node, CowBorrower *base) noexcept
    {
        const quint32 taken = base->owned & ~node->owned & lowBits(node->count);
        const quint32 left = base->owned & ~taken & lowBits(base->count);
        CowBorrower *next = base->base.load(std::memory_order_relaxed);
        node->owned = next ? node->owned | taken : CowBorrower::All;
        node->depth.store(base->depth.load(std::memory_order_relaxed), std::memory_order_relaxed);
        if (node->level > 0) {
            for (quint32 bits = left; bits != 0; bits &= bits - 1)
                release(asInner(base)->children[std::countr_zero(bits)]);
            freeInner(asInner(base));
        } else if constexpr (Borrows) {
            destroyElements(asLeaf(base), left);
            Leaf::free(asLeaf(base));
        }
        putBase(node, next);
    }

    static void shorten(CowBorrower *node) noexcept
    {
        reclaim(node);
        CowBorrower *base = claimBase(node);
        if (!base)
            return;
        shorten(base);
        node->depth.store(quint8(base->depth.load(std::memory_order_relaxed) + 1),
                          std::memory_order_relaxed);
        putBase(node, base);
    }
};

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
    ~CowRef() { CowSharing<T>::release(m_node); }

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

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWSHARING_H
