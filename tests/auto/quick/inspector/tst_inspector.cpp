// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorflushes_p.h"
#include "inspectorholders_p.h"
#include "inspectoroptimizations_p.h"
#include "inspectorplot_p.h"
#include "inspectorreclaims_p.h"
#include "inspectorsampler_p.h"
#include "inspectorstatetree_p.h"
#include "inspectorstores_p.h"

#include <AxiomState/Clock>
#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateStore>

#include <QtCore/qregularexpression.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickview.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

using namespace Axiom;
using namespace Qt::StringLiterals;

struct Point
{
    double x = 0;
    double y = 0;
    AXIOM_FIELDS(Point, x, y)
};

struct Item
{
    QString name;
    Point position;
    QList<int> marks;
    AXIOM_FIELDS(Item, name, position, marks)
};

struct TreeState
{
    QString title;
    Point origin;
    CowVector<Item> items;
    CowHash<QString, Point> places;
    QByteArray blob;
    Priority priority = Priority::Normal;
    bool isOpen = false;
    CowVector<int> numbers;
    AXIOM_FIELDS(TreeState, title, origin, items, places, blob, priority, isOpen, numbers)
};

struct PlainState
{
    QString text;
    int number = 0;
    AXIOM_FIELDS(PlainState, text, number)
};

class TreeStore : public StateStore
{
    Q_OBJECT

public:
    using StateStore::StateStore;

    State<TreeState> state{this};
};

class PlainStore : public StateStore
{
    Q_OBJECT

public:
    using StateStore::StateStore;

    State<PlainState> state{this};
};

namespace {

Item item(int number)
{
    return {u"item %1"_s.arg(number), {double(number), 2.5}, {number, number + 1}};
}

void fill(TreeStore &store, int items)
{
    store.state.apply([=](TreeState &state) {
        for (int i = 0; i < items; ++i)
            state.items.append(item(i));
    });
}

// Below an index, or of the whole tree.
QModelIndex child(const InspectorStateTree &tree, const QModelIndex &parent, const QString &name)
{
    for (int row = 0; row < tree.rowCount(parent); ++row) {
        const QModelIndex index = tree.index(row, 0, parent);
        if (index.data(InspectorStateTree::NameRole) == name)
            return index;
    }
    return {};
}

QString value(const QModelIndex &index)
{
    return index.data(InspectorStateTree::ValueRole).toString();
}

Residency residency(const QModelIndex &index)
{
    return Residency(index.data(InspectorStateTree::ResidencyRole).toInt());
}

int countAll(const QAbstractItemModel &model, const QModelIndex &parent = {})
{
    int count = 0;
    const QHash<int, QByteArray> roles = model.roleNames();
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        for (auto role = roles.keyBegin(); role != roles.keyEnd(); ++role)
            index.data(*role);
        count += 1 + countAll(model, index);
    }
    return count;
}

FlushRecord record(quint64 serial)
{
    FlushRecord record;
    record.serial = serial;
    record.applyTime = std::chrono::milliseconds(2);
    record.publishTime = std::chrono::milliseconds(1);
    record.updates = 3;
    record.origins = {{u"board"_s, u"feed.cpp:10"_s, Priority::High, 3}};
    record.stores = {{u"board"_s, 7, {u"rows"_s, u"sum"_s}, 1, 2, 3, 0, 0, 4}};
    return record;
}

} // namespace

class tst_Inspector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void treeNamesNestedValues();
    void treeFollowsTheState();
    void treeFollowsCollectionsAcrossTheSizeOfARange();
    void longCollectionIsShownInRanges();
    void lookingThawsNothing();
    void frozenElementIsThawedOnRequestWithItsPartOnly();
    void stateWithoutCollectionsStaysFrozen();
    void keptVersionIsNoObstacleToFreezing();
    void storeDeletedWhileShownIsHarmless();
    void storesComeAndGo();
    void storesOfOtherThreadsAreLeftAlone();
    void storesOfOtherThreadsMayGoMeanwhile();
    void storeMovedToAnotherThreadIsLeftAlone();
    void samplerIsOffUntilItRuns();
    void samplerCountsWhatHappened();
    void longFrameIsShownWhateverTheInterval_data();
    void longFrameIsShownWhateverTheInterval();
    void historyIsBounded();
    void plotEndsAtTheRightEdge();
    void flushesAreBoundedAndNewestFirst();
    void flushTellsOriginsAndChanges();
    void pausedFlushesWait();
    void resumedFlushesGoOn();
    void flushesOfAStoreAreShown();
    void holdersAreThoseOfTheGovernor();
    void holdersTellOnlyWhatChanged();
    void holdersThatComeAndGoTogether();
    void reclaimsAreListed();
    void optimizationsHaveRoles();
};

