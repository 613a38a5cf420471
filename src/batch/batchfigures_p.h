// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../core/detail/reservemore.h"
#include "../monitor/detail/flushrecorder.h"
#include "../monitor/detail/operationrecorder.h"
#include "batchcoordinator.h"
#include "detail/update_p.h"

#include <vector>

namespace Axiom::detail {

// The updates of a slice that have had their turn. They are counted as they come, while they are at
// hand: to go through all of them once more would cost about as much as to run them.
class EndedUpdates
{
public:
    struct Ended
    {
        Update *update;
        UpdateTicket::Status status;
    };
    // Of so many in a row.
    struct Run
    {
        UpdateTarget *store;
        UpdateTicket::Status status;
        int count;
    };
    struct Source
    {
        const UpdateTarget *store;
        UpdateOrigin origin;
        Priority priority;
        int count;
    };

    explicit EndedUpdates(std::vector<Ended> memory) : m_ended(std::move(memory)) { }

    // From now on it is known where they came from.
    void keepSources() { m_sources.reserve(FlushRecord::MaxParts); }
    // So that add() needs no memory, nor who makes a list of their stores.
    void reserveOne()
    {
        reserveMore(m_ended);
        reserveMore(m_runs);
        m_stores.reserve(m_runs.capacity());
    }
    void add(Update *update, UpdateTicket::Status status);

    bool isEmpty() const noexcept { return m_ended.empty(); }
    int count() const noexcept { return int(m_ended.size()); }
    const std::vector<Run> &runs() const noexcept { return m_runs; }
    const std::vector<Source> &sources() const noexcept { return m_sources; }
    int otherSourcesCount() const noexcept { return m_otherSourcesCount; }
    std::vector<Ended> takeAll() noexcept { return std::move(m_ended); }
    // Empty, with room for all stores.
    std::vector<std::shared_ptr<UpdateTarget>> takeStores() noexcept { return std::move(m_stores); }

private:
    void addSource(const Update &update);

    std::vector<Ended> m_ended;
    std::vector<Run> m_runs;
    std::vector<std::shared_ptr<UpdateTarget>> m_stores;
    std::vector<Source> m_sources; // as many as a record holds
    int m_otherSourcesCount = 0;
    std::size_t m_lastSource = 0;
};

// What one coordinator counts and measures of its flushes, for BatchMetrics and for the monitor.
class BatchFigures
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    // QML is told that they have moved no more often than that.
    static constexpr std::chrono::milliseconds interval{250};

    BatchMetrics metrics(const Inbox &inbox) const;
    const Histogram &flushTime() const noexcept { return m_flushTime; }
    const Histogram &latency(Priority priority) const noexcept
    {
        return m_latency[std::size_t(priority)];
    }

    void countNotifications(int count) noexcept { m_notifications += count; }
    void countRowSignals(int count) noexcept { m_rowSignals += count; }
    void countDeadlineMisses(qsizetype count) noexcept;
    // Before observers hear of them: what these enqueue finds the room that was made.
    void countEnded(Inbox &inbox, const EndedUpdates &ended);
    void flushed(nanoseconds took, nanoseconds now);
    // From its submission to the end of the announcement.
    void delivered(const Update &update, nanoseconds now);
    // Whether it is time to tell that the figures have moved.
    bool isToBeTold(nanoseconds now) noexcept;

    // Whether the flush that begins is written down, with what caused it.
    FlushRecorder::Choice &choice() noexcept { return m_choice; }
    void describe(FlushRecord &record, const EndedUpdates &ended, const Inbox &inbox);

private:
    Histogram m_flushTime;
    std::array<Histogram, 5> m_latency; // by priority
    qint64 m_deadlineMisses = 0;
    qint64 m_flushes = 0;
    qint64 m_notifications = 0;
    qint64 m_rowSignals = 0;
    nanoseconds m_lastTold{};

    FlushRecorder::Choice m_choice;
    qint64 m_coalescedBefore = 0; // the flush that was written down last
    const std::shared_ptr<OperationRecorder> m_operations = OperationRecorder::create();
};

} // namespace Axiom::detail
