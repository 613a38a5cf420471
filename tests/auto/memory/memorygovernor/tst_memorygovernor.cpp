// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Clock>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/StateStore>

#include "../../../../src/cow/detail/frozennodes.h"
#include "../../../../src/storage/detail/compressor.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qdatastream.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qrandom.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <vector>

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

constexpr qint64 MiB = 1 << 20;

using Request = void (*)(MemoryGovernor *);

// Sees when somebody asks it for the time.
class WatchedClock final : public Clock
{
public:
    std::chrono::nanoseconds now() const override
    {
        ++asked;
        return m_clock.now();
    }
    void advance(std::chrono::nanoseconds by) { m_clock.advance(by); }

    mutable std::atomic<int> asked = 0;

private:
    VirtualClock m_clock;
};

class Cache final : public Reclaimable
{
public:
    Cache(QString name, qint64 bytes, std::chrono::nanoseconds idle)
        : m_name(std::move(name)), m_bytes(bytes), m_idle(idle)
    {
        MemoryGovernor::instance()->add(this);
    }
    ~Cache() override { MemoryGovernor::instance()->remove(this); }

    QString name() const override { return m_name; }
    Offer offer() override
    {
        const std::chrono::nanoseconds since = m_clock ? m_clock->now() - m_usedAt : 0ns;
        return {m_bytes, costless ? m_bytes : 0, m_bytes, m_idle + since,
                std::chrono::nanoseconds(m_bytes)};
    }
    void reclaim(MemoryPressureLevel, std::function<void(const Result &)> done) override
    {
        asked().append(m_name);
        if (waits) {
            later = std::move(done);
            return;
        }
        done({std::exchange(m_bytes, 0), 1ms, work});
    }
    qint64 bytes() const { return m_bytes; }
    // Its idle time goes on from now.
    void setClock(const Clock *by)
    {
        m_clock = by;
        m_usedAt = by->now();
    }

    static QStringList &asked()
    {
        static QStringList names;
        return names;
    }
    bool costless = false;
    bool waits = false;
    std::chrono::nanoseconds work = 3ms;
    std::function<void(const Result &)> later;

private:
    const QString m_name;
    qint64 m_bytes;
    const std::chrono::nanoseconds m_idle;
    const Clock *m_clock = nullptr;
    std::chrono::nanoseconds m_usedAt{};
};

struct Row
{
    int number = 0;
    QString text;
    AXIOM_FIELDS(Row, number, text)
};

struct TableState
{
    CowVector<Row> rows;
    CowVector<int> order;
    int selected = 0;
    AXIOM_FIELDS(TableState, rows, order, selected)
};

TableState tableOf(int count)
{
    TableState table;
    for (int i = 0; i < count; ++i)
        table.rows.append({i, QStringLiteral("row number %1").arg(i)});
    return table;
}

template <Described S>
class Holder : public StateStore
{
public:
    explicit Holder(S initial) : state(this, std::move(initial)) { }
    qint64 offeredBytes() const
    {
        return MemoryGovernor::instance()->reclaimables().constLast()->offer().residentBytes;
    }

    State<S> state;
};

class TableStore : public StateStore
{
    Q_OBJECT

public:
    explicit TableStore(const QString &name, int count = 20'000)
    {
        setName(name);
        state.apply([&](TableState &table) { table = tableOf(count); });
    }

    State<TableState> state{this};
};

} // namespace

class tst_MemoryGovernor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("MEMORY_PRESSURE_WATCH", "/dev/null"); }
    void init();
    void cleanup();
    void givesBackItsShareOfTheMostIdle();
    void takesNothingThatWasJustUsed();
    void whatIsAskedForMeanwhileComesAfter();
    void takesWhatCostsNothingFirst();
    void holdsOffAfterAReclaim();
    void holdsOffForTwentyTimesTheWork();
    void takesAQuarterWithoutPressure();
    void idleTimeFollowsTheLevel_data();
    void idleTimeFollowsTheLevel();
    void higherLevelDoesNotWait();
    void looksAgainByItsClock();
    void looksAgainAfterWhatIsUnderWay();
    void asksOnceWithinTheHoldOff();
    void requestsDoNotHoldPressureOff_data();
    void requestsDoNotHoldPressureOff();
    void requestsDoNotEndTheHoldOff();
    void pressureDuringARequestIsServedAfterIt_data();
    void pressureDuringARequestIsServedAfterIt();
    void whoeverAskedIsToldBesidePressure();
    void nothingIsGivenBackForNoBytes();
    void pressureWithinTheHoldOffIsLookedAtThen();
    void pressureOfWhatIsUnderWayIsLookedAtThen();
    void pressureThatHasEndedIsNotLookedAt();
    void budgetIsKept();
    void budgetIsOfAllThatStoresHold();
    void stateThatAlwaysChangesIsCountedNowAndThen();
    void propertiesHoldWhatQmlGives();
    void timerEndsWithTheLastThatNeedsIt();
    void idleStateIsCompressed();
    void recordSaysWhatCameOfIt();
    void summaryTakesTheTriggerAsItIs();
    void reclaimableMayGoMeanwhile();
    void idleStoresAreFrozen();
    void storesAreFrozenOnceIdle();
    void storeIsIdleSinceItWasMade();
    void storesInUseAreNot();
    void snapshotsAreUse();
    void storeMayDieWhileItGivesBack();
    void thawedSegmentsStayForAWhile();
    void storesThatWereReadDoNotStandInTheWay();
    void whatDoesNotShrinkIsLeftUntilItChanges();
    void withoutMemoryAStoreIsTriedAgain();
    void rowsThatAViewShowsStay();
    void rowsInAnOrderStayWhereTheyAre();
    void storesWithAWorkingCopyAreFrozen_data();
    void storesWithAWorkingCopyAreFrozen();
    void versionBeforeHoldsNothingThatIsUnchanged();
    void whatAStoreKeepsIsReclaimed();
    void storeThatIsMovedAwayIsThroughAtOnce();
    void suspensionTakesWhatWasJustUsed();
    void suspensionSleepsMeanwhile();

