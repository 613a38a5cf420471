// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "columns.h"

#include "../../cow/detail/cownode.h"

#include <QtCore/qendian.h>
#include <QtCore/qhashfunctions.h>
#include <QtCore/qiodevice.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace Axiom::detail {

using namespace Qt::StringLiterals;

namespace {

// How integers became the numbers whose bytes are stored.
enum Form : quint8 { Plain, Zigzag, Delta };

enum TextForm : quint8 { Direct, Table };

// What a distinct text takes beside its characters: a header, an allocation, a place in a table.
constexpr quint64 textBytes = 48;

// Small numbers for small values of either sign.
constexpr quint64 zigzag(quint64 value)
{
    return (value << 1) ^ (0 - (value >> 63));
}

constexpr quint64 unzigzag(quint64 value)
{
    return (value >> 1) ^ (0 - (value & 1));
}

int bytesFor(quint64 value)
{
    return std::max(1, (int(std::bit_width(value)) + 7) / 8);
}

bool isLatin1(QStringView string)
{
    // Without a way out of the loop, which would keep it from being vectorised.
    char16_t all = 0;
    for (const char16_t c : std::u16string_view(string.utf16(), std::size_t(string.size())))
        all |= c;
    return all < 0x100;
}

// With a seed of 0 Qt does without the processor's instructions for it, and takes ten times as long.
constexpr std::size_t hashSeed = 0x9e3779b9;

// Numbers texts by first appearance. The texts stay where they are.
template <typename View>
class Distinct
{
public:
    explicit Distinct(qsizetype count)
        : m_slots(std::bit_ceil(std::size_t(count) * 2 + 1)), m_mask(m_slots.size() - 1)
    { }

    quint32 numberOf(View view)
    {
        // Rows that share a string, as those of a state often do, mostly follow each other.
        if (!m_views.empty() && view.data() == m_last.data() && view.size() == m_last.size())
            return m_lastNumber;
        const auto bytes = std::size_t(view.size()) * sizeof(*view.data());
        const auto hash = quint32(qHashBits(view.data(), bytes, hashSeed));
        std::size_t at = hash & m_mask;
        for (;; at = (at + 1) & m_mask) {
            Slot &slot = m_slots[at];
            if (slot.number == 0) {
                slot = {hash, quint32(m_views.size()) + 1};
                m_views.push_back(view);
                break;
            }
            const View &other = m_views[slot.number - 1];
            if (slot.hash == hash && other.size() == view.size() && other.isNull() == view.isNull()
                && (bytes == 0 || std::memcmp(other.data(), view.data(), bytes) == 0)) {
                break;
            }
        }
        m_last = view;
        return m_lastNumber = m_slots[at].number - 1;
    }

    const std::vector<View> &views() const { return m_views; }

private:
    struct Slot
    {
        quint32 hash = 0;
        quint32 number = 0; // one more, so that none is 0
    };

    std::vector<Slot> m_slots;
    std::size_t m_mask;
    std::vector<View> m_views;
    View m_last;
    quint32 m_lastNumber = 0;
};

// Of the exception that is being handled: one of memory, or one of the user's code, which is told.
template <typename Tell>
bool setFromException(StateError &error, Tell &&tell)
{
    try {
        try {
            throw;
        } catch (const std::bad_alloc &) {
            throw;
        } catch (...) {
            tell(currentExceptionMessage());
        }
    } catch (...) {
        failForMemory(&error); // what tells of it takes memory, too
    }
    return false;
}

} // namespace

QString ColumnScope::text() const
{
    QString text;
    if (signature) {
        text = QString::fromLatin1(typeName(signature));
        text.remove("(anonymous namespace)::"_L1);
        text.remove("{anonymous}::"_L1);
    }
    if (field) {
        text += "::"_L1;
        text += QLatin1StringView(field);
    }
    return text.isEmpty() ? u"Encoded state"_s : text;
}

