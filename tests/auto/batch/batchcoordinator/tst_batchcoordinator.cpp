// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "plainstore.h"
#include "randomprogram.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/StateStore>
#include <AxiomState/UpdateOptions>
#include <AxiomState/UpdateTicket>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qeventloop.h>
#include <QtCore/qloggingcategory.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

using namespace Axiom;
using Status = UpdateTicket::Status;

namespace {

UpdateOptions priority(Priority value)
{
    return {value, QDeadlineTimer::Forever, {}};
}

UpdateOptions keyed(const QByteArray &key, Priority value = Priority::Normal)
{
    return {value, QDeadlineTimer::Forever, key};
}

UpdateOptions within(std::chrono::milliseconds time, Priority value = Priority::Normal)
{
    return {value, QDeadlineTimer(time), {}};
}

struct CounterState
{
    QList<int> seen = QList<int>(4);
    int count = 0;
    int outOfOrder = 0;
    AXIOM_FIELDS(CounterState, seen, count, outOfOrder)
};

class CounterStore : public StateStore
{
    Q_OBJECT

public:
    State<CounterState> state{this};
};

// A virtual one to which things happen.
class HookedHost final : public BatchHost
{
public:
    HookedHost()
    {
        inner.setCallback([this] { callBack(); });
        inner.setFrameCallback([this](quintptr window) { callBackForFrame(window); });
        inner.setIdleCallback([this] { callBackForIdleWork(); });
    }
    nanoseconds now() const override
    {
        if (std::this_thread::get_id() != home)
            isAskedElsewhere = true;
        return inner.now();
    }
    void wake() override
    {
        if (failsToWake.exchange(false))
            throw std::bad_alloc();
        inner.wake();
    }
    void wakeAfter(nanoseconds delay) override { inner.wakeAfter(delay); }
    void wakeWhenIdle() override { inner.wakeWhenIdle(); }
    bool requestFrame() override
    {
        if (onRequest)
            onRequest();
        return inner.requestFrame();
    }

    VirtualBatchHost inner;
    std::function<void()> onRequest;
    std::atomic<bool> failsToWake = false;
    mutable std::atomic<bool> isAskedElsewhere = false; // for the time, by another thread
    const std::thread::id home = std::this_thread::get_id();
};

} // namespace

static_assert(std::is_nothrow_default_constructible_v<UpdateTicket>);
static_assert(std::is_nothrow_copy_constructible_v<UpdateTicket>);
static_assert(std::is_nothrow_move_constructible_v<UpdateTicket>);
static_assert(!std::is_copy_constructible_v<BatchCoordinator>);

class tst_BatchCoordinator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void updatesOfOneLaneRunInTheOrderSubmitted();
    void updateOfHigherPriorityOvertakesWaitingOnes();
    void deadlinePullsItsLaneForwardWithoutReordering();
    void deadlinePullsAllOfItsPredecessorsAlong();
    void deadlineDoesNotLiftALaneAboveAHigherPriority();
    void overdueWorkGoesFirstForAFifthOfTheSlice();
    void whatComesInLaterIsOverdueLater();
    void nothingStarvesUnderOverload_data();
    void nothingStarvesUnderOverload();
    void missedDeadlineIsCountedAndTold();
    void waitForRoomIsNoPartOfTheDeadline();
    void missMayOutliveItsStore();
    void lastFiguresOfABurstAreTold();
    void latencyOfNoPriorityIsNone();
    void deadlineOfALowerLaneIsMetBehindAHigherOne();
    void deadlineWithinTheFrameIsFlushedByThen();

    void loneUpdateIsFlushedAtTheFirstWakeUp();
    void batchCostsOneWakeUp();
    void updateAfterAnExplicitFlushPostsNoSecondWakeUp();
    void emptyQueueHasNoTimer_data();
    void emptyQueueHasNoTimer();
    void emptyQueueHasNoTimerAfterASliceThatJustSufficed();
    void explicitFlushLeavesNoTimerBehind();
    void urgentUpdateLeavesTheCollectedOnesAlone();
    void storesHaveTheirOwnPace();
    void storeThatTakesLongIsFlushedEveryFewFrames();
    void storeGoesBackToImmediateWhenItsStreamEnds_data();
    void storeGoesBackToImmediateWhenItsStreamEnds();
    void streamIsFlushedOnceAFrame();
    void slowStreamIsFlushedAsItComes();
    void unevenStreamIsFlushedAsItComes();
    void updateRightAfterAFlushWaitsForTheFrame();
    void highPriorityDoesNotWaitForTheFrame_data();
    void highPriorityDoesNotWaitForTheFrame();
    void criticalFlushLeavesTheOthersToTheirFrame();
    void floodIsAppliedInSlicesWithinTheBudget();

    void sliceEndsWithTheUpdateThatUsesItUp_data();
    void sliceEndsWithTheUpdateThatUsesItUp();

    void streamIsFlushedWithTheFrames();
    void loneAndUrgentUpdatesDoNotWaitForTheFrame();
    void frameThatDoesNotComeIsNotWaitedForLong_data();
    void frameThatDoesNotComeIsNotWaitedForLong();
    void windowThatGoesLeavesTheStreamToTheTimer();
    void emptyQueueAsksForNoFrame();
    void whatNobodyObservesAsksForNoFrame();
    void backlogOfWhatNobodyObservesGoesOnWithTheFrames();
    void windowsShareOneFlushAFrame();
    void frameOfAnotherWindowTakesOverFromOneThatStopped();
    void floodIsAppliedInOneSliceAFrame();
    void criticalUpdateDoesNotWaitBehindABacklog();
    void budgetFollowsTheDisplayUntilATargetIsSet();
    void flushForFrameAppliesOneSlice();
    void nestedEventLoopKeepsReceivingFrames();
    void frameWithinAnUpdateFlushesNothing();
    void coordinatorOfATestServesTheStoresOfItsThread();

    void storeIsLetGoWhenNothingWaitsForIt_data();
    void storeIsLetGoWhenNothingWaitsForIt();
    void ticketThatIsKeptDoesNotKeepTheStore_data();
    void ticketThatIsKeptDoesNotKeepTheStore();
    void deferredStoreGoesOnWithinANestedEventLoop();
    void observerThatThrowsKeepsNothingBack();
    void failureThatCannotBeReportedIsOneUpdateOnly();
    void criticalUpdatesOneByOneAreNoStorm();
    void floodWithinEachFlushLeavesTimeToOthers();
    void wakeUpThatFailsIsTriedAgain();
    void idleTaskMayWaitForEver();
    void newestIsNotDroppedForWhatRuns();

    void onlyTheNewestWithOneKeyRuns();
    void keysOfDifferentStoresDoNotInterfere();
    void keyCanBeUsedAgainAfterItsUpdateRan();
    void cancelledUpdateDoesNotBlockItsKey();

    void ticketTellsWhatBecameOfItsUpdate();
    void cancelSucceedsOnlyBeforeTheUpdateRuns();
    void callbackThatComesAsTheUpdateEndsIsCalled();
    void defaultTicketStandsForNothing();
    void ticketsAreValues();
    void callbackIsCalledOnceWhetherAskedBeforeOrAfter();
    void callbackOfADeadContextIsNotCalled();
    void throwingCallbackHarmsNothingElse();
    void nullMutationIsRejected();
    void throwingUpdateFailsAlone();
    void updateOfADeadStoreIsDropped();
    void deathOfTheCoordinatorDropsWhatWaits();

    void observerSeesTheWholeBatchOnce();
    void flushFromWithinAnUpdateDoesNothing();
    void flushFromWithinAnObserverAppliesWhatIsWaiting();
    void observerThatEnqueuesJoinsTheSameFlush();
    void observerThatEnqueuesForEverIsParkedForAFrame();
    void floodFromAThreadIsNoStorm();
    void streamInANestedEventLoopIsNoStorm();
    void criticalUpdatesOfAnObserverHaveAnEnd();
    void parkedUpdatesAreDroppedWithTheCoordinator();
    void manyStoresThatEnqueueOnceEachAreNotParked();
    void whatAnObserverEnqueuesJoinsItsFrame();
    void flushWithADeadlineStopsThere();
    void flushWithADeadlineHeedsItBetweenRounds();
    void unusableTargetsAreRefused();
    void flushInfoTellsUpdatesStoresAndTime();

    void fullQueueRejects();
    void observersFindTheRoomThatWasMade();
    void fullQueueDropsTheOldest_data();
    void fullQueueDropsTheOldest();
    void limitSetWhileUpdatesWaitDropsTheOldestOfThem();
    void updatesAndTicketsOutliveTheThreadThatMadeThem();
    void updateThatReplacesOneNeedsNoRoom();
    void fullQueueBlocksOtherThreads();
    void flushLetsIn();
    void replacementIsNotOneTooMany();
    void ownersThreadNeverWaitsForRoom();
    void threadThatWaitsForRoomIsLetGoWithTheCoordinator();

    void idleTasksRunInOrderWhenNothingElseWaits();
    void idleTasksWaitForTheFrame();
    void idleTasksTakeTurns();
    void idleTasksRunOnABusyThreadInTheEnd();
    void idleTaskPullsThoseBeforeItForward();
    void throwingOrNullIdleTaskHarmsNothingElse();
    void latencyAndFlushTimeAreMeasured();
    void latencyOfManyUpdatesIsThatOfASample();
    void latencyOfFewUpdatesAfterAFloodIsMeasuredOfEach();

    void everyUpdateEndsOnceInAnyProgram();
    void paceDoesNotShowInTheResult();
    void nothingIsLostFromFourThreads();

private:
    template <typename F>
    UpdateTicket submit(const std::shared_ptr<Store> &to, F mutation,
                        const UpdateOptions &options = {})
    {
        return coordinator->inbox()->submit(
            to, detail::UpdateFunction::make<Log>(std::move(mutation)), options);
    }
    UpdateTicket add(int entry, const UpdateOptions &options = {})
    {
        return submit(
            store, [entry](Log &log) { log.add(entry); }, options);
    }
    // A stream fast enough to be collected, its first update flushed.
    void startStream()
    {
        for (int i = 0; i < 10; ++i) {
            add(-1);
            host->run(1ms);
        }
        QVERIFY(host->runUntilIdle());
        store->value = store->draft = {};
        add(0);
        host->run(1ms);
        add(0);
        host->run(1ms);
        QVERIFY(coordinator->pendingCount() > 0);
    }
    // Its observers take so long that it is left to every few frames.
    void deferStore()
    {
        host->setFrameInterval(16ms);
        store->observer = [&] { host->advance(14ms); };
        for (int i = 0; i < 1000; ++i) {
            add(i);
            host->run(1ms);
        }
        QCOMPARE(store->pace().mode(), UpdateMode::Defer);
    }
    HookedHost *useHookedHost()
    {
        auto hooked = std::make_unique<HookedHost>();
        HookedHost *used = hooked.get();
        host = &used->inner;
        coordinator = std::make_unique<BatchCoordinator>(std::move(hooked));
        store = makeStore();
        other = makeStore();
        return used;
    }
    std::shared_ptr<Store> makeStore() { return std::make_shared<Store>(coordinator->inbox()); }
    const QList<int> &entries() const { return store->value.entries; }

    VirtualBatchHost *host = nullptr;
    std::unique_ptr<BatchCoordinator> coordinator;
    std::shared_ptr<Store> store;
    std::shared_ptr<Store> other;
};

void tst_BatchCoordinator::init()
{
    auto virtualHost = std::make_unique<VirtualBatchHost>();
    host = virtualHost.get();
    coordinator = std::make_unique<BatchCoordinator>(std::move(virtualHost));
    store = makeStore();
    other = makeStore();
}

void tst_BatchCoordinator::cleanup()
{
    store->inbox->setPendingLimit(*store, 0, OverflowPolicy::Reject); // as a store does that dies
    coordinator.reset();
    store.reset();
    other.reset();
}

void tst_BatchCoordinator::updatesOfOneLaneRunInTheOrderSubmitted()
{
    QList<int> expected;
    for (int i = 0; i < 100; ++i) {
        add(i);
        expected.append(i);
    }
    host->runDue();
    QCOMPARE(entries(), expected);
}

