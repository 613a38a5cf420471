// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "fakestore.h"

#include <AxiomState/Clock>
#include <AxiomState/OptimizationEngine>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <random>

using namespace Axiom;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(Axiom::OptimizationMetrics)

namespace {

constexpr qint64 MiB = FakeStore::MiB;

using Kind = OptimizationSuggestion::Kind;
using Engine = OptimizationEngine;

// Each update is announced at once, at more than a fifth of the thread's time.
FakeStore::Load frequentUpdates()
{
    FakeStore::Load load;
    load.updates = 212;
    load.reads = 212;
    load.notifyTime = load.batchedNotifyTime = 1.1e-3;
    return load;
}

FakeStore::Load largeAndIdle()
{
    FakeStore::Load load;
    load.bytes = 48 * MiB;
    return load;
}

// Copies made ahead that nobody needs.
FakeStore::Load frequentCopies()
{
    FakeStore::Load load;
    load.updates = 50;
    load.reads = 50;
    load.cloneTime = 1e-3;
    load.cloneBytes = double(MiB) / 4;
    load.copiesAhead = 3;
    return load;
}

FakeStore::Load rareUpdatesThatCopy()
{
    FakeStore::Load load;
    load.updates = 8;
    load.reads = 16;
    load.cloneTime = 10e-3;
    load.cloneBytes = double(4 * MiB);
    return load;
}

FakeStore::Load largeUnderPressure()
{
    FakeStore::Load load;
    load.updates = 2;
    load.bytes = 48 * MiB;
    load.underPressure = true;
    return load;
}

// A bit of everything, and nothing to improve.
FakeStore::Load mixedAndQuiet(int second)
{
    FakeStore::Load load;
    load.updates = 3 + second % 4;
    load.reads = 5 * load.updates;
    load.notifyTime = 300e-6;
    load.cloneTime = 200e-6;
    load.cloneBytes = 20e3;
    load.bytes = 2 * MiB;
    if (second % 120 == 60) {
        load.updates = 150; // somebody types
        load.notifyTime = 1e-3;
    }
    if (second % 300 < 100) {
        load = {};
        load.bytes = 2 * MiB;
    }
    return load;
}

} // namespace

class tst_OptimizationEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void analyzeNamesTheMostValuable_data();
    void analyzeNamesTheMostValuable();

    void highFrequencyUpdatesAreBatched();
    void largeIdleStateIsCompressed();
    void frequentCopiesAreMadeWhenNeeded();
    void rareUpdatesHaveTheirCopiesMadeAhead();
    void largePlainFieldIsForAProgrammer();
    void freezingUnderPressureGoesInSmallSteps();
    void mixedAndQuietLoadIsLeftAlone();

    void patternMustLast();
    void patternIsBrokenByAGap();
    void changeThatMakesThingsWorseIsTakenBack();
    void changeThatBringsNothingIsTakenBack();
    void attemptsBecomeRarerAndEnd();
    void changedLoadIsGivenAnotherAttempt();
    void effectIsMeasuredUnderTheSameLoad();
    void effectThatCantBeMeasuredIsTakenBack();
    void sleepingStoreThatIsWokenLaterIsLeftAwake();
    void settingThatIsRefusedIsTakenBack();
    void oneChangeAtATime();

    void withoutAutoApplySuggestionsWait();
    void undoRestoresNothingButItsSetting();
    void undoWhileMeasuring();
    void changeByHandIsRespected();
    void changeByHandEndsTheMeasurement();
    void suggestionThatWasSetByHand();

    void storeMayGoInEachState();
    void storeMayGoWhileItIsSet();
    void storeMayGoWhenTheModelTells();
    void signalsOfTheModelAreExact();
    void recordsAreBounded();

    void steadyLoadSettles();
    void changesThatAreKeptAreRareToo();
    void noLoadMakesItOscillate();

private:
    void run(int seconds, const std::function<void(int)> &eachSecond = {});
    QVariant value(int row, int role) const
    {
        return engine->optimizations()->index(row, 0).data(role);
    }
    QString text(int row, int role) const { return value(row, role).toString(); }
    int state(int row = 0) const { return value(row, Engine::StateRole).toInt(); }
    int kind(int row = 0) const { return value(row, Engine::KindRole).toInt(); }
    int rows() const { return engine->optimizations()->rowCount(); }
    std::unique_ptr<FakeStore> makeStore(const FakeStore::Load &load,
                                         const QString &name = QStringLiteral("store"));
    quint32 seed();

    VirtualClock clock;
    std::unique_ptr<OptimizationEngine> engine;
    std::unique_ptr<QAbstractItemModelTester> tester;
    std::vector<FakeStore *> stores;
};

