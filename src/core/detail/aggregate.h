// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_AGGREGATE_H
#define AXIOM_DETAIL_AGGREGATE_H

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace Axiom::detail {

// Stands for a member of unknown type in a trial initialisation.
template <std::size_t>
struct AnyMember
{
    template <typename T>
    operator T() const noexcept; // not defined: nothing is ever initialised by it
};

template <typename T, typename... Init>
concept BraceInitializable = requires
{
    T{std::declval<Init>()...};
};

// Whether T takes the first Known listed members followed by Any more of whatever type.
template <typename T, typename Tuple, std::size_t... Known, std::size_t... Any>
consteval bool takes(std::index_sequence<Known...>, std::index_sequence<Any...>)
{
    return BraceInitializable<T, typename std::tuple_element_t<Known, Tuple>::Type...,
                              AnyMember<Any>...>;
}

// An aggregate of N members takes N initialisers and no more. A member left out of the list is
// found by offering one initialiser too many: the first k members as listed, the rest of any type.
template <typename T, typename Tuple, std::size_t... Known>
consteval bool takesMore(std::index_sequence<Known...>)
{
    constexpr std::size_t listed = std::tuple_size_v<Tuple>;
    return (takes<T, Tuple>(std::make_index_sequence<Known>(),
                            std::make_index_sequence<listed + 1 - Known>())
            || ...);
}

template <typename... Field>
consteval bool anyListedTwice(const std::tuple<Field...> &fields)
{
    const auto same = [](const auto &a, const auto &b) {
        if constexpr (std::is_same_v<decltype(a.member), decltype(b.member)>)
            return a.member == b.member;
        else
            return false;
    };
    return std::apply(
        [&](const auto &...field) {
            [[maybe_unused]] const auto times = [&](const auto &one) {
                return (0 + ... + int(same(one, field)));
            };
            return ((times(field) > 1) || ...);
        },
        fields);
}

template <typename T, typename... Field>
consteval bool allMembersListed(const std::tuple<Field...> &fields)
{
    // A repeated member would make up for a forgotten one.
    if (anyListedTwice(fields))
        return false;
    if constexpr (std::is_aggregate_v<T>) {
        using Tuple = std::tuple<Field...>;
        return !takesMore<T, Tuple>(std::make_index_sequence<sizeof...(Field) + 1>());
    } else {
        // A type with constructors: the members as listed must account for its whole size.
        std::size_t end = 0;
        ((end = (end + alignof(typename Field::Type) - 1) / alignof(typename Field::Type)
                  * alignof(typename Field::Type)
              + sizeof(typename Field::Type)),
         ...);
        const std::size_t size =
            (std::max(end, std::size_t(1)) + alignof(T) - 1) / alignof(T) * alignof(T);
        return size == sizeof(T);
    }
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_AGGREGATE_H