void tst_Inspector::initTestCase()
{
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
}

void tst_Inspector::treeNamesNestedValues()
{
    TreeStore store;
    fill(store, 3);
    store.state.apply([](TreeState &state) {
        state.title = u"first\nsecond"_s;
        state.origin = {1.5, -2};
        state.places.insert(u"home"_s, {3, 4});
        state.blob = QByteArray::fromHex("00ff");
        state.isOpen = true;
    });
    InspectorStateTree tree;
    QAbstractItemModelTester tester(&tree);
    tree.setStore(&store);

    QCOMPARE(tree.rowCount(), 8);
    QCOMPARE(value(child(tree, {}, u"title"_s)), u"\"first second\""_s);
    QCOMPARE(value(child(tree, {}, u"isOpen"_s)), u"true"_s);
    QCOMPARE(value(child(tree, {}, u"blob"_s)), u"2 bytes: 00 ff"_s);
    QVERIFY(value(child(tree, {}, u"priority"_s)).contains(u"Normal"_s));
    const QModelIndex origin = child(tree, {}, u"origin"_s);
    QCOMPARE(value(origin), u"{1.5, -2}"_s);
    QCOMPARE(origin.data(InspectorStateTree::TypeRole).toString(), u"Point"_s);
    QCOMPARE(value(child(tree, origin, u"y"_s)), u"-2"_s);

    const QModelIndex items = child(tree, {}, u"items"_s);
    QCOMPARE(value(items), u"3 elements"_s);
    QCOMPARE(items.data(InspectorStateTree::TypeRole).toString(), u"CowVector<Item>"_s);
    QVERIFY(items.data(InspectorStateTree::BytesRole).toReal() > 3 * sizeof(Item));
    const QModelIndex second = child(tree, items, u"[1]"_s);
    QCOMPARE(value(child(tree, second, u"name"_s)), u"\"item 1\""_s);
    const QModelIndex marks = child(tree, second, u"marks"_s);
    QCOMPARE(value(child(tree, marks, u"[1]"_s)), u"2"_s);

    const QModelIndex places = child(tree, {}, u"places"_s);
    QCOMPARE(value(places), u"1 entry"_s);
    QCOMPARE(value(child(tree, child(tree, places, u"\"home\""_s), u"x"_s)), u"3"_s);
    QCOMPARE(tree.rowCount(child(tree, {}, u"isOpen"_s)), 0);
}

void tst_Inspector::treeFollowsTheState()
{
    TreeStore store;
    fill(store, 2);
    InspectorStateTree tree;
    QAbstractItemModelTester tester(&tree);
    tree.setStore(&store);
    const QPersistentModelIndex items = child(tree, {}, u"items"_s);
    const QPersistentModelIndex name = child(tree, child(tree, items, u"[1]"_s), u"name"_s);
    QSignalSpy inserted(&tree, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&tree, &QAbstractItemModel::rowsRemoved);
    QSignalSpy changed(&tree, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&tree, &QAbstractItemModel::modelReset);

    tree.refresh();
    QVERIFY(changed.isEmpty());

    store.state.apply([](TreeState &state) {
        state.items.modify(1, [](Item &item) { item.name = u"other"_s; });
        state.items.append(item(2));
    });
    QCOMPARE(tree.rowCount(items), 2); // as it was at the last refresh
    tree.refresh();
    QCOMPARE(tree.rowCount(items), 3);
    QCOMPARE(inserted.size(), 1);
    QVERIFY(!changed.isEmpty());
    QCOMPARE(value(name), u"\"other\""_s);

    store.state.apply([](TreeState &state) { state.items.erase(1, 2); });
    tree.refresh();
    QCOMPARE(removed.size(), 1);
    QCOMPARE(tree.rowCount(items), 1);
    QVERIFY(!name.isValid());
    QVERIFY(items.isValid());
    QVERIFY(reset.isEmpty());
}

