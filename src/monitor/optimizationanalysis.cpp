// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationanalysis_p.h"

#include "../cow/cowmetrics.h"
#include "figuretext_p.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace Axiom::detail {

using namespace std::chrono_literals;

namespace {

constexpr qint64 MiB = qint64(1) << 20;

// Announcing is worth a change from a tenth of the thread's time on, which is a frame in ten; of
// what comes as often as every other frame, much less.
constexpr double highNotifyShare = 0.1;
constexpr double noticeableNotifyShare = 0.02;
constexpr double oftenFrom = 30; // updates a second
// What comes less often finds few others to be announced with.
constexpr double rareBelow = 10; // updates a second
// Batching joins announcements, so there must be many of them.
constexpr double leastAnnounced = 0.5; // of the updates
// A rate fluctuates, and a threshold close to it would be crossed all the time.
constexpr double thresholdShare = 0.5; // of the rate

// Less does not repay the work of freezing and thawing.
constexpr qint64 largeState = 8 * MiB;
constexpr auto longIdleAfter = 10min;
// Maximum does 2 MB/s: half a minute of a worker's time.
constexpr qint64 mostForMaximum = 64 * MiB;

constexpr double highCloneShare = 0.05; // of the thread's time
// Fewer give no average that two windows could be compared by.
constexpr double leastRate = 2; // updates a second
// Copies made ahead need idle time between updates. The gap between the two keeps a store on the
// brink from being told both.
constexpr double eagerBelow = 20; // updates a second
constexpr double lazyFrom = 40;   // updates a second
// Smaller fields are copied in microseconds.
constexpr qint64 largeField = qint64(64) << 10;
constexpr double leastFieldShare = 0.5; // of what is copied
// A field that an update changes is copied within the update. As much as that takes some hundredths
// of a thread's time.
constexpr double muchCopied = 256 * double(MiB); // a second

// Small enough not to matter where memory is short, and large enough to compress well.
constexpr qint64 smallStretch = 1 * MiB;

// Where memory runs short the process is at stake; large states alone hurt nobody.
constexpr double pressureValue = 1;
constexpr double compressionValue = 0;

OptimizationCandidate candidate(OptimizationSuggestion::Kind kind,
                                const OptimizationMetrics &metrics, double value)
{
    OptimizationCandidate result;
    result.suggestion.kind = kind;
    result.suggestion.store = metrics.store;
    result.suggestion.settings = metrics.settings;
    result.value = value;
    return result;
}

bool isFreezable(const StoreFigures &figures)
{
    return figures.canFreeze && !figures.isPinned && figures.residentBytes >= largeState;
}

std::optional<OptimizationCandidate> batching(const OptimizationMetrics &metrics)
{
    const bool isCostly = metrics.notifyShare >= highNotifyShare && metrics.updateRate >= rareBelow;
    const bool isFrequent =
        metrics.notifyShare >= noticeableNotifyShare && metrics.updateRate >= oftenFrom;
    if (metrics.figures.updateMode != UpdateMode::Immediate || !(isCostly || isFrequent)
        || metrics.notifyRate < leastAnnounced * metrics.updateRate)
        return {};
    const double threshold = std::floor(thresholdShare * metrics.updateRate);
    const double current = metrics.settings.batchingThreshold;
    if (current > 0 && current <= metrics.updateRate)
        return {};

    auto result = candidate(OptimizationSuggestion::EnableBatching, metrics, metrics.notifyShare);
    result.suggestion.settings.batchingThreshold = threshold;
    const bool announcesEach = metrics.notifyRate >= 0.9 * metrics.updateRate;
    result.suggestion.evidence =
        QStringLiteral("%1 updates/s for %2, %3: %4 of the thread's time")
            .arg(numberText(metrics.updateRate), durationText(metrics.window),
                 announcesEach
                     ? QStringLiteral("each announced at once")
                     : QStringLiteral("announced %1 times/s").arg(numberText(metrics.notifyRate)),
                 shareText(metrics.notifyShare));
    return result;
}

std::optional<OptimizationCandidate> compression(const OptimizationMetrics &metrics)
{
    const StoreFigures &figures = metrics.figures;
    if (!isFreezable(figures) || figures.idle < IdleAfter || metrics.settings.freezeAfter > 0ms)
        return {};
    const bool isLongIdle =
        figures.idle >= longIdleAfter && figures.residentBytes <= mostForMaximum;

    auto result = candidate(OptimizationSuggestion::EnableCompression, metrics, compressionValue);
    result.suggestion.settings.compressionLevel =
        isLongIdle ? CompressionLevel::Maximum : CompressionLevel::Balanced;
    result.suggestion.settings.freezeAfter = IdleAfter;
    result.suggestion.evidence =
        QStringLiteral("%1 in memory, not used for %2")
            .arg(bytesText(double(figures.residentBytes)), durationText(figures.idle));
    return result;
}

// By the reads an update, as for all copy-on-write data.
CowStrategy recommendation(const OptimizationMetrics &metrics)
{
    const double seconds = std::chrono::duration<double>(metrics.window).count();
    CowMetrics counts;
    counts.totalReads = std::llround(metrics.readRate * seconds);
    counts.totalWrites = std::llround(metrics.updateRate * seconds);
    return counts.recommendation();
}

std::optional<OptimizationCandidate> strategy(const OptimizationMetrics &metrics)
{
    if (metrics.cloneShare < highCloneShare || metrics.updateRate < leastRate)
        return {};
    const CowStrategy current = metrics.settings.strategy;
    const CowStrategy recommended = recommendation(metrics);
    auto result = candidate(OptimizationSuggestion::OptimizeCow, metrics, metrics.cloneShare);
    if (current != CowStrategy::LazyClone
        && (metrics.updateRate >= lazyFrom || recommended == CowStrategy::LazyClone)) {
        result.suggestion.settings.strategy = CowStrategy::LazyClone;
        result.suggestion.evidence =
            QStringLiteral("%1 copies/s for %2, made ahead of %3 updates/s: "
                           "%4 of the thread's time")
                .arg(numberText(metrics.cloneRate), durationText(metrics.window),
                     numberText(metrics.updateRate), shareText(metrics.cloneShare));
        return result;
    }
    if (current == CowStrategy::LazyClone && metrics.updateRate < eagerBelow
        && recommended == CowStrategy::EagerClone) {
        result.suggestion.settings.strategy = CowStrategy::EagerClone;
        result.suggestion.evidence =
            QStringLiteral("%1 updates/s for %2 that wait for a copy, with %3 reads each: "
                           "copies take %4 of the thread's time")
                .arg(numberText(metrics.updateRate), durationText(metrics.window),
                     numberText(metrics.readRate / metrics.updateRate),
                     shareText(metrics.cloneShare));
        return result;
    }
    return {};
}

std::optional<OptimizationCandidate> collection(const OptimizationMetrics &metrics)
{
    const StoreFigures &figures = metrics.figures;
    const auto fieldBytes = double(figures.largestPlainFieldBytes);
    if (figures.largestPlainField.isEmpty() || figures.largestPlainFieldBytes < largeField)
        return {};
    const double updateShare =
        std::chrono::duration<double>(metrics.updateTime).count() * metrics.updateRate;
    const bool isCopiedWithState = metrics.cloneShare >= highCloneShare
        && fieldBytes * metrics.cloneRate >= leastFieldShare * metrics.clonedBytesRate;
    const bool isCopiedByUpdates =
        updateShare >= highCloneShare && fieldBytes * metrics.notifyRate >= muchCopied;
    if (!isCopiedWithState && !isCopiedByUpdates)
        return {};

    auto result = candidate(OptimizationSuggestion::MoveToCollection, metrics,
                            isCopiedWithState ? metrics.cloneShare : updateShare);
    result.suggestion.field = figures.largestPlainField;
    result.suggestion.evidence = isCopiedWithState
        ? QStringLiteral("%1, %2, is copied with the state %3 times/s for %4: "
                         "%5 of the thread's time, %6/s")
              .arg(figures.largestPlainField, bytesText(fieldBytes), numberText(metrics.cloneRate),
                   durationText(metrics.window), shareText(metrics.cloneShare),
                   bytesText(fieldBytes * metrics.cloneRate))
        : QStringLiteral("%1, %2, is copied by updates that change it, %3 times/s for %4: "
                         "updates take %5 of the thread's time")
              .arg(figures.largestPlainField, bytesText(fieldBytes), numberText(metrics.notifyRate),
                   durationText(metrics.window), shareText(updateShare));
    return result;
}

std::optional<OptimizationCandidate> incremental(const OptimizationMetrics &metrics)
{
    const StoreFigures &figures = metrics.figures;
    const qint64 stretch = metrics.settings.incrementalThreshold;
    if (!figures.isUnderPressure || !isFreezable(figures) || stretch < 2 * smallStretch)
        return {};

    auto result = candidate(OptimizationSuggestion::EnableIncremental, metrics, pressureValue);
    result.suggestion.settings.incrementalThreshold = smallStretch;
    result.suggestion.evidence =
        QStringLiteral("Memory pressure for %1: %2 in memory, encoded up to %3 at a stretch")
            .arg(durationText(metrics.window), bytesText(double(figures.residentBytes)),
                 bytesText(double(std::min(stretch, figures.residentBytes))));
    return result;
}

} // namespace

