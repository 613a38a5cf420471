// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STOREDSTATE_H
#define AXIOM_DETAIL_STOREDSTATE_H

#include "../../core/enums.h"
#include "../../core/stateerror.h"
#include "shareddictionary.h"

#include <QtCore/qbytearray.h>

#include <optional>

namespace Axiom::detail {

// Encoded state, compressed: what a CompressedStateStorage holds, without its type. Each function
// that fails leaves it as it was.
class AXIOM_CORE_EXPORT StoredState
{
public:
    bool isEmpty() const noexcept { return m_bytes.isEmpty(); }
    qsizetype size() const noexcept { return m_bytes.size(); }

    // With what states of its type share, if that is given.
    bool store(const QByteArray &raw, CompressionLevel level, StateError *error,
               SharedDictionary *shared = nullptr);
    std::optional<QByteArray> load(StateError *error) const;
    bool recompress(CompressionLevel level, StateError *error);

    // By itself, whatever it shares.
    QByteArray toByteArray() const;
    static std::optional<StoredState> fromByteArray(const QByteArray &bytes, StateError *error,
                                                    qint64 maxRawSize);

private:
    std::optional<Dictionary> m_dictionary;
    QByteArray m_bytes;
    qsizetype m_rawSize = 0;
    CompressionLevel m_level = CompressionLevel::Balanced;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STOREDSTATE_H
