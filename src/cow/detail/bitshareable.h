// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_BITSHAREABLE_H
#define AXIOM_DETAIL_BITSHAREABLE_H

#include "../../core/fields.h"

#include <type_traits>

class QByteArray;
class QDateTime;
class QString;
class QUrl;
template <typename T>
class QList;
template <typename T>
class QSet;
template <typename K, typename V>
class QHash;
template <typename K, typename V>
class QMap;

namespace Axiom::detail {

// Whether an object may be read through a bitwise copy for as long as the object itself lives. So
// it is with a handle to shared data that no const member function changes: Qt's values, and
// structs of them. Only an aggregate surely has no copy operation of its own. (QString::utf16() of
// a string that refers to raw data makes a copy behind const; such a copy may be lost.)
template <typename T>
struct BitShareable
    : std::bool_constant<std::is_trivially_copyable_v<T> && std::is_copy_constructible_v<T>>
{ };

template <>
struct BitShareable<QByteArray> : std::true_type
{ };
template <>
struct BitShareable<QDateTime> : std::true_type
{ };
template <>
struct BitShareable<QString> : std::true_type
{ };
template <>
struct BitShareable<QUrl> : std::true_type
{ };
template <typename T>
struct BitShareable<QList<T>> : std::true_type
{ };
template <typename T>
struct BitShareable<QSet<T>> : std::true_type
{ };
template <typename K, typename V>
struct BitShareable<QHash<K, V>> : std::true_type
{ };
template <typename K, typename V>
struct BitShareable<QMap<K, V>> : std::true_type
{ };

template <typename T>
    requires(!std::is_trivially_copyable_v<T> && Described<T> && std::is_aggregate_v<T>)
struct BitShareable<T>
    : std::conditional_t<allMembersListed<T>(Fields<T>::list()),
                         decltype(std::apply(
                             [](const auto &...field) {
                                 return std::conjunction<BitShareable<
                                     typename std::remove_cvref_t<decltype(field)>::Type>...>{};
                             },
                             Fields<T>::list())),
                         std::false_type>
{ };

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_BITSHAREABLE_H