void tst_BatchCoordinator::updateOfHigherPriorityOvertakesWaitingOnes()
{
    const QList<Priority> submitted{Priority::Normal, Priority::Idle, Priority::Critical,
                                    Priority::Low, Priority::High};
    for (int round = 0; round < 2; ++round) {
        for (const Priority p : submitted)
            add(int(p) * 10 + round, priority(p));
    }
    host->runDue();
    QCOMPARE(entries(), (QList<int>{40, 41, 30, 31, 20, 21, 10, 11, 0, 1}));
}

void tst_BatchCoordinator::deadlinePullsItsLaneForwardWithoutReordering()
{
    QList<int> order;
    const auto note = [&](int entry) { return [&order, entry](Log &) { order.append(entry); }; };
    submit(other, note(10));
    submit(store, note(1));
    submit(store, note(2), within(40ms));
    submit(store, note(3));
    submit(other, note(11));
    const auto third = makeStore();
    submit(third, note(20), within(10ms));
    host->runDue();
    QCOMPARE(order, (QList<int>{20, 1, 2, 3, 10, 11}));
}

void tst_BatchCoordinator::deadlinePullsAllOfItsPredecessorsAlong()
{
    QList<int> order;
    const auto note = [&](int entry) { return [&order, entry](Log &) { order.append(entry); }; };
    for (int i = 0; i < 100; ++i)
        submit(other, note(2));
    for (int i = 0; i < 100; ++i)
        submit(store, note(1), i == 99 ? within(10ms) : UpdateOptions());
    submit(store, note(3));
    host->runDue();
    QCOMPARE(order.mid(0, 100), QList<int>(100, 1));
    QCOMPARE(order.count(2), 100);
    QCOMPARE(order.count(3), 1);
}

void tst_BatchCoordinator::deadlineDoesNotLiftALaneAboveAHigherPriority()
{
    add(1, within(10ms, Priority::Low));
    add(2);
    host->runDue();
    QCOMPARE(entries(), (QList<int>{2, 1}));
}

void tst_BatchCoordinator::overdueWorkGoesFirstForAFifthOfTheSlice()
{
    QList<Priority> order;
    const auto note = [&](Priority p) {
        return [this, &order, p](Log &) {
            host->advance(50us);
            order.append(p);
        };
    };
    for (int i = 0; i < 200; ++i) {
        submit(store, note(Priority::High), priority(Priority::High));
        submit(store, note(Priority::Low), within(0ms, Priority::Low));
    }
    // A slice of 4 ms is 80 updates.
    QVERIFY(host->turn());
    QVERIFY2(std::abs(order.count(Priority::Low) - 16) <= 4,
             qPrintable(QString::number(order.count(Priority::Low))));
    QCOMPARE(order.first(), Priority::Low);
    QCOMPARE(order.size(), 80);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(order.size(), 400);
}

void tst_BatchCoordinator::whatComesInLaterIsOverdueLater()
{
    const nanoseconds start = host->now();
    QList<nanoseconds> ran;
    const auto addLow = [&] {
        for (int i = 0; i < 8; ++i) // overdue ones get their turn by fours
            submit(
                store, [&](Log &) { ran.append(host->now() - start); }, priority(Priority::Low));
        coordinator->flushCritical(); // takes them, runs none
    };
    const auto keepBusyUntil = [&](nanoseconds end) {
        while (host->now() - start < end) {
            while (other->pendingCount() < 8) // of 1 ms each: twice a slice
                submit(
                    other, [&](Log &) { host->advance(1ms); }, priority(Priority::High));
            QVERIFY(host->turn());
        }
    };
    addLow();
    keepBusyUntil(100ms);
    addLow();
    keepBusyUntil(600ms);
    QCOMPARE(ran.size(), 16);
    for (int i = 0; i < 16; ++i) {
        const nanoseconds expiry = i < 8 ? 250ms : 350ms;
        QVERIFY2(ran.at(i) >= expiry && ran.at(i) < expiry + 50ms,
                 qPrintable(QString::number(ran.at(i).count())));
    }
}

void tst_BatchCoordinator::nothingStarvesUnderOverload_data()
{
    QTest::addColumn<Priority>("waiting");
    QTest::addColumn<nanoseconds>("maxLatency");
    QTest::addColumn<nanoseconds>("atMost");
    // Its expiry, and the slice that then comes.
    QTest::newRow("normal") << Priority::Normal << nanoseconds(50ms) << nanoseconds(100ms);
    QTest::newRow("normal, soon") << Priority::Normal << nanoseconds(20ms) << nanoseconds(45ms);
    QTest::newRow("low") << Priority::Low << nanoseconds(50ms) << nanoseconds(300ms);
    QTest::newRow("idle") << Priority::Idle << nanoseconds(50ms) << nanoseconds(2100ms);
}

// Twice as much urgent work as can be done.
void tst_BatchCoordinator::nothingStarvesUnderOverload()
{
    QFETCH(Priority, waiting);
    QFETCH(nanoseconds, maxLatency);
    QFETCH(nanoseconds, atMost);
    PerformanceTarget target = coordinator->performanceTarget();
    target.maxLatency = maxLatency;
    coordinator->setPerformanceTarget(target);
    const nanoseconds start = host->now();
    nanoseconds done = 0ns;
    submit(
        other, [&](Log &) { done = host->now() - start; }, priority(waiting));
    nanoseconds submitted = start;
    while (done == 0ns && host->now() < start + 5s) {
        for (; submitted < host->now() + 1ms; submitted += 100us) {
            submit(
                store, [this](Log &) { host->advance(200us); }, priority(Priority::High));
        }
        if (!host->turn())
            host->advance(100us);
    }
    QVERIFY(done > 0ns);
    QVERIFY2(done <= atMost, qPrintable(QString::number(done.count() / 1000000)));
}

void tst_BatchCoordinator::missedDeadlineIsCountedAndTold()
{
    QList<DeadlineMiss> misses;
    connect(coordinator.get(), &BatchCoordinator::deadlineMissed, this,
            [&](const DeadlineMiss &miss) { misses.append(miss); });
    add(1, within(50ms, Priority::Low));
    add(2, within(5ms, Priority::High));
    add(3, within(0ms, Priority::Idle)); // has passed: runs at the next turn
    host->advance(8ms);
    QVERIFY(host->turn());
    QCOMPARE(entries(), (QList<int>{3, 2, 1}));
    QCOMPARE(misses.size(), 2);
    QCOMPARE(misses.first().priority, Priority::Idle);
    QVERIFY(misses.first().late >= 8ms && misses.first().late < 10ms);
    QCOMPARE(misses.last().priority, Priority::High);
    QVERIFY(misses.last().late >= 2ms && misses.last().late < 4ms);
    QCOMPARE(coordinator->metrics().deadlineMisses, 2);
}

void tst_BatchCoordinator::waitForRoomIsNoPartOfTheDeadline()
{
    HookedHost *hooked = useHookedHost();
    coordinator->inbox()->setPendingLimit(*store, 1, OverflowPolicy::Block);
    submit(store, [&](Log &) { host->advance(20s); });
    std::thread worker([&] { add(2, within(10s)); });
    const auto joined = qScopeGuard([&] {
        coordinator->flush();
        worker.join();
    });
    QTRY_VERIFY(hooked->isAskedElsewhere); // as it begins to wait
    QVERIFY(host->turn());
    QTRY_COMPARE(store->pendingCount(), 1);
    coordinator->flush();
    QCOMPARE(entries(), QList<int>{2});
    QCOMPARE(coordinator->metrics().deadlineMisses, 0);
}

void tst_BatchCoordinator::missMayOutliveItsStore()
{
    auto object = std::make_unique<QObject>();
    const DeadlineMiss miss{object.get(), Priority::Low, 1ms};
    QCOMPARE(miss.store, object.get());
    object.reset();
    QVERIFY(!miss.store);
    const QMetaObject &type = DeadlineMiss::staticMetaObject;
    const QMetaProperty property = type.property(type.indexOfProperty("store"));
    QCOMPARE(property.readOnGadget(&miss).value<QObject *>(), nullptr);
}

void tst_BatchCoordinator::lastFiguresOfABurstAreTold()
{
    host->advance(1s);
    qint64 told = -1;
    connect(coordinator.get(), &BatchCoordinator::metricsChanged, this,
            [&] { told = coordinator->metrics().applied; });
    add(1);
    coordinator->flush();
    QCOMPARE(told, 1);
    for (int i = 0; i < 5; ++i) {
        add(2);
        coordinator->flush();
    }
    QCOMPARE(told, 1); // too soon
    host->advance(1s);
    QTRY_COMPARE(told, 6);
}

void tst_BatchCoordinator::latencyOfNoPriorityIsNone()
{
    add(1);
    host->runDue();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no such priority")));
    QCOMPARE(coordinator->latencyMilliseconds(Priority(200), 50), 0.);
    QCOMPARE(coordinator->latencyMilliseconds(Priority::Normal, qQNaN()),
             coordinator->latencyMilliseconds(Priority::Normal, 0));
}

void tst_BatchCoordinator::deadlineOfALowerLaneIsMetBehindAHigherOne()
{
    startStream();
    const nanoseconds start = host->now();
    add(7, within(4ms, Priority::Low));
    while (!entries().contains(7) && host->now() < start + 1s) {
        add(0);
        host->run(100us);
    }
    QVERIFY(host->now() <= start + 4ms + 100us);
    QCOMPARE(coordinator->metrics().deadlineMisses, 0);
}

void tst_BatchCoordinator::deadlineWithinTheFrameIsFlushedByThen()
{
    startStream();
    const nanoseconds start = host->now();
    add(7, within(3ms));
    while (!entries().contains(7) && host->now() < start + 1s)
        host->run(100us);
    QVERIFY(host->now() <= start + 3ms + 100us);
}

void tst_BatchCoordinator::loneUpdateIsFlushedAtTheFirstWakeUp()
{
    for (int i = 0; i < 3; ++i) {
        add(i);
        QVERIFY(!entries().contains(i));
        QVERIFY(host->turn());
        QVERIFY(entries().contains(i));
        QVERIFY(host->isIdle());
        host->run(300ms);
    }
}

void tst_BatchCoordinator::batchCostsOneWakeUp()
{
    for (int i = 0; i < 1000; ++i)
        add(i, priority(Priority(i % 5)));
    QCOMPARE(host->wakeCount(), 1);
    QVERIFY(!host->timer());
    QCOMPARE(coordinator->pendingCount(), 1000);
    host->runDue();
    QCOMPARE(host->turnCount(), 1);
    QCOMPARE(store->commits, 1);
    QCOMPARE(coordinator->pendingCount(), 0);
    add(1);
    QCOMPARE(host->wakeCount(), 2);
}

void tst_BatchCoordinator::updateAfterAnExplicitFlushPostsNoSecondWakeUp()
{
    add(1);
    coordinator->flush();
    add(2);
    QCOMPARE(host->posted(), 1);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{1, 2}));
    QCOMPARE(host->mostPosted(), 1);
    add(3);
    QCOMPARE(host->posted(), 1);
}

void tst_BatchCoordinator::emptyQueueHasNoTimer_data()
{
    QTest::addColumn<int>("updates");
    QTest::addColumn<Priority>("urgency");
    QTest::newRow("one") << 1 << Priority::Normal;
    QTest::newRow("many") << 1000 << Priority::Normal;
    QTest::newRow("idle") << 3 << Priority::Idle;
    QTest::newRow("critical") << 3 << Priority::Critical;
}

void tst_BatchCoordinator::emptyQueueHasNoTimer()
{
    QFETCH(int, updates);
    QFETCH(Priority, urgency);
    QVERIFY(host->isIdle());
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < updates; ++i)
            add(i, priority(urgency));
        host->run(1ms);
    }
    host->run(100ms);
    QCOMPARE(coordinator->pendingCount(), 0);
    QVERIFY(host->isIdle());
    const int turns = host->turnCount();
    host->run(10s);
    QCOMPARE(host->turnCount(), turns);
}

