// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../optimizationengine/enginetest.h"

#include <QtTest/qsignalspy.h>

#include <algorithm>

using namespace Axiom;

class tst_OptimizationsModel : public QObject, private EngineTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void signalsOfTheModelAreExact();
    void storeMayGoWhenTheModelTells();
    void recordsAreBounded();
};

void tst_OptimizationsModel::signalsOfTheModelAreExact()
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

void tst_OptimizationsModel::storeMayGoWhenTheModelTells()
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

void tst_OptimizationsModel::recordsAreBounded()
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

    // What is measured or kept stays.
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

    // But not that of stores that have gone.
    for (const auto &store : many)
        engine->remove(store.get());
    const auto last = makeStore(frequentUpdates(), QStringLiteral("last"));
    engine->remove(later.get());
    engine->remove(late.get());
    QVERIFY(rows() <= 101);
    run(18);
    const auto another = makeStore(frequentUpdates(), QStringLiteral("another"));
    run(18);
    QCOMPARE(rows(), 101);
    QCOMPARE(text(1, Engine::StoreRole), QStringLiteral("last"));
    // The oldest was one of those that were kept.
    QCOMPARE(text(100, Engine::StoreRole), QStringLiteral("52"));
}

QTEST_GUILESS_MAIN(tst_OptimizationsModel)
#include "tst_optimizationsmodel.moc"
