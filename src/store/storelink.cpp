// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/storelink.h"

#include "../core/logging_p.h"
#include "statestore.h"

#include <QtCore/qscopeguard.h>

namespace Axiom::detail {

void StoreLink::cut()
{
    const QMutexLocker locker(&m_mutex);
    m_store = nullptr;
}

void StoreLink::post(Task task)
{
    const QMutexLocker locker(&m_mutex);
    if (!m_store)
        return;
    m_tasks.push_back(std::move(task));
    if (m_tasks.size() > 1)
        return;
    auto forgotten = qScopeGuard([this] { m_tasks.clear(); });
    QMetaObject::invokeMethod(m_store, "runPosted", Qt::QueuedConnection);
    forgotten.dismiss();
}

void StoreLink::run()
{
    std::exception_ptr thrown; // by a slot, which must not keep the other tasks from being done
    for (const Task &task : takeTasks()) {
        try {
            if (StateStore *store = this->store())
                task(store);
        } catch (...) {
            thrown = std::current_exception();
        }
    }
    if (thrown)
        std::rethrow_exception(thrown);
}

void StoreLink::thawed(std::chrono::nanoseconds took, qint64 bytes) noexcept
{
    m_isShort.store(false, std::memory_order_relaxed);
    try {
        OperationRecorder::Sizes sizes;
        sizes.memoryDelta = bytes;
        m_operations->record(OperationType::Thaw, took, sizes);
        if (m_tells.exchange(true))
            return;
        post([this](StateStore *store) {
            m_tells = false;
            Q_EMIT store->residencyChanged();
        });
    } catch (...) {
        m_tells = false; // The next one tells of this one, too.
    }
}

void StoreLink::failed(const char *field, const StateError &error, const QByteArray &bytes) noexcept
{
    try {
        const DamagedPart part{QString::fromLatin1(field), error, bytes};
        {
            const QMutexLocker locker(&m_mutex);
            m_damagedParts.append(part);
            // Other parts may be damaged, too; one report is enough to know of it.
            if (m_damagedParts.size() > 1)
                return;
        }
        post([part](StateStore *store) {
            const QString where = part.field.isEmpty()
                ? store->name()
                : store->name() + QLatin1Char('.') + part.field;
            const QString message = QStringLiteral("%1: %2").arg(where, part.error.message);
            qCWarning(lcStorage, "%ls", qUtf16Printable(message));
            Q_EMIT store->errorOccurred({part.error.code, message});
        });
    } catch (...) {
        // There is no memory to tell of it: isValid() does.
    }
}

void StoreLink::postponed(const char *field) noexcept
{
    if (m_isShort.exchange(true, std::memory_order_relaxed))
        return;
    try {
        qCWarning(lcStorage,
                  "There is no memory to thaw %s: it reads as default values until there is",
                  field ? field : "a state");
    } catch (...) {
        // Nor to tell of it.
    }
}

QList<DamagedPart> StoreLink::damagedParts() const
{
    const QMutexLocker locker(&m_mutex);
    return m_damagedParts;
}

std::vector<StoreLink::Task> StoreLink::takeTasks()
{
    const QMutexLocker locker(&m_mutex);
    return std::exchange(m_tasks, {});
}

StateStore *StoreLink::store()
{
    const QMutexLocker locker(&m_mutex);
    return m_store;
}

} // namespace Axiom::detail
