// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "compressor.h"

#include "errors.h"

#include <QtCore/qendian.h>
#include <QtCore/qmutex.h>
#include <QtCore/qthreadstorage.h>

#include <zdict.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <atomic>
#include <new>
#include <utility>
#include <vector>

namespace Axiom::detail {

using namespace Qt::StringLiterals;

namespace {

struct Free
{
    void operator()(ZSTD_CCtx *context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx *context) const noexcept { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict *dictionary) const noexcept { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict *dictionary) const noexcept { ZSTD_freeDDict(dictionary); }
};

using CompressContext = std::unique_ptr<ZSTD_CCtx, Free>;
using DecompressContext = std::unique_ptr<ZSTD_DCtx, Free>;

constexpr int zstdLevels[] = {1, 3, 19};
constexpr qsizetype checkSize = sizeof(quint32);

// A block of a frame has at least four bytes and yields at most 128 KiB.
constexpr qsizetype mostPerStoredByte = 32'768;

constexpr int zstdLevel(CompressionLevel level)
{
    return zstdLevels[int(level)];
}

std::atomic<bool> hasMemory = true; // but for tests

// To make a context costs more than to compress a small piece of data with it.
struct ThreadContexts
{
    CompressContext forCompression;
    DecompressContext forDecompression;
};

// Not thread_local: without memory to note a destructor, that ends the process. This throws.
ThreadContexts &threadContexts()
{
    static auto *contexts = new QThreadStorage<ThreadContexts>;
    return contexts->localData();
}

ZSTD_CCtx *threadCompressContext()
{
    CompressContext &context = threadContexts().forCompression;
    if (!context)
        context.reset(ZSTD_createCCtx());
    return hasMemory.load(std::memory_order_relaxed) ? context.get() : nullptr;
}

ZSTD_DCtx *threadDecompressContext()
{
    DecompressContext &context = threadContexts().forDecompression;
    if (!context)
        context.reset(ZSTD_createDCtx());
    return hasMemory.load(std::memory_order_relaxed) ? context.get() : nullptr;
}

// Of a failure of zstd. That there was no memory is none of the data.
QString zstdMessage(std::size_t result)
{
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        throw std::bad_alloc();
    return QString::fromLatin1(ZSTD_getErrorName(result));
}

} // namespace

void setCompressorMemory(bool isThere) noexcept
{
    hasMemory.store(isThere);
}

struct DictionaryData
{
    using CompressDictionary = std::unique_ptr<ZSTD_CDict, Free>;

    explicit DictionaryData(const QByteArray &dictionary)
        : bytes(dictionary), id(ZDICT_getDictID(bytes.constData(), std::size_t(bytes.size()))),
          forDecompression(ZSTD_createDDict(bytes.constData(), std::size_t(bytes.size())))
    { }

    // What a level makes of the dictionary is made when that level is first used.
    const ZSTD_CDict *forCompression(CompressionLevel level) const
    {
        const QMutexLocker locker(&mutex);
        CompressDictionary &dictionary = dictionaries[std::size_t(level)];
        if (!dictionary) {
            dictionary.reset(
                ZSTD_createCDict(bytes.constData(), std::size_t(bytes.size()), zstdLevel(level)));
        }
        return dictionary.get();
    }

    const QByteArray bytes;
    const quint32 id;
    const std::unique_ptr<ZSTD_DDict, Free> forDecompression;

    mutable QMutex mutex;
    mutable std::array<CompressDictionary, std::size(zstdLevels)> dictionaries;
};

std::optional<Dictionary> Dictionary::train(std::span<const QByteArray> samples, StateError *error,
                                            qsizetype maxSize)
{
    try {
        QByteArray all;
        std::vector<std::size_t> sizes;
        sizes.reserve(samples.size());
        for (const QByteArray &sample : samples) {
            all += sample;
            sizes.push_back(std::size_t(sample.size()));
        }
        QByteArray bytes(qMax<qsizetype>(maxSize, 0), Qt::Uninitialized);
        const std::size_t size =
            ZDICT_trainFromBuffer(bytes.data(), std::size_t(bytes.size()), all.constData(),
                                  sizes.data(), unsigned(sizes.size()));
        if (ZDICT_isError(size)) {
            fail(error, StateError::EncodingFailed,
                 u"No dictionary can be made of %1 samples: %2"_s.arg(sizes.size())
                     .arg(zstdMessage(size)));
            return std::nullopt;
        }
        bytes.truncate(qsizetype(size));
        bytes.squeeze();
        return fromByteArray(bytes, error);
    } catch (...) {
        failForMemory(error);
        return std::nullopt;
    }
}

std::optional<Dictionary> Dictionary::fromByteArray(const QByteArray &bytes, StateError *error)
{
    try {
        auto data = std::make_shared<DictionaryData>(bytes);
        if (data->id != 0 && data->forDecompression)
            return Dictionary(std::move(data));
        // zstd does not say what it lacked.
        if (!ZDICT_isError(ZDICT_getDictHeaderSize(bytes.constData(), std::size_t(bytes.size()))))
            return failForMemory(error), std::nullopt;
        fail(error, StateError::CorruptedState,
             u"These %1 bytes are no dictionary"_s.arg(bytes.size()));
    } catch (...) {
        failForMemory(error);
    }
    return std::nullopt;
}

quint32 Dictionary::id() const noexcept
{
    return m_data->id;
}

QByteArray Dictionary::toByteArray() const
{
    return m_data->bytes;
}

std::optional<QByteArray> compress(QByteArrayView raw, CompressionLevel level, StateError *error,
                                   const Dictionary *dictionary)
{
    if (raw.size() > MaxRawSize) {
        fail(error, StateError::LimitExceeded,
             u"%1 bytes are more than the %2 that can be compressed at once"_s.arg(raw.size())
                 .arg(MaxRawSize));
        return std::nullopt;
    }
    try {
        // The highest level needs many times the memory of the others, and no thread should keep it.
        CompressContext own;
        ZSTD_CCtx *context;
        if (level == CompressionLevel::Maximum) {
            own.reset(ZSTD_createCCtx());
            context = own.get();
        } else {
            context = threadCompressContext();
        }
        const DictionaryData *with = dictionary ? &dictionary->data() : nullptr;
        const ZSTD_CDict *prepared = with ? with->forCompression(level) : nullptr;
        if (!context || (with && !prepared))
            throw std::bad_alloc();

        ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, zstdLevel(level));
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1);
        ZSTD_CCtx_refCDict(context, prepared);