void tst_OptimizationEngine::init()
{
    engine = std::make_unique<OptimizationEngine>();
    engine->setClock(&clock);
    tester = std::make_unique<QAbstractItemModelTester>(
        engine->optimizations(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void tst_OptimizationEngine::cleanup()
{
    stores.clear();
    tester.reset();
    engine.reset();
}

std::unique_ptr<FakeStore> tst_OptimizationEngine::makeStore(const FakeStore::Load &load,
                                                             const QString &name)
{
    auto store = std::make_unique<FakeStore>(name);
    store->load = load;
    stores.push_back(store.get());
    engine->add(store.get());
    return store;
}

void tst_OptimizationEngine::run(int seconds, const std::function<void(int)> &eachSecond)
{
    for (int second = 0; second < seconds; ++second) {
        if (eachSecond)
            eachSecond(second);
        clock.advance(1s);
        for (FakeStore *store : stores)
            store->run(1s);
        engine->check();
    }
}

quint32 tst_OptimizationEngine::seed()
{
    bool isSet = false;
    const auto given = quint32(qEnvironmentVariableIntValue("AXIOM_TEST_SEED", &isSet));
    const quint32 seed = isSet ? given : std::random_device()();
    qInfo("AXIOM_TEST_SEED=%u", seed);
    return seed;
}

void tst_OptimizationEngine::analyzeNamesTheMostValuable_data()
{
    QTest::addColumn<OptimizationMetrics>("metrics");
    QTest::addColumn<int>("kind"); // -1 for none

    OptimizationMetrics quiet;
    quiet.store = QStringLiteral("store");
    quiet.window = 5s;
    quiet.figures.canFreeze = true;
    quiet.updateRate = quiet.notifyRate = 4;
    quiet.readRate = 20;
    quiet.notifyShare = 0.001;
    QTest::newRow("quiet") << quiet << -1;
    QTest::newRow("nothing") << OptimizationMetrics() << -1;

    OptimizationMetrics often = quiet;
    often.updateRate = often.notifyRate = 40;
    QTest::newRow("often, at no cost") << often << -1;
    often.notifyShare = 0.03;
    QTest::newRow("often") << often << int(Kind::EnableBatching);
    often.settings.batchingThreshold = 30;
    QTest::newRow("often, above the threshold already") << often << -1;
    often.settings.batchingThreshold = 60;
    QTest::newRow("often, below the threshold") << often << int(Kind::EnableBatching);
    often.figures.updateMode = UpdateMode::Batch;
    QTest::newRow("often, collected already") << often << -1;
    OptimizationMetrics costly = quiet;
    costly.updateRate = costly.notifyRate = 15;
    costly.notifyShare = 0.2;
    QTest::newRow("costly") << costly << int(Kind::EnableBatching);
    costly.notifyRate = 2;
    QTest::newRow("costly, but not announced") << costly << -1;

    OptimizationMetrics large = quiet;
    large.updateRate = large.notifyRate = large.readRate = 0;
    large.figures.residentBytes = 100 * MiB;
    QTest::newRow("large") << large << -1;
    large.figures.idle = 61s;
    QTest::newRow("large and idle") << large << int(Kind::EnableCompression);
    large.figures.isPinned = true;
    QTest::newRow("large, idle and pinned") << large << -1;
    large.figures.isPinned = false;
    large.figures.canFreeze = false;
    QTest::newRow("large, idle, not to be frozen") << large << -1;
    large.figures.canFreeze = true;
    large.figures.isUnderPressure = true;
    QTest::newRow("large and idle under pressure") << large << int(Kind::EnableIncremental);
    large.settings.incrementalThreshold = MiB;
    QTest::newRow("in small steps already") << large << int(Kind::EnableCompression);
    large.settings.freezeAfter = 5min;
    QTest::newRow("and freezing already") << large << -1;

    OptimizationMetrics copies = quiet;
    copies.updateRate = copies.cloneRate = 50;
    copies.cloneShare = 0.08;
    copies.clonedBytesRate = 50 * double(MiB);
    QTest::newRow("copies when needed") << copies << -1;
    copies.settings.strategy = CowStrategy::EagerClone;
    QTest::newRow("copies ahead of many updates") << copies << int(Kind::OptimizeCow);
    copies.settings.strategy = CowStrategy::LazyClone;
    copies.figures.largestPlainField = QStringLiteral("items");
    copies.figures.largestPlainFieldBytes = MiB;
    QTest::newRow("copies of a field") << copies << int(Kind::MoveToCollection);
    copies.figures.largestPlainFieldBytes = MiB / 4;
    QTest::newRow("copies of much else") << copies << -1;
    copies.updateRate = copies.cloneRate = 5;
    QTest::newRow("copies of rare updates") << copies << int(Kind::OptimizeCow);
    copies.readRate = 600;
    QTest::newRow("copies of rare updates with many reads") << copies << -1;
    copies.settings.strategy = CowStrategy::EagerClone;
    QTest::newRow("copies ahead for readers") << copies << int(Kind::OptimizeCow);
    copies.updateRate = copies.notifyRate = 60;
    copies.notifyShare = 0.4;
    QTest::newRow("announcing above copying") << copies << int(Kind::EnableBatching);
}

void tst_OptimizationEngine::analyzeNamesTheMostValuable()
{
    QFETCH(OptimizationMetrics, metrics);
    QFETCH(int, kind);
    const auto suggestion = OptimizationEngine::analyze(metrics);
    QCOMPARE(suggestion ? int(suggestion->kind) : -1, kind);
    if (suggestion) {
        QCOMPARE(suggestion->store, metrics.store);
        QVERIFY(!suggestion->evidence.isEmpty());
        QVERIFY(!suggestion->action().isEmpty());
        QCOMPARE(suggestion->settings != metrics.settings, suggestion->isAutomatic());
        QVERIFY(suggestion == OptimizationEngine::analyze(metrics));
    }
}

void tst_OptimizationEngine::highFrequencyUpdatesAreBatched()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates(), QStringLiteral("ticker"));
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::EnableBatching));
    QCOMPARE(text(0, Engine::StoreRole), QStringLiteral("ticker"));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("212 updates/s for 15 s, each announced at once: 23 % of the thread's "
                            "time"));
    QCOMPARE(text(0, Engine::ActionRole),
             QStringLiteral("Collect updates for the next frame from 106 updates/s on"));
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("Announcing took 23 % of the thread's time before and 6.6 % after, "
                            "1.1 ms and 311 µs an update"));
    StoreSettings expected;
    expected.batchingThreshold = 106;
    QCOMPARE(store->current, expected);
    run(3600);
    QCOMPARE(rows(), 1);
    QCOMPARE(store->changes, 1);
}

