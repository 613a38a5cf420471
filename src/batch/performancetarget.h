// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_PERFORMANCETARGET_H
#define AXIOM_PERFORMANCETARGET_H

#include <algorithm>
#include <chrono>

namespace Axiom {

struct PerformanceTarget
{
    // The interval of the display: what arrives within it is announced together.
    std::chrono::nanoseconds frameBudget = std::chrono::nanoseconds(16'666'667);
    // The longest an update of Normal priority waits for a batch; no longer than three frames.
    std::chrono::nanoseconds maxLatency = std::chrono::nanoseconds(50'000'000);
    // Updates a second from which on batching pays; below, updates are flushed as they come.
    double batchingThreshold = 60;

    // So long a flush applies updates at a stretch.
    std::chrono::nanoseconds sliceBudget() const noexcept
    {
        return std::clamp<std::chrono::nanoseconds>(frameBudget / 4, std::chrono::milliseconds(2),
                                                    std::chrono::milliseconds(4));
    }

    friend bool operator==(const PerformanceTarget &, const PerformanceTarget &) = default;
};

} // namespace Axiom

#endif // AXIOM_PERFORMANCETARGET_H
