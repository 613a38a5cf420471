// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../core/clock.h"
#include "optimizationanalysis_p.h"
#include "optimizationbackoff_p.h"
#include "optimizationengine.h"
#include "optimizationsmodel_p.h"

#include <QtCore/qset.h>

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace Axiom {

// A target and what is known of it. It outlives the target where records know it.
struct TrackedStore
{
    using nanoseconds = std::chrono::nanoseconds;

    // What several windows in a row suggest.
    struct Pattern
    {
        OptimizationSuggestion suggestion;
        std::deque<OptimizationMetrics> windows; // the last ones
        bool isNew = false;                      // complete since the last window
    };
    struct Measurement
    {
        OptimizationsModel::Record record;
        OptimizationMetrics after;
        int windows = 0; // that tell something
        int allWindows = 0;
    };

    bool isMeasuring(const OptimizationsModel::Record &record) const
    {
        return measurement && measurement->record == record;
    }
    void forgetWindows();

    OptimizationTarget *target = nullptr; // null once it was removed
    std::optional<StoreFigures> figures;  // when the window began
    nanoseconds windowBegin{};
    OptimizationMetrics lastWindow;
    std::array<Pattern, detail::OptimizationKindCount> patterns;
    std::array<OptimizationBackOff, detail::OptimizationKindCount> backOffs;
    std::optional<Measurement> measurement;
};

class OptimizationEngine::Private
{
public:
    using Record = OptimizationsModel::Record;
    using Store = std::shared_ptr<TrackedStore>;
    using Kind = OptimizationSuggestion::Kind;

    // A pattern that is complete, as its windows show it together.
    struct Suggestible
    {
        detail::OptimizationCandidate candidate;
        OptimizationMetrics metrics;
        bool isNew = false;
    };

    explicit Private(OptimizationEngine *engine) : model(new OptimizationsModel(engine)) { }

    std::chrono::nanoseconds now() const { return (clock ? *clock : Clock::steady()).now(); }

    void endWindow(const Store &store);
    static void notePatterns(const Store &store, const OptimizationMetrics &window);
    static std::vector<Suggestible> suggestibles(const Store &store);
    void suggest(const Store &store);
    Record openRecord(const Store &store, Kind kind) const;
    void add(const Record &record);

    bool apply(const Store &store, const Record &record);
    void measure(const Store &store, const OptimizationMetrics &previous,
                 const OptimizationMetrics &window);
    void watch(const Store &store, const OptimizationMetrics &window);
    void finish(const Store &store, const Record &record, State state, const QString &effect);
    void restore(const Store &store, const Record &record);
    void letGo(const Store &store, const StoreSettings &settings);
    void refresh(const Store &store);

    OptimizationsModel *const model;
    std::vector<Store> stores;
    QSet<OptimizationTarget *> targets; // of these
    const Clock *clock = nullptr;
    bool autoApply = false;
    bool isChecking = false;
};

} // namespace Axiom
