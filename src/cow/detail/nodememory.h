// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_NODEMEMORY_H
#define AXIOM_DETAIL_NODEMEMORY_H

#include <cstddef>
#include <new>

namespace Axiom::detail {

// Where nodes of collections come from and go to. Throws std::bad_alloc.
template <std::size_t Alignment>
void *allocateNode(std::size_t bytes)
{
    if constexpr (Alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
        return ::operator new(bytes, std::align_val_t(Alignment));
    else
        return ::operator new(bytes);
}

template <std::size_t Alignment>
void freeNode(void *node, std::size_t bytes) noexcept
{
    if constexpr (Alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
        ::operator delete(node, bytes, std::align_val_t(Alignment));
    else
        ::operator delete(node, bytes);
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_NODEMEMORY_H
