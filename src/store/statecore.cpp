// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/statecore.h"

#include "../batch/batchcoordinator.h"
#include "../batch/detail/inbox.h"
#include "../core/clock.h"
#include "../core/logging_p.h"
#include "statestore.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qthread.h>
#include <QtCore/qthreadpool.h>
#include <QtCore/qtimer.h>

#include <deque>

namespace Axiom::detail {

namespace {

QString describe(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &exception) {
        return QString::fromLocal8Bit(exception.what());
    } catch (...) {
        return QStringLiteral("an exception of unknown type");
    }
}

} // namespace

Version::~Version() = default;

const std::shared_ptr<const FrozenState> &Version::frozenState() const noexcept
{
    static const std::shared_ptr<const FrozenState> none;
    return m_frozen ? m_frozen->content : none;
}

void Version::thawNow(void *state) const
{
    const std::lock_guard lock(m_frozen->mutex);
    if (m_frozen->isThawed.load(std::memory_order_relaxed))
        return;
    if (!m_frozen->content->thaw(state))
        m_frozen->isDamaged = true;
    m_frozen->thawedAt = thawTime();
    m_frozen->isThawed.store(true, std::memory_order_release);
}

VersionFreezer::~VersionFreezer() = default;
StateFreezing::~StateFreezing() = default;
RowSink::~RowSink() = default;
ListSource::~ListSource() = default;

// Tells the observers of one store what one commit changed.
class StateAnnouncement final : public Announcement
{
public:
    StateAnnouncement(std::shared_ptr<StateCore> core, VersionRef before, FieldMask changed)
        : m_core(std::move(core)), m_now(m_core->m_current), m_before(std::move(before)),
          m_changed(changed), m_errors(std::exchange(m_core->m_errors, {}))
    {
        ++m_core->m_announcements;
    }
    ~StateAnnouncement() override { --m_core->m_announcements; }

    bool deliverNext() override;

private:
    enum Phase { Signals, Models, Observers, Selectors, Committed, Errors, Done };

    bool isChanged(std::size_t field) const { return m_changed >> field & 1; }
    bool isSignalOfEarlierField(const StateCore::NotifySignal &signal, std::size_t field) const;
    template <typename F>
    bool deliver(F &&notification);
    void next(Phase phase)
    {
        m_phase = phase;
        m_field = 0;
        m_index = 0;
    }

    const std::shared_ptr<StateCore> m_core;
    const VersionRef m_now;
    const VersionRef m_before;
    const FieldMask m_changed;
    const std::vector<StateError> m_errors;

    // Moved on before each delivery, as that may come back here.
    Phase m_phase = Signals;
    std::size_t m_field = 0;
    std::size_t m_index = 0;
};

bool StateAnnouncement::isSignalOfEarlierField(const StateCore::NotifySignal &signal,
                                               std::size_t field) const
{
    for (std::size_t i = 0; i < field; ++i) {
        if (isChanged(i) && m_core->m_fieldSignals[i].method == signal.method)
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
        const QString what = describe(std::current_exception());
        qCWarning(lcStore, "An observer threw: %ls", qUtf16Printable(what));
        if (m_core->m_store) {
            Q_EMIT m_core->m_store->errorOccurred(
                {StateError::UpdateFailed, QStringLiteral("an observer threw: %1").arg(what)});
        }
    }
    return true;
}

