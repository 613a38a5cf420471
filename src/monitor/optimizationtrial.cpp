// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// From applying a suggestion to the verdict.

#include "figuretext_p.h"
#include "optimizationeffect_p.h"
#include "optimizationengine_p.h"

#include <algorithm>

namespace Axiom {

namespace {

constexpr int windowsToMeasure = 3;
// Ten minutes; what can't be measured until then is taken back.
constexpr int mostWindowsToMeasure = 120;

// The time over which the cost of thawing is averaged.
constexpr double thawAverage = 60e9;

} // namespace

bool OptimizationEngine::Private::apply(const Store &store, const Record &record)
{
    const Kind kind = record->suggestion.kind;
    const StoreSettings before = store->target->settings();
    if (!store->target || store->measurement || record->state != Suggested)
        return false;
    StoreSettings settings = before;
    detail::copySettings(kind, record->suggestion.settings, settings);
    if (settings == before) {
        record->state = Undone;
        record->effect = QStringLiteral("It was set by hand.");
        refresh(store);
        return false;
    }

    for (const Record &other : model->records()) {
        if (other->suggestion.kind == kind && other->store.lock() == store)
            other->holds = false;
    }
    record->state = Measuring;
    record->before = before;
    record->applied = settings;
    record->holds = true;
    store->measurement = TrackedStore::Measurement{record, {}, 0, 0};
    store->forgetWindows();
    store->backOffs[std::size_t(kind)].applied(now());
    store->target->setSettings(settings);
    // From within, the store may have been removed or the change undone.
    if (!store->target || !store->isMeasuring(record))
        return true;
    const StoreSettings applied = store->target->settings();
    if (!store->target || !store->isMeasuring(record))
        return true;
    record->applied = applied;
    if (detail::haveSameSettings(kind, applied, before))
        finish(store, record, TakenBack, QStringLiteral("The store did not take it over."));
    else
        refresh(store);
    return true;
}

void OptimizationEngine::Private::measure(const Store &store, const OptimizationMetrics &previous,
                                          const OptimizationMetrics &window)
{
    TrackedStore::Measurement &measurement = *store->measurement;
    const Record record = measurement.record;
    // The first one has seen the change itself.
    if (++measurement.allWindows == 1)
        return;
    const bool isTelling =
        detail::isTelling(record->suggestion, record->baseline, previous, window);
    if (isTelling) {
        measurement.after = detail::joined(measurement.after, window);
        ++measurement.windows;
    }
    if (measurement.windows < windowsToMeasure) {
        if (measurement.allWindows >= mostWindowsToMeasure) {
            finish(store, record, TakenBack,
                   QStringLiteral("Taken back: the store was not used as before, and the effect "
                                  "could not be measured."));
        } else if (!isTelling) {
            record->effect = QStringLiteral("Waits for the store to be used as before.");
            model->refresh(record);
        }
        return;
    }

    const auto effect = detail::judge(record->suggestion, record->baseline, measurement.after);
    switch (effect.verdict) {
    case detail::OptimizationEffect::Better:
        finish(store, record, Kept, effect.text);
        break;
    case detail::OptimizationEffect::Same:
        finish(store, record, TakenBack,
               effect.text + QStringLiteral("; taken back, as it gained too little"));
        break;
    case detail::OptimizationEffect::Worse:
        finish(store, record, TakenBack,
               effect.text + QStringLiteral("; taken back, as it made things worse"));
        break;
    }
}

// A store that sleeps when it is measured may be woken all the time later on.
void OptimizationEngine::Private::watch(const Store &store, const OptimizationMetrics &window)
{
    for (const Record &record : model->records()) {
        if (!record->holds || record->state != Kept || record->store.lock() != store
            || record->suggestion.kind != OptimizationSuggestion::EnableCompression)
            continue;
        const double weight = std::min(1.0, double(window.window.count()) / thawAverage);
        record->thawShare += weight * (window.thawShare - record->thawShare);
        if (record->thawShare > detail::HighThawShare) {
            finish(store, record, TakenBack,
                   record->effect
                       + QStringLiteral("; taken back, as thawing took %1 later on")
                             .arg(detail::shareText(record->thawShare)));
            return;
        }
    }
}

void OptimizationEngine::Private::finish(const Store &store, const Record &record, State state,
                                         const QString &effect)
{
    record->state = state;
    record->effect = effect;
    if (store->isMeasuring(record))
        store->measurement.reset();
    store->forgetWindows();
    OptimizationBackOff &backOff = store->backOffs[std::size_t(record->suggestion.kind)];
    backOff.ended(now());
    if (state == Kept)
        backOff.succeeded();
    else if (state == TakenBack)
        backOff.failed(record->baseline);
    if (state != Kept)
        restore(store, record);
    refresh(store);
}

// Sets what the change has set as it was before, and nothing else.
void OptimizationEngine::Private::restore(const Store &store, const Record &record)
{
    if (!std::exchange(record->holds, false) || !store->target)
        return;
    StoreSettings settings = store->target->settings();
    const Kind kind = record->suggestion.kind;
    if (!store->target || !detail::haveSameSettings(kind, settings, record->applied))
        return;
    detail::copySettings(kind, record->before, settings);
    store->target->setSettings(settings);
}

// What somebody has set since is theirs.
void OptimizationEngine::Private::letGo(const Store &store, const StoreSettings &settings)
{
    for (const Record &record : model->records()) {
        const Kind kind = record->suggestion.kind;
        if (!record->holds || record->store.lock() != store
            || detail::haveSameSettings(kind, settings, record->applied))
            continue;
        record->holds = false;
        store->backOffs[std::size_t(kind)].retire();
        if (store->isMeasuring(record))
            finish(store, record, Undone,
                   QStringLiteral("The setting was changed by hand while it was measured."));
        else
            refresh(store);
    }
}

// Has the model show what the records of a store say.
void OptimizationEngine::Private::refresh(const Store &store)
{
    for (const Record &record : model->records()) {
        if (record->store.lock() != store)
            continue;
        record->canApply = store->target && !store->measurement && record->state == Suggested
            && record->suggestion.isAutomatic();
        record->canUndo = store->target && record->holds;
        model->refresh(record);
    }
}

} // namespace Axiom
