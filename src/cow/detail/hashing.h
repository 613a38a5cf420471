// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_HASHING_H
#define AXIOM_DETAIL_HASHING_H

#include <QtCore/qhashfunctions.h>

#include <cstddef>

namespace Axiom::detail {

// In this namespace Qt's own overloads would be hidden by ours, depending on what is included.
template <typename T>
consteval bool hashesWithSeed()
{
    using ::qHash;
    return requires(const T &value)
    {
        qHash(value, std::size_t(0));
    };
}

template <typename T>
consteval bool isHashable()
{
    using ::qHash;
    return hashesWithSeed<T>() || requires(const T &value)
    {
        qHash(value);
    };
}

template <typename T>
std::size_t hashOf(const T &value, std::size_t seed)
{
    using ::qHash;
    if constexpr (hashesWithSeed<T>())
        return qHash(value, seed);
    else
        return qHash(value) ^ seed;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_HASHING_H