void tst_BatchCoordinator::emptyQueueHasNoTimerAfterASliceThatJustSufficed()
{
    for (int i = 0; i < 4; ++i) {
        submit(
            store,
            [this, i](Log &log) {
                host->advance(1ms);
                log.add(i);
            },
            within(100s));
    }
    QVERIFY(host->turn());
    QCOMPARE(entries().size(), 4);
    QVERIFY2(host->isIdle(), "a lane without updates is no work");
}

void tst_BatchCoordinator::explicitFlushLeavesNoTimerBehind()
{
    startStream();
    QVERIFY(host->timer());
    coordinator->flush();
    QCOMPARE(coordinator->pendingCount(), 0);
    QVERIFY(!host->timer());
}

void tst_BatchCoordinator::urgentUpdateLeavesTheCollectedOnesAlone()
{
    startStream();
    const int collected = coordinator->pendingCount();
    QVERIFY(host->timer());
    const auto due = *host->timer();
    add(1, priority(Priority::High));
    QVERIFY(host->turn());
    QCOMPARE(entries(), QList<int>{1});
    QCOMPARE(coordinator->pendingCount(), collected);
    QCOMPARE(*host->timer(), due);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::storesHaveTheirOwnPace()
{
    host->setFrameInterval(16ms);
    // A stream, and beside it an update now and then.
    for (int i = 0; i < 1000; ++i) {
        add(i);
        if (i % 100 == 50) {
            submit(other, [i](Log &log) { log.add(i); });
            host->runDue();
            QCOMPARE(other->value.entries.last(), i);
        }
        host->run(1ms);
    }
    QCOMPARE(store->pace().mode(), UpdateMode::Batch);
    QCOMPARE(other->pace().mode(), UpdateMode::Immediate);
    QCOMPARE(other->commits, 10);
    QVERIFY2(store->commits <= host->frameCount() + 3, qPrintable(QString::number(store->commits)));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(store->value.entries.size(), 1000);
}

void tst_BatchCoordinator::storeThatTakesLongIsFlushedEveryFewFrames()
{
    deferStore();
    QCOMPARE(store->pace().reason(), UpdateModeReason::LongFrames);
    const int commitsBefore = store->commits;
    const int framesBefore = host->frameCount();
    for (int i = 0; i < 200; ++i) {
        add(i);
        host->run(1ms);
    }
    QVERIFY(store->commits - commitsBefore <= (host->frameCount() - framesBefore + 1) / 2);

    // It recovers.
    store->observer = {};
    for (int i = 0; i < 2000; ++i) {
        add(i);
        host->run(1ms);
    }
    QCOMPARE(store->pace().mode(), UpdateMode::Batch);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::storeGoesBackToImmediateWhenItsStreamEnds_data()
{
    QTest::addColumn<int>("interval"); // ms
    QTest::addRow("silence") << 300;
    QTest::addRow("slowly") << 60;
}

void tst_BatchCoordinator::storeGoesBackToImmediateWhenItsStreamEnds()
{
    QFETCH(const int, interval);
    startStream();
    QVERIFY(host->runUntilIdle());
    QCOMPARE(store->pace().mode(), UpdateMode::Batch);
    for (int i = 0; i < 30; ++i) {
        host->run(std::chrono::milliseconds(interval));
        add(i);
        host->runDue();
    }
    QCOMPARE(store->pace().mode(), UpdateMode::Immediate);
    QCOMPARE(store->pace().reason(), UpdateModeReason::Quiet);
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::streamIsFlushedOnceAFrame()
{
    QSignalSpy flushed(coordinator.get(), &BatchCoordinator::flushed);
    for (int i = 0; i < 1000; ++i) {
        add(i);
        host->run(1ms);
    }
    host->run(100ms);
    QCOMPARE(entries().size(), 1000);
    // One second is 60 frames; the first updates find no stream yet.
    QVERIFY2(flushed.size() >= 50 && flushed.size() <= 64,
             qPrintable(QString::number(flushed.size())));
    QCOMPARE(store->commits, int(flushed.size()));
    QVERIFY(host->wakeCount() + host->turnCount() < 300);
    QVERIFY(coordinator->metrics().flushes == flushed.size());
}

void tst_BatchCoordinator::slowStreamIsFlushedAsItComes()
{
    for (int i = 0; i < 50; ++i) {
        add(i);
        host->runDue();
        QCOMPARE(entries().size(), i + 1);
        host->run(20ms);
    }
}

void tst_BatchCoordinator::unevenStreamIsFlushedAsItComes()
{
    host->setFrameInterval(16ms);
    for (int i = 0; i < 100; ++i) {
        add(i);
        host->runDue();
        QCOMPARE(entries().size(), i + 1);
        host->run(i % 2 == 0 ? 30ms : 10ms);
    }
    QCOMPARE(host->frameCount(), 0);
}

void tst_BatchCoordinator::updateRightAfterAFlushWaitsForTheFrame()
{
    host->setFrameInterval(16ms);
    host->run(1ms);
    add(1);
    host->run(5ms);
    add(2);
    host->runDue();
    QCOMPARE(entries(), QList<int>{1});
    QVERIFY(host->nextFrame());
    host->run(16ms);
    QCOMPARE(entries(), (QList<int>{1, 2}));
    QCOMPARE(host->frameCount(), 1);
}

void tst_BatchCoordinator::highPriorityDoesNotWaitForTheFrame_data()
{
    QTest::addColumn<Priority>("urgency");
    QTest::addColumn<bool>("waits");
    QTest::newRow("idle") << Priority::Idle << true;
    QTest::newRow("low") << Priority::Low << true;
    QTest::newRow("normal") << Priority::Normal << true;
    QTest::newRow("high") << Priority::High << false;
    QTest::newRow("critical") << Priority::Critical << false;
}

void tst_BatchCoordinator::highPriorityDoesNotWaitForTheFrame()
{
    QFETCH(Priority, urgency);
    QFETCH(bool, waits);
    startStream();
    add(7, priority(urgency));
    host->runDue();
    QCOMPARE(!entries().contains(7), waits);
    host->run(17ms);
    QVERIFY(entries().contains(7));
}

void tst_BatchCoordinator::criticalFlushLeavesTheOthersToTheirFrame()
{
    startStream();
    const std::optional<nanoseconds> frame = host->timer();
    QVERIFY(frame);
    add(7, priority(Priority::Critical));
    coordinator->flushCritical();
    QCOMPARE(entries(), QList<int>{7});
    QVERIFY(coordinator->pendingCount() > 0);
    host->run(1ms);
    QCOMPARE(entries(), QList<int>{7});

    // However many there are of them, they put nothing off.
    while (host->now() < *frame) {
        add(8, priority(Priority::Critical));
        coordinator->flushCritical();
        host->run(std::min<nanoseconds>(1ms, *frame - host->now()));
    }
    host->runDue();
    QVERIFY(entries().contains(0));
}

void tst_BatchCoordinator::floodIsAppliedInSlicesWithinTheBudget()
{
    constexpr auto cost = 10us;
    constexpr int updates = 100'000;
    int ran = 0;
    for (int i = 0; i < updates; ++i) {
        submit(store, [this, &ran, cost](Log &) {
            host->advance(cost);
            ++ran;
        });
    }
    int slices = 0;
    while (coordinator->pendingCount() > 0) {
        const nanoseconds start = host->now();
        QVERIFY(host->turn());
        ++slices;
        QVERIFY(host->now() - start <= 4ms + cost);
        QVERIFY(slices < 1000);
    }
    QCOMPARE(ran, updates);
    QVERIFY2(slices >= 240 && slices <= 260, "the slices are used up");
    QVERIFY(host->isIdle());
}

void tst_BatchCoordinator::sliceEndsWithTheUpdateThatUsesItUp_data()
{
    QTest::addColumn<bool>("isOther"); // lane than that of the short ones
    QTest::addColumn<int>("shortOnes");
    QTest::addColumn<nanoseconds>("cost");
    QTest::addColumn<int>("slicesNeeded");
    QTest::newRow("longer than a slice") << false << 0 << nanoseconds(5ms) << 20;
    QTest::newRow("a quarter of it") << false << 0 << nanoseconds(1ms) << 5;
    QTest::newRow("after short ones of another store") << true << 100 << nanoseconds(5ms) << 20;
}

void tst_BatchCoordinator::sliceEndsWithTheUpdateThatUsesItUp()
{
    QFETCH(bool, isOther);
    QFETCH(int, shortOnes);
    QFETCH(nanoseconds, cost);
    QFETCH(int, slicesNeeded);
    for (int i = 0; i < shortOnes; ++i)
        submit(store, [this](Log &) { host->advance(100ns); });
    for (int i = 0; i < 20; ++i)
        submit(isOther ? other : store, [this, cost](Log &) { host->advance(cost); });
    int slices = 0;
    while (coordinator->pendingCount() > 0) {
        const nanoseconds start = host->now();
        QVERIFY(host->turn());
        QVERIFY(host->now() - start < 4ms + cost);
        ++slices;
    }
    QCOMPARE(slices, slicesNeeded);
}

void tst_BatchCoordinator::streamIsFlushedWithTheFrames()
{
    constexpr auto interval = 16ms;
    host->setFrameInterval(interval);
    startStream();
    QList<nanoseconds> flushes;
    connect(coordinator.get(), &BatchCoordinator::flushed, this,
            [&] { flushes.append(host->now()); });
    const int frames = host->frameCount();
    const int wakes = host->wakeCount();
    for (int i = 1; i <= 800; ++i) {
        add(i);
        host->run(1ms);
    }
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().last(), 800);
    QVERIFY2(flushes.size() >= 49 && flushes.size() <= 52,
             qPrintable(QString::number(flushes.size())));
    QCOMPARE(store->commits, coordinator->metrics().flushes);
    for (const nanoseconds flush : std::as_const(flushes))
        QCOMPARE(flush % interval, 0ns);
    // No frame but those that were needed, and no turn of the loop but to ask for one.
    QCOMPARE(host->frameCount() - frames, int(flushes.size()));
    QVERIFY(host->wakeCount() - wakes <= int(flushes.size()) + 1);
}

void tst_BatchCoordinator::loneAndUrgentUpdatesDoNotWaitForTheFrame()
{
    host->setFrameInterval(16ms);
    add(1);
    host->runDue();
    QCOMPARE(entries(), QList<int>{1});
    QCOMPARE(host->frameRequestCount(), 0);
    QVERIFY(host->isIdle());

    for (const Priority urgency : {Priority::High, Priority::Critical}) {
        startStream();
        QVERIFY(host->nextFrame());
        add(7, priority(urgency));
        host->runDue();
        QVERIFY(entries().contains(7));
        host->run(300ms);
        QVERIFY(host->isIdle());
    }
}

void tst_BatchCoordinator::frameThatDoesNotComeIsNotWaitedForLong_data()
{
    QTest::addColumn<std::chrono::milliseconds>("deadline");
    QTest::addColumn<nanoseconds>("due");
    QTest::newRow("no deadline") << std::chrono::milliseconds(0) << nanoseconds(32ms);
    QTest::newRow("far") << std::chrono::milliseconds(500) << nanoseconds(32ms);
    QTest::newRow("near") << std::chrono::milliseconds(12) << nanoseconds(11ms);
}

void tst_BatchCoordinator::frameThatDoesNotComeIsNotWaitedForLong()
{
    QFETCH(std::chrono::milliseconds, deadline);
    QFETCH(nanoseconds, due);
    host->setFrameInterval(16ms);
    startStream();
    coordinator->flush();
    QVERIFY(host->runUntilIdle());

    host->setFramesStalled(true);
    const nanoseconds start = host->now();
    const int requests = host->frameRequestCount();
    const UpdateTicket ticket = add(7, deadline == 0ms ? UpdateOptions() : within(deadline));
    while (ticket.status() == UpdateTicket::Pending && host->now() < start + 1s)
        host->run(100us);
    QCOMPARE(host->frameRequestCount(), requests + 1);
    // The deadline was read off the real clock a little later.
    QVERIFY2(host->now() - start >= due - 1ms && host->now() - start <= due + 100us,
             qPrintable(QString::number((host->now() - start).count())));
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::windowThatGoesLeavesTheStreamToTheTimer()
{
    host->setFrameInterval(16ms);
    startStream();
    host->setFrameInterval(0ms);
    host->setFramesStalled(true); // the frame asked for is lost
    const int frames = host->frameCount();
    QSignalSpy flushed(coordinator.get(), &BatchCoordinator::flushed);
    for (int i = 1; i <= 960; ++i) {
        add(i);
        host->run(1ms);
    }
    QCOMPARE(host->frameCount(), frames);
    QVERIFY2(flushed.size() >= 54 && flushed.size() <= 60,
             qPrintable(QString::number(flushed.size())));

    host->setFramesStalled(false);
    host->setFrameInterval(16ms);
    flushed.clear();
    for (int i = 961; i <= 1120; ++i) {
        add(i);
        host->run(1ms);
    }
    QVERIFY(host->frameCount() - frames >= 9);
    QCOMPARE(host->frameCount() - frames, int(flushed.size()));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().last(), 1120);
}

void tst_BatchCoordinator::emptyQueueAsksForNoFrame()
{
    host->setFrameInterval(16ms);
    for (int round = 0; round < 3; ++round) {
        startStream();
        if (round == 1)
            coordinator->flush();
        else if (round == 2)
            host->setFramesStalled(true);
        QVERIFY(host->runUntilIdle());
        QCOMPARE(coordinator->pendingCount(), 0);
        const int requests = host->frameRequestCount();
        const int turns = host->turnCount();
        host->run(10s);
        // Frames that somebody else wants.
        for (int i = 0; i < 10; ++i) {
            host->run(16ms);
            host->showFrame();
        }
        QCOMPARE(host->frameRequestCount(), requests);
        QCOMPARE(host->turnCount(), turns);
        QVERIFY(host->isIdle());
    }
}

void tst_BatchCoordinator::whatNobodyObservesAsksForNoFrame()
{
    host->setFrameInterval(16ms);
    store->observed = false;
    startStream();
    const int requests = host->frameRequestCount();
    const qint64 flushes = coordinator->metrics().flushes;
    for (int i = 1; i <= 1000; ++i) {
        add(i);
        host->run(1ms);
    }
    QCOMPARE(host->frameRequestCount(), requests);
    QVERIFY2(entries().size() >= 980, "it is flushed all the same");
    QVERIFY2(coordinator->metrics().flushes - flushes <= 65, "and collected as before");

    // One that is observed takes the other one along.
    submit(other, [](Log &log) { log.add(1); });
    submit(other, [](Log &log) { log.add(2); });
    for (int i = 1; i <= 100; ++i) {
        submit(other, [i](Log &log) { log.add(i); });
        host->run(1ms);
    }
    QVERIFY(host->frameRequestCount() > requests);
    QVERIFY(host->runUntilIdle());
    const int requestsAfter = host->frameRequestCount();
    for (int i = 1; i <= 100; ++i) {
        add(i);
        host->run(1ms);
    }
    QCOMPARE(host->frameRequestCount(), requestsAfter);
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::backlogOfWhatNobodyObservesGoesOnWithTheFrames()
{
    host->setFrameInterval(16ms);
    store->observed = false;
    for (int i = 0; i < 1000; ++i)
        submit(store, [this](Log &) { host->advance(100us); });
    const nanoseconds start = host->now();
    QVERIFY(host->runUntilIdle());
    QVERIFY2(host->now() - start >= 300ms, "a slice of 4 ms in 16");
}

void tst_BatchCoordinator::windowsShareOneFlushAFrame()
{
    host->setFrameInterval(16ms);
    startStream();
    QSignalSpy flushed(coordinator.get(), &BatchCoordinator::flushed);
    for (int i = 1; i <= 800; ++i) {
        add(i);
        host->run(1ms);
        if (i % 16 == 5)
            host->showFrame(1);
        if (i % 16 == 11)
            host->showFrame(2);
    }
    QVERIFY2(flushed.size() >= 49 && flushed.size() <= 52,
             qPrintable(QString::number(flushed.size())));
    QCOMPARE(store->commits, coordinator->metrics().flushes);
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::frameOfAnotherWindowTakesOverFromOneThatStopped()
{
    host->setFrameInterval(16ms);
    startStream();
    host->run(16ms);
    QCOMPARE(coordinator->pendingCount(), 0);
    host->setFramesStalled(true); // window 0 has just been served
    add(1);
    host->runDue();
    host->advance(4ms);
    host->showFrame(1);
    QVERIFY(!entries().contains(1));
    host->advance(16ms);
    host->showFrame(1);
    QVERIFY(entries().contains(1));
    add(2);
    host->advance(5ms);
    host->showFrame(1);
    QVERIFY2(entries().contains(2), "a window is served with each of its frames");
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::floodIsAppliedInOneSliceAFrame()
{
    for (const bool stalled : {false, true}) {
        init();
        constexpr auto interval = 16ms;
        host->setFrameInterval(interval);
        host->setFramesStalled(stalled);
        // All overdue when they run, but for the first.
        for (int i = 0; i < 5000; ++i)
            submit(
                store, [this](Log &) { host->advance(20us); }, priority(Priority(1 + i % 3)));
        QVERIFY(host->turn());
        QList<nanoseconds> starts;
        while (coordinator->pendingCount() > 0) {
            const int before = coordinator->pendingCount();
            QVERIFY(host->nextFrame().has_value() != stalled);
            starts.append(host->nextFrame().value_or(*host->timer()));
            host->run(starts.last() - host->now());
            QVERIFY(coordinator->pendingCount() < before);
            QVERIFY(starts.size() < 100);
        }
        // 100 ms of work by 4 ms.
        QVERIFY2(starts.size() >= 20 && starts.size() <= 26,
                 qPrintable(QString::number(starts.size())));
        const nanoseconds apart = (starts.last() - starts.first()) / (starts.size() - 1);
        if (stalled)
            QVERIFY(apart > 32ms && apart < 38ms);
        else
            QCOMPARE(apart, interval);
        QVERIFY(host->runUntilIdle());
        cleanup();
    }
    init();
}

void tst_BatchCoordinator::criticalUpdateDoesNotWaitBehindABacklog()
{
    host->setFrameInterval(16ms);
    for (int i = 0; i < 1000; ++i)
        submit(store, [this](Log &) { host->advance(20us); });
    QVERIFY(host->turn());
    QVERIFY(coordinator->pendingCount() > 700);
    const UpdateTicket high = add(1, priority(Priority::High));
    host->runDue();
    QCOMPARE(high.status(), UpdateTicket::Pending);
    const UpdateTicket critical = add(2, priority(Priority::Critical));
    host->runDue();
    QCOMPARE(critical.status(), UpdateTicket::Applied);
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::budgetFollowsTheDisplayUntilATargetIsSet()
{
    const auto budget = [this] { return coordinator->performanceTarget().frameBudget; };
    QCOMPARE(budget(), 16'666'667ns);
    host->setFrameInterval(16ms);
    startStream();
    QCOMPARE(budget(), 16ms);

    const auto flushesInASecond = [this] {
        QSignalSpy flushed(coordinator.get(), &BatchCoordinator::flushed);
        for (int i = 0; i < 1000; ++i) {
            add(i);
            host->run(1ms);
        }
        return int(flushed.size());
    };
    host->setFrameInterval(4ms);
    QVERIFY(std::abs(flushesInASecond() - 250) <= 5);
    QCOMPARE(budget(), 4ms);
    // With the window gone the timer keeps the pace.
    host->setFrameInterval(0ms);
    QVERIFY(flushesInASecond() >= 190);
    QCOMPARE(budget(), 4ms);

    PerformanceTarget target;
    target.frameBudget = 10ms;
    coordinator->setPerformanceTarget(target);
    host->setFrameInterval(16ms);
    flushesInASecond();
    QCOMPARE(budget(), 10ms);
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::flushForFrameAppliesOneSlice()
{
    coordinator->flushForFrame();
    QVERIFY(host->isIdle());
    int ran = 0;
    for (int i = 0; i < 1000; ++i) {
        submit(store, [this, &ran](Log &) {
            host->advance(20us);
            ++ran;
        });
    }
    const nanoseconds start = host->now();
    coordinator->flushForFrame();
    QVERIFY(ran > 0);
    QVERIFY(host->now() - start <= 4ms + 20us);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(ran, 1000);
    QCOMPARE(host->mostPosted(), 1);
}

void tst_BatchCoordinator::nestedEventLoopKeepsReceivingFrames()
{
    host->setFrameInterval(16ms);
    startStream();
    QList<int> seen;
    bool nested = false;
    const int commits = store->commits;
    store->observer = [&] {
        seen.append(entries().last());
        if (std::exchange(nested, true))
            return;
        const int frames = host->frameCount();
        for (int i = 1; i <= 160; ++i) {
            add(i);
            host->run(1ms);
        }
        QVERIFY(host->frameCount() - frames >= 9);
        QVERIFY(entries().contains(140));
    };
    int told = 0;
    other->observer = [&] {
        ++told;
        QVERIFY2(seen.size() <= 1, "what the outer flush has to tell comes first");
    };
    submit(other, [](Log &log) { log.add(1); });
    host->run(16ms);
    QVERIFY(nested);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(told, 1);
    QCOMPARE(entries().last(), 160);
    QCOMPARE(seen.count(160), 1);
    QCOMPARE(int(seen.size()), store->commits - commits);
    QVERIFY(host->isIdle());
}

void tst_BatchCoordinator::frameWithinAnUpdateFlushesNothing()
{
    host->setFrameInterval(16ms);
    submit(store, [this](Log &log) {
        log.add(1);
        add(3);
        host->showFrame();
        coordinator->flushForFrame();
        log.add(2);
    });
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{1, 2, 3}));
    QCOMPARE(store->commits, 2);
}

void tst_BatchCoordinator::coordinatorOfATestServesTheStoresOfItsThread()
{
    BatchCoordinator *own = BatchCoordinator::instance();
    BatchCoordinator::setInstance(coordinator.get());
    QCOMPARE(BatchCoordinator::instance(), coordinator.get());
    CounterStore counter;
    const UpdateTicket ticket = counter.state.enqueue([](CounterState &s) { ++s.count; });
    QCoreApplication::processEvents();
    QCOMPARE(counter.state->count, 0);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(counter.state->count, 1);

    BatchCoordinator::setInstance(nullptr);
    QCOMPARE(BatchCoordinator::instance(), own);
    BatchCoordinator::setInstance(coordinator.get());
    coordinator.reset();
    QCOMPARE(BatchCoordinator::instance(), own);
    QCOMPARE(counter.state.enqueue([](CounterState &s) { ++s.count; }).status(),
             UpdateTicket::Dropped);
}

void tst_BatchCoordinator::storeIsLetGoWhenNothingWaitsForIt_data()
{
    QTest::addColumn<Priority>("urgency");
    QTest::addColumn<bool>("byHand");
    for (const Priority urgency : {Priority::Low, Priority::Normal, Priority::Critical}) {
        for (const bool byHand : {false, true})
            QTest::addRow("%d %s", int(urgency), byHand ? "flush()" : "loop") << urgency << byHand;
    }
}

void tst_BatchCoordinator::storeIsLetGoWhenNothingWaitsForIt()
{
    QFETCH(const Priority, urgency);
    QFETCH(const bool, byHand);
    const std::weak_ptr<Store> weak = store;
    add(1, priority(urgency));
    if (byHand)
        coordinator->flush();
    else
        QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), QList<int>{1});
    store = makeStore();
    QVERIFY(weak.expired());
}

void tst_BatchCoordinator::ticketThatIsKeptDoesNotKeepTheStore_data()
{
    QTest::addColumn<Status>("status");
    QTest::addColumn<bool>("isTaken"); // by the coordinator, before it ends
    QTest::newRow("applied") << UpdateTicket::Applied << false;
    for (const bool isTaken : {false, true}) {
        const char *when = isTaken ? ", taken" : "";
        QTest::addRow("cancelled%s", when) << UpdateTicket::Cancelled << isTaken;
        QTest::addRow("coalesced%s", when) << UpdateTicket::Coalesced << isTaken;
        QTest::addRow("dropped%s", when) << UpdateTicket::Dropped << isTaken;
    }
    QTest::newRow("rejected") << UpdateTicket::Rejected << false;
}

void tst_BatchCoordinator::ticketThatIsKeptDoesNotKeepTheStore()
{
    QFETCH(const Status, status);
    QFETCH(const bool, isTaken);
    const std::weak_ptr<Store> weak = store;
    if (status == UpdateTicket::Rejected || status == UpdateTicket::Dropped) {
        coordinator->inbox()->setPendingLimit(
            *store, 1,
            status == UpdateTicket::Dropped ? OverflowPolicy::DropOldest : OverflowPolicy::Reject);
    }
    UpdateTicket ticket;
    if (status != UpdateTicket::Rejected)
        ticket = add(1, keyed("key"));
    if (isTaken)
        coordinator->flush(QDeadlineTimer(0));
    QCOMPARE(coordinator->pendingCount(), status == UpdateTicket::Rejected ? 0 : 1);
    if (status == UpdateTicket::Cancelled)
        QVERIFY(ticket.cancel());
    else if (status == UpdateTicket::Coalesced)
        add(2, keyed("key"));
    else if (status != UpdateTicket::Applied)
        add(2);
    if (status == UpdateTicket::Rejected)
        ticket = add(3);
    QVERIFY(host->runUntilIdle());
    store->inbox->setPendingLimit(*store, 0, OverflowPolicy::Reject);
    store = makeStore();
    QCOMPARE(ticket.status(), status);
    QVERIFY(weak.expired());
    UpdateTicket same = ticket;
    QVERIFY(!same.cancel());
}

void tst_BatchCoordinator::deferredStoreGoesOnWithinANestedEventLoop()
{
    deferStore();
    store->observer = {};
    QList<qsizetype> inside;
    other->observer = [&] {
        if (host->frameCount() % 2)
            return;
        const auto observer = std::exchange(other->observer, {});
        const qsizetype before = entries().size();
        for (int i = 0; i < 200; ++i) {
            add(i);
            host->run(1ms);
        }
        inside.append(entries().size() - before);
        other->observer = observer;
    };
    // In some of these frames the store is left for later.
    for (int i = 0; i < 12; ++i) {
        submit(
            other, [i](Log &log) { log.add(i); }, priority(Priority::Low));
        add(i);
        host->showFrame();
        host->run(3ms);
    }
    QVERIFY(inside.size() >= 4);
    for (const qsizetype grown : inside)
        QVERIFY2(grown > 50, QByteArray::number(grown));
}

void tst_BatchCoordinator::observerThatThrowsKeepsNothingBack()
{
    int flushes = 0;
    QObject context;
    connect(coordinator.get(), &BatchCoordinator::flushed, &context, [&] {
        if (++flushes == 1)
            throw std::runtime_error("a slot");
    });
    QTest::ignoreMessage(QtWarningMsg, "BatchCoordinator: an observer threw: a slot");
    const UpdateTicket first = add(1);
    coordinator->flush();
    QCOMPARE(first.status(), Status::Applied);
    QSignalSpy storms(coordinator.get(), &BatchCoordinator::updateStorm);
    for (int i = 0; i < 150; ++i) {
        store->observer = [&, i] {
            if (entries().last() == 2 * i)
                add(2 * i + 1);
        };
        add(2 * i);
        coordinator->flush();
        QCOMPARE(entries().last(), 2 * i + 1);
    }
    QCOMPARE(storms.size(), 0);
}

void tst_BatchCoordinator::failureThatCannotBeReportedIsOneUpdateOnly()
{
    store->failsToReport = true;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no memory to tell")));
    const UpdateTicket failed = submit(store, [](Log &) { throw std::bad_alloc(); });
    const UpdateTicket next = add(2);
    coordinator->flush();
    QCOMPARE(failed.status(), Status::Failed);
    QCOMPARE(next.status(), Status::Applied);
    add(3);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{2, 3}));
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::criticalUpdatesOneByOneAreNoStorm()
{
    QSignalSpy storms(coordinator.get(), &BatchCoordinator::updateStorm);
    const auto addNow = [&](int entry) {
        add(entry, priority(Priority::Critical));
        coordinator->flushCritical();
    };
    store->observer = [&] {
        if (entries().last() % 2 == 0)
            addNow(entries().last() + 1);
    };
    for (int i = 0; i < 150; ++i) {
        addNow(2 * i);
        QCOMPARE(entries().size(), 2 * i + 2);
    }
    QCOMPARE(storms.size(), 0);
}

void tst_BatchCoordinator::floodWithinEachFlushLeavesTimeToOthers()
{
    HookedHost *hooked = useHookedHost();
    startStream();
    // Whenever the coordinator is about to wait, one more has just come in.
    hooked->onRequest = [this] { std::thread([this] { add(1); }).join(); };
    const qsizetype before = entries().size();
    for (int i = 0; i < 1000; ++i) {
        add(0);
        host->turn();
        host->advance(100us);
    }
    QVERIFY2(entries().size() > before + 1000, QByteArray::number(entries().size() - before));
    hooked->onRequest = {};
    QVERIFY(host->runUntilIdle());
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::wakeUpThatFailsIsTriedAgain()
{
    HookedHost *hooked = useHookedHost();

    // What it would have taken the place of is still there.
    startStream();
    const UpdateTicket former = add(7, keyed("key"));
    hooked->failsToWake = true;
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, add(8, keyed("key", Priority::High)));
    QCOMPARE(former.status(), Status::Pending);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(former.status(), Status::Applied);

    // A thread that waits for room wakes the coordinator as well.
    store->inbox->setPendingLimit(*store, 1, OverflowPolicy::Block);
    std::thread worker;
    std::atomic<bool> threw = false;
    submit(store, [&](Log &log) {
        log.add(9);
        hooked->failsToWake = true;
        worker = std::thread([&] {
            try {
                add(10);
            } catch (const std::bad_alloc &) {
                threw = true;
            }
        });
        worker.join();
    });
    host->run(20ms);
    QVERIFY(threw);
    store->inbox->setPendingLimit(*store, 0, OverflowPolicy::Reject);
    add(11);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().last(), 11);
}

void tst_BatchCoordinator::newestIsNotDroppedForWhatRuns()
{
    store->inbox->setPendingLimit(*store, 1, OverflowPolicy::DropOldest);
    UpdateTicket inner;
    submit(store, [&](Log &log) {
        log.add(1);
        inner = add(2);
    });
    QVERIFY(host->runUntilIdle());
    QCOMPARE(inner.status(), Status::Applied);
    QCOMPARE(entries(), (QList<int>{1, 2}));
}

void tst_BatchCoordinator::idleTaskMayWaitForEver()
{
    bool ran = false;
    coordinator->postIdle([&] { ran = true; }, std::chrono::milliseconds::max());
    add(1);
    QVERIFY(host->turn());
    QCOMPARE(entries(), QList<int>{1});
    QVERIFY(!ran);
    QVERIFY(host->runUntilIdle());
    QVERIFY(ran);
}

void tst_BatchCoordinator::onlyTheNewestWithOneKeyRuns()
{
    QList<UpdateTicket> tickets;
    for (int i = 0; i < 10; ++i)
        tickets.append(add(i, keyed("k")));
    add(100);
    host->runDue();
    QCOMPARE(entries(), (QList<int>{9, 100}));
    for (int i = 0; i < 9; ++i)
        QCOMPARE(tickets[i].status(), UpdateTicket::Coalesced);
    QCOMPARE(tickets[9].status(), UpdateTicket::Applied);
    QCOMPARE(coordinator->metrics().coalesced, 9);
    QCOMPARE(coordinator->metrics().applied, 2);
}

void tst_BatchCoordinator::keysOfDifferentStoresDoNotInterfere()
{
    add(1, keyed("k"));
    submit(
        other, [](Log &log) { log.add(2); }, keyed("k"));
    add(3, keyed("l"));
    add(4, keyed({}));
    add(5, keyed({}));
    host->runDue();
    QCOMPARE(entries(), (QList<int>{1, 3, 4, 5}));
    QCOMPARE(other->value.entries, QList<int>{2});
}

void tst_BatchCoordinator::keyCanBeUsedAgainAfterItsUpdateRan()
{
    add(1, keyed("k")); // with no ticket to keep it alive
    QVERIFY(host->runUntilIdle());
    const UpdateTicket first = add(1, keyed("k"));
    QVERIFY(host->runUntilIdle());
    const UpdateTicket second = add(2, keyed("k"));
    QCOMPARE(first.status(), UpdateTicket::Applied);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(second.status(), UpdateTicket::Applied);
    // While one with the key runs, it is too late to replace it.
    UpdateTicket inner;
    const UpdateTicket outer = submit(
        store,
        [&](Log &log) {
            log.add(3);
            inner = add(4, keyed("k"));
        },
        keyed("k"));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(outer.status(), UpdateTicket::Applied);
    QCOMPARE(inner.status(), UpdateTicket::Applied);
    QCOMPARE(entries(), (QList<int>{1, 1, 2, 3, 4}));
}

void tst_BatchCoordinator::cancelledUpdateDoesNotBlockItsKey()
{
    UpdateTicket first = add(1, keyed("k"));
    QVERIFY(first.cancel());
    const UpdateTicket second = add(2, keyed("k"));
    const UpdateTicket third = add(3, keyed("k"));
    host->runDue();
    QCOMPARE(entries(), QList<int>{3});
    QCOMPARE(first.status(), UpdateTicket::Cancelled);
    QCOMPARE(second.status(), UpdateTicket::Coalesced);
    QCOMPARE(third.status(), UpdateTicket::Applied);
}

void tst_BatchCoordinator::ticketTellsWhatBecameOfItsUpdate()
{
    const UpdateTicket replaced = add(1, keyed("k"));
    const UpdateTicket applied = add(2, keyed("k"));
    UpdateTicket cancelled = add(3);
    const UpdateTicket failed = submit(store, [](Log &) { throw 1; });
    other->alive = false;
    const UpdateTicket dropped = submit(other, [](Log &) {});
    QCOMPARE(replaced.status(), UpdateTicket::Coalesced);
    QVERIFY(cancelled.cancel());
    QCOMPARE(cancelled.status(), UpdateTicket::Cancelled);
    for (const UpdateTicket &ticket : {applied, failed, dropped})
        QCOMPARE(ticket.status(), UpdateTicket::Pending);

    Status whileRunning = UpdateTicket::Rejected;
    Status toldToObserver = UpdateTicket::Rejected;
    UpdateTicket running;
    running = submit(store, [&](Log &) { whileRunning = running.status(); });
    store->observer = [&] { toldToObserver = applied.status(); };
    host->runDue();
    QCOMPARE(whileRunning, UpdateTicket::Pending);
    QCOMPARE(toldToObserver, UpdateTicket::Pending);
    QCOMPARE(applied.status(), UpdateTicket::Applied);
    QCOMPARE(failed.status(), UpdateTicket::Failed);
    QCOMPARE(dropped.status(), UpdateTicket::Dropped);

    BatchMetrics expected;
    expected.queued = 6;
    expected.applied = 2;
    expected.coalesced = expected.cancelled = expected.failed = expected.dropped = 1;
    expected.flushes = 1;
    BatchMetrics metrics = coordinator->metrics();
    metrics.flushTime = {};
    metrics.latency = {};
    QVERIFY(metrics == expected);
}

void tst_BatchCoordinator::callbackThatComesAsTheUpdateEndsIsCalled()
{
    constexpr int updates = 30'000;
    QObject context;
    int called = 0;
    std::atomic<bool> isDone = false;
    std::thread worker([&] {
        for (int i = 0; i < updates; ++i)
            add(i).then(&context, [&] { ++called; });
        isDone = true;
    });
    while (!isDone)
        coordinator->flush();
    worker.join();
    coordinator->flush();
    QCoreApplication::sendPostedEvents();
    QCOMPARE(called, updates);
}

void tst_BatchCoordinator::cancelSucceedsOnlyBeforeTheUpdateRuns()
{
    UpdateTicket ticket = add(1);
    UpdateTicket copy = ticket;
    QVERIFY(ticket.cancel());
    QVERIFY(!copy.cancel());
    QCOMPARE(coordinator->pendingCount(), 0);
    UpdateTicket running;
    bool cancelledItself = true;
    running = submit(store, [&](Log &log) {
        cancelledItself = running.cancel();
        log.add(2);
    });
    UpdateTicket sibling = add(3);
    submit(store, [&](Log &) { QVERIFY(!running.cancel()); });
    host->runDue();
    QVERIFY(!cancelledItself);
    QVERIFY(!running.cancel());
    QVERIFY(!sibling.cancel());
    QCOMPARE(sibling.status(), UpdateTicket::Applied);
    QCOMPARE(entries(), (QList<int>{2, 3}));
}

void tst_BatchCoordinator::defaultTicketStandsForNothing()
{
    UpdateTicket ticket;
    QVERIFY(!ticket.isValid());
    QCOMPARE(ticket.status(), UpdateTicket::Dropped);
    QVERIFY(!ticket.cancel());
    ticket.then(this, [](Status) { QFAIL("nothing to tell"); });
    QCoreApplication::processEvents();
}

void tst_BatchCoordinator::ticketsAreValues()
{
    UpdateTicket ticket = add(1);
    UpdateTicket copy = ticket;
    UpdateTicket &self = copy;
    copy = self;
    QVERIFY(copy.isValid());
    UpdateTicket moved = std::move(ticket);
    QVERIFY(moved.isValid());
    ticket = copy;
    QVERIFY(ticket.isValid());
    copy = UpdateTicket();
    QVERIFY(!copy.isValid());
    copy.swap(moved);
    QVERIFY(copy.isValid() && !moved.isValid());
    UpdateTicket &same = self; // GCC 14 warns of what is plain to see
    self = std::move(same);
    { // Thrown away, it cancels nothing.
        add(2);
    }
    host->runDue();
    QCOMPARE(entries(), (QList<int>{1, 2}));
    QCOMPARE(ticket.status(), UpdateTicket::Applied);
    QCOMPARE(copy.status(), UpdateTicket::Applied);
}

void tst_BatchCoordinator::callbackIsCalledOnceWhetherAskedBeforeOrAfter()
{
    QList<Status> told;
    const auto tell = [&](Status status) { told.append(status); };
    UpdateTicket applied = add(1);
    UpdateTicket cancelled = add(2);
    applied.then(this, tell);
    applied.then(this, tell);
    cancelled.then(this, tell);
    cancelled.cancel();
    QCOMPARE(told, QList<Status>{UpdateTicket::Cancelled});
    host->runDue();
    QCOMPARE(
        told,
        (QList<Status>{UpdateTicket::Cancelled, UpdateTicket::Applied, UpdateTicket::Applied}));
    told.clear();
    applied.then(this, tell);
    cancelled.then(this, tell);
    QVERIFY2(told.isEmpty(), "never from within then()");
    QCoreApplication::processEvents();
    QCOMPARE(told, (QList<Status>{UpdateTicket::Applied, UpdateTicket::Cancelled}));
    QCoreApplication::processEvents();
    QCOMPARE(told.size(), 2);
}

void tst_BatchCoordinator::callbackOfADeadContextIsNotCalled()
{
    int calls = 0;
    const auto count = [&](Status) { ++calls; };
    const UpdateTicket ticket = add(1);
    {
        QObject context;
        ticket.then(&context, count);
        ticket.then(nullptr, count);
    }
    host->runDue();
    {
        QObject context;
        ticket.then(&context, count);
    }
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
}

void tst_BatchCoordinator::throwingCallbackHarmsNothingElse()
{
    const UpdateTicket first = add(1);
    const UpdateTicket second = add(2);
    QList<Status> told;
    first.then(this, [](Status) { throw std::runtime_error("callback"); });
    first.then(this, [&](Status status) { told.append(status); });
    second.then(this, [&](Status status) { told.append(status); });
    bool escaped = false;
    try {
        host->runDue();
    } catch (const std::runtime_error &) {
        escaped = true;
    }
    QVERIFY(!escaped);
    QCOMPARE(told, (QList<Status>{UpdateTicket::Applied, UpdateTicket::Applied}));
    add(3);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{1, 2, 3}));
}

