// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../optimizationengine/fakestore.h"
#include "../performancemonitor/shopstore.h"

#include <AxiomState/Clock>
#include <AxiomState/OptimizationEngine>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <limits>

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

// Whether the event loop that there is will have it look: a timer thinks so of one that has gone.
bool isAwake()
{
    const auto *timer = monitor().findChild<QTimer *>();
    return timer && QAbstractEventDispatcher::instance() && timer->isActive()
        && timer->remainingTime() >= 0;
}

// Looks by hand, as there is no need to wait for the timer, and returns how many it took.
int lookUntilAsleep()
{
    constexpr int most = 1000;
    int looks = 0;
    while (isAwake() && looks < most) {
        monitor().check();
        ++looks;
    }
    return looks;
}

void measureSomething()
{
    monitor().recordOperation(OperationType::Custom, 1us);
}

} // namespace

// The monitor looks in each application that there is, and sleeps when there is nothing to see.
class tst_MonitorLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    // The first one, before there is any application.
    void looksInEachApplication();
    void looksAgainWhenItSleptInTheLastApplication();
    void looksAgainWhenTheLastApplicationDidNotWakeIt();
    void otherClockIsNotLookedAtInAnyApplication();

    void sleepsUntilSomethingIsMeasured();
    void staysAwakeUntilTheEngineHasSeenWhatIsIdle();
    void sleepsWhileMemoryIsInUse();
    void alertOfMemoryIsClearedOnceItIsAwake();
    void ratesOfReadsAreThoseOfTheSleep();
    void burstThatWakesItIsLookedAt();

private:
    int m_argc = 1;
    char m_name[5] = "test";
    char *m_argv[2] = {m_name, nullptr};
};

void tst_MonitorLifecycle::init()
{
    // As a timer without an event loop would say.
    QTest::failOnWarning(QRegularExpression(QStringLiteral("[Tt]imer")));
    monitor().setAlertThresholds({});
}

void tst_MonitorLifecycle::cleanup()
{
    monitor().setAlertThresholds({});
    monitor().setClock(nullptr);
    for (int i = 0; i < 6; ++i)
        monitor().check();
    QVERIFY(monitor().alerts().isEmpty());
}

void tst_MonitorLifecycle::looksInEachApplication()
{
    QVERIFY(!isAwake());
    for (int i = 0; i < 3; ++i) {
        {
            const QCoreApplication application(m_argc, m_argv);
            QVERIFY(isAwake());
        }
        QVERIFY(!isAwake());
    }
}

void tst_MonitorLifecycle::looksAgainWhenItSleptInTheLastApplication()
{
    {
        const QCoreApplication application(m_argc, m_argv);
        lookUntilAsleep();
        QVERIFY(!isAwake());
    }
    const QCoreApplication application(m_argc, m_argv);
    QVERIFY(isAwake());
    measureSomething();
    QCoreApplication::processEvents();
    QVERIFY(isAwake());
}

// What is posted when an application goes is not delivered.
void tst_MonitorLifecycle::looksAgainWhenTheLastApplicationDidNotWakeIt()
{
    {
        const QCoreApplication application(m_argc, m_argv);
        lookUntilAsleep();
        measureSomething();
        QVERIFY(!isAwake());
    }
    const QCoreApplication application(m_argc, m_argv);
    QVERIFY(isAwake());
}

void tst_MonitorLifecycle::otherClockIsNotLookedAtInAnyApplication()
{
    const VirtualClock clock;
    {
        const QCoreApplication application(m_argc, m_argv);
        monitor().setClock(&clock);
        QVERIFY(!isAwake());
    }
    {
        const QCoreApplication application(m_argc, m_argv);
        QVERIFY(!isAwake());
        monitor().setClock(nullptr);
        QVERIFY(isAwake());
        monitor().setClock(&clock);
    }
    monitor().setClock(nullptr);
    QVERIFY(!isAwake());
    const QCoreApplication application(m_argc, m_argv);
    QVERIFY(isAwake());
}

void tst_MonitorLifecycle::sleepsUntilSomethingIsMeasured()
{
    const QCoreApplication application(m_argc, m_argv);
    const int looks = lookUntilAsleep();
    QVERIFY(looks > 1);
    QVERIFY(!isAwake());
    QCoreApplication::processEvents();
    QVERIFY(!isAwake());
    measureSomething();
    QCoreApplication::processEvents();
    QVERIFY(isAwake());
    // It begins to count anew.
    QVERIFY(lookUntilAsleep() >= looks);
    QVERIFY(!isAwake());
}

