// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../../monitor/updateorigin.h"
#include "../updateticket.h"
#include "updatefunction.h"
#include "updatetarget.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qmutex.h>
#include <QtCore/qpointer.h>

#include <atomic>
#include <chrono>
#include <vector>

namespace Axiom::detail {

// One update on its way, shared by the queue and its tickets. Updates are made on one thread and
// deleted on another, in great numbers; their memory is recycled.
struct Update
{
    static void *operator new(std::size_t size);
    static void operator delete(void *memory) noexcept;

    // Running: too late to cancel or coalesce, not yet announced.
    enum class Stage : quint8 { Waiting, Running, Finished };

    struct Callback
    {
        QPointer<QObject> context;
        std::function<void(UpdateTicket::Status)> call;
    };

    static void retain(Update *update) noexcept
    {
        update->references.fetch_add(1, std::memory_order_relaxed);
    }
    static void release(Update *update) noexcept
    {
        if (update->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete update;
    }

    bool start() noexcept
    {
        Stage expected = Stage::Waiting;
        return stage.compare_exchange_strong(expected, Stage::Running, std::memory_order_acq_rel);
    }
    // After start() only.
    void finish(UpdateTicket::Status result);

    UpdateFunction function;
    std::shared_ptr<UpdateTarget> target;
    QByteArray key;
    UpdateOrigin origin;
    std::chrono::nanoseconds deadline = std::chrono::nanoseconds::max(); // that was asked for
    std::chrono::nanoseconds expiry =
        std::chrono::nanoseconds::max();     // from which on it is overdue
    std::chrono::nanoseconds submitted = {}; // where it is timed
    Update *next = nullptr;
    Update *previous = nullptr;
    quint64 batch = 0; // of the inbox, while it is there
    std::atomic<int> references = 1;
    std::atomic<Stage> stage = Stage::Waiting;
    std::atomic<UpdateTicket::Status> status = UpdateTicket::Pending;
    quint16 weight = 0; // updates whose latency this one's stands for; 0: it is not timed
    Priority priority = Priority::Normal;
    bool isFromObserver = false; // enqueued while the store's coordinator announces
    bool counted = false;        // in its target's pendingCount()

    QBasicMutex callbackMutex;
    std::vector<Callback> callbacks;
};

} // namespace Axiom::detail