QString DecodedRoom::refusal() const
{
    return u"it would take more than the %1 bytes that are permitted"_s.arg(m_all);
}

// --- Writing --------------------------------------------------------------------------------------

bool ColumnWriter::fail(StateError::Code code, const QString &what)
{
    if (!m_error)
        m_error = {code, scope.text() + ": "_L1 + what};
    return false;
}

bool ColumnWriter::admit(quint64 count, quint64 size)
{
    return m_room.admit(count, size) || fail(StateError::LimitExceeded, m_room.refusal());
}

bool ColumnWriter::failFromException()
{
    return setFromException(
        m_error, [this](const QString &what) { fail(StateError::EncodingFailed, what); });
}

char *ColumnWriter::extend(qsizetype bytes)
{
    const qsizetype size = m_out->size();
    if (m_out->capacity() < size + bytes)
        m_out->reserve(std::max(size + bytes, 2 * size));
    m_out->resize(size + bytes);
    return m_out->data() + size;
}

void ColumnWriter::number(quint64 value)
{
    char bytes[10];
    qsizetype size = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[size++] = char(uchar(value) | 0x80);
    bytes[size++] = char(value);
    std::memcpy(extend(size), bytes, std::size_t(size));
}

quint64 *ColumnWriter::values(qsizetype count)
{
    m_values.resize(std::size_t(count));
    return m_values.data();
}

void ColumnWriter::integers(qsizetype count, bool isSigned)
{
    quint64 *values = m_values.data();
    quint64 plain = 0;
    quint64 delta = 0;
    qint64 plainBits = 0;
    qint64 deltaBits = 0;
    quint64 previous = 0;
    for (qsizetype i = 0; i < count; ++i) {
        const quint64 value = values[i];
        const quint64 as = isSigned ? zigzag(value) : value;
        const quint64 difference = zigzag(value - previous);
        previous = value;
        plain |= as;
        delta |= difference;
        plainBits += std::bit_width(as);
        deltaBits += std::bit_width(difference);
    }

    const Form form = deltaBits < plainBits ? Delta : isSigned ? Zigzag : Plain;
    const int width = bytesFor(form == Delta ? delta : plain);
    if (form == Delta) {
        previous = 0;
        for (qsizetype i = 0; i < count; ++i)
            values[i] = zigzag(values[i] - std::exchange(previous, values[i]));
    } else if (form == Zigzag) {
        for (qsizetype i = 0; i < count; ++i)
            values[i] = zigzag(values[i]);
    }

    char *out = extend(1 + count * width);
    *out++ = char(form << 4 | width);
    for (int byte = 0; byte < width; ++byte) {
        for (qsizetype i = 0; i < count; ++i)
            *out++ = char(values[i] >> (8 * byte));
    }
}

void ColumnWriter::bits(qsizetype count)
{
    char *out = extend((count + 7) / 8);
    for (qsizetype i = 0; i < count; i += 8) {
        uint byte = 0;
        for (qsizetype bit = 0; bit < std::min<qsizetype>(8, count - i); ++bit)
            byte |= uint(m_values[std::size_t(i + bit)] & 1) << bit;
        *out++ = char(byte);
    }
}

// Lengths, then what is Latin-1 as such, then the rest as UTF-16. The code of a length says which,
// and tells null from empty.
void ColumnWriter::chars(std::span<const QStringView> strings)
{
    quint64 *codes = values(qsizetype(strings.size()));
    qsizetype narrow = 0;
    qsizetype wide = 0;
    for (const QStringView string : strings) {
        const bool latin = isLatin1(string);
        (latin ? narrow : wide) += string.size();
        *codes++ = string.isNull() ? 0 : 1 + quint64(string.size()) * 2 + (latin ? 0 : 1);
    }
    integers(qsizetype(strings.size()), false);
    number(quint64(narrow));
    number(quint64(wide));
    admit(quint64(narrow + wide), sizeof(QChar));
    admit(strings.size(), textBytes);

    char *out = extend(narrow + 2 * wide);
    char *wideOut = out + narrow;
    for (const QStringView string : strings) {
        const char16_t *from = string.utf16();
        const auto size = std::size_t(string.size());
        if (isLatin1(string)) {
            for (std::size_t i = 0; i < size; ++i)
                out[i] = char(from[i]);
            out += size;
        } else {
            qToLittleEndian<char16_t>(from, string.size(), wideOut);
            wideOut += 2 * size;
        }
    }
}