std::vector<OptimizationCandidate> findCandidates(const OptimizationMetrics &metrics)
{
    std::vector<OptimizationCandidate> candidates;
    if (metrics.window <= 0ns)
        return candidates;
    for (const auto find : {incremental, batching, strategy, collection, compression}) {
        if (auto found = find(metrics))
            candidates.push_back(std::move(*found));
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto &a, const auto &b) { return a.value > b.value; });
    return candidates;
}

bool areAlike(const OptimizationSuggestion &a, const OptimizationSuggestion &b)
{
    return a.kind == b.kind && a.field == b.field
        && (a.kind != OptimizationSuggestion::OptimizeCow
            || a.settings.strategy == b.settings.strategy);
}

OptimizationMetrics metricsBetween(const StoreFigures &from, const StoreFigures &to,
                                   std::chrono::nanoseconds window)
{
    const double seconds = std::chrono::duration<double>(window).count();
    const auto rate = [&](qint64 StoreFigures::*counter) {
        return double(to.*counter - from.*counter) / seconds;
    };
    const auto share = [&](std::chrono::nanoseconds StoreFigures::*time) {
        // Times are estimated from samples, and an estimate may be corrected.
        return std::max(0.0, double((to.*time - from.*time).count()) / 1e9 / seconds);
    };
    OptimizationMetrics metrics;
    metrics.window = window;
    metrics.updateRate = rate(&StoreFigures::updates);
    metrics.coalescedRate = rate(&StoreFigures::coalesced);
    metrics.notifyRate = rate(&StoreFigures::notifications);
    metrics.notifyShare = share(&StoreFigures::notifyTime);
    metrics.readRate = rate(&StoreFigures::reads);
    metrics.cloneRate = rate(&StoreFigures::clones);
    metrics.cloneShare = share(&StoreFigures::cloneTime);
    metrics.clonedBytesRate = rate(&StoreFigures::clonedBytes);
    metrics.thawRate = rate(&StoreFigures::thaws);
    metrics.thawShare = share(&StoreFigures::thawTime);
    metrics.freezeRate = rate(&StoreFigures::freezeRounds);
    metrics.freezeShare = share(&StoreFigures::freezeTime);
    metrics.frozenBytesRate = rate(&StoreFigures::freezeRoundBytes);
    if (const qint64 updates = to.updates - from.updates; updates > 0)
        metrics.updateTime =
            std::max<std::chrono::nanoseconds>((to.updateTime - from.updateTime) / updates, 0ns);
    metrics.figures = to;
    return metrics;
}