void tst_OptimizationEngine::largeIdleStateIsCompressed()
{
    engine->setAutoApply(true);
    const auto store = makeStore(largeAndIdle());
    run(120);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::EnableCompression));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("48.00 MiB in memory, not used for 71 s"));
    QCOMPARE(text(0, Engine::ActionRole),
             QStringLiteral("Compress the state after 60 s without use, at the level Balanced"));
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("It took 48.00 MiB of memory before and 6.00 MiB after; thawing took "
                            "0 % of the thread's time"));
    StoreSettings expected;
    expected.freezeAfter = 60s;
    QCOMPARE(store->current, expected);
    run(3600);
    QCOMPARE(store->changes, 1);
}

void tst_OptimizationEngine::frequentCopiesAreMadeWhenNeeded()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentCopies());
    store->current.strategy = CowStrategy::EagerClone;
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::OptimizeCow));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("150 copies/s for 15 s, made ahead of 50 updates/s: 15 % of the "
                            "thread's time, 37.50 MiB/s"));
    QCOMPARE(text(0, Engine::ActionRole),
             QStringLiteral("Copy the state when an update needs it (LazyClone)"));
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("Copies took 15 % of the thread's time before and 5 % after, "
                            "3 ms and 1 ms an update"));
    QCOMPARE(store->current, StoreSettings());
    run(3600);
    QCOMPARE(store->changes, 1);
}

void tst_OptimizationEngine::rareUpdatesHaveTheirCopiesMadeAhead()
{
    engine->setAutoApply(true);
    const auto store = makeStore(rareUpdatesThatCopy());
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::OptimizeCow));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("8 updates/s for 15 s that wait for a copy, with 2 reads each: copies "
                            "take 8 % of the thread's time"));
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("An update took 10 ms before and 20 µs after, copies 8 % and 8 % of "
                            "the thread's time"));
    QCOMPARE(store->current.strategy, CowStrategy::EagerClone);
    run(3600);
    QCOMPARE(store->changes, 1);
}

void tst_OptimizationEngine::largePlainFieldIsForAProgrammer()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentCopies();
    load.cloneTime = 4e-3;
    load.plainField = QStringLiteral("items");
    load.plainFieldBytes = MiB / 4;
    const auto store = makeStore(load);
    run(3600);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::MoveToCollection));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("items, 256.00 KiB, is copied with the state 50 times/s for 15 s: "
                            "20 % of the thread's time, 12.50 MiB/s"));
    QCOMPARE(text(0, Engine::ActionRole), QStringLiteral("Make items a CowVector or a CowHash"));
    QCOMPARE(state(), int(Engine::Suggested));
    QCOMPARE(value(0, Engine::CanApplyRole).toBool(), false);
    QVERIFY(!engine->apply(0));
    QCOMPARE(store->changes, 0);
}

