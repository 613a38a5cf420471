// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATECORE_H
#define AXIOM_DETAIL_STATECORE_H

#include "../../batch/detail/transaction.h"
#include "../../core/stateerror.h"
#include "../../cow/cowmetrics.h"
#include "../../cow/detail/idletask.h"
#include "../../monitor/optimizationtarget.h"
#include "../damagedpart.h"
#include "listsource.h"
#include "statefreezer.h"
#include "statetree.h"
#include "version.h"

#include <QtCore/qmutex.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

class QAbstractItemModel;

namespace Axiom {
class StateStore;
class UpdateTicket;
struct UpdateOptions;
} // namespace Axiom

namespace Axiom::detail {

class StateAnnouncement;
class StoreLink;

// All of a State<S> that needs no S. It is shared with updates on their way and snapshots in the
// making, and outlives its store as long as they do; isAlive() says whether there still is one.
class AXIOM_CORE_EXPORT StateCore final : public UpdateTarget,
                                          public std::enable_shared_from_this<StateCore>
{
public:
    using Observer = std::function<void(const VersionRef &now, const VersionRef &before)>;
    using Selector = std::function<bool(const Version &now)>; // true when its value changed

    StateCore(StateStore *store, VersionRef initial, std::vector<const char *> fieldNames,
              const StateFreezing *freezing);
    ~StateCore() override;

    // Any thread.
    VersionRef snapshot() const;
    UpdateTicket enqueue(UpdateFunction &&function, const UpdateOptions &options,
                         const UpdateOrigin &origin);

    // The owner's thread.
    const void *read() const noexcept
    {
        m_recorder.read();
        return Q_LIKELY(m_readable) ? m_readable : thawReadable();
    }
    const VersionRef &current() const noexcept { return m_current; }
    // Within the first mutation of a transaction, whose work read() does not show yet.
    bool hasUnreadChanges() const noexcept { return m_draft && m_readable != m_draft->data(); }
    // Whether what read() returned last is the state, and not default values in place of one that
    // can't be had.
    bool isReadable() const noexcept { return m_readable && !m_current->isDamaged(); }
    // Of those that did not throw; from 1 on.
    quint64 mutationCount() const noexcept { return m_mutationCount; }
    void applyNow(MutationRef mutation, const UpdateOrigin &origin);
    void observe(int field, QObject *context, Observer observer);
    void select(FieldMask fields, QByteArray property, Selector selector);
    // Tells of a member that a specialised Axiom::Fields leaves out: nobody can observe it.
    static bool hasField(int field, const char *caller);
    QAbstractItemModel *listModel(int field, int order,
                                  const std::function<std::unique_ptr<ListSource>()> &makeSource);
    CowMetrics cowMetrics() const noexcept { return m_recorder.metrics(); }
    CowStrategy strategy() const noexcept { return m_recorder.strategy(); }
    void setStrategy(CowStrategy strategy);
    StoreSettings settings() const;
    void setSettings(const StoreSettings &settings);
    qint64 byteSize() const { return m_current->byteSize(); }
    // Of what is copied when it is changed, or with the state; since the last call.
    Version::PlainField takeLargestCopy();
    void detach();

    struct FreezeOptions
    {
        std::optional<CompressionLevel> level = {}; // else that of the settings
        // By thawTime(): what was thawed later stays.
        qint64 thawedBefore = std::numeric_limits<qint64>::max();
        bool sparesShown = false; // what views show stays
    };
    struct FreezeResult
    {
        qint64 freedBytes = 0;
        std::chrono::nanoseconds longestStep{}; // on the owner's thread
        std::chrono::nanoseconds work{};        // on all threads
        bool wasEnded = false;                  // before it was through
        bool lackedMemory = false;              // to do all that could be done
    };
    // Encodes on a worker thread, and has what was encoded take the place of what is still the
    // same, bit by bit. Calls done on the owner's thread.
    void freeze(const FreezeOptions &options, std::function<void(const FreezeResult &)> done = {});
    // Of all freezes so far: the stretches, what they encoded, and their time on the owner's thread.
    struct FreezeTotals
    {
        qint64 rounds = 0;
        qint64 bytes = 0;
        std::chrono::nanoseconds time{};
    };
    const FreezeTotals &freezeTotals() const noexcept { return m_freezeTotals; }
    // Ends a freeze that is under way, too.
    void thaw();
    // Returns whether there was one.
    bool endFreeze();
    // What other threads have posted to the store.
    void runPosted();
    bool canFreeze() const noexcept { return m_freezing && m_store && acceptsUpdates(); }
    bool isFreezing() const noexcept { return bool(m_freezeJob); }
    // Of the resident segments, what the last freeze shows that they can become.
    double expectedRatio() const noexcept { return m_lastRatio; }
    QList<DamagedPart> damagedParts() const;
    FrozenParts frozenParts() const;
    // As freeze() with these options finds them, with those of versions that are kept.
    FrozenParts frozenParts(const FreezeOptions &options) const;
    // Whether a snapshot, or a version before, keeps what the state consists of.
    bool isHeldElsewhere() const;
    // Versions that are frozen together with the state; they are the owner's.
    void keep(VersionRef *version) { m_kept.push_back(version); }
    void forget(VersionRef *version) { std::erase(m_kept, version); }
    // Grows with each access that looks at the state.
    quint64 accessCount() const;
    // How to look into the versions.
    const StateTree *tree() const noexcept { return m_tree; }
    void setTree(const StateTree *tree) noexcept { m_tree = tree; }

    // UpdateTarget
    bool isAlive() const override { return m_store && acceptsUpdates(); }
    void apply(MutationRef mutation) override;
    std::shared_ptr<Announcement> commit() noexcept override;
    void reportFailure(std::exception_ptr error) override;
    void flushed() override;
    QObject *storeObject() const override;
    bool isObserved() const override;

private:
    friend class StateAnnouncement;
    class FreezeJob;

    struct NotifySignal
    {
        int property = -1;
        int method = -1;
    };
    // Each knows the revision that it was made with: commits up to that are none of its business.
    struct ObserverEntry
    {
        qint64 since;
        QPointer<QObject> context;
        Observer call;
    };
    static constexpr std::size_t minObservers = 16;
    struct Observers
    {
        std::vector<std::shared_ptr<ObserverEntry>> entries;
        std::size_t purgeAt = minObservers; // so many: half of them may be of dead contexts
    };
    struct SelectorEntry
    {
        qint64 since;
        FieldMask fields;
        QByteArray property;
        Selector call;
        NotifySignal signal = {}; // as it was when the value changed last
        qint64 changedIn = -1;
        bool isSilent = false; // there is no signal, which has been told
    };
    struct ModelEntry
    {
        qint64 since;
        int field;
        int order;
        FieldMask fields;
        QPointer<QAbstractItemModel> model;
        ListModel calls;
    };

    const void *thawReadable() const noexcept;
    std::vector<ElementsInUse> shownElements() const;
    void startFreezeRound();
    void finishFreezeRound(const std::shared_ptr<FreezeJob> &job, bool isDone);
    void swapFreezeRound();
    void finishFreeze();
    void replaceCurrent(VersionRef version);
    std::vector<VersionRef>
    replaceKept(const VersionRef &former,
                const std::function<VersionRef(const Version &)> &replacement);
    void prepareCommit();
    VersionRef takeDraft(bool isReplaced);
    VersionRef makeDraft();
    void prepareDraft();
    void keepFormer(VersionRef former, FieldMask changed);
    void watchFormer();
    NotifySignal notifySignal(const char *property) const;
    const std::vector<NotifySignal> &fieldSignals() const;
    bool isConnected(const NotifySignal &signal) const;
    void emitNotify(const NotifySignal &signal);
    void purgeObservers(FieldMask fields);

    const HomeThread m_home;
    StateStore *m_store;
    const std::vector<const char *> m_fieldNames;

    mutable QMutex m_currentMutex; // m_current is read by any thread, written by the owner's
    VersionRef m_current;
    mutable quint64 m_snapshots = 0; // that were taken, by any thread
    // What value() shows: the draft's state once a mutation is through; null when it is frozen.
    mutable const void *m_readable;
    VersionRef m_draft;      // the working copy of the transaction that is open
    VersionRef m_checkpoint; // reused, to spare an allocation an update
    VersionRef m_prepared;   // a draft made ahead in idle time, by EagerClone
    VersionRef m_former;     // the version before, as long as the next draft may be made of it
    FieldMask m_formerChanges = 0; // since then
    FieldMask m_copiedFields = 0;  // since takeLargestCopy()
    CowRecorder m_recorder;
    StoreSettings m_settings; // but for what others hold
    quint64 m_mutationCount = 1;
    bool m_preparing = false;
    bool m_isFormerWatched = false;
    bool m_isNamed = false;
    int m_commitWeight = 0; // in figures; 0 when the next commit is not measured

    const StateFreezing *const m_freezing; // null when the state can't be encoded
    const StateTree *m_tree = nullptr;
    const std::shared_ptr<StoreLink> m_link;
    std::vector<VersionRef *> m_kept;
    double m_lastRatio = 4; // of what was encoded; those of tables are 4 and more
    std::shared_ptr<FreezeJob> m_freezeJob;
    FreezeTotals m_freezeTotals;

    std::vector<Observers> m_observers; // by field
    FieldMask m_purgeDue = 0;
    std::vector<std::shared_ptr<SelectorEntry>> m_selectors;
    std::vector<std::shared_ptr<ModelEntry>> m_models;
    std::vector<StateError> m_errors;                  // to be told with the next announcement
    std::shared_ptr<StateAnnouncement> m_announcement; // the next one, empty
    int m_announcements = 0;                           // under way

    mutable const QMetaObject *m_metaObject = nullptr; // that m_fieldSignals was made for
    mutable std::vector<NotifySignal> m_fieldSignals;  // of the property named as each field
};

template <Described S>
std::shared_ptr<StateCore> makeStateCore(StateStore *store, S initial)
{
    std::vector<const char *> names;
    forEachField<S>([&](const auto &field) { names.push_back(field.name); });
    auto core =
        std::make_shared<StateCore>(store, VersionRef(new TypedVersion<S>(std::move(initial))),
                                    std::move(names), stateFreezing<S>());
    core->setTree(stateTree<S>());
    return core;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATECORE_H
