// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ELEMENTFIELDS_H
#define AXIOM_DETAIL_ELEMENTFIELDS_H

#include "../../core/fields.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qvariant.h>

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace Axiom::detail {

// What there may be and is not is null.
template <typename M>
QVariant toVariant(const M &value)
{
    return QVariant::fromValue(value);
}

template <typename M>
QVariant toVariant(const std::optional<M> &value)
{
    return value ? toVariant(*value) : QVariant::fromValue(nullptr);
}

// Nothing for what can't be converted.
template <typename M>
struct FromVariant
{
    static std::optional<M> convert(QVariant variant)
    {
        if (!variant.convert(QMetaType::fromType<M>()))
            return std::nullopt;
        return variant.value<M>();
    }
};

template <typename M>
struct FromVariant<std::optional<M>>
{
    static std::optional<std::optional<M>> convert(QVariant variant)
    {
        using Optional = std::optional<M>;
        if (!variant.isValid() || variant.metaType() == QMetaType::fromType<std::nullptr_t>())
            return std::make_optional<Optional>();
        auto value = FromVariant<M>::convert(std::move(variant));
        return value ? std::make_optional<Optional>(std::move(*value)) : std::nullopt;
    }
};

// Elements of a collection as QVariants by field number. A type without fields has one, itself.
template <typename T>
struct ElementFields
{
    using Setter = std::function<void(T &)>;

    static QByteArrayList names()
    {
        QByteArrayList names;
        if constexpr (Described<T>)
            forEachField<T>([&](const auto &field) { names.append(field.name); });
        else
            names.append("display");
        return names;
    }

    static QVariant read(const T &element, int field)
    {
        if constexpr (Described<T>) {
            return readers(std::make_integer_sequence<int, fieldCount<T>>())[std::size_t(field)](
                element);
        } else {
            return toVariant(element);
        }
    }

    // What sets the field to the value; null when the value cannot be converted.
    static Setter setter(int field, const QVariant &value)
    {
        Setter setter;
        if constexpr (Described<T>) {
            forEachField<T>([&, at = 0](const auto &f) mutable {
                using M = typename std::remove_cvref_t<decltype(f)>::Type;
                if (at++ != field)
                    return;
                if (auto converted = FromVariant<M>::convert(value)) {
                    setter = [member = f.member, v = std::move(*converted)](T &element) {
                        element.*member = v;
                    };
                }
            });
        } else if (auto converted = FromVariant<T>::convert(value)) {
            setter = [v = std::move(*converted)](T &element) { element = v; };
        }
        return setter;
    }

private:
    template <int... Field>
    static const auto &readers(std::integer_sequence<int, Field...>)
    {
        using Reader = QVariant (*)(const T &);
        static constexpr std::array<Reader, sizeof...(Field)> table = {[](const T &element) {
            return toVariant(std::get<Field>(Fields<T>::list()).of(element));
        }...};
        return table;
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ELEMENTFIELDS_H
