// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COMPRESSOR_H
#define AXIOM_DETAIL_COMPRESSOR_H

#include "dictionary.h"

#include <QtCore/qbytearrayview.h>

#include <optional>

namespace Axiom::detail {

// The most that one piece of data may have when it is not compressed.
constexpr qsizetype MaxRawSize = qsizetype(1) << 30;

// One zstd frame behind the CRC of its bytes. zstd's own checksum is that of the content, which
// some damaged frames still have: the CRC finds every single damaged bit.
AXIOM_CORE_EXPORT std::optional<QByteArray> compress(QByteArrayView raw, CompressionLevel level,
                                                     StateError *error,
                                                     const Dictionary *dictionary = nullptr);

// Nothing is allocated before the frame says that it holds rawSize bytes, and can. On failure raw
// is empty.
AXIOM_CORE_EXPORT bool decompress(QByteArrayView stored, qsizetype rawSize, QByteArray *raw,
                                  StateError *error, const Dictionary *dictionary = nullptr);

// For tests: whether there is memory to work with.
AXIOM_CORE_EXPORT void setCompressorMemory(bool isThere) noexcept;

// CRC-32C, of further bytes when given that of those before.
AXIOM_CORE_EXPORT quint32 crc32c(QByteArrayView bytes, quint32 before = 0) noexcept;

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COMPRESSOR_H
