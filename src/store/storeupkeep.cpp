// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What the memory governor and the optimization engine ask of a store.

#include "../memory/memorypressuremonitor.h"
#include "statestore_p.h"

namespace Axiom {

namespace {

// What shrinks less is not frozen again until it changes.
constexpr double minRatio = 1.5;
constexpr double nanosecondsPerByte = 5;
constexpr std::chrono::seconds walkInterval(10);

} // namespace

// Since the first look at which the last access was seen, or since it was made.
std::chrono::nanoseconds StateStore::Private::idleTime()
{
    const std::chrono::nanoseconds now(detail::thawTime());
    if (const quint64 count = core->accessCount(); std::exchange(usedCount, count) != count)
        usedAt = now;
    return now - usedAt;
}

StoreFigures StateStore::Private::figures()
{
    StoreFigures figures;
    if (!core)
        return figures;
    const detail::OperationRecorder &operations = *core->operations;
    figures.updates = operations.countOf(OperationType::Update);
    figures.updateTime = operations.totalTime(OperationType::Update);
    figures.coalesced = core->coalescedCount();
    figures.commits = operations.countOf(OperationType::Commit);
    figures.notifications = operations.countOf(OperationType::Notify);
    figures.notifyTime = operations.totalTime(OperationType::Notify);
    figures.clones = operations.countOf(OperationType::Clone);
    figures.cloneTime = operations.totalTime(OperationType::Clone);
    figures.clonedBytes = operations.totalSizes(OperationType::Update).clonedBytes;
    figures.thaws = operations.countOf(OperationType::Thaw);
    figures.thawTime = operations.totalTime(OperationType::Thaw);
    figures.reads = core->cowMetrics().totalReads;

    const detail::StateCore::FreezeTotals freezes = core->freezeTotals();
    figures.freezeRounds = freezes.rounds;
    figures.freezeRoundBytes = freezes.bytes;
    figures.freezeTime = freezes.time;

    const detail::FrozenParts parts = core->frozenParts();
    figures.residentBytes = parts.residentBytes + parts.thawedBytes;
    figures.frozenBytes = parts.frozenBytes;
    core->operations->setStateSize(figures.residentBytes + figures.frozenBytes);
    figures.idle = idleTime();
    figures.isPinned = isPinned;
    figures.canFreeze = core->canFreeze() && !core->isHeldElsewhere();
    figures.isUnderPressure =
        MemoryPressureMonitor::instance()->level() != MemoryPressureLevel::Normal;
    figures.updateMode = core->pace().mode();
    // A walk over the fields, for those that were copied.
    if (figures.commits != std::exchange(commitsSeen, figures.commits)) {
        const detail::Version::PlainField field = core->takeLargestCopy();
        largestField = QString::fromLatin1(field.name);
        largestFieldBytes = field.bytes;
    }
    figures.largestPlainField = largestField;
    figures.largestPlainFieldBytes = largestFieldBytes;
    return figures;
}

// Estimated by the parts. What there is beside them, and what was estimated wrong, only a walk over
// the whole state shows. It is made for the budget alone, as under pressure it would bring back what
// was swapped out, and would hold up the thread if a large state that always changes were walked at
// each look.
qint64 StateStore::Private::heldBytes(const detail::FrozenParts &parts)
{
    const qint64 estimate = parts.residentBytes + parts.thawedBytes + parts.frozenBytes;
    if (!governor || governor->budget() <= 0)
        return estimate;
    const qint64 revision = core->current()->revision;
    const int awake = parts.resident + parts.thawed;
    const std::chrono::nanoseconds now(detail::thawTime());
    if ((otherRevision != revision && now >= nextWalk) || awake < otherAwake) {
        const detail::FrozenParts current = core->frozenParts();
        otherBytes =
            std::max<qint64>(0, q->residentBytes() - current.residentBytes - current.thawedBytes);
        otherRevision = revision;
        nextWalk = now + walkInterval;
    }
    otherAwake = awake;
    return estimate + otherBytes;
}

// What somebody has just read, or sees in a view, is likely to be read again.
detail::StateCore::FreezeOptions StateStore::Private::reclaimOptions() const
{
    detail::StateCore::FreezeOptions options;
    options.thawedBefore = detail::thawTime() - detail::RefreezeAfter.count();
    options.sparesShown = true;
    return options;
}

Reclaimable::Offer StateStore::Private::offer()
{
    if (!core)
        return {};
    const detail::FrozenParts parts = core->frozenParts(reclaimOptions());
    Offer offer;
    offer.residentBytes = heldBytes(parts);
    offer.idle = idleTime();
    if (isPinned || core->isFreezing() || !core->canFreeze() || core->isHeldElsewhere())
        return offer;
    offer.costlessBytes = parts.costlessBytes;
    const double ratio = core->expectedRatio();
    qint64 gain = 0;
    if (core->current()->revision != fruitlessRevision && ratio >= minRatio)
        gain = qint64(double(parts.residentBytes - parts.bytesInUse) * (1 - 1 / ratio));
    offer.bytes = offer.costlessBytes + gain;
    // Compressing and decompressing as measured by bench_freezing.
    offer.cost = std::chrono::nanoseconds(qint64(double(gain) * nanosecondsPerByte));
    return offer;
}

void StateStore::Private::reclaim(MemoryPressureLevel level,
                                  std::function<void(const Result &)> done)
{
    detail::StateCore::FreezeOptions options = reclaimOptions();
    if (level == MemoryPressureLevel::Critical)
        options.level = CompressionLevel::Fast;
    const qint64 revision = core->current()->revision;
    core->freeze(
        options,
        [this, revision, done = std::move(done)](const detail::StateCore::FreezeResult &result) {
            if (result.freedBytes == 0 && !result.wasEnded && !result.lackedMemory)
                fruitlessRevision = revision;
            done({result.freedBytes, result.longestStep, result.work});
        });
}

} // namespace Axiom
