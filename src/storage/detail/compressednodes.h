// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COMPRESSEDNODES_H
#define AXIOM_DETAIL_COMPRESSEDNODES_H

#include "../../core/bytesize.h"
#include "../../cow/detail/frozennodes.h"
#include "../../cow/detail/triefreezer.h"
#include "../../cow/detail/vectorfreezer.h"
#include "compressor.h"
#include "rowcodec.h"
#include "thawcontext.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qscopeguard.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>

namespace Axiom::detail {

// What is decompressed to. The thread keeps it, for the first touch of fresh memory may cost more than
// all the rest of thawing a segment.
class AXIOM_CORE_EXPORT ThawBuffer
{
public:
    ThawBuffer() noexcept;
    ~ThawBuffer();
    Q_DISABLE_COPY_MOVE(ThawBuffer)

    QByteArray bytes;
};

// Has this thread keep what it will need to thaw segments. Throws std::bad_alloc.
AXIOM_CORE_EXPORT void prepareToThaw();

// Bytes that are compressed, and what they were before.
class AXIOM_CORE_EXPORT CompressedBytes
{
public:
    // Nothing when the bytes can't be compressed, which is an error, or would not shrink by MinRatio:
    // of what the values they stand for take as far as known, and at least of what they are
    // themselves.
    static std::optional<CompressedBytes> make(QByteArrayView raw, qint64 formerBytes,
                                               CompressionLevel level, StateError *error = nullptr);
    static constexpr double MinRatio = 1.5;

    bool unpack(QByteArray *raw, StateError *error) const;

    qsizetype byteSize() const noexcept { return m_bytes.size(); }
    qint64 formerBytes() const noexcept { return m_formerBytes; }
    const QByteArray &bytes() const noexcept { return m_bytes; }

private:
    QByteArray m_bytes;
    qsizetype m_rawSize = 0;
    qint64 m_formerBytes = 0;
};

// A segment of a CowVector.
template <typename T>
class CompressedTree final : public FrozenTree
{
public:
    using Blocks = std::span<const std::span<const T>>;

    static std::shared_ptr<const FrozenTree> make(Blocks blocks, CompressionLevel level,
                                                  std::shared_ptr<ThawContext> context,
                                                  const char *field, StateError *error)
    {
        qsizetype count = 0;
        qint64 former = 0;
        for (const auto &block : blocks) {
            count += qsizetype(block.size());
            former += qint64(block.size_bytes());
            for (const T &value : block)
                former += heapBytes(value);
        }
        QByteArray raw;
        if (!encodeRows<T>(blocks, &raw, error))
            return {};
        auto bytes = CompressedBytes::make(raw, former, level, error);
        if (!bytes)
            return {};
        return std::make_shared<CompressedTree>(std::move(*bytes), count, std::move(context),
                                                field);
    }

    CompressedTree(CompressedBytes bytes, qsizetype count, std::shared_ptr<ThawContext> context,
                   const char *field)
        : m_bytes(std::move(bytes)), m_count(count), m_context(std::move(context)), m_field(field)
    { }

    CowNode *thaw(int level) const override
    {
        const auto start = std::chrono::steady_clock::now();
        ThawBuffer buffer;
        QByteArray &raw = buffer.bytes;
        StateError error;
        Builder builder(CowLeaf<T>::Capacity);
        const auto append = [&](T &&value) { builder.append(std::move(value)); };
        if (!m_bytes.unpack(&raw, &error) || !decodeRows<T>(raw, m_count, append, &error)) {
            m_context->giveUp(m_field, error, m_bytes.bytes());
            return nullptr;
        }
        CowNode *tree = CowTree<T>::raised(builder.finish(), level).take();
        m_context->thawed(std::chrono::steady_clock::now() - start, m_bytes.formerBytes());
        return tree;
    }

    CowNode *blank(int level) const override
    {
        Builder builder(CowLeaf<T>::Capacity);
        for (qsizetype i = 0; i < m_count; ++i)
            builder.append(T());
        return CowTree<T>::raised(builder.finish(), level).take();
    }

