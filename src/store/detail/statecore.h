// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATECORE_H
#define AXIOM_DETAIL_STATECORE_H

#include "../../batch/detail/transaction.h"
#include "../../core/stateerror.h"
#include "../../cow/cowmetrics.h"
#include "../../cow/detail/idletask.h"
#include "version.h"

#include <QtCore/qmutex.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <functional>
#include <memory>
#include <vector>

class QAbstractItemModel;

namespace Axiom {
class StateStore;
class UpdateTicket;
struct UpdateOptions;
} // namespace Axiom

namespace Axiom::detail {

class ListSource;

// All of a State<S> that needs no S. It is shared with updates on their way and snapshots in the
// making, and outlives its store as long as they do; isAlive() says whether there still is one.
class AXIOM_CORE_EXPORT StateCore final : public UpdateTarget,
                                          public std::enable_shared_from_this<StateCore>
{
public:
    using Observer = std::function<void(const VersionRef &now, const VersionRef &before)>;
    using Selector = std::function<bool(const Version &now)>; // true when its value changed

    StateCore(StateStore *store, VersionRef initial, std::vector<const char *> fieldNames);
    ~StateCore() override;

    // Any thread.
    VersionRef snapshot() const;
    UpdateTicket enqueue(UpdateFunction function, const UpdateOptions &options);

    // The owner's thread.
    const void *read() const noexcept
    {
        m_recorder.read();
        return m_readable;
    }
    const VersionRef &current() const noexcept { return m_current; }
    void applyNow(MutationRef mutation);
    void observe(int field, QObject *context, Observer observer);
    void select(FieldMask fields, QByteArray property, Selector selector);
    QAbstractItemModel *listModel(int field, int order,
                                  const std::function<std::unique_ptr<ListSource>()> &makeSource);
    CowMetrics cowMetrics() const noexcept { return m_recorder.metrics(); }
    CowStrategy strategy() const noexcept { return m_recorder.strategy(); }
    void setStrategy(CowStrategy strategy);
    qint64 byteSize() const { return m_current->byteSize(); }
    void detach();

    // UpdateTarget
    bool isAlive() const override { return m_store && acceptsUpdates(); }
    void apply(MutationRef mutation) override;
    std::shared_ptr<Announcement> commit() override;
    void reportFailure(std::exception_ptr error) override;
    QObject *storeObject() const override;

private:
    friend class StateAnnouncement;

    struct ObserverEntry
    {
        QPointer<QObject> context;
        Observer call;
    };
    struct SelectorEntry
    {
        FieldMask fields;
        QByteArray property;
        Selector call;
    };
    struct ModelEntry
    {
        int field;
        int order;
        FieldMask fields;
        QPointer<QAbstractItemModel> model;
        std::function<void(const VersionRef &)> show;
    };
    struct NotifySignal
    {
        int property = -1;
        int method = -1;
    };

    VersionRef takeDraft();
    void prepareDraft();
    NotifySignal notifySignal(const char *property) const;
    const std::vector<NotifySignal> &fieldSignals();
    void emitNotify(const NotifySignal &signal);
    void purgeObservers(FieldMask fields);

    const HomeThread m_home;
    StateStore *m_store;
    const std::vector<const char *> m_fieldNames;

    mutable QMutex m_currentMutex; // m_current is read by any thread, written by the owner's
    VersionRef m_current;
    const void *m_readable;  // what value() shows: the draft's state once a mutation is through
    VersionRef m_draft;      // the working copy of the transaction that is open
    VersionRef m_checkpoint; // reused, to spare an allocation an update
    VersionRef m_prepared;   // a draft made ahead in idle time, by EagerClone
    CowRecorder m_recorder;
    bool m_preparing = false;

    std::vector<std::vector<std::shared_ptr<ObserverEntry>>> m_observers; // by field
    std::vector<std::shared_ptr<SelectorEntry>> m_selectors;
    std::vector<std::shared_ptr<ModelEntry>> m_models;
    std::vector<StateError> m_errors; // to be told with the next announcement
    int m_announcements = 0;          // under way

    const QMetaObject *m_metaObject = nullptr; // that m_fieldSignals was made for
    std::vector<NotifySignal> m_fieldSignals;  // of the property named as each field
};

template <Described S>
std::shared_ptr<StateCore> makeStateCore(StateStore *store, S initial)
{
    std::vector<const char *> names;
    forEachField<S>([&](const auto &field) { names.push_back(field.name); });
    return std::make_shared<StateCore>(store, VersionRef(new TypedVersion<S>(std::move(initial))),
                                       std::move(names));
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATECORE_H