private:
    MemoryGovernor *governor = nullptr;
    WatchedClock clock;
};

void tst_MemoryGovernor::init()
{
    governor = MemoryGovernor::instance();
    governor->setClock(&clock);
    detail::setThawClock(&clock);
    Cache::asked().clear();
}

void tst_MemoryGovernor::cleanup()
{
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Normal);
    QTRY_VERIFY(!governor->isReclaiming());
    governor->setBudget(0);
    governor->setIdleAfter(0ms);
    detail::setThawClock(nullptr);
    governor->setClock(nullptr);
}

void tst_MemoryGovernor::givesBackItsShareOfTheMostIdle()
{
    Cache recent(QStringLiteral("recent"), 10 * MiB, 35s);
    Cache old(QStringLiteral("old"), 10 * MiB, 500s);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("old")});
    QCOMPARE(recent.bytes(), 10 * MiB);

    clock.advance(1s);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(recent.bytes(), 0);
}

void tst_MemoryGovernor::takesNothingThatWasJustUsed()
{
    Cache used(QStringLiteral("used"), 10 * MiB, 20s);
    Cache small(QStringLiteral("small"), 1000, 500s);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Moderate);
    QTRY_COMPARE(reclaimed.size(), 1);
    QVERIFY(Cache::asked().isEmpty());
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("used")});
}

void tst_MemoryGovernor::whatIsAskedForMeanwhileComesAfter()
{
    Cache slow(QStringLiteral("slow"), 10 * MiB, 40s);
    slow.waits = true;
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Moderate);
    QCOMPARE(Cache::asked().size(), 1);

    // Pressure of the same level is served already, more of it is not.
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    Cache recent(QStringLiteral("recent"), 10 * MiB, 3s);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    governor->reclaim(MiB);
    QCOMPARE(Cache::asked().size(), 1);
    slow.waits = false;
    slow.later({MiB, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(governor->lastReclaim().level, MemoryPressureLevel::Critical);
    QCOMPARE(governor->lastReclaim().trigger, QStringLiteral("memory pressure"));
    QCOMPARE(
        Cache::asked(),
        (QStringList{QStringLiteral("slow"), QStringLiteral("slow"), QStringLiteral("recent")}));
    QCOMPARE(slow.bytes() + recent.bytes(), 0);
    QVERIFY(!governor->isReclaiming());

    // Not with what was under way, but once only.
    Cache other(QStringLiteral("other"), 10 * MiB, 40s);
    other.waits = true;
    governor->reclaim(MemoryPressureLevel::Moderate);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    other.later({10 * MiB, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 3);
    QVERIFY(!governor->isReclaiming());
    QCOMPARE(Cache::asked().size(), 4);
}

void tst_MemoryGovernor::takesWhatCostsNothingFirst()
{
    Cache dear(QStringLiteral("dear"), 50 * MiB, 500s);
    Cache cheap(QStringLiteral("cheap"), MiB, 100s);
    cheap.costless = true;
    governor->reclaim(MiB);
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("cheap")});
}

void tst_MemoryGovernor::holdsOffAfterAReclaim()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    {
        Cache cache(QStringLiteral("a"), 10 * MiB, 500s);
        MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
        QTRY_COMPARE(reclaimed.size(), 1);
    }
    Cache cache(QStringLiteral("b"), 10 * MiB, 500s);
    governor->setBudget(MiB);
    clock.advance(4s);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 2);
    governor->setBudget(0);

    // Nothing could be done: half a minute.
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 3);
    Cache third(QStringLiteral("c"), 10 * MiB, 500s);
    governor->setBudget(MiB);
    clock.advance(29s);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 4);
}

void tst_MemoryGovernor::holdsOffForTwentyTimesTheWork()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    Cache slow(QStringLiteral("slow"), 10 * MiB, 500s);
    slow.work = 2s;
    governor->setBudget(MiB);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 1);
    Cache next(QStringLiteral("next"), 10 * MiB, 500s);
    clock.advance(39s);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(next.bytes(), 0);
}

void tst_MemoryGovernor::takesAQuarterWithoutPressure()
{
    std::vector<std::unique_ptr<Cache>> caches;
    for (int i = 0; i < 8; ++i)
        caches.push_back(std::make_unique<Cache>(QString::number(i), 10 * MiB, 500s));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Normal);
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(Cache::asked().size(), 2);
    Cache::asked().clear();
    governor->reclaim(MemoryPressureLevel::Moderate);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(Cache::asked().size(), 3);
    Cache::asked().clear();
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 3);
    QCOMPARE(Cache::asked().size(), 3);
}

void tst_MemoryGovernor::idleTimeFollowsTheLevel_data()
{
    QTest::addColumn<MemoryPressureLevel>("level");
    QTest::addColumn<std::chrono::seconds>("idle");
    QTest::newRow("normal") << MemoryPressureLevel::Normal << std::chrono::seconds(60);
    QTest::newRow("moderate") << MemoryPressureLevel::Moderate << std::chrono::seconds(30);
    QTest::newRow("critical") << MemoryPressureLevel::Critical << std::chrono::seconds(2);
}

