// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_RESERVEMORE_H
#define AXIOM_DETAIL_RESERVEMORE_H

#include <algorithm>
#include <cstddef>
#include <vector>

namespace Axiom::detail {

// So that so many can be appended without memory. Unlike reserve() by itself, which gives just what it
// is asked for, it may be called before each of them.
template <typename T>
void reserveMore(std::vector<T> &vector, std::size_t count = 1)
{
    if (vector.capacity() - vector.size() < count)
        vector.reserve(std::max(vector.size() + count, 2 * vector.size() + 16));
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_RESERVEMORE_H
