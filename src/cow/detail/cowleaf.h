// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWLEAF_H
#define AXIOM_DETAIL_COWLEAF_H

#include "bitshareable.h"
#include "cownode.h"
#include "nodecache.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <new>

namespace Axiom::detail {

// A copy of a leaf of such elements borrows them bit by bit.
template <typename T>
constexpr bool BorrowsElements =
    BitShareable<T>::value
    && !std::is_trivially_copyable_v<
        T> && std::is_nothrow_copy_constructible_v<T> && std::is_nothrow_move_constructible_v<T>;

// Holds its elements behind itself.
template <typename T>
struct CowLeaf : std::conditional_t<BorrowsElements<T>, CowBorrower, CowNode>
{
    // Large elements share better in small leaves, small ones are read faster from large leaves.
    static constexpr std::size_t Bytes = sizeof(T) >= 32 ? 256 : 512;
    static constexpr std::size_t MaxCapacity = BorrowsElements<T> ? 32 : 256;
    // A power of two, for which the bits of an index name the place of an element.
    static constexpr int Capacity =
        int(std::bit_floor(std::clamp<std::size_t>(Bytes / sizeof(T), 2, MaxCapacity)));
    static constexpr int Shift = std::countr_zero(unsigned(Capacity));
    static constexpr int Few = std::max(1, Capacity / 3);
    static constexpr std::size_t Alignment = std::max(alignof(T), alignof(CowNode));

    static constexpr std::size_t offset()
    {
        return (sizeof(CowLeaf) + alignof(T) - 1) / alignof(T) * alignof(T);
    }
    static constexpr std::size_t bytes(int capacity)
    {
        return offset() + std::size_t(capacity) * sizeof(T);
    }
    T *data() noexcept { return reinterpret_cast<T *>(reinterpret_cast<char *>(this) + offset()); }
    const T *data() const noexcept
    {
        return reinterpret_cast<const T *>(reinterpret_cast<const char *>(this) + offset());
    }
    int capacity() const noexcept { return this->shape + 1; }
    bool isFull() const noexcept { return this->count == capacity(); }

    // Capacities other than the full one are for the only leaf of a small vector.
    static CowLeaf *create(int capacity = Capacity)
    {
        auto *leaf = new (allocateNode(bytes(capacity), Alignment)) CowLeaf;
        leaf->shape = quint8(capacity - 1);
        return leaf;
    }
    // Leaves the elements alone.
    static void free(CowLeaf *leaf) noexcept
    {
        const int capacity = leaf->capacity();
        leaf->~CowLeaf();
        freeNode(leaf, bytes(capacity), Alignment);
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWLEAF_H