void tst_MemoryGovernor::idleTimeFollowsTheLevel()
{
    QFETCH(MemoryPressureLevel, level);
    QFETCH(std::chrono::seconds, idle);
    Cache used(QStringLiteral("used"), 10 * MiB, idle - 1ms);
    Cache rested(QStringLiteral("rested"), 10 * MiB, idle);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(level);
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("rested")});
}

void tst_MemoryGovernor::higherLevelDoesNotWait()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    QTRY_COMPARE(reclaimed.size(), 1);
    Cache cache(QStringLiteral("a"), 10 * MiB, 500s);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(cache.bytes(), 0);
}

void tst_MemoryGovernor::looksAgainByItsClock()
{
    Cache used(QStringLiteral("used"), 10 * MiB, 2s - 1ms);
    used.setClock(&clock);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QVERIFY(Cache::asked().isEmpty());
    // The timer fires before its time has come by that clock.
    clock.asked = 0;
    QTRY_VERIFY(clock.asked > 0);
    QVERIFY(Cache::asked().isEmpty());
    clock.advance(1ms);
    QTRY_COMPARE(Cache::asked(), QStringList{QStringLiteral("used")});
    QTRY_VERIFY(!governor->isReclaiming());
}

void tst_MemoryGovernor::looksAgainAfterWhatIsUnderWay()
{
    Cache slow(QStringLiteral("slow"), 10 * MiB, 500s);
    slow.waits = true;
    Cache used(QStringLiteral("used"), 10 * MiB, 2s - 1ms);
    used.setClock(&clock);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    clock.advance(1ms);
    // The governor's timer is due before this one.
    bool isPast = false;
    QTimer::singleShot(10, Qt::PreciseTimer, this, [&] { isPast = true; });
    QTRY_VERIFY(isPast);
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("slow")});
    slow.later({10 * MiB, 1ms, 1ms});
    QTRY_COMPARE(Cache::asked(), (QStringList{QStringLiteral("slow"), QStringLiteral("used")}));
}

void tst_MemoryGovernor::asksOnceWithinTheHoldOff()
{
    // It offers what it does not give, and takes longer than what is in use could be idle in.
    Cache fruitless(QStringLiteral("fruitless"), 10 * MiB, 500s);
    fruitless.setClock(&clock);
    fruitless.waits = true;
    Cache used(QStringLiteral("used"), 10 * MiB, 0s);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    clock.advance(10s);
    fruitless.later({0, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 1);
    for (int i = 0; i < 5; ++i) {
        clock.advance(5s);
        governor->check();
        QVERIFY(!governor->isReclaiming());
    }
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("fruitless")});
}

void tst_MemoryGovernor::requestsDoNotHoldPressureOff_data()
{
    QTest::addColumn<Request>("request");
    QTest::newRow("bytes") << Request([](MemoryGovernor *g) { g->reclaim(MiB); });
    QTest::newRow("level") << Request(
        [](MemoryGovernor *g) { g->reclaim(MemoryPressureLevel::Critical); });
    QTest::newRow("suspend") << Request([](MemoryGovernor *g) { g->suspend(); });
}

void tst_MemoryGovernor::requestsDoNotHoldPressureOff()
{
    QFETCH(Request, request);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    request(governor);
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    Cache idle(QStringLiteral("idle"), 10 * MiB, 500s);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(idle.bytes(), 0);
}

void tst_MemoryGovernor::requestsDoNotEndTheHoldOff()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 1);
    governor->reclaim(MemoryPressureLevel::Moderate);
    QTRY_COMPARE(reclaimed.size(), 2);
    Cache idle(QStringLiteral("idle"), 10 * MiB, 500s);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QVERIFY(!governor->isReclaiming());
    clock.advance(30s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 3);
    QCOMPARE(idle.bytes(), 0);
}

void tst_MemoryGovernor::pressureDuringARequestIsServedAfterIt_data()
{
    QTest::addColumn<bool>("afterModerate");
    QTest::newRow("alone") << false;
    QTest::newRow("after less of it") << true;
}