bool StateAnnouncement::deliverNext()
{
    StateCore &core = *m_core;
    const std::size_t fieldCount = core.m_fieldNames.size();
    while (core.m_store) {
        switch (m_phase) {
        case Signals:
            for (const auto &fieldSignals = core.fieldSignals();
                 m_changed && m_field < fieldCount;) {
                const std::size_t field = m_field++;
                const StateCore::NotifySignal signal = fieldSignals[field];
                if (isChanged(field) && signal.method >= 0
                    && !isSignalOfEarlierField(signal, field))
                    return deliver([&] { core.emitNotify(signal); });
            }
            next(Models);
            break;
        case Models:
            while (m_changed && m_index < core.m_models.size()) {
                const auto entry = core.m_models[m_index++];
                if (entry->model && (m_changed & entry->fields))
                    return deliver([&] { entry->calls.show(m_now); });
            }
            next(Observers);
            break;
        case Observers:
            for (; m_changed && m_field < fieldCount; ++m_field, m_index = 0) {
                while (isChanged(m_field) && m_index < core.m_observers[m_field].size()) {
                    const auto observer = core.m_observers[m_field][m_index++];
                    QObject *context = observer->context;
                    if (!context)
                        continue;
                    if (context->thread() == QThread::currentThread())
                        return deliver([&] { observer->call(m_now, m_before); });
                    QMetaObject::invokeMethod(
                        context,
                        [observer, now = m_now, before = m_before] { observer->call(now, before); },
                        Qt::QueuedConnection);
                }
            }
            next(Selectors);
            break;
        case Selectors:
            while (m_changed && m_index < core.m_selectors.size()) {
                const auto selector = core.m_selectors[m_index++];
                if (!(m_changed & selector->fields))
                    continue;
                bool changed = false;
                deliver([&] { changed = selector->call(*m_now); });
                if (changed)
                    return deliver([&] {
                        core.emitNotify(core.notifySignal(selector->property.constData()));
                    });
            }
            next(Committed);
            break;
        case Committed:
            next(Errors);
            if (m_changed)
                return deliver([&] { Q_EMIT core.m_store->committed(m_now->revision); });
            break;
        case Errors:
            if (m_index < m_errors.size()) {
                const StateError &error = m_errors[m_index++];
                return deliver([&] { Q_EMIT core.m_store->errorOccurred(error); });
            }
            next(Done);
            break;
        case Done:
            return false;
        }
    }
    return false;
}

// The way to a store from other threads. What is posted after the store has gone is dropped.
class StateCore::StoreLink final : public ThawContext
{
public:
    explicit StoreLink(StateStore *store) : m_store(store) { }

    void cut()
    {
        const QMutexLocker locker(&m_mutex);
        m_store = nullptr;
    }

    using Task = std::function<void(StateStore *)>;

    // Calls task on the store's thread.
    void post(Task task) noexcept
    {
        const QMutexLocker locker(&m_mutex);
        if (!m_store)
            return;
        m_tasks.push_back(std::move(task));
        if (m_tasks.size() == 1)
            QMetaObject::invokeMethod(m_store, "runPosted", Qt::QueuedConnection);
    }

    void run()
    {
        for (const Task &task : takeTasks()) {
            if (StateStore *store = this->store())
                task(store);
        }
    }

    // ThawContext
    void thawed() noexcept override
    {
        if (!m_tells.exchange(true)) {
            post([this](StateStore *store) {
                m_tells = false;
                Q_EMIT store->residencyChanged();
            });
        }
    }
    void failed(const StateError &error) noexcept override
    {
        // Other parts may be damaged, too; one report is enough to know of it.
        if (!m_hasFailed.exchange(true)) {
            post([error](StateStore *store) {
                const QString message = QStringLiteral("%1: %2").arg(store->name(), error.message);
                qCWarning(lcStorage, "%ls", qUtf16Printable(message));
                Q_EMIT store->errorOccurred({error.code, message});
            });
        }
    }

private:
    std::vector<Task> takeTasks()
    {
        const QMutexLocker locker(&m_mutex);
        return std::exchange(m_tasks, {});
    }
    StateStore *store()
    {
        const QMutexLocker locker(&m_mutex);
        return m_store;
    }

    QMutex m_mutex;
    StateStore *m_store;
    std::vector<Task> m_tasks;
    std::atomic<bool> m_tells = false;
    std::atomic<bool> m_hasFailed = false;
};

// What is under way between the rounds of a freeze. While a round is encoded it is the worker's.
class StateCore::FreezeJob
{
public:
    using Clock = std::chrono::steady_clock;

    using Task = std::function<void()>;

    // Runs a task on the worker thread, which is one for all stores. Tasks end there, too, so that
    // former versions die where they hold up nobody.
    static void runLater(Task task)
    {
        Worker &all = worker();
        const QMutexLocker locker(&all.mutex);
        all.tasks.push_back(std::move(task));
        all.pool.start([] { worker().runNext(); });
    }

    // Of what the elements take: more is encoded in several rounds, so that what was encoded and
    // what it was made of are never in memory together but for this.
    static constexpr qint64 RoundBytes = qint64(8) << 20;

    FreezeOptions options;
    FreezeResult result;
    std::vector<std::function<void(const FreezeResult &)>> done;
    std::shared_ptr<VersionFreezer> freezer;
    FreezeBudget budget;
    std::vector<VersionRef> kept;
    int rounds = 0;
    qint64 encodedBytes = 0;
    qint64 frozenBytes = 0;
    VersionRef snapshot;

private:
    struct Worker
    {
        Worker()
        {
            pool.setMaxThreadCount(1);
            pool.setThreadPriority(QThread::LowPriority);
        }
        void runNext()
        {
            Task task;
            {
                const QMutexLocker locker(&mutex);
                task = std::move(tasks.front());
                tasks.pop_front();
            }
            task();
        }

