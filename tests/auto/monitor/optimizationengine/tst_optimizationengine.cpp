// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "enginetest.h"

#include <QtTest/qsignalspy.h>

using namespace Axiom;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(Axiom::OptimizationMetrics)

class tst_OptimizationEngine : public QObject, private EngineTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void analyzeNamesTheMostValuable_data();
    void analyzeNamesTheMostValuable();

    void highFrequencyUpdatesAreBatched();
    void largeIdleStateIsCompressed();
    void frequentCopiesAreMadeWhenNeeded();
    void rareUpdatesHaveTheirCopiesMadeAhead();
    void largePlainFieldIsForAProgrammer();
    void fieldThatUpdatesCopyIsForAProgrammer();
    void freezingUnderPressureGoesInSmallSteps();
    void mixedAndQuietLoadIsLeftAlone();

    void patternMustLast();
    void patternIsBrokenByAGap();
    void oneChangeAtATime();

    void withoutAutoApplySuggestionsWait();
    void waitingSuggestionIsBroughtUpToDate();
    void undoRestoresNothingButItsSetting();
    void undoWhileMeasuring();
    void changeByHandIsRespected();
    void changeByHandEndsTheMeasurement();
    void suggestionThatWasSetByHand();

    void storeMayGoInEachState();
    void storeMayGoWhileItIsSet();
};

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

    OptimizationMetrics within = quiet;
    within.updateRate = within.notifyRate = 30;
    within.updateTime = 3ms;
    within.figures.largestPlainField = QStringLiteral("items");
    within.figures.largestPlainFieldBytes = 16 * MiB;
    QTest::newRow("updates that copy a field") << within << int(Kind::MoveToCollection);
    within.figures.largestPlainFieldBytes = MiB;
    QTest::newRow("slow updates, and a smaller field") << within << -1;
    within.figures.largestPlainFieldBytes = 16 * MiB;
    within.updateTime = 1ms;
    QTest::newRow("fast updates") << within << -1;
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
             QStringLiteral("Collect updates for up to 50 ms from 106 updates/s on"));
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
                            "thread's time"));
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

void tst_OptimizationEngine::fieldThatUpdatesCopyIsForAProgrammer()
{
    FakeStore::Load load;
    load.updates = 30;
    load.updateTime = 5e-3;
    load.plainField = QStringLiteral("items");
    load.plainFieldBytes = 16 * MiB;
    const auto store = makeStore(load);
    run(60);
    QCOMPARE(rows(), 1);
    QCOMPARE(kind(), int(Kind::MoveToCollection));
    QCOMPARE(text(0, Engine::EvidenceRole),
             QStringLiteral("items, 16.00 MiB, is copied by updates that change it, 30 times/s for "
                            "15 s: updates take 15 % of the thread's time"));
    engine->remove(store.get());
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

void tst_OptimizationEngine::waitingSuggestionIsBroughtUpToDate()
{
    const auto store = makeStore(frequentUpdates());
    run(61); // to the end of a window
    const QString evidence = text(0, Engine::EvidenceRole);
    store->load.updates = 300;
    run(60);
    QCOMPARE(text(0, Engine::EvidenceRole), evidence);
    // When the pattern comes again, and when it is applied.
    store->load.updates = 0;
    run(10);
    store->load.updates = 300;
    run(30);
    QCOMPARE(rows(), 1);
    QVERIFY(text(0, Engine::EvidenceRole).startsWith(QStringLiteral("300 updates/s")));
    store->load.updates = 400;
    run(60);
    QVERIFY(text(0, Engine::EvidenceRole).startsWith(QStringLiteral("300 updates/s")));
    engine->setAutoApply(true);
    run(6);
    QCOMPARE(state(), int(Engine::Measuring));
    QVERIFY(text(0, Engine::EvidenceRole).startsWith(QStringLiteral("400 updates/s")));
    QCOMPARE(store->current.batchingThreshold, 200);
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
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("It was undone before it was measured"));
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
             QStringLiteral("The setting was changed by hand while it was measured"));
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
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("It was set by hand"));
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

QTEST_GUILESS_MAIN(tst_OptimizationEngine)
#include "tst_optimizationengine.moc"
