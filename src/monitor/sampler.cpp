// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/sampler.h"

#include <algorithm>
#include <limits>

namespace Axiom::detail {

namespace {

// Between two that are measured. To measure one, and to write down its flush, takes some microseconds.
constexpr Sampler::nanoseconds leastGap = std::chrono::microseconds(500);
constexpr Sampler::nanoseconds mostGap = std::chrono::milliseconds(2);
constexpr Sampler::nanoseconds aimedGap = std::chrono::milliseconds(1);

} // namespace

std::atomic<bool> Sampler::s_isSampling = true;

int Sampler::take(nanoseconds now, int ahead) noexcept
{
    const qint64 counted = this->counted() + ahead;
    const qint64 operations = std::max<qint64>(counted - m_taken, 1);
    const nanoseconds gap = now - m_lastTime;
    m_taken = counted;
    m_lastTime = now;
    if (gap < leastGap) {
        m_interval = std::min(2 * m_interval, MaxInterval);
    } else if (gap > mostGap) {
        const double atAimedGap =
            double(operations) * double(aimedGap.count()) / double(gap.count());
        m_interval = std::max(1, std::min(m_interval / 2, int(std::min(atAimedGap, 1e6))));
    }
    m_due.store(isSampling() ? counted + m_interval : 0, std::memory_order_relaxed);
    return int(std::min<qint64>(operations, std::numeric_limits<int>::max()));
}

} // namespace Axiom::detail
