// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchfigures_p.h"

#include "detail/inbox.h"

#include <algorithm>

namespace Axiom::detail {

void EndedUpdates::add(Update *update, UpdateTicket::Status status)
{
    m_ended.push_back({update, status});
    UpdateTarget *store = update->target.get();
    if (m_runs.empty() || m_runs.back().store != store || m_runs.back().status != status)
        m_runs.push_back({store, status, 0});
    ++m_runs.back().count;
    if (m_sources.capacity() > 0)
        addSource(*update);
}

// Many updates have few sources, told apart here without making their names for each.
void EndedUpdates::addSource(const Update &update)
{
    const auto isSource = [&update](const Source &source) {
        return source.store == update.target.get() && source.priority == update.priority
            && source.origin == update.origin;
    };
    if (m_lastSource == m_sources.size() || !isSource(m_sources[m_lastSource]))
        m_lastSource = std::size_t(std::find_if(m_sources.begin(), m_sources.end(), isSource)
                                   - m_sources.begin());
    if (m_lastSource < m_sources.size())
        ++m_sources[m_lastSource].count;
    else if (m_sources.size() < FlushRecord::MaxParts)
        m_sources.push_back({update.target.get(), update.origin, update.priority, 1});
    else
        ++m_otherSourcesCount;
}

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

void BatchFigures::countEnded(Inbox &inbox, const EndedUpdates &ended)
{
    const bool isRecorded = OperationRecorder::isEnabled();
    for (const auto &[store, status, count] : ended.runs()) {
        inbox.countEnded(*store, status, count);
        if (isRecorded)
            store->operations->count(OperationType::Delivery, count);
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
    if (now - m_lastTold < interval)
        return false;
    m_lastTold = now;
    return true;
}

void BatchFigures::describe(FlushRecord &record, const EndedUpdates &ended, const Inbox &inbox)
{
    for (const EndedUpdates::Source &source : ended.sources())
        FlushRecorder::addOrigin(record, source.store->operations->name(), source.origin,
                                 source.priority, source.count);
    record.updates += ended.otherSourcesCount();
    record.otherOriginUpdates += ended.otherSourcesCount();
    const qint64 coalesced = inbox.endedCount(UpdateTicket::Coalesced);
    record.coalesced = int(coalesced - std::exchange(m_coalescedBefore, coalesced));
}

} // namespace Axiom::detail
