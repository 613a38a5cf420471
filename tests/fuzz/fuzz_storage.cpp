// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Gives its input to each decoder, below and above the check sums, and encodes again what one has
// accepted: for libFuzzer.

#include "../../src/storage/detail/compressednodes.h"

#include <AxiomState/CompressedStateStorage>

#include <QtCore/qdatetime.h>
#include <QtCore/qendian.h>
#include <QtCore/qpoint.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace Axiom;

namespace {

enum class Kind : quint8 { One, Two };

struct Part
{
    QString text;
    qint16 number = 0;
    AXIOM_FIELDS(Part, text, number)
};

struct Row
{
    QString name;
    QByteArray bytes;
    Part part;
    Kind kind = Kind::One;
    bool flag = false;
    qint64 large = 0;
    double real = 0;
    std::optional<QString> note;
    QPointF point;
    QDate date;
    QList<Part> parts;
    CowVector<int> numbers;
    CowHash<QString, int> votes;
    QMap<int, QList<bool>> lists;
    QSet<QString> words;
    AXIOM_FIELDS(Row, name, bytes, part, kind, flag, large, real, note, point, date, parts, numbers,
                 votes, lists, words)
};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

// Inputs of some kilobytes reach it; libFuzzer has room for 2 GB.
constexpr qint64 maxBytes = 1 << 20;

template <typename T>
void decodeRows(QByteArrayView raw, qsizetype count)
{
    QList<T> rows;
    StateError error;
    const auto take = [&](T &&row) { rows.append(std::move(row)); };
    if (!detail::decodeRows<T>(raw, count, take, &error, maxBytes)) {
        require(bool(error));
        return;
    }
    require(rows.size() == count);
    const std::span<const T> block(rows.constData(), std::size_t(rows.size()));
    QByteArray again;
    require(detail::encodeRows<T>(std::span(&block, 1), &again, nullptr));
    QList<T> back;
    require(detail::decodeRows<T>(
        again, count, [&](T &&row) { back.append(std::move(row)); }, nullptr));
    for (qsizetype i = 0; i < count; ++i)
        require(detail::valuesEqual(rows.at(i), back.at(i)));
}

// With the header and the check sum that it needs to be looked at.
template <typename T>
void decodeState(QByteArrayView input)
{
    QByteArray bytes;
    detail::writeStateHeader(&bytes, detail::schemaHash<T>(), nullptr);
    bytes += input;
    StateCodec::decode<T>(bytes, nullptr, maxBytes);
    StateCodec::decode<T>(input, nullptr, maxBytes);
}

void decompress(QByteArrayView input, qsizetype size)
{
    QByteArray raw;
    detail::decompress(input, size, &raw, nullptr);
    QByteArray stored(4, '\0');
    stored += input;
    qToLittleEndian(detail::crc32c(input), stored.data());
    if (!detail::decompress(stored, size, &raw, nullptr))
        require(raw.isEmpty());
}

class NobodyListens final : public detail::ThawContext
{
public:
    void thawed(std::chrono::nanoseconds, qint64) noexcept override { }
    void failed(const char *, const StateError &error, const QByteArray &) noexcept override
    {
        require(bool(error));
    }
    void postponed(const char *) noexcept override { }
};

// Frozen segments whose bytes are whole, of elements that are not.
template <typename T>
void thawTree(QByteArrayView raw, qsizetype count)
{
    auto bytes = detail::CompressedBytes::make(raw, qint64(1) << 40, CompressionLevel::Fast);
    if (!bytes || count == 0)
        return;
    const detail::CompressedTree<T> tree(std::move(*bytes), count,
                                         std::make_shared<NobodyListens>(), "field");
    detail::CowNode *node = tree.thaw(detail::VectorFreezer<T>::segmentLevel());
    require(!node || detail::nodeSize(node) == count);
    detail::CowTree<T>::release(node);
}

template <typename K, typename V>
void thawTrie(QByteArrayView raw, qsizetype count)
{
    auto bytes = detail::CompressedBytes::make(raw, qint64(1) << 40, CompressionLevel::Fast);
    if (!bytes || count == 0)
        return;
    const detail::CompressedTrie<K, V> trie(std::move(*bytes), raw.size() / 2, count,
                                            std::make_shared<NobodyListens>(), "field");
    detail::TrieNode *node = trie.thaw(1);
    require(!node || detail::subtreeCount(node) == quint32(count));
    detail::CowTrie<K, V>::release(node);
}

// With the dictionary of others, and what is taken for one.
void decompressWithDictionary(QByteArrayView input, qsizetype size)
{
    static const std::optional<detail::Dictionary> dictionary = [] {
        QList<QByteArray> samples;
        for (int i = 0; i < 500; ++i)
            samples.append("a sample of number " + QByteArray::number(i * 7919));
        return detail::Dictionary::train(samples, nullptr, 4096);
    }();
    require(dictionary.has_value());
    QByteArray stored(4, '\0');
    stored += input;
    qToLittleEndian(detail::crc32c(input), stored.data());
    QByteArray raw;
    if (!detail::decompress(stored, size, &raw, nullptr, &*dictionary))
        require(raw.isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const qsizetype count = data[0];
    const QByteArray input(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    decodeRows<Row>(input, count);
    decodeRows<QString>(input, count);
    decodeRows<QList<Part>>(input, count);
    decodeState<CowVector<Row>>(input);
    decompress(input, count * count);
    decompressWithDictionary(input, count * count);
    thawTree<Row>(input, count);
    thawTree<int>(input, count);
    thawTrie<QString, int>(input, count);
    thawTrie<int, Part>(input, count);

    CompressedStateStorage<Row> storage;
    require(!storage.fromByteArray(input, nullptr, maxBytes) || storage.state());
    detail::Dictionary::fromByteArray(input);
    return 0;
}
