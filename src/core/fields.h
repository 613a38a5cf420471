// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_FIELDS_H
#define AXIOM_FIELDS_H

#include "detail/aggregate.h"
#include "detail/foreach.h"

#include <QtCore/qcontainerfwd.h>
#include <QtCore/qdatastream.h>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

namespace Axiom {

template <typename C, typename M>
struct Field
{
    using Class = C;
    using Type = M;

    const char *name;
    M C::*member;

    constexpr const M &of(const C &object) const noexcept { return object.*member; }
    constexpr M &of(C &object) const noexcept { return object.*member; }
};

template <typename C, typename M>
Field(const char *, M C::*) -> Field<C, M>;

template <typename T>
struct Fields
{ };

// What a base class has says nothing of the class itself.
template <typename T>
    requires std::same_as<typename T::AxiomType, std::remove_cv_t<T>>
struct Fields<T>
{
    static constexpr auto list() { return T::axiomFields(); }
};

template <typename T>
concept Described = requires
{
    Fields<T>::list();
};

// One bit per field, in the order of the fields.
using FieldMask = quint64;

template <Described T>
constexpr int fieldCount = int(std::tuple_size_v<decltype(Fields<T>::list())>);

template <Described T, typename F>
constexpr void forEachField(F &&function)
{
    std::apply([&](const auto &...field) { (function(field), ...); }, Fields<T>::list());
}

template <Described T>
constexpr const char *fieldName(int index)
{
    const char *name = nullptr;
    forEachField<T>([&, at = 0](const auto &field) mutable {
        if (at++ == index)
            name = field.name;
    });
    return name;
}

template <Described T, typename M>
constexpr int fieldIndex(M T::*member)
{
    int index = -1;
    forEachField<T>([&, at = 0](const auto &field) mutable {
        if constexpr (std::is_same_v<decltype(field.member), M T::*>) {
            if (field.member == member)
                index = at;
        }
        ++at;
    });
    return index;
}

namespace detail {

template <typename T>
bool valuesEqual(const T &a, const T &b)
{
    static_assert(!std::is_array_v<T>, "an array would be compared by its address: use std::array");
    if constexpr (std::is_floating_point_v<T>) {
        // NaN is no change from NaN: a state that holds one must not announce it for ever.
        return a == b || (a != a && b != b);
    } else if constexpr (std::equality_comparable<T>) {
        return a == b;
    } else {
        static_assert(
            Described<T>,
            "a field's type needs operator==, AXIOM_FIELDS or a specialised Axiom::Fields");
        return std::apply(
            [&](const auto &...field) { return (valuesEqual(field.of(a), field.of(b)) && ...); },
            Fields<T>::list());
    }
}

template <Described T>
bool fieldsEqual(const T &a, const T &b)
{
    return std::apply(
        [&](const auto &...field) { return (valuesEqual(field.of(a), field.of(b)) && ...); },
        Fields<T>::list());
}

template <typename T>
concept Streamable = requires(QDataStream &stream, const T &constant, T &value)
{
    stream << constant;
    stream >> value;
};

template <typename T>
void writeFields(QDataStream &stream, const T &value);
template <typename T>
void readFields(QDataStream &stream, T &value);

// Writes and reads by fields where the type has no stream operators of its own.
template <typename T>
void writeValue(QDataStream &stream, const T &value)
{
    if constexpr (Streamable<T>)
        stream << value;
    else
        writeFields(stream, value);
}

template <typename T>
void readValue(QDataStream &stream, T &value)
{
    if constexpr (Streamable<T>)
        stream >> value;
    else
        readFields(stream, value);
}

template <typename T>
void writeFields(QDataStream &stream, const T &value)
{
    forEachField<T>([&](const auto &field) { writeValue(stream, field.of(value)); });
}

template <typename T>
void readFields(QDataStream &stream, T &value)
{
    forEachField<T>([&](const auto &field) { readValue(stream, field.of(value)); });
}

// What the stream operators of a collection have to write.
template <typename T>
struct StreamedParts
{ };
template <typename T>
struct StreamedParts<QList<T>>
{
    using Types = std::tuple<T>;
};
template <typename T>
struct StreamedParts<QSet<T>>
{
    using Types = std::tuple<T>;
};
template <typename K, typename V>
struct StreamedParts<QHash<K, V>>
{
    using Types = std::tuple<K, V>;
};
template <typename K, typename V>
struct StreamedParts<QMap<K, V>>
{
    using Types = std::tuple<K, V>;
};
template <typename A, typename B>
struct StreamedParts<std::pair<A, B>>
{
    using Types = std::tuple<A, B>;
};

// A type may hold collections of itself: those that are being looked at count as streamable. So the
// fields are asked first, and operators, which may ask the same, only of what has no others.
template <typename T, typename... Within>
consteval bool isStreamable()
{
    constexpr auto areParts = []<typename... Part>(std::tuple<Part...> *) {
        return (isStreamable<Part, Within..., T>() && ...);
    };
    constexpr auto areFields = []<typename... F>(std::tuple<F...> *) {
        return (isStreamable<typename F::Type, Within..., T>() && ...);
    };
    if constexpr ((std::is_same_v<T, Within> || ...)) {
        return true;
    } else if constexpr (requires { typename StreamedParts<T>::Types; }) {
        return areParts(static_cast<typename StreamedParts<T>::Types *>(nullptr));
    } else if constexpr (Described<T>) {
        if constexpr (areFields(static_cast<decltype(Fields<T>::list()) *>(nullptr)))
            return true;
        else
            return Streamable<T>;
    } else {
        return Streamable<T>;
    }
}

// Depends on the stream so that it is looked at when the type is complete.
template <typename T, std::same_as<QDataStream>>
consteval bool fieldsStreamable()
{
    return std::apply(
        [](const auto &...field) {
            return (isStreamable<typename std::remove_cvref_t<decltype(field)>::Type, T>() && ...);
        },
        Fields<T>::list());
}

} // namespace detail

template <Described T>
FieldMask changedFields(const T &before, const T &after)
{
    static_assert(fieldCount<T> <= 64, "a described type has at most 64 fields");
    FieldMask mask = 0;
    forEachField<T>([&, bit = FieldMask(1)](const auto &field) mutable {
        if (!detail::valuesEqual(field.of(before), field.of(after)))
            mask |= bit;
        bit <<= 1;
    });
    return mask;
}

} // namespace Axiom

