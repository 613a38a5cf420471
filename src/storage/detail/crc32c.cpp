// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "compressor.h"

#include <QtCore/qendian.h>

#include <array>

namespace Axiom::detail {

namespace {

using Table = std::array<std::array<quint32, 256>, 8>;

// tables[k][b] is what byte b contributes k bytes later: eight bytes at a time need no loop over
// the bits, and hardly wait for each other.
constexpr Table makeTables()
{
    constexpr quint32 polynomial = 0x82f63b78;
    Table tables{};
    for (quint32 byte = 0; byte < 256; ++byte) {
        quint32 value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ (value & 1 ? polynomial : 0);
        tables[0][byte] = value;
    }
    for (std::size_t k = 1; k < tables.size(); ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const quint32 value = tables[k - 1][byte];
            tables[k][byte] = (value >> 8) ^ tables[0][value & 255];
        }
    }
    return tables;
}

constexpr Table tables = makeTables();

} // namespace

quint32 crc32c(QByteArrayView bytes, quint32 before) noexcept
{
    quint32 value = ~before;
    const char *at = bytes.data();
    qsizetype left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) {
        const quint64 word = qFromLittleEndian<quint64>(at) ^ value;
        value = 0;
        for (std::size_t i = 0; i < 8; ++i)
            value ^= tables[7 - i][(word >> (8 * i)) & 255];
    }
    for (; left > 0; ++at, --left)
        value = (value >> 8) ^ tables[0][(value ^ uchar(*at)) & 255];
    return ~value;
}

} // namespace Axiom::detail