void tst_BatchCoordinator::nullMutationIsRejected()
{
    UpdateTicket ticket = coordinator->inbox()->submit(store, {}, {});
    QCOMPARE(ticket.status(), UpdateTicket::Rejected);
    QVERIFY(!ticket.cancel());
    QVERIFY(host->isIdle());
    QCOMPARE(coordinator->metrics().queued, 0);

    CounterStore counter;
    using Mutation = void (*)(CounterState &);
    QCOMPARE(counter.state.enqueue(std::function<void(CounterState &)>()).status(),
             UpdateTicket::Rejected);
    QCOMPARE(counter.state.enqueue(Mutation(nullptr)).status(), UpdateTicket::Rejected);
}

void tst_BatchCoordinator::throwingUpdateFailsAlone()
{
    QList<UpdateTicket> tickets;
    for (int i = 0; i < 5; ++i) {
        tickets.append(submit(store, [i](Log &log) {
            log.add(i);
            if (i % 2)
                throw std::runtime_error("odd");
        }));
    }
    host->runDue();
    QCOMPARE(entries(), (QList<int>{0, 2, 4}));
    QCOMPARE(store->failures, 2);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(tickets[i].status(), i % 2 ? UpdateTicket::Failed : UpdateTicket::Applied);
}

void tst_BatchCoordinator::updateOfADeadStoreIsDropped()
{
    const UpdateTicket before = add(1);
    submit(
        other, [&](Log &) { store->alive = false; }, priority(Priority::High));
    host->runDue();
    QCOMPARE(before.status(), UpdateTicket::Dropped);
    QVERIFY(entries().isEmpty());
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::deathOfTheCoordinatorDropsWhatWaits()
{
    // One in a lane already, one still in the inbox, one after the end.
    startStream();
    QList<UpdateTicket> tickets{add(1, keyed("k")), add(2, within(100s))};
    host->run(1ms);
    tickets.append(add(3, keyed("l")));
    QList<Status> told;
    for (const UpdateTicket &ticket : tickets)
        ticket.then(this, [&](Status status) { told.append(status); });
    const auto inbox = coordinator->inbox();
    coordinator.reset();
    QCOMPARE(told, QList<Status>(3, UpdateTicket::Dropped));
    UpdateTicket late = inbox->submit(
        store, detail::UpdateFunction::make<Log>([](Log &log) { log.add(4); }), keyed("k"));
    QCOMPARE(late.status(), UpdateTicket::Dropped);
    QVERIFY(!late.cancel());
    QVERIFY(!tickets[0].cancel());
    QVERIFY(entries().isEmpty());
    QCOMPARE(store->pendingCount(), 0);
}

void tst_BatchCoordinator::observerSeesTheWholeBatchOnce()
{
    int calls = 0;
    store->observer = [&] {
        ++calls;
        QCOMPARE(store->value.entries.size(), 10);
        QCOMPARE(other->value.entries.size(), 10);
    };
    other->observer = store->observer;
    for (int i = 0; i < 10; ++i) {
        add(i);
        submit(other, [i](Log &log) { log.add(i); });
    }
    host->runDue();
    QCOMPARE(calls, 2);
    // A change that is taken back is no change.
    submit(store, [](Log &log) { log.entries.append(99); });
    submit(store, [](Log &log) { log.entries.removeLast(); });
    host->runDue();
    QCOMPARE(calls, 2);
}

void tst_BatchCoordinator::flushFromWithinAnUpdateDoesNothing()
{
    submit(store, [this](Log &log) {
        log.add(1);
        add(3);
        coordinator->flush();
        coordinator->flushCritical();
        coordinator->flush(QDeadlineTimer(1000));
        log.add(2);
    });
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{1, 2, 3}));
    QCOMPARE(store->commits, 2);
}

