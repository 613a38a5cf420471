// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../performancemonitor/shopstore.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qregularexpression.h>
#include <QtCore/qscopeguard.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <limits>

using namespace Axiom;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(Axiom::AlertThresholds)

class tst_Alerts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void alertsAreRaisedAndCleared();
    void eachFigureHasItsAlert_data();
    void eachFigureHasItsAlert();
    void alertAtTheThresholdDoesNotFlicker();
    void alertOfAGoneStoreIsCleared();
    void negativeThresholdsAreRefused();
    void messageTakesANameAsItIs_data();
    void messageTakesANameAsItIs();

private:
    VirtualClock m_clock;
};

void tst_Alerts::init()
{
    monitor().setClock(&m_clock);
    monitor().setAlertThresholds({});
    monitor().setSampling(false);
}

void tst_Alerts::cleanup()
{
    monitor().setEnabled(true);
    monitor().setAlertThresholds({});
    for (int i = 0; i < 6; ++i) {
        m_clock.advance(1s);
        monitor().check();
    }
    QVERIFY(monitor().alerts().isEmpty());
}

void tst_Alerts::alertsAreRaisedAndCleared()
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

void tst_Alerts::eachFigureHasItsAlert_data()
{
    QTest::addColumn<Alert::Type>("type");
    QTest::addColumn<AlertThresholds>("thresholds");
    QTest::addColumn<bool>("hasStore");

    const AlertThresholds none{.latency = 0ms,
                               .frameOverruns = 0,
                               .updateStorms = 0,
                               .deadlineMisses = 0,
                               .memory = 0,
                               .clonedBytes = 0};
    AlertThresholds thresholds = none;
    thresholds.latency = 30ms;
    QTest::newRow("latency") << Alert::Latency << thresholds << true;
    thresholds = none;
    thresholds.frameOverruns = 2;
    QTest::newRow("frame overrun") << Alert::FrameOverrun << thresholds << false;
    thresholds = none;
    thresholds.updateStorms = 1;
    QTest::newRow("storm") << Alert::UpdateStorm << thresholds << false;
    thresholds = none;
    thresholds.deadlineMisses = 3;
    QTest::newRow("deadline misses") << Alert::DeadlineMisses << thresholds << false;
    thresholds = none;
    thresholds.memory = 1;
    QTest::newRow("memory") << Alert::Memory << thresholds << false;
    thresholds = none;
    thresholds.clonedBytes = 50'000;
    QTest::newRow("clone rate") << Alert::CloneRate << thresholds << true;
}

// Of what stores and coordinators record by themselves, in virtual time.
void tst_Alerts::eachFigureHasItsAlert()
{
    QFETCH(Alert::Type, type);
    QFETCH(AlertThresholds, thresholds);
    QFETCH(bool, hasStore);
    auto owned = std::make_unique<VirtualBatchHost>();
    VirtualBatchHost *host = owned.get();
    host->setFrameInterval(16ms);
    BatchCoordinator coordinator(std::move(owned));
    BatchCoordinator::setInstance(&coordinator);
    const auto reset = qScopeGuard([] { BatchCoordinator::setInstance(nullptr); });
    ShopStore store(QStringLiteral("of the alert"));
    bool isStormy = false;
    store.state.onChanged(&ShopState::count, &store, [&](const int &count) {
        if (isStormy)
            store.state.enqueue([=](ShopState &s) { s.count = count + 1; });
    });

    const auto second = [&](bool isBad) {
        UpdateOptions options;
        if (isBad && type == Alert::DeadlineMisses)
            options.deadline = QDeadlineTimer(0);
        for (int i = 0; i < 10; ++i) {
            store.state.enqueue(
                [&](ShopState &s) {
                    ++s.count;
                    if (isBad && type == Alert::CloneRate)
                        s.items.append(QList<Item>(1000));
                    if (isBad && (type == Alert::FrameOverrun || type == Alert::Latency))
                        host->advance(40ms);
                },
                options);
            // A frame each, for they are not Immediate.
            host->run(type == Alert::FrameOverrun ? 5ms : 100ms);
        }
        host->run(200ms);
        m_clock.advance(1s);
        monitor().check();
    };
    second(false);
    monitor().setAlertThresholds(thresholds);
    QSignalSpy raised(&monitor(), &PerformanceMonitor::alertRaised);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);
    const bool canBeGood = type != Alert::Memory;
    if (canBeGood) {
        for (int i = 0; i < 3; ++i)
            second(false);
        QCOMPARE(raised.count(), 0);
    }
    isStormy = type == Alert::UpdateStorm;
    for (int i = 0; i < 3; ++i)
        second(true);
    QCOMPARE(raised.count(), 1);
    const auto alert = raised.first().first().value<Alert>();
    QCOMPARE(alert.type, type);
    QCOMPARE(alert.store, hasStore ? store.name() : QString());
    QVERIFY(alert.value >= alert.threshold && alert.threshold > 0);
    QVERIFY(!alert.message().isEmpty());
    QCOMPARE(cleared.count(), 0);

    isStormy = false;
    if (!canBeGood) {
        thresholds.memory = std::numeric_limits<qint64>::max();
        monitor().setAlertThresholds(thresholds);
    }
    for (int i = 0; i < 7 && cleared.isEmpty(); ++i)
        second(false);
    QCOMPARE(cleared.count(), 1);
    QCOMPARE(raised.count(), 1);
}

