// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "statestore.h"

#include "../batch/batchcoordinator.h"
#include "../batch/detail/inbox.h"
#include "../core/clock.h"
#include "../core/logging_p.h"
#include "../monitor/performancemonitor.h"
#include "statestore_p.h"
#include "storeregistry_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qmutex.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <iterator>
#include <limits>

namespace Axiom {

namespace {

struct Registry
{
    QMutex mutex;
    QList<StateStore *> stores;
};

Registry &registry()
{
    // Never deleted: static objects may hold stores.
    static auto *registry = new Registry;
    return *registry;
}

} // namespace

/*!
    \class Axiom::StateStore
    \inmodule AxiomState
    \inheaderfile AxiomState/StateStore
    \brief The QObject that a store derives from.

    A store derives from StateStore and holds its data in one member of type State. A property that
    has the name of a field of that data is notified by itself: when a flush has changed the field,
    its NOTIFY signal is emitted, once. See State for an example.

    A store lives in the thread that made it. When it is moved to another all the same, what waits is
    applied first, and a warning says that further updates are refused: their tickets say Dropped.

    \sa State, AXIOM_PROPERTY
*/

/*!
    \macro AXIOM_PROPERTY(Type, field, setter)
    \relates Axiom::StateStore

    Declares a property of \a Type for \a field of the store's state: Q_PROPERTY, getter, a \a setter and the
    NOTIFY signal \c{<field>Changed}. The state is the member named \c state. What follows the macro
    is public. A type with a comma in it needs an alias, as in any macro.

    \sa AXIOM_READONLY_PROPERTY
*/

/*!
    \macro AXIOM_READONLY_PROPERTY(Type, field)
    \relates Axiom::StateStore

    Declares a property of \a Type for \a field like AXIOM_PROPERTY, without a setter.
*/

/*!
    Constructs a store with the given \a parent. Its State is constructed after it, as a member of
    the derived class.
*/
StateStore::StateStore(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this))
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    all.stores.append(this);
}

StateStore::~StateStore()
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    all.stores.removeOne(this);
}

/*!
    Returns all stores that exist, in the order of construction, of all threads. A store of another
    thread may be gone before the caller looks at it.
*/
QList<StateStore *> StateStore::all()
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    return all.stores;
}

QList<StateStore *> detail::storesOfThisThread()
{
    Registry &all = registry();
    // A store that is being deleted waits for it before the QObject, which knows its thread, goes.
    const QMutexLocker locker(&all.mutex);
    QList<StateStore *> stores;
    std::copy_if(all.stores.cbegin(), all.stores.cend(), std::back_inserter(stores),
                 [thread = QThread::currentThread()](const StateStore *store) {
                     return store->thread() == thread;
                 });
    return stores;
}

void StateStore::setCore(std::shared_ptr<detail::StateCore> core)
{
    if (d->core) {
        qCWarning(lcStore,
                  "StateStore: a store holds one State; the name, revision and size "
                  "shown are those of the first");
        return;
    }
    d->core = std::move(core);
    // There is one governor and one engine, for the thread of the application.
    if (const auto *application = QCoreApplication::instance();
        application && application->thread() == thread()) {
        d->governor = MemoryGovernor::instance();
        d->governor->add(d.get());
        d->engine = PerformanceMonitor::instance()->engine();
        d->engine->add(d.get());
    }
    BatchCoordinator *coordinator = BatchCoordinator::instance();
    connect(coordinator, &BatchCoordinator::metricsChanged, this,
            &StateStore::residentBytesChanged);
    connect(coordinator, &BatchCoordinator::metricsChanged, this, &StateStore::paceChanged);
}

/*!
    \property Axiom::StateStore::name
    \brief What people call the store, in logs and errors; its class name until it is set.
*/
QString StateStore::name() const
{
    if (!d->givenName.isEmpty())
        return d->givenName;
    const QByteArray name = metaObject()->className();
    // What QML extends has a class of its own, named with a number.
    qsizetype end = name.lastIndexOf("_QML_");
    if (end < 0)
        end = name.lastIndexOf("_QMLTYPE_");
    return QString::fromLatin1(end > 0 ? name.first(end) : name);
}

