// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/StateStore>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qregularexpression.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

struct Record
{
    QString name;
    int number = 0;
    AXIOM_FIELDS(Record, name, number)
};

struct ArchiveState
{
    CowVector<Record> records;
    int count = 0;
    AXIOM_FIELDS(ArchiveState, records, count)
};

class ArchiveStore : public StateStore
{
    Q_OBJECT

public:
    explicit ArchiveStore(int records = 0)
    {
        state.apply([=](ArchiveState &s) {
            for (int i = 0; i < records; ++i)
                s.records.append({QStringLiteral("a record with the number %1").arg(i * 7919), i});
        });
    }

    State<ArchiveState> state{this};
};

void freeze(StateStore &store)
{
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    store.freeze();
    QTRY_VERIFY(!changed.isEmpty());
}

} // namespace

class tst_Settings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesAreTold();
    void whatIsOutOfRangeIsRefused();
    void strategyIsOneOfThem();
    void ownThresholdDecidesWhenToBatch();
    void storeFreezesAfterItsOwnIdleTime();
    void shorterIdleTimeHolds();
    void levelDecidesTheSize();
    void smallStepsFreezeAsMuch();
};

void tst_Settings::changesAreTold()
{
    ArchiveStore store;
    QSignalSpy changed(&store, &StateStore::settingsChanged);
    StoreSettings settings = store.settings();
    QCOMPARE(settings, StoreSettings());
    store.setSettings(settings);
    QCOMPARE(changed.count(), 0);
    settings.batchingThreshold = 12.5;
    settings.freezeAfter = 3s;
    settings.compressionLevel = CompressionLevel::Fast;
    settings.incrementalThreshold = 1 << 20;
    store.setSettings(settings);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(store.settings(), settings);
}

void tst_Settings::whatIsOutOfRangeIsRefused()
{
    ArchiveStore store;
    StoreSettings bad[4];
    bad[0].batchingThreshold = -1;
    bad[1].batchingThreshold = std::numeric_limits<double>::quiet_NaN();
    bad[2].freezeAfter = -1ms;
    bad[3].incrementalThreshold = 0;
    for (const StoreSettings &settings : bad) {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("out of its range")));
        store.setSettings(settings);
        QCOMPARE(store.settings(), StoreSettings());
    }
}

void tst_Settings::strategyIsOneOfThem()
{
    ArchiveStore store;
    store.setStrategy(CowStrategy::EagerClone);
    StoreSettings settings = store.settings();
    QCOMPARE(settings.strategy, CowStrategy::EagerClone);
    settings.strategy = CowStrategy::Adaptive;
    store.setSettings(settings);
    QCOMPARE(store.settings().strategy, CowStrategy::Adaptive);
}

void tst_Settings::ownThresholdDecidesWhenToBatch()
{
    auto owned = std::make_unique<VirtualBatchHost>();
    VirtualBatchHost *host = owned.get();
    BatchCoordinator coordinator(std::move(owned));
    BatchCoordinator::setInstance(&coordinator);
    const auto reset = qScopeGuard([] { BatchCoordinator::setInstance(nullptr); });
    ArchiveStore usual;
    ArchiveStore early;
    StoreSettings settings;
    settings.batchingThreshold = 10;
    early.setSettings(settings);
    for (int i = 0; i < 40; ++i) {
        usual.state.enqueue([](ArchiveState &s) { ++s.count; });
        early.state.enqueue([](ArchiveState &s) { ++s.count; });
        host->run(50ms); // 20 a second
    }
    QCOMPARE(usual.updateMode(), UpdateMode::Immediate);
    QCOMPARE(early.updateMode(), UpdateMode::Batch);
    host->run(1s);
    QCOMPARE(usual.state->count, 40);
    QCOMPARE(early.state->count, 40);
}

void tst_Settings::storeFreezesAfterItsOwnIdleTime()
{
    VirtualClock clock;
    auto *governor = MemoryGovernor::instance();
    governor->setClock(&clock);
    detail::setThawClock(&clock);
    const auto reset = qScopeGuard([&] {
        governor->setClock(nullptr);
        detail::setThawClock(nullptr);
    });
    ArchiveStore cold(20'000);
    ArchiveStore other(20'000);
    StoreSettings settings;
    settings.freezeAfter = 10s;
    cold.setSettings(settings);

    governor->check(); // sees that it was used
    clock.advance(9s);
    governor->check();
    QVERIFY(!governor->isReclaiming());
    clock.advance(2s);
    governor->check();
    QTRY_COMPARE(cold.residency(), Residency::Frozen);
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(governor->lastReclaim().trigger, QStringLiteral("idle"));
    QCOMPARE(other.residency(), Residency::Resident);
}

void tst_Settings::shorterIdleTimeHolds()
{
    VirtualClock clock;
    auto *governor = MemoryGovernor::instance();
    governor->setClock(&clock);
    detail::setThawClock(&clock);
    governor->setIdleAfter(20s);
    const auto reset = qScopeGuard([&] {
        governor->setIdleAfter(0ms);
        governor->setClock(nullptr);
        detail::setThawClock(nullptr);
    });
    ArchiveStore shorter(20'000);
    ArchiveStore longer(20'000);
    ArchiveStore usual(20'000);
    StoreSettings settings;
    settings.freezeAfter = 5s;
    shorter.setSettings(settings);
    settings.freezeAfter = 100s;
    longer.setSettings(settings);
    governor->check();
    clock.advance(6s);
    governor->check();
    QTRY_COMPARE(shorter.residency(), Residency::Frozen);
    QTRY_VERIFY(!governor->isReclaiming());
    QCOMPARE(longer.residency(), Residency::Resident);
    QCOMPARE(usual.residency(), Residency::Resident);
    clock.advance(40s);
    governor->check();
    QTRY_COMPARE(usual.residency(), Residency::Frozen);
    QTRY_COMPARE(longer.residency(), Residency::Frozen);
    QTRY_VERIFY(!governor->isReclaiming());
}

void tst_Settings::levelDecidesTheSize()
{
    ArchiveStore fast(20'000);
    ArchiveStore small(20'000);
    StoreSettings settings;
    settings.compressionLevel = CompressionLevel::Fast;
    fast.setSettings(settings);
    settings.compressionLevel = CompressionLevel::Maximum;
    small.setSettings(settings);
    freeze(fast);
    freeze(small);
    QCOMPARE(small.residency(), Residency::Frozen);
    QVERIFY2(small.frozenBytes() < fast.frozenBytes(),
             qPrintable(QStringLiteral("%1 %2").arg(small.frozenBytes()).arg(fast.frozenBytes())));
    QVERIFY(*small.state == *fast.state);
}

void tst_Settings::smallStepsFreezeAsMuch()
{
    ArchiveStore steps(20'000);
    ArchiveStore whole(20'000);
    StoreSettings settings;
    settings.incrementalThreshold = 64 << 10;
    steps.setSettings(settings);
    freeze(steps);
    freeze(whole);
    QCOMPARE(steps.residency(), Residency::Frozen);
    QCOMPARE(steps.frozenBytes(), whole.frozenBytes());
    QVERIFY(*steps.state == *whole.state);
}

QTEST_GUILESS_MAIN(tst_Settings)
#include "tst_settings.moc"