void tst_BatchCoordinator::flushFromWithinAnObserverAppliesWhatIsWaiting()
{
    QList<QList<int>> seen;
    store->observer = [&] {
        seen.append(entries());
        if (seen.size() == 1) {
            const UpdateTicket ticket = add(2);
            coordinator->flush();
            QCOMPARE(ticket.status(), UpdateTicket::Applied);
            QCOMPARE(entries(), (QList<int>{1, 2}));
        }
    };
    const UpdateTicket first = add(1);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(first.status(), UpdateTicket::Applied);
    QCOMPARE(seen, (QList<QList<int>>{{1}, {1, 2}}));
    add(3);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(seen.size(), 3);
}

void tst_BatchCoordinator::observerThatEnqueuesJoinsTheSameFlush()
{
    store->observer = [&] {
        if (entries().size() < 50)
            add(int(entries().size()));
    };
    add(0);
    coordinator->flush();
    QCOMPARE(entries().size(), 50);
    QCOMPARE(store->commits, 50);
}

void tst_BatchCoordinator::observerThatEnqueuesForEverIsParkedForAFrame()
{
    store->observer = [&] { add(1); };
    QSignalSpy storm(coordinator.get(), &BatchCoordinator::updateStorm);
    add(0);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("again and again")));
    coordinator->flush();
    QCOMPARE(entries().size(), 101); // the first was not an observer's
    QCOMPARE(storm.count(), 1);
    // Others get their turn meanwhile.
    submit(other, [](Log &log) { log.add(7); });
    coordinator->flush();
    QCOMPARE(other->value.entries, QList<int>{7});
    host->run(1ms);
    QCOMPARE(entries().size(), 101);
    // The loop goes on with the rest, so many rounds a frame.
    for (int frame = 2; frame < 10; ++frame) {
        host->run(17ms);
        QCOMPARE(entries().size(), frame * 100 + 1);
    }
    QCOMPARE(storm.count(), 9);
    store->observer = {};
    QVERIFY(host->runUntilIdle());
    QCOMPARE(coordinator->pendingCount(), 0);
}

