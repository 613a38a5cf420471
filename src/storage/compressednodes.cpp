// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/compressednodes.h"

namespace Axiom::detail {

ThawContext::~ThawContext() = default;

std::optional<CompressedBytes> CompressedBytes::make(QByteArrayView raw, qint64 formerBytes,
                                                     CompressionLevel level)
{
    auto bytes = compress(raw, level, nullptr);
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
