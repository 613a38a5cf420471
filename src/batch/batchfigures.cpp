// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchfigures_p.h"

#include "detail/inbox.h"

#include <algorithm>

namespace Axiom::detail {

namespace {

// How often QML is told that the figures have moved.
constexpr std::chrono::milliseconds metricsInterval(250);

} // namespace

BatchMetrics BatchFigures::metrics(const Inbox &inbox) const
{
    BatchMetrics metrics;
    metrics.queued = inbox.acceptedCount();
    metrics.applied = inbox.endedCount(UpdateTicket::Applied);
    metrics.coalesced = inbox.endedCount(UpdateTicket::Coalesced);
    metrics.cancelled = inbox.endedCount(UpdateTicket::Cancelled);
    metrics.failed = inbox.endedCount(UpdateTicket::Failed);
    metrics.dropped = inbox.endedCount(UpdateTicket::Dropped);
    metrics.rejected = inbox.endedCount(UpdateTicket::Rejected);
    metrics.deadlineMisses = m_deadlineMisses;
    metrics.flushTime = m_flushTime;
    metrics.latency = m_latency;
    metrics.flushes = m_flushes;
    metrics.notifications = m_notifications;
    metrics.rowSignals = m_rowSignals;
    return metrics;
}

void BatchFigures::countDeadlineMisses(qsizetype count) noexcept
{
    m_deadlineMisses += count;
    Incidents::all().deadlineMisses += count;
}

void BatchFigures::countEnded(Inbox &inbox, const std::vector<EndedUpdate> &ended)
{
    const bool isRecorded = OperationRecorder::isEnabled();
    for (auto first = ended.begin(); first != ended.end();) {
        const auto last = std::find_if(first, ended.end(), [first](const EndedUpdate &next) {
            return next.status != first->status || next.update->target != first->update->target;
        });
        UpdateTarget &store = *first->update->target;
        inbox.countEnded(store, first->status, int(last - first));
        if (isRecorded)
            store.operations->count(OperationType::Delivery, last - first);
        std::for_each(first, last, [](const EndedUpdate &each) { each.update->counted = false; });
        first = last;
    }
}

void BatchFigures::flushed(nanoseconds took, nanoseconds now)
{
    ++m_flushes;
    m_flushTime.record(took);
    if (!OperationRecorder::isEnabled())
        return;
    if (Q_UNLIKELY(m_operations->count(OperationType::Flush))) {
        const int weight = m_operations->sampler(OperationType::Flush).take(now);
        m_operations->measured(OperationType::Flush, took, {}, weight);
    }
}

void BatchFigures::delivered(const Update &update, nanoseconds now)
{
    const int weight = update.weight;
    if (weight == 0)
        return;
    const nanoseconds took = now - update.submitted;
    m_latency[std::size_t(update.priority)].record(took, weight);
    // Counted already, all of them.
    OperationRecorder &store = *update.target->operations;
    Sampler &sampler = store.sampler(OperationType::Delivery);
    if (Q_UNLIKELY(sampler.isDue()) && OperationRecorder::isEnabled())
        store.measured(OperationType::Delivery, took, {}, sampler.take(now));
}

bool BatchFigures::isToBeTold(nanoseconds now) noexcept
{
    if (now - m_lastTold < metricsInterval)
        return false;
    m_lastTold = now;
    return true;
}

// Many updates have few origins, found here without making their names for each.
void BatchFigures::describe(FlushRecord &record, const std::vector<EndedUpdate> &ended,
                            const Inbox &inbox)
{
    struct Source
    {
        const UpdateTarget *store;
        UpdateOrigin origin;
        Priority priority;
        int updates;
    };
    std::vector<Source> sources;
    sources.reserve(FlushRecord::MaxParts);
    int others = 0;
    auto last = sources.end();
    for (const EndedUpdate &each : ended) {
        const Update &update = *each.update;
        const auto isSource = [&update](const Source &source) {
            return source.store == update.target.get() && source.priority == update.priority
                && source.origin == update.origin;
        };
        if (last == sources.end() || !isSource(*last))
            last = std::find_if(sources.begin(), sources.end(), isSource);
        if (last != sources.end())
            ++last->updates;
        else if (sources.size() < FlushRecord::MaxParts)
            last = sources.insert(last, {update.target.get(), update.origin, update.priority, 1});
        else
            ++others;
    }
    for (const Source &source : sources)
        FlushRecorder::addOrigin(record, source.store->operations->name(), source.origin,
                                 source.priority, source.updates);
    record.updates += others;
    record.otherOriginUpdates += others;
    const qint64 coalesced = inbox.endedCount(UpdateTicket::Coalesced);
    record.coalesced = int(coalesced - std::exchange(m_coalescedBefore, coalesced));
}

} // namespace Axiom::detail