// As while a message box of an observer's is open.
void tst_BatchCoordinator::streamInANestedEventLoopIsNoStorm()
{
    QSignalSpy storm(coordinator.get(), &BatchCoordinator::updateStorm);
    int rounds = 0;
    store->observer = [&] {
        if (rounds > 0)
            return;
        QEventLoop loop;
        const std::function<void()> next = [&] {
            submit(other, [](Log &log) { log.add(1); });
            host->run(20ms);
            if (++rounds == 300)
                loop.quit();
            else
                QMetaObject::invokeMethod(&loop, next, Qt::QueuedConnection);
        };
        QMetaObject::invokeMethod(&loop, next, Qt::QueuedConnection);
        loop.exec();
        QCOMPARE(other->value.entries.size(), 300);
    };
    // Its own observer's, one a flush.
    other->observer = [&] {
        if (other->value.entries.last() == 1)
            submit(other, [](Log &log) { log.entries.last() = 0; });
    };
    add(0);
    coordinator->flush();
    QCOMPARE(rounds, 300);
    QCOMPARE(storm.count(), 0);
    // What the observer enqueues after such a loop is the observer's again.
    other->observer = {};
    store->observer = [&] {
        QEventLoop loop;
        const auto next = [&] {
            submit(other, [](Log &log) { log.add(2); });
            host->run(20ms);
            loop.quit();
        };
        QMetaObject::invokeMethod(&loop, next, Qt::QueuedConnection);
        loop.exec();
        if (entries().size() < 1000)
            add(1);
    };
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("again and again")));
    add(1);
    coordinator->flush();
    QCOMPARE(storm.count(), 1);
    QCOMPARE(entries().size(), 102);
    store->observer = {};
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::criticalUpdatesOfAnObserverHaveAnEnd()
{
    QSignalSpy storm(coordinator.get(), &BatchCoordinator::updateStorm);
    int depth = 0;
    int deepest = 0;
    store->observer = [&] {
        deepest = std::max(deepest, ++depth);
        if (entries().size() < 5000) {
            add(1, priority(Priority::Critical));
            coordinator->flushCritical();
        }
        --depth;
    };
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("again and again")));
    add(0, priority(Priority::Critical));
    coordinator->flushCritical();
    QVERIFY(deepest <= 101);
    QVERIFY(entries().size() < 5000);
    QVERIFY(storm.count() >= 1);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().size(), 5000);
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::floodFromAThreadIsNoStorm()
{
    QSignalSpy storm(coordinator.get(), &BatchCoordinator::updateStorm);
    std::atomic<bool> stop = false;
    quint64 sent = 0;
    std::thread worker([&] {
        for (; !stop; ++sent) {
            submit(store, [](Log &log) { ++log.hash; });
            std::this_thread::sleep_for(20us);
        }
    });
    store->observer = [] { std::this_thread::sleep_for(100us); };
    for (int i = 0; i < 300; ++i)
        coordinator->flush();
    stop = true;
    worker.join();
    coordinator->flush();
    QCOMPARE(store->value.hash, sent);
    QCOMPARE(storm.count(), 0);
}

