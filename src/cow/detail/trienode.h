// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_TRIENODE_H
#define AXIOM_DETAIL_TRIENODE_H

#include "frozennodes.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#ifdef __SSE2__
#    include <emmintrin.h>
#endif

namespace Axiom::detail {

// A node of a hash trie in CHAMP form, with leaves.
//
// An inner node has slots, which some bits of the hash name: those in entryMap hold an entry,
// those in childMap a child. The children follow the header, the entries follow the children,
// both in the order of their slots and without gaps. A leaf holds up to a few tens of entries in
// slots of any order, entryMap has those in use, each with a byte of its hash to find it by. A
// node of collisions holds entries that agree in the whole hash.
//
// The shape follows from the content: as many entries as a leaf takes are a leaf, more are an
// inner node, or a node of collisions below the last bits of the hash; one entry below an inner
// node stands in its slot.
//
// A node that was copied from another one borrows from it what it has not changed: it holds a
// reference to the other one (base), and owns only the slots in owned. Slots that it does not
// own have in base the same content. Readers look at neither.
//
// A node may be changed in place when it and all nodes above it have one reference and are owned
// by their parents: then no other thread reaches it. A base that has no reference but its
// borrower's is absorbed: the borrower takes over what it borrowed. Readers can't tell, so this
// may happen to a shared node; threads that meet there claim the base by exchanging it with null.
//
// Ordering: references are dropped with release, and one is the only holder only by an acquiring
// load; so who changes, absorbs or frees a node has seen all that former holders did with it.
// The claimer writes owned before it stores base again with release, and the next one claims with
// acquire. Nobody else reads owned while the node is shared.
struct TrieNode
{
    static constexpr int Bits = 4;
    static constexpr int Fanout = 1 << Bits;
    static constexpr int HashBits = std::numeric_limits<std::size_t>::digits;
    static constexpr int Levels = (HashBits + Bits - 1) / Bits;
    // Longer chains of bases are not made.
    static constexpr int MaxDepth = 8;

    enum class Kind : quint8 { Inner, Leaf, Collisions, Frozen };

    std::atomic<quint32> ref = 1;
    quint32 entryMap = 0;
    quint16 childMap = 0;
    Kind kind = Kind::Inner;
    std::atomic<quint8> depth = 0; // bounds the number of bases below
    quint32 owned = 0;
    quint32 count = 0; // entries below; of a leaf, its slots, which debuggers have to know
    quint32 bytes = 0;
    std::atomic<TrieNode *> base = nullptr;

    // Returns true when the caller has to destroy the node.
    bool release() noexcept
    {
        return ref.load(std::memory_order_acquire) == 1
            || ref.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }
    void retain() noexcept { ref.fetch_add(1, std::memory_order_relaxed); }
    bool isShared() const noexcept { return ref.load(std::memory_order_acquire) != 1; }

    bool isInner() const noexcept { return kind == Kind::Inner; }
    bool isLeaf() const noexcept { return kind == Kind::Leaf; }
    bool holdsCollisions() const noexcept { return kind == Kind::Collisions; }
    bool isFrozen() const noexcept { return kind == Kind::Frozen; }
    quint32 usedSlots() const noexcept { return entryMap | childMap; }

    TrieNode **children() noexcept { return reinterpret_cast<TrieNode **>(this + 1); }
    TrieNode *const *children() const noexcept
    {
        return reinterpret_cast<TrieNode *const *>(this + 1);
    }
    inline TrieNode *&child(quint32 slot) noexcept;
    inline TrieNode *const &child(quint32 slot) const noexcept;
    inline int childCount() const noexcept;
    inline quint32 entryCount() const noexcept;

