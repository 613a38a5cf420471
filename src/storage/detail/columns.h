// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COLUMNS_H
#define AXIOM_DETAIL_COLUMNS_H

#include "errors.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qdatastream.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

// What columns of rows are written to and read from, as far as it needs no type of row.
namespace Axiom::detail {

// Where a message says that it happened: a field of a type, the type alone, or neither.
struct ColumnScope
{
    const char *signature = nullptr; // see typeSignature()
    const char *field = nullptr;

    AXIOM_CORE_EXPORT QString text() const;
};

// How much decoded values may take, which few bytes may ask for: one bit makes an element that has
// no value, one byte a hash with room for 48. Four times what they may take encoded, MaxRawSize.
constexpr qint64 MaxDecodedBytes = qint64(4) << 30;

class AXIOM_CORE_EXPORT DecodedRoom
{
public:
    explicit DecodedRoom(qint64 bytes) : m_left(quint64(std::max<qint64>(bytes, 0))), m_all(m_left)
    { }

    // Whether so many things of the given size are permitted, beside those before.
    bool admit(quint64 count, quint64 size) noexcept
    {
        if (count > m_left / size)
            return false;
        m_left -= count * size;
        return true;
    }
    QString refusal() const;

private:
    quint64 m_left;
    quint64 m_all;
};

class AXIOM_CORE_EXPORT ColumnWriter
{
public:
    explicit ColumnWriter(QByteArray *out, qint64 maxDecoded = MaxDecodedBytes)
        : m_out(out), m_room(maxDecoded)
    { }

    ColumnScope scope;

    // Seven bits a byte, the lowest first.
    void number(quint64 value);
    // Room for the values of the next column; integers() or bits() writes it.
    quint64 *values(qsizetype count);
    // In bytes side by side, all lowest ones first; by their differences where those are smaller.
    void integers(qsizetype count, bool isSigned);
    void bits(qsizetype count);
    // Each distinct string once, unless nearly all are.
    void strings(std::span<const QStringView> strings);
    void byteArrays(std::span<const QByteArrayView> arrays);
    // Values one behind the other, given the lengths by values().
    void blob(QByteArrayView bytes, qsizetype count);

    // To be told of what its reader is told of.
    bool admit(quint64 count, quint64 size);
    bool fail(StateError::Code code, const QString &what);
    bool failFromException();
    bool failed() const noexcept { return bool(m_error); }
    const StateError &error() const noexcept { return m_error; }

private:
    char *extend(qsizetype bytes);
    void chars(std::span<const QStringView> strings);
    void chars(std::span<const QByteArrayView> arrays);
    template <typename View>
    void texts(std::span<const View> views);

    QByteArray *m_out;
    DecodedRoom m_room;
    std::vector<quint64> m_values;
    StateError m_error;
};

class AXIOM_CORE_EXPORT ColumnReader
{
public:
    explicit ColumnReader(QByteArrayView raw, qint64 maxDecoded = MaxDecodedBytes)
        : m_at(reinterpret_cast<const uchar *>(raw.data())), m_end(m_at + raw.size()),
          m_room(maxDecoded)
    { }

    ColumnScope scope;

    qsizetype left() const noexcept { return m_end - m_at; }
    bool number(quint64 *value);
    // The bytes of so many things of the given size, null when there are not so many left.
    const uchar *take(quint64 count, quint64 size, const char *things);
    // Whether so many values may follow, of at least the given number of bits each.
    bool canHold(quint64 count, quint64 bits);
    // Before they are allocated, so many things of the given size.
    bool admit(quint64 count, quint64 size);

    bool fail(const QString &what) { return fail(scope, what); }
    bool fail(const ColumnScope &where, const QString &what,
              StateError::Code code = StateError::CorruptedState);
    bool failFromException(const ColumnScope &where);
    bool failed() const noexcept { return bool(m_error); }
    const StateError &error() const noexcept { return m_error; }

private:
    const uchar *m_at;
    const uchar *m_end;
    DecodedRoom m_room;
    StateError m_error;
};

// The readers of columns check a column as a whole when it is opened. After that, next() may be
// called as often as there are values, and does not look at limits.

class AXIOM_CORE_EXPORT IntegerReader
{
public:
    bool open(ColumnReader &reader, qsizetype count);
    // Of all values; a sum beyond the limit is some number beyond it.
    quint64 sum(quint64 limit, quint64 *nonZero = nullptr) const;
    quint64 max() const;

    quint64 next()
    {
        if (m_at == m_filled)
            fill();
        return m_values[m_at++];
    }

private:
    static constexpr std::size_t Chunk = 128;

    void fill();
    template <int Width>
    void gather(std::size_t count);

    const uchar *m_planes = nullptr;
    qsizetype m_count = 0;
    qsizetype m_done = 0;
    quint64 m_previous = 0;
    quint8 m_width = 0;
    quint8 m_form = 0;
    std::size_t m_at = 0;
    std::size_t m_filled = 0;
    std::array<quint64, Chunk> m_values;
};

class AXIOM_CORE_EXPORT BitReader
{
public:
    bool open(ColumnReader &reader, qsizetype count);
    qsizetype count() const;

    bool next()
    {
        const qsizetype at = m_at++;
        return (m_bits[at / 8] >> (at % 8)) & 1;
    }

private:
    const uchar *m_bits = nullptr;
    qsizetype m_count = 0;
    qsizetype m_at = 0;
};

// Text is QString or QByteArray.
template <typename Text>
class AXIOM_CORE_EXPORT TextReader
{
public:
    bool open(ColumnReader &reader, qsizetype count);

    void next(Text &text)
    {
        if (m_isTable)
            text = Text(m_table[std::size_t(m_numbers.next())]);
        else
            text = make(m_numbers.next());
    }

private:
    bool openTexts(ColumnReader &reader, qsizetype count);
    Text make(quint64 code);

    // Numbers in the table, or the codes of the texts themselves.
    IntegerReader m_numbers;
    const char *m_narrow = nullptr;
    const uchar *m_wide = nullptr;
    bool m_isTable = false;
    std::vector<Text> m_table;
};

extern template class TextReader<QString>;
extern template class TextReader<QByteArray>;

class AXIOM_CORE_EXPORT BlobReader
{
public:
    bool open(ColumnReader &reader, qsizetype count);

    template <typename T>
    void next(T &value)
    {
        *m_stream >> value;
        check();
    }

private:
    void check();

    IntegerReader m_lengths;
    ColumnReader *m_reader = nullptr;
    ColumnScope m_scope;
    std::optional<QDataStream> m_stream;
    qint64 m_expected = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COLUMNS_H
