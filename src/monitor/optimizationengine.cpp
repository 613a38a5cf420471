// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../core/detail/reservemore.h"
#include "optimizationengine_p.h"

#include <QtCore/qthread.h>

#include <algorithm>

namespace Axiom {

using namespace std::chrono_literals;

namespace {

// Nobody looked for so long that rates say nothing: the application had nothing to do, or the
// system slept.
constexpr auto longestWindow = 3 * detail::WindowLength;
constexpr std::size_t mostRecords = 100;

bool hasFewer(const StoreFigures &now, const StoreFigures &before)
{
    return now.updates < before.updates || now.notifications < before.notifications
        || now.reads < before.reads || now.clones < before.clones || now.thaws < before.thaws
        || now.freezeRounds < before.freezeRounds;
}

} // namespace

void TrackedStore::forgetWindows()
{
    figures.reset();
    patterns = {};
}

// Looks at a store, at the end of a window of its own.
void OptimizationEngine::Private::endWindow(const Store &store)
{
    const auto time = now();
    if (store->figures && time - store->windowBegin < detail::WindowLength)
        return;
    // The target may have itself removed from within any of its functions.
    const StoreFigures figures = store->target->figures();
    const StoreSettings settings = store->target ? store->target->settings() : StoreSettings();
    const QString name = store->target ? store->target->name() : QString();
    if (store->target)
        letGo(store, settings);
    if (!store->target)
        return;

    const auto length = time - std::exchange(store->windowBegin, time);
    const auto before = std::exchange(store->figures, figures);
    if (!before || length > longestWindow || hasFewer(figures, *before)) {
        store->patterns = {};
        return;
    }
    OptimizationMetrics window = detail::metricsBetween(*before, figures, length);
    window.store = name;
    window.settings = settings;
    const OptimizationMetrics previous = std::exchange(store->lastWindow, window);
    if (store->measurement) {
        measure(store, previous, window);
        return;
    }
    notePatterns(store, window);
    watch(store, window);
    if (store->target && !store->measurement)
        suggest(store);
}

// A pattern is what all of the last windows show.
void OptimizationEngine::Private::notePatterns(const Store &store,
                                               const OptimizationMetrics &window)
{
    const auto found = detail::findCandidates(window);
    for (std::size_t kind = 0; kind < store->patterns.size(); ++kind) {
        TrackedStore::Pattern &pattern = store->patterns[kind];
        const auto it = std::find_if(found.begin(), found.end(), [&](const auto &candidate) {
            return std::size_t(candidate.suggestion.kind) == kind;
        });
        if (it == found.end()) {
            pattern = {};
            continue;
        }
        if (!detail::areAlike(pattern.suggestion, it->suggestion))
            pattern = {};
        pattern.suggestion = it->suggestion;
        pattern.windows.push_back(window);
        pattern.isNew = pattern.windows.size() == detail::WindowsToSuggest;
        if (pattern.windows.size() > detail::WindowsToSuggest)
            pattern.windows.pop_front();
    }
}

// What the windows come to together is the evidence, and what the effect is compared with. The most
// valuable comes first.
std::vector<OptimizationEngine::Private::Suggestible>
OptimizationEngine::Private::suggestibles(const Store &store)
{
    std::vector<Suggestible> result;
    for (const TrackedStore::Pattern &pattern : store->patterns) {
        if (pattern.windows.size() < detail::WindowsToSuggest)
            continue;
        OptimizationMetrics all;
        for (const OptimizationMetrics &window : pattern.windows)
            all = detail::joined(all, window);
        for (auto &candidate : detail::findCandidates(all)) {
            if (detail::areAlike(candidate.suggestion, pattern.suggestion))
                result.push_back({std::move(candidate), all, pattern.isNew});
        }
    }
    std::stable_sort(result.begin(), result.end(), [](const auto &a, const auto &b) {
        return a.candidate.value > b.candidate.value;
    });
    return result;
}

void OptimizationEngine::Private::suggest(const Store &store)
{
    for (const Suggestible &found : suggestibles(store)) {
        const OptimizationSuggestion &suggestion = found.candidate.suggestion;
        const OptimizationBackOff &backOff = store->backOffs[std::size_t(suggestion.kind)];
        if (!backOff.allows(suggestion.kind, found.metrics, now()))
            continue;
        const bool applies = autoApply && suggestion.isAutomatic() && !backOff.isRetired();
        Record record = openRecord(store, suggestion.kind);
        const bool isKnown = bool(record);
        if (!isKnown) {
            record = std::make_shared<OptimizationRecord>();
            record->time = QDateTime::currentDateTime();
            record->store = store;
            record->canApply = suggestion.isAutomatic();
        }
        record->baseline = found.metrics;
        // What one reads does not change all the time, but it must not be of former days.
        if (!isKnown || found.isNew || applies)
            record->suggestion = suggestion;
        if (isKnown)
            model->refresh(record);
        else
            add(record);
        // Whoever was told may have removed the store, or applied something.
        if (!store->target || store->measurement)
            return;
        if (applies && apply(store, record))
            return;
    }
}

// The suggestion of that kind which waits to be applied.
OptimizationEngine::Private::Record OptimizationEngine::Private::openRecord(const Store &store,
                                                                            Kind kind) const
{
    for (const Record &record : model->records()) {
        if (record->state == Suggested && record->suggestion.kind == kind
            && record->store.lock() == store)
            return record;
    }
    return {};
}

void OptimizationEngine::Private::add(const Record &record)
{
    // The oldest one goes, but what is in force can still be measured or undone.
    const auto records = model->records();
    if (records.size() >= mostRecords) {
        const auto oldest = std::find_if(records.rbegin(), records.rend(),
                                         [](const Record &old) { return !old->holds; });
        if (oldest != records.rend()) {
            // It would be suggested again at once, and push out the next one.
            if (const Store store = (*oldest)->store.lock(); store && (*oldest)->state == Suggested)
                store->backOffs[std::size_t((*oldest)->suggestion.kind)].postpone(now());
            model->remove(*oldest);
        }
    }
    model->prepend(record);
}

/*!
    \class Axiom::OptimizationEngine
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationEngine
    \brief Finds settings that suit how stores are used, and tries them out.

    The engine takes the figures of each OptimizationTarget and judges them in windows of 5 seconds.
    What three windows in a row show becomes a suggestion, with the figures that led to it:

    \table
    \header \li What it sees \li What it suggests
    \row \li Updates that are announced one by one, at a tenth of the thread's time; at 30 a second,
             at a fiftieth
         \li EnableBatching: they are collected over several frames
    \row \li 8 MiB or more that were not used for a minute
         \li EnableCompression: the store freezes after a minute without use
    \row \li Copies of the state that take a twentieth of the thread's time
         \li OptimizeCow: made only when needed, at 40 updates a second or a hundred reads an update;
             ahead of the update, below 20 updates a second and 10 reads each
    \row \li The same, where most of what is copied is one field that is no collection
         \li MoveToCollection, for a programmer to do
    \row \li 8 MiB or more under memory pressure
         \li EnableIncremental: they are encoded in steps of 1 MiB
    \endtable

    With autoApply it applies what it suggests, one change at a time for each store, and measures:
    after a window in which the change settles, it takes three windows in which the store was used
    as before, that is, with at least 10 updates at half to twice the rate, and compares what an
    update cost. A change is kept that has saved at least a tenth, and half a percent of the
    thread's time or a megabyte. All others are taken back, those too that can't be measured within
    ten minutes. That the store freezes is given up also later on, when thawing takes more than a
    hundredth of the thread's time.

    To take back is to restore those settings that were changed. What was set by hand since stays
    as it is; from then on, changes of that kind are only suggested to that store.

    Nothing swings to and fro: when a change has come to an end, however it did, changes of that
    kind to that store wait for 5 minutes, then 10, 20 and so on up to 2 hours, until there was none
    for 4 hours. What was taken back three times is not tried again before the store is used in
    another way, half or twice as much.

    The engine belongs to the thread that it was made in, as do all its targets. When it is
    destroyed, settings stay as they are.

    \sa PerformanceMonitor, OptimizationTarget
*/

/*!
    \enum Axiom::OptimizationEngine::State
    \brief What became of a suggestion.

    \value Suggested It waits for somebody to apply() it.
    \value Measuring It is applied, and its effect is being measured.
    \value Kept      It has brought something.
    \value TakenBack It has not.
    \value Undone    It was undone, its setting was changed by hand while it was measured, or the
                     store went then.
*/

/*!
    \enum Axiom::OptimizationEngine::Role
    \brief The roles of \l optimizations.

    \value TimeRole     \c time: when it was suggested, a QDateTime.
    \value StoreRole    \c store: the store's name.
    \value KindRole     \c kind: an OptimizationSuggestion::Kind, as a number.
    \value ActionRole   \c action: what it does, OptimizationSuggestion::action().
    \value EvidenceRole \c evidence: the figures that led to it.
    \value EffectRole   \c effect: the figures before and after.
    \value StateRole    \c state: what became of it, a State, as a number.
    \value CanApplyRole \c canApply: whether apply() would.
    \value CanUndoRole  \c canUndo: whether undo() would.
*/

/*!
    Constructs an engine without targets. The \a parent is that of any QObject.
*/
OptimizationEngine::OptimizationEngine(QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this))
{ }