void tst_BatchCoordinator::parkedUpdatesAreDroppedWithTheCoordinator()
{
    UpdateTicket last;
    store->observer = [&] { last = add(1); };
    add(0);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("again and again")));
    coordinator->flush();
    QCOMPARE(last.status(), UpdateTicket::Pending);
    host->turn(); // so that the thread counts as one with an event loop
    coordinator.reset();
    QCOMPARE(last.status(), UpdateTicket::Dropped);
}

void tst_BatchCoordinator::manyStoresThatEnqueueOnceEachAreNotParked()
{
    std::vector<std::shared_ptr<Store>> stores;
    for (int i = 0; i < 1000; ++i)
        stores.push_back(makeStore());
    for (std::size_t i = 0; i + 1 < stores.size(); ++i) {
        stores[i]->observer = [this, next = stores[i + 1]] {
            submit(next, [](Log &log) { log.add(1); });
        };
    }
    QSignalSpy storm(coordinator.get(), &BatchCoordinator::updateStorm);
    submit(stores.front(), [](Log &log) { log.add(1); });
    coordinator->flush();
    QCOMPARE(stores.back()->value.entries, QList<int>{1});
    QCOMPARE(storm.count(), 0);
}

void tst_BatchCoordinator::whatAnObserverEnqueuesJoinsItsFrame()
{
    host->setFrameInterval(16ms);
    startStream();
    std::thread worker;
    store->observer = [&] {
        submit(other, [](Log &log) { log.add(1); });
        if (!worker.joinable())
            worker = std::thread([&] { submit(other, [](Log &log) { log.add(2); }); });
        worker.join();
    };
    host->showFrame();
    // The worker's update was there in time to go along.
    QCOMPARE(other->value.entries, (QList<int>{1, 2}));

    other->value = other->draft = {};
    store->observer = [&] {
        std::thread([&] { submit(other, [](Log &log) { log.add(2); }); }).join();
    };
    add(5);
    host->showFrame();
    // Alone it waits for the next one, or a stream would be announced more than once a frame.
    QCOMPARE(other->value.entries, QList<int>());
    store->observer = {};
    QVERIFY(host->runUntilIdle());
    QCOMPARE(other->value.entries, QList<int>{2});
}

void tst_BatchCoordinator::observersFindTheRoomThatWasMade()
{
    CounterStore bounded;
    bounded.setPendingLimit(2);
    QList<UpdateTicket> tickets;
    bounded.state.onChanged(&CounterState::count, &bounded, [&](const int &count) {
        if (count == 2) {
            for (int i = 0; i < 2; ++i)
                tickets.append(bounded.state.enqueue([](CounterState &s) { ++s.count; }));
        }
    });
    for (int i = 0; i < 2; ++i)
        bounded.state.enqueue([](CounterState &s) { ++s.count; });
    BatchCoordinator::instance()->flush();
    QCOMPARE(tickets.size(), 2);
    for (const UpdateTicket &ticket : std::as_const(tickets))
        QCOMPARE(ticket.status(), UpdateTicket::Applied);
    QCOMPARE(bounded.state->count, 4);
}

void tst_BatchCoordinator::fullQueueRejects()
{
    coordinator->inbox()->setPendingLimit(*store, 3, OverflowPolicy::Reject);
    QList<UpdateTicket> tickets;
    for (int i = 0; i < 5; ++i)
        tickets.append(add(i));
    const UpdateTicket elsewhere = submit(other, [](Log &log) { log.add(9); });
    QCOMPARE(tickets.at(2).status(), UpdateTicket::Pending);
    QCOMPARE(tickets.at(3).status(), UpdateTicket::Rejected);
    QCOMPARE(tickets.at(4).status(), UpdateTicket::Rejected);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{0, 1, 2}));
    QCOMPARE(elsewhere.status(), UpdateTicket::Applied);
    QCOMPARE(add(5).status(), UpdateTicket::Pending);
    QCOMPARE(coordinator->metrics().rejected, 2);
    QCOMPARE(coordinator->metrics().queued, 5);
}

void tst_BatchCoordinator::fullQueueDropsTheOldest_data()
{
    QTest::addColumn<bool>("taken"); // by the coordinator, that has no time for them
    QTest::addRow("submitted just now") << false;
    QTest::addRow("taken already") << true;
}

void tst_BatchCoordinator::fullQueueDropsTheOldest()
{
    QFETCH(const bool, taken);
    coordinator->inbox()->setPendingLimit(*store, 3, OverflowPolicy::DropOldest);
    QList<UpdateTicket> tickets;
    for (int i = 0; i < 100; ++i) {
        tickets.append(add(i, priority(i % 2 == 0 ? Priority::Low : Priority::Normal)));
        if (taken && i % 10 == 5)
            coordinator->flushCritical();
        QVERIFY(store->pendingCount() <= 3);
    }
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{97, 99, 98}));
    for (int i = 0; i < 100; ++i)
        QCOMPARE(tickets.at(i).status(), i < 97 ? UpdateTicket::Dropped : UpdateTicket::Applied);
    QCOMPARE(coordinator->metrics().dropped, 97);
    QCOMPARE(coordinator->metrics().queued, 100);
    QCOMPARE(coordinator->pendingCount(), 0);
}

void tst_BatchCoordinator::limitSetWhileUpdatesWaitDropsTheOldestOfThem()
{
    QList<UpdateTicket> tickets;
    for (int i = 0; i < 6; ++i)
        tickets.append(add(i, priority(i % 2 == 0 ? Priority::Low : Priority::Normal)));
    coordinator->flushCritical(); // takes them, runs none
    for (int i = 6; i < 10; ++i)
        tickets.append(add(i));
    const UpdateTicket ofAnother = submit(other, [](Log &log) { log.add(1); });

    coordinator->inbox()->setPendingLimit(*store, 5, OverflowPolicy::DropOldest);
    QCOMPARE(store->pendingCount(), 5);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(tickets.at(i).status(), i < 5 ? UpdateTicket::Dropped : UpdateTicket::Pending);
    for (int i = 10; i < 20; ++i) {
        tickets.append(add(i));
        QCOMPARE(store->pendingCount(), 5);
    }
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), (QList<int>{15, 16, 17, 18, 19}));
    QCOMPARE(ofAnother.status(), UpdateTicket::Applied);
    QCOMPARE(coordinator->metrics().dropped, 15);
}

void tst_BatchCoordinator::updatesAndTicketsOutliveTheThreadThatMadeThem()
{
    // Made before the thread's first update, and so destroyed after what updates leave behind.
    struct LastWords
    {
        ~LastWords()
        {
            for (int i = 0; i < 20; ++i)
                tickets->append(test->add(1000 + i));
        }
        tst_BatchCoordinator *test = nullptr;
        QList<UpdateTicket> *tickets = nullptr;
    };
    QList<UpdateTicket> kept;
    QList<int> expected;
    for (int round = 0; round < 5; ++round) {
        std::thread([&] {
            static thread_local LastWords lastWords;
            lastWords.test = this;
            lastWords.tickets = &kept;
            for (int i = 0; i < 50 + round; ++i) {
                const UpdateTicket ticket = add(i);
                if (i % 7 == round)
                    kept.append(ticket);
            }
        }).join();
        for (int i = 0; i < 50 + round; ++i)
            expected.append(i);
        for (int i = 0; i < 20; ++i)
            expected.append(1000 + i);
        if (round % 2 == 0)
            QVERIFY(host->runUntilIdle());
    }
    QCOMPARE(entries(), expected);
    for (const UpdateTicket &ticket : std::as_const(kept))
        QCOMPARE(ticket.status(), UpdateTicket::Applied);
}

void tst_BatchCoordinator::updateThatReplacesOneNeedsNoRoom()
{
    coordinator->inbox()->setPendingLimit(*store, 2, OverflowPolicy::Reject);
    const UpdateTicket first = add(1, keyed("a"));
    const UpdateTicket second = add(2);
    const UpdateTicket third = add(3, keyed("a"));
    const UpdateTicket fourth = add(4, keyed("b"));
    QCOMPARE(first.status(), UpdateTicket::Coalesced);
    QCOMPARE(fourth.status(), UpdateTicket::Rejected);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(second.status(), UpdateTicket::Applied);
    QCOMPARE(third.status(), UpdateTicket::Applied);
    QCOMPARE(entries(), (QList<int>{2, 3}));
}

void tst_BatchCoordinator::fullQueueBlocksOtherThreads()
{
    coordinator->inbox()->setPendingLimit(*store, 10, OverflowPolicy::Block);
    constexpr int count = 500;
    std::atomic<int> refused = 0;
    std::atomic<int> running = 2;
    std::vector<std::thread> workers;
    for (int worker = 0; worker < 2; ++worker) {
        workers.emplace_back([&] {
            for (int i = 0; i < count; ++i)
                refused += add(i).status() == UpdateTicket::Rejected;
            --running;
        });
    }
    while (running > 0) {
        QVERIFY(store->pendingCount() <= 10);
        coordinator->flush();
    }
    for (std::thread &worker : workers)
        worker.join();
    coordinator->flush();
    QCOMPARE(refused, 0);
    QCOMPARE(entries().size(), 2 * count);
}

// Also when it leaves more than half of them.
void tst_BatchCoordinator::flushLetsIn()
{
    HookedHost *hooked = useHookedHost();
    coordinator->inbox()->setPendingLimit(*store, 4, OverflowPolicy::Block);
    for (int i = 0; i < 4; ++i)
        submit(store, [&](Log &) { host->advance(20ms); });
    std::thread worker([&] { add(4); });
    const auto joined = qScopeGuard([&] {
        coordinator->flush();
        worker.join();
    });
    QTRY_VERIFY(hooked->isAskedElsewhere); // as it begins to wait
    QVERIFY(host->turn());
    QTRY_COMPARE(store->pendingCount(), 4);
}

// Not even for the moment in which the former one ends.
void tst_BatchCoordinator::replacementIsNotOneTooMany()
{
    coordinator->inbox()->setPendingLimit(*store, 2, OverflowPolicy::Reject);
    std::atomic<bool> isDone = false;
    std::atomic<int> refused = 0;
    std::mutex flushing; // what runs takes room as well
    std::thread worker([&] {
        while (!isDone) {
            const std::scoped_lock locker(flushing);
            for (int i = 0; i < 100; ++i)
                refused += add(1, keyed("a")).status() == UpdateTicket::Rejected;
        }
    });
    for (int i = 0; i < 2000; ++i) {
        refused += add(2).status() == UpdateTicket::Rejected;
        const std::scoped_lock locker(flushing);
        coordinator->flush();
    }
    isDone = true;
    worker.join();
    QCOMPARE(refused, 0);
}

void tst_BatchCoordinator::ownersThreadNeverWaitsForRoom()
{
    coordinator->inbox()->setPendingLimit(*store, 1, OverflowPolicy::Block);
    add(1);
    QCOMPARE(add(2).status(), UpdateTicket::Rejected);
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries(), QList<int>{1});
}

void tst_BatchCoordinator::threadThatWaitsForRoomIsLetGoWithTheCoordinator()
{
    coordinator->inbox()->setPendingLimit(*store, 1, OverflowPolicy::Block);
    add(1);
    host->turn();
    add(1);
    UpdateTicket waiting;
    std::thread worker([&, inbox = coordinator->inbox()] {
        waiting = inbox->submit(
            store, detail::UpdateFunction::make<Log>([](Log &log) { log.add(2); }), {});
    });
    coordinator.reset();
    worker.join();
    QCOMPARE(waiting.status(), UpdateTicket::Dropped);
}

