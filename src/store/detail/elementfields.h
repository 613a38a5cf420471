// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ELEMENTFIELDS_H
#define AXIOM_DETAIL_ELEMENTFIELDS_H

#include "../../core/fields.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qvariant.h>

#include <array>
#include <functional>

namespace Axiom::detail {

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
            return QVariant::fromValue(element);
        }
    }

    // What sets the field to the value; null when the value cannot be converted.
    static Setter setter(int field, QVariant value)
    {
        Setter setter;
        if constexpr (Described<T>) {
            forEachField<T>([&, at = 0](const auto &f) mutable {
                using M = typename std::remove_cvref_t<decltype(f)>::Type;
                if (at++ == field && value.convert(QMetaType::fromType<M>())) {
                    setter = [member = f.member, v = value.template value<M>()](T &element) {
                        element.*member = v;
                    };
                }
            });
        } else if (value.convert(QMetaType::fromType<T>())) {
            setter = [v = value.template value<T>()](T &element) { element = v; };
        }
        return setter;
    }

private:
    template <int... Field>
    static const auto &readers(std::integer_sequence<int, Field...>)
    {
        using Reader = QVariant (*)(const T &);
        static constexpr std::array<Reader, sizeof...(Field)> table = {[](const T &element) {
            return QVariant::fromValue(std::get<Field>(Fields<T>::list()).of(element));
        }...};
        return table;
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ELEMENTFIELDS_H
