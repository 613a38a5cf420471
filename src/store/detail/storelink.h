// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STORELINK_H
#define AXIOM_DETAIL_STORELINK_H

#include "../../storage/detail/thawcontext.h"
#include "../damagedpart.h"

#include <QtCore/qlist.h>
#include <QtCore/qmutex.h>

#include <atomic>
#include <functional>
#include <vector>

namespace Axiom {
class StateStore;
} // namespace Axiom

namespace Axiom::detail {

// The way to a store from other threads. What is posted after the store has gone is dropped.
class StoreLink final : public ThawContext
{
public:
    using Task = std::function<void(StateStore *)>;

    explicit StoreLink(StateStore *store) : m_store(store) { }

    void cut();
    // Calls task on the store's thread.
    void post(Task task) noexcept;
    void run();
    QList<DamagedPart> damagedParts() const;

    // ThawContext
    void thawed() noexcept override;
    void failed(const char *field, const StateError &error,
                const QByteArray &bytes) noexcept override;

private:
    std::vector<Task> takeTasks();
    StateStore *store();

    mutable QMutex m_mutex;
    StateStore *m_store;
    std::vector<Task> m_tasks;
    std::atomic<bool> m_tells = false;
    QList<DamagedPart> m_damagedParts;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STORELINK_H
