// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "optimizationsuggestion.h"

#include <optional>

namespace Axiom {

// How long a kind of change is left alone at a store, once one has come to an end.
class OptimizationBackOff
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    void applied(nanoseconds now);
    void ended(nanoseconds now);
    void postpone(nanoseconds now);
    void failed(const OptimizationMetrics &load);
    void succeeded() { m_failures = 0; }
    // Changed by hand: what the engine does here is not wanted.
    void retire() { m_isRetired = true; }
    bool isRetired() const { return m_isRetired; }
    bool allows(OptimizationSuggestion::Kind kind, const OptimizationMetrics &load,
                nanoseconds now) const;
    void forgetTimes();

private:
    std::optional<nanoseconds> m_lastEnd;
    nanoseconds m_until{};
    int m_changes = 0;  // in close succession
    int m_failures = 0; // in a row
    OptimizationMetrics m_failedLoad;
    bool m_isRetired = false;
};

} // namespace Axiom
