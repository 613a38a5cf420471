// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "shopstore.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qregularexpression.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

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
    void readsAreCounted();
    void manyOperationsAreSampled();
    void rareOperationsAfterABurstAreMeasured();
    void nothingIsMissingWithoutSampling();
    void ownOperationsAreRecorded();
    void stateOfAStoreIsCountedOnce();
    void stateOfAnotherObjectIsCounted();
    void absurdDurationsAreRefused();
    void threadsRecordAtOnce();
    void ratesAreThoseOfTheLastLook();

    void reportIsValidJson();
    void reportIsATable();
    void tableTakesANameAsItIs_data();
    void tableTakesANameAsItIs();

    // The last, as what others are called is not known after it.
    void tableShowsDurationsInTheUnitThatFits();
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

void tst_PerformanceMonitor::readsAreCounted()
{
#ifdef AXIOM_NO_COW_METRICS
    QSKIP("Reads are not counted in this build.");
#endif
    const QString name = QStringLiteral("read");
    {
        ShopStore store(name);
        m_clock.advance(1s);
        monitor().check();
        const qint64 before = countOf(name, OperationType::Read);
        qint64 sum = 0;
        for (int i = 0; i < 500; ++i)
            sum += store.state->count;
        QCOMPARE(sum, 0);
        QCOMPARE(countOf(name, OperationType::Read) - before, 500);
        QVERIFY(statistics(name, OperationType::Read).durations.isEmpty());
        m_clock.advance(1s);
        monitor().check();
        QCOMPARE(statistics(name, OperationType::Read).rate, 500.0);

        monitor().setEnabled(false);
        for (int i = 0; i < 70; ++i)
            sum += store.state->count;
        QCOMPARE(countOf(name, OperationType::Read) - before, 500);
        monitor().setEnabled(true);
        for (int i = 0; i < 7; ++i)
            sum += store.state->count;
        QCOMPARE(countOf(name, OperationType::Read) - before, 507);
    }
    // They stay in the report when the store has gone.
    QVERIFY(countOf(name, OperationType::Read) >= 507);
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

void tst_PerformanceMonitor::rareOperationsAfterABurstAreMeasured()
{
    ShopStore store(QStringLiteral("burst"));
    monitor().setSampling(true);
    for (int i = 1; i <= 100'000; ++i)
        store.state.set(&ShopState::count, i);
    for (int second = 1; second <= 5; ++second) {
        m_clock.advance(1s);
        monitor().check();
        const auto measured = statistics(store.name(), OperationType::Update).durations.count();
        const auto written = monitor().flushes().last().serial;
        store.state.set(&ShopState::count, -second);
        const OperationStatistics update = statistics(store.name(), OperationType::Update);
        QVERIFY(update.durations.count() > measured);
        QCOMPARE(update.durations.count(), update.count);
        QCOMPARE(monitor().flushes().last().serial, written + 1);
    }
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

void tst_PerformanceMonitor::ownOperationsAreRecorded()
{
    monitor().recordOperation(OperationType::Custom, 3ms, 4096, 1'000'000);
    monitor().recordOperation(OperationType::Custom, 5ms, -1024);
    const OperationStatistics statistics = ::statistics({}, OperationType::Custom);
    QVERIFY(statistics.count >= 2);
    QVERIFY(statistics.durations.max() >= 5ms);
    QVERIFY(statistics.memoryDelta >= 3072);
}

// The size that is told with an operation is that of the state which the store has already counted.
void tst_PerformanceMonitor::stateOfAStoreIsCountedOnce()
{
    const QString name = QStringLiteral("counted once");
    {
        ShopStore store(name);
        store.state.apply([](ShopState &s) { s.items.append(QList<Item>(10'000)); });
        // The size of a state is known once the engine has looked at it.
        for (int i = 0; i < 10; ++i) {
            m_clock.advance(1s);
            monitor().check();
        }
        const qint64 size = statistics(name, OperationType::Update).stateSize;
        QVERIFY(size >= 10'000 * qint64(sizeof(Item)));
        monitor().recordOperation(OperationType::Update, 1ms, 0, store.residentBytes(), &store);
        QCOMPARE(statistics(name, OperationType::Update).stateSize, size);
        QCOMPARE(countOf(name, OperationType::Update), 2);
    }
    QCOMPARE(statistics(name, OperationType::Update).stateSize, 0);
    QCOMPARE(countOf(name, OperationType::Update), 2);
}

void tst_PerformanceMonitor::stateOfAnotherObjectIsCounted()
{
    QObject document;
    document.setObjectName(QStringLiteral("document"));
    monitor().recordOperation(OperationType::Update, 1ms, 0, 1000, &document);
    monitor().recordOperation(OperationType::Update, 1ms, 0, 3000, &document);
    QCOMPARE(statistics(document.objectName(), OperationType::Update).stateSize, 3000);
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
    const QJsonArray operations = report.value(QLatin1String("operations")).toArray();
    for (const auto &value : operations) {
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

void tst_PerformanceMonitor::tableTakesANameAsItIs_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("shown");
    QTest::newRow("place marker") << QStringLiteral("load %1 of %3")
                                  << QStringLiteral("load %1 of %3");
    QTest::newRow("bar") << QStringLiteral("a|b") << QStringLiteral("a\\|b");
    QTest::newRow("bar that seems escaped")
        << QStringLiteral("a\\|b") << QStringLiteral("a\\\\\\|b");
    QTest::newRow("lines") << QStringLiteral("a\r\n\n# b\rc") << QStringLiteral("a # b c");
    QTest::newRow("tag") << QStringLiteral("Cache<int>") << QStringLiteral("Cache\\<int>");
}

void tst_PerformanceMonitor::tableTakesANameAsItIs()
{
    QFETCH(QString, name);
    QFETCH(QString, shown);
    PerformanceReport report;
    Alert alert;
    alert.type = Alert::UpdateStorm;
    alert.store = name;
    report.alerts = {alert};
    OperationStatistics operation;
    operation.store = name;
    operation.type = OperationType::Update;
    operation.count = 42;
    operation.rate = 1.5;
    report.operations = {operation};
    const QStringList lines = report.toMarkdown().split(QLatin1Char('\n'));
    QCOMPARE(lines.last(), QString());
    QCOMPARE(lines.at(lines.size() - 2),
             QStringLiteral("| %1 | Update | 42 | 1.5 | – | – | – | – | 0 B | 0 B |").arg(shown));
    QVERIFY(lines.contains(QStringLiteral("> **UpdateStorm**: %1: stores are updated without end "
                                          "by their own observers")
                               .arg(shown)));
}

void tst_PerformanceMonitor::tableShowsDurationsInTheUnitThatFits()
{
    PerformanceReport report;
    for (const auto duration : {999'400ns, 999'700ns, 999'400'000ns, 999'700'000ns}) {
        OperationStatistics operation;
        operation.durations.record(duration);
        report.operations.append(operation);
    }
    const QString text = report.toMarkdown();
    for (const QString &each : {QStringLiteral("| 999 µs |"), QStringLiteral("| 1 ms |"),
                                QStringLiteral("| 999 ms |"), QStringLiteral("| 1.0 s |")})
        QVERIFY2(text.contains(each), qPrintable(text));
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

QTEST_GUILESS_MAIN(tst_PerformanceMonitor)
#include "tst_performancemonitor.moc"