void tst_OptimizationEngine::freezingUnderPressureGoesInSmallSteps()
{
    engine->setAutoApply(true);
    const auto store = makeStore(largeUnderPressure());
    run(20);
    QCOMPARE(kind(), int(Kind::EnableIncremental));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("Memory pressure for 15 s: 48.00 MiB in memory, encoded up to 8.00 MiB "
                            "at a stretch"));
    QCOMPARE(text(0, Engine::ActionRole), QStringLiteral("Freeze in steps of at most 1.00 MiB"));
    QCOMPARE(state(), int(Engine::Measuring));
    // It is used and left again, and freezes each time.
    const auto useAndLeave = [&](int second) { store->load.updates = second % 20 < 2 ? 2 : 0; };
    run(120, useAndLeave);
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("A stretch of freezing encoded 8.00 MiB before and 1.00 MiB after; "
                            "freezing took 0 % and 0.96 % of the thread's time"));
    StoreSettings expected;
    expected.incrementalThreshold = MiB;
    QCOMPARE(store->current, expected);
    run(3600, useAndLeave);
    QCOMPARE(rows(), 1);
    QCOMPARE(store->changes, 1);
}

void tst_OptimizationEngine::mixedAndQuietLoadIsLeftAlone()
{
    engine->setAutoApply(true);
    const auto store = makeStore({});
    run(7200, [&](int second) { store->load = mixedAndQuiet(second); });
    QCOMPARE(rows(), 0);
    QCOMPARE(store->changes, 0);
}

void tst_OptimizationEngine::patternMustLast()
{
    engine->setAutoApply(true);
    const auto store = makeStore({});
    // A window or two, again and again.
    run(1800,
        [&](int second) { store->load = second % 20 < 5 ? frequentUpdates() : FakeStore::Load(); });
    QCOMPARE(rows(), 0);
    QCOMPARE(store->changes, 0);
}

void tst_OptimizationEngine::patternIsBrokenByAGap()
{
    const auto store = makeStore(frequentUpdates());
    run(12);
    clock.advance(1h);
    store->run(1h);
    engine->check();
    run(12);
    QCOMPARE(rows(), 0);
    run(5);
    QCOMPARE(rows(), 1);
}

void tst_OptimizationEngine::changeThatMakesThingsWorseIsTakenBack()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentUpdates();
    load.batchedNotifyTime = 6e-3;
    const auto store = makeStore(load);
    run(18);
    QCOMPARE(state(), int(Engine::Measuring));
    QCOMPARE(store->current.batchingThreshold, 106);
    run(30);
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(Engine::TakenBack));
    QCOMPARE(store->current, StoreSettings());
    QCOMPARE(store->changes, 2);
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("Announcing took 23 % of the thread's time before and 36 % after, "
                            "1.1 ms and 1.7 ms an update; taken back, as it made things worse"));
}

void tst_OptimizationEngine::changeThatBringsNothingIsTakenBack()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentCopies();
    load.copiesAhead = 1.05;
    const auto store = makeStore(load);
    store->current.strategy = CowStrategy::EagerClone;
    run(48);
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(Engine::TakenBack));
    QVERIFY(text(0, Engine::EffectRole)
                .endsWith(QStringLiteral("; taken back, as it gained too little")));
    QCOMPARE(store->current.strategy, CowStrategy::EagerClone);
    QCOMPARE(value(0, Engine::CanUndoRole).toBool(), false);
    QVERIFY(!engine->undo(0));
}

void tst_OptimizationEngine::attemptsBecomeRarerAndEnd()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentUpdates();
    load.batchedNotifyTime = 6e-3;
    const auto store = makeStore(load);
    QList<int> appliedAt;
    run(24 * 3600, [&](int second) {
        store->whenSet = [&, second] {
            if (store->current.batchingThreshold > 0)
                appliedAt.append(second);
        };
    });
    store->whenSet = nullptr;
    QCOMPARE(appliedAt.size(), 3);
    // From the end of an attempt, which takes twenty seconds, to the next one.
    QVERIFY(qAbs(appliedAt[1] - appliedAt[0] - 300) < 30);
    QVERIFY(qAbs(appliedAt[2] - appliedAt[1] - 600) < 30);
    QCOMPARE(store->current, StoreSettings());
}

void tst_OptimizationEngine::changedLoadIsGivenAnotherAttempt()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentUpdates();
    load.batchedNotifyTime = 6e-3;
    const auto store = makeStore(load);
    run(4 * 3600);
    QCOMPARE(store->changes, 6);
    // With three times the updates batching pays.
    store->load.updates *= 3;
    run(60);
    QCOMPARE(store->changes, 7);
    QCOMPARE(state(), int(Engine::Kept));
}

void tst_OptimizationEngine::effectIsMeasuredUnderTheSameLoad()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    run(18);
    QCOMPARE(state(), int(Engine::Measuring));
    // What costs nothing now does so as nothing happens.
    store->load = {};
    run(120);
    QCOMPARE(state(), int(Engine::Measuring));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("Waits for the store to be used as before."));
    store->load = frequentUpdates();
    store->load.updates = 600;
    run(120);
    QCOMPARE(state(), int(Engine::Measuring));
    store->load.updates = 180;
    run(18);
    QCOMPARE(state(), int(Engine::Kept));
}

