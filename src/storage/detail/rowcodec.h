// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ROWCODEC_H
#define AXIOM_DETAIL_ROWCODEC_H

#include "codable.h"
#include "collectionsizes.h"
#include "columns.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>

// Rows are stored by columns, one for each field, and those of a nested type in the place of its
// field. What belongs together lies together then, and compresses well; and a column is checked
// once, not value by value.
namespace Axiom::detail {

// Column<T>::write() takes a function that calls another one with each value in order.
template <typename T, ColumnKind = columnKind<T>()>
struct Column;

// The fewest bits a value of T takes: what is left of the data bounds how many can follow.
template <typename T>
constexpr quint64 minBits = Column<T>::MinBits;

// A field's name for messages while its column is written or opened.
template <typename Coder>
class ScopeGuard
{
public:
    ScopeGuard(Coder &coder, ColumnScope scope)
        : m_coder(coder), m_outer(std::exchange(coder.scope, scope))
    { }
    ~ScopeGuard() { m_coder.scope = m_outer; }
    Q_DISABLE_COPY_MOVE(ScopeGuard)

private:
    Coder &m_coder;
    ColumnScope m_outer;
};

template <typename T>
quint64 toBits(T value)
{
    if constexpr (std::is_floating_point_v<T>)
        return std::bit_cast<std::conditional_t<sizeof(T) == 4, quint32, quint64>>(value);
    else if constexpr (std::is_same_v<T, QChar>)
        return value.unicode();
    else if constexpr (IsFlags<T>)
        return toBits(value.toInt());
    else if constexpr (std::is_enum_v<T>)
        return toBits(static_cast<std::underlying_type_t<T>>(value));
    else
        return quint64(value); // extends the sign
}

template <typename T>
T fromBits(quint64 bits)
{
    if constexpr (std::is_floating_point_v<T>)
        return std::bit_cast<T>(
            static_cast<std::conditional_t<sizeof(T) == 4, quint32, quint64>>(bits));
    else if constexpr (std::is_same_v<T, QChar>)
        return QChar(char16_t(bits));
    else if constexpr (IsFlags<T>)
        return T::fromInt(fromBits<decltype(std::declval<T>().toInt())>(bits));
    else if constexpr (std::is_enum_v<T>)
        return static_cast<T>(fromBits<std::underlying_type_t<T>>(bits));
    else
        return static_cast<T>(bits);
}

template <typename T>
consteval bool isSignedColumn()
{
    if constexpr (std::is_enum_v<T>)
        return std::is_signed_v<std::underlying_type_t<T>>;
    else if constexpr (IsFlags<T>)
        return std::is_signed_v<typename T::Int>;
    else
        return std::is_integral_v<T> && std::is_signed_v<T>;
}

template <typename T>
struct Column<T, ColumnKind::Bits>
{
    static constexpr quint64 MinBits = 1;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        quint64 *values = writer.values(count);
        each([&](const T &value) { *values++ = static_cast<bool>(value); });
        writer.bits(count);
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count) { return m_bits.open(reader, count); }
        void read(T &value) { value = static_cast<T>(m_bits.next()); }

    private:
        BitReader m_bits;
    };
};

template <typename T>
struct Column<T, ColumnKind::Integers>
{
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        quint64 *values = writer.values(count);
        each([&](const T &value) { *values++ = toBits(value); });
        writer.integers(count, isSignedColumn<T>());
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count) { return m_numbers.open(reader, count); }
        void read(T &value) { value = fromBits<T>(m_numbers.next()); }

    private:
        IntegerReader m_numbers;
    };
};

template <>
struct Column<QString, ColumnKind::Strings>
{
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        std::vector<QStringView> views;
        views.reserve(std::size_t(count));
        each([&](const QString &string) {
            views.push_back(string.isNull() ? QStringView() : QStringView(string));
        });
        writer.strings(views);
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count) { return m_strings.open(reader, count); }
        void read(QString &value) { m_strings.next(value); }

    private:
        TextReader<QString> m_strings;
    };
};

template <>
struct Column<QByteArray, ColumnKind::Bytes>
{
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        std::vector<QByteArrayView> views;
        views.reserve(std::size_t(count));
        each([&](const QByteArray &array) {
            views.push_back(array.isNull() ? QByteArrayView() : QByteArrayView(array));
        });
        writer.byteArrays(views);
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count) { return m_arrays.open(reader, count); }
        void read(QByteArray &value) { m_arrays.next(value); }

    private:
        TextReader<QByteArray> m_arrays;
    };
};

