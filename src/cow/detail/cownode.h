// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWNODE_H
#define AXIOM_DETAIL_COWNODE_H

#include "frozennodes.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qbytearray.h>

#include <atomic>
#include <limits>
#include <memory>

namespace Axiom::detail {

// A node belongs to every version that reaches it, and is changed only by a version that reaches
// it alone.
struct CowNode
{
    std::atomic<quint32> ref = 1;
    quint16 count = 0; // elements of a leaf, children of an inner node
    quint8 level = 0;  // 0 is a leaf
    quint8 shape = 0;  // see CowInner; of a leaf, its capacity less one

    // See CowFrozen.
    bool isFrozen() const noexcept { return level > 0 && shape == FrozenShape; }
    static constexpr quint8 FrozenShape = 0xff;

    // Acquire: what the last other owner did happens before what we do now.
    bool isShared() const noexcept { return ref.load(std::memory_order_acquire) != 1; }
    void retain() noexcept { ref.fetch_add(1, std::memory_order_relaxed); }
    // Returns true when the caller has to destroy the node.
    bool release() noexcept { return ref.fetch_sub(1, std::memory_order_acq_rel) == 1; }
};

// To copy a node one would have to count one more owner of each child. Instead, the copy borrows
// the children: it keeps the original, its base, alive and owns only what it gets of its own. A
// slot of a node and that of its base hold the same child unless the node owns its one.
//
// When nobody but the copy holds the base any more, the copy takes over what the base owns, and
// the base goes, see reclaim(). As readers look at neither base nor owned this may be done to a
// node that is shared, by any thread that reaches it: whoever takes the base out of its place has
// the right to follow it, and others leave it alone meanwhile. To be written or taken apart a node
// must be exclusive: held once, as are all nodes above, each owned by the one above it.
struct CowBorrower : CowNode
{
    // A chain of bases this long is broken, for each of them may keep a child from being freed.
    static constexpr int MaxDepth = 8;
    static constexpr quint32 All = ~quint32(0);

    std::atomic<CowBorrower *> base = nullptr;
    quint32 owned = All;           // a bit for each child or element; All when there is no base
    std::atomic<quint8> depth = 0; // the number of bases behind one another
    bool isWide = false;           // see CowInner

    bool owns(int slot) const noexcept { return owned >> slot & 1; }
    void borrowFrom(CowBorrower *node) noexcept
    {
        node->retain();
        base.store(node, std::memory_order_relaxed);
        owned = 0;
        depth.store(quint8(node->depth.load(std::memory_order_relaxed) + 1),
                    std::memory_order_relaxed);
    }
};

constexpr quint32 lowBits(int count) noexcept
{
    return count < 32 ? (quint32(1) << count) - 1 : ~quint32(0);
}

struct CowInner : CowBorrower
{
    static constexpr int Bits = 4;
    static constexpr int Fanout = 1 << Bits;
    // An erasure mends a node with so few children before it goes below.
    static constexpr int Few = Fanout / 3;
    static constexpr qint32 Unused = std::numeric_limits<qint32>::max();
    // In the shape, beside the bits of an index that are below this node's.
    static constexpr quint8 Irregular = 0x80;

    CowNode *children[Fanout];

    // Children but the last are full down to the leaves: the bits of the index name the child.
    bool isRegular() const noexcept { return shape < Irregular; }
    int shift() const noexcept { return shape & ~Irregular; }

    // Only a wide node has room for these, and only an irregular one keeps them: where each child
    // but the last ends, in elements from the node's start. The last one may grow without its
    // parents being told. The search runs over all without a branch, hence Unused from there on.
    qint32 *ends() noexcept { return reinterpret_cast<qint32 *>(this + 1); }
    const qint32 *ends() const noexcept { return reinterpret_cast<const qint32 *>(this + 1); }

    // Returns the child that holds an element, and makes the index one into that child.
    int locate(qsizetype &index) const noexcept
    {
        if (Q_LIKELY(isRegular())) {
            const auto child = int(index >> shape);
            index &= (qsizetype(1) << shape) - 1;
            return child;
        }
        const auto wanted = qint32(index);
        int child = 0;
        for (int i = 0; i < Fanout; ++i)
            child += ends()[i] <= wanted;
        index -= start(child);
        return child;
    }
    qsizetype start(int child) const noexcept
    {
        if (isRegular())
            return qsizetype(child) << shape;
        return child == 0 ? 0 : ends()[child - 1];
    }
    CowNode *last() const noexcept { return children[count - 1]; }

    std::size_t bytes() const noexcept { return isWide ? WideBytes : NarrowBytes; }