OptimizationEngine::~OptimizationEngine() = default;

/*!
    Returns what would serve best a store with the given \a metrics of one window, or nothing where
    all is well. It is a pure function, that any thread may call.
*/
std::optional<OptimizationSuggestion>
OptimizationEngine::analyze(const OptimizationMetrics &metrics)
{
    const auto candidates = detail::findCandidates(metrics);
    if (candidates.empty())
        return {};
    return candidates.front().suggestion;
}

/*!
    \property Axiom::OptimizationEngine::autoApply
    \brief Whether suggestions are applied as they are made; false at first.

    What was suggested before is applied when it shows again. What is being measured when it is set
    to false is measured to its end.
*/
bool OptimizationEngine::isAutoApply() const
{
    return d->autoApply;
}

void OptimizationEngine::setAutoApply(bool autoApply)
{
    if (d->autoApply == autoApply)
        return;
    d->autoApply = autoApply;
    Q_EMIT autoApplyChanged();
}

/*!
    \property Axiom::OptimizationEngine::optimizations
    \brief The suggestions and what became of them, the newest first: a model with the roles of Role.

    It belongs to the engine. Of more than 100 rows the oldest goes whose change is not in force.
*/
QAbstractItemModel *OptimizationEngine::optimizations() const
{
    return d->model;
}

