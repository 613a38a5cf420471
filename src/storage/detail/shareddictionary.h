// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_SHAREDDICTIONARY_H
#define AXIOM_DETAIL_SHAREDDICTIONARY_H

#include "dictionary.h"

#include <QtCore/qmutex.h>

#include <optional>
#include <vector>

namespace Axiom::detail {

// The dictionary of all small states of one type, learnt from the first of them on a worker thread.
// Any thread; it must live for ever.
class AXIOM_CORE_EXPORT SharedDictionary
{
public:
    // Larger states have enough of their own to compress well.
    static constexpr qsizetype MostBytes = 4096;
    static constexpr std::size_t SampleCount = 128;

    // What the encoded state is to be compressed with, if anything; it is learnt from as well.
    std::optional<Dictionary> dictionaryFor(const QByteArray &raw);

private:
    void train(const std::vector<QByteArray> &samples);

    QMutex m_mutex;
    std::vector<QByteArray> m_samples;
    bool m_isLearning = true;
    std::optional<Dictionary> m_dictionary;
};

template <typename S>
SharedDictionary &sharedDictionary()
{
    static auto *dictionary = new SharedDictionary;
    return *dictionary;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_SHAREDDICTIONARY_H