void tst_MonitorLifecycle::staysAwakeUntilTheEngineHasSeenWhatIsIdle()
{
    const QCoreApplication application(m_argc, m_argv);
    OptimizationEngine *engine = monitor().engine();
    VirtualClock clock;
    monitor().setClock(&clock);
    int most = 0;
    // Looks that come a bit early have windows take the longest, and idle time begins at any point
    // of one.
    for (int before = 1; before <= 6; ++before) {
        FakeStore store(QStringLiteral("idle %1").arg(before));
        store.load.bytes = 48 * FakeStore::MiB;
        engine->add(&store);
        const auto leave = qScopeGuard([&] { engine->remove(&store); });
        const int rows = engine->optimizations()->rowCount();
        const auto look = [&](double updates) {
            store.load.updates = updates;
            clock.advance(990ms);
            store.run(990ms);
            monitor().check();
        };
        for (int i = 0; i < before; ++i)
            look(1);
        int looks = 0;
        for (; looks < 200 && engine->optimizations()->rowCount() == rows; ++looks)
            look(0);
        const QModelIndex newest = engine->optimizations()->index(0, 0);
        QCOMPARE(newest.data(OptimizationEngine::KindRole).toInt(),
                 int(OptimizationSuggestion::EnableCompression));
        most = std::max(most, looks);
    }
    QVERIFY(most > 60);

    monitor().setClock(nullptr);
    measureSomething();
    monitor().check();
    const int looks = lookUntilAsleep();
    QVERIFY(!isAwake());
    QVERIFY2(looks >= most, qPrintable(QStringLiteral("%1 < %2").arg(looks).arg(most)));
}

void tst_MonitorLifecycle::sleepsWhileMemoryIsInUse()
{
    const QCoreApplication application(m_argc, m_argv);
    AlertThresholds thresholds;
    thresholds.memory = 1;
    monitor().setAlertThresholds(thresholds);
    for (int i = 0; i < 3; ++i)
        monitor().check();
    QCOMPARE(monitor().alerts().size(), 1);
    lookUntilAsleep();
    QVERIFY(!isAwake());
    QCOMPARE(monitor().alerts().size(), 1);
    QCOMPARE(monitor().alerts().first().type, Alert::Memory);
}

void tst_MonitorLifecycle::alertOfMemoryIsClearedOnceItIsAwake()
{
    const QCoreApplication application(m_argc, m_argv);
    AlertThresholds thresholds;
    thresholds.memory = 1;
    monitor().setAlertThresholds(thresholds);
    lookUntilAsleep();
    QCOMPARE(monitor().alerts().size(), 1);
    QSignalSpy cleared(&monitor(), &PerformanceMonitor::alertCleared);
    thresholds.memory = std::numeric_limits<qint64>::max();
    monitor().setAlertThresholds(thresholds);
    measureSomething();
    QCoreApplication::processEvents();
    QVERIFY(isAwake());
    lookUntilAsleep();
    QCOMPARE(cleared.count(), 1);
}

void tst_MonitorLifecycle::ratesOfReadsAreThoseOfTheSleep()
{
#ifdef AXIOM_NO_COW_METRICS
    QSKIP("Reads are not counted in this build.");
#endif
    const QCoreApplication application(m_argc, m_argv);
    ShopStore store(QStringLiteral("read asleep"));
    lookUntilAsleep();
    QVERIFY(!isAwake());
    const auto begin = Clock::steady().now();
    constexpr int reads = 100'000;
    qint64 sum = 0;
    for (int i = 0; i < reads; ++i)
        sum += store.state->count;
    QCOMPARE(sum, 0);
    const std::chrono::duration<double> slept = Clock::steady().now() - begin;
    measureSomething();
    QCoreApplication::processEvents();
    QVERIFY(isAwake());
    const double rate = statistics(store.name(), OperationType::Read).rate;
    QVERIFY(rate > 0);
    QVERIFY2(rate <= reads / slept.count(), qPrintable(QString::number(rate)));
    // What was read before is not of the first second.
    monitor().check();
    QCOMPARE(statistics(store.name(), OperationType::Read).rate, 0.0);
}

void tst_MonitorLifecycle::burstThatWakesItIsLookedAt()
{
    const QCoreApplication application(m_argc, m_argv);
    ShopStore store(QStringLiteral("burst"));
    AlertThresholds thresholds;
    thresholds.latency = 50ms;
    monitor().setAlertThresholds(thresholds);
    lookUntilAsleep();
    QVERIFY(!isAwake());
    QSignalSpy raised(&monitor(), &PerformanceMonitor::alertRaised);
    const auto burst = [&] {
        for (int i = 0; i < 20; ++i)
            monitor().recordOperation(OperationType::Delivery, 80ms, 0, 0, &store);
    };
    burst();
    QCoreApplication::processEvents();
    QVERIFY(isAwake());
    monitor().check();
    QCOMPARE(raised.count(), 0); // once is not yet a pattern
    burst();
    monitor().check();
    QCOMPARE(raised.count(), 1);
}

QTEST_APPLESS_MAIN(tst_MonitorLifecycle)

#include "tst_monitorlifecycle.moc"
