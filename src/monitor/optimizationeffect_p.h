// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "optimizationsuggestion.h"

namespace Axiom::detail {

// What an applied suggestion has brought.
struct OptimizationEffect
{
    enum Verdict { Better, Same, Worse };

    Verdict verdict = Same;
    QString text; // figures before and after
};

// From this share of the thread's time on, averaged over a minute, thawing costs more than the
// memory is worth: more than half a second a minute.
constexpr double HighThawShare = 0.01;

// Whether a store was used as it was before, so that costs can be compared.
bool isComparable(OptimizationSuggestion::Kind kind, const OptimizationMetrics &before,
                  const OptimizationMetrics &now);

// Whether a window tells anything of the effect. It follows the window previous.
bool isTelling(const OptimizationSuggestion &suggestion, const OptimizationMetrics &before,
               const OptimizationMetrics &previous, const OptimizationMetrics &window);

OptimizationEffect judge(const OptimizationSuggestion &suggestion,
                         const OptimizationMetrics &before, const OptimizationMetrics &after);

} // namespace Axiom::detail
