// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "deferredrelease.h"

#include "idletask.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>

#include <chrono>
#include <new>
#include <utility>
#include <vector>

namespace Axiom::detail {

namespace {

using namespace std::chrono_literals;

// Of a frame's 16 ms; the least step frees 16 trees of the level below.
constexpr auto slice = 1ms;
// More leaves than this do not wait: a busy thread that drops version after version must not pile
// up what it has dropped.
constexpr qint64 maxLeaves = 4'000'000;

struct Garbage
{
    void *node;
    DeferredRelease::Destroy destroy;
};

struct Queue
{
    std::vector<Garbage> nodes;
    qint64 leaves = 0;
    // That it waits for idle time of: another one, of the next application, has to be asked anew.
    QPointer<QAbstractEventDispatcher> scheduledBy;

    ~Queue();

    void run(QDeadlineTimer deadline) noexcept;
};

// Destroying a node adds those of its children that are big themselves.
thread_local bool running = false;
// With the thread's other objects, some of which may have versions to release.
thread_local bool isGone = false;

Queue::~Queue()
{
    run(QDeadlineTimer(QDeadlineTimer::Forever));
    isGone = true;
}

void Queue::run(QDeadlineTimer deadline) noexcept
{
    running = true;
    while (!nodes.empty() && !deadline.hasExpired()) {
        const Garbage garbage = nodes.back();
        nodes.pop_back();
        garbage.destroy(garbage.node);
    }
    running = false;
    if (nodes.empty())
        leaves = 0;
}

Queue &queue()
{
    thread_local Queue queue;
    return queue;
}

void schedule()
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (queue().scheduledBy == dispatcher)
        return;
    runWhenIdle([] {
        Queue &garbage = queue();
        garbage.scheduledBy.clear();
        garbage.run(QDeadlineTimer(slice));
        if (!garbage.nodes.empty())
            schedule();
    });
    queue().scheduledBy = dispatcher;
}

bool runsEventLoop()
{
    return QAbstractEventDispatcher::instance() && QThread::currentThread()->loopLevel() > 0;
}

} // namespace

bool DeferredRelease::add(void *node, qint64 leaves, Destroy destroy) noexcept
{
    if (isGone)
        return false;
    Queue &garbage = queue();
    try {
        // Qt may allocate to tell.
        if (!running && !runsEventLoop())
            return false;
        if (garbage.nodes.size() == garbage.nodes.capacity())
            garbage.nodes.reserve(2 * garbage.nodes.size() + 16);
        if (!running)
            schedule();
    } catch (const std::bad_alloc &) {
        return false;
    }
    garbage.nodes.push_back({node, destroy});
    if (!running) {
        garbage.leaves += leaves;
        if (garbage.leaves > maxLeaves)
            garbage.run(QDeadlineTimer(QDeadlineTimer::Forever));
    }
    return true;
}

} // namespace Axiom::detail