template <typename T>
struct Column<T, ColumnKind::Fields>
{
    static_assert(!std::is_aggregate_v<T> || allMembersListed<T>(Fields<T>::list()),
                  "what Axiom::Fields does not list would be lost: list each member in order");
    using List = decltype(Fields<T>::list());
    template <std::size_t I>
    using FieldType = typename std::tuple_element_t<I, List>::Type;

    // A type without fields takes a bit all the same: rows from nothing would be without bound.
    static constexpr bool IsEmpty = fieldCount<T> == 0;
    static constexpr quint64 MinBits = []<std::size_t... I>(std::index_sequence<I...>)
    {
        return (quint64(IsEmpty) + ... + minBits<FieldType<I>>);
    }
    (std::make_index_sequence<fieldCount<T>>());

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        if constexpr (IsEmpty) {
            std::fill_n(writer.values(count), count, 0);
            writer.bits(count);
        }
        forEachField<T>([&](const auto &field) {
            const ScopeGuard guard(writer, {typeSignature<T>(), field.name});
            using Type = typename std::remove_cvref_t<decltype(field)>::Type;
            Column<Type>::write(writer, count, [&](auto &&function) {
                each([&](const T &value) { function(field.of(value)); });
            });
        });
    }

    template <typename = std::make_index_sequence<fieldCount<T>>>
    class FieldsReader;
    template <std::size_t... I>
    class FieldsReader<std::index_sequence<I...>>
    {
    public:
        bool open(ColumnReader &reader, qsizetype count)
        {
            if constexpr (IsEmpty)
                return BitReader().open(reader, count);
            else
                return (openField(reader, count, std::get<I>(m_list), std::get<I>(m_readers))
                        && ...);
        }
        void read([[maybe_unused]] T &value)
        {
            (std::get<I>(m_readers).read(std::get<I>(m_list).of(value)), ...);
        }

    private:
        static bool openField(ColumnReader &reader, qsizetype count, const auto &field,
                              auto &fieldReader)
        {
            const ScopeGuard guard(reader, {typeSignature<T>(), field.name});
            return fieldReader.open(reader, count);
        }

        static constexpr List m_list = Fields<T>::list();
        std::tuple<typename Column<FieldType<I>>::Reader...> m_readers;
    };
    using Reader = FieldsReader<>;
};

template <typename T>
void forEachElement(const T &sequence, auto &&function)
{
    for (const auto &element : sequence)
        function(element);
}

template <typename T>
void forEachElement(const CowVector<T> &vector, auto &&function)
{
    vector.forEachBlock([&](std::span<const T> block) {
        for (const T &element : block)
            function(element);
    });
}

// What reads as default values, or not at all, must not be taken for the content. Before any of it is
// written: a column would get what the next one, when there is memory again, knows nothing of.
template <typename T, typename Each>
void requireElements(ColumnWriter &writer, const Each &each)
{
    if constexpr (requires(const T &collection) { collection.thawAll(); }) {
        each([&](const T &collection) {
            collection.thawAll();
            if (!collection.isValid()) {
                writer.fail(StateError::EncodingFailed,
                            QStringLiteral("frozen elements can't be read back"));
            }
        });
    }
}

// What a collection of a given size is made from, so that it makes its elements in their places.
template <typename T>
class ColumnIterator
{
public:
    using value_type = T;
    using difference_type = qsizetype;

    ColumnIterator() = default;
    ColumnIterator(typename Column<T>::Reader &column, qsizetype left)
        : m_column(&column), m_left(left)
    { }

    T operator*() const
    {
        T value{};
        m_column->read(value);
        return value;
    }
    ColumnIterator &operator++()
    {
        --m_left;
        return *this;
    }
    void operator++(int) { --m_left; }
    friend bool operator==(const ColumnIterator &it, std::default_sentinel_t)
    {
        return it.m_left == 0;
    }
    friend qsizetype operator-(const ColumnIterator &it, std::default_sentinel_t)
    {
        return -it.m_left;
    }
    friend qsizetype operator-(std::default_sentinel_t, const ColumnIterator &it)
    {
        return it.m_left;
    }

private:
    typename Column<T>::Reader *m_column = nullptr;
    qsizetype m_left = 0;
};

