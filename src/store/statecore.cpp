// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/statecore.h"

#include "../batch/batchcoordinator.h"
#include "../batch/detail/inbox.h"
#include "../core/clock.h"
#include "../core/detail/exceptiontext.h"
#include "../core/logging_p.h"
#include "../monitor/detail/flushrecorder.h"
#include "detail/stateannouncement.h"
#include "detail/storelink.h"
#include "statestore.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qmetaobject.h>

#include <algorithm>

namespace Axiom::detail {

namespace {

// From the last commit on, and up to twice as long.
constexpr std::chrono::milliseconds formerKeptFor(1000);

} // namespace

RowSink::~RowSink() = default;
ListSource::~ListSource() = default;

StateCore::StateCore(StateStore *store, VersionRef initial, std::vector<const char *> fieldNames,
                     const StateFreezing *freezing)
    : UpdateTarget(BatchCoordinator::instance()->inbox()), m_store(store),
      m_fieldNames(std::move(fieldNames)), m_current(std::move(initial)),
      m_readable(m_current->read()), m_freezing(freezing),
      m_link(std::make_shared<StoreLink>(store, operations)), m_observers(m_fieldNames.size())
{
    operations->setReads(&m_recorder);
}

StateCore::~StateCore()
{
    operations->setReads(nullptr);
}

VersionRef StateCore::snapshot() const
{
    const QMutexLocker locker(&m_currentMutex);
    ++m_snapshots;
    return m_current;
}

UpdateTicket StateCore::enqueue(UpdateFunction &&function, const UpdateOptions &options,
                                const UpdateOrigin &origin)
{
    UpdateTicket ticket = inbox->submit(shared_from_this(), std::move(function), options, origin);
    // The flush may delete the store, and this with it.
    if (options.priority == Priority::Critical && m_home.isCurrent())
        BatchCoordinator::instance()->flushCritical();
    return ticket;
}

void StateCore::applyNow(MutationRef mutation, const UpdateOrigin &origin)
{
    if (!m_home.isCurrent()) {
        qCWarning(lcStore,
                  "State::apply: called from another thread than the store's; nothing was "
                  "changed, use enqueue()");
        return;
    }
    if (!acceptsUpdates()) {
        qCWarning(lcStore,
                  "State::apply: the store was moved to another thread; nothing was changed");
        return;
    }
    if (!m_store)
        return; // what its observers held changes it, as it goes
    Transaction &transaction = Transaction::current();
    const Transaction::Level level(transaction);
    transaction.join(shared_from_this());
    if (FlushRecord *record = FlushRecorder::current())
        FlushRecorder::addOrigin(*record, m_store->name(), origin, Priority::Critical);
    try {
        const Transaction::Mutating mutating(transaction);
        apply(mutation);
    } catch (...) {
        reportFailure(std::current_exception());
        throw;
    }
}

void StateCore::apply(MutationRef mutation)
{
    const OperationTimer timer(*operations, OperationType::Update);
    if (!m_draft) {
        m_draft = takeDraft(mutation.replacesAll);
        try {
            mutation(m_draft->data());
        } catch (...) {
            m_draft.reset();
            m_readable = nullptr;
            throw;
        }
    } else if (mutation.isNoexcept) {
        mutation(m_draft->data());
    } else {
        VersionRef checkpoint = std::exchange(m_checkpoint, {});
        if (checkpoint)
            checkpoint->copyFrom(*m_draft);
        else
            checkpoint = VersionRef(m_draft->clone());
        try {
            mutation(m_draft->data());
        } catch (...) {
            m_draft->takeFrom(*checkpoint);
            throw;
        }
        m_checkpoint = std::move(checkpoint);
    }
    ++m_mutationCount;
    m_readable = m_draft->data();
}

VersionRef StateCore::takeDraft(bool isReplaced)
{
    // What a commit consists of is measured together.
    Sampler &sampler = operations->sampler(OperationType::Commit);
    m_commitWeight = Q_UNLIKELY(sampler.isDue(1)) && OperationRecorder::isEnabled()
        ? sampler.take(Clock::steady().now(), 1)
        : 0;
    prepareCommit();
    if (!isReplaced)
        m_current->requireState();
    const bool prepared = m_prepared && m_prepared->revision == m_current->revision;
    const bool isFormerFree = m_former && !m_former->isShared();
    const bool cloned = !prepared && !isFormerFree && m_current->isShared();
    VersionRef draft = prepared ? std::move(m_prepared) : makeDraft();
    m_prepared.reset();
    m_recorder.wrote(cloned, 0);
    return draft;
}

// A private copy. The version before the current one becomes it when nobody looks at that any more:
// what is large in it and has not changed since is not copied again.
VersionRef StateCore::makeDraft()
{
    VersionRef draft = std::exchange(m_former, {});
    const bool isFree = draft && !draft->isShared();
    if (isFree && !(m_formerChanges & draft->fieldsCopiedWhole())) {
        draft->copyChanges(*m_current, m_formerChanges);
        return draft;
    }
    const OperationTimer timer(*operations, OperationType::Clone, m_commitWeight);
    m_copiedFields |= m_current->fieldsCopiedWhole();
    if (!isFree)
        return VersionRef(m_current->clone());
    draft->copyChanges(*m_current, m_formerChanges);
    return draft;
}

// What a commit needs memory for, while there may still be none.
void StateCore::prepareCommit()
{
    if (!m_announcement)
        m_announcement = std::make_shared<StateAnnouncement>();
    if (!m_store)
        return;
    fieldSignals();
    // The class that names the store is known only once it is constructed.
    if (!m_isNamed)
        operations->setName(m_store->name());
    m_isNamed = true;
}

std::shared_ptr<Announcement> StateCore::commit() noexcept
{
    const OperationTimer timer(*operations, OperationType::Commit, m_commitWeight);
    // What these let go of may change the store: then that is a commit of its own, after this one.
    const VersionRef checkpoint = std::exchange(m_checkpoint, {});
    VersionRef draft = std::exchange(m_draft, {});
    std::shared_ptr<StateAnnouncement> announcement = std::exchange(m_announcement, {});
    m_readable = nullptr;
    if (!m_store)
        return {};
    FieldMask changed = draft ? draft->changesSince(*m_current) : 0;
    // What replaces a state that can't be had is a change, also where it equals the default values
    // that are read in its place.
    if (draft && (!m_current->isThawed() || m_current->isDamaged()))
        changed = ~FieldMask(0);
    if (!changed && m_errors.empty()) {
        m_announcement = std::move(announcement); // for the next time
        return {};
    }

    VersionRef before = m_current;
    if (changed) {
        draft->revision = m_current->revision + 1;
        {
            const QMutexLocker locker(&m_currentMutex);
            m_current.swap(draft);
        }
        m_readable = m_current->read();
        m_copiedFields |= changed;
        try {
            keepFormer(before, changed);
            prepareDraft();
        } catch (const std::bad_alloc &) {
            m_former.reset(); // The next update copies for itself.
        }
    }
    announcement->set(shared_from_this(), std::move(before), changed,
                      std::exchange(m_commitWeight, 0));
    return announcement;
}

void StateCore::prepareDraft()
{
    if (!m_recorder.isEager() || m_preparing)
        return;
    m_preparing = runWhenIdle([weak = weak_from_this()] {
        const std::shared_ptr<StateCore> core = weak.lock();
        if (!core)
            return;
        core->m_preparing = false;
        try {
            core->m_commitWeight = 1; // idle time is there to be used
            core->m_current->requireState();
            if (core->m_store && !core->m_draft)
                core->m_prepared = core->makeDraft();
        } catch (...) {
            // The update copies for itself, and tells its caller if that fails, too.
        }
    });
}

// For a state that is costly to copy, and as long as it is written: it takes the memory of one more.
void StateCore::keepFormer(VersionRef former, FieldMask changed)
{
    if (!former->fieldsCopiedWhole() || former->frozenState())
        return;
    m_former = std::move(former);
    m_formerChanges = changed;
    if (!m_isFormerWatched)
        watchFormer();
}

void StateCore::watchFormer()
{
    m_isFormerWatched =
        runLater(formerKeptFor, [weak = weak_from_this(), revision = m_current->revision] {
            const std::shared_ptr<StateCore> core = weak.lock();
            if (!core)
                return;
            core->m_isFormerWatched = false;
            if (core->m_former && core->m_current->revision != revision)
                core->watchFormer();
            else
                core->m_former.reset();
        });
    if (!m_isFormerWatched)
        m_former.reset();
}

Version::PlainField StateCore::takeLargestCopy()
{
    const FieldMask fields = std::exchange(m_copiedFields, 0);
    return m_current->isThawed() ? m_current->largestPlainField(fields) : Version::PlainField();
}

void StateCore::reportFailure(std::exception_ptr error)
{
    if (!m_store)
        return;
    prepareCommit();
    m_errors.push_back(
        {StateError::UpdateFailed,
         QStringLiteral("%1: an update threw: %2").arg(m_store->name(), exceptionText(error))});
}

void StateCore::flushed()
{
    if (isAlive())
        Q_EMIT m_store->pendingUpdatesChanged();
}

QObject *StateCore::storeObject() const
{
    return isAlive() ? m_store : nullptr;
}

void StateCore::setStrategy(CowStrategy strategy)
{
    m_recorder.setStrategy(strategy);
    m_prepared.reset();
    m_former.reset();
    prepareDraft();
}

StoreSettings StateCore::settings() const
{
    StoreSettings settings = m_settings;
    settings.strategy = strategy();
    settings.batchingThreshold = batchingThreshold();
    return settings;
}

void StateCore::setSettings(const StoreSettings &settings)
{
    if (settings.strategy != strategy())
        setStrategy(settings.strategy);
    setBatchingThreshold(settings.batchingThreshold);
    m_settings = settings;
}

void StateCore::detach()
{
    m_store = nullptr;
    m_link->cut();
    endFreeze();
    for (const auto &entry : m_models) {
        if (entry->model)
            entry->calls.release();
    }
    // Those that wait know their store, and it may know them.
    inbox->setPendingLimit(*this, 0, OverflowPolicy::Reject);
    m_prepared.reset();
    m_former.reset();
    m_errors.clear();
    // Those that have a handle keep this alive. The lists stay for announcements under way.
    for (Observers &observers : m_observers)
        std::exchange(observers.entries, {}).clear();
    std::exchange(m_selectors, {}).clear();
}

void StateCore::observe(int field, QObject *context, Observer observer)
{
    if (!context) {
        qCWarning(lcStore, "State::onChanged: a context is needed, to know when to stop");
        return;
    }
    if (!hasField(field, "State::onChanged"))
        return;
    Observers &observers = m_observers[std::size_t(field)];
    observers.entries.push_back(std::make_shared<ObserverEntry>(
        ObserverEntry{m_current->revision, context, std::move(observer)}));
    // Else those of a field that seldom changes would gather for ever.
    if (observers.entries.size() < observers.purgeAt)
        return;
    m_purgeDue |= FieldMask(1) << field;
    if (m_announcements == 0)
        purgeObservers(0);
}

// Copes without memory. What an observer lets go of may come back here, or end the store.
void StateCore::purgeObservers(FieldMask fields)
{
    const auto self = shared_from_this();
    fields |= std::exchange(m_purgeDue, 0);
    const auto isAlive = [](const auto &entry) { return !entry->context.isNull(); };
    for (std::size_t field = 0; field < m_observers.size(); ++field) {
        if (!(fields >> field & 1))
            continue;
        auto &entries = m_observers[field].entries;
        std::stable_partition(entries.begin(), entries.end(), isAlive);
        while (!entries.empty() && !isAlive(entries.back())) {
            const std::shared_ptr<ObserverEntry> dead = std::move(entries.back());
            entries.pop_back();
        }
        m_observers[field].purgeAt = std::max(minObservers, 2 * entries.size());
    }
}

bool StateCore::hasField(int field, const char *caller)
{
    if (field >= 0)
        return true;
    qCWarning(lcStore, "%s: a member of the state that is not among its Axiom::Fields", caller);
    return false;
}

void StateCore::select(FieldMask fields, QByteArray property, Selector selector)
{
    m_selectors.push_back(std::make_shared<SelectorEntry>(
        SelectorEntry{m_current->revision, fields, std::move(property), std::move(selector)}));
}

QAbstractItemModel *
StateCore::listModel(int field, int order,
                     const std::function<std::unique_ptr<ListSource>()> &makeSource)
{
    for (const auto &entry : m_models) {
        if (entry->field == field && entry->order == order && entry->model)
            return entry->model;
    }
    std::unique_ptr<ListSource> source = makeSource();
    const FieldMask fields = source->stateFields();
    ListModel calls = createListModel(std::move(source), m_store);
    QAbstractItemModel *model = calls.model;
    m_models.push_back(std::make_shared<ModelEntry>(
        ModelEntry{m_current->revision, field, order, fields, model, std::move(calls)}));
    return model;
}

const void *StateCore::thawReadable() const noexcept
{
    const void *state = m_current->read();
    // Another thread may have had the memory for it since.
    if (m_current->isThawed())
        state = m_readable = m_current->read();
    return state;
}

StateCore::NotifySignal StateCore::notifySignal(const char *property) const
{
    const QMetaObject *metaObject = m_store->metaObject();
    NotifySignal signal;
    signal.property = metaObject->indexOfProperty(property);
    if (signal.property >= 0)
        signal.method = metaObject->property(signal.property).notifySignalIndex();
    return signal;
}

const std::vector<StateCore::NotifySignal> &StateCore::fieldSignals() const
{
    // While the store is being constructed its meta object is still that of a base.
    if (m_metaObject != m_store->metaObject()) {
        m_fieldSignals.clear();
        for (const char *name : m_fieldNames) {
            const NotifySignal signal = notifySignal(name);
            // Those of every store tell of the store, also where a field has the same name.
            const bool isOwn = signal.property >= StateStore::staticMetaObject.propertyCount();
            m_fieldSignals.push_back(isOwn ? signal : NotifySignal());
        }
        m_metaObject = m_store->metaObject(); // when all are there
    }
    return m_fieldSignals;
}

bool StateCore::isConnected(const NotifySignal &signal) const
{
    return signal.method >= 0
        && m_store->isSignalConnected(m_store->metaObject()->method(signal.method));
}

// By a binding, a view, or anything else that a commit tells.
bool StateCore::isObserved() const
{
    if (!isAlive())
        return false;
    static const QMetaMethod committed = QMetaMethod::fromSignal(&StateStore::committed);
    const auto isAlive = [](const auto &entry) { return !entry->context.isNull(); };
    // std::ranges::any_of came to libc++ only with 15.
    const auto isAny = [](const auto &range, const auto &is) {
        return std::any_of(std::begin(range), std::end(range), is);
    };
    return isAny(fieldSignals(), [this](auto &signal) { return isConnected(signal); })
        || isAny(m_models, [](auto &entry) { return entry->model && entry->calls.isObserved(); })
        || isAny(m_observers, [&](auto &all) { return isAny(all.entries, isAlive); })
        || isAny(m_selectors,
                 [this](auto &entry) {
                     return isConnected(notifySignal(entry->property.constData()));
                 })
        || m_store->isSignalConnected(committed);
}

void StateCore::emitNotify(const NotifySignal &signal)
{
    if (signal.method < 0)
        return;
    BatchCoordinator::instance()->countNotifications(1);
    if (FlushRecord::StoreChange *change = FlushRecorder::change())
        ++change->propertySignals;
    const QMetaMethod method = m_store->metaObject()->method(signal.method);
    if (method.parameterCount() == 0) {
        void *arguments[] = {nullptr};
        QMetaObject::metacall(m_store, QMetaObject::InvokeMetaMethod, signal.method, arguments);
        return;
    }
    // The first parameter gets the value, if it can be had in that type; others a default.
    std::vector<QVariant> values(std::size_t(method.parameterCount()));
    std::vector<void *> arguments{nullptr};
    values.front() = m_store->metaObject()->property(signal.property).read(m_store);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const QMetaType type = method.parameterMetaType(int(i));
        if (type == QMetaType::fromType<QVariant>()) { // which holds it as it is
            arguments.push_back(&values[i]);
            continue;
        }
        if (!values[i].convert(type))
            values[i] = QVariant(type);
        if (!values[i].isValid()) {
            qCWarning(lcStore, "%s: a parameter of %s is of no type that is known",
                      m_store->metaObject()->className(), method.methodSignature().constData());
            return;
        }
        arguments.push_back(values[i].data());
    }
    QMetaObject::metacall(m_store, QMetaObject::InvokeMetaMethod, signal.method, arguments.data());
}

} // namespace Axiom::detail
