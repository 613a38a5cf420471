// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_STATECODEC_H
#define AXIOM_STATECODEC_H

#include "detail/schema.h"

namespace Axiom {

namespace StateCodec {

template <Codable S>
std::optional<QByteArray> encode(const S &state, StateError *error = nullptr)
{
    QByteArray bytes;
    const std::span<const S> row(&state, 1);
    if (!detail::writeStateHeader(&bytes, detail::schemaHash<S>(), error)
        || !detail::encodeRows<S>(std::span(&row, 1), &bytes, error)) {
        return std::nullopt;
    }
    return bytes;
}

template <Codable S>
std::optional<S> decode(QByteArrayView bytes, StateError *error = nullptr,
                        qint64 maxBytes = detail::MaxDecodedBytes)
{
    std::optional<S> state;
    const auto rows =
        detail::readStateHeader(bytes, detail::schemaHash<S>(), detail::typeSignature<S>(), error);
    const auto take = [&](S &&row) { state.emplace(std::move(row)); };
    if (!rows || !detail::decodeRows<S>(*rows, 1, take, error, maxBytes))
        return std::nullopt;
    return state;
}

} // namespace StateCodec

} // namespace Axiom

#endif // AXIOM_STATECODEC_H