template <typename T>
struct Column<T, ColumnKind::Sequence>
{
    using Element = typename T::value_type;
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        requireElements<T>(writer, each);
        const qsizetype all = writeSizes<T>(writer, count, each);
        Column<Element>::write(writer, all, [&](auto &&function) {
            each([&](const T &sequence) { forEachElement(sequence, function); });
        });
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count)
        {
            m_reader = &reader;
            m_scope = reader.scope;
            const auto all = m_sizes.open(reader, count, minBits<Element>);
            return all && m_elements.open(reader, *all);
        }

        void read(T &sequence)
        {
            const qsizetype size = m_sizes.next();
            sequence = T(); // a member may have an initialiser
            if (size == 0)
                return;
            if constexpr (std::is_same_v<T, QList<Element>>) {
                sequence.reserve(size);
                for (qsizetype i = 0; i < size; ++i)
                    m_elements.read(sequence.emplaceBack());
            } else if constexpr (std::is_same_v<T, QSet<Element>>) {
                sequence.reserve(size);
                for (qsizetype i = 0; i < size; ++i) {
                    Element element{};
                    m_elements.read(element);
                    sequence.insert(std::move(element));
                }
            } else {
                sequence = T(ColumnIterator<Element>(m_elements, size), std::default_sentinel);
            }
            if (sequence.size() != size)
                m_reader->fail(m_scope,
                               QStringLiteral("elements are not as many as they should be"));
        }

    private:
        ColumnReader *m_reader = nullptr;
        ColumnScope m_scope;
        SizesReader<T> m_sizes;
        typename Column<Element>::Reader m_elements;
    };
};

// Keys and values are two columns.
template <typename T>
struct Column<T, ColumnKind::Map>
{
    using Key = typename T::key_type;
    using Value = typename T::mapped_type;
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        requireElements<T>(writer, each);
        const qsizetype all = writeSizes<T>(writer, count, each);
        Column<Key>::write(writer, all, [&](auto &&function) {
            each([&](const T &map) {
                for (auto it = map.begin(); it != map.end(); ++it)
                    function(it.key());
            });
        });
        Column<Value>::write(writer, all, [&](auto &&function) {
            each([&](const T &map) {
                for (auto it = map.begin(); it != map.end(); ++it)
                    function(it.value());
            });
        });
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count)
        {
            m_reader = &reader;
            m_scope = reader.scope;
            const auto all = m_sizes.open(reader, count, minBits<Key> + minBits<Value>);
            return all && m_keys.open(reader, *all) && m_values.open(reader, *all);
        }

        void read(T &map)
        {
            const qsizetype size = m_sizes.next();
            map = T();
            if (size == 0)
                return;
            if constexpr (requires { map.reserve(size); })
                map.reserve(size);
            for (qsizetype i = 0; i < size; ++i) {
                Key key{};
                Value value{};
                m_keys.read(key);
                m_values.read(value);
                map.insert(std::move(key), std::move(value));
            }
            if (map.size() != size)
                m_reader->fail(m_scope, QStringLiteral("a key occurs twice"));
        }

    private:
        ColumnReader *m_reader = nullptr;
        ColumnScope m_scope;
        SizesReader<T> m_sizes;
        typename Column<Key>::Reader m_keys;
        typename Column<Value>::Reader m_values;
    };
};

// Which of them have a value, and a column of those.
template <typename T>
struct Column<T, ColumnKind::Optional>
{
    using Value = typename T::value_type;
    static constexpr quint64 MinBits = 1;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        quint64 *bits = writer.values(count);
        qsizetype all = 0;
        each([&](const T &optional) {
            all += optional.has_value();
            *bits++ = optional.has_value();
        });
        writer.bits(count);
        Column<Value>::write(writer, all, [&](auto &&function) {
            each([&](const T &optional) {
                if (optional)
                    function(*optional);
            });
        });
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count)
        {
            return m_bits.open(reader, count) && m_values.open(reader, m_bits.count());
        }

        void read(T &optional)
        {
            if (m_bits.next())
                m_values.read(optional.emplace());
            else
                optional.reset();
        }

    private:
        BitReader m_bits;
        typename Column<Value>::Reader m_values;
    };
};