        QMutex mutex;
        std::deque<Task> tasks;
        QThreadPool pool; // waits for its threads before the rest goes
    };
    static Worker &worker()
    {
        static Worker worker;
        return worker;
    }
};

StateCore::StateCore(StateStore *store, VersionRef initial, std::vector<const char *> fieldNames,
                     const StateFreezing *freezing)
    : UpdateTarget(BatchCoordinator::instance()->inbox()), m_store(store),
      m_fieldNames(std::move(fieldNames)), m_current(std::move(initial)),
      m_readable(m_current->data()), m_freezing(freezing),
      m_link(std::make_shared<StoreLink>(store)), m_observers(m_fieldNames.size())
{ }

StateCore::~StateCore() = default;

VersionRef StateCore::snapshot() const
{
    const QMutexLocker locker(&m_currentMutex);
    return m_current;
}

UpdateTicket StateCore::enqueue(UpdateFunction function, const UpdateOptions &options)
{
    UpdateTicket ticket = inbox->submit(shared_from_this(), std::move(function), options);
    if (options.priority == Priority::Critical && m_home.isCurrent())
        BatchCoordinator::instance()->flushCritical();
    return ticket;
}

void StateCore::applyNow(MutationRef mutation)
{
    if (!m_home.isCurrent()) {
        qCWarning(lcStore,
                  "State::apply: called from another thread than the store's; nothing was "
                  "changed, use enqueue()");
        return;
    }
    Transaction &transaction = Transaction::current();
    const Transaction::Level level(transaction);
    transaction.join(shared_from_this());
    try {
        apply(mutation);
    } catch (...) {
        reportFailure(std::current_exception());
        throw;
    }
}

