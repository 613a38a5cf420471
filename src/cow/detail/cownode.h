// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWNODE_H
#define AXIOM_DETAIL_COWNODE_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qbytearray.h>

#include <atomic>
#include <limits>

namespace Axiom::detail {

// A node belongs to every version that reaches it. It may be changed only by a version that
// reaches it alone, that is when it and all nodes above it have one reference.
struct CowNode
{
    std::atomic<quint32> ref = 1;
    quint16 count = 0; // elements of a leaf, children of an inner node
    quint8 level = 0;  // 0 is a leaf
    quint8 shape = 0;  // of an inner node, see there

    // Acquire: what the last other owner read happens before what we write now.
    bool isShared() const noexcept { return ref.load(std::memory_order_acquire) != 1; }
    void retain() noexcept { ref.fetch_add(1, std::memory_order_relaxed); }
    // Returns true when the caller has to destroy the node.
    bool release() noexcept { return ref.fetch_sub(1, std::memory_order_acq_rel) == 1; }
};

struct CowInner : CowNode
{
    static constexpr int Bits = 4;
    static constexpr int Fanout = 1 << Bits;
    // An erasure mends a node with so few children before it goes below.
    static constexpr int Few = Fanout / 3;
    static constexpr qint32 Unused = std::numeric_limits<qint32>::max();
    // In the shape, beside the bits of an index that are below this node's.
    static constexpr quint8 Irregular = 0x80;

    CowNode *children[Fanout];
    // Where each child but the last ends, in elements from the node's start. The last one may
    // grow without its parents being told, and the search needs no end of it: it runs over all
    // without a branch, hence the largest value from there on.
    qint32 ends[Fanout];

    // Children but the last are full down to the leaves: the bits of the index name the child.
    bool isRegular() const noexcept { return shape < Irregular; }
    int shift() const noexcept { return shape & ~Irregular; }

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
            child += ends[i] <= wanted;
        index -= start(child);
        return child;
    }
    qsizetype start(int child) const noexcept { return child == 0 ? 0 : ends[child - 1]; }
    CowNode *last() const noexcept { return children[count - 1]; }

    // A child other than the last has become longer or shorter.
    void grow(int child, int by) noexcept
    {
        if (child == count - 1)
            return;
        for (int i = child; i < count - 1; ++i)
            ends[i] += by;
        shape |= Irregular;
    }
};

// More elements than this do not fit; a longer vector is refused with a warning.
constexpr qsizetype CowMaxSize = CowInner::Unused - 1;

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
    for (; node->level > 0; node = asInner(node)->last())
        size += asInner(node)->start(node->count - 1);
    return size + node->count;
}

// Running out of memory for a node terminates, hence noexcept throughout.
// Takes over the references in children, full ones of which have 2 to the shift elements.
AXIOM_CORE_EXPORT CowInner *makeInner(int level, int shift, CowNode *const *children,
                                      int count) noexcept;
AXIOM_CORE_EXPORT void freeInner(CowInner *node) noexcept;
AXIOM_CORE_EXPORT CowInner *copyInner(const CowInner *node) noexcept;
// Recomputes the ends from the given child on.
AXIOM_CORE_EXPORT void updateEnds(CowInner *node, int from) noexcept;
// Inserts a child into an unshared node; returns what did not fit as a right sibling, or null.
AXIOM_CORE_EXPORT CowInner *insertChild(CowInner *node, int at, CowNode *child) noexcept;
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
