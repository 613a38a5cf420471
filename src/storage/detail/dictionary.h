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

// What many small pieces of data have in common, so that none of them has to say it: halves states
// below about 4 KB. A value; copies share the content.
class AXIOM_CORE_EXPORT Dictionary
{
public:
    static constexpr qsizetype DefaultSize = 16 * 1024;

    static std::optional<Dictionary> train(std::span<const QByteArray> samples,
                                           StateError *error = nullptr,
                                           qsizetype maxSize = DefaultSize);
    static std::optional<Dictionary> fromByteArray(const QByteArray &bytes,
                                                   StateError *error = nullptr);

    // What is compressed with a dictionary names it by this number.
    quint32 id() const noexcept;
    QByteArray toByteArray() const;

private:
    class Private;
    friend struct DictionaryAccess;

    explicit Dictionary(std::shared_ptr<const Private> dd) noexcept : d(std::move(dd)) { }

    std::shared_ptr<const Private> d;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DICTIONARY_H
