// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/stateannouncement.h"

#include "../batch/batchcoordinator.h"
#include "../core/clock.h"
#include "../core/detail/exceptiontext.h"
#include "../core/logging_p.h"
#include "../monitor/detail/flushrecorder.h"
#include "detail/storelink.h"
#include "statestore.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qthread.h>

#include <new>

namespace Axiom::detail {

namespace {

StateError observerError(const QString &what)
{
    return {StateError::UpdateFailed, QStringLiteral("an observer threw: %1").arg(what)};
}

} // namespace

StateAnnouncement::~StateAnnouncement()
{
    if (m_core)
        --m_core->m_announcements;
}

void StateAnnouncement::set(std::shared_ptr<StateCore> core, VersionRef before, FieldMask changed,
                            int weight) noexcept
{
    m_core = std::move(core);
    m_now = m_core->m_current;
    m_before = std::move(before);
    m_changed = changed;
    m_errors = std::exchange(m_core->m_errors, {});
    m_weight = weight;
    ++m_core->m_announcements;
}

// A signal that several properties share is emitted once.
bool StateAnnouncement::isSignalOfField(const StateCore::NotifySignal &signal,
                                        std::size_t fieldsEnd) const
{
    for (std::size_t i = 0; i < fieldsEnd; ++i) {
        if (isChanged(i) && m_core->m_fieldSignals[i].method == signal.method)
            return true;
    }
    return false;
}

bool StateAnnouncement::isSignalOfSelector(const StateCore::NotifySignal &signal,
                                           std::size_t selectorsEnd) const
{
    for (std::size_t i = 0; i < selectorsEnd; ++i) {
        const auto &selector = m_core->m_selectors[i];
        if (selector->changedIn == m_now->revision && selector->signal.method == signal.method)
            return true;
    }
    return false;
}

template <typename F>
bool StateAnnouncement::deliver(F &&notification)
{
    try {
        notification();
    } catch (...) {
        // To tell of it takes memory, and calls slots: what these throw ends here as well.
        try {
            const QString what = exceptionText(std::current_exception());
            qCWarning(lcStore, "An observer threw: %ls", qUtf16Printable(what));
            try {
                if (m_core->m_store) {
                    Q_EMIT m_core->m_store->errorOccurred(observerError(what));
                }
            } catch (...) {
                qCWarning(lcStore, "So did a slot of errorOccurred()");
            }
        } catch (...) {
            // There is no memory to tell of it.
        }
    }
    return true;
}

// On the context's thread; what it throws must not come out of that thread's event loop.
void StateAnnouncement::callLater(QObject *context,
                                  const std::shared_ptr<StateCore::ObserverEntry> &observer) const
{
    const auto call = [observer, now = m_now, before = m_before, link = m_core->m_link] {
        try {
            observer->call(now, before);
        } catch (...) {
            const QString what = exceptionText(std::current_exception());
            qCWarning(lcStore, "An observer threw: %ls", qUtf16Printable(what));
            try {
                link->post([error = observerError(what)](StateStore *store) {
                    Q_EMIT store->errorOccurred(error);
                });
            } catch (const std::bad_alloc &) {
                return; // the warning has told
            }
        }
    };
    QMetaObject::invokeMethod(context, call, Qt::QueuedConnection);
}

void StateAnnouncement::begin()
{
    if (!m_changed || !OperationRecorder::isEnabled())
        return;
    m_core->operations->count(OperationType::Notify);
    if (m_weight > 0)
        m_start = Clock::steady().now();
    if (FlushRecord *record = FlushRecorder::current()) {
        FlushRecord::StoreChange change;
        change.store = m_core->m_store->name();
        change.revision = m_now->revision;
        for (std::size_t field = 0; field < m_core->m_fieldNames.size(); ++field) {
            if (isChanged(field))
                change.fields.append(QString::fromLatin1(m_core->m_fieldNames[field]));
        }
        FlushRecorder::beginChange(*record, std::move(change));
    }
}

void StateAnnouncement::end()
{
    if (const int weight = std::exchange(m_weight, 0)) {
        m_core->operations->measured(OperationType::Notify, Clock::steady().now() - m_start, {},
                                     weight);
    }
}

bool StateAnnouncement::deliverNext()
{
    if (!std::exchange(m_hasBegun, true) && m_core->m_store) {
        try {
            begin();
        } catch (const std::bad_alloc &) {
            m_weight = 0; // without memory for figures there are none
        }
    }
    StateCore &core = *m_core;
    const std::size_t fieldCount = core.m_fieldNames.size();
    while (core.m_store) {
        switch (m_phase) {
        case Signals:
            for (const auto &fieldSignals = core.fieldSignals();
                 m_changed && m_field < fieldCount;) {
                const std::size_t field = m_field++;
                const StateCore::NotifySignal signal = fieldSignals[field];
                if (isChanged(field) && signal.method >= 0 && !isSignalOfField(signal, field))
                    return deliver([&] { core.emitNotify(signal); });
            }
            next(Models);
            break;
        case Models:
            while (m_changed && m_index < core.m_models.size()) {
                const auto entry = core.m_models[m_index++];
                if (entry->model && (m_changed & entry->fields) && entry->since < m_now->revision)
                    return deliver([&] { entry->calls.show(m_now); });
            }
            next(Observers);
            break;
        case Observers:
            for (; m_changed && m_field < fieldCount; ++m_field, m_index = 0) {
                while (isChanged(m_field) && m_index < core.m_observers[m_field].entries.size()) {
                    const auto observer = core.m_observers[m_field].entries[m_index++];
                    QObject *context = observer->context;
                    if (!context || observer->since >= m_now->revision)
                        continue;
                    if (context->thread() == QThread::currentThread())
                        return deliver([&] { observer->call(m_now, m_before); });
                    deliver([&] { callLater(context, observer); });
                }
            }
            next(Selectors);
            break;
        case Selectors:
            while (m_changed && core.m_store && m_index < core.m_selectors.size()) {
                const auto selector = core.m_selectors[m_index++];
                if (!(m_changed & selector->fields) || selector->since >= m_now->revision)
                    continue;
                bool changed = false;
                deliver([&] { changed = selector->call(*m_now); });
                if (!changed || !core.m_store)
                    continue;
                selector->signal = core.notifySignal(selector->property.constData());
                selector->changedIn = m_now->revision;
            }
            next(Computed);
            break;
        case Computed:
            while (m_changed && m_index < core.m_selectors.size()) {
                const std::size_t index = m_index++;
                const auto selector = core.m_selectors[index];
                if (selector->changedIn != m_now->revision)
                    continue;
                const StateCore::NotifySignal signal = selector->signal;
                if (signal.method < 0) {
                    if (!std::exchange(selector->isSilent, true)) {
                        qCWarning(lcStore, "State::computed: %s has no property '%s' that notifies",
                                  core.m_store->metaObject()->className(),
                                  selector->property.constData());
                    }
                } else if (!isSignalOfField(signal, fieldCount)
                           && !isSignalOfSelector(signal, index)) {
                    return deliver([&] { core.emitNotify(signal); });
                }
            }
            next(Committed);
            break;
        case Committed:
            next(Errors);
            if (m_changed) {
                return deliver([&] {
                    BatchCoordinator::instance()->noteCommit();
                    Q_EMIT core.m_store->committed(m_now->revision);
                });
            }
            break;
        case Errors:
            if (m_index < m_errors.size()) {
                const StateError &error = m_errors[m_index++];
                return deliver([&] { Q_EMIT core.m_store->errorOccurred(error); });
            }
            next(Done);
            end();
            if (core.m_announcements == 1) // others know observers by their place
                core.purgeObservers(m_changed);
            break;
        case Done:
            return false;
        }
    }
    return false;
}

} // namespace Axiom::detail