OptimizationMetrics joined(const OptimizationMetrics &earlier, const OptimizationMetrics &later)
{
    OptimizationMetrics metrics = later;
    metrics.window = earlier.window + later.window;
    if (metrics.window <= 0ns)
        return metrics;
    const double weight = double(later.window.count()) / double(metrics.window.count());
    for (const auto member :
         {&OptimizationMetrics::updateRate, &OptimizationMetrics::coalescedRate,
          &OptimizationMetrics::notifyRate, &OptimizationMetrics::notifyShare,
          &OptimizationMetrics::readRate, &OptimizationMetrics::cloneRate,
          &OptimizationMetrics::cloneShare, &OptimizationMetrics::clonedBytesRate,
          &OptimizationMetrics::thawRate, &OptimizationMetrics::thawShare,
          &OptimizationMetrics::freezeRate, &OptimizationMetrics::freezeShare,
          &OptimizationMetrics::frozenBytesRate})
        metrics.*member = (1 - weight) * earlier.*member + weight * later.*member;
    // The time of one, by how many there were.
    if (metrics.updateRate > 0) {
        const double updates = weight * later.updateRate / metrics.updateRate;
        metrics.updateTime =
            std::chrono::nanoseconds(std::llround((1 - updates) * double(earlier.updateTime.count())
                                                  + updates * double(later.updateTime.count())));
    }
    return metrics;
}

double demand(const OptimizationMetrics &metrics)
{
    return metrics.updateRate + metrics.coalescedRate;
}

void copySettings(OptimizationSuggestion::Kind kind, const StoreSettings &from, StoreSettings &to)
{
    switch (kind) {
    case OptimizationSuggestion::EnableBatching:
        to.batchingThreshold = from.batchingThreshold;
        break;
    case OptimizationSuggestion::EnableCompression:
        to.compressionLevel = from.compressionLevel;
        to.freezeAfter = from.freezeAfter;
        break;
    case OptimizationSuggestion::OptimizeCow:
        to.strategy = from.strategy;
        break;
    case OptimizationSuggestion::EnableIncremental:
        to.incrementalThreshold = from.incrementalThreshold;
        break;
    case OptimizationSuggestion::MoveToCollection:
        break;
    }
}

bool haveSameSettings(OptimizationSuggestion::Kind kind, const StoreSettings &a,
                      const StoreSettings &b)
{
    StoreSettings copy = a;
    copySettings(kind, b, copy);
    return copy == a;
}

} // namespace Axiom::detail