void StateStore::setName(const QString &name)
{
    if (d->givenName == name)
        return;
    d->givenName = name;
    if (d->core)
        d->core->operations->setName(this->name());
    Q_EMIT nameChanged();
}

/*!
    \property Axiom::StateStore::revision
    \brief The number of flushes that have changed the state.

    For QML it is an \c int that stays at its maximum.
*/
qint64 StateStore::revision() const
{
    return d->core ? d->core->current()->revision : 0;
}

int StateStore::revisionForQml() const
{
    return int(std::min<qint64>(revision(), std::numeric_limits<int>::max()));
}

/*!
    \property Axiom::StateStore::pendingUpdates
    \brief The number of updates that have been enqueued and not yet applied.

    Notified after each flush that applied some of them.
*/
int StateStore::pendingUpdates() const
{
    return d->core ? d->core->pendingCount() : 0;
}

/*!
    \property Axiom::StateStore::updateMode
    \brief How the coordinator flushes this store's updates of Normal and lower priority at present.

    \list
    \li UpdateMode::Immediate: as soon as the event loop gets to them.
    \li UpdateMode::Batch: collected for the next frame. So it is when updates come at
    PerformanceTarget::batchingThreshold or faster, three times running; when one comes within half a
    frame of the last flush; or when nine tenths of the last 16 flushes took longer to announce than
    a slice may.
    \li UpdateMode::Defer: collected for every second to fourth frame, after three frames running that
    took over four fifths of their time, until ten took less than half. Deadlines hold all the same.
    \endlist

    It goes back to Immediate after 250 ms of silence, or after eight frames at less than half of the
    threshold, but not before 100 ms. The mode changes when updates are applied, never with which
    result. updateModeReason says why it was chosen. Notified at most four times a second.
*/
UpdateMode StateStore::updateMode() const
{
    return d->core ? d->core->pace().mode() : UpdateMode::Immediate;
}

/*!
    \property Axiom::StateStore::updateModeReason
    \brief Why updateMode is what it is.
*/
UpdateModeReason StateStore::updateModeReason() const
{
    return d->core ? d->core->pace().reason() : UpdateModeReason::Quiet;
}

/*!
    \property Axiom::StateStore::updateRate
    \brief Updates a second that arrive for this store now, a moving average.
*/
qreal StateStore::updateRate() const
{
    return d->core ? d->core->pace().rate(Clock::steady().now()) : 0;
}

/*!
    Bounds the number of updates that wait for this store to \a limit, against floods; 0, as at first,
    means no bound. When it is reached, \a policy says what becomes of the next one:

    \list
    \li OverflowPolicy::Reject refuses it: its ticket says Rejected.
    \li OverflowPolicy::DropOldest accepts it, and the ticket of the oldest one that waits says Dropped.
    When more wait already as the limit is set, so do the tickets of those that are too many.
    \li OverflowPolicy::Block has enqueue() wait until half of the others are through, or a flush has left
    room. On the store's own thread, and while the application quits, it refuses the update instead.
    The owner's thread must not wait for a thread that may wait so; no bound, set first, lets that one
    go on.
    \endlist

    An update that replaces one with the same key needs no room. BatchMetrics counts what was dropped
    and rejected, of all stores.
*/
void StateStore::setPendingLimit(int limit, OverflowPolicy policy)
{
    if (limit < 0) {
        qCWarning(lcStore, "StateStore::setPendingLimit: the limit must not be negative");
        return;
    }
    // QML gives any number.
    if (policy != OverflowPolicy::Reject && policy != OverflowPolicy::DropOldest
        && policy != OverflowPolicy::Block) {
        qCWarning(lcStore, "StateStore::setPendingLimit: there is no such policy");
        return;
    }
    if (d->core)
        d->core->inbox->setPendingLimit(*d->core, limit, policy);
}