void tst_Inspector::treeFollowsCollectionsAcrossTheSizeOfARange()
{
    TreeStore store;
    InspectorStateTree tree;
    QAbstractItemModelTester tester(&tree);
    tree.setStore(&store);
    const QPersistentModelIndex numbers = child(tree, {}, u"numbers"_s);
    for (const int size : {1000, 1001, 2000, 2001, 1500, 3001, 1000, 999, 0, 5}) {
        store.state.apply([size](TreeState &state) { state.numbers.resize(size); });
        tree.refresh();
        QCOMPARE(tree.rowCount(numbers), size > 1000 ? (size + 999) / 1000 : size);
        const QModelIndex last = tree.index(tree.rowCount(numbers) - 1, 0, numbers);
        if (size > 1000)
            QCOMPARE(tree.rowCount(last), (size - 1) % 1000 + 1);
    }
}

void tst_Inspector::longCollectionIsShownInRanges()
{
    TreeStore store;
    fill(store, 2500);
    InspectorStateTree tree;
    tree.setStore(&store);
    const QModelIndex items = child(tree, {}, u"items"_s);
    QCOMPARE(tree.rowCount(items), 3);
    const QModelIndex last = tree.index(2, 0, items);
    QCOMPARE(last.data(InspectorStateTree::NameRole).toString(), u"[2,000 – 2,999]"_s);
    QCOMPARE(tree.rowCount(last), 500);
    const QModelIndex element = tree.index(7, 0, last);
    QCOMPARE(element.data(InspectorStateTree::NameRole).toString(), u"[2007]"_s);
    QCOMPARE(value(child(tree, element, u"name"_s)), u"\"item 2007\""_s);
    QCOMPARE(tree.parent(element), last);
}

