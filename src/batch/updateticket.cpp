// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "updateticket.h"

#include "../core/logging_p.h"
#include "detail/inbox.h"
#include "detail/update_p.h"

namespace Axiom {

using detail::Update;

namespace {

// A callback is called in the middle of a flush, or by the event loop: neither may be left by an
// exception.
void call(const std::function<void(UpdateTicket::Status)> &callback, UpdateTicket::Status status)
{
    try {
        callback(status);
    } catch (...) {
        qCWarning(lcBatch, "UpdateTicket::then: a callback threw");
    }
}

} // namespace

/*!
    \class Axiom::UpdateTicket
    \inmodule AxiomState
    \inheaderfile AxiomState/UpdateTicket
    \brief What became of an update that was enqueued.

    A small value that may be copied, kept or thrown away on any thread; throwing it away does not
    cancel the update.
*/

/*!
    \enum Axiom::UpdateTicket::Status

    \value Pending   It waits, or runs just now.
    \value Applied   It ran, and its flush has been announced; within a BatchScope that comes at the
           scope's end.
    \value Cancelled It was cancelled before it ran.
    \value Coalesced A newer update with the same key replaced it.
    \value Failed    It threw; the state is as if it had not run.
    \value Dropped   Its store died first, or there was none to receive it.
    \value Rejected  A full queue refused it, or the mutation was null.
*/

UpdateTicket::UpdateTicket(Update *update) noexcept : m_update(update)
{
    Update::retain(update);
}

// For the first one, which the update counts from the beginning.
UpdateTicket UpdateTicket::ofNew(Update *update) noexcept
{
    UpdateTicket ticket;
    ticket.m_update = update;
    return ticket;
}

UpdateTicket::UpdateTicket(const UpdateTicket &other) noexcept : m_update(other.m_update)
{
    if (m_update)
        Update::retain(m_update);
}

UpdateTicket::~UpdateTicket()
{
    if (m_update)
        Update::release(m_update);
}

/*!
    \fn Axiom::UpdateTicket &Axiom::UpdateTicket::operator=(UpdateTicket other)
    \fn void Axiom::UpdateTicket::swap(UpdateTicket &other)

    Makes this ticket stand for the update of \a other, or exchanges the two. O(1), no allocation.
*/

/*!
    \fn bool Axiom::UpdateTicket::isValid() const

    Returns whether the ticket stands for an update; one that is default-constructed does not.
*/

/*!
    Returns what has become of the update so far; Dropped for an invalid ticket. Any thread.
*/
UpdateTicket::Status UpdateTicket::status() const noexcept
{
    return m_update ? m_update->status.load(std::memory_order_acquire) : Dropped;
}

/*!
    Cancels the update if it has not begun to run, and returns whether that succeeded. Any thread.
*/
bool UpdateTicket::cancel()
{
    if (!m_update || !m_update->start())
        return false;
    detail::Inbox::cancel(m_update);
    return true;
}

/*!
    Calls \a callback in the thread of \a context when the update is through, or soon if it is
    through already; not at all when \a context dies before. A context in another thread than the
    store's must not be destroyed at the moment the update finishes.
*/
void UpdateTicket::then(QObject *context, std::function<void(Status)> callback) const
{
    if (!m_update || !context || !callback)
        return;
    if (m_update->addCallback(context, callback))
        return;
    QMetaObject::invokeMethod(
        context, [callback = std::move(callback), status = status()] { call(callback, status); },
        Qt::QueuedConnection);
}

/*!
    \fn template <std::invocable Callback> void Axiom::UpdateTicket::then(QObject *context, Callback callback) const

    The same for a \a callback that does not ask for the status: it is called in the thread of
    \a context.
*/

namespace {

// Stands in the place of the callbacks of an update that has ended.
alignas(Update::Callback) constinit std::byte endedMark{};
Update::Callback *const ended = reinterpret_cast<Update::Callback *>(&endedMark);

} // namespace

Update::~Update()
{
    Callback *callback = callbacks.load(std::memory_order_relaxed);
    while (callback && callback != ended)
        delete std::exchange(callback, callback->next);
}

bool Update::addCallback(QObject *context, std::function<void(UpdateTicket::Status)> &callback)
{
    Callback *first = callbacks.load(std::memory_order_acquire);
    if (first == ended)
        return false;
    auto added = std::make_unique<Callback>(Callback{context, callback, first});
    while (!callbacks.compare_exchange_weak(added->next, added.get(), std::memory_order_acq_rel)) {
        if (added->next == ended)
            return false;
    }
    static_cast<void>(added.release()); // to the list
    return true;
}

void Update::finish(UpdateTicket::Status result)
{
    function.reset();
    status.store(result, std::memory_order_release);
    // Not shared, then no ticket is left that could add one; those that did are heard of by then.
    Callback *newest = nullptr;
    if (isShared()) {
        newest = callbacks.exchange(ended, std::memory_order_acq_rel);
    } else {
        newest = callbacks.load(std::memory_order_relaxed);
        callbacks.store(ended, std::memory_order_relaxed);
    }
    // In the order in which they were added.
    Callback *first = nullptr;
    while (newest)
        first = std::exchange(newest, std::exchange(newest->next, first));
    while (first) {
        const std::unique_ptr<Callback> callback(std::exchange(first, first->next));
        if (callback->context) {
            QMetaObject::invokeMethod(
                callback->context,
                [callable = std::move(callback->call), result] { call(callable, result); });
        }
    }
}

} // namespace Axiom

#include "moc_updateticket.cpp"
