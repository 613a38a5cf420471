// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/shareddictionary.h"

#include "../core/detail/backgroundworker.h"

#include <utility>

namespace Axiom::detail {

std::optional<Dictionary> SharedDictionary::dictionaryFor(const QByteArray &raw)
{
    if (raw.size() > MostBytes)
        return std::nullopt;
    const QMutexLocker locker(&m_mutex);
    if (m_dictionary || !m_isLearning)
        return m_dictionary;
    try {
        m_samples.push_back(raw);
        if (m_samples.size() == SampleCount) {
            m_isLearning = false;
            // To train takes some tens of milliseconds.
            BackgroundWorker::run(
                [this, samples = std::exchange(m_samples, {})] { train(samples); });
        }
    } catch (...) {
        m_isLearning = false; // Without memory it does without.
    }
    return std::nullopt;
}

void SharedDictionary::train(const std::vector<QByteArray> &samples)
{
    std::optional<Dictionary> dictionary = Dictionary::train(samples);
    const QMutexLocker locker(&m_mutex);
    m_dictionary = std::move(dictionary);
}

} // namespace Axiom::detail
