// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COMPRESSEDSTATESTORAGE_H
#define AXIOM_COMPRESSEDSTATESTORAGE_H

#include "../core/bytesize.h"
#include "../core/clock.h"
#include "cachepolicy.h"
#include "compressionlevel.h"
#include "detail/storedstate.h"
#include "statecodec.h"

namespace Axiom {

template <Codable S>
class CompressedStateStorage
{
public:
    CompressedStateStorage() = default;
    explicit CompressedStateStorage(S state, CompressionLevel level = CompressionLevel::Balanced,
                                    CachePolicy policy = CachePolicy::adaptive(),
                                    const Clock &clock = Clock::steady())
        : m_level(level), m_policy(policy), m_clock(&clock)
    {
        setState(std::move(state));
    }

    bool isEmpty() const noexcept { return m_stored.isEmpty() && !m_state; }

    std::optional<S> state(StateError *error = nullptr);
    bool setState(S state, StateError *error = nullptr);

    // Gives back the decoded state where the policy says so.
    void trim();
    void handleMemoryPressure();

    qsizetype compressedBytes() const noexcept { return m_stored.size(); }
    bool isCached() const { return m_state && keepsState(); }

    QByteArray toByteArray() const { return m_stored.toByteArray(); }
    bool fromByteArray(const QByteArray &bytes, StateError *error = nullptr,
                       qint64 maxBytes = detail::MaxDecodedBytes);

private:
    // A state that could not be encoded has only this form.
    bool keepsState() const { return m_stored.isEmpty() || m_policy.keeps(m_use, m_clock->now()); }
    std::optional<S> decoded(const detail::StoredState &stored, StateError *error,
                             qint64 maxBytes = detail::MaxDecodedBytes);
    void noteUse();

    detail::StoredState m_stored;
    std::optional<S> m_state;
    detail::CacheUse m_use;
    CompressionLevel m_level = CompressionLevel::Balanced;
    CachePolicy m_policy = CachePolicy::adaptive();
    const Clock *m_clock = &Clock::steady();
};

template <Codable S>
std::optional<S> CompressedStateStorage<S>::state(StateError *error)
{
    if (isEmpty())
        return std::nullopt;
    noteUse();
    if (!m_state) {
        std::optional<S> state = decoded(m_stored, error);
        if (!state || !m_policy.keeps(m_use, m_use.last))
            return state;
        m_state = std::move(state);
    }
    std::optional<S> state = m_state;
    trim();
    return state;
}

template <Codable S>
bool CompressedStateStorage<S>::setState(S state, StateError *error)
{
    detail::StoredState stored;
    const auto raw = StateCodec::encode(state, error);
    const bool ok = raw && stored.store(*raw, m_level, error, &detail::sharedDictionary<S>());
    m_state.reset(); // a move may throw, and the former state must not stand beside the bytes
    m_stored = std::move(stored);
    m_use.last = m_clock->now();
    m_use.interval = {};
    m_use.bytes = qsizetype(sizeof(S)) + heapBytes(state);
    m_state = std::move(state);
    trim();
    return ok;
}

template <Codable S>
void CompressedStateStorage<S>::trim()
{
    if (m_state && !keepsState())
        m_state.reset();
}

template <Codable S>
void CompressedStateStorage<S>::handleMemoryPressure()
{
    if (m_stored.isEmpty() && m_state)
        setState(S(*m_state)); // a copy, for the case that it throws
    if (m_stored.isEmpty())
        return;
    m_state.reset();
    m_stored.recompress(CompressionLevel::Maximum, nullptr);
}

template <Codable S>
bool CompressedStateStorage<S>::fromByteArray(const QByteArray &bytes, StateError *error,
                                              qint64 maxBytes)
{
    auto stored = detail::StoredState::fromByteArray(bytes, error, maxBytes);
    std::optional<S> state;
    if (stored)
        state = decoded(*stored, error, maxBytes);
    if (!state)
        return false;
    m_stored = std::move(*stored);
    m_state = std::move(state);
    m_use.last = m_clock->now();
    m_use.interval = {};
    trim();
    return true;
}

template <Codable S>
std::optional<S> CompressedStateStorage<S>::decoded(const detail::StoredState &stored,
                                                    StateError *error, qint64 maxBytes)
{
    const auto begin = m_clock->now();
    std::optional<S> state;
    if (const auto raw = stored.load(error))
        state = StateCodec::decode<S>(*raw, error, maxBytes);
    if (state) {
        m_use.cost = m_clock->now() - begin;
        m_use.bytes = qsizetype(sizeof(S)) + heapBytes(*state);
    }
    return state;
}

template <Codable S>
void CompressedStateStorage<S>::noteUse()
{
    const auto now = m_clock->now();
    m_use.interval = now - std::exchange(m_use.last, now);
}

} // namespace Axiom

#endif // AXIOM_COMPRESSEDSTATESTORAGE_H