// Whether a value comes back from what its stream operators wrote, as it was. Those of QVariant write
// what they can't, without a status that tells of it, and those of QJsonValue write large integers as
// floating-point numbers.
template <typename T>
bool comesBack(const T &value, const QByteArray &bytes)
{
    const auto read = [&bytes](T &back) {
        QDataStream stream(bytes);
        stream.setVersion(QDataStream::Qt_6_4);
        stream >> back;
        return stream.status() == QDataStream::Ok && stream.atEnd();
    };
    T back{};
    if (!read(back))
        return false;
    if constexpr (std::equality_comparable<T>) {
        if (back == value)
            return true;
        // What holds a NaN, or can't be compared, is not equal to what is read a second time either.
        T again{};
        return read(again) && !(back == again);
    } else {
        return true;
    }
}

template <typename T>
struct Column<T, ColumnKind::Stream>
{
    static constexpr quint64 MinBits = 8;

    template <typename Each>
    static void write(ColumnWriter &writer, qsizetype count, const Each &each)
    {
        QByteArray bytes;
        QDataStream stream(&bytes, QDataStream::WriteOnly);
        stream.setVersion(QDataStream::Qt_6_4);
        std::vector<quint64> lengths;
        lengths.reserve(std::size_t(count));
        qsizetype end = 0;
        each([&](const T &value) {
            stream << value;
            const qsizetype length = bytes.size() - end;
            lengths.push_back(quint64(length));
            if (!writer.failed() && stream.status() == QDataStream::Ok
                && !comesBack(value, QByteArray::fromRawData(bytes.constData() + end, length))) {
                writer.fail(StateError::EncodingFailed,
                            QStringLiteral("a value does not come back from a stream as it was"));
            }
            end = bytes.size();
        });
        if (stream.status() != QDataStream::Ok) {
            writer.fail(StateError::EncodingFailed,
                        QStringLiteral("a value could not be written to a stream"));
        }
        std::copy(lengths.begin(), lengths.end(), writer.values(count));
        writer.blob(bytes, count);
    }

    class Reader
    {
    public:
        bool open(ColumnReader &reader, qsizetype count) { return m_blob.open(reader, count); }
        void read(T &value) { m_blob.next(value); }

    private:
        BlobReader m_blob;
    };
};

template <Codable T>
bool encodeRows(std::span<const std::span<const T>> blocks, QByteArray *raw, StateError *error,
                qint64 maxDecoded = MaxDecodedBytes)
{
    ColumnWriter writer(raw, maxDecoded);
    const qsizetype before = raw->size();
    writer.scope = {typeSignature<T>(), nullptr};
    try {
        qsizetype count = 0;
        for (const std::span<const T> block : blocks)
            count += qsizetype(block.size());
        writer.number(quint64(count));
        writer.admit(quint64(count), sizeof(T));
        Column<T>::write(writer, count, [&](auto &&function) {
            for (const std::span<const T> block : blocks) {
                for (const T &row : block)
                    function(row);
            }
        });
    } catch (...) {
        writer.failFromException();
    }
    if (!writer.failed())
        return true;
    raw->truncate(before);
    if (error)
        *error = writer.error();
    return false;
}

template <Codable T, typename Sink>
bool decodeRows(QByteArrayView raw, qsizetype expectedRows, Sink &&append, StateError *error,
                qint64 maxDecoded = MaxDecodedBytes)
{
    ColumnReader reader(raw, maxDecoded);
    reader.scope = {typeSignature<T>(), nullptr};
    try {
        quint64 count = 0;
        // The reader of many columns is too large for the stack of a small thread.
        const auto column = std::make_unique<typename Column<T>::Reader>();
        if (!reader.number(&count)) {
            // told already
        } else if (expectedRows < 0 || count != quint64(expectedRows)) {
            reader.fail(
                QStringLiteral("%1 rows where %2 are expected").arg(count).arg(expectedRows));
        } else if (reader.canHold(count, minBits<T>) && reader.admit(count, sizeof(T))
                   && column->open(reader, expectedRows)) {
            if (reader.left() > 0)
                reader.fail(QStringLiteral("%1 bytes are left over").arg(reader.left()));
            for (quint64 i = 0; i < count && !reader.failed(); ++i) {
                T row{};
                column->read(row);
                if (Q_LIKELY(!reader.failed()))
                    append(std::move(row));
            }
        }
    } catch (...) {
        reader.failFromException(reader.scope);
    }
    if (!reader.failed())
        return true;
    if (error)
        *error = reader.error();
    return false;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ROWCODEC_H