void tst_Alerts::alertAtTheThresholdDoesNotFlicker()
{
    ShopStore store(QStringLiteral("flicker"));
    AlertThresholds thresholds;
    thresholds.latency = 50ms;
    monitor().setAlertThresholds(thresholds);
    QSignalSpy raised(&monitor(), &PerformanceMonitor::alertRaised);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);
    const auto seconds = [&](int count, std::chrono::nanoseconds latency) {
        for (int i = 0; i < count; ++i) {
            for (int j = 0; j < 20; ++j)
                monitor().recordOperation(OperationType::Delivery, latency, 0, 0, &store);
            m_clock.advance(1s);
            monitor().check();
        }
    };
    for (int i = 0; i < 10; ++i) {
        seconds(2, 52ms);
        seconds(20, 46ms); // below, yet above four fifths
        seconds(4, 10ms);  // not yet five times
    }
    QCOMPARE(raised.count(), 1);
    QCOMPARE(cleared.count(), 0);

    // To be told no more.
    thresholds.latency = 0ms;
    monitor().setAlertThresholds(thresholds);
    seconds(5, 52ms);
    QCOMPARE(raised.count(), 1);
    QCOMPARE(cleared.count(), 1);
}

void tst_Alerts::alertOfAGoneStoreIsCleared()
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

void tst_Alerts::negativeThresholdsAreRefused()
{
    AlertThresholds thresholds;
    thresholds.latency = -1ms;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("threshold is negative")));
    monitor().setAlertThresholds(thresholds);
    QCOMPARE(monitor().alertThresholds(), AlertThresholds());
}

void tst_Alerts::messageTakesANameAsItIs_data()
{
    QTest::addColumn<Alert::Type>("type");
    QTest::addColumn<QString>("message");
    QTest::newRow("latency") << Alert::Latency
                             << QStringLiteral("updates take up to 2097152000.0 ms to be "
                                               "announced, more than 1048576000.0 ms");
    QTest::newRow("frame overrun")
        << Alert::FrameOverrun
        << QStringLiteral("2097152.0 flushes a second take longer than a frame");
    QTest::newRow("storm") << Alert::UpdateStorm
                           << QStringLiteral(
                                  "stores are updated without end by their own observers");
    QTest::newRow("deadline misses")
        << Alert::DeadlineMisses
        << QStringLiteral("2097152.0 updates a second miss their deadline");
    QTest::newRow("memory") << Alert::Memory
                            << QStringLiteral("2 MiB of memory are in use, more than 1 MiB");
    QTest::newRow("clone rate") << Alert::CloneRate
                                << QStringLiteral("updates copy 2 MiB a second");
}

void tst_Alerts::messageTakesANameAsItIs()
{
    QFETCH(Alert::Type, type);
    QFETCH(QString, message);
    Alert alert;
    alert.type = type;
    alert.store = QStringLiteral("load %1 of %3");
    alert.value = 2 << 20;
    alert.threshold = 1 << 20;
    QCOMPARE(alert.message(), QStringLiteral("load %1 of %3: ") + message);
}

QTEST_GUILESS_MAIN(tst_Alerts)
#include "tst_alerts.moc"
