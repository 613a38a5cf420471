// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_SCHEMA_H
#define AXIOM_DETAIL_SCHEMA_H

#include "codable.h"
#include "rowcodec.h"

#include <QtCore/qmetatype.h>

namespace Axiom::detail {

AXIOM_CORE_EXPORT quint64 hashOfSchema(const QByteArray &schema) noexcept;

// Whether the compiler chooses the type of an enumeration, by its enumerators and in its own way.
template <typename T>
consteval bool isSignChosen()
{
    if constexpr (IsFlags<T>)
        return isSignChosen<typename T::enum_type>();
    else
        return std::is_enum_v<T> && !requires
        {
            T{0};
        };
}

// The names and types of fields in words: what has another schema cannot be read as a T. The names
// of described types and enumerations do not count, as they may change without harm, nor a sign that
// the compiler chose.
template <typename T>
void appendSchema(QByteArray &schema)
{
    constexpr ColumnKind kind = columnKind<T>();
    if constexpr (kind == ColumnKind::Bits) {
        schema += "bool";
    } else if constexpr (kind == ColumnKind::Integers) {
        constexpr bool isSigned = isSignedColumn<T>() && !isSignChosen<T>();
        schema += std::is_floating_point_v<T> ? 'f' : isSigned ? 'i' : 'u';
        schema += QByteArray::number(int(sizeof(T)));
    } else if constexpr (kind == ColumnKind::Strings) {
        schema += "string";
    } else if constexpr (kind == ColumnKind::Bytes) {
        schema += "bytes";
    } else if constexpr (kind == ColumnKind::Fields) {
        schema += '{';
        forEachField<T>([&](const auto &field) {
            schema += field.name;
            schema += ':';
            appendSchema<typename std::remove_cvref_t<decltype(field)>::Type>(schema);
            schema += ';';
        });
        schema += '}';
    } else if constexpr (kind == ColumnKind::Sequence) {
        schema += '[';
        appendSchema<typename T::value_type>(schema);
        schema += ']';
    } else if constexpr (kind == ColumnKind::Map) {
        schema += '(';
        appendSchema<typename T::key_type>(schema);
        schema += ',';
        appendSchema<typename T::mapped_type>(schema);
        schema += ')';
    } else if constexpr (kind == ColumnKind::Optional) {
        schema += '?';
        appendSchema<typename T::value_type>(schema);
    } else {
        schema += QMetaType::fromType<T>().name();
    }
}

template <typename T>
quint64 schemaHash()
{
    static const quint64 hash = [] {
        QByteArray schema;
        appendSchema<T>(schema);
        return hashOfSchema(schema);
    }();
    return hash;
}

// What encoded state begins with: the magic number, the version of the format, the schema.
AXIOM_CORE_EXPORT bool writeStateHeader(QByteArray *bytes, quint64 schema, StateError *error);
// Returns what is behind the header, or nothing.
AXIOM_CORE_EXPORT std::optional<QByteArrayView>
readStateHeader(QByteArrayView bytes, quint64 schema, const char *signature, StateError *error);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_SCHEMA_H