void tst_OptimizationEngine::effectThatCantBeMeasuredIsTakenBack()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    run(18);
    store->load = {};
    run(590);
    QCOMPARE(state(), int(Engine::Measuring));
    run(30);
    QCOMPARE(state(), int(Engine::TakenBack));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("Taken back: the store was not used as before, and the effect could "
                            "not be measured."));
    QCOMPARE(store->current, StoreSettings());
}

void tst_OptimizationEngine::sleepingStoreThatIsWokenLaterIsLeftAwake()
{
    engine->setAutoApply(true);
    const auto store = makeStore(largeAndIdle());
    run(600);
    QCOMPARE(state(), int(Engine::Kept));
    store->load.thawShare = 0.005;
    run(600);
    QCOMPARE(state(), int(Engine::Kept));
    store->load.thawShare = 0.05;
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(Engine::TakenBack));
    QVERIFY(text(0, Engine::EffectRole).contains(QStringLiteral("; taken back, as thawing took ")));
    QCOMPARE(store->current, StoreSettings());
}

void tst_OptimizationEngine::settingThatIsRefusedIsTakenBack()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    store->refuses = true;
    run(18);
    QCOMPARE(state(), int(Engine::TakenBack));
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("The store did not take it over."));
}

void tst_OptimizationEngine::oneChangeAtATime()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentUpdates();
    load.cloneTime = 0.5e-3;
    load.copiesAhead = 3;
    load.bytes = 20 * MiB;
    load.underPressure = true;
    const auto store = makeStore(load);
    store->current.strategy = CowStrategy::EagerClone;
    int mostMeasured = 0;
    run(1800, [&](int) {
        int measured = 0;
        for (int row = 0; row < rows(); ++row) {
            if (state(row) == Engine::Measuring) {
                ++measured;
                continue;
            }
            QVERIFY(!value(row, Engine::CanApplyRole).toBool() || measured == 0);
        }
        mostMeasured = std::max(mostMeasured, measured);
    });
    QCOMPARE(mostMeasured, 1);
    QSet<int> kinds;
    for (int row = 0; row < rows(); ++row)
        kinds.insert(kind(row));
    QCOMPARE(kinds, QSet<int>({Kind::EnableIncremental, Kind::EnableBatching, Kind::OptimizeCow}));
}

void tst_OptimizationEngine::withoutAutoApplySuggestionsWait()
{
    QSignalSpy spy(engine.get(), &OptimizationEngine::autoApplyChanged);
    engine->setAutoApply(false);
    QCOMPARE(spy.size(), 0);
    const auto store = makeStore(frequentUpdates());
    run(600);
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(Engine::Suggested));
    QCOMPARE(value(0, Engine::CanApplyRole).toBool(), true);
    QCOMPARE(value(0, Engine::CanUndoRole).toBool(), false);
    QVERIFY(!engine->undo(0));
    QVERIFY(!engine->apply(-1));
    QVERIFY(!engine->apply(1));
    QCOMPARE(store->changes, 0);

    QVERIFY(engine->apply(0));
    QVERIFY(!engine->apply(0));
    QCOMPARE(store->current.batchingThreshold, 106);
    QCOMPARE(state(), int(Engine::Measuring));
    QCOMPARE(value(0, Engine::CanApplyRole).toBool(), false);
    QCOMPARE(value(0, Engine::CanUndoRole).toBool(), true);
    run(30);
    QCOMPARE(state(), int(Engine::Kept));
    QVERIFY(engine->undo(0));
    QCOMPARE(state(), int(Engine::Undone));
    QCOMPARE(store->current, StoreSettings());
    run(280);
    QCOMPARE(rows(), 1);
    run(60);
    QCOMPARE(rows(), 2);

    // What was suggested is applied once that is allowed.
    engine->setAutoApply(true);
    engine->setAutoApply(true);
    QCOMPARE(spy.size(), 1);
    QCOMPARE(state(), int(Engine::Suggested));
    run(6);
    QCOMPARE(state(), int(Engine::Measuring));
    QCOMPARE(rows(), 2);
}

void tst_OptimizationEngine::undoRestoresNothingButItsSetting()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    run(60);
    QCOMPARE(state(), int(Engine::Kept));
    store->current.freezeAfter = 30s;
    store->current.incrementalThreshold = 2 * MiB;
    QVERIFY(engine->undo(0));
    StoreSettings expected;
    expected.freezeAfter = 30s;
    expected.incrementalThreshold = 2 * MiB;
    QCOMPARE(store->current, expected);
}

