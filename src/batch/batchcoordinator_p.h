// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchcoordinator.h"
#include "batchfigures_p.h"
#include "batchhost.h"
#include "detail/inbox.h"
#include "detail/transaction.h"
#include "idletasks_p.h"
#include "lanequeue_p.h"
#include "sliceclock_p.h"
#include "updatepredictor.h"

#include <QtCore/qtimer.h>

#include <optional>

namespace Axiom {

class BatchCoordinator::Private
{
public:
    using EndedUpdates = detail::EndedUpdates;
    using Inbox = detail::Inbox;
    using ReadyLane = detail::ReadyLane;
    using Update = detail::Update;
    using UpdateTarget = detail::UpdateTarget;
    using nanoseconds = std::chrono::nanoseconds;

    // A deadline is aimed at by that much earlier: a timer errs by about a millisecond.
    static constexpr nanoseconds timerError = std::chrono::milliseconds(1);

    Private(BatchCoordinator *coordinator, std::unique_ptr<BatchHost> batchHost)
        : q(coordinator), host(std::move(batchHost))
    {
        tellTimer.setSingleShot(true);
        tellTimer.setTimerType(Qt::PreciseTimer); // which is never early
        tellTimer.setInterval(detail::BatchFigures::interval);
        QObject::connect(&tellTimer, &QTimer::timeout, q, [this] { tellMetrics(host->now()); });
    }

    struct Miss
    {
        std::shared_ptr<UpdateTarget> target;
        Priority priority;
        nanoseconds late;
    };

    // What a slice runs: urgent updates only, all but those that are collected for the next frame,
    // these as well, or those too that are deferred.
    enum class Scope : quint8 { Critical, Immediate, Frame, All };
    struct Slice
    {
        Scope scope;
        detail::SliceClock clock;
        EndedUpdates ended;
        detail::Transaction &transaction;
    };
    class Depth;
    struct Parked
    {
        std::shared_ptr<UpdateTarget> target;
        nanoseconds until;
    };

    // When to flush: batchschedule.cpp.
    template <typename F>
    void onEvent(F &&function) noexcept;
    void wokenUp();
    bool isMutating() const;
    void waitForMutation();
    void wakeBy(nanoseconds time);
    void drain();
    void sort();
    void letGo();
    nanoseconds expiryOf(Priority priority) const;
    PerformanceTarget targetOf(const UpdateTarget &store) const;
    void idle();
    void frameStarts(quintptr window);
    void settle();
    void arrangeWakeUp();
    bool waitsForFrame();
    bool awaitsFrame() { return frameRequested && !lanes.isEmpty(); }
    void requestFrame(nanoseconds now);
    nanoseconds dueTime(nanoseconds now);
    nanoseconds collectedDueTime();

    // A flush: batchflush.cpp.
    void runRounds(Scope scope, nanoseconds until);
    void runCritical();
    bool runSlice(Scope scope, nanoseconds until);
    bool applyLanes(Slice &slice) noexcept;
    bool runLanes(Slice &slice);
    bool isInScope(const ReadyLane &lane, Scope scope) const;
    nanoseconds deferredUntil(const UpdateTarget &store) const;
    void runLane(const ReadyLane &lane, int most, bool isOverdue, Slice &slice);
    void runFirst(UpdateTarget::Lane &lane, Slice &slice);
    UpdateTicket::Status run(Update *update, detail::Transaction &transaction) noexcept;
    template <typename Signal>
    void tell(Signal &&signal) noexcept;
    std::vector<std::shared_ptr<UpdateTarget>>
    announced(EndedUpdates &ended, nanoseconds start, nanoseconds end, nanoseconds publishingEach);
    void reportMisses();
    void prepareToTell();
    void tellMetrics(nanoseconds now);
    void tellMetricsLater();
    void countRound(const std::shared_ptr<UpdateTarget> &store, nanoseconds now);
    void unpark(nanoseconds now);

    void dropAll();
    void applicationQuits();
    void leaveApplication();

    BatchCoordinator *const q;
    const std::unique_ptr<BatchHost> host;
    const std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
    detail::LaneQueue lanes;
    detail::IdleTasks idleTasks;
    detail::BatchFigures figures;
    QTimer tellTimer; // of the figures, after the last change of a burst
    std::vector<Miss> misses;
    std::vector<EndedUpdates::Ended> spareEnded; // memory for the next flush
    std::vector<detail::Arrival> arrivals;       // that are being sorted
    std::vector<Parked> parked;
    UpdatePredictor predictor;
    PerformanceTarget target;
    bool followsDisplay = true;                // until somebody sets the target
    std::optional<nanoseconds> frameRequested; // when; none is under way otherwise
    quintptr frameWindow = 0;                  // whose frames are flushed for
    nanoseconds lastFrame = nanoseconds(0);
    nanoseconds lastFlush = nanoseconds(0);
    quint64 flushSerial = 0; // of the one under way
    quint64 lastFlushSerial = 0;
    quint64 roundSerial = 0;
    int flushDepth = 0;
    int flushLoop = 0; // the level of the event loop that the flush under way is in
    bool applying = false;
    bool cascade = false; // observers have enqueued what joins this flush
    bool backlog = false;
    bool asksForIdleTime = false;
    bool everWoken = false;
    bool timerRuns = false;
    bool yield = false;
};

} // namespace Axiom
