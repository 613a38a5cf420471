// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../monitor/detail/flushrecorder.h"
#include "../monitor/detail/operationrecorder.h"
#include "batchcoordinator.h"
#include "detail/update_p.h"

#include <vector>

namespace Axiom::detail {

// An update that has had its turn.
struct EndedUpdate
{
    Update *update;
    UpdateTicket::Status status;
};

// What one coordinator counts and measures of its flushes, for BatchMetrics and for the monitor.
class BatchFigures
{
public:
    using nanoseconds = std::chrono::nanoseconds;

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
    void countEnded(Inbox &inbox, const std::vector<EndedUpdate> &ended);
    void flushed(nanoseconds took, nanoseconds now);
    // From its submission to the end of the announcement.
    void delivered(const Update &update, nanoseconds now);
    // Whether it is time to tell that the figures have moved.
    bool isToBeTold(nanoseconds now) noexcept;

    // Whether the flush that begins is written down, with what caused it.
    FlushRecorder::Choice &choice() noexcept { return m_choice; }
    void describe(FlushRecord &record, const std::vector<EndedUpdate> &ended, const Inbox &inbox);

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
