// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_BYTESIZE_H
#define AXIOM_BYTESIZE_H

#include "fields.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qset.h>
#include <QtCore/qstring.h>

#include <optional>

namespace Axiom {

template <typename T>
qsizetype heapBytes(const T &value);

namespace detail {

// An allocation and the header of Qt's shared arrays.
constexpr qsizetype SharedHeader = 16;

template <typename T>
struct HeapBytes
{
    static qsizetype of(const T &value)
    {
        if constexpr (requires { qsizetype(value.byteSize()); }) {
            return qsizetype(value.byteSize());
        } else if constexpr (Described<T>) {
            qsizetype bytes = 0;
            forEachField<T>([&](const auto &field) { bytes += heapBytes(field.of(value)); });
            return bytes;
        } else if constexpr (requires { value.get_allocator(), value.size(); }) {
            return ofContainer(value);
        } else {
            return 0;
        }
    }

    // Of the standard library.
    template <typename Container>
    static qsizetype ofContainer(const Container &value)
    {
        using Element = typename Container::value_type;
        qsizetype bytes = 0;
        if constexpr (requires { value.capacity(); })
            bytes = qsizetype(value.capacity() * sizeof(Element));
        else
            bytes = qsizetype(value.size() * (sizeof(Element) + 2 * sizeof(void *)));
        if constexpr (!std::is_arithmetic_v<Element> && !std::is_enum_v<Element>) {
            for (const Element &element : value)
                bytes += heapBytes(element);
        }
        return bytes;
    }
};

template <>
struct HeapBytes<QString>
{
    static qsizetype of(const QString &value)
    {
        const qsizetype capacity = value.capacity();
        return capacity == 0 ? 0 : SharedHeader + (capacity + 1) * qsizetype(sizeof(QChar));
    }
};

template <>
struct HeapBytes<QByteArray>
{
    static qsizetype of(const QByteArray &value)
    {
        const qsizetype capacity = value.capacity();
        return capacity == 0 ? 0 : SharedHeader + capacity + 1;
    }
};

template <typename T>
struct HeapBytes<QList<T>>
{
    static qsizetype of(const QList<T> &value)
    {
        if (value.capacity() == 0)
            return 0;
        qsizetype bytes = SharedHeader + value.capacity() * qsizetype(sizeof(T));
        if constexpr (!std::is_arithmetic_v<T> && !std::is_enum_v<T>) {
            for (const T &element : value)
                bytes += heapBytes(element);
        }
        return bytes;
    }
};

template <typename T>
struct HeapBytes<std::optional<T>>
{
    static qsizetype of(const std::optional<T> &value) { return value ? heapBytes(*value) : 0; }
};

template <typename T>
struct HeapBytes<QSet<T>>
{
    static qsizetype of(const QSet<T> &value)
    {
        // As a QHash without values.
        qsizetype bytes = value.capacity() * qsizetype(sizeof(T) + 1);
        for (const T &element : value)
            bytes += heapBytes(element);
        return bytes;
    }
};

template <typename K, typename V>
struct HeapBytes<QHash<K, V>>
{
    static qsizetype of(const QHash<K, V> &value)
    {
        // One byte of offset a bucket, beside the nodes.
        qsizetype bytes = value.capacity() * qsizetype(sizeof(K) + sizeof(V) + 1);
        for (auto it = value.begin(); it != value.end(); ++it)
            bytes += heapBytes(it.key()) + heapBytes(it.value());
        return bytes;
    }
};

template <typename K, typename V>
struct HeapBytes<QMap<K, V>>
{
    static qsizetype of(const QMap<K, V> &value)
    {
        // A red-black node is three pointers and a colour beside the pair.
        qsizetype bytes =
            value.size() * qsizetype(sizeof(std::pair<const K, V>) + 4 * sizeof(void *));
        for (auto it = value.begin(); it != value.end(); ++it)
            bytes += heapBytes(it.key()) + heapBytes(it.value());
        return bytes;
    }
};

} // namespace detail

template <typename T>
qsizetype heapBytes(const T &value)
{
    return detail::HeapBytes<T>::of(value);
}

} // namespace Axiom

#endif // AXIOM_BYTESIZE_H
