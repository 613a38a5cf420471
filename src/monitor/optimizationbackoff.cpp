// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationbackoff_p.h"

#include "optimizationeffect_p.h"

#include <algorithm>

namespace Axiom {

using namespace std::chrono_literals;

namespace {

constexpr auto backOffBase = 5min;
constexpr std::chrono::nanoseconds mostBackOff = 2h;
constexpr auto forgetAfter = 2 * mostBackOff;
constexpr int mostDoublings = 6; // 160 minutes are more than the most
// Under the same load a further attempt would end as the last ones did.
constexpr int mostFailures = 3;

} // namespace

void OptimizationBackOff::applied(nanoseconds now)
{
    if (m_lastEnd && now - *m_lastEnd >= forgetAfter)
        m_changes = 0;
    m_changes = std::min(m_changes + 1, mostDoublings);
}

// A change that was kept may end once more, when it is undone.
void OptimizationBackOff::ended(nanoseconds now)
{
    m_lastEnd = now;
    m_until = now + std::min<nanoseconds>(backOffBase * (1 << m_changes) / 2, mostBackOff);
}

void OptimizationBackOff::postpone(nanoseconds now)
{
    m_until = std::max<nanoseconds>(m_until, now + backOffBase);
}

void OptimizationBackOff::failed(const OptimizationMetrics &load)
{
    ++m_failures;
    m_failedLoad = load;
}

bool OptimizationBackOff::allows(OptimizationSuggestion::Kind kind, const OptimizationMetrics &load,
                                 nanoseconds now) const
{
    return now >= m_until
        && (m_failures < mostFailures || !detail::isComparable(kind, m_failedLoad, load));
}

void OptimizationBackOff::forgetTimes()
{
    m_lastEnd.reset();
    m_until = {};
}

} // namespace Axiom
