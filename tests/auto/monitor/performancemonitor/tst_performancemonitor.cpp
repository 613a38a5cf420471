// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/CowVector>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateStore>

#include <QtCore/qdir.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtemporarydir.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <thread>

#ifdef Q_OS_UNIX
#    include <csignal>
#    include <sys/resource.h>
#endif

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

struct Item
{
    QString name;
    int value = 0;
    AXIOM_FIELDS(Item, name, value)
};

struct ShopState
{
    CowVector<Item> items;
    QString title;
    int count = 0;
    AXIOM_FIELDS(ShopState, items, title, count)
};

class ShopStore : public StateStore
{
    Q_OBJECT
    Q_PROPERTY(QString title READ title NOTIFY titleChanged)

public:
    explicit ShopStore(const QString &name = {}) { setName(name); }
    QString title() const { return state->title; }
    QAbstractItemModel *items() { return state.listModel(&ShopState::items); }

    State<ShopState> state{this};

Q_SIGNALS:
    void titleChanged();
};

PerformanceMonitor &monitor()
{
    return *PerformanceMonitor::instance();
}

OperationStatistics statistics(const QString &store, OperationType type)
{
    for (const OperationStatistics &operation : monitor().generateReport().operations) {
        if (operation.store == store && operation.type == type)
            return operation;
    }
    return {};
}

qint64 countOf(const QString &store, OperationType type)
{
    return statistics(store, type).count;
}

// Those of a store, as others may be there.
QList<FlushRecord> flushesOf(const QString &store)
{
    QList<FlushRecord> records = monitor().flushes();
    records.removeIf([&](const FlushRecord &record) {
        return std::none_of(
            record.origins.begin(), record.origins.end(),
            [&](const FlushRecord::Origin &origin) { return origin.store == store; });
    });
    return records;
}

} // namespace

class tst_PerformanceMonitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void storesRecordByThemselves();
    void copiesAreCountedInBytes();
    void nothingIsRecordedWhenDisabled();
    void recordsOfGoneStoresAreKept();
    void manyOperationsAreSampled();
    void nothingIsMissingWithoutSampling();
    void ownOperationsAreRecorded();
    void absurdDurationsAreRefused();
    void threadsRecordAtOnce();
    void ratesAreThoseOfTheLastLook();

    void flushesTellWhoAndWhat();
    void transactionsTellWhoAndWhat();
    void batchScopeIsOneRecord();
    void observersChangesBelongToTheFlush();
    void rowsAreCounted();
    void coalescedUpdatesAreCounted();
    void recordsAreBounded();

    void alertsAreRaisedAndCleared();
    void alertAtTheThresholdDoesNotFlicker();
    void alertOfAGoneStoreIsCleared();
    void negativeThresholdsAreRefused();

    void reportIsValidJson();
    void reportIsATable();
    void traceIsValid();
    void traceThatCannotBeWritten();
    void traceOnAFullDisk();

    // The last, as what others are called is not known after it.
    void manyNamesTakeNoMoreMemory();

private:
    VirtualClock m_clock;
};

void tst_PerformanceMonitor::init()
{
    monitor().setClock(&m_clock);
    monitor().setAlertThresholds({});
    monitor().setSampling(false);
}

void tst_PerformanceMonitor::cleanup()
{
    monitor().setEnabled(true);
    monitor().setAlertThresholds({});
    for (int i = 0; i < 6; ++i) {
        m_clock.advance(1s);
        monitor().check();
    }
    QVERIFY(monitor().alerts().isEmpty());
}

