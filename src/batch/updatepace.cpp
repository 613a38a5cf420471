// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/updatepace.h"

#include <algorithm>

namespace Axiom::detail {

namespace {

using std::chrono::nanoseconds;

// What came before a silence of this length says nothing about what comes after it.
constexpr nanoseconds silence = std::chrono::milliseconds(250);

// Calibrated by tests/benchmarks/batch/bench_updatepace, at 60 frames and a threshold of 60 updates a
// second; what is told are flushes a second and the mean latency.
//
// A flush so lately has the next update wait. With a whole frame instead of half of one, an uneven
// stream (intervals differ by up to 50 %) of 30/s changes its mind 30 times a minute, at 30 flushes and
// 3.0 ms for 30 and 0.3 ms; one of 45/s is collected for good, at 43 and 8.6 ms for 45 and 0.6 ms. A
// quarter of a frame is the same there, but gives a burst of 20 updates 5 ms apart 9 flushes for 7.
constexpr int recentFlushesPerFrame = 2;

// The threshold, of all stores that have none of their own: with 48/s, 20 updates 20 ms apart are
// collected, at 20 flushes and 7.5 ms for 20 and 0.3 ms, and 45/s at 43 and 8.6 ms; with 30/s also a
// steady stream of that rate, at 16 ms for 0.3 ms. 80/s differs from 60/s little: 45/s changes its
// mind not even once. Back after 8 frames below half of it: 4 frames or 0.7 of it give the same
// figures, within a change of mind a minute.
//
// So that a store on the brink does not change its mind all the time.
constexpr nanoseconds leastStay = std::chrono::milliseconds(100);
constexpr int fastArrivalsToBatch = 3;
constexpr int slowFramesToImmediate = 8;
constexpr double slowShare = 0.5; // of the threshold

// A frame is long from 0.8 of its budget on, and short up to half of it. With 0.5 and 0.3, 1000
// updates a second that take 12 ms of each frame to publish would be deferred to every other frame,
// at 31 flushes and 55 ms for 60 and 20 ms, though every frame is in time.
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
        if (m_lastFlush != nanoseconds::min()
            && now - m_lastFlush < target.frameBudget / recentFlushesPerFrame)
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
