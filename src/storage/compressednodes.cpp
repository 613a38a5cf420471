// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/compressednodes.h"

#include <QtCore/qthreadstorage.h>

#include <algorithm>
#include <new>
#include <utility>

namespace Axiom::detail {

ThawContext::~ThawContext() = default;

void ThawContext::giveUp(const char *field, const StateError &error, const QByteArray &bytes)
{
    if (error.code == StateError::OutOfMemory) {
        postponed(field);
        throw std::bad_alloc();
    }
    failed(field, error, bytes);
}

namespace {

// Segments are smaller; a state that was frozen whole may be as large as it likes.
constexpr qsizetype mostKept = 256 << 10;

// See threadContexts() in compressor.cpp.
QByteArray &keptBytes()
{
    static auto *kept = new QThreadStorage<QByteArray>;
    return kept->localData();
}

} // namespace

ThawBuffer::ThawBuffer() noexcept
{
    try {
        bytes = std::exchange(keptBytes(), {});
    } catch (...) {
        // It does without.
    }
}

ThawBuffer::~ThawBuffer()
{
    try {
        if (bytes.capacity() <= mostKept)
            keptBytes() = std::move(bytes);
    } catch (...) {
        // The next one does.
    }
}

void prepareToThaw()
{
    constexpr qsizetype size = 64 << 10;
    // By the first thread to come, which keeps what it takes to compress: that is to be a worker.
    static const std::optional<QByteArray> sample = [] {
        // Not so simple that parts of zstd would have nothing to do.
        QByteArray raw(size, Qt::Uninitialized);
        quint32 state = 1;
        for (char &c : raw) {
            state = state * 1664525 + 1013904223;
            c = char('a' + ((state >> 24) & (state >> 16) & 31));
        }
        return compress(raw, CompressionLevel::Fast, nullptr);
    }();
    static thread_local bool isDone = false;
    if (std::exchange(isDone, true) || !sample)
        return;
    ThawBuffer buffer;
    decompress(*sample, size, &buffer.bytes, nullptr);
}

std::optional<CompressedBytes> CompressedBytes::make(QByteArrayView raw, qint64 formerBytes,
                                                     CompressionLevel level, StateError *error)
{
    // What is on the heap is not known of types that only their stream operators know.
    formerBytes = std::max<qint64>(formerBytes, raw.size());
    auto bytes = compress(raw, level, error);
    if (!bytes || double(bytes->size()) * MinRatio > double(formerBytes))
        return {};
    bytes->squeeze();
    CompressedBytes result;
    result.m_bytes = std::move(*bytes);
    result.m_rawSize = raw.size();
    result.m_formerBytes = formerBytes;
    return result;
}

bool CompressedBytes::unpack(QByteArray *raw, StateError *error) const
{
    return decompress(m_bytes, m_rawSize, raw, error);
}

} // namespace Axiom::detail
