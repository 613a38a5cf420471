// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_CODABLE_H
#define AXIOM_DETAIL_CODABLE_H

#include "../../core/fields.h"
#include "../../cow/cowhash.h"
#include "../../cow/cowvector.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qset.h>
#include <QtCore/qstring.h>

#include <optional>

namespace Axiom {

namespace detail {

template <typename T>
constexpr bool isSequence = false;
template <typename T>
constexpr bool isSequence<QList<T>> = true;
template <typename T>
constexpr bool isSequence<QSet<T>> = true;
template <typename T>
constexpr bool isSequence<CowVector<T>> = true;

template <typename T>
constexpr bool isMap = false;
template <typename K, typename V>
constexpr bool isMap<QHash<K, V>> = true;
template <typename K, typename V>
constexpr bool isMap<QMap<K, V>> = true;
template <typename K, typename V>
constexpr bool isMap<CowHash<K, V>> = true;

template <typename T>
constexpr bool isOptional = false;
template <typename T>
constexpr bool isOptional<std::optional<T>> = true;

template <typename T>
concept IsFlags = requires(T flags)
{
    typename T::enum_type;
    flags.toInt();
    T::fromInt(flags.toInt());
};

// How the values of a type are stored.
enum class ColumnKind {
    None,
    Bits,
    Integers,
    Strings,
    Bytes,
    Fields,
    Sequence,
    Map,
    Optional,
    Stream
};

template <typename T>
consteval ColumnKind columnKind();

template <typename T>
consteval bool isCodable()
{
    return columnKind<T>() != ColumnKind::None;
}

template <typename T>
consteval bool fieldsCodable()
{
    return std::apply(
        [](const auto &...field) {
            return (isCodable<typename std::remove_cvref_t<decltype(field)>::Type>() && ...);
        },
        Fields<T>::list());
}

template <typename T>
consteval ColumnKind columnKind()
{
    if constexpr (std::is_same_v<T, bool>) {
        return ColumnKind::Bits;
    } else if constexpr (std::is_arithmetic_v<T>) {
        return sizeof(T) <= sizeof(quint64) ? ColumnKind::Integers : ColumnKind::None;
    } else if constexpr (std::is_enum_v<T>) {
        return std::is_same_v<std::underlying_type_t<T>, bool> ? ColumnKind::Bits
                                                               : ColumnKind::Integers;
    } else if constexpr (std::is_same_v<T, QChar> || IsFlags<T>) {
        return ColumnKind::Integers;
    } else if constexpr (std::is_same_v<T, QString>) {
        return ColumnKind::Strings;
    } else if constexpr (std::is_same_v<T, QByteArray>) {
        return ColumnKind::Bytes;
    } else if constexpr (!std::is_default_constructible_v<T> || !std::is_move_constructible_v<T>) {
        return ColumnKind::None;
    } else if constexpr (Described<T>) {
        return fieldsCodable<T>() ? ColumnKind::Fields : ColumnKind::None;
    } else if constexpr (isSequence<T>) {
        return isCodable<typename T::value_type>() ? ColumnKind::Sequence : ColumnKind::None;
    } else if constexpr (isMap<T>) {
        return isCodable<typename T::key_type>() && isCodable<typename T::mapped_type>()
            ? ColumnKind::Map
            : ColumnKind::None;
    } else if constexpr (isOptional<T>) {
        return isCodable<typename T::value_type>() ? ColumnKind::Optional : ColumnKind::None;
    } else {
        return Streamable<T> ? ColumnKind::Stream : ColumnKind::None;
    }
}

} // namespace detail

template <typename T>
concept Codable = detail::isCodable<T>();

} // namespace Axiom

#endif // AXIOM_DETAIL_CODABLE_H
