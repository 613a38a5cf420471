// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/transaction.h"

#include <utility>

namespace Axiom::detail {

namespace {

// Of trivial type, as stores may change when a thread's other objects are gone: static ones do.
constinit thread_local Transaction *own = nullptr;

struct OwnGuard
{
    ~OwnGuard() { delete std::exchange(own, nullptr); }
    void arm() const noexcept { }
};

thread_local const OwnGuard ownGuard;

} // namespace

Transaction &Transaction::current()
{
    if (Q_UNLIKELY(!own)) {
        own = new Transaction;
        ownGuard.arm();
    }
    return *own;
}

void Transaction::join(const std::shared_ptr<UpdateTarget> &target)
{
    Q_ASSERT(isOpen());
    if (target->m_joined)
        return;
    m_targets.push_back(target);
    target->m_joined = true;
}

void Transaction::leave(FlushRecorder::Scope *recording) noexcept
{
    if (m_depth > 1) {
        --m_depth;
        return;
    }
    // All commit before anything is told, so that no observer sees half a transaction.
    // By index: what a commit lets go of may change a store, which joins, and so may what goes with
    // a store that is no more.
    std::size_t gone = 0;
    for (std::size_t i = 0; gone < m_targets.size();) {
        for (; i < m_targets.size(); ++i) {
            const std::shared_ptr<UpdateTarget> target = m_targets[i];
            target->m_joined = false;
            if (std::shared_ptr<Announcement> announcement = target->commit())
                append(std::move(announcement));
        }
        std::exchange(m_targets[gone++], nullptr).reset();
    }
    m_targets.clear();
    m_depth = 0;
    if (recording)
        recording->applied();
    announce();
}

void Transaction::append(std::shared_ptr<Announcement> announcement) noexcept
{
    Announcement *last = std::exchange(m_lastAnnouncement, announcement.get());
    (last ? last->m_next : m_announcement) = std::move(announcement);
}

void Transaction::announce() noexcept
{
    // An observer that changes a store comes through here again, and so does a nested event loop:
    // each level takes up where the one below it stands, and none delivers a thing twice.
    while (m_announcement) {
        const std::shared_ptr<Announcement> announcement = m_announcement;
        while (announcement->deliverNext()) { }
        if (m_announcement == announcement) {
            m_announcement = std::move(announcement->m_next);
            if (!m_announcement)
                m_lastAnnouncement = nullptr;
        }
    }
}

} // namespace Axiom::detail