    static quint32 slot(std::size_t hash) noexcept { return 1u << (hash & (Fanout - 1)); }
    static quint8 tag(std::size_t hash) noexcept { return quint8(hash >> (HashBits - 8)); }
};

// Without the instruction, which the baseline of x86-64 has not, std::popcount() is a call.
inline int bitCount(quint32 bits) noexcept
{
#if defined(__POPCNT__) || defined(__aarch64__)
    return std::popcount(bits);
#else
    bits -= (bits >> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333);
    return int((((bits + (bits >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24);
#endif
}

inline TrieNode *const &TrieNode::child(quint32 slot) const noexcept
{
    // Most nodes that are passed have all children.
    if (childMap == 0xffff)
        return children()[std::countr_zero(slot)];
    return children()[bitCount(childMap & (slot - 1))];
}

inline TrieNode *&TrieNode::child(quint32 slot) noexcept
{
    return const_cast<TrieNode *&>(std::as_const(*this).child(slot));
}

inline int TrieNode::childCount() const noexcept
{
    return bitCount(childMap);
}

inline quint32 TrieNode::entryCount() const noexcept
{
    return holdsCollisions() ? count : quint32(bitCount(entryMap));
}

inline quint32 subtreeCount(const TrieNode *node) noexcept
{
    return node->isLeaf() ? quint32(bitCount(node->entryMap)) : node->count;
}

// Stands in the place of a subtrie that was encoded and compressed, like CowFrozen. It has no slot
// in use, but counts the entries: those that can't be had are missing.
struct FrozenTrieNode : TrieNode, FrozenSlot<TrieNode>
{
    AXIOM_CORE_EXPORT static FrozenTrieNode *create(quint32 count, int level,
                                                    std::shared_ptr<const FrozenNodes> content);
    AXIOM_CORE_EXPORT static void free(FrozenTrieNode *node) noexcept;

    TrieNode *thaw() noexcept
    {
        TrieNode *node = subtree();
        return Q_LIKELY(node) ? node : thawNow();
    }
    AXIOM_CORE_EXPORT qsizetype byteSize() const noexcept; // without the subtrie

private:
    using FrozenSlot::FrozenSlot;
    AXIOM_CORE_EXPORT TrieNode *thawNow() noexcept;

    int m_level = 0;
};

inline FrozenTrieNode *asFrozen(TrieNode *node) noexcept
{
    return static_cast<FrozenTrieNode *>(node);
}

inline const FrozenTrieNode *asFrozen(const TrieNode *node) noexcept
{
    return static_cast<const FrozenTrieNode *>(node);
}

// A node that can be looked into.
inline const TrieNode *resident(const TrieNode *node) noexcept
{
    return Q_UNLIKELY(node->isFrozen()) ? asFrozen(const_cast<TrieNode *>(node))->thaw() : node;
}

// The same for a change. Throws DamagedElements or std::bad_alloc when the entries can't be had.
AXIOM_CORE_EXPORT TrieNode *residentForWrite(TrieNode *node);

// The slots of a leaf whose tags have the given value, among the first Count.
template <int Count>
inline quint32 matchTags(const quint8 *tags, quint8 tag) noexcept
{
    static_assert(Count % 8 == 0 && Count <= 32);
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8(char(tag));
    const auto match = [&](__m128i block) {
        return quint32(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
    };
    const auto *blocks = reinterpret_cast<const __m128i *>(tags);
    if constexpr (Count == 8)
        return match(_mm_loadl_epi64(blocks)) & 0xff;
    else if constexpr (Count == 16)
        return match(_mm_loadu_si128(blocks));
    else
        return match(_mm_loadu_si128(blocks)) | match(_mm_loadu_si128(blocks + 1)) << 16;
#else
    quint32 found = 0;
    for (int i = 0; i < Count; ++i)
        found |= quint32(tags[i] == tag) << i;
    return found;
#endif
}

inline void prefetch(const void *address) noexcept
{
#if defined(__GNUC__)
    __builtin_prefetch(address);
#else
    Q_UNUSED(address);
#endif
}

// Calls function(slot) for each.
template <typename F>
inline void forEachSlot(quint32 bits, F &&function)
{
    for (; bits != 0; bits &= bits - 1)
        function(bits & (0 - bits));
}

// What absorbing can't do without the type of the entries.
struct TrieNodeType
{
    // Releases the children and destroys the entries in the given slots.
    void (*drop)(TrieNode *node, quint32 bits) noexcept;
    // Gives the memory back.
    void (*free)(TrieNode *node) noexcept;
};

// Absorbs the base of a node if nobody else holds it, and then those of the children that were
// replaced, but no more than a few nodes at a time.
AXIOM_CORE_EXPORT void absorbBase(TrieNode *node, const TrieNodeType &type) noexcept;
// Absorbs what can be in the whole chain of bases.
AXIOM_CORE_EXPORT void shortenChain(TrieNode *node, const TrieNodeType &type) noexcept;

// The same for the whole life of the process.
AXIOM_CORE_EXPORT std::size_t processTrieSeed() noexcept;

inline std::size_t trieSeed() noexcept
{
    static const std::size_t seed = processTrieSeed(); // spares each look-up the call
    return seed;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_TRIENODE_H
