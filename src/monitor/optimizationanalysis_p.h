// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "optimizationsuggestion.h"

#include <vector>

namespace Axiom::detail {

constexpr int OptimizationKindCount = int(OptimizationSuggestion::EnableIncremental) + 1;

struct OptimizationCandidate
{
    OptimizationSuggestion suggestion;
    double value = 0; // the share of the thread's time that there is to gain
};

// All that suggests itself by one window, the most valuable first.
std::vector<OptimizationCandidate> findCandidates(const OptimizationMetrics &metrics);

// Whether both would do the same, if not by the same number.
bool areAlike(const OptimizationSuggestion &a, const OptimizationSuggestion &b);

// Of the time between two looks at a store.
OptimizationMetrics metricsBetween(const StoreFigures &from, const StoreFigures &to,
                                   std::chrono::nanoseconds window);
// Of both windows together.
OptimizationMetrics joined(const OptimizationMetrics &earlier, const OptimizationMetrics &later);

// How often somebody wanted a change, whether it ran or gave way to a newer one.
double demand(const OptimizationMetrics &metrics);

// The settings that a kind is about, which no other kind changes.
void copySettings(OptimizationSuggestion::Kind kind, const StoreSettings &from, StoreSettings &to);
bool haveSameSettings(OptimizationSuggestion::Kind kind, const StoreSettings &a,
                      const StoreSettings &b);

} // namespace Axiom::detail
