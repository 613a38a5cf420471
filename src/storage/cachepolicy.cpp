// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cachepolicy.h"

#include <algorithm>

namespace Axiom {

namespace {

// Adaptive keeps a state while uses come within so many times its decoding: what decoding would
// take otherwise is more than a hundredth of the time.
constexpr int decodingsKept = 100;

// Below, to decode costs nothing that anybody would notice, but a clock may be too coarse to tell.
constexpr std::chrono::nanoseconds leastKept = std::chrono::milliseconds(10);

} // namespace

/*!
    \class Axiom::CachePolicy
    \inmodule AxiomState
    \inheaderfile AxiomState/CachePolicy
    \brief How long a CompressedStateStorage keeps the decoded state beside the compressed one.

    A policy has no timer. It is looked at when the storage is used, and by
    CompressedStateStorage::trim().
*/

/*!
    \fn static Axiom::CachePolicy Axiom::CachePolicy::always()
    Returns the policy that keeps the state until memory is short.
*/

/*!
    \fn static Axiom::CachePolicy Axiom::CachePolicy::never()
    Returns the policy that decodes the state for each use.
*/

/*!
    \fn static Axiom::CachePolicy Axiom::CachePolicy::timed(std::chrono::nanoseconds duration)
    Returns the policy that keeps the state for \a duration after its last use.
*/

/*!
    \fn static Axiom::CachePolicy Axiom::CachePolicy::sized(qsizetype bytes)
    Returns the policy that keeps a state that takes at most \a bytes of memory, as heapBytes()
    counts it.
*/

/*!
    \fn static Axiom::CachePolicy Axiom::CachePolicy::adaptive()
    Returns the policy that keeps a state which is used often by what decoding it costs: while uses
    come within a hundred times the duration of the last decoding, at least 10 ms. When they come
    further apart, decoding takes less than a hundredth of the time, and the memory is given back.
*/

/*!
    \internal
*/
bool CachePolicy::keeps(const detail::CacheUse &use, std::chrono::nanoseconds now) const noexcept
{
    switch (m_kind) {
    case Kind::Always:
        return true;
    case Kind::Never:
        return false;
    case Kind::Timed:
        return now - use.last <= std::chrono::nanoseconds(m_limit);
    case Kind::Sized:
        return use.bytes <= m_limit;
    case Kind::Adaptive:
        break;
    }
    const auto term = std::max(leastKept, use.cost * decodingsKept);
    return use.interval <= term && now - use.last <= term;
}

} // namespace Axiom
