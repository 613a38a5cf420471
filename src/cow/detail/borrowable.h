// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_BORROWABLE_H
#define AXIOM_DETAIL_BORROWABLE_H

#include "../../core/fields.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qstring.h>

namespace Axiom {

template <typename T>
class CowVector;
template <typename K, typename V>
class CowHash;

namespace detail {

template <typename T>
consteval bool isBorrowable();

template <typename T>
struct Borrowable : std::is_trivially_copyable<T>
{ };
// A described type is the sum of its fields.
template <Described T>
struct Borrowable<T>
{
    static constexpr bool value = std::apply(
        [](const auto &...field) {
            return (isBorrowable<typename std::remove_cvref_t<decltype(field)>::Type>() && ...);
        },
        Fields<T>::list());
};
template <>
struct Borrowable<QString> : std::true_type
{ };
template <>
struct Borrowable<QByteArray> : std::true_type
{ };
template <typename T>
struct Borrowable<QList<T>> : std::true_type
{ };
template <typename K, typename V>
struct Borrowable<QHash<K, V>> : std::true_type
{ };
template <typename K, typename V>
struct Borrowable<QMap<K, V>> : std::true_type
{ };
template <typename T>
struct Borrowable<CowVector<T>> : std::true_type
{ };
template <typename K, typename V>
struct Borrowable<CowHash<K, V>> : std::true_type
{ };

// Whether a bytewise copy of an object can be read in its place as long as the object lives, and
// can become the object when it is forgotten.
template <typename T>
consteval bool isBorrowable()
{
    return Borrowable<T>::value && std::is_copy_constructible_v<T>;
}

} // namespace detail

} // namespace Axiom

#endif // AXIOM_DETAIL_BORROWABLE_H