void ColumnWriter::chars(std::span<const QByteArrayView> arrays)
{
    quint64 *codes = values(qsizetype(arrays.size()));
    qsizetype size = 0;
    for (const QByteArrayView array : arrays) {
        size += array.size();
        *codes++ = array.isNull() ? 0 : 1 + quint64(array.size());
    }
    integers(qsizetype(arrays.size()), false);
    number(quint64(size));
    admit(quint64(size), 1);
    admit(arrays.size(), textBytes);

    char *out = extend(size);
    for (const QByteArrayView array : arrays) {
        if (!array.isEmpty())
            std::memcpy(out, array.data(), std::size_t(array.size()));
        out += array.size();
    }
}

template <typename View>
void ColumnWriter::texts(std::span<const View> views)
{
    const auto count = qsizetype(views.size());
    // Where nearly all are distinct, a table would only cost.
    Distinct<View> distinct(count);
    std::vector<quint32> numbers;
    numbers.reserve(views.size());
    for (const View view : views)
        numbers.push_back(distinct.numberOf(view));
    const std::span<const View> table(distinct.views());
    if (count == 0 || table.size() * 8 > views.size() * 7) {
        number(Direct);
        chars(views);
    } else {
        number(Table);
        number(table.size());
        chars(table);
        std::copy(numbers.begin(), numbers.end(), values(count));
        integers(count, false);
    }
}

void ColumnWriter::strings(std::span<const QStringView> strings)
{
    texts(strings);
}

void ColumnWriter::byteArrays(std::span<const QByteArrayView> arrays)
{
    texts(arrays);
}

void ColumnWriter::blob(QByteArrayView bytes, qsizetype count)
{
    integers(count, false);
    admit(quint64(bytes.size()), 1);
    if (!bytes.isEmpty())
        std::memcpy(extend(bytes.size()), bytes.data(), std::size_t(bytes.size()));
}

// --- Reading --------------------------------------------------------------------------------------

bool ColumnReader::fail(const ColumnScope &where, const QString &what, StateError::Code code)
{
    if (!m_error)
        m_error = {code, where.text() + ": "_L1 + what};
    // Whatever is read by mistake finds nothing.
    m_at = m_end;
    return false;
}

bool ColumnReader::failFromException(const ColumnScope &where)
{
    return setFromException(m_error, [&](const QString &what) { fail(where, what); });
}

bool ColumnReader::number(quint64 *value)
{
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (m_at == m_end)
            return fail(u"the data ends within a number"_s);
        const quint64 byte = *m_at++;
        *value |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (shift == 63 && byte > 1)
                break;
            return true;
        }
    }
    return fail(u"a number is too long"_s);
}

const uchar *ColumnReader::take(quint64 count, quint64 size, const char *things)
{
    const auto available = quint64(left());
    if (size != 0 && count > available / size) {
        fail(u"%1 %2 of %3 bytes are more than the %4 bytes that are left"_s.arg(count)
                 .arg(QLatin1StringView(things))
                 .arg(size)
                 .arg(available));
        return nullptr;
    }
    const uchar *taken = m_at;
    m_at += count * size;
    return taken;
}

bool ColumnReader::canHold(quint64 count, quint64 bits)
{
    // What is left is at most some exabytes, so that its bits fit.
    const quint64 available = quint64(left()) * 8;
    if (count <= available / bits)
        return true;
    return fail(
        u"%1 values are more than the %2 bytes that are left can hold"_s.arg(count).arg(left()));
}