        const std::size_t bound = ZSTD_compressBound(std::size_t(raw.size()));
        QByteArray stored(checkSize + qsizetype(bound), Qt::Uninitialized);
        const std::size_t size = ZSTD_compress2(context, stored.data() + checkSize, bound,
                                                raw.data(), std::size_t(raw.size()));
        if (ZSTD_isError(size)) {
            fail(error, StateError::EncodingFailed,
                 u"%1 bytes could not be compressed: %2"_s.arg(raw.size()).arg(zstdMessage(size)));
            return std::nullopt;
        }
        stored.truncate(checkSize + qsizetype(size));
        stored.squeeze();
        qToLittleEndian(crc32c(QByteArrayView(stored).sliced(checkSize)), stored.data());
        return stored;
    } catch (...) {
        failForMemory(error);
        return std::nullopt;
    }
}

bool decompress(QByteArrayView stored, qsizetype rawSize, QByteArray *raw, StateError *error,
                const Dictionary *dictionary)
try {
    // The caller's memory is used again where it suffices.
    QByteArray bytes = std::exchange(*raw, {});
    if (rawSize < 0 || rawSize > MaxRawSize) {
        return fail(
            error, StateError::LimitExceeded,
            u"Compressed state claims %1 bytes; at most %2 are permitted"_s.arg(rawSize).arg(
                MaxRawSize));
    }
    const auto corrupted = [&](const QString &what) {
        return fail(error, StateError::CorruptedState, u"Compressed state is damaged: "_s + what);
    };
    if (stored.size() <= checkSize)
        return corrupted(u"it has only %1 bytes"_s.arg(stored.size()));
    const QByteArrayView frame = stored.sliced(checkSize);
    const auto frameSize = std::size_t(frame.size());
    if (crc32c(frame) != qFromLittleEndian<quint32>(stored.data()))
        return corrupted(u"its check sum is wrong"_s);

    const unsigned long long claimed = ZSTD_getFrameContentSize(frame.data(), frameSize);
    if (claimed == ZSTD_CONTENTSIZE_UNKNOWN || claimed == ZSTD_CONTENTSIZE_ERROR)
        return corrupted(u"its size is not known"_s);
    if (claimed != quint64(rawSize))
        return corrupted(u"it holds %1 bytes where %2 are expected"_s.arg(claimed).arg(rawSize));
    if (rawSize / mostPerStoredByte > frame.size())
        return corrupted(u"%1 bytes cannot hold %2"_s.arg(frameSize).arg(rawSize));
    if (ZSTD_findFrameCompressedSize(frame.data(), frameSize) != frameSize)
        return corrupted(u"it does not end where it should"_s);

    const DictionaryData *with = dictionary ? &dictionary->data() : nullptr;
    const quint32 needed = ZSTD_getDictID_fromFrame(frame.data(), frameSize);
    const quint32 given = with ? with->id : 0;
    if (needed != given) {
        return fail(
            error, StateError::CorruptedState,
            u"Compressed state needs dictionary %1, and was given %2"_s.arg(needed).arg(given));
    }

    ZSTD_DCtx *context = threadDecompressContext();
    if (!context)
        return failForMemory(error);
    if (bytes.capacity() < rawSize)
        bytes = QByteArray(rawSize, Qt::Uninitialized);
    else
        bytes.resize(rawSize);
    const auto size = std::size_t(rawSize);
    const std::size_t result = with
        ? ZSTD_decompress_usingDDict(context, bytes.data(), size, frame.data(), frameSize,
                                     with->forDecompression.get())
        : ZSTD_decompressDCtx(context, bytes.data(), size, frame.data(), frameSize);
    if (ZSTD_isError(result))
        return corrupted(zstdMessage(result));
    if (result != size)
        return corrupted(u"it yields %1 bytes where %2 are expected"_s.arg(result).arg(rawSize));
    *raw = std::move(bytes);
    return true;
} catch (...) {
    return failForMemory(error);
}

} // namespace Axiom::detail
