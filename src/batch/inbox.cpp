// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/inbox.h"

#include "batchhost.h"
#include "detail/update_p.h"

namespace Axiom::detail {

void UpdateList::append(Update *update) noexcept
{
    update->next = nullptr;
    (last ? last->next : first) = update;
    last = update;
}

Update *UpdateList::takeFirst() noexcept
{
    Update *update = first;
    if (update) {
        first = std::exchange(update->next, nullptr);
        if (!first)
            last = nullptr;
    }
    return update;
}

Announcement::~Announcement() = default;

UpdateTarget::UpdateTarget(std::shared_ptr<Inbox> i) : inbox(std::move(i)) { }

UpdateTarget::~UpdateTarget() = default;

Inbox::Inbox() = default;

Inbox::~Inbox()
{
    close();
}

UpdateTicket Inbox::submit(const std::shared_ptr<UpdateTarget> &target, UpdateFunction function,
                           const UpdateOptions &options)
{
    auto *update = new Update;
    UpdateTicket ticket(update);
    if (!function) {
        update->start();
        update->finish(UpdateTicket::Rejected);
        Update::release(update);
        return ticket;
    }
    update->function = std::move(function);
    update->target = target;
    update->priority = options.priority;
    update->key = options.coalesceKey;

    UpdateTicket replaced;
    bool accepted = false;
    {
        const QMutexLocker locker(&m_mutex);
        if (m_host) {
            accepted = true;
            if (!options.deadline.isForever()) {
                // One that has passed already shall count as missed, by however little.
                const std::chrono::nanoseconds remaining(options.deadline.remainingTimeNSecs());
                update->deadline = m_host->now()
                    + (remaining.count() > 0 ? remaining : std::chrono::nanoseconds(-1));
            }
            if (!update->key.isEmpty()) {
                Update *&newest = m_newest[Key{target.get(), update->key}];
                if (newest && newest->start())
                    replaced = UpdateTicket(newest);
                newest = update;
            }
            update->counted = true;
            target->m_pending.fetch_add(1, std::memory_order_relaxed);
            m_counters.queued.fetch_add(1, std::memory_order_relaxed);
            m_list.append(update);
            const bool urgent =
                update->priority >= Priority::High || update->deadline < m_delayedUntil;
            if (m_wake == Wake::None || (m_wake == Wake::Delayed && urgent)) {
                m_wake = Wake::Posted;
                m_host->wake();
            }
        }
    }
    if (replaced.isValid())
        finish(replaced.m_update, UpdateTicket::Coalesced);
    if (!accepted) {
        update->start();
        finish(update, UpdateTicket::Dropped);
        Update::release(update);
    }
    return ticket;
}

void Inbox::cancel(Update *update)
{
    // Its place in the queue is given up when its turn comes.
    const std::shared_ptr<UpdateTarget> target = update->target;
    target->inbox->finish(update, UpdateTicket::Cancelled);
}

void Inbox::finish(Update *update, UpdateTicket::Status status)
{
    switch (status) {
    case UpdateTicket::Applied:
        m_counters.applied.fetch_add(1, std::memory_order_relaxed);
        break;
    case UpdateTicket::Cancelled:
        m_counters.cancelled.fetch_add(1, std::memory_order_relaxed);
        break;
    case UpdateTicket::Coalesced:
        m_counters.coalesced.fetch_add(1, std::memory_order_relaxed);
        break;
    case UpdateTicket::Failed:
        m_counters.failed.fetch_add(1, std::memory_order_relaxed);
        break;
    case UpdateTicket::Dropped:
        m_counters.dropped.fetch_add(1, std::memory_order_relaxed);
        break;
    case UpdateTicket::Pending:
    case UpdateTicket::Rejected:
        break;
    }
    if (update->counted) {
        update->counted = false;
        update->target->m_pending.fetch_sub(1, std::memory_order_relaxed);
        m_counters.finished.fetch_add(1, std::memory_order_relaxed);
    }
    update->finish(status);
}

void Inbox::open(BatchHost *host)
{
    const QMutexLocker locker(&m_mutex);
    m_host = host;
}

void Inbox::close()
{
    UpdateList list;
    {
        const QMutexLocker locker(&m_mutex);
        m_host = nullptr;
        list = std::exchange(m_list, {});
        m_newest.clear();
    }
    drop(list);
}

void Inbox::drop(UpdateList &list)
{
    while (Update *update = list.takeFirst()) {
        forget(update);
        if (update->start())
            finish(update, UpdateTicket::Dropped);
        Update::release(update);
    }
}

void Inbox::forget(const Update *update)
{
    if (update->key.isEmpty())
        return;
    const QMutexLocker locker(&m_mutex);
    const auto it = m_newest.constFind(Key{update->target.get(), update->key});
    if (it != m_newest.constEnd() && *it == update)
        m_newest.erase(it);
}

} // namespace Axiom::detail
