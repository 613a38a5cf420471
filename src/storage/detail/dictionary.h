// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_DICTIONARY_H
#define AXIOM_DETAIL_DICTIONARY_H

#include "../../core/enums.h"
#include "../../core/stateerror.h"

#include <QtCore/qbytearray.h>

#include <memory>
#include <optional>
#include <span>

namespace Axiom::detail {

struct DictionaryData;

// What many small pieces of data have in common, so that none of them has to say it: halves states
// below about 4 KB. A value; copies share the content.
class AXIOM_CORE_EXPORT Dictionary
{
public:
    static constexpr qsizetype DefaultSize = 16'384;

    static std::optional<Dictionary> train(std::span<const QByteArray> samples,
                                           StateError *error = nullptr,
                                           qsizetype maxSize = DefaultSize);
    static std::optional<Dictionary> fromByteArray(const QByteArray &bytes,
                                                   StateError *error = nullptr);

    // What is compressed with a dictionary names it by this number.
    quint32 id() const noexcept;
    QByteArray toByteArray() const;

    // What zstd made of it.
    const DictionaryData &data() const noexcept { return *m_data; }

private:
    explicit Dictionary(std::shared_ptr<const DictionaryData> data) noexcept
        : m_data(std::move(data))
    { }

    std::shared_ptr<const DictionaryData> m_data;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DICTIONARY_H
