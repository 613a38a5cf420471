// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../optimizationengine/enginetest.h"

#include <algorithm>
#include <array>
#include <random>

using namespace Axiom;

Q_DECLARE_METATYPE(FakeStore::Load)

namespace {

quint32 seed()
{
    bool isSet = false;
    const auto given = quint32(qEnvironmentVariableIntValue("AXIOM_TEST_SEED", &isSet));
    const quint32 seed = isSet ? given : std::random_device()();
    qInfo("AXIOM_TEST_SEED=%u", seed);
    return seed;
}

// Loads of all kinds, and costs that answer to settings in any way.
FakeStore::Load randomLoad(std::mt19937 &random)
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

} // namespace

class tst_OptimizationTrial : public QObject, private EngineTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void verdictFollowsFromAllCosts_data();
    void verdictFollowsFromAllCosts();
    void changeThatMakesThingsWorseIsTakenBack();
    void changeThatBringsNothingIsTakenBack();
    void effectIsMeasuredUnderTheSameLoad();
    void effectThatCantBeMeasuredIsTakenBack();
    void sleepingStoreThatIsWokenLaterIsLeftAwake();
    void settingThatIsRefusedIsTakenBack();

    void attemptsBecomeRarerAndEnd();
    void changedLoadIsGivenAnotherAttempt();
    void steadyLoadSettles();
    void changesThatAreKeptAreRareToo();
    void noLoadMakesItOscillate();
};

void tst_OptimizationTrial::verdictFollowsFromAllCosts_data()
{
    QTest::addColumn<FakeStore::Load>("load");
    QTest::addColumn<CowStrategy>("strategy");
    QTest::addColumn<QString>("verdict"); // empty when it is kept

    const QString little = QStringLiteral("; taken back, as it gained too little");
    const QString worse = QStringLiteral("; taken back, as it made things worse");
    FakeStore::Load load = frequentUpdates();
    load.batchedNotifyTime = load.notifyTime * 212 / 60 * 0.85;
    QTest::newRow("announcing, a seventh less") << load << CowStrategy::LazyClone << QString();
    load.changeTime = 2;
    QTest::newRow("the change itself does not count")
        << load << CowStrategy::LazyClone << QString();
    load.changeTime = 0;
    load.batchedNotifyTime = load.notifyTime * 212 / 60 * 0.95;
    QTest::newRow("announcing, a twentieth less") << load << CowStrategy::LazyClone << little;
    load = frequentUpdates();
    load.slowdown = 1.5e-3;
    QTest::newRow("announcing less, but slower updates") << load << CowStrategy::LazyClone << worse;

    load = frequentCopies();
    load.slowdown = 5e-3;
    QTest::newRow("fewer copies, but slower updates") << load << CowStrategy::EagerClone << worse;
    load = rareUpdatesThatCopy();
    load.copiesAhead = 2;
    QTest::newRow("faster updates, but many more copies")
        << load << CowStrategy::LazyClone << worse;

    load = largeAndIdle();
    load.thawShare = 0.02;
    QTest::newRow("less memory, but much thawing") << load << CowStrategy::LazyClone << worse;
    load = largeUnderPressure();
    load.freezeRoundTime = 20e-3;
    QTest::newRow("smaller steps, but long ones") << load << CowStrategy::LazyClone << worse;
}

void tst_OptimizationTrial::verdictFollowsFromAllCosts()
{
    QFETCH(FakeStore::Load, load);
    QFETCH(CowStrategy, strategy);
    QFETCH(QString, verdict);
    engine->setAutoApply(true);
    const auto store = makeStore(load);
    store->current.strategy = strategy;
    // Used and left again, where freezing is what counts.
    const auto useAndLeave = [&](int second) {
        if (load.underPressure && second >= 20)
            store->load.updates = second % 20 < 2 ? load.updates : 0;
    };
    for (int second = 0; second < 300 && (rows() == 0 || state() == Engine::Measuring); ++second)
        run(1, [&](int) { useAndLeave(second); });
    QCOMPARE(rows(), 1);
    QCOMPARE(state(), int(verdict.isEmpty() ? Engine::Kept : Engine::TakenBack));
    QVERIFY2(text(0, Engine::EffectRole).endsWith(verdict),
             qPrintable(text(0, Engine::EffectRole)));
}

void tst_OptimizationTrial::changeThatMakesThingsWorseIsTakenBack()
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

void tst_OptimizationTrial::changeThatBringsNothingIsTakenBack()
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

void tst_OptimizationTrial::effectIsMeasuredUnderTheSameLoad()
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
             QStringLiteral("Waits for the store to be used as before"));
    store->load = frequentUpdates();
    store->load.updates = 600;
    run(120);
    QCOMPARE(state(), int(Engine::Measuring));
    store->load.updates = 180;
    run(18);
    QCOMPARE(state(), int(Engine::Kept));
}

void tst_OptimizationTrial::effectThatCantBeMeasuredIsTakenBack()
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
             QStringLiteral("Taken back, as its effect could not be measured in ten minutes"));
    QCOMPARE(store->current, StoreSettings());
}

void tst_OptimizationTrial::sleepingStoreThatIsWokenLaterIsLeftAwake()
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

void tst_OptimizationTrial::settingThatIsRefusedIsTakenBack()
{
    engine->setAutoApply(true);
    const auto store = makeStore(frequentUpdates());
    store->refuses = true;
    run(18);
    QCOMPARE(state(), int(Engine::TakenBack));
    QCOMPARE(text(0, Engine::EffectRole), QStringLiteral("The store did not take it over"));
}

void tst_OptimizationTrial::attemptsBecomeRarerAndEnd()
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

void tst_OptimizationTrial::changedLoadIsGivenAnotherAttempt()
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

void tst_OptimizationTrial::steadyLoadSettles()
{
    std::mt19937 random(seed());
    engine->setAutoApply(true);
    std::vector<std::unique_ptr<FakeStore>> many;
    for (int i = 0; i < 40; ++i)
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
    QVERIFY(all > 20);
    run(16 * 3600);
    for (std::size_t i = 0; i < many.size(); ++i)
        QCOMPARE(many[i]->changes, changes[i]);
}

void tst_OptimizationTrial::changesThatAreKeptAreRareToo()
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

void tst_OptimizationTrial::noLoadMakesItOscillate()
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

QTEST_GUILESS_MAIN(tst_OptimizationTrial)
#include "tst_optimizationtrial.moc"