void tst_MemoryGovernor::pressureDuringARequestIsServedAfterIt()
{
    QFETCH(bool, afterModerate);
    if (afterModerate) { // which is held off from then on, as it freed nothing
        MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
        clock.advance(1s);
    }
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    Cache slow(QStringLiteral("slow"), 10 * MiB, 500s);
    slow.waits = true;
    governor->reclaim(MiB);
    QCOMPARE(Cache::asked().size(), 1);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QCOMPARE(Cache::asked().size(), 1);
    slow.waits = false;
    slow.later({MiB, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(governor->lastReclaim().trigger, QStringLiteral("memory pressure"));
    QCOMPARE(slow.bytes(), 0);
}

// Pressure alone would have no answer before what is in use is idle.
void tst_MemoryGovernor::whoeverAskedIsToldBesidePressure()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    Cache slow(QStringLiteral("slow"), 10 * MiB, 500s);
    slow.waits = true;
    Cache used(QStringLiteral("used"), 10 * MiB, 0s);
    used.setClock(&clock);
    governor->reclaim(MemoryPressureLevel::Moderate);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    governor->reclaim(MiB);
    slow.waits = false;
    const auto done = std::exchange(slow.later, {});
    slow.reclaim(MemoryPressureLevel::Critical, [](const auto &) {}); // it has nothing any more
    done({10 * MiB, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 3);
    QCOMPARE(used.bytes(), 0);
}

void tst_MemoryGovernor::nothingIsGivenBackForNoBytes()
{
    Cache idle(QStringLiteral("idle"), 10 * MiB, 500s);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(0);
    QTest::ignoreMessage(QtWarningMsg, "MemoryGovernor::reclaim: the bytes must not be negative");
    governor->reclaim(-1);
    QVERIFY(!governor->isReclaiming());
    QCOMPARE(reclaimed.size(), 0);
    QCOMPARE(idle.bytes(), 10 * MiB);
}

void tst_MemoryGovernor::pressureWithinTheHoldOffIsLookedAtThen()
{
    auto *monitor = MemoryPressureMonitor::instance();
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    {
        Cache first(QStringLiteral("first"), 10 * MiB, 500s);
        monitor->simulate(MemoryPressureLevel::Critical);
        QTRY_COMPARE(reclaimed.size(), 1);
    }
    Cache fruitless(QStringLiteral("fruitless"), 10 * MiB, 500s);
    fruitless.waits = true;
    clock.advance(5s - 1ms);
    monitor->simulate(MemoryPressureLevel::Critical);
    QVERIFY(!governor->isReclaiming());
    clock.advance(1ms);
    QTRY_COMPARE(Cache::asked().size(), 2);
    fruitless.later({0, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 2);

    // Once for each time that it was told.
    for (int i = 0; i < 5; ++i) {
        clock.advance(30s);
        governor->check();
        QVERIFY(!governor->isReclaiming());
    }
    QCOMPARE(reclaimed.size(), 2);
}

void tst_MemoryGovernor::pressureOfWhatIsUnderWayIsLookedAtThen()
{
    auto *monitor = MemoryPressureMonitor::instance();
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    Cache slow(QStringLiteral("slow"), 10 * MiB, 500s);
    slow.waits = true;
    monitor->simulate(MemoryPressureLevel::Critical);
    monitor->simulate(MemoryPressureLevel::Critical);
    slow.waits = false;
    slow.later({5 * MiB, 1ms, 1ms});
    QTRY_COMPARE(reclaimed.size(), 1);
    QVERIFY(!governor->isReclaiming());
    clock.advance(5s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(slow.bytes(), 0);
}

void tst_MemoryGovernor::pressureThatHasEndedIsNotLookedAt()
{
    auto *monitor = MemoryPressureMonitor::instance();
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    monitor->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 1);
    monitor->simulate(MemoryPressureLevel::Critical);
    monitor->simulate(MemoryPressureLevel::Normal);
    Cache idle(QStringLiteral("idle"), 10 * MiB, 500s);
    clock.advance(30s);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    QVERIFY(Cache::asked().isEmpty());
}

void tst_MemoryGovernor::budgetIsKept()
{
    Cache a(QStringLiteral("a"), 10 * MiB, 100s);
    Cache b(QStringLiteral("b"), 10 * MiB, 50s);
    Cache c(QStringLiteral("c"), 10 * MiB, 10s);
    governor->setBudget(40 * MiB);
    governor->check();
    QVERIFY(Cache::asked().isEmpty());
    governor->setBudget(15 * MiB);
    governor->check();
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(Cache::asked(), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(governor->lastReclaim().trigger, QStringLiteral("over budget"));

    QTest::ignoreMessage(QtWarningMsg,
                         "MemoryGovernor::setBudget: the budget must not be negative");
    governor->setBudget(-1);
    QCOMPARE(governor->budget(), 15 * MiB);
}

namespace {

// Counts how often somebody wants to know its size.
struct Blob
{
    qsizetype byteSize() const
    {
        ++asked;
        return bytes;
    }
    friend bool operator==(const Blob &a, const Blob &b) { return a.bytes == b.bytes; }

    qsizetype bytes = 0;
    static inline int asked = 0;
};

// Can't be encoded.
struct BlobState
{
    CowVector<Row> rows;
    Blob blob;
    AXIOM_FIELDS(BlobState, rows, blob)
};

struct PageState
{
    QByteArray cover;
    CowVector<QByteArray> pages;
    AXIOM_FIELDS(PageState, cover, pages)
};

} // namespace

void tst_MemoryGovernor::budgetIsOfAllThatStoresHold()
{
    governor->setBudget(100 * MiB);
    const auto offered = [](auto initial) {
        return Holder<decltype(initial)>(std::move(initial)).offeredBytes();
    };
    const QByteArray large(3 * MiB, 'x');
    QCOMPARE_GE(offered(PageState{large, {}}), 3 * MiB);
    QCOMPARE_GE(offered(PageState{{}, CowVector<QByteArray>{large}}), 3 * MiB);
    QCOMPARE_GE(offered(BlobState{{}, {3 * MiB}}), 3 * MiB);
    QCOMPARE_LE(offered(PageState{}), 1000);

    // What is estimated wrong is not held against a store that has given it back.
    QList<QByteArray> uneven(4000, QByteArray(200, 'x'));
    uneven[1500] = QByteArray(20 * MiB, 'x');
    Holder<PageState> frozen(PageState{{}, CowVector<QByteArray>(uneven)});
    QCOMPARE_GE(frozen.offeredBytes(), 20 * MiB);
    frozen.freeze();
    QTRY_COMPARE(frozen.residency(), Residency::Frozen);
    QCOMPARE_LE(frozen.offeredBytes(), MiB);

    // What can be given back makes room for what can't.
    Holder<PageState> pages({large, {}});
    TableStore table(QStringLiteral("table"));
    governor->setBudget(3 * MiB + MiB / 2);
    governor->check();
    QTRY_COMPARE(table.residency(), Residency::Frozen);
}

// A walk over all of a large state holds up the thread.
void tst_MemoryGovernor::stateThatAlwaysChangesIsCountedNowAndThen()
{
    Holder<BlobState> store(BlobState{{}, {MiB}});
    Blob::asked = 0;
    store.offeredBytes();
    QCOMPARE(Blob::asked, 0); // nobody has asked for more than an estimate
    governor->setBudget(100 * MiB);
    const qint64 before = store.offeredBytes();
    QCOMPARE_GE(before, MiB);
    QCOMPARE(Blob::asked, 1);
    for (int second = 1; second < 10; ++second) {
        clock.advance(1s);
        store.state.set(&BlobState::blob, {second * MiB});
        QCOMPARE(store.offeredBytes(), before);
    }
    clock.advance(1s);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(store.offeredBytes(), before + 8 * MiB);
    QCOMPARE(Blob::asked, 2);
}

void tst_MemoryGovernor::propertiesHoldWhatQmlGives()
{
    governor->setIdleAfter(std::chrono::hours(24 * 30));
    QCOMPARE(governor->property("idleAfter").toInt(), std::numeric_limits<int>::max());
    governor->setProperty("budget", qreal(5 * MiB));
    QCOMPARE(governor->budget(), 5 * MiB);
    QTest::ignoreMessage(QtWarningMsg, "MemoryGovernor::budget: NaN is no number of bytes");
    governor->setProperty("budget", qQNaN());
    QCOMPARE(governor->budget(), 5 * MiB);
    QTest::ignoreMessage(QtWarningMsg,
                         "MemoryGovernor::setBudget: the budget must not be negative");
    governor->setProperty("budget", -qInf());
    QCOMPARE(governor->budget(), 5 * MiB);
    governor->setProperty("budget", 1e30);
    QCOMPARE(governor->budget(), std::numeric_limits<qint64>::max());
    governor->setProperty("budget", 0.0);
    governor->setProperty("budget", qInf());
    QCOMPARE(governor->budget(), std::numeric_limits<qint64>::max());
}

void tst_MemoryGovernor::timerEndsWithTheLastThatNeedsIt()
{
    const auto *timer = governor->findChild<QTimer *>();
    QVERIFY(!timer->isActive());
    {
        TableStore store(QStringLiteral("table"), 0);
        StoreSettings settings = store.settings();
        settings.freezeAfter = 1h;
        store.setSettings(settings);
        QVERIFY(timer->isActive());
    }
    QVERIFY(!timer->isActive());
}

void tst_MemoryGovernor::idleStateIsCompressed()
{
    Cache idle(QStringLiteral("idle"), 10 * MiB, 130s);
    Cache used(QStringLiteral("used"), 10 * MiB, 110s);
    governor->check();
    QVERIFY(Cache::asked().isEmpty());
    governor->setIdleAfter(120s);
    governor->check();
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(Cache::asked(), QStringList{QStringLiteral("idle")});
}

void tst_MemoryGovernor::recordSaysWhatCameOfIt()
{
    Cache a(QStringLiteral("a"), 10 * MiB, 100s);
    Cache b(QStringLiteral("b"), 5 * MiB, 100s);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 1);
    const MemoryReclaim record = governor->lastReclaim();
    QVERIFY(record.isValid());
    QCOMPARE(record.trigger, QStringLiteral("memory pressure"));
    QCOMPARE(record.level, MemoryPressureLevel::Critical);
    QCOMPARE(record.freedBytes, 15 * MiB);
    QCOMPARE(record.longestStep, std::chrono::nanoseconds(1ms));
    QCOMPARE(record.parts.size(), 2);
    QVERIFY(record.summary().contains(QLatin1String("memory pressure: 15.00 MiB freed")));
#ifdef Q_OS_LINUX
    QVERIFY(record.processBytesBefore > MiB);
    QVERIFY(record.processBytesAfter > MiB);
#endif
    QCOMPARE(reclaimed[0][0].value<MemoryReclaim>(), record);
}

void tst_MemoryGovernor::summaryTakesTheTriggerAsItIs()
{
    MemoryReclaim record;
    record.time = QDateTime::currentDateTime();
    record.trigger = QStringLiteral("load %1 of %3");
    record.freedBytes = 3 * MiB;
    record.duration = 2ms;
    QCOMPARE(record.summary(), QStringLiteral("load %1 of %3: 3.00 MiB freed in 2 ms"));
}

void tst_MemoryGovernor::reclaimableMayGoMeanwhile()
{
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    auto cache = std::make_unique<Cache>(QStringLiteral("a"), 10 * MiB, 100s);
    cache->waits = true;
    governor->reclaim(MemoryPressureLevel::Critical);
    QVERIFY(governor->isReclaiming());
    const auto done = cache->later;
    cache.reset();
    done({0, 0ns, 0ns});
    QTRY_COMPARE(reclaimed.size(), 1);
    QVERIFY(!governor->isReclaiming());
}

void tst_MemoryGovernor::idleStoresAreFrozen()
{
    TableStore used(QStringLiteral("used"));
    TableStore idle(QStringLiteral("idle"));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Critical); // a look at who is used
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(idle.residency(), Residency::Resident);
    clock.advance(10s);
    QCOMPARE(used.state->rows.at(7).number, 7);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    QTRY_COMPARE(idle.residency(), Residency::Frozen);
    QCOMPARE(used.residency(), Residency::Resident);
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(governor->lastReclaim().parts.size(), 1);
    QCOMPARE(governor->lastReclaim().parts[0].name, QStringLiteral("idle"));
    QVERIFY(governor->lastReclaim().freedBytes > MiB);
    QCOMPARE(idle.state->rows.at(19'999).number, 19'999);
}

void tst_MemoryGovernor::storesAreFrozenOnceIdle()
{
    TableStore store(QStringLiteral("table"));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    clock.advance(1s);
    governor->check();
    QCOMPARE(store.state->rows.at(3).number, 3);
    clock.advance(1s);
    governor->check(); // it was used meanwhile
    QVERIFY(!governor->isReclaiming());
    QCOMPARE(reclaimed.size(), 0);
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(reclaimed.size(), 1);
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_MemoryGovernor::storeIsIdleSinceItWasMade()
{
    clock.advance(1h);
    Holder<TableState> store(tableOf(20'000));
    governor->setIdleAfter(10min);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    clock.advance(10min);
    governor->check();
    QTRY_COMPARE(store.residency(), Residency::Frozen);
}

void tst_MemoryGovernor::storesInUseAreNot()
{
    TableStore pinned(QStringLiteral("pinned"));
    pinned.setPinned(true);
    TableStore held(QStringLiteral("held"));
    const Snapshot<TableState> snapshot = held.state.snapshot();
    TableStore former(QStringLiteral("former"));
    const Snapshot<TableState> before = former.state.snapshot();
    former.state.apply([](TableState &state) { state.rows.removeAt(5); });
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 1);
    clock.advance(100s);
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 2);
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    QCOMPARE(pinned.residency(), Residency::Resident);
    QCOMPARE(held.residency(), Residency::Resident);
    QCOMPARE(former.residency(), Residency::Resident);
}

// Of any thread.
void tst_MemoryGovernor::snapshotsAreUse()
{
    TableStore store(QStringLiteral("table"));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto reclaim = [&] {
        const qsizetype before = reclaimed.size();
        governor->reclaim(MemoryPressureLevel::Critical);
        return QTest::qWaitFor([&] { return reclaimed.size() > before; });
    };
    QVERIFY(reclaim()); // a look at who is used
    clock.advance(100s);
    const StateHandle<TableState> handle = store.state.handle();
    int number = 0;
    std::thread([&] { number = handle.snapshot()->rows.at(5).number; }).join();
    QCOMPARE(number, 5);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Resident);
    // What freezes it is none.
    clock.advance(2s);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Frozen);
    clock.advance(100s);
    QCOMPARE_GE(governor->reclaimables().constLast()->offer().idle, 100s);
}

void tst_MemoryGovernor::storeMayDieWhileItGivesBack()
{
    auto store = std::make_unique<TableStore>(QStringLiteral("short-lived"), 60'000);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    governor->reclaim(MemoryPressureLevel::Critical);
    QTRY_COMPARE(reclaimed.size(), 1);
    clock.advance(100s);
    governor->reclaim(MemoryPressureLevel::Critical);
    QVERIFY(governor->isReclaiming());
    store.reset();
    QTRY_COMPARE(reclaimed.size(), 2);
}

void tst_MemoryGovernor::thawedSegmentsStayForAWhile()
{
    TableStore store(QStringLiteral("table"));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto reclaim = [&] {
        const qsizetype before = reclaimed.size();
        governor->reclaim(MemoryPressureLevel::Critical);
        return QTest::qWaitFor([&] { return reclaimed.size() > before; });
    };
    QVERIFY(reclaim());
    clock.advance(100s);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Frozen);

    for (int i = 0; i < 5000; ++i)
        QCOMPARE(store.state->rows.at(i).number, i);
    QVERIFY(reclaim());
    clock.advance(10s);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Partial);
    clock.advance(30s);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_MemoryGovernor::storesThatWereReadDoNotStandInTheWay()
{
    std::vector<std::unique_ptr<TableStore>> stores;
    for (int i = 0; i < 6; ++i)
        stores.push_back(std::make_unique<TableStore>(QString::number(i)));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto reclaim = [&] {
        const qsizetype before = reclaimed.size();
        governor->reclaim(MemoryPressureLevel::Critical);
        return QTest::qWaitFor([&] { return reclaimed.size() > before; });
    };
    QVERIFY(reclaim());
    clock.advance(100s);
    QVERIFY(reclaim());
    for (int i = 0; i < 3; ++i)
        stores[std::size_t(i)]->thaw();
    for (int i = 3; i < 6; ++i) {
        for (const Row &row : stores[std::size_t(i)]->state->rows)
            QVERIFY(row.number >= 0);
    }
    QVERIFY(reclaim());
    clock.advance(10s);
    QVERIFY(reclaim());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(stores[std::size_t(i)]->residency(), Residency::Frozen);
    for (int i = 3; i < 6; ++i)
        QCOMPARE(stores[std::size_t(i)]->residency(), Residency::Resident);
}

void tst_MemoryGovernor::whatDoesNotShrinkIsLeftUntilItChanges()
{
    TableStore store(QStringLiteral("noise"), 0);
    QRandomGenerator random(7);
    store.state.apply([&](TableState &table) {
        for (int i = 0; i < 3000; ++i) {
            QString text(100, Qt::Uninitialized);
            for (QChar &c : text)
                c = QChar(char16_t(random.bounded(0x100, 0xd000)));
            table.rows.append({i, text});
        }
    });
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto partsOfReclaim = [&] {
        clock.advance(100s);
        const qsizetype before = reclaimed.size();
        governor->reclaim(MemoryPressureLevel::Critical);
        if (!QTest::qWaitFor([&] { return reclaimed.size() > before; }))
            return qsizetype(-1);
        return governor->lastReclaim().parts.size();
    };
    QCOMPARE(partsOfReclaim(), 0); // a look at who is used
    QCOMPARE(partsOfReclaim(), 1);
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(partsOfReclaim(), 0);
    store.state.apply([](TableState &table) { table.rows.removeAt(0); });
    QCOMPARE(partsOfReclaim(), 0);
    QCOMPARE(partsOfReclaim(), 1);
}

// A shortage is no reason to give up on the store.
void tst_MemoryGovernor::withoutMemoryAStoreIsTriedAgain()
{
    TableStore store(QStringLiteral("table"));
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto reclaim = [&] {
        clock.advance(100s);
        const qsizetype before = reclaimed.size();
        governor->reclaim(MemoryPressureLevel::Critical);
        return QTest::qWaitFor([&] { return reclaimed.size() > before; });
    };
    QVERIFY(reclaim()); // a look at who is used
    {
        detail::setCompressorMemory(false);
        const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
        QVERIFY(reclaim());
    }
    QCOMPARE(governor->lastReclaim().parts.size(), 1);
    QCOMPARE(governor->lastReclaim().freedBytes, 0);
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Frozen);
}

namespace {

// As a list view that was scrolled to a row.
void show(QAbstractItemModel *model, int first, int count)
{
    for (int row = first; row < first + count; ++row)
        model->index(row, 0).data();
}

} // namespace

void tst_MemoryGovernor::rowsThatAViewShowsStay()
{
    TableStore store(QStringLiteral("table"));
    QAbstractItemModel *model = store.state.listModel(&TableState::rows);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    const auto reclaim = [&] {
        const qsizetype before = reclaimed.size();
        clock.advance(100s);
        governor->reclaim(MemoryPressureLevel::Critical);
        return QTest::qWaitFor([&] { return reclaimed.size() > before; });
    };
    const auto addressOf = [&](int row) { return &store.state->rows.at(row); };
    const auto thawedParts = [&] { return store.core()->frozenParts().thawed; };
    // So much that it is worth the work to give it back.
    const auto readMuch = [&] {
        for (int row = 15'000; row < 19'000; ++row)
            QCOMPARE(store.state->rows.at(row).number, row);
    };
    QObject view;
    connect(model, &QAbstractItemModel::dataChanged, &view, [] {});
    show(model, 0, 20'000);
    show(model, 7000, 30);
    QVERIFY(reclaim());
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Partial);
    // They are where they were, and are no part of what is offered again.
    const Row *shown = addressOf(7020);
    readMuch();
    QVERIFY(thawedParts() > 10);
    QVERIFY(reclaim());
    QVERIFY(reclaim());
    QVERIFY(addressOf(7020) == shown);
    QCOMPARE(thawedParts(), 0);

    // It has gone on: what was thawed for it goes as well.
    show(model, 12'000, 30);
    const int parts = thawedParts();
    QVERIFY(parts > 0);
    const Row *next = addressOf(12'010);
    readMuch();
    QVERIFY(reclaim());
    QVERIFY(reclaim());
    QVERIFY(addressOf(12'010) == next);
    QCOMPARE(thawedParts(), parts);
    QCOMPARE(store.core()->frozenParts().resident, 0); // those that it showed before

    // A model that nobody listens to shows nothing.
    disconnect(model, &QAbstractItemModel::dataChanged, &view, nullptr);
    readMuch();
    QVERIFY(reclaim());
    QVERIFY(reclaim());
    QCOMPARE(store.residency(), Residency::Frozen);

    // freeze() does as it is told.
    connect(model, &QAbstractItemModel::dataChanged, &view, [] {});
    show(model, 12'000, 30);
    QCoreApplication::processEvents();
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    store.freeze();
    QTRY_VERIFY(!changed.isEmpty());
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_MemoryGovernor::rowsInAnOrderStayWhereTheyAre()
{
    TableStore store(QStringLiteral("table"));
    store.state.apply([](TableState &table) {
        for (int i = 0; i < 20'000; ++i)
            table.order.append(19'999 - i);
    });
    QAbstractItemModel *model = store.state.listModel(&TableState::rows, &TableState::order);
    QObject view;
    connect(model, &QAbstractItemModel::dataChanged, &view, [] {});
    show(model, 5000, 20);
    const Row *shown = &store.state->rows.at(14'990);
    QSignalSpy reclaimed(governor, &MemoryGovernor::reclaimed);
    for (int i = 1; i <= 2; ++i) {
        clock.advance(100s);
        governor->reclaim(MemoryPressureLevel::Critical);
        QTRY_COMPARE(reclaimed.size(), i);
    }
    QCOMPARE(store.residency(), Residency::Partial);
    QVERIFY(&store.state->rows.at(14'990) == shown);
    // The others are frozen: up to twice as many are kept as a view of 97 rows may touch.
    const detail::FrozenParts parts = store.core()->frozenParts();
    QVERIFY2(parts.resident > 0 && parts.resident < 12, QByteArray::number(parts.resident));
    QVERIFY(parts.frozen > 100);
}

// A working copy that EagerClone has made ahead is nobody else's.
void tst_MemoryGovernor::storesWithAWorkingCopyAreFrozen_data()
{
    QTest::addColumn<CowStrategy>("strategy");
    QTest::newRow("lazy") << CowStrategy::LazyClone;
    QTest::newRow("eager") << CowStrategy::EagerClone;
}

void tst_MemoryGovernor::storesWithAWorkingCopyAreFrozen()
{
    QFETCH(CowStrategy, strategy);
    TableStore store(QStringLiteral("table"));
    store.setStrategy(strategy);
    store.state.apply(
        [](TableState &table) { table.rows.modify(5, [](Row &row) { row.number = 7; }); });
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents(); // idle time
    QVERIFY(!store.core()->isHeldElsewhere());
    {
        const Snapshot<TableState> snapshot = store.state.snapshot();
        QVERIFY(store.core()->isHeldElsewhere());
    }
    {
        const CowVector<Row> rows = store.state->rows;
        QVERIFY(store.core()->isHeldElsewhere());
    }
    governor->suspend();
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(governor->lastReclaim().freedBytes > 0);
    store.state.set(&TableState::selected, 3);
    QCOMPARE(store.state->rows.at(5).number, 7);
}

namespace {

// Copied element by element, which is what QList spares.
struct Curve : std::vector<double>
{
    using vector::vector;
    [[maybe_unused]] friend QDataStream &operator<<(QDataStream &stream, const Curve &curve)
    {
        return stream << QList<double>(curve.begin(), curve.end());
    }
    [[maybe_unused]] friend QDataStream &operator>>(QDataStream &stream, Curve &curve)
    {
        QList<double> points;
        stream >> points;
        curve.assign(points.begin(), points.end());
        return stream;
    }
};

struct CurveState
{
    Curve curve;
    CowVector<Row> rows;
    AXIOM_FIELDS(CurveState, curve, rows)
};

class CurveStore : public StateStore
{
    Q_OBJECT

public:
    State<CurveState> state{this};
};

} // namespace

// Of a state that is costly to copy the version before is kept for a second.
void tst_MemoryGovernor::versionBeforeHoldsNothingThatIsUnchanged()
{
    CurveStore store;
    store.state.apply([](CurveState &s) {
        for (int i = 0; i < 20'000; ++i)
            s.rows.append({i, QStringLiteral("row number %1").arg(i)});
    });
    store.state.set(&CurveState::curve, {1, 2, 3});
    QVERIFY(!store.core()->isHeldElsewhere());
    const Snapshot<CurveState> snapshot = store.state.snapshot();
    store.state.set(&CurveState::curve, {4, 5});
    QVERIFY(store.core()->isHeldElsewhere());
}

// An undo history may be all that there is.
void tst_MemoryGovernor::whatAStoreKeepsIsReclaimed()
{
    TableStore store(QStringLiteral("table"));
    Snapshot<TableState> undo = store.state.snapshot();
    store.state.keep(&undo);
    store.state.apply([](TableState &table) { table.rows.clear(); });
    const qint64 before = undo->rows.byteSize();
    QVERIFY(before > MiB / 2);
    governor->suspend();
    QVERIFY(undo->rows.byteSize() * 4 < before);
    QCOMPARE(governor->lastReclaim().parts.size(), 1);
    QVERIFY(governor->lastReclaim().freedBytes > before / 2);
    QCOMPARE(undo->rows.at(7).number, 7);
    store.state.forget(&undo);
}

void tst_MemoryGovernor::storeThatIsMovedAwayIsThroughAtOnce()
{
    QThread thread; // has no event loop to finish in
    TableStore store(QStringLiteral("table"));
    governor->reclaim(MemoryPressureLevel::Critical); // a look at who is used
    QTRY_VERIFY(!governor->isReclaiming());
    clock.advance(100s);
    governor->reclaim(MemoryPressureLevel::Critical);
    QVERIFY(governor->isReclaiming());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be moved")));
    store.moveToThread(&thread);
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(governor->lastReclaim().parts,
             (QList<MemoryReclaim::Part>{{QStringLiteral("table"), 0}}));
}

void tst_MemoryGovernor::suspensionTakesWhatWasJustUsed()
{
    TableStore store(QStringLiteral("table"));
    QCOMPARE(store.state->rows.at(7).number, 7);
    governor->suspend();
    QVERIFY(!governor->isReclaiming());
    QCOMPARE(store.residency(), Residency::Frozen);
    QCOMPARE(governor->lastReclaim().trigger, QStringLiteral("suspension"));
    QCOMPARE(store.state->rows.at(7).number, 7);
}

void tst_MemoryGovernor::suspensionSleepsMeanwhile()
{
    Cache slow(QStringLiteral("slow"), 10 * MiB, 0s);
    slow.waits = true;
    QTimer::singleShot(50, this, [&] { slow.later({10 * MiB, 1ms, 1ms}); });
    QSignalSpy turns(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake);
    QElapsedTimer timer;
    timer.start();
    governor->suspend();
    QVERIFY(!governor->isReclaiming());
    // One a millisecond, and a few for what there is to do.
    QVERIFY2(turns.size() < timer.elapsed() + 100, QByteArray::number(turns.size()));
}

QTEST_MAIN(tst_MemoryGovernor)

#include "tst_memorygovernor.moc"
