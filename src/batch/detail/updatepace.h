// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_UPDATEPACE_H
#define AXIOM_DETAIL_UPDATEPACE_H

#include "../../core/enums.h"
#include "../performancetarget.h"
#include "../updatepredictor.h"

#include <array>

namespace Axiom::detail {

// Decides for one store whether its updates are flushed as they come, once a frame or, where frames
// take too long for that, every few frames.
class AXIOM_CORE_EXPORT UpdatePace
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    void arrived(nanoseconds now, int count, const PerformanceTarget &target);
    // A flush of the store has taken that long, of which publishing is a part.
    void flushed(nanoseconds now, nanoseconds took, nanoseconds publishing,
                 const PerformanceTarget &target);

    UpdateMode mode() const noexcept { return m_mode; }
    UpdateModeReason reason() const noexcept { return m_reason; }
    nanoseconds lastFlush() const noexcept { return m_lastFlush; }
    double rate(nanoseconds now) const { return m_predictor.currentUpdateRate(now); }
    // When the next flush may be.
    nanoseconds deferredUntil(const PerformanceTarget &target) const noexcept;

private:
    bool isSlow(nanoseconds now, const PerformanceTarget &target);
    nanoseconds typicalCost() const;
    void setMode(UpdateMode mode, UpdateModeReason reason, nanoseconds now);

    UpdatePredictor m_predictor;
    UpdateMode m_mode = UpdateMode::Immediate;
    UpdateModeReason m_reason = UpdateModeReason::Quiet;
    nanoseconds m_modeSince = {};
    nanoseconds m_lastArrival = nanoseconds::min();
    nanoseconds m_lastFlush = nanoseconds::min();
    nanoseconds m_slowSince = nanoseconds::max();
    std::array<nanoseconds, 16> m_costs = {};
    quint8 m_costCount = 0;
    quint8 m_nextCost = 0;
    quint8 m_fastArrivals = 0;
    quint8 m_longFrames = 0;
    quint8 m_shortFrames = 0;
    quint8 m_framesPerFlush = 1;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_UPDATEPACE_H
