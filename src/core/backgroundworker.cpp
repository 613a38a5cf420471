// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/backgroundworker.h"

#include <QtCore/qmutex.h>
#include <QtCore/qthreadpool.h>
#include <QtCore/qthreadstorage.h>

#include <deque>
#include <utility>

namespace Axiom::detail {

namespace {

// Tasks are handed over under a lock of our own, which the thread sanitizer sees; Qt's it does not.
struct Queue
{
    Queue()
    {
        // Qt's list of what threads keep is made by this, before the pool, and so goes after its
        // thread, which frees what it keeps by that list.
        const QThreadStorage<int> none;
        pool.setMaxThreadCount(1);
        pool.setThreadPriority(QThread::LowPriority);
    }
    static Queue &instance()
    {
#ifdef Q_OS_WIN
        // The system has ended the thread before statics of a DLL go: nobody may wait for it then.
        static Queue &queue = *new Queue;
#else
        static Queue queue;
#endif
        return queue;
    }

    void runNext()
    {
        BackgroundWorker::Task task;
        {
            const QMutexLocker locker(&mutex);
            task = std::move(tasks.front());
            tasks.pop_front();
        }
        task();
    }

    QMutex mutex;
    std::deque<BackgroundWorker::Task> tasks;
    QThreadPool pool; // waits for its thread before the rest goes
};

} // namespace

void BackgroundWorker::run(Task task)
{
    Queue &queue = Queue::instance();
    const QMutexLocker locker(&queue.mutex);
    queue.tasks.push_back(std::move(task));
    try {
        queue.pool.start([] { Queue::instance().runNext(); });
    } catch (...) {
        queue.tasks.pop_back();
        throw;
    }
}

} // namespace Axiom::detail
