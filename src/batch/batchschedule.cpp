// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// When a BatchCoordinator flushes.

#include "batchcoordinator_p.h"

#include <algorithm>

namespace Axiom {

using std::chrono::nanoseconds;

namespace {

// Idle tasks run for so long at a stretch: as if input had just come, which Core does not see.
constexpr nanoseconds idleBudget = std::chrono::milliseconds(5);

// Frames that are waited for one that was asked for: a window may be hidden without a word.
constexpr int framesWaitedFor = 2;

} // namespace

void BatchCoordinator::Private::wokenUp()
{
    // From here on a submission wakes us up again, as an observer may open an event loop.
    bool isFull = false;
    {
        const QMutexLocker locker(&inbox->m_mutex);
        inbox->m_wake = Inbox::Wake::None;
        inbox->m_stalled = false;
        isFull = std::exchange(inbox->m_isFull, false);
    }
    everWoken = true;
    // An event loop opened by an update: what came in waits for that update to return.
    if (applying)
        return;
    drain();
    backlog |= isFull && !lanes.isEmpty();
    // A wake-up posted during the last flush comes in the same pass over posted events. Others
    // get their turn before the next flush, by way of a timer.
    if (std::exchange(yield, false)) {
        settle();
        return;
    }
    const nanoseconds now = host->now();
    requestFrame(now);
    if (!lanes.isEmpty() && dueTime(now) <= now) {
        const Scope scope = collectedDueTime() <= now ? Scope::Frame : Scope::Immediate;
        runRounds(scope, now + target.sliceBudget());
    }
    if (!idleTasks.isEmpty())
        idleTasks.runOverdue(*host, host->now() + idleBudget);
    settle();
}

void BatchCoordinator::Private::drain()
{
    if (!parked.empty())
        unpark(host->now());
    std::vector<detail::Arrival> arrivals = std::exchange(spareArrivals, {});
    {
        const QMutexLocker locker(&inbox->m_mutex);
        inbox->takeAll(arrivals);
    }
    sort(arrivals);
    arrivals.clear();
    spareArrivals = std::move(arrivals);
}

// Puts what came in into its lanes.
void BatchCoordinator::Private::sort(std::vector<detail::Arrival> &arrivals)
{
    if (arrivals.empty())
        return;
    const nanoseconds now = host->now();
    int count = 0;
    std::vector<UpdateTarget *> stores;
    for (detail::Arrival &arrival : arrivals) {
        count += arrival.count;
        cascade |= arrival.isFromObserver;
        if (std::exchange(arrival.target->m_arrived, arrival.target->m_arrived + arrival.count) == 0
            && arrival.count > 0)
            stores.push_back(arrival.target.get());
        lanes.append(arrival, now + expiryOf(arrival.priority));
    }
    for (UpdateTarget *store : stores) {
        store->m_pace.arrived(now, std::exchange(store->m_arrived, 0), targetOf(*store));
        store->m_isCollected.store(store->m_pace.mode() != UpdateMode::Immediate,
                                   std::memory_order_relaxed);
    }
    lanes.queueAppended();
    predictor.record(now, count);
}

// How long an update may wait that has no deadline of its own, before it is overdue.
nanoseconds BatchCoordinator::Private::expiryOf(Priority priority) const
{
    switch (priority) {
    case Priority::Critical:
        break;
    case Priority::High:
        return target.frameBudget;
    case Priority::Normal:
        return 3 * target.frameBudget;
    case Priority::Low:
        return std::chrono::milliseconds(250);
    case Priority::Idle:
        return std::chrono::seconds(2);
    }
    return nanoseconds(0);
}

PerformanceTarget BatchCoordinator::Private::targetOf(const UpdateTarget &store) const
{
    PerformanceTarget own = target;
    if (store.m_batchingThreshold > 0)
        own.batchingThreshold = store.m_batchingThreshold;
    return own;
}

void BatchCoordinator::Private::idle()
{
    asksForIdleTime = false;
    if (applying)
        return;
    const nanoseconds now = host->now();
    const nanoseconds until = std::min(now + idleBudget, lanes.nextExpiry());
    if (until > now && !awaitsFrame())
        idleTasks.run(*host, until);
    settle();
}

void BatchCoordinator::Private::frameStarts(quintptr window)
{
    // Several windows share a flush: another's frame within the same interval shows what there is.
    const nanoseconds now = host->now();
    if (window != frameWindow && now - lastFrame < target.frameBudget)
        return;
    frameWindow = window;
    lastFrame = now;
    q->flushForFrame();
}

// Before the thread goes on: arranges to be called again if anything is left. With nothing left, no
// timer runs and no event is under way.
void BatchCoordinator::Private::settle()
{
    // Without the lock, as windows are not ours.
    requestFrame(host->now());
    std::vector<detail::Arrival> arrivals; // deleted without the lock, with stores for all we know
    const QMutexLocker locker(&inbox->m_mutex);
    inbox->takeAll(arrivals);
    sort(arrivals);
    // A wake-up that is still under way sees to what comes next.
    const bool posted = inbox->m_wake == Inbox::Wake::Posted;
    yield = posted;
    // A frame comes first: after it there is idle time again.
    if (!idleTasks.isEmpty() && !awaitsFrame() && !std::exchange(asksForIdleTime, true))
        host->wakeWhenIdle();
    const nanoseconds now = host->now();
    nanoseconds due = lanes.isEmpty() ? nanoseconds::max() : std::max(dueTime(now), now);
    for (const Parked &store : parked)
        due = std::min(due, std::max(store.until, now));
    if (!idleTasks.isEmpty())
        due = std::min(due, std::max(idleTasks.latest(), now));
    if (due == nanoseconds::max()) {
        if (!posted)
            inbox->m_wake = Inbox::Wake::None;
        inbox->m_delayedUntil = nanoseconds::max();
        if (std::exchange(timerRuns, false))
            host->wakeAfter(nanoseconds::max());
        return;
    }
    if (posted)
        return;
    // Only where updates wait does that timer stand for the wake-up of further ones.
    inbox->m_wake = lanes.isEmpty() ? Inbox::Wake::None : Inbox::Wake::Delayed;
    inbox->m_delayedUntil = due;
    // By timer even when it is due: an event posted from within an event is delivered in the same
    // pass, and nothing else would get its turn.
    host->wakeAfter(due - now);
    timerRuns = true;
}

// Whether what is ready is to be flushed with a frame, or at the time that stands for one.
bool BatchCoordinator::Private::waitsForFrame()
{
    const ReadyLane &first = *lanes.first();
    return backlog ? first.priority < Priority::Critical : first.isCollected;
}

// What nobody observes does not change what a window shows. It is flushed by a timer, unless there is
// so much of it that it would keep the thread from its frames.
void BatchCoordinator::Private::requestFrame(nanoseconds now)
{
    if (frameRequested || lanes.isEmpty() || !waitsForFrame() || !(backlog || lanes.isObserved())
        || !host->requestFrame())
        return;
    frameRequested = now;
    const nanoseconds interval = host->frameInterval();
    if (followsDisplay && interval > nanoseconds(0))
        target.frameBudget = interval;
}

// When the next flush shall be at the latest, given that there is work.
nanoseconds BatchCoordinator::Private::dueTime(nanoseconds now)
{
    return waitsForFrame() && !(backlog && !frameRequested) ? collectedDueTime() : now;
}

nanoseconds BatchCoordinator::Private::collectedDueTime()
{
    nanoseconds due = frameRequested
        ? *frameRequested + std::min(framesWaitedFor * target.frameBudget, target.maxLatency)
        : lastFlush + std::min(target.frameBudget, target.maxLatency);
    const nanoseconds expiry = lanes.nextExpiry();
    // What a slice had no time for, though it was overdue, must not keep the thread from its frame.
    if (expiry != nanoseconds::max() && !(backlog && expiry - timerError <= lastFlush))
        due = std::min(due, expiry - timerError);
    return due;
}

} // namespace Axiom