bool ColumnReader::admit(quint64 count, quint64 size)
{
    return m_room.admit(count, size) || fail(scope, m_room.refusal(), StateError::LimitExceeded);
}

bool IntegerReader::open(ColumnReader &reader, qsizetype count)
{
    const uchar *header = reader.take(1, 1, "header");
    if (!header)
        return false;
    m_width = *header & 15;
    m_form = *header >> 4;
    if (m_width < 1 || m_width > 8 || m_form > Delta)
        return reader.fail(u"numbers are of no known form (%1)"_s.arg(*header));
    m_count = count;
    m_planes = reader.take(quint64(count), m_width, "numbers");
    return m_planes != nullptr;
}

template <int Width>
void IntegerReader::gather(std::size_t count)
{
    const uchar *plane = m_planes + m_done;
    for (std::size_t i = 0; i < count; ++i) {
        quint64 value = 0;
        for (int byte = 0; byte < Width; ++byte)
            value |= quint64(plane[std::size_t(byte) * std::size_t(m_count) + i]) << (8 * byte);
        m_values[i] = value;
    }
}

void IntegerReader::fill()
{
    const auto count = std::min(Chunk, std::size_t(m_count - m_done));
    switch (m_width) {
    case 1:
        gather<1>(count);
        break;
    case 2:
        gather<2>(count);
        break;
    case 3:
        gather<3>(count);
        break;
    case 4:
        gather<4>(count);
        break;
    case 5:
        gather<5>(count);
        break;
    case 6:
        gather<6>(count);
        break;
    case 7:
        gather<7>(count);
        break;
    default:
        gather<8>(count);
        break;
    }
    if (m_form == Zigzag) {
        for (std::size_t i = 0; i < count; ++i)
            m_values[i] = unzigzag(m_values[i]);
    } else if (m_form == Delta) {
        quint64 value = m_previous;
        for (std::size_t i = 0; i < count; ++i)
            m_values[i] = value += unzigzag(m_values[i]);
        m_previous = value;
    }
    m_done += qsizetype(count);
    m_at = 0;
    m_filled = count;
}

quint64 IntegerReader::sum(quint64 limit, quint64 *nonZero) const
{
    IntegerReader all(*this);
    quint64 sum = 0;
    quint64 zeros = 0;
    while (all.m_done < all.m_count) {
        all.fill();
        for (std::size_t i = 0; i < all.m_filled; ++i) {
            const quint64 value = all.m_values[i];
            if (value > limit - sum)
                return limit + 1;
            sum += value;
            zeros += value == 0;
        }
    }
    if (nonZero)
        *nonZero = quint64(m_count) - zeros;
    return sum;
}

quint64 IntegerReader::max() const
{
    IntegerReader all(*this);
    quint64 max = 0;
    while (all.m_done < all.m_count) {
        all.fill();
        for (std::size_t i = 0; i < all.m_filled; ++i)
            max = std::max(max, all.m_values[i]);
    }
    return max;
}

bool BitReader::open(ColumnReader &reader, qsizetype count)
{
    m_count = count;
    m_bits = reader.take(quint64(count) / 8 + (count % 8 != 0), 1, "groups of bits");
    return m_bits != nullptr;
}

qsizetype BitReader::count() const
{
    BitReader all(*this);
    qsizetype count = 0;
    for (qsizetype i = 0; i < m_count; ++i)
        count += all.next();
    return count;
}