void tst_PerformanceMonitor::storesRecordByThemselves()
{
    ShopStore store(QStringLiteral("by itself"));
    QSignalSpy titles(&store, &ShopStore::titleChanged);
    store.state.set(&ShopState::title, QStringLiteral("one"));
    store.state.apply([](ShopState &s) { s.title = QStringLiteral("two"); });
    store.state.apply([](ShopState &) {});
    store.state.enqueue([](ShopState &s) { s.count = 3; });
    BatchCoordinator::instance()->flush();

    QCOMPARE(titles.count(), 2);
    QCOMPARE(countOf(store.name(), OperationType::Update), 4);
    QCOMPARE(countOf(store.name(), OperationType::Commit), 4);
    QCOMPARE(countOf(store.name(), OperationType::Notify), 3);
    QCOMPARE(countOf(store.name(), OperationType::Delivery), 1);
    const OperationStatistics updates = statistics(store.name(), OperationType::Update);
    QVERIFY(updates.durations.count() > 0);
    QVERIFY(updates.durations.max() > 0ns);
    QVERIFY(updates.durations.max() < 1s);
}

void tst_PerformanceMonitor::copiesAreCountedInBytes()
{
    ShopStore store(QStringLiteral("copies"));
    store.state.apply([](ShopState &s) {
        for (int i = 0; i < 100'000; ++i)
            s.items.append({QString(), i});
    });
    const OperationStatistics first = statistics(store.name(), OperationType::Update);
    // All elements were put into nodes once, some nodes more often while the tree grew.
    QVERIFY2(first.clonedBytes >= 100'000 * qint64(sizeof(Item)),
             qPrintable(QString::number(first.clonedBytes)));

    const Snapshot<ShopState> held = store.state.snapshot();
    store.state.apply([](ShopState &s) { s.items.replace(50'000, {QString(), -1}); });
    const OperationStatistics second = statistics(store.name(), OperationType::Update);
    const qint64 path = second.clonedBytes - first.clonedBytes;
    QVERIFY2(path > 0 && path < 4000, qPrintable(QString::number(path)));

    // The size of a state is known once the engine has looked at it.
    for (int i = 0; i < 10; ++i) {
        m_clock.advance(1s);
        monitor().check();
    }
    store.state.apply([](ShopState &s) { s.items.replace(20'000, {QString(), -1}); });
    const OperationStatistics third = statistics(store.name(), OperationType::Update);
    QVERIFY(third.stateSize >= 100'000 * qint64(sizeof(Item)));
    QVERIFY2(third.sharedBytes > third.stateSize - 4000 && third.sharedBytes < third.stateSize,
             qPrintable(QString::number(third.sharedBytes)));
}

void tst_PerformanceMonitor::nothingIsRecordedWhenDisabled()
{
    ShopStore store(QStringLiteral("disabled"));
    QSignalSpy changed(&monitor(), &PerformanceMonitor::enabledChanged);
    monitor().setEnabled(false);
    monitor().setEnabled(false);
    QCOMPARE(changed.count(), 1);
    store.state.set(&ShopState::count, 1);
    store.state.enqueue([](ShopState &s) { s.count = 2; });
    BatchCoordinator::instance()->flush();
    monitor().recordOperation(OperationType::Custom, 1us, 0, 0, &store);
    QCOMPARE(countOf(store.name(), OperationType::Update), 0);
    QCOMPARE(countOf(store.name(), OperationType::Custom), 0);
    QVERIFY(flushesOf(store.name()).isEmpty());
    monitor().setEnabled(true);
    store.state.set(&ShopState::count, 3);
    QCOMPARE(countOf(store.name(), OperationType::Update), 1);
}

void tst_PerformanceMonitor::recordsOfGoneStoresAreKept()
{
    const QString name = QStringLiteral("gone");
    for (int i = 0; i < 3; ++i) {
        ShopStore store(name);
        store.state.set(&ShopState::count, 1);
        store.state.set(&ShopState::count, 2);
    }
    QCOMPARE(countOf(name, OperationType::Update), 6);
}

void tst_PerformanceMonitor::manyOperationsAreSampled()
{
    ShopStore store(QStringLiteral("many"));
    monitor().setSampling(true);
    constexpr int updates = 200'000;
    for (int i = 1; i <= updates; ++i)
        store.state.apply([](ShopState &s) noexcept { ++s.count; });
    const OperationStatistics statistics = ::statistics(store.name(), OperationType::Update);
    QCOMPARE(statistics.count, updates);
    // What was measured stands for all of them.
    QVERIFY2(statistics.durations.count() > updates / 2
                 && statistics.durations.count() < updates * 2,
             qPrintable(QString::number(statistics.durations.count())));
    QVERIFY(monitor().flushes().size() <= 512);
}

void tst_PerformanceMonitor::nothingIsMissingWithoutSampling()
{
    ShopStore store(QStringLiteral("all"));
    QVERIFY(!monitor().isSampling());
    for (int i = 1; i <= 300; ++i)
        store.state.set(&ShopState::count, i);
    QCOMPARE(flushesOf(store.name()).size(), 300);
    QCOMPARE(statistics(store.name(), OperationType::Update).durations.count(), 300);
}

void tst_PerformanceMonitor::manyNamesTakeNoMoreMemory()
{
    qsizetype before = 0;
    for (int i = 0; i < 1000; ++i) {
        ShopStore store(QStringLiteral("name %1").arg(i));
        store.state.set(&ShopState::count, 1);
        monitor().recordOperation(OperationType::Custom, 1us, 0, 0, &store);
        if (i == 500)
            before = monitor().generateReport().operations.size();
    }
    const PerformanceReport report = monitor().generateReport();
    QVERIFY(report.operations.size() <= before + 8);
    // Nothing is lost of what they did.
    qint64 custom = 0;
    for (const OperationStatistics &operation : report.operations)
        custom += operation.type == OperationType::Custom ? operation.count : 0;
    QVERIFY(custom >= 1000);
}

void tst_PerformanceMonitor::ownOperationsAreRecorded()
{
    monitor().recordOperation(OperationType::Custom, 3ms, 4096, 1'000'000);
    monitor().recordOperation(OperationType::Custom, 5ms, -1024);
    const OperationStatistics statistics = ::statistics({}, OperationType::Custom);
    QVERIFY(statistics.count >= 2);
    QVERIFY(statistics.durations.max() >= 5ms);
    QVERIFY(statistics.memoryDelta >= 3072);
}

void tst_PerformanceMonitor::absurdDurationsAreRefused()
{
    const qint64 before = countOf({}, OperationType::Custom);
    const QRegularExpression refused(QStringLiteral("is not recorded"));
    for (const auto duration : {-1ns, std::chrono::nanoseconds(48h)}) {
        QTest::ignoreMessage(QtWarningMsg, refused);
        monitor().recordOperation(OperationType::Custom, duration);
    }
    QTest::ignoreMessage(QtWarningMsg, refused);
    monitor().recordOperation(OperationType::Custom, 1ns, 0, -5);
    QTest::ignoreMessage(QtWarningMsg, refused);
    monitor().recordOperation(OperationType(99), 1ns);
    QCOMPARE(countOf({}, OperationType::Custom), before);
}

void tst_PerformanceMonitor::threadsRecordAtOnce()
{
    constexpr int each = 20'000;
    ShopStore shared(QStringLiteral("shared by threads"));
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            ShopStore own(QStringLiteral("of threads"));
            for (int i = 0; i < each; ++i) {
                own.state.set(&ShopState::count, i + 1);
                if (i % 100 == 0)
                    monitor().recordOperation(OperationType::Custom, 1us, 0, 0, &own);
                shared.state.enqueue([](ShopState &s) noexcept { ++s.count; });
            }
        });
    }
    for (int i = 0; i < 50; ++i) {
        monitor().generateReport();
        monitor().flushes();
        m_clock.advance(100ms);
        monitor().check();
        QCoreApplication::processEvents();
    }
    for (std::thread &thread : threads)
        thread.join();
    BatchCoordinator::instance()->flush();
    QCOMPARE(countOf(QStringLiteral("of threads"), OperationType::Update), 3 * each);
    QCOMPARE(countOf(shared.name(), OperationType::Update), 3 * each);
    QCOMPARE(shared.state->count, 3 * each);
}

void tst_PerformanceMonitor::ratesAreThoseOfTheLastLook()
{
    ShopStore store(QStringLiteral("rates"));
    m_clock.advance(1s);
    monitor().check();
    for (int i = 1; i <= 100; ++i)
        store.state.set(&ShopState::count, i);
    m_clock.advance(2s);
    monitor().check();
    QCOMPARE(statistics(store.name(), OperationType::Update).rate, 50.0);
    m_clock.advance(1s);
    monitor().check();
    QCOMPARE(statistics(store.name(), OperationType::Update).rate, 0.0);
    QCOMPARE(statistics(store.name(), OperationType::Update).count, 100);
}

void tst_PerformanceMonitor::flushesTellWhoAndWhat()
{
    ShopStore store(QStringLiteral("flushed"));
    UpdateOptions high;
    high.priority = Priority::High;
    const int line = __LINE__ + 2;
    for (int i = 0; i < 5; ++i)
        store.state.enqueue([](ShopState &s) { ++s.count; });
    store.state.enqueue([](ShopState &s) { s.title = QStringLiteral("x"); }, high, "import");
    BatchCoordinator::instance()->flush();

    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    const FlushRecord &record = records.first();
    QVERIFY(!record.isDirect);
    QCOMPARE(record.updates, 6);
    QVERIFY(record.duration() > 0ns);
    QCOMPARE(record.origins.size(), 2);
    QCOMPARE(record.origins.first().where, QStringLiteral("import"));
    QCOMPARE(record.origins.first().priority, Priority::High);
    QCOMPARE(record.origins.first().updates, 1);
    QCOMPARE(record.origins.last().where,
             QStringLiteral("tst_performancemonitor.cpp:%1").arg(line));
    QCOMPARE(record.origins.last().updates, 5);
    QCOMPARE(record.stores.size(), 1);
    QCOMPARE(record.stores.first().store, store.name());
    QCOMPARE(record.stores.first().revision, store.state.revision());
    QCOMPARE(record.stores.first().fields,
             QStringList({QStringLiteral("title"), QStringLiteral("count")}));
    QCOMPARE(record.stores.first().propertySignals, 1);
}

void tst_PerformanceMonitor::transactionsTellWhoAndWhat()
{
    ShopStore store(QStringLiteral("direct"));
    const int line = __LINE__ + 1;
    store.state.set(&ShopState::title, QStringLiteral("direct"));
    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    QVERIFY(records.first().isDirect);
    QCOMPARE(records.first().origins.first().where,
             QStringLiteral("tst_performancemonitor.cpp:%1").arg(line));
    QCOMPARE(records.first().stores.first().fields, QStringList(QStringLiteral("title")));
}

void tst_PerformanceMonitor::batchScopeIsOneRecord()
{
    ShopStore first(QStringLiteral("scoped"));
    ShopStore second(QStringLiteral("scoped too"));
    {
        BatchScope scope;
        first.state.set(&ShopState::count, 1);
        first.state.set(&ShopState::count, 2, "second step");
        second.state.set(&ShopState::count, 3);
    }
    const QList<FlushRecord> records = flushesOf(first.name());
    QCOMPARE(records.size(), 1);
    QCOMPARE(records.first().updates, 3);
    QCOMPARE(records.first().origins.size(), 3);
    QCOMPARE(records.first().stores.size(), 2);
}

void tst_PerformanceMonitor::observersChangesBelongToTheFlush()
{
    ShopStore store(QStringLiteral("cause"));
    ShopStore follower(QStringLiteral("effect"));
    store.state.onChanged(&ShopState::count, &follower,
                          [&](const int &count) { follower.state.set(&ShopState::count, count); });
    store.state.enqueue([](ShopState &s) { s.count = 7; });
    BatchCoordinator::instance()->flush();
    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    QCOMPARE(records.first().stores.size(), 2);
    QCOMPARE(records.first().stores.last().store, follower.name());
}

void tst_PerformanceMonitor::rowsAreCounted()
{
    ShopStore store(QStringLiteral("rows"));
    QAbstractItemModel *model = store.items();
    store.state.apply([](ShopState &s) {
        for (int i = 0; i < 100; ++i)
            s.items.append({QString::number(i), i});
    });
    QCOMPARE(model->rowCount(), 100);
    store.state.apply([](ShopState &s) {
        s.items.erase(10, 5);
        s.items.modify(50, [](Item &item) { item.value = -1; });
        s.items.append({QStringLiteral("new"), 1});
    });
    const FlushRecord record = flushesOf(store.name()).last();
    const FlushRecord::StoreChange &change = record.stores.first();
    QCOMPARE(change.rowsRemoved, 5);
    QCOMPARE(change.rowsChanged, 1);
    QCOMPARE(change.rowsInserted, 1);
    QCOMPARE(change.rowSignals, 3);
}

void tst_PerformanceMonitor::coalescedUpdatesAreCounted()
{
    ShopStore store(QStringLiteral("coalesced"));
    store.state.enqueue([](ShopState &s) { ++s.count; });
    BatchCoordinator::instance()->flush();
    UpdateOptions options;
    options.coalesceKey = QByteArrayLiteral("k");
    for (int i = 0; i < 10; ++i)
        store.state.enqueue([i](ShopState &s) { s.count = i; }, options);
    BatchCoordinator::instance()->flush();
    const FlushRecord record = flushesOf(store.name()).last();
    QCOMPARE(record.updates, 1);
    QCOMPARE(record.coalesced, 9);
}

void tst_PerformanceMonitor::recordsAreBounded()
{
    std::vector<std::unique_ptr<ShopStore>> stores;
    for (int i = 0; i < 40; ++i)
        stores.push_back(std::make_unique<ShopStore>(QStringLiteral("bounded %1").arg(i)));
    {
        BatchScope scope;
        for (const auto &store : stores)
            store->state.set(&ShopState::count, 1);
    }
    const FlushRecord record = flushesOf(stores.front()->name()).last();
    QCOMPARE(record.updates, 40);
    QCOMPARE(record.origins.size(), FlushRecord::MaxParts);
    QCOMPARE(record.otherOriginUpdates, 40 - FlushRecord::MaxParts);
    QCOMPARE(record.stores.size(), FlushRecord::MaxParts);
    QCOMPARE(record.otherStores, 40 - FlushRecord::MaxParts);

    quint64 last = 0;
    for (const FlushRecord &each : monitor().flushes()) {
        QVERIFY(each.serial > last);
        last = each.serial;
    }
}

void tst_PerformanceMonitor::alertsAreRaisedAndCleared()
{
    ShopStore store(QStringLiteral("alerted"));
    AlertThresholds thresholds;
    thresholds.latency = 50ms;
    monitor().setAlertThresholds(thresholds);
    QSignalSpy raised(&monitor(), &PerformanceMonitor::alertRaised);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);

    const auto second = [&](std::chrono::nanoseconds latency) {
        for (int i = 0; i < 20; ++i)
            monitor().recordOperation(OperationType::Delivery, latency, 0, 0, &store);
        m_clock.advance(1s);
        monitor().check();
    };
    second(80ms);
    QCOMPARE(raised.count(), 0); // once is not yet a pattern
    second(80ms);
    QCOMPARE(raised.count(), 1);
    const auto alert = raised.first().first().value<Alert>();
    QCOMPARE(alert.type, Alert::Latency);
    QCOMPARE(alert.store, store.name());
    QVERIFY(alert.value >= 0.08 && alert.value < 0.1);
    QCOMPARE(alert.threshold, 0.05);
    QVERIFY(alert.message().contains(store.name()));
    QCOMPARE(monitor().alerts().size(), 1);
    second(80ms);
    QCOMPARE(raised.count(), 1);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(cleared.count(), 0);
        second(10ms);
    }
    QCOMPARE(cleared.count(), 1);
    QVERIFY(monitor().alerts().isEmpty());
}

void tst_PerformanceMonitor::alertAtTheThresholdDoesNotFlicker()
{
    ShopStore store(QStringLiteral("flicker"));
    AlertThresholds thresholds;
    thresholds.latency = 50ms;
    monitor().setAlertThresholds(thresholds);
    QSignalSpy raised(&monitor(), &PerformanceMonitor::alertRaised);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);
    for (int i = 0; i < 100; ++i) {
        for (int j = 0; j < 20; ++j) {
            monitor().recordOperation(OperationType::Delivery, i / 2 % 2 == 0 ? 52ms : 46ms, 0, 0,
                                      &store);
        }
        m_clock.advance(1s);
        monitor().check();
    }
    QCOMPARE(raised.count(), 1);
    QCOMPARE(cleared.count(), 0);
}

void tst_PerformanceMonitor::alertOfAGoneStoreIsCleared()
{
    AlertThresholds thresholds;
    thresholds.clonedBytes = 1000;
    monitor().setAlertThresholds(thresholds);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);
    auto store = std::make_unique<ShopStore>(QStringLiteral("short life"));
    for (int i = 0; i < 3; ++i) {
        store->state.apply([](ShopState &s) {
            for (int j = 0; j < 10'000; ++j)
                s.items.append({QString(), j});
        });
        m_clock.advance(1s);
        monitor().check();
    }
    QCOMPARE(monitor().alerts().size(), 1);
    QCOMPARE(monitor().alerts().first().type, Alert::CloneRate);
    store.reset();
    for (int i = 0; i < 6; ++i) {
        m_clock.advance(1s);
        monitor().check();
    }
    QCOMPARE(cleared.count(), 1);
}

void tst_PerformanceMonitor::negativeThresholdsAreRefused()
{
    AlertThresholds thresholds;
    thresholds.latency = -1ms;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("threshold is negative")));
    monitor().setAlertThresholds(thresholds);
    QCOMPARE(monitor().alertThresholds(), AlertThresholds());
}

