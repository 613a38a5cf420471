// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationeffect_p.h"

#include "figuretext_p.h"
#include "optimizationanalysis_p.h"

#include <algorithm>
#include <cmath>

namespace Axiom::detail {

using namespace std::chrono_literals;

namespace {

// Costs of a thread that does other things, too, differ that much by themselves.
constexpr double tolerance = 0.1;
// And what is gained must be worth a setting of its own.
constexpr double leastShareGained = 0.005; // of the thread's time
constexpr double leastBytesGained = 1 << 20;

// Beyond these factors the load is another one.
constexpr double leastOfLoad = 0.5;
constexpr double mostOfLoad = 2;
constexpr double leastUpdates = 10; // in a window

// Of what was in memory. While more than that moves, freezing goes on.
constexpr double settledChange = 0.02;

// Copies made ahead may be more than those made when needed, but not many more.
constexpr double mostCopies = 1.5;
// Many small stretches of freezing interrupt the thread more often than few large ones.
constexpr double mostFreezeShare = 0.02;

double seconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::chrono::nanoseconds nanosecondsOf(double share, double rate)
{
    return std::chrono::nanoseconds(rate > 0 ? std::llround(1e9 * share / rate) : 0);
}

bool isWithinLoad(double before, double now)
{
    return now >= leastOfLoad * before && now <= mostOfLoad * before;
}

OptimizationEffect::Verdict compare(double before, double after, double leastGain)
{
    if (after > (1 + tolerance) * before)
        return OptimizationEffect::Worse;
    if (after <= (1 - tolerance) * before && before - after >= leastGain)
        return OptimizationEffect::Better;
    return OptimizationEffect::Same;
}

// All costs are those of one update, as the rate is never quite the same.
OptimizationEffect judgeBatching(const OptimizationMetrics &before,
                                 const OptimizationMetrics &after)
{
    const double loadBefore = demand(before);
    const double loadAfter = demand(after);
    const double costBefore = before.notifyShare / loadBefore;
    const double costAfter = after.notifyShare / loadAfter;
    OptimizationEffect effect;
    effect.verdict = compare(costBefore, costAfter, leastShareGained / loadBefore);
    const double allBefore =
        costBefore + before.updateRate * seconds(before.updateTime) / loadBefore;
    const double allAfter = costAfter + after.updateRate * seconds(after.updateTime) / loadAfter;
    if (allAfter > (1 + tolerance) * allBefore)
        effect.verdict = OptimizationEffect::Worse;
    effect.text = QStringLiteral("Announcing took %1 of the thread's time before and %2 after, "
                                 "%3 and %4 an update")
                      .arg(shareText(before.notifyShare), shareText(after.notifyShare),
                           durationText(nanosecondsOf(before.notifyShare, loadBefore)),
                           durationText(nanosecondsOf(after.notifyShare, loadAfter)));
    return effect;
}

OptimizationEffect judgeLazyClone(const OptimizationMetrics &before,
                                  const OptimizationMetrics &after)
{
    const double costBefore = before.cloneShare / demand(before);
    const double costAfter = after.cloneShare / demand(after);
    OptimizationEffect effect;
    effect.verdict = compare(costBefore, costAfter, leastShareGained / demand(before));
    // Now the update waits for the copy, which is part of its time.
    if (seconds(after.updateTime) > (1 + tolerance) * (costBefore + seconds(before.updateTime)))
        effect.verdict = OptimizationEffect::Worse;
    effect.text = QStringLiteral("Copies took %1 of the thread's time before and %2 after, "
                                 "%3 and %4 an update")
                      .arg(shareText(before.cloneShare), shareText(after.cloneShare),
                           durationText(nanosecondsOf(before.cloneShare, demand(before))),
                           durationText(nanosecondsOf(after.cloneShare, demand(after))));
    return effect;
}

OptimizationEffect judgeEagerClone(const OptimizationMetrics &before,
                                   const OptimizationMetrics &after)
{
    OptimizationEffect effect;
    effect.verdict = compare(seconds(before.updateTime), seconds(after.updateTime),
                             leastShareGained / demand(before));
    if (after.cloneShare / demand(after) > mostCopies * before.cloneShare / demand(before))
        effect.verdict = OptimizationEffect::Worse;
    effect.text = QStringLiteral("An update took %1 before and %2 after, copies %3 and %4 of the "
                                 "thread's time")
                      .arg(durationText(before.updateTime), durationText(after.updateTime),
                           shareText(before.cloneShare), shareText(after.cloneShare));
    return effect;
}

OptimizationEffect judgeCompression(const OptimizationMetrics &before,
                                    const OptimizationMetrics &after)
{
    const auto bytes = [](const OptimizationMetrics &metrics) {
        return double(metrics.figures.residentBytes + metrics.figures.frozenBytes);
    };
    OptimizationEffect effect;
    effect.verdict = compare(bytes(before), bytes(after), leastBytesGained);
    if (after.thawShare > HighThawShare)
        effect.verdict = OptimizationEffect::Worse;
    effect.text =
        QStringLiteral("It took %1 of memory before and %2 after; "
                       "thawing took %3 of the thread's time")
            .arg(bytesText(bytes(before)), bytesText(bytes(after)), shareText(after.thawShare));
    return effect;
}

OptimizationEffect judgeIncremental(const OptimizationMetrics &before,
                                    const OptimizationMetrics &after)
{
    // Without a freeze before, what one would have encoded at a stretch.
    const double stretchBefore = before.freezeRate > 0
        ? before.frozenBytesRate / before.freezeRate
        : double(std::min(before.figures.residentBytes, before.settings.incrementalThreshold));
    const double stretchAfter = after.frozenBytesRate / after.freezeRate;
    OptimizationEffect effect;
    effect.verdict = compare(stretchBefore, stretchAfter, leastBytesGained);
    if (after.freezeShare > std::max(mostFreezeShare, (1 + tolerance) * before.freezeShare))
        effect.verdict = OptimizationEffect::Worse;
    effect.text = QStringLiteral("A stretch of freezing encoded %1 before and %2 after; "
                                 "freezing took %3 and %4 of the thread's time")
                      .arg(bytesText(stretchBefore), bytesText(stretchAfter),
                           shareText(before.freezeShare), shareText(after.freezeShare));
    return effect;
}

} // namespace

bool isComparable(OptimizationSuggestion::Kind kind, const OptimizationMetrics &before,
                  const OptimizationMetrics &now)
{
    switch (kind) {
    case OptimizationSuggestion::EnableCompression:
    case OptimizationSuggestion::EnableIncremental:
        return isWithinLoad(double(before.figures.residentBytes + before.figures.frozenBytes),
                            double(now.figures.residentBytes + now.figures.frozenBytes));
    case OptimizationSuggestion::EnableBatching:
    case OptimizationSuggestion::OptimizeCow:
    case OptimizationSuggestion::MoveToCollection:
        break;
    }
    return isWithinLoad(demand(before), demand(now));
}

bool isTelling(const OptimizationSuggestion &suggestion, const OptimizationMetrics &before,
               const OptimizationMetrics &previous, const OptimizationMetrics &window)
{
    const StoreFigures &figures = window.figures;
    switch (suggestion.kind) {
    case OptimizationSuggestion::EnableCompression: {
        if (window.thawRate > 0)
            return true;
        const auto changed =
            double(std::abs(figures.residentBytes - previous.figures.residentBytes));
        return changed <= settledChange * double(before.figures.residentBytes)
            && (figures.frozenBytes > before.figures.frozenBytes
                || figures.idle >= suggestion.settings.freezeAfter);
    }
    case OptimizationSuggestion::EnableIncremental:
        return window.freezeRate > 0;
    case OptimizationSuggestion::EnableBatching:
    case OptimizationSuggestion::OptimizeCow:
    case OptimizationSuggestion::MoveToCollection:
        break;
    }
    return demand(window) * seconds(window.window) >= leastUpdates
        && isComparable(suggestion.kind, before, window);
}

OptimizationEffect judge(const OptimizationSuggestion &suggestion,
                         const OptimizationMetrics &before, const OptimizationMetrics &after)
{
    switch (suggestion.kind) {
    case OptimizationSuggestion::EnableBatching:
        return judgeBatching(before, after);
    case OptimizationSuggestion::EnableCompression:
        return judgeCompression(before, after);
    case OptimizationSuggestion::OptimizeCow:
        return suggestion.settings.strategy == CowStrategy::EagerClone
            ? judgeEagerClone(before, after)
            : judgeLazyClone(before, after);
    case OptimizationSuggestion::EnableIncremental:
        return judgeIncremental(before, after);
    case OptimizationSuggestion::MoveToCollection:
        break;
    }
    Q_UNREACHABLE();
}

} // namespace Axiom::detail