template <typename Text>
bool TextReader<Text>::openTexts(ColumnReader &reader, qsizetype count)
{
    constexpr bool isString = std::is_same_v<Text, QString>;
    quint64 narrow = 0;
    quint64 wide = 0;
    if (!m_numbers.open(reader, count) || !reader.number(&narrow)
        || (isString && !reader.number(&wide)) || !reader.admit(quint64(count), textBytes)) {
        return false;
    }
    const uchar *bytes = reader.take(narrow, 1, "characters");
    m_narrow = reinterpret_cast<const char *>(bytes);
    if (!bytes || (isString && !(m_wide = reader.take(wide, 2, "characters")))
        || !reader.admit(narrow + wide, isString ? sizeof(QChar) : 1)) {
        return false;
    }

    // The lengths must use up exactly what there is: then none of them needs a check again.
    IntegerReader codes(m_numbers);
    bool fits = true;
    for (qsizetype i = 0; fits && i < count; ++i) {
        const quint64 code = codes.next();
        if (code == 0)
            continue;
        quint64 &available = isString && ((code - 1) & 1) ? wide : narrow;
        const quint64 size = isString ? (code - 1) / 2 : code - 1;
        fits = size <= available;
        available -= size;
    }
    if (!fits || narrow != 0 || wide != 0)
        return reader.fail(u"%1 lengths do not add up to the characters"_s.arg(count));
    return true;
}

template <typename Text>
Text TextReader<Text>::make(quint64 code)
{
    if (code == 0)
        return Text();
    if constexpr (std::is_same_v<Text, QString>) {
        const auto size = qsizetype((code - 1) / 2);
        if ((code - 1) & 1) {
            if (size == 0)
                return QString(0, Qt::Uninitialized);
            QString text(size, Qt::Uninitialized);
            qFromLittleEndian<char16_t>(m_wide, size, text.data());
            m_wide += 2 * size;
            return text;
        }
        const char *from = std::exchange(m_narrow, m_narrow + size);
        return QString::fromLatin1(from, size);
    } else {
        const auto size = qsizetype(code - 1);
        const char *from = std::exchange(m_narrow, m_narrow + size);
        return size == 0 ? QByteArray("") : QByteArray(from, size);
    }
}

template <typename Text>
bool TextReader<Text>::open(ColumnReader &reader, qsizetype count)
{
    quint64 form = 0;
    if (!reader.number(&form))
        return false;
    if (form == Direct)
        return openTexts(reader, count);
    if (form != Table)
        return reader.fail(u"strings are of no known form (%1)"_s.arg(form));

    quint64 size = 0;
    // A text has a length of at least one byte, and is used by at least one row.
    if (!reader.number(&size) || !reader.canHold(size, 8))
        return false;
    if (size > quint64(count))
        return reader.fail(u"%1 distinct strings are more than the %2 rows"_s.arg(size).arg(count));
    if (!openTexts(reader, qsizetype(size)))
        return false;
    m_table.resize(std::size_t(size));
    for (Text &text : m_table)
        text = make(m_numbers.next());
    m_isTable = true;

    m_numbers = IntegerReader();
    if (!m_numbers.open(reader, count))
        return false;
    const quint64 max = m_numbers.max();
    if (count > 0 && max >= size)
        return reader.fail(u"string %1 is none of the %2"_s.arg(max).arg(size));
    return true;
}

template class TextReader<QString>;
template class TextReader<QByteArray>;

bool BlobReader::open(ColumnReader &reader, qsizetype count)
{
    m_reader = &reader;
    m_scope = reader.scope;
    if (!m_lengths.open(reader, count))
        return false;
    const auto available = quint64(reader.left());
    const quint64 size = m_lengths.sum(available);
    const uchar *bytes = reader.take(size, 1, "values");
    if (!bytes || !reader.admit(size, 1))
        return false;
    m_stream.emplace(
        QByteArray::fromRawData(reinterpret_cast<const char *>(bytes), qsizetype(size)));
    m_stream->setVersion(QDataStream::Qt_6_4);
    return true;
}

void BlobReader::check()
{
    m_expected += qint64(m_lengths.next());
    if (m_stream->status() != QDataStream::Ok || m_stream->device()->pos() != m_expected)
        m_reader->fail(m_scope, u"a value could not be read from its bytes"_s);
}

} // namespace Axiom::detail