/*!
    \property Axiom::StateStore::residentBytes
    \brief The memory that the state takes, in bytes, with what it shares with snapshots.

    What is compressed is not part of it, see frozenBytes. Collections are walked, so the cost grows
    with their size; the result is kept until the state changes. Notified at most four times a second.
*/
qint64 StateStore::residentBytes() const
{
    if (!d->core)
        return 0;
    const detail::FrozenParts parts = d->core->frozenParts();
    const int thawed = parts.resident + parts.thawed;
    if (d->bytesRevision != revision() || d->bytesThawed != thawed) {
        d->bytesRevision = revision();
        d->bytesThawed = thawed;
        d->bytes = d->core->byteSize() - parts.frozenBytes;
    }
    return d->bytes;
}

/*!
    \property Axiom::StateStore::residency
    \brief Whether the state is ready to be read or compressed, whole or in parts.

    A part that was read after it was frozen counts as ready. The cost to find out is that of a look
    at each part, of some tens to hundreds of elements.

    \sa freeze()
*/
Residency StateStore::residency() const
{
    const detail::FrozenParts parts = d->core ? d->core->frozenParts() : detail::FrozenParts();
    if (parts.frozen == 0)
        return Residency::Resident;
    return parts.resident + parts.thawed == 0 ? Residency::Frozen : Residency::Partial;
}

/*!
    \property Axiom::StateStore::frozenBytes
    \brief The memory that compressed parts of the state take, in bytes.

    Parts that were read since keep their compressed bytes, so that they can be frozen again without
    any work.
*/
qint64 StateStore::frozenBytes() const
{
    return d->core ? d->core->frozenParts().frozenBytes : 0;
}

/*!
    \struct Axiom::DamagedPart
    \inmodule AxiomState
    \inheaderfile AxiomState/DamagedPart
    \brief A frozen part of a state that could not be thawed.

    As frozen parts never leave memory, this is the sign of faulty memory or of a wild pointer.

    \sa StateStore::damagedParts()
*/

/*!
    \variable Axiom::DamagedPart::field
    The name of the collection's field; empty for a state that was frozen whole.
*/

/*!
    \variable Axiom::DamagedPart::error
    What is wrong with the bytes.
*/

/*!
    \variable Axiom::DamagedPart::bytes
    The bytes, for an attempt to rescue what can be rescued: a CRC-32C of 4 bytes, little-endian, and
    a zstd frame, which has its own checksum, of the elements as StateCodec writes them.
*/

/*!
    Returns the parts of the state that were frozen and turned out to be damaged when somebody looked.

    The first one is told of by errorOccurred(), as StateError::CorruptedState with the names of store and field.
    That there was no memory to thaw a part with is none of this: see CowVector::isValid(). Elements of
    a damaged part read as default values, CowVector::isValid() and CowHash::isValid() return
    \c false, and an update that would change them fails, so that nothing is written over. The bytes are kept
    for as long as the store exists. To go on without them, assign or restore() another value.

    \sa errorOccurred()
*/
QList<DamagedPart> StateStore::damagedParts() const
{
    return d->core ? d->core->damagedParts() : QList<DamagedPart>();
}

/*!
    \property Axiom::StateStore::lastAccess
    \brief When the state was last read or changed, or a snapshot of it was taken.

    Reads take no note of the time: it is that of the first look at this property, or of the memory
    governor's, which is once a second at least while it has to decide something, after the access.
    For the same reason nothing notifies of it.
*/
QDateTime StateStore::lastAccess() const
{
    const quint64 count = d->core ? d->core->accessCount() : 0;
    if (std::exchange(d->accessCount, count) != count)
        d->lastAccess = QDateTime::currentDateTime();
    return d->lastAccess;
}

/*!
    \property Axiom::StateStore::pinned
    \brief Whether the state stays as it is under memory pressure; false at first.

    freeze() freezes a pinned store all the same.
*/
bool StateStore::isPinned() const
{
    return d->isPinned;
}

