// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../../monitor/updateorigin.h"
#include "../updateticket.h"
#include "updatefunction.h"
#include "updatetarget.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qpointer.h>

#include <atomic>
#include <chrono>
#include <functional>

namespace Axiom::detail {

// One update on its way, shared by the queue and its tickets. Updates are made on one thread and
// deleted on another, in great numbers; their memory is recycled.
struct Update
{
    static void *operator new(std::size_t size);
    static void operator delete(void *memory) noexcept;

    // Somebody who wants to know what becomes of it.
    struct Callback
    {
        QPointer<QObject> context;
        std::function<void(UpdateTicket::Status)> call;
        Callback *next = nullptr;
    };

    ~Update();

    static void retain(Update *update) noexcept
    {
        update->references.fetch_add(1, std::memory_order_relaxed);
    }
    static void release(Update *update) noexcept
    {
        if (update->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete update;
    }

    // False when it runs, or has ended: too late to cancel or coalesce.
    bool start() noexcept
    {
        bool expected = false;
        return started.compare_exchange_strong(expected, true, std::memory_order_acq_rel);
    }
    // After start() only.
    void finish(UpdateTicket::Status result);
    // False when it has ended already.
    bool addCallback(QObject *context, std::function<void(UpdateTicket::Status)> &callback);

    // First what is looked at for each update when many are on their way.
    Update *next = nullptr;
    Update *previous = nullptr;
    std::shared_ptr<UpdateTarget> target;
    std::chrono::nanoseconds deadline = std::chrono::nanoseconds::max(); // that was asked for
    std::chrono::nanoseconds expiry =
        std::chrono::nanoseconds::max(); // from which on it is overdue
    std::atomic<int> references = 2;     // of the queue, and of the ticket
    std::atomic<bool> started = false;
    std::atomic<UpdateTicket::Status> status = UpdateTicket::Pending;
    quint16 weight = 0; // updates whose latency this one's stands for; 0: it is not timed
    Priority priority = Priority::Normal;
    bool isFromObserver = false;                 // enqueued while the store's coordinator announces
    bool counted = false;                        // in its target's pendingCount()
    std::atomic<Callback *> callbacks = nullptr; // newest first
    UpdateFunction function;
    QByteArray key;
    UpdateOrigin origin;
    std::chrono::nanoseconds submitted = {}; // where it is timed
    quint64 batch = 0;                       // of the inbox, while it is there
};

} // namespace Axiom::detail