void tst_OptimizationEngine::undoWhileMeasuring()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    run(25);
    QCOMPARE(state(), int(Engine::Measuring));
    QVERIFY(engine->undo(0));
    QVERIFY(!engine->undo(0));
    QCOMPARE(state(), int(Engine::Undone));
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("It was undone before it was measured."));
    QCOMPARE(store->current, StoreSettings());
    run(290);
    QCOMPARE(store->changes, 2);
    run(60);
    QCOMPARE(store->changes, 3);
}

void tst_OptimizationEngine::changeByHandIsRespected()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    run(60);
    QCOMPARE(state(), int(Engine::Kept));
    store->current.batchingThreshold = 1000;
    run(6);
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(value(0, Engine::CanUndoRole).toBool(), false);
    QVERIFY(!engine->undo(0));
    // From then on it is told, and not done.
    run(8 * 3600);
    QCOMPARE(rows(), 2);
    QCOMPARE(state(), int(Engine::Suggested));
    QCOMPARE(store->current.batchingThreshold, 1000);
    QCOMPARE(store->changes, 1);

    // Without a look between, too.
    QVERIFY(engine->apply(0));
    store->current.batchingThreshold = 500;
    QVERIFY(!engine->undo(0));
    QCOMPARE(store->current.batchingThreshold, 500);
}

void tst_OptimizationEngine::changeByHandEndsTheMeasurement()
{
    engine->setAutoApply(true);
    FakeStore::Load load = frequentUpdates();
    load.batchedNotifyTime = 6e-3;
    const auto store = makeStore(load);
    run(25);
    QCOMPARE(state(), int(Engine::Measuring));
    store->current.batchingThreshold = 150;
    store->current.freezeAfter = 30s;
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(Engine::Undone));
    QCOMPARE(text(0, Engine::EffectRole),
             QStringLiteral("The setting was changed by hand while it was measured."));
    QCOMPARE(value(0, Engine::CanUndoRole).toBool(), false);
    QCOMPARE(store->changes, 1);
    QCOMPARE(store->current.batchingThreshold, 150);
}

void tst_OptimizationEngine::suggestionThatWasSetByHand()
{
    const auto store = makeStore(frequentUpdates());
    run(20);
    store->current.batchingThreshold = 106;
    QVERIFY(!engine->apply(0));
    QCOMPARE(state(), int(Engine::Undone));
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("It was set by hand."));
    QCOMPARE(store->changes, 0);
}

void tst_OptimizationEngine::storeMayGoInEachState()
{
    const auto bury = [&](std::unique_ptr<FakeStore> &store) {
        engine->remove(store.get());
        std::erase(stores, store.get());
        store.reset();
    };
    FakeStore::Load worse = frequentUpdates();
    worse.batchedNotifyTime = 6e-3;
    const struct
    {
        FakeStore::Load load;
        int seconds;
        Engine::State before;
        Engine::State after;
        bool undo;
    } cases[] = {
        {frequentUpdates(), 0, Engine::Suggested, Engine::Suggested, false},
        {frequentUpdates(), 7, Engine::Measuring, Engine::Undone, false},
        {frequentUpdates(), 60, Engine::Kept, Engine::Kept, false},
        {worse, 60, Engine::TakenBack, Engine::TakenBack, false},
        {frequentUpdates(), 60, Engine::Undone, Engine::Undone, true},
    };
    int count = 0;
    for (const auto &test : cases) {
        auto store = makeStore(test.load);
        run(20);
        QCOMPARE(rows(), ++count);
        if (test.seconds > 0) {
            QVERIFY(engine->apply(0));
            run(test.seconds);
        }
        if (test.undo)
            QVERIFY(engine->undo(0));
        QCOMPARE(state(), int(test.before));
        bury(store);
        QCOMPARE(state(), int(test.after));
        QCOMPARE(value(0, Engine::CanApplyRole).toBool(), false);
        QCOMPARE(value(0, Engine::CanUndoRole).toBool(), false);
        QVERIFY(!engine->apply(0));
        QVERIFY(!engine->undo(0));
        run(60);
        QCOMPARE(rows(), count);
    }
    engine->remove(nullptr);
}

void tst_OptimizationEngine::storeMayGoWhileItIsSet()
{
    engine->setAutoApply(true);
    FakeStore::Load worse = frequentUpdates();
    worse.batchedNotifyTime = 6e-3;
    // When it is applied, and when it is taken back.
    for (const int call : {1, 2}) {
        auto store = makeStore(worse);
        const QString otherName = QStringLiteral("other %1").arg(call);
        const auto other = makeStore(frequentUpdates(), otherName);
        store->whenSet = [&] {
            if (store->changes == call)
                engine->remove(store.get());
        };
        run(60);
        QCOMPARE(store->changes, call);
        QCOMPARE(other->changes, 1);
        for (int row = 0; row < rows(); ++row) {
            QCOMPARE(value(row, Engine::CanUndoRole).toBool(),
                     text(row, Engine::StoreRole) == otherName);
        }
        engine->remove(other.get());
        stores.clear();
    }
    QCOMPARE(rows(), 4);
}

