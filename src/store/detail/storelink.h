// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STORELINK_H
#define AXIOM_DETAIL_STORELINK_H

#include "../../monitor/detail/operationrecorder.h"
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

    StoreLink(StateStore *store, std::shared_ptr<OperationRecorder> operations)
        : m_operations(std::move(operations)), m_store(store)
    { }

    void cut();
    // Calls task on the store's thread. Throws std::bad_alloc.
    void post(Task task);
    void run();
    QList<DamagedPart> damagedParts() const;

    // ThawContext
    void thawed(std::chrono::nanoseconds took, qint64 bytes) noexcept override;
    void failed(const char *field, const StateError &error,
                const QByteArray &bytes) noexcept override;
    void postponed(const char *field) noexcept override;

private:
    std::vector<Task> takeTasks();
    StateStore *store();

    const std::shared_ptr<OperationRecorder> m_operations;
    mutable QMutex m_mutex;
    StateStore *m_store;
    std::vector<Task> m_tasks;
    std::atomic<bool> m_tells = false;
    std::atomic<bool> m_isShort = false; // of memory, when something was thawed last
    QList<DamagedPart> m_damagedParts;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STORELINK_H