#define AXIOM_DETAIL_FIELD(Type, name) \
    ::Axiom::Field<Type, decltype(Type::name)> \
    { \
#        name, &Type::name \
    }

// The names are such that no member shadows them, which some compilers warn of. The operators are not
// those of derived classes, of whose members they know nothing.
#ifdef Q_MOC_RUN
#    define AXIOM_FIELDS(Type, ...)
#else
#    define AXIOM_FIELDS(Type, ...) \
        using AxiomType = Type; \
        static constexpr auto axiomFields() \
        { \
            return std::make_tuple(AXIOM_DETAIL_FOR_EACH(AXIOM_DETAIL_FIELD, Type, __VA_ARGS__)); \
        } \
        static bool axiomEquals(const Type &axiomA, const Type &axiomB) \
        { \
            static_assert(::Axiom::detail::allMembersListed<Type>(axiomFields()), \
                          "AXIOM_FIELDS(" #Type ", ...) does not list every data member of " #Type \
                          " in the order of declaration"); \
            return ::Axiom::detail::fieldsEqual(axiomA, axiomB); \
        } \
        template <std::same_as<Type> Own> \
        [[maybe_unused]] friend bool operator==(const Own &axiomA, const Own &axiomB) \
        { \
            return Own::axiomEquals(axiomA, axiomB); \
        } \
        template <std::same_as<QDataStream> Stream, std::same_as<Type> Own> \
            requires(::Axiom::detail::fieldsStreamable<Own, Stream>()) \
        friend Stream &operator<<(Stream &axiomStream, const Own &axiomValue) \
        { \
            ::Axiom::detail::writeFields(axiomStream, axiomValue); \
            return axiomStream; \
        } \
        template <std::same_as<QDataStream> Stream, std::same_as<Type> Own> \
            requires(::Axiom::detail::fieldsStreamable<Own, Stream>()) \
        friend Stream &operator>>(Stream &axiomStream, Own &axiomValue) \
        { \
            ::Axiom::detail::readFields(axiomStream, axiomValue); \
            return axiomStream; \
        }
#endif

#endif // AXIOM_FIELDS_H