void StateCore::apply(MutationRef mutation)
{
    if (!m_draft) {
        m_draft = takeDraft();
        try {
            mutation(m_draft->data());
        } catch (...) {
            m_draft.reset();
            m_readable = m_current->data();
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
    m_readable = m_draft->data();
}

VersionRef StateCore::takeDraft()
{
    // Thawed before it is seen whether it is damaged: defaults must not take its place.
    m_current->data();
    if (m_current->isDamaged())
        throw DamagedElements();
    const bool prepared = m_prepared && m_prepared->revision == m_current->revision;
    const bool cloned = !prepared && m_current->isShared();
    VersionRef draft = prepared ? std::move(m_prepared) : VersionRef(m_current->clone());
    m_prepared.reset();
    m_recorder.wrote(cloned, 0);
    return draft;
}

std::shared_ptr<Announcement> StateCore::commit()
{
    VersionRef draft = std::exchange(m_draft, {});
    m_checkpoint.reset();
    m_readable = nullptr;
    if (!m_store)
        return {};
    const FieldMask changed = draft ? draft->changesSince(*m_current) : 0;
    if (!changed && m_errors.empty())
        return {};
    if (m_announcements == 0)
        purgeObservers(changed);

    VersionRef before = m_current;
    if (changed) {
        draft->revision = m_current->revision + 1;
        {
            const QMutexLocker locker(&m_currentMutex);
            m_current.swap(draft);
        }
        m_readable = m_current->data();
        prepareDraft();
    }
    return std::make_shared<StateAnnouncement>(shared_from_this(), std::move(before), changed);
}

void StateCore::prepareDraft()
{
    if (!m_recorder.isEager() || m_preparing)
        return;
    m_preparing = true;
    runWhenIdle([weak = weak_from_this()] {
        const std::shared_ptr<StateCore> core = weak.lock();
        if (!core)
            return;
        core->m_preparing = false;
        try {
            if (core->m_store && !core->m_draft)
                core->m_prepared = VersionRef(core->m_current->clone());
        } catch (...) {
            // The update copies for itself, and tells its caller if that fails, too.
        }
    });
}

void StateCore::reportFailure(std::exception_ptr error)
{
    if (m_store) {
        m_errors.push_back(
            {StateError::UpdateFailed,
             QStringLiteral("%1: an update threw: %2").arg(m_store->name(), describe(error))});
    }
}

QObject *StateCore::storeObject() const
{
    return m_store;
}

void StateCore::setStrategy(CowStrategy strategy)
{
    m_recorder.setStrategy(strategy);
    m_prepared.reset();
    prepareDraft();
}

void StateCore::detach()
{
    m_store = nullptr;
    m_link->cut();
    if (const std::shared_ptr<FreezeJob> job = std::exchange(m_freezeJob, {})) {
        for (const auto &done : job->done)
            done({});
    }
    // Those that wait know their store, and it may know them.
    inbox->setPendingLimit(*this, 0, OverflowPolicy::Reject);
    m_prepared.reset();
    m_errors.clear();
}

void StateCore::observe(int field, QObject *context, Observer observer)
{
    if (!context) {
        qCWarning(lcStore, "State::onChanged: a context is needed, to know when to stop");
        return;
    }
    m_observers[std::size_t(field)].push_back(
        std::make_shared<ObserverEntry>(ObserverEntry{context, std::move(observer)}));
}

void StateCore::purgeObservers(FieldMask fields)
{
    for (std::size_t field = 0; field < m_observers.size(); ++field) {
        if (fields >> field & 1)
            std::erase_if(m_observers[field], [](const auto &entry) { return !entry->context; });
    }
}

void StateCore::select(FieldMask fields, QByteArray property, Selector selector)
{
    m_selectors.push_back(std::make_shared<SelectorEntry>(
        SelectorEntry{fields, std::move(property), std::move(selector)}));
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
    m_models.push_back(
        std::make_shared<ModelEntry>(ModelEntry{field, order, fields, model, std::move(calls)}));
    return model;
}

const void *StateCore::thawReadable() const noexcept
{
    return m_readable = m_current->data();
}

void StateCore::runPosted()
{
    const std::shared_ptr<StoreLink> link = m_link; // a task may end with the store
    link->run();
}

void StateCore::freeze(const FreezeOptions &options, std::function<void(const FreezeResult &)> done)
{
    if (m_freezeJob) {
        if (done)
            m_freezeJob->done.push_back(std::move(done));
        return;
    }
    if (!canFreeze()) {
        if (done)
            done({});
        return;
    }
    m_freezeJob = std::make_shared<FreezeJob>();
    m_freezeJob->options = options;
    // A state that changes as fast as it is frozen must not keep the worker busy for ever.
    m_freezeJob->rounds = 3 + int(2 * frozenParts().residentBytes / FreezeJob::RoundBytes);
    if (done)
        m_freezeJob->done.push_back(std::move(done));
    startFreezeRound();
}

void StateCore::startFreezeRound()
{
    FreezeJob &job = *m_freezeJob;
    job.freezer = m_freezing->freezer(m_link, job.options.level);
    job.budget = {};
    job.budget.left = FreezeJob::RoundBytes;
    job.budget.thawedBefore = job.options.thawedBefore;
    job.snapshot = m_current;
    job.kept.clear();
    for (const VersionRef *version : m_kept) {
        if (*version && *version != m_current)
            job.kept.push_back(*version);
    }
    FreezeJob::runLater([job = m_freezeJob, link = m_link, weak = weak_from_this()] {
        const auto start = FreezeJob::Clock::now();
        bool isDone = true;
        try {
            isDone = job->freezer->encode(*job->snapshot, job->budget);
            for (const VersionRef &version : job->kept)
                isDone = isDone && job->freezer->encode(*version, job->budget);
        } catch (...) {
            // Without memory to work with the rest stays as it is.
        }
        job->result.work += FreezeJob::Clock::now() - start;
        link->post([weak, isDone](StateStore *) {
            if (const std::shared_ptr<StateCore> core = weak.lock())
                core->finishFreezeRound(isDone);
        });
    });
}

void StateCore::finishFreezeRound(bool isDone)
{
    if (!m_freezeJob)
        return;
    // An event loop within an update: what it changes is taken in when it has ended.
    if (m_draft) {
        QTimer::singleShot(std::chrono::milliseconds(10), m_store,
                           [weak = weak_from_this(), isDone] {
                               if (const std::shared_ptr<StateCore> core = weak.lock())
                                   core->finishFreezeRound(isDone);
                           });
        return;
    }
    FreezeJob &job = *m_freezeJob;
    const auto start = FreezeJob::Clock::now();
    VersionRef former = m_current;
    if (VersionRef frozen = job.freezer->frozen(*former); frozen != former)
        replaceCurrent(std::move(frozen));
    std::vector<VersionRef> dropped = std::exchange(job.kept, {});
    for (VersionRef *version : m_kept) {
        if (*version == former)
            *version = m_current;
        else if (*version)
            dropped.push_back(std::exchange(*version, job.freezer->frozen(**version)));
    }
    dropped.push_back(std::move(former));
    dropped.push_back(std::move(job.snapshot));
    FreezeJob::runLater([dropped = std::move(dropped), freezer = std::move(job.freezer)]() mutable {
        freezer.reset();
        dropped.clear();
    });
    const auto step = FreezeJob::Clock::now() - start;
    job.result.longestStep = std::max<std::chrono::nanoseconds>(job.result.longestStep, step);
    job.result.work += step;
    job.encodedBytes += job.budget.formerBytes;
    job.frozenBytes += job.budget.frozenBytes;
    job.result.freedBytes +=
        job.budget.formerBytes - job.budget.frozenBytes + job.budget.regainedBytes;
    if (!isDone && --job.rounds > 0) {
        startFreezeRound();
        return;
    }
    const std::shared_ptr<FreezeJob> finished = std::exchange(m_freezeJob, {});
    if (finished->frozenBytes > 0)
        m_lastRatio = double(finished->encodedBytes) / double(finished->frozenBytes);
    const auto self = shared_from_this(); // whoever is told may delete the store
    for (const auto &done : finished->done)
        done(finished->result);
    if (m_store)
        Q_EMIT m_store->residencyChanged();
}

// By a version that differs in nothing that can be seen.
void StateCore::replaceCurrent(VersionRef version)
{
    const VersionRef former = m_current;
    m_checkpoint.reset();
    m_prepared.reset();
    {
        const QMutexLocker locker(&m_currentMutex);
        m_current = std::move(version);
    }
    m_readable = m_current->isThawed() ? m_current->data() : nullptr;
    for (const auto &entry : m_models) {
        if (entry->model)
            entry->calls.replace(*former, *m_current);
    }
}

void StateCore::thaw()
{
    if (!canFreeze() || m_draft)
        return;
    const FrozenParts parts = frozenParts();
    if (parts.frozen == 0 && parts.thawed == 0)
        return;
    const VersionRef former = m_current;
    if (VersionRef thawed = m_freezing->thawed(*m_current); thawed != m_current)
        replaceCurrent(std::move(thawed));
    for (VersionRef *version : m_kept) {
        if (*version)
            *version = *version == former ? m_current : m_freezing->thawed(**version);
    }
    Q_EMIT m_store->residencyChanged();
}

FrozenParts StateCore::frozenParts(qint64 thawedBefore) const
{
    return m_freezing ? m_freezing->measure(*m_current, thawedBefore) : FrozenParts();
}

bool StateCore::isHeldElsewhere() const
{
    if (m_draft)
        return true;
    // Versions that are frozen as well share most of what they have with this one.
    if (!m_kept.empty()) {
        const auto copies = std::count_if(m_kept.begin(), m_kept.end(), [&](VersionRef *version) {
            return *version == m_current;
        });
        return m_current->holders() > 1 + int(copies);
    }
    if (m_current->isShared())
        return true;
    return m_freezing && m_freezing->isHeldElsewhere(*m_current, [this](int field) {
        return int(std::count_if(m_models.begin(), m_models.end(), [&](const auto &entry) {
            return entry->model && (entry->fields >> field & 1);
        }));
    });
}

quint64 StateCore::accessCount() const
{
    const CowMetrics metrics = m_recorder.metrics();
    quint64 count =
        quint64(metrics.totalReads) + quint64(metrics.totalWrites) + quint64(m_current->revision);
    for (const auto &entry : m_models) {
        if (entry->model)
            count += entry->calls.readCount();
    }
    return count;
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

const std::vector<StateCore::NotifySignal> &StateCore::fieldSignals()
{
    // While the store is being constructed its meta object is still that of a base.
    if (m_metaObject != m_store->metaObject()) {
        m_metaObject = m_store->metaObject();
        m_fieldSignals.clear();
        for (const char *name : m_fieldNames)
            m_fieldSignals.push_back(notifySignal(name));
    }
    return m_fieldSignals;
}

void StateCore::emitNotify(const NotifySignal &signal)
{
    if (signal.method < 0)
        return;
    BatchCoordinator::instance()->countNotifications(1);
    const QMetaMethod method = m_store->metaObject()->method(signal.method);
    if (method.parameterCount() == 0) {
        void *arguments[] = {nullptr};
        QMetaObject::metacall(m_store, QMetaObject::InvokeMetaMethod, signal.method, arguments);
        return;
    }
    QVariant value = m_store->metaObject()->property(signal.property).read(m_store);
    if (value.convert(method.parameterMetaType(0))) {
        void *arguments[] = {nullptr, value.data()};
        QMetaObject::metacall(m_store, QMetaObject::InvokeMetaMethod, signal.method, arguments);
    }
}

} // namespace Axiom::detail