void tst_OptimizationEngine::storeMayGoWhenTheModelTells()
{
    engine->setAutoApply(true);
    QAbstractItemModel *model = engine->optimizations();
    std::unique_ptr<FakeStore> store;
    const auto bury = [&] {
        engine->remove(store.get());
        stores.clear();
        store.reset();
    };
    // At the row, and at each of its changes.
    for (int change = 0; change < 3; ++change) {
        store = makeStore(frequentUpdates());
        QObject context;
        int changes = 0;
        if (change == 0)
            connect(model, &QAbstractItemModel::rowsInserted, &context, bury);
        connect(model, &QAbstractItemModel::dataChanged, &context, [&] {
            if (store && ++changes == change)
                bury();
        });
        run(60);
        QVERIFY(!store);
        QCOMPARE(rows(), change + 1);
        QVERIFY(!engine->undo(0));
    }

    // Whoever is told may look again, apply and undo.
    store = makeStore(frequentUpdates());
    QObject context;
    connect(model, &QAbstractItemModel::rowsInserted, &context, [&] {
        engine->check();
        QVERIFY(engine->apply(0));
        QVERIFY(engine->undo(0));
    });
    run(60);
    QCOMPARE(rows(), 4);
    QCOMPARE(state(), int(Engine::Undone));
    QCOMPARE(store->changes, 2);
    QCOMPARE(store->current, StoreSettings());
    engine->remove(store.get());
}