void tst_Inspector::lookingThawsNothing()
{
    TreeStore store;
    fill(store, 3000);
    store.state.apply([](TreeState &state) {
        for (int i = 0; i < 3000; ++i)
            state.places.insert(QString::number(i), {double(i), 1});
    });
    store.freeze();
    QTRY_COMPARE(store.residency(), Residency::Frozen);

    InspectorStateTree tree;
    tree.setStore(&store);
    const QModelIndex items = child(tree, {}, u"items"_s);
    QCOMPARE(residency(items), Residency::Frozen);
    QCOMPARE(value(items), u"3,000 elements"_s);
    QVERIFY(countAll(tree) > 3000);
    tree.refresh();
    const QModelIndex name = child(tree, tree.index(0, 0, tree.index(1, 0, items)), u"name"_s);
    QVERIFY(name.isValid());
    QCOMPARE(residency(name), Residency::Frozen);
    QCOMPARE(value(name), QString());
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_Inspector::frozenElementIsThawedOnRequestWithItsPartOnly()
{
    TreeStore store;
    fill(store, 3000);
    store.freeze();
    QTRY_COMPARE(store.residency(), Residency::Frozen);
    InspectorStateTree tree;
    tree.setStore(&store);
    const QModelIndex items = child(tree, {}, u"items"_s);
    const QModelIndex element = tree.index(5, 0, tree.index(0, 0, items));
    QVERIFY(element.data(InspectorStateTree::CanThawRole).toBool());

    tree.thaw(element);
    QCOMPARE(residency(element), Residency::Resident);
    QVERIFY(value(element).startsWith(u"{\"item 5\""_s));
    const QModelIndex far = tree.index(500, 0, tree.index(2, 0, items));
    QCOMPARE(residency(far), Residency::Frozen);
    QCOMPARE(store.residency(), Residency::Partial);
}

void tst_Inspector::stateWithoutCollectionsStaysFrozen()
{
    PlainStore store;
    store.state.set(&PlainState::text, QString(10'000, u'x'));
    store.freeze();
    QTRY_COMPARE(store.residency(), Residency::Frozen);
    InspectorStateTree tree;
    QAbstractItemModelTester tester(&tree);
    tree.setStore(&store);
    const QModelIndex text = child(tree, {}, u"text"_s);
    QCOMPARE(residency(text), Residency::Frozen);
    QCOMPARE(store.residency(), Residency::Frozen);
    tree.thaw(text);
    QVERIFY(value(text).startsWith(u"\"xxx"_s));
    QVERIFY(value(text).size() < 200);
}

void tst_Inspector::keptVersionIsNoObstacleToFreezing()
{
    TreeStore store;
    fill(store, 3000);
    InspectorStateTree tree;
    tree.setStore(&store);
    QVERIFY(!store.core()->isHeldElsewhere());
    const qint64 before = store.residentBytes();
    store.freeze();
    QTRY_COMPARE(store.residency(), Residency::Frozen);
    QVERIFY(store.residentBytes() < before / 4);
    const quint64 accessCount = store.core()->accessCount();
    tree.refresh();
    QCOMPARE(store.core()->accessCount(), accessCount); // nor use
    QCOMPARE(residency(child(tree, {}, u"items"_s)), Residency::Frozen);
}

void tst_Inspector::storeDeletedWhileShownIsHarmless()
{
    InspectorStateTree tree;
    QAbstractItemModelTester tester(&tree);
    InspectorStores stores;
    QAbstractItemModelTester storesTester(&stores);
    QSignalSpy changed(&tree, &InspectorStateTree::storeChanged);
    auto store = std::make_unique<TreeStore>();
    fill(*store, 10);
    tree.setStore(store.get());
    stores.refresh();
    QCOMPARE(stores.count(), 1);
    QVERIFY(countAll(tree) > 10);

    store.reset();
    QCOMPARE(tree.store(), nullptr);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(tree.rowCount(), 0);
    QCOMPARE(stores.count(), 0);
    tree.refresh();
    stores.refresh();
    QCOMPARE(stores.count(), 0);
}

void tst_Inspector::storesComeAndGo()
{
    InspectorStores stores;
    QAbstractItemModelTester tester(&stores);
    TreeStore first;
    first.setName(u"first"_s);
    stores.refresh();
    QSignalSpy inserted(&stores, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(&stores, &QAbstractItemModel::dataChanged);
    {
        PlainStore second;
        stores.refresh();
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(stores.count(), 2);
        QCOMPARE(stores.storeAt(1), &second);
        QCOMPARE(stores.current(), &first);
        stores.setCurrentRow(1);
        QCOMPARE(stores.current(), &second);
    }
    QCOMPARE(stores.count(), 1);
    QCOMPARE(stores.storeAt(1), nullptr);
    QCOMPARE(stores.currentRow(), 0);
    QCOMPARE(stores.current(), &first);

    stores.refresh();
    changed.clear();
    stores.refresh();
    QVERIFY(changed.isEmpty());
    fill(first, 1);
    stores.refresh();
    QCOMPARE(changed.size(), 1);
    const QModelIndex row = stores.index(0);
    QCOMPARE(row.data(InspectorStores::NameRole).toString(), u"first"_s);
    QCOMPARE(row.data(InspectorStores::RevisionRole).toInt(), 1);
    QVERIFY(row.data(InspectorStores::CommitRateRole).toReal() > 0);
    QVERIFY(row.data(InspectorStores::ResidentBytesRole).toReal() > 0);

    // Only what has changed is told.
    const auto told = changed.constLast().at(2).value<QList<int>>();
    QVERIFY(told.contains(InspectorStores::RevisionRole));
    QVERIFY(told.contains(InspectorStores::ResidentBytesRole));
    QVERIFY(!told.contains(InspectorStores::NameRole));
    QVERIFY(!told.contains(InspectorStores::ResidencyRole));
    stores.refresh();
    stores.refresh();
    changed.clear();
    first.setName(u"renamed"_s);
    stores.refresh();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.constFirst().at(2).value<QList<int>>(),
             (QList<int>{Qt::DisplayRole, InspectorStores::NameRole}));
}

void tst_Inspector::storesOfOtherThreadsAreLeftAlone()
{
    InspectorStores stores;
    auto *thread = QThread::create([&stores] {
        PlainStore store;
        QMetaObject::invokeMethod(&stores, &InspectorStores::refresh, Qt::BlockingQueuedConnection);
    });
    thread->start();
    QTRY_VERIFY(thread->isFinished());
    delete thread;
    QCOMPARE(stores.count(), 0);
}

void tst_Inspector::storesOfOtherThreadsMayGoMeanwhile()
{
    PlainStore own;
    InspectorStores stores;
    std::atomic<bool> stop = false;
    std::atomic<int> made = 0;
    std::thread other([&] {
        while (!stop) {
            std::array<PlainStore, 50> theirs;
            ++made;
        }
    });
    for (int i = 0; i < 1000 || made < 100; ++i)
        stores.refresh();
    stop = true;
    other.join();
    QCOMPARE(stores.count(), 1);
    QCOMPARE(stores.storeAt(0), &own);
}

void tst_Inspector::storeMovedToAnotherThreadIsLeftAlone()
{
    InspectorStores stores;
    QAbstractItemModelTester tester(&stores);
    InspectorStateTree tree;
    // It is no use any more, but must do no harm.
    const QRegularExpression warning(u"cannot be moved to another thread"_s);
    for (int i = 0; i < 3; ++i)
        QTest::ignoreMessage(QtWarningMsg, warning);
    connect(&stores, &InspectorStores::currentChanged, &tree,
            [&] { tree.setStore(stores.current()); });
    auto moved = std::make_unique<PlainStore>();
    PlainStore own;
    stores.refresh();
    QCOMPARE(stores.count(), 2);
    QCOMPARE(tree.store(), moved.get());

    QThread thread;
    thread.start();
    const auto end = qScopeGuard([&thread] {
        thread.quit();
        thread.wait();
    });
    moved->moveToThread(&thread);
    QCOMPARE(stores.count(), 1);
    QCOMPARE(stores.storeAt(0), &own);
    QCOMPARE(tree.store(), &own);
    stores.refresh();
    QCOMPARE(stores.count(), 1);

    // It comes back, and goes and dies there.
    QMetaObject::invokeMethod(
        moved.get(), [&moved, here = QThread::currentThread()] { moved->moveToThread(here); },
        Qt::BlockingQueuedConnection);
    stores.refresh();
    QCOMPARE(stores.count(), 2);
    moved->moveToThread(&thread);
    QMetaObject::invokeMethod(
        moved.get(), [&moved] { moved.reset(); }, Qt::BlockingQueuedConnection);
    stores.refresh();
    QCoreApplication::processEvents();
    QCOMPARE(stores.count(), 1);
}

void tst_Inspector::samplerIsOffUntilItRuns()
{
    InspectorSampler sampler;
    QSignalSpy sampled(&sampler, &InspectorSampler::sampled);
    sampler.sample();
    QVERIFY(sampled.isEmpty());
    QVERIFY(sampler.findChildren<QTimer *>().isEmpty());
    QVERIFY(!sampler.isRunning());
    sampler.setInterval(1);
    QCOMPARE(sampler.interval(), 50);
    sampler.setRunning(true);
    QVERIFY(sampler.isRunning());
    QTRY_VERIFY(!sampled.isEmpty());
    sampler.setRunning(false);
    sampled.clear();
    sampler.sample();
    QVERIFY(sampled.isEmpty());
}

void tst_Inspector::samplerCountsWhatHappened()
{
    PlainStore store;
    InspectorSampler sampler;
    sampler.setRunning(true);
    for (int i = 0; i < 100; ++i) {
        store.state.enqueue([i](PlainState &state) { state.number = i + 1; },
                            {.coalesceKey = i < 50 ? QByteArray("key") : QByteArray()});
    }
    BatchCoordinator::instance()->flush();
    sampler.sample();
    QCOMPARE(sampler.property("coalescing").toReal(), 0.49);
    QVERIFY(sampler.property("updateRates").value<QList<qreal>>().constLast() > 0);
    QVERIFY(sampler.property("signalRates").value<QList<qreal>>().constLast() >= 0);
    QVERIFY(sampler.property("flushTimes").value<QList<qreal>>().constLast() > 0);
    sampler.sample();
    QCOMPARE(sampler.property("updateRates").value<QList<qreal>>().constLast(), 0.0);
    QCOMPARE(sampler.property("flushTimes").value<QList<qreal>>().constLast(), 0.0);
}

void tst_Inspector::longFrameIsShownWhateverTheInterval_data()
{
    QTest::addColumn<int>("interval");
    QTest::newRow("shortest") << 50;
    QTest::newRow("at first") << 500;
    QTest::newRow("long") << 5000;
}

// What holds up the thread holds up frames; a window at rest has none.
void tst_Inspector::longFrameIsShownWhateverTheInterval()
{
    QFETCH(int, interval);
    VirtualClock clock;
    InspectorSampler sampler;
    sampler.setInterval(interval);
    sampler.setClock(&clock);
    sampler.setRunning(true);
    sampler.sample();
    QCOMPARE(sampler.frameTime(), 0.0);
    for (const int stall : {100, 300, 4000}) {
        clock.advance(std::chrono::milliseconds(25 + stall));
        sampler.sample();
        QCOMPARE(sampler.frameTime(), qreal(stall));
        clock.advance(std::chrono::milliseconds(25));
        sampler.sample();
        QCOMPARE(sampler.frameTime(), 0.0);
    }
    // It was not held up while it was off.
    sampler.setRunning(false);
    clock.advance(std::chrono::seconds(10));
    sampler.setRunning(true);
    sampler.sample();
    QCOMPARE(sampler.frameTime(), 0.0);
}

void tst_Inspector::historyIsBounded()
{
    InspectorSampler sampler;
    sampler.setRunning(true);
    for (int i = 0; i < InspectorSampler::Capacity + 10; ++i)
        sampler.sample();
    for (const char *history :
         {"frameTimes", "flushTimes", "updateRates", "signalRates", "processBytes"}) {
        QCOMPARE(sampler.property(history).value<QList<qreal>>().size(),
                 InspectorSampler::Capacity);
    }
}

void tst_Inspector::plotEndsAtTheRightEdge()
{
    InspectorPlot plot;
    QVERIFY(plot.line().isEmpty());
    QVERIFY(plot.area().isEmpty());
    plot.setProperty("width", 90.0);
    plot.setProperty("height", 12.0);
    plot.setProperty("capacity", 10);
    plot.setProperty("values", QVariant::fromValue(QList<qreal>{0, 5, 10}));
    QCOMPARE(plot.line().size(), 3);
    QCOMPARE(plot.line().at(0), QPointF(70, 11));
    QCOMPARE(plot.line().at(1), QPointF(80, 6));
    QCOMPARE(plot.line().at(2), QPointF(90, 1));
    QCOMPARE(plot.area().size(), 6);
    plot.setProperty("ceiling", 20.0);
    QCOMPARE(plot.line().at(2), QPointF(90, 6));
}

void tst_Inspector::flushesAreBoundedAndNewestFirst()
{
    InspectorFlushes flushes;
    QAbstractItemModelTester tester(&flushes);
    QList<FlushRecord> records;
    for (quint64 serial = 1; serial <= 10; ++serial)
        records.append(record(serial));
    flushes.add(records);
    QCOMPARE(flushes.count(), 10);
    QCOMPARE(flushes.index(0).data(InspectorFlushes::SerialRole).toInt(), 10);
    flushes.add(records);
    QCOMPARE(flushes.count(), 10);

    QSignalSpy inserted(&flushes, &QAbstractItemModel::rowsInserted);
    for (quint64 serial = 11; serial <= 600; ++serial)
        records.append(record(serial));
    flushes.add(records);
    QCOMPARE(flushes.count(), InspectorFlushes::Capacity);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(flushes.index(0).data(InspectorFlushes::SerialRole).toInt(), 600);
    QCOMPARE(flushes.index(511).data(InspectorFlushes::SerialRole).toInt(), 89);
}

void tst_Inspector::flushTellsOriginsAndChanges()
{
    InspectorFlushes flushes;
    flushes.add({record(1)});
    const QModelIndex row = flushes.index(0);
    QCOMPARE(row.data(InspectorFlushes::StoresRole).toString(), u"board"_s);
    QCOMPARE(row.data(InspectorFlushes::ApplyTimeRole).toReal(), 2.0);
    const QStringList origins = row.data(InspectorFlushes::OriginsRole).toStringList();
    QCOMPARE(origins.size(), 1);
    QVERIFY(origins.constFirst().contains(u"feed.cpp:10"_s));
    QVERIFY(origins.constFirst().contains(u"high"_s));
    const QStringList changes = row.data(InspectorFlushes::ChangesRole).toStringList();
    QCOMPARE(changes.size(), 1);
    QVERIFY(changes.constFirst().contains(u"rows, sum"_s));
    QVERIFY(changes.constFirst().contains(u"3 inserted, 4 changed"_s));
}

void tst_Inspector::pausedFlushesWait()
{
    PlainStore store;
    InspectorFlushes flushes;
    flushes.refresh();
    const int before = flushes.count();
    flushes.setPaused(true);
    store.state.set(&PlainState::number, 7);
    flushes.refresh();
    QCOMPARE(flushes.count(), before);
    flushes.setPaused(false);
    QVERIFY(flushes.count() > before);
}

// As somebody has it who chooses a flush and goes on, by the keyboard.
void tst_Inspector::resumedFlushesGoOn()
{
    PerformanceMonitor::instance()->setSampling(false); // each one is written down
    const auto reset = qScopeGuard([] { PerformanceMonitor::instance()->setSampling(true); });
    PlainStore store;
    const auto change = [&store] { store.state.apply([](PlainState &state) { ++state.number; }); };
    for (int i = 0; i < 3; ++i)
        change();
    InspectorSampler sampler;
    QQuickView view;
    view.engine()->addImportPath(QStringLiteral(QML_IMPORT_PATH));
    view.setInitialProperties({{u"sampler"_s, QVariant::fromValue(&sampler)}});
    view.setResizeMode(QQuickView::SizeRootObjectToView);
    view.resize(640, 480);
    view.setSource(QUrl(u"qrc:/qt/qml/Axiom/State/Inspector/FlushesTab.qml"_s));
    QCOMPARE(view.status(), QQuickView::Ready);
    view.show();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    auto *flushes = view.rootObject()->findChild<InspectorFlushes *>();
    QVERIFY(flushes);
    const QList<QQuickItem *> items = view.rootObject()->findChildren<QQuickItem *>();
    const auto itemOf = [&items](const char *type) {
        const auto it = std::find_if(items.begin(), items.end(), [type](const QQuickItem *item) {
            return item->inherits(type);
        });
        return it == items.end() ? nullptr : *it;
    };
    QQuickItem *list = itemOf("QQuickListView");
    QQuickItem *button = itemOf("QQuickButton");
    QVERIFY(list && button);
    const auto current = [list] { return list->property("currentIndex").toInt(); };
    const auto show = [&] {
        change();
        flushes->refresh();
        QMetaObject::invokeMethod(list, "forceLayout");
    };

    show();
    QCOMPARE(current(), -1);
    QVERIFY(!flushes->isPaused());
    list->forceActiveFocus();
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(current(), 1);
    QVERIFY(flushes->isPaused());
    const int before = flushes->count();
    show();
    QCOMPARE(flushes->count(), before);

    button->forceActiveFocus();
    QTest::keyClick(&view, Qt::Key_Space);
    for (int i = 1; i <= 3; ++i) {
        show();
        QVERIFY(!flushes->isPaused());
        QCOMPARE(flushes->count(), before + 1 + i);
        QCOMPARE(current(), -1);
    }
    QVERIFY(button->hasActiveFocus());

    // The next one to be chosen is the newest.
    list->forceActiveFocus();
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(current(), 0);
    QVERIFY(flushes->isPaused());
}

void tst_Inspector::flushesOfAStoreAreShown()
{
    PlainStore store;
    store.setName(u"plain"_s);
    store.state.enqueue([](PlainState &state) { state.number = 42; });
    BatchCoordinator::instance()->flush();
    InspectorFlushes flushes;
    QAbstractItemModelTester tester(&flushes);
    flushes.refresh();
    QVERIFY(flushes.count() > 0);
    const QModelIndex newest = flushes.index(0);
    QCOMPARE(newest.data(InspectorFlushes::StoresRole).toString(), u"plain"_s);
    QCOMPARE(newest.data(InspectorFlushes::UpdatesRole).toInt(), 1);
    QVERIFY(newest.data(InspectorFlushes::ChangesRole)
                .toStringList()
                .constFirst()
                .contains(u"number"_s));
}

void tst_Inspector::holdersAreThoseOfTheGovernor()
{
    InspectorHolders holders;
    QAbstractItemModelTester tester(&holders);
    holders.refresh();
    const int before = holders.count();
    {
        TreeStore store;
        store.setName(u"held"_s);
        fill(store, 1000);
        holders.refresh();
        QCOMPARE(holders.count(), before + 1);
        const QModelIndex row = holders.index(before);
        QCOMPARE(row.data(InspectorHolders::NameRole).toString(), u"held"_s);
        QVERIFY(row.data(InspectorHolders::ResidentBytesRole).toReal() > 0);
        QVERIFY(holders.totalBytes() >= row.data(InspectorHolders::ResidentBytesRole).toReal());
    }
    holders.refresh();
    QCOMPARE(holders.count(), before);
}

void tst_Inspector::holdersTellOnlyWhatChanged()
{
    InspectorHolders holders;
    QAbstractItemModelTester tester(&holders);
    std::array<TreeStore, 3> stores;
    for (TreeStore &store : stores)
        fill(store, 100);
    holders.refresh();
    const int first = holders.count() - 3;
    QSignalSpy changed(&holders, &QAbstractItemModel::dataChanged);
    const auto roles = [&](int row) {
        QList<int> told;
        for (const QList<QVariant> &arguments : changed) {
            if (arguments.at(0).toModelIndex().row() <= row
                && arguments.at(1).toModelIndex().row() >= row) {
                const auto some = arguments.at(2).value<QList<int>>();
                told += some.isEmpty() ? holders.roleNames().keys() : some; // none are all
            }
        }
        return told;
    };

    stores[1].setName(u"renamed"_s);
    holders.refresh();
    QVERIFY(roles(first + 1).contains(InspectorHolders::NameRole));
    QVERIFY(!roles(first + 1).contains(InspectorHolders::ResidentBytesRole));
    QVERIFY(!roles(first + 1).contains(InspectorHolders::ResidentShareRole));
    QVERIFY(!roles(first).contains(InspectorHolders::NameRole));

    // The share is that of a total.
    changed.clear();
    fill(stores[2], 5000);
    holders.refresh();
    QVERIFY(roles(first + 2).contains(InspectorHolders::ResidentBytesRole));
    QVERIFY(roles(first + 2).contains(InspectorHolders::ResidentShareRole));
    QVERIFY(!roles(first).contains(InspectorHolders::ResidentBytesRole));
    QVERIFY(roles(first).contains(InspectorHolders::ResidentShareRole));
    qreal bytes = 0;
    qreal share = 0;
    for (int row = 0; row < holders.count(); ++row) {
        bytes += holders.index(row).data(InspectorHolders::ResidentBytesRole).toReal();
        share += holders.index(row).data(InspectorHolders::ResidentShareRole).toReal();
    }
    QCOMPARE(holders.totalBytes(), bytes);
    QVERIFY(qAbs(share - 1) < 1e-9);
}

void tst_Inspector::holdersThatComeAndGoTogether()
{
    InspectorHolders holders;
    QAbstractItemModelTester tester(&holders);
    std::vector<std::unique_ptr<PlainStore>> stores;
    const auto add = [&stores](int count) {
        for (int i = 0; i < count; ++i)
            stores.push_back(std::make_unique<PlainStore>());
    };
    const auto isInOrder = [&] {
        holders.refresh();
        const QList<Reclaimable *> expected = MemoryGovernor::instance()->reclaimables();
        if (holders.count() != expected.size())
            return false;
        for (int row = 0; row < holders.count(); ++row) {
            if (holders.index(row).data(InspectorHolders::NameRole).toString()
                != expected.at(row)->name()) {
                return false;
            }
        }
        return true;
    };
    const auto name = [&stores] {
        for (std::size_t i = 0; i < stores.size(); ++i)
            stores[i]->setName(QString::number(i));
    };

    add(10);
    name();
    QVERIFY(isInOrder());
    stores.erase(stores.begin() + 2, stores.begin() + 5);
    stores.erase(stores.begin());
    add(2);
    QVERIFY(isInOrder());
    name();
    QVERIFY(isInOrder());
    stores.pop_back();
    QVERIFY(isInOrder());
    stores.clear();
    add(3);
    name();
    QVERIFY(isInOrder());
    stores.clear();
    QVERIFY(isInOrder());
}

void tst_Inspector::reclaimsAreListed()
{
    InspectorReclaims reclaims;
    QAbstractItemModelTester tester(&reclaims);
    QSignalSpy inserted(&reclaims, &QAbstractItemModel::rowsInserted);
    const int before = reclaims.count();
    MemoryGovernor::instance()->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(inserted.size(), 1);
    QCOMPARE(reclaims.count(), before + 1);
    QCOMPARE(reclaims.index(0).data(InspectorReclaims::TriggerRole).toString(), u"asked for"_s);
}

void tst_Inspector::optimizationsHaveRoles()
{
    InspectorOptimizations optimizations;
    QAbstractItemModelTester tester(&optimizations);
    const QList<QByteArray> names = optimizations.roleNames().values();
    QVERIFY(names.contains("outcome"));
    QVERIFY(!names.contains("state"));
    QSignalSpy changed(&optimizations, &InspectorOptimizations::automaticChanged);
    const bool before = optimizations.isAutomatic();
    optimizations.setAutomatic(!before);
    QCOMPARE(optimizations.isAutomatic(), !before);
    QCOMPARE(changed.size(), 1);
    optimizations.setAutomatic(before);
    QVERIFY(!optimizations.apply(99));
    QVERIFY(!optimizations.undo(99));
}

QTEST_MAIN(tst_Inspector)

#include "tst_inspector.moc"