/*!
    Applies the suggestion in the given \a row of \l optimizations, and has it measured as autoApply
    does. Returns whether it did: a change that needs a programmer, one of a store that is being
    measured, and one that was applied before, can't be.
*/
bool OptimizationEngine::apply(int row)
{
    const auto record = d->model->record(row);
    const auto store = record ? record->store.lock() : nullptr;
    return store && store->target && record->suggestion.isAutomatic() && d->apply(store, record);
}

/*!
    Takes back the change in the given \a row of \l optimizations, whether it is still being
    measured or was kept. Returns whether it did: what has been set otherwise since stays.
*/
bool OptimizationEngine::undo(int row)
{
    const auto record = d->model->record(row);
    const auto store = record ? record->store.lock() : nullptr;
    if (!store || !store->target)
        return false;
    const StoreSettings settings = store->target->settings();
    if (store->target)
        d->letGo(store, settings);
    if (!store->target || !record->holds)
        return false;
    d->finish(store, record, Undone,
              record->state == Kept ? record->effect
                                    : QStringLiteral("It was undone before it was measured"));
    return true;
}

/*!
    Has the engine look after a \a target from the next check() on. It must be removed before it
    goes.
*/
void OptimizationEngine::add(OptimizationTarget *target)
{
    Q_ASSERT(target);
    if (d->targets.contains(target))
        return;
    // Its figures are asked for later, as it may be under construction.
    auto store = std::make_shared<TrackedStore>();
    store->target = target;
    detail::reserveMore(d->stores, 1);
    d->targets.insert(target);
    d->stores.push_back(std::move(store));
}

/*!
    Forgets a \a target. Its rows in \l optimizations stay, but can be neither applied nor undone.
    It may be called at any time, from a function of the target too.
*/
void OptimizationEngine::remove(OptimizationTarget *target)
{
    if (!d->targets.remove(target))
        return;
    const auto it = std::find_if(d->stores.begin(), d->stores.end(),
                                 [&](const auto &store) { return store->target == target; });
    if (it == d->stores.end())
        return;
    const auto store = *it;
    d->stores.erase(it);
    store->target = nullptr;
    for (const auto &record : d->model->records()) {
        if (record->store.lock() == store)
            record->holds = false;
    }
    if (store->measurement) {
        // A copy, as the measurement goes with the end of it.
        const auto record = store->measurement->record;
        d->finish(store, record, Undone, QStringLiteral("The store went before it was measured"));
    } else {
        d->refresh(store);
    }
}

/*!
    Looks at all targets, and ends the windows that are over. PerformanceMonitor does so once a
    second.
*/
void OptimizationEngine::check()
{
    Q_ASSERT(thread() == QThread::currentThread());
    if (d->isChecking)
        return;
    d->isChecking = true;
    // Whoever is told may add targets or remove them.
    const auto stores = d->stores;
    for (const auto &store : stores) {
        if (store->target)
            d->endWindow(store);
    }
    d->isChecking = false;
}

/*!
    Returns whether the effect of something is being measured.
*/
bool OptimizationEngine::isBusy() const
{
    return std::any_of(d->stores.begin(), d->stores.end(),
                       [](const Private::Store &store) { return store->measurement.has_value(); });
}

/*!
    Has it take the time from \a clock, or from a steady clock when that is null. The clock must
    outlive the engine or the next call. Windows begin anew, and no change waits any longer.
*/
void OptimizationEngine::setClock(const Clock *clock)
{
    d->clock = clock;
    for (const auto &store : d->stores) {
        store->forgetWindows();
        for (OptimizationBackOff &backOff : store->backOffs)
            backOff.forgetTimes();
    }
}

} // namespace Axiom

#include "moc_optimizationengine.cpp"
