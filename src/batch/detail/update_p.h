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
// deleted on another, in great numbers; their memory is recycled. What is looked at together is in
// one cache line of 64 bytes.
struct alignas(64) Update
{
    static Update *create();

    // Somebody who wants to know what becomes of it.
    struct Callback
    {
        QPointer<QObject> context;
        std::function<void(UpdateTicket::Status)> call;
        Callback *next = nullptr;
    };

    static void retain(Update *update) noexcept
    {
        update->references.fetch_add(1, std::memory_order_relaxed);
    }
    static void release(Update *update) noexcept
    {
        if (!update->isShared() || update->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            destroy(update);
    }
    // By the queue, whose turn it was, or who ended it in its place. A ticket that is kept does not keep
    // the store's state.
    static void releaseEnded(Update *update) noexcept
    {
        // Without a status it is just being ended by another thread, which asks for its store.
        if (update->status.load(std::memory_order_acquire) != UpdateTicket::Pending)
            update->target.reset();
        release(update);
    }
    // Most tickets are thrown away at once. Who holds the last reference needs no atomic change.
    bool isShared() const noexcept { return references.load(std::memory_order_acquire) > 1; }

    // False when it runs, or has ended: too late to cancel or coalesce. An update that has a key is
    // known to the inbox as well, until it is forgotten there.
    bool start() noexcept
    {
        bool expected = false;
        if (isShared())
            return started.compare_exchange_strong(expected, true, std::memory_order_acq_rel);
        if (started.load(std::memory_order_relaxed))
            return false;
        started.store(true, std::memory_order_relaxed);
        return true;
    }
    // After start() only.
    void finish(UpdateTicket::Status result);
    // False when it has ended already.
    bool addCallback(QObject *context, std::function<void(UpdateTicket::Status)> &callback);

    Update *next = nullptr;
    Update *previous = nullptr;
    std::shared_ptr<UpdateTarget> target;
    std::chrono::nanoseconds deadline = std::chrono::nanoseconds::max(); // that was asked for
    qint64 serial = 0;               // of those that the inbox accepted
    std::atomic<int> references = 2; // of the queue, and of the ticket
    std::atomic<bool> started = false;
    std::atomic<UpdateTicket::Status> status = UpdateTicket::Pending;
    quint16 weight = 0; // updates whose latency this one's stands for; 0: it is not timed
    Priority priority = Priority::Normal;
    bool isFromObserver = false; // enqueued while the store's coordinator announces
    bool counted = false;        // in its target's pendingCount()
    quint8 place = 0;            // in its memory, see create()
    UpdateFunction function;
    std::atomic<Callback *> callbacks = nullptr; // newest first
    QByteArray key;
    UpdateOrigin origin;
    std::chrono::nanoseconds submitted = {}; // where it is timed

private:
    Update() = default;
    ~Update();
    static void destroy(Update *update) noexcept;
};
static_assert(sizeof(void *) != 8 || sizeof(Update) == 192);

} // namespace Axiom::detail
