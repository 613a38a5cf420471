// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "deferredrelease.h"

#include "idletask.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>
#include <vector>

namespace Axiom::detail {

namespace {

using namespace std::chrono_literals;

// Of a frame's 16 ms; the least step frees 16 trees of the level below.
constexpr auto slice = 1ms;
// Where more leaves than this wait, what comes pays for as much of what waits, so that a busy thread
// which drops version after version does not pile them up.
constexpr qint64 maxLeaves = 10'000;

struct Garbage
{
    void *node;
    DeferredRelease::Destroy destroy;
    qint64 leaves;
};

struct Queue
{
    std::vector<Garbage> nodes;
    qint64 leaves = 0;
    // That it waits for idle time of: another one, of the next application, has to be asked anew.
    QPointer<QAbstractEventDispatcher> scheduledBy;
    // Tells of the end of the event loop: elements must not outlive what they know.
    QPointer<QObject> ended;

    ~Queue();

    void run(QDeadlineTimer deadline, qint64 leavesToLeave = 0) noexcept;
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

void Queue::run(QDeadlineTimer deadline, qint64 leavesToLeave) noexcept
{
    running = true;
    while (!nodes.empty() && (leavesToLeave == 0 || leaves > leavesToLeave)
           && !deadline.hasExpired()) {
        const Garbage garbage = nodes.back();
        nodes.pop_back();
        leaves -= garbage.leaves;
        garbage.destroy(garbage.node);
    }
    running = false;
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

void releaseAll()
{
    if (isGone) // an application that is static goes later
        return;
    Queue &garbage = queue();
    garbage.ended.clear();
    garbage.run(QDeadlineTimer(QDeadlineTimer::Forever));
}

// The application may end without aboutToQuit(): where only local event loops were run.
void joinApplication()
{
    qAddPostRoutine(releaseAll);
}

Q_COREAPP_STARTUP_FUNCTION(joinApplication)

void releaseAllAtTheEnd()
{
    QThread *thread = QThread::currentThread();
    QCoreApplication *application = QCoreApplication::instance();
    const bool isMain = application && application->thread() == thread;
    QObject *ended = isMain ? static_cast<QObject *>(application) : thread;
    if (queue().ended == ended)
        return;
    constexpr auto once = Qt::ConnectionType(Qt::DirectConnection | Qt::SingleShotConnection);
    if (isMain)
        QObject::connect(application, &QCoreApplication::aboutToQuit, application, releaseAll,
                         once);
    else
        QObject::connect(thread, &QThread::finished, thread, releaseAll, once);
    queue().ended = ended;
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
        if (!running && !runsEventLoop()) {
            garbage.run(QDeadlineTimer(QDeadlineTimer::Forever));
            return false;
        }
        if (!running && garbage.leaves > maxLeaves) {
            garbage.run(QDeadlineTimer(QDeadlineTimer::Forever),
                        std::max(maxLeaves, garbage.leaves - leaves));
        }
        if (garbage.nodes.size() == garbage.nodes.capacity())
            garbage.nodes.reserve(2 * garbage.nodes.size() + 16);
        if (!running) {
            schedule();
            releaseAllAtTheEnd();
        }
    } catch (const std::bad_alloc &) {
        return false;
    }
    garbage.nodes.push_back({node, destroy, leaves});
    garbage.leaves += leaves;
    return true;
}

} // namespace Axiom::detail
