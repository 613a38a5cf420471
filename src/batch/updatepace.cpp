// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/updatepace.h"

#include <algorithm>

namespace Axiom::detail {

namespace {

using std::chrono::nanoseconds;

// What came before a silence of this length says nothing about what comes after it.
constexpr nanoseconds silence = std::chrono::milliseconds(250);

// So that a store on the brink does not change its mind all the time.
constexpr nanoseconds leastStay = std::chrono::milliseconds(100);
constexpr int fastArrivalsToBatch = 3;
constexpr int slowFramesToImmediate = 8;
constexpr double slowShare = 0.5; // of the threshold

constexpr int longFramesToDefer = 3;
constexpr int shortFramesToBatch = 10;
constexpr int mostFramesPerFlush = 4;

} // namespace

void UpdatePace::arrived(nanoseconds now, int count, const PerformanceTarget &target)
{
    const bool wasSilent = m_lastArrival == nanoseconds::min() || now - m_lastArrival >= silence;
    m_lastArrival = now;
    m_predictor.record(now, count);
    const bool isFast = rate(now) >= target.batchingThreshold;
    m_fastArrivals = quint8(isFast ? std::min(m_fastArrivals + 1, fastArrivalsToBatch) : 0);

    if (m_mode == UpdateMode::Immediate) {
        if (m_lastFlush != nanoseconds::min() && now - m_lastFlush < target.frameBudget)
            setMode(UpdateMode::Batch, UpdateModeReason::RecentFlush, now);
        else if (m_fastArrivals == fastArrivalsToBatch)
            setMode(UpdateMode::Batch, UpdateModeReason::Rate, now);
        else if (typicalCost() > target.sliceBudget())
            setMode(UpdateMode::Batch, UpdateModeReason::Cost, now);
    } else if ((wasSilent || isSlow(now, target)) && now - m_modeSince >= leastStay) {
        m_framesPerFlush = 1;
        m_longFrames = m_shortFrames = 0;
        setMode(UpdateMode::Immediate, UpdateModeReason::Quiet, now);
    }
}

// Whether updates have come slowly for some frames.
bool UpdatePace::isSlow(nanoseconds now, const PerformanceTarget &target)
{
    if (rate(now) >= slowShare * target.batchingThreshold) {
        m_slowSince = nanoseconds::max();
        return false;
    }
    m_slowSince = std::min(m_slowSince, now);
    return now - m_slowSince >= slowFramesToImmediate * target.frameBudget;
}

void UpdatePace::flushed(nanoseconds now, nanoseconds took, nanoseconds publishing,
                         const PerformanceTarget &target)
{
    m_lastFlush = now;
    m_costs[m_nextCost] = publishing;
    m_nextCost = quint8((m_nextCost + 1) % m_costs.size());
    m_costCount = quint8(std::min<std::size_t>(m_costCount + 1u, m_costs.size()));
    if (m_mode == UpdateMode::Immediate)
        return;

    const bool isLong = took * 5 > target.frameBudget * 4;
    const bool isShort = took * 2 < target.frameBudget;
    m_longFrames = quint8(isLong ? m_longFrames + 1 : 0);
    m_shortFrames = quint8(isShort ? std::min(m_shortFrames + 1, shortFramesToBatch) : 0);
    if (m_longFrames == longFramesToDefer) {
        m_longFrames = 0;
        m_framesPerFlush = quint8(std::min(m_framesPerFlush + 1, mostFramesPerFlush));
        setMode(UpdateMode::Defer, UpdateModeReason::LongFrames, now);
    } else if (m_mode == UpdateMode::Defer && m_shortFrames == shortFramesToBatch) {
        m_framesPerFlush = 1;
        setMode(UpdateMode::Batch, UpdateModeReason::Rate, now);
    }
}

nanoseconds UpdatePace::deferredUntil(const PerformanceTarget &target) const noexcept
{
    if (m_mode != UpdateMode::Defer)
        return nanoseconds::min();
    // Half a frame early, as frames do not come to the nanosecond.
    return m_lastFlush + m_framesPerFlush * target.frameBudget - target.frameBudget / 2;
}

// The 90th percentile of the last flushes.
nanoseconds UpdatePace::typicalCost() const
{
    if (m_costCount == 0)
        return nanoseconds(0);
    auto costs = m_costs;
    const auto end = costs.begin() + m_costCount;
    const auto typical = costs.begin() + (m_costCount - 1) * 9 / 10;
    std::nth_element(costs.begin(), typical, end);
    return *typical;
}

void UpdatePace::setMode(UpdateMode mode, UpdateModeReason reason, nanoseconds now)
{
    m_reason = reason;
    if (m_mode == mode)
        return;
    m_mode = mode;
    m_modeSince = now;
    m_slowSince = nanoseconds::max();
    m_fastArrivals = 0;
}

} // namespace Axiom::detail
