// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// When a BatchCoordinator flushes.

#include "batchcoordinator_p.h"

#include <algorithm>

namespace Axiom {

using detail::Transaction;
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
    if (isMutating()) {
        waitForMutation();
        return;
    }
    drain();
    backlog |= isFull && !lanes.isEmpty();
    // A wake-up posted during the last flush comes in the same pass over posted events. Others
    // get their turn before the next flush, by way of a timer, which stands for the wake-up: a
    // further one would come in the same pass again, and so on for as long as updates flood in.
    if (std::exchange(yield, false)) {
        if (lanes.isEmpty())
            settle();
        else
            wakeBy(host->now());
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

// Whether an update is under way on this thread, which nothing else may come between.
bool BatchCoordinator::Private::isMutating() const
{
    return applying || Transaction::current().isMutating();
}

// An event loop opened by an update: what came in waits for that update to return. A flush sees to it
// then; for one that was applied by itself a timer has to.
void BatchCoordinator::Private::waitForMutation()
{
    if (!applying)
        wakeBy(host->now() + target.frameBudget);
}

// Whatever comes in until then does not wake us up again.
void BatchCoordinator::Private::wakeBy(nanoseconds time)
{
    const QMutexLocker locker(&inbox->m_mutex);
    host->wakeAfter(std::max(time - host->now(), nanoseconds(0)));
    timerRuns = true;
    inbox->m_wake = Inbox::Wake::Timed;
}

void BatchCoordinator::Private::drain()
{
    if (!parked.empty())
        unpark(host->now());
    if (!arrivals.empty()) { // what there was no memory for the last time
        sort();
        letGo();
    }
    {
        const QMutexLocker locker(&inbox->m_mutex);
        inbox->takeAll(arrivals);
    }
    sort();
    letGo();
}

// Of stores that have nothing to do any more; their states may go with it, and others with those.
void BatchCoordinator::Private::letGo()
{
    std::vector<detail::Arrival> done = std::exchange(arrivals, {});
    done.clear();
    if (arrivals.empty())
        arrivals = std::move(done); // memory for the next time
    lanes.takePassed().clear();
}

// Puts what came in into its lanes. When memory runs out on the way, the rest stays where it is.
void BatchCoordinator::Private::sort()
{
    if (arrivals.empty())
        return;
    const nanoseconds now = host->now();
    int count = 0;
    for (detail::Arrival &arrival : arrivals) {
        if (arrival.updates.isEmpty())
            continue;
        lanes.append(arrival, now + expiryOf(arrival.priority));
        arrival.target->m_arrived += arrival.count;
        count += arrival.count;
        cascade |= arrival.isFromObserver;
    }
    for (const detail::Arrival &arrival : arrivals) {
        UpdateTarget &store = *arrival.target;
        const int arrived = std::exchange(store.m_arrived, 0); // of all priorities
        if (arrived == 0)
            continue;
        store.m_pace.arrived(now, arrived, targetOf(store));
        store.m_isCollected.store(store.m_pace.mode() != UpdateMode::Immediate,
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
        return std::min(3 * target.frameBudget, target.maxLatency);
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
    if (isMutating()) {
        waitForMutation();
        return;
    }
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
    arrangeWakeUp();
    letGo();
}

void BatchCoordinator::Private::arrangeWakeUp()
{
    if (!arrivals.empty())
        drain();
    const QMutexLocker locker(&inbox->m_mutex);
    inbox->takeAll(arrivals);
    sort();
    // A wake-up that is still under way sees to what comes next.
    const bool posted = inbox->m_wake == Inbox::Wake::Posted;
    yield = posted;
    // A frame comes first: after it there is idle time again.
    if (!idleTasks.isEmpty() && !awaitsFrame() && !asksForIdleTime) {
        host->wakeWhenIdle();
        asksForIdleTime = true;
    }
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
    // By timer even when it is due: an event posted from within an event is delivered in the same
    // pass, and nothing else would get its turn.
    host->wakeAfter(due - now);
    timerRuns = true;
    // Only where updates wait does that timer stand for the wake-up of further ones.
    inbox->m_wake = lanes.isEmpty() ? Inbox::Wake::None : Inbox::Wake::Delayed;
    inbox->m_delayedUntil = due;
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
