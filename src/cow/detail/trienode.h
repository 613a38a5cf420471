// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_TRIENODE_H
#define AXIOM_DETAIL_TRIENODE_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace Axiom::detail {

// A node of a hash trie in CHAMP form: of the slots that some bits of the hash name, those in
// entryMap hold an entry, those in childMap a child. The children follow the header, the entries
// follow the children, both in the order of their slots. Nodes of the level below the last bits
// hold entries of one hash in any order.
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
    static constexpr int Levels = (std::numeric_limits<std::size_t>::digits + Bits - 1) / Bits;
    // Longer chains of bases are not made.
    static constexpr int MaxDepth = 8;

    using Bitmap = std::conditional_t<Bits == 4, quint16, quint32>;

    std::atomic<quint32> ref = 1;
    Bitmap entryMap = 0;
    Bitmap childMap = 0;
    Bitmap owned = 0;
    std::atomic<quint8> depth = 0; // bounds the number of bases below
    quint8 level = 0;
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

    bool holdsCollisions() const noexcept { return level == Levels; }
    quint32 slots() const noexcept { return quint32(entryMap) | childMap; }

    TrieNode **children() noexcept { return reinterpret_cast<TrieNode **>(this + 1); }
    TrieNode *const *children() const noexcept
    {
        return reinterpret_cast<TrieNode *const *>(this + 1);
    }
    inline TrieNode *&child(quint32 slot) noexcept;
    inline TrieNode *const &child(quint32 slot) const noexcept;
    inline int childCount() const noexcept;
    inline int entryCount() const noexcept;

    static quint32 slot(std::size_t hash) noexcept { return 1u << (hash & (Fanout - 1)); }
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

inline TrieNode *&TrieNode::child(quint32 slot) noexcept
{
    return children()[bitCount(childMap & (slot - 1))];
}

inline TrieNode *const &TrieNode::child(quint32 slot) const noexcept
{
    return children()[bitCount(childMap & (slot - 1))];
}

inline int TrieNode::childCount() const noexcept
{
    return bitCount(childMap);
}

inline int TrieNode::entryCount() const noexcept
{
    return bitCount(entryMap);
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
inline void forEachSlot(quint32 slots, F &&function)
{
    for (; slots != 0; slots &= slots - 1)
        function(slots & (0 - slots));
}

// What absorbing can't do without the type of the entries.
struct TrieNodeType
{
    // Releases the children and destroys the entries in the given slots.
    void (*drop)(TrieNode *node, quint32 slots) noexcept;
    // Gives the memory back.
    void (*free)(TrieNode *node) noexcept;
};

// Absorbs the base of a node if nobody else holds it, and then those of the children that were
// replaced, but no more than a few nodes at a time.
AXIOM_CORE_EXPORT void absorbBase(TrieNode *node, const TrieNodeType &type) noexcept;
// Absorbs what can be in the whole chain of bases.
AXIOM_CORE_EXPORT void shortenChain(TrieNode *node, const TrieNodeType &type) noexcept;

// The same for the whole life of the process.
AXIOM_CORE_EXPORT std::size_t trieSeed() noexcept;

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_TRIENODE_H
