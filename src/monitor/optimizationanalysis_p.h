// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "optimizationsuggestion.h"

#include <chrono>
#include <cstddef>
#include <vector>

namespace Axiom::detail {

constexpr int OptimizationKindCount = int(OptimizationSuggestion::EnableIncremental) + 1;

// Stores are judged in windows of that length: long enough for a rate of a few updates a second to
// be one.
constexpr std::chrono::seconds WindowLength(5);
// What lasts shorter is over before anything could be done about it.
constexpr std::size_t WindowsToSuggest = 3;
// A state that nobody has used for so long is idle.
constexpr std::chrono::seconds IdleAfter(60);

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