void tst_PerformanceMonitor::reportIsValidJson()
{
    ShopStore store(QStringLiteral("json \"quoted\""));
    store.state.set(&ShopState::count, 1);
    QJsonParseError error;
    const QJsonObject report =
        QJsonDocument::fromJson(monitor().generateReport().toJson(), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(report.value(QLatin1String("schema")).toInt(), 1);
    bool found = false;
    for (const auto &value : report.value(QLatin1String("operations")).toArray()) {
        const QJsonObject operation = value.toObject();
        if (operation.value(QLatin1String("store")) != store.name()
            || operation.value(QLatin1String("type")) != QLatin1String("Update"))
            continue;
        found = true;
        QCOMPARE(operation.value(QLatin1String("count")).toInt(), 1);
        QVERIFY(operation.value(QLatin1String("p50Us")).toDouble() > 0);
        QVERIFY(operation.value(QLatin1String("p50Us")).toDouble()
                <= operation.value(QLatin1String("maxUs")).toDouble());
    }
    QVERIFY(found);
}

void tst_PerformanceMonitor::reportIsATable()
{
    ShopStore store(QStringLiteral("a|b"));
    store.state.set(&ShopState::count, 1);
    const QString text = monitor().reportAsMarkdown();
    const QStringList lines = text.split(QLatin1Char('\n'));
    const qsizetype row =
        lines.indexOf(QRegularExpression(QStringLiteral("^\\| a\\\\\\|b \\| Update \\| 1 \\|.*")));
    QVERIFY2(row >= 0, qPrintable(text));
    // As many columns as the head has, but for the bar that belongs to the name.
    const qsizetype head = lines.indexOf(QRegularExpression(QStringLiteral("^\\| store .*")));
    QVERIFY(head >= 0);
    QCOMPARE(lines.at(row).count(QLatin1Char('|')) - 1, lines.at(head).count(QLatin1Char('|')));
}

void tst_PerformanceMonitor::traceIsValid()
{
    ShopStore store(QStringLiteral("traced"));
    store.state.enqueue([](ShopState &s) { s.count = 1; }, {}, "label");
    BatchCoordinator::instance()->flush();

    QTemporaryDir directory;
    const QString fileName = directory.filePath(QStringLiteral("trace.json"));
    StateError error;
    QVERIFY2(monitor().exportTrace(fileName, &error), qPrintable(error.message));
    QFile file(fileName);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonParseError parseError;
    const QJsonArray events = QJsonDocument::fromJson(file.readAll(), &parseError)
                                  .object()
                                  .value(QLatin1String("traceEvents"))
                                  .toArray();
    QCOMPARE(parseError.error, QJsonParseError::NoError);
    bool found = false;
    for (const auto &value : events) {
        const QJsonObject event = value.toObject();
        const QString phase = event.value(QLatin1String("ph")).toString();
        QVERIFY(phase == QLatin1String("X") || phase == QLatin1String("C")
                || phase == QLatin1String("M"));
        QVERIFY(phase == QLatin1String("M") || event.value(QLatin1String("ts")).isDouble());
        QVERIFY(!event.value(QLatin1String("name")).toString().isEmpty());
        if (phase == QLatin1String("X"))
            QVERIFY(event.value(QLatin1String("dur")).toDouble() >= 0);
        const QJsonArray origins =
            event.value(QLatin1String("args")).toObject().value(QLatin1String("origins")).toArray();
        for (const auto &origin : origins) {
            if (origin.toObject().value(QLatin1String("store")) == store.name()
                && origin.toObject().value(QLatin1String("where")) == QLatin1String("label"))
                found = true;
        }
    }
    QVERIFY(found);
}

void tst_PerformanceMonitor::traceThatCannotBeWritten()
{
    QTemporaryDir directory;
    StateError error;
    const QString missing = directory.filePath(QStringLiteral("no/such/folder/trace.json"));
    QVERIFY(!monitor().exportTrace(missing, &error));
    QCOMPARE(error.code, StateError::IoError);
    QVERIFY(error.message.contains(missing));
    QVERIFY(!QFile::exists(missing));

    QSignalSpy errors(&monitor(), &PerformanceMonitor::errorOccurred);
    QVERIFY(!monitor().saveTrace(missing));
    QCOMPARE(errors.count(), 1);

    // What is no file is left alone.
    const QString folder = directory.filePath(QStringLiteral("folder"));
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(!monitor().exportTrace(folder, &error));
    QVERIFY(QFileInfo(folder).isDir());
    QVERIFY(!monitor().exportTrace(QStringLiteral("/dev/null"), &error));
    QVERIFY(!QFileInfo(QStringLiteral("/dev/null")).isFile());
}

// As a full disk: files may not grow beyond some bytes.
void tst_PerformanceMonitor::traceOnAFullDisk()
{
#ifdef Q_OS_UNIX
    ShopStore store(QStringLiteral("full"));
    for (int i = 1; i <= 100; ++i)
        store.state.set(&ShopState::count, i);
    QTemporaryDir directory;
    const QString fileName = directory.filePath(QStringLiteral("trace.json"));
    QFile kept(fileName);
    QVERIFY(kept.open(QIODevice::WriteOnly));
    kept.write("as before");
    kept.close();

    signal(SIGXFSZ, SIG_IGN);
    rlimit before;
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 4096;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    StateError error;
    const bool written = monitor().exportTrace(fileName, &error);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);

    QVERIFY(!written);
    QCOMPARE(error.code, StateError::IoError);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), QByteArrayLiteral("as before"));
    QCOMPARE(QDir(directory.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList(QStringLiteral("trace.json")));
#else
    QSKIP("There is no limit of file sizes to stand for a full disk.");
#endif
}

QTEST_GUILESS_MAIN(tst_PerformanceMonitor)
#include "tst_performancemonitor.moc"