    qsizetype byteSize() const noexcept override { return m_bytes.byteSize(); }
    qint64 formerByteSize() const noexcept override { return m_bytes.formerBytes(); }
    const QByteArray &bytes() const noexcept { return m_bytes.bytes(); }

private:
    using Builder = typename CowTree<T>::Builder;

    const CompressedBytes m_bytes;
    const qsizetype m_count;
    const std::shared_ptr<ThawContext> m_context;
    const char *const m_field;
};

// Subtries of a CowHash: two runs of rows, the keys and the values.
template <typename K, typename V>
class CompressedTrie final : public FrozenTrie
{
public:
    using Entries = std::vector<const typename TrieFreezer<K, V>::Entry *>;

    static std::shared_ptr<const FrozenTrie> make(const Entries &entries, CompressionLevel level,
                                                  std::shared_ptr<ThawContext> context,
                                                  const char *field, StateError *error)
    {
        std::vector<std::span<const K>> keys;
        std::vector<std::span<const V>> values;
        qint64 former = 0;
        for (const auto *entry : entries) {
            keys.push_back({&entry->key, 1});
            values.push_back({&entry->value, 1});
            former += qint64(sizeof(*entry)) + heapBytes(entry->key) + heapBytes(entry->value);
        }
        QByteArray rawKeys;
        QByteArray rawValues;
        if (!encodeRows<K>(keys, &rawKeys, error) || !encodeRows<V>(values, &rawValues, error))
            return {};
        auto bytes = CompressedBytes::make(rawKeys + rawValues, former, level, error);
        if (!bytes)
            return {};
        return std::make_shared<CompressedTrie>(std::move(*bytes), rawKeys.size(),
                                                qsizetype(entries.size()), std::move(context),
                                                field);
    }

    CompressedTrie(CompressedBytes bytes, qsizetype keyBytes, qsizetype count,
                   std::shared_ptr<ThawContext> context, const char *field)
        : m_bytes(std::move(bytes)), m_keyBytes(keyBytes), m_count(count),
          m_context(std::move(context)), m_field(field)
    { }

    TrieNode *thaw(int level) const override
    {
        const auto start = std::chrono::steady_clock::now();
        ThawBuffer buffer;
        QByteArray &raw = buffer.bytes;
        StateError error;
        std::vector<K> keys;
        std::vector<V> values;
        const auto addKey = [&](K &&key) { keys.push_back(std::move(key)); };
        const auto addValue = [&](V &&value) { values.push_back(std::move(value)); };
        const bool isRead = m_bytes.unpack(&raw, &error)
            && decodeRows<K>(QByteArrayView(raw).first(m_keyBytes), m_count, addKey, &error)
            && decodeRows<V>(QByteArrayView(raw).sliced(m_keyBytes), m_count, addValue, &error);
        if (!isRead) {
            m_context->giveUp(m_field, error, m_bytes.bytes());
            return nullptr;
        }
        TrieNode *root = nullptr;
        auto released = qScopeGuard([&] { CowTrie<K, V>::release(root); });
        QString problem;
        try {
            for (std::size_t i = 0; i < keys.size() && problem.isEmpty(); ++i) {
                if (!CowTrie<K, V>::insert(root, trieHash(keys[i]), keys[i], std::move(values[i]),
                                           level))
                    problem = QStringLiteral("a key occurs twice");
            }
        } catch (const std::bad_alloc &) {
            throw;
        } catch (...) {
            problem = QStringLiteral("a copy of an entry threw");
        }
        if (!problem.isEmpty()) {
            error = {StateError::CorruptedState, problem};
            m_context->giveUp(m_field, error, m_bytes.bytes());
            return nullptr;
        }
        released.dismiss();
        m_context->thawed(std::chrono::steady_clock::now() - start, m_bytes.formerBytes());
        return root;
    }
    TrieNode *blank() const override { return CowTrie<K, V>::createLeaf(0); }

    qsizetype byteSize() const noexcept override { return m_bytes.byteSize(); }
    qint64 formerByteSize() const noexcept override { return m_bytes.formerBytes(); }

private:
    const CompressedBytes m_bytes;
    const qsizetype m_keyBytes;
    const qsizetype m_count;
    const std::shared_ptr<ThawContext> m_context;
    const char *const m_field;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COMPRESSEDNODES_H