void StateStore::setPinned(bool pinned)
{
    if (d->isPinned == pinned)
        return;
    d->isPinned = pinned;
    Q_EMIT pinnedChanged();
}

/*!
    Compresses the state, on a worker thread; residencyChanged() tells when it is done.

    A collection is frozen in segments of some tens to hundreds of elements, each of which is thawed by itself by
    the first read or change of one of its elements; a state without collections is frozen whole. A
    part that has not changed since it was last frozen is frozen again without any work. What changes
    meanwhile stays as it is, and so does a part that would not become smaller by a third at least
    than it is, or than StateCodec writes it where that is more: what a type takes that it knows by
    stream operators only can't be told. So does a state with a field that StateCodec can't write.

    What a snapshot, or a copy of a collection, still holds is frozen too, but gives no memory back.
    References to elements that were obtained before are not valid any more when it is done, as after
    a change. Needs the event loop of the store's thread.

    \sa thaw(), residency
*/
void StateStore::freeze()
{
    if (d->core)
        d->core->freeze({});
}

/*!
    Decompresses the whole state at once, and gives up the compressed bytes; a freeze() that is not
    done yet ends, and residencyChanged() tells. To read or change a frozen state needs no call of it.
*/
void StateStore::thaw()
{
    if (d->core)
        d->core->thaw();
}

/*!
    Sets by \a strategy when the working copy for an update is made.
*/
void StateStore::setStrategy(CowStrategy strategy)
{
    if (d->core)
        d->core->setStrategy(strategy);
}

/*!
    \internal
*/
const std::shared_ptr<detail::StateCore> &StateStore::core() const
{
    return d->core;
}

/*!
    Returns how updates and memory of this store are handled.
*/
StoreSettings StateStore::settings() const
{
    return d->core ? d->core->settings() : StoreSettings();
}

/*!
    Sets how updates and memory of this store are handled: see StoreSettings. An OptimizationEngine does
    so by itself, where it is allowed to. \a settings with something negative, or with an
    incrementalThreshold of 0, are refused with a warning.
*/
void StateStore::setSettings(const StoreSettings &settings)
{
    if (!(settings.batchingThreshold >= 0) || settings.freezeAfter.count() < 0
        || settings.incrementalThreshold <= 0) {
        qCWarning(lcStore, "StateStore::setSettings: a setting of %ls is out of its range",
                  qUtf16Printable(name()));
        return;
    }
    if (!d->core || settings == d->core->settings())
        return;
    d->core->setSettings(settings);
    if (d->governor)
        d->governor->add(d.get()); // looks at what has changed
    Q_EMIT settingsChanged();
}

/*!
    \fn void Axiom::StateStore::settingsChanged()
    Emitted when setSettings() has changed something.
*/

void StateStore::runPosted()
{
    if (d->core)
        d->core->runPosted();
}

bool StateStore::event(QEvent *event)
{
    // The last moment in the former thread.
    if (event->type() == QEvent::ThreadChange && d->core) {
        qCWarning(lcStore,
                  "StateStore: %ls cannot be moved to another thread, make it there; its updates "
                  "are refused from now on",
                  qUtf16Printable(name()));
        BatchCoordinator::instance()->flush();
        d->core->refuseUpdates();
        d->core->endFreeze(); // who waits for it is told here
        d->leaveThread();
    }
    return QObject::event(event);
}

/*!
    \fn void Axiom::StateStore::committed(qint64 revision)

    Emitted once per flush that changed the state, after its properties and models have been
    notified. \a revision is the new one.
*/

/*!
    \fn void Axiom::StateStore::errorOccurred(const Axiom::StateError &error)

    Emitted, with the \a error, for each

    \list
    \li mutation that threw, or had no memory: the state is as it was before;
    \li observer that threw: the change stands, and the others hear of it;
    \li state with a part that was frozen and can't be read again, once, see damagedParts().
    \endlist
*/

} // namespace Axiom

#include "moc_statestore.cpp"