void tst_BatchCoordinator::idleTasksRunInOrderWhenNothingElseWaits()
{
    QList<int> ran;
    coordinator->postIdle([&] { ran.append(1); });
    coordinator->postIdle([&] {
        ran.append(2);
        coordinator->postIdle([&] { ran.append(4); });
    });
    coordinator->postIdle([&] { ran.append(3); });
    add(0);
    QVERIFY(host->turn());
    QCOMPARE(ran, QList<int>());
    QCOMPARE(entries(), QList<int>{0});
    host->turn();
    QCOMPARE(ran, (QList<int>{1, 2, 3}));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(ran, (QList<int>{1, 2, 3, 4}));
}

void tst_BatchCoordinator::idleTasksWaitForTheFrame()
{
    host->setFrameInterval(16ms);
    startStream();
    bool ran = false;
    coordinator->postIdle([&] { ran = true; });
    while (host->frameCount() == 0 || coordinator->pendingCount() > 0) {
        QVERIFY(!ran);
        host->run(1ms);
        if (host->nextFrame())
            QVERIFY(!ran);
    }
    QVERIFY(host->runUntilIdle());
    QVERIFY(ran);
}

void tst_BatchCoordinator::idleTasksTakeTurns()
{
    int ran = 0;
    for (int i = 0; i < 10; ++i) {
        coordinator->postIdle([&] {
            ++ran;
            host->advance(2ms);
        });
    }
    host->turn();
    QCOMPARE(ran, 3); // after the second there is time left
    QVERIFY(host->runUntilIdle());
    QCOMPARE(ran, 10);
}

void tst_BatchCoordinator::idleTasksRunOnABusyThreadInTheEnd()
{
    bool ran = false;
    const nanoseconds posted = host->now();
    coordinator->postIdle([&] { ran = true; }, 500ms);
    while (!ran && host->now() - posted < 10s) {
        // More work than there is time for.
        while (coordinator->pendingCount() < 1000)
            submit(store, [&](Log &) { host->advance(1ms); });
        host->turn();
    }
    QVERIFY(ran);
    QVERIFY(host->now() - posted >= 500ms);
    QVERIFY(host->now() - posted < 600ms);
    QVERIFY(host->runUntilIdle());
}

void tst_BatchCoordinator::idleTaskPullsThoseBeforeItForward()
{
    QList<int> order;
    const nanoseconds posted = host->now();
    coordinator->postIdle([&] { order.append(1); }, 2s);
    coordinator->postIdle([&] { order.append(2); }, 100ms);
    coordinator->postIdle([&] { order.append(3); }, 2s);
    const auto keepBusyUntil = [&](nanoseconds end) {
        while (host->now() < end) {
            while (coordinator->pendingCount() < 1000)
                submit(store, [&](Log &) { host->advance(100us); });
            host->turn();
        }
    };
    keepBusyUntil(posted + 90ms);
    QVERIFY(order.isEmpty());
    keepBusyUntil(posted + 110ms);
    QCOMPARE(order, (QList<int>{1, 2}));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(order, (QList<int>{1, 2, 3}));
}

void tst_BatchCoordinator::throwingOrNullIdleTaskHarmsNothingElse()
{
    bool ran = false;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("task is null")));
    coordinator->postIdle({});
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a task threw")));
    coordinator->postIdle([] { throw std::runtime_error("no"); });
    coordinator->postIdle([&] { ran = true; });
    QVERIFY(host->runUntilIdle());
    QVERIFY(ran);
}

void tst_BatchCoordinator::latencyAndFlushTimeAreMeasured()
{
    add(1, priority(Priority::Low));
    host->advance(3ms);
    submit(
        store,
        [&](Log &log) {
            host->advance(2ms);
            log.add(2);
        },
        priority(Priority::High));
    store->observer = [&] { host->advance(1ms); };
    QVERIFY(host->runUntilIdle());
    const BatchMetrics metrics = coordinator->metrics();
    QCOMPARE(metrics.flushTime.count(), 1);
    QCOMPARE(metrics.flushTime.max(), 3ms);
    const Histogram low = metrics.latency[std::size_t(Priority::Low)];
    const Histogram high = metrics.latency[std::size_t(Priority::High)];
    QCOMPARE(low.count(), 1);
    QCOMPARE(low.max(), 6ms);
    QCOMPARE(high.max(), 3ms);
    QVERIFY(metrics.latency[std::size_t(Priority::Normal)].isEmpty());
    QCOMPARE(coordinator->latencyMilliseconds(Priority::Low, 100), 6.);
    QCOMPARE(coordinator->flushMilliseconds(100), 3.);
}

void tst_BatchCoordinator::latencyOfManyUpdatesIsThatOfASample()
{
    // Of two priorities in turn, 40,000 updates in batches of 500 for 20 ms each: the latency of the
    // first is 20 ms, that of the last nothing.
    constexpr int batches = 40;
    for (int batch = 0; batch < batches; ++batch) {
        for (int i = 0; i < 500; ++i) {
            submit(
                store, [](Log &) {}, priority(Priority::Low));
            submit(
                store, [](Log &) {}, priority(Priority::Normal));
            host->advance(40us);
        }
        coordinator->flush();
    }
    const BatchMetrics metrics = coordinator->metrics();
    for (const Priority each : {Priority::Low, Priority::Normal}) {
        const Histogram &latency = metrics.latency[std::size_t(each)];
        const QByteArray mean = QByteArray::number(double(latency.mean().count()) / 1e6);
        QVERIFY(latency.count() > batches * 500 - 16 && latency.count() <= batches * 500);
        QVERIFY2(latency.mean() > 9800us && latency.mean() < 10'200us, mean.constData());
        QVERIFY(latency.percentile(95) > 18ms && latency.percentile(95) < 20ms);
        QVERIFY(latency.percentile(5) < 1200us);
    }
}

void tst_BatchCoordinator::latencyOfFewUpdatesAfterAFloodIsMeasuredOfEach()
{
    for (int i = 0; i < 1000; ++i)
        add(i);
    QVERIFY(host->runUntilIdle());
    add(1); // ends the flood
    QVERIFY(host->runUntilIdle());
    const qint64 before = coordinator->metrics().latency[std::size_t(Priority::Normal)].count();
    for (int i = 1; i <= 20; ++i) {
        add(i);
        QVERIFY(host->runUntilIdle());
        const Histogram latency = coordinator->metrics().latency[std::size_t(Priority::Normal)];
        QVERIFY(latency.count() >= before + i);
    }
    QCOMPARE(coordinator->metrics().latency[std::size_t(Priority::Normal)].count(), 1021);
}

void tst_BatchCoordinator::flushWithADeadlineStopsThere()
{
    for (int i = 0; i < 1000; ++i) {
        submit(store, [this, i](Log &log) {
            host->advance(1ms);
            log.add(i);
        });
    }
    coordinator->flush(QDeadlineTimer(0));
    QCOMPARE(entries().size(), 0);
    coordinator->flush(QDeadlineTimer(100));
    QVERIFY(entries().size() >= 99 && entries().size() <= 100);
    QVERIFY(!host->isIdle());
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().size(), 1000);
}

void tst_BatchCoordinator::flushWithADeadlineHeedsItBetweenRounds()
{
    store->observer = [&] {
        host->advance(10ms);
        if (entries().size() < 50)
            add(1);
    };
    add(0);
    coordinator->flush(QDeadlineTimer(45));
    QVERIFY2(entries().size() <= 5, qPrintable(QString::number(entries().size())));
    QVERIFY(host->runUntilIdle());
    QCOMPARE(entries().size(), 50);
}

void tst_BatchCoordinator::unusableTargetsAreRefused()
{
    PerformanceTarget target;
    target.frameBudget = 8ms;
    target.maxLatency = 20ms;
    target.batchingThreshold = 100;
    coordinator->setPerformanceTarget(target);
    QVERIFY(coordinator->performanceTarget() == target);
    const auto warning = QRegularExpression(QStringLiteral("setPerformanceTarget"));
    for (PerformanceTarget bad :
         {PerformanceTarget{0ms, 1ms, 1}, PerformanceTarget{-1ms, 1ms, 1},
          PerformanceTarget{1ms, 0ms, 1}, PerformanceTarget{1ms, -1ns, 1}}) {
        QTest::ignoreMessage(QtWarningMsg, warning);
        coordinator->setPerformanceTarget(bad);
        QVERIFY(coordinator->performanceTarget() == target);
    }
}

void tst_BatchCoordinator::flushInfoTellsUpdatesStoresAndTime()
{
    QList<FlushInfo> infos;
    connect(coordinator.get(), &BatchCoordinator::flushed, this,
            [&](const FlushInfo &info) { infos.append(info); });
    store->observer = [&] { host->advance(3ms); };
    add(1);
    submit(store, [&](Log &) { host->advance(2ms); });
    submit(other, [](Log &log) { log.add(1); });
    host->runDue();
    QCOMPARE(infos.size(), 1);
    QCOMPARE(infos[0].updates, 3);
    QCOMPARE(infos[0].stores, 2);
    QCOMPARE(infos[0].applyMilliseconds(), 2.0);
    QCOMPARE(infos[0].publishMilliseconds(), 3.0);
    coordinator->flush();
    QCOMPARE(infos.size(), 1);
}

void tst_BatchCoordinator::everyUpdateEndsOnceInAnyProgram()
{
    QLoggingCategory::setFilterRules(QStringLiteral("axiom.batch.warning=false")); // of storms
    int storms = 0;
    BatchMetrics all;
    for (quint32 seed = 1; seed <= 300; ++seed) {
        const auto pace = RandomProgram::Pace(seed / 3 % 4);
        RandomProgram program(seed, pace, RandomProgram::Losses::Yes);
        program.run();
        program.check();
        QVERIFY2(!QTest::currentTestFailed(), qPrintable(QStringLiteral("seed %1").arg(seed)));
        storms += program.storms();
        all.dropped += program.metrics().dropped;
        all.rejected += program.metrics().rejected;
        all.coalesced += program.metrics().coalesced;
    }
    QLoggingCategory::setFilterRules({});
    // Else the programs would show nothing.
    QVERIFY(storms > 100);
    QVERIFY(all.dropped > 100 && all.rejected > 100 && all.coalesced > 100);
}

void tst_BatchCoordinator::paceDoesNotShowInTheResult()
{
    using Pace = RandomProgram::Pace;
    for (quint32 seed = 1; seed <= 60; ++seed) {
        RandomProgram program(seed, Pace::Adaptive, RandomProgram::Losses::No);
        program.run();
        program.check();
        for (const Pace pace : {Pace::AtOnce, Pace::Collected, Pace::Random}) {
            RandomProgram same(seed, pace, RandomProgram::Losses::No);
            same.run();
            same.check();
            QVERIFY2(!QTest::currentTestFailed(), qPrintable(QStringLiteral("seed %1").arg(seed)));
            QCOMPARE(same.lanes(), program.lanes());
        }
    }
}

void tst_BatchCoordinator::nothingIsLostFromFourThreads()
{
    constexpr int threads = 4;
    constexpr int each = 25'000;
    CounterStore counter;
    const StateHandle<CounterState> handle = counter.state.handle();
    QEventLoop loop;
    connect(BatchCoordinator::instance(), &BatchCoordinator::flushed, &loop, [&] {
        if (counter.state->count == threads * each)
            loop.quit();
    });
    QTimer::singleShot(120s, &loop, [&] { loop.exit(1); });
    std::vector<std::thread> workers;
    for (int worker = 0; worker < threads; ++worker) {
        workers.emplace_back([handle, worker] {
            for (int i = 1; i <= each; ++i) {
                handle.enqueue([worker, i](CounterState &state) noexcept {
                    ++state.count;
                    state.outOfOrder += state.seen[worker] != i - 1;
                    state.seen[worker] = i;
                });
            }
        });
    }
    const int result = loop.exec();
    for (std::thread &worker : workers)
        worker.join();
    QCOMPARE(result, 0);
    QCOMPARE(counter.state->count, threads * each);
    QCOMPARE(counter.state->outOfOrder, 0);
    QCOMPARE(BatchCoordinator::instance()->pendingCount(), 0);
    QVERIFY(BatchCoordinator::instance()->metrics().flushes < threads * each / 10);
}

QTEST_GUILESS_MAIN(tst_BatchCoordinator)
#include "tst_batchcoordinator.moc"