void tst_OptimizationEngine::signalsOfTheModelAreExact()
{
    QAbstractItemModel *model = engine->optimizations();
    const QHash<int, QByteArray> names = {
        {Engine::TimeRole, "time"},         {Engine::StoreRole, "store"},
        {Engine::KindRole, "kind"},         {Engine::ActionRole, "action"},
        {Engine::EvidenceRole, "evidence"}, {Engine::EffectRole, "effect"},
        {Engine::StateRole, "state"},       {Engine::CanApplyRole, "canApply"},
        {Engine::CanUndoRole, "canUndo"},
    };
    QCOMPARE(model->roleNames(), names);

    QSignalSpy inserted(model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(model, &QAbstractItemModel::modelReset);
    const auto roles = [&] {
        auto result = changed.takeFirst().at(2).value<QList<int>>();
        std::sort(result.begin(), result.end());
        return result;
    };
    const auto store = makeStore(frequentUpdates());
    run(60);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(changed.size(), 0);
    QVERIFY(value(0, Engine::TimeRole).toDateTime().isValid());
    QCOMPARE(text(0, Qt::DisplayRole), text(0, Engine::ActionRole));
    QVERIFY(!value(0, Qt::DecorationRole).isValid());

    engine->apply(0);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(roles(), QList<int>({Engine::StateRole, Engine::CanApplyRole, Engine::CanUndoRole}));
    run(30);
    QCOMPARE(state(), int(Engine::Kept));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(roles(), QList<int>({Engine::EffectRole, Engine::StateRole}));
    engine->undo(0);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(roles(), QList<int>({Engine::StateRole, Engine::CanUndoRole}));
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(reset.size(), 0);
}

void tst_OptimizationEngine::recordsAreBounded()
{
    std::vector<std::unique_ptr<FakeStore>> many;
    for (int i = 0; i < 150; ++i)
        many.push_back(makeStore(frequentUpdates(), QString::number(i)));
    run(18);
    QCOMPARE(rows(), 100);
    QCOMPARE(text(0, Engine::StoreRole), QStringLiteral("149"));
    // What had to go does not come back at once, in the place of others.
    run(60);
    QCOMPARE(text(0, Engine::StoreRole), QStringLiteral("149"));

    // What is measured stays.
    for (int row = 0; row < rows(); ++row)
        QVERIFY(engine->apply(row));
    const auto late = makeStore(frequentUpdates(), QStringLiteral("late"));
    run(18);
    QCOMPARE(rows(), 101);
    run(30);
    QCOMPARE(rows(), 101);
    const auto later = makeStore(frequentUpdates(), QStringLiteral("later"));
    run(18);
    QCOMPARE(rows(), 101);
    QCOMPARE(text(0, Engine::StoreRole), QStringLiteral("later"));
}

// Loads of all kinds, and costs that answer to settings in any way.
static FakeStore::Load randomLoad(std::mt19937 &random)
{
    const auto upTo = [&](double most) {
        return std::uniform_real_distribution<>(0, most)(random);
    };
    const auto oneOf = [&](int count) {
        return std::uniform_int_distribution<>(1, count)(random) == 1;
    };
    FakeStore::Load load;
    load.updates = oneOf(4) ? 0 : upTo(oneOf(2) ? 20 : 400);
    load.reads = oneOf(4) ? 0 : load.updates * upTo(200);
    load.updateTime = upTo(1e-3);
    load.notifyTime = upTo(2e-3);
    load.batchedNotifyTime = upTo(10e-3);
    load.cloneTime = oneOf(2) ? 0 : upTo(5e-3);
    load.cloneBytes = upTo(1e6);
    load.copiesAhead = upTo(3);
    load.thawShare = oneOf(2) ? 0 : upTo(0.05);
    load.freezeRoundTime = upTo(5e-3);
    load.bytes = qint64(upTo(100e6));
    load.underPressure = oneOf(3);
    if (oneOf(4)) {
        load.plainField = QStringLiteral("items");
        load.plainFieldBytes = qint64(upTo(1e6));
    }
    return load;
}

void tst_OptimizationEngine::steadyLoadSettles()
{
    std::mt19937 random(seed());
    engine->setAutoApply(true);
    std::vector<std::unique_ptr<FakeStore>> many;
    for (int i = 0; i < 100; ++i)
        many.push_back(makeStore(randomLoad(random), QString::number(i)));
    for (const auto &store : many) {
        store->current.strategy = std::uniform_int_distribution<>(0, 1)(random)
            ? CowStrategy::LazyClone
            : CowStrategy::EagerClone;
    }
    // Three attempts at each of the four that can be set.
    run(8 * 3600);
    std::vector<int> changes;
    int all = 0;
    for (const auto &store : many) {
        QVERIFY2(store->changes <= 24, qPrintable(QString::number(store->changes)));
        changes.push_back(store->changes);
        all += store->changes;
    }
    QVERIFY(all > 50);
    run(16 * 3600);
    for (std::size_t i = 0; i < many.size(); ++i)
        QCOMPARE(many[i]->changes, changes[i]);
}

void tst_OptimizationEngine::changesThatAreKeptAreRareToo()
{
    engine->setAutoApply(true);
    const auto store = makeStore(rareUpdatesThatCopy());
    // As soon as one is kept, the load is one that asks for the other.
    const auto turn = [&](int) {
        if (rows() > 0 && state() != Engine::Measuring) {
            store->load = store->current.strategy == CowStrategy::LazyClone ? rareUpdatesThatCopy()
                                                                            : frequentCopies();
        }
    };
    run(3600, turn);
    QCOMPARE(store->changes, 4);
    for (int row = 0; row < rows(); ++row)
        QCOMPARE(state(row), int(Engine::Kept));
    run(23 * 3600, turn);
    QCOMPARE(store->changes, 16);
}

void tst_OptimizationEngine::noLoadMakesItOscillate()
{
    std::mt19937 random(seed());
    engine->setAutoApply(true);
    const auto store = makeStore({});
    // When each of the settings was changed.
    StoreSettings last;
    std::array<QList<int>, 4> changesOf;
    int second = 0;
    store->whenSet = [&] {
        const StoreSettings now = store->current;
        const std::array<bool, 4> changed = {
            now.batchingThreshold != last.batchingThreshold,
            now.freezeAfter != last.freezeAfter || now.compressionLevel != last.compressionLevel,
            now.strategy != last.strategy,
            now.incrementalThreshold != last.incrementalThreshold,
        };
        QCOMPARE(std::count(changed.begin(), changed.end(), true), 1);
        const auto which = std::find(changed.begin(), changed.end(), true) - changed.begin();
        changesOf[std::size_t(which)].append(second);
        last = now;
    };
    const int seconds = 48 * 3600;
    // A load for seconds, for minutes, or one that changes with what the engine does.
    int next = 0;
    int changes = 0;
    run(seconds, [&](int now) {
        second = now;
        if (now >= next
            || (store->changes != changes && std::uniform_int_distribution<>(0, 3)(random) == 0)) {
            changes = store->changes;
            store->load = randomLoad(random);
            const int longest = std::uniform_int_distribution<>(0, 1)(random) ? 60 : 1200;
            next = now + std::uniform_int_distribution<>(1, longest)(random);
        }
    });
    store->whenSet = nullptr;
    QVERIFY(store->changes > 20);
    // Each change and its end: four changes fit into an hour, and one from before may end. After
    // four quiet hours it may begin anew.
    for (const QList<int> &times : changesOf) {
        for (qsizetype i = 0; i < times.size(); ++i) {
            const auto within = [&](int length) {
                return std::count_if(times.begin() + i, times.end(),
                                     [&](int time) { return time < times[i] + length; });
            };
            QVERIFY2(within(3600) <= 2 * 4 + 1, qPrintable(QString::number(within(3600))));
            QVERIFY2(within(24 * 3600) <= 2 * 24, qPrintable(QString::number(within(24 * 3600))));
        }
    }
}

QTEST_GUILESS_MAIN(tst_OptimizationEngine)

#include "tst_optimizationengine.moc"