    static const std::size_t NarrowBytes;
    static const std::size_t WideBytes;
};

inline constexpr std::size_t CowInner::NarrowBytes = sizeof(CowInner);
inline constexpr std::size_t CowInner::WideBytes = sizeof(CowInner) + Fanout * sizeof(qint32);

// More elements than this do not fit; a longer vector is refused with a warning.
constexpr qsizetype CowMaxSize = CowInner::Unused - 1;

// Stands in the place of a subtree that was encoded and compressed. A read thaws it, once: the
// subtree then hangs beside the compressed bytes, and stays for as long as this node does, for
// others may be reading it. What freezes the elements again puts a new node in the place of this
// one, with the same bytes. As a node it has no base and no children that are seen from outside.
struct CowFrozen : CowBorrower, FrozenSlot<CowNode>
{
    // Takes the place of a subtree.
    AXIOM_CORE_EXPORT static CowFrozen *create(const CowNode *instead,
                                               std::shared_ptr<const FrozenNodes> content);
    AXIOM_CORE_EXPORT static void free(CowFrozen *node) noexcept;

    // The subtree, or what stands in for it; see FrozenSlot.
    CowNode *thaw() noexcept
    {
        CowNode *node = subtree();
        return Q_LIKELY(node) ? node : thawNow();
    }

    qint32 size = 0; // in elements

private:
    using FrozenSlot::FrozenSlot;
    AXIOM_CORE_EXPORT CowNode *thawNow() noexcept;
};

inline CowFrozen *asFrozen(CowNode *node) noexcept
{
    return static_cast<CowFrozen *>(node);
}

inline const CowFrozen *asFrozen(const CowNode *node) noexcept
{
    return static_cast<const CowFrozen *>(node);
}

// A node that can be looked into.
inline CowNode *resident(CowNode *node) noexcept
{
    return Q_UNLIKELY(node->isFrozen()) ? asFrozen(node)->thaw() : node;
}

inline const CowNode *resident(const CowNode *node) noexcept
{
    return resident(const_cast<CowNode *>(node));
}

// The same for a change. Throws DamagedElements or std::bad_alloc when the elements can't be had:
// they must not be lost to defaults.
AXIOM_CORE_EXPORT CowNode *residentForWrite(CowNode *node);

// Whether two nodes stand for the same elements as far as can be seen without looking at these.
inline bool isSameNode(const CowNode *a, const CowNode *b) noexcept
{
    if (a == b)
        return true;
    if (Q_LIKELY(!a->isFrozen() && !b->isFrozen()))
        return false;
    if (a->isFrozen() && b->isFrozen())
        return asFrozen(a)->content() == asFrozen(b)->content();
    return a->isFrozen() ? asFrozen(a)->subtree() == b : asFrozen(b)->subtree() == a;
}

inline CowInner *asInner(CowNode *node) noexcept
{
    return static_cast<CowInner *>(node);
}

inline const CowInner *asInner(const CowNode *node) noexcept
{
    return static_cast<const CowInner *>(node);
}

inline qsizetype nodeSize(const CowNode *node) noexcept
{
    qsizetype size = 0;
    for (; node->level > 0; node = asInner(node)->last()) {
        if (Q_UNLIKELY(node->isFrozen()))
            return size + asFrozen(node)->size;
        size += asInner(node)->start(node->count - 1);
    }
    return size + node->count;
}

// Nodes for which no memory was set aside by a NodeReserve may throw std::bad_alloc.
// Takes over the references in children, full ones of which have 2 to the shift elements.
AXIOM_CORE_EXPORT CowInner *makeInner(int level, int shift, CowNode *const *children, int count);
AXIOM_CORE_EXPORT void freeInner(CowInner *node) noexcept;
// A copy that borrows the children.
AXIOM_CORE_EXPORT CowInner *borrowInner(CowInner *node, bool wide);
// Puts a wide node in the place of an exclusive narrow one.
AXIOM_CORE_EXPORT CowInner *widened(CowInner *node);
// A child of an exclusive node that is not its last has become longer or shorter.
AXIOM_CORE_EXPORT void growChild(CowInner *node, int child, int by) noexcept;
// For an exclusive node that owns all children. Recomputes the ends from the given child on.
AXIOM_CORE_EXPORT void updateEnds(CowInner *node, int from) noexcept;
// Inserts a child; returns what did not fit as a right sibling, or null.
AXIOM_CORE_EXPORT CowInner *insertChild(CowInner *node, int at, CowNode *child);
// Leaves the ends to be updated.
AXIOM_CORE_EXPORT void removeChild(CowInner *node, int at) noexcept;

Q_DECL_COLD_FUNCTION AXIOM_CORE_EXPORT void warnOutOfRange(const char *container,
                                                           const char *signature,
                                                           const char *function, qsizetype index,
                                                           qsizetype size);
Q_DECL_COLD_FUNCTION AXIOM_CORE_EXPORT void
warnTooLong(const char *container, const char *signature, const char *function, qsizetype size);

AXIOM_CORE_EXPORT QByteArray typeName(const char *signature);

// Holds the name of T in words of the compiler; taken apart only when a warning is written.
template <typename T>
constexpr const char *typeSignature() noexcept
{
#ifdef _MSC_VER
    return __FUNCSIG__;
#else
    return __PRETTY_FUNCTION__;
#endif
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWNODE_H
