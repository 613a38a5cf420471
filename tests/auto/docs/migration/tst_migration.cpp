// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "contextproperty.h"
#include "resets.h"
#include "undo.h"
#include "worker.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/BatchScope>

#include <QtGui/qwindow.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;

// The recipes of the documentation: what comes after does what was there before, and tells it better.
class tst_Migration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newListTellsTheRowsThatDiffer();
    void initialPropertyTakesThePlaceOfAContextProperty();
    void workerIsHeardOncePerFlush();
    void snapshotsTakeThePlaceOfCommands();
    void onlyWhatChangedIsAStep();
    void historyIsBounded();
};

void tst_Migration::newListTellsTheRowsThatDiffer()
{
    Before::PackageModel before;
    QSignalSpy resetBefore(&before, &QAbstractItemModel::modelReset);
    before.setPackages({{u"bash"_s, 1}, {u"git"_s, 2}, {u"vim"_s, 3}});
    before.setPackages({{u"git"_s, 2}, {u"vim"_s, 5}, {u"zsh"_s, 4}});
    QCOMPARE(resetBefore.size(), 2);

    After::PackageStore store;
    QAbstractItemModel *after = store.packages();
    const QAbstractItemModelTester tester(after);
    store.setPackages({{u"bash"_s, 1}, {u"git"_s, 2}, {u"vim"_s, 3}});
    QSignalSpy reset(after, &QAbstractItemModel::modelReset);
    QSignalSpy removed(after, &QAbstractItemModel::rowsRemoved);
    QSignalSpy inserted(after, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(after, &QAbstractItemModel::dataChanged);
    store.setPackages({{u"git"_s, 2}, {u"vim"_s, 5}, {u"zsh"_s, 4}});
    QCOMPARE(reset.size(), 0);
    QCOMPARE(removed.size(), 1);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(changed.size(), 1);
    const auto rating = after->roleNames().key("rating");
    QCOMPARE(changed.first().at(2).value<QList<int>>(), QList<int>{rating});

    QCOMPARE(after->rowCount(), before.rowCount());
    QCOMPARE(after->roleNames().value(before.RatingRole), "rating");
    for (int row = 0; row < before.rowCount(); ++row) {
        for (const int role : {before.NameRole, before.RatingRole})
            QCOMPARE(after->index(row, 0).data(role), before.index(row, 0).data(role));
    }
}

void tst_Migration::initialPropertyTakesThePlaceOfAContextProperty()
{
    const auto follows = [](auto &settings, const QString &file) {
        QQmlApplicationEngine engine;
        engine.addImportPath(u":/qt/qml"_s);
        engine.addImportPath(QStringLiteral(QML_IMPORT_PATH));
        settings.setUser(u"Ada"_s);
        show(engine, settings, QUrl::fromLocalFile(QStringLiteral(SOURCE_DIR "/") + file));
        if (engine.rootObjects().isEmpty())
            return false;
        const auto *window = qobject_cast<QWindow *>(engine.rootObjects().constFirst());
        const bool begins = window && window->title() == u"Ada"_s;
        settings.setUser(u"Grace"_s);
        return begins && window->title() == u"Grace"_s;
    };
    Settings before;
    QVERIFY(follows(before, u"ContextBefore.qml"_s));
    SettingsStore after;
    QVERIFY(follows(after, u"ContextAfter.qml"_s));
}

void tst_Migration::workerIsHeardOncePerFlush()
{
    QStringList files;
    for (int i = 0; i < 1000; ++i)
        files.append(i % 100 == 0 ? u"axiom%1"_s.arg(i) : u"other%1"_s.arg(i));

    Before::Search before;
    QSignalSpy progressBefore(&before, &Before::Search::progressChanged);
    before.start(files);
    QTRY_COMPARE(before.progress(), 1.0);
    QCOMPARE(before.files().size(), 10);
    QCOMPARE(progressBefore.size(), 1000);

    After::SearchStore after;
    QAbstractItemModel *model = after.files();
    const QAbstractItemModelTester tester(model);
    QSignalSpy progress(&after, &After::SearchStore::progressChanged);
    QSignalSpy inserted(model, &QAbstractItemModel::rowsInserted);
    after.start(files);
    QThreadPool::globalInstance()->waitForDone();
    QCOMPARE(after.progress(), 0.0);
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(after.progress(), 1.0);
    QCOMPARE(progress.size(), 1);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(after.state->files, Axiom::CowVector<QString>(before.files()));
}

void tst_Migration::snapshotsTakeThePlaceOfCommands()
{
    const QStringList lines{u"one"_s, u"two"_s, u"three"_s};
    Before::Document before;
    before.lines = lines;
    After::DocumentStore after;
    after.state.set(&After::DocumentState::lines, lines);
    const auto equal = [&](const QStringList &expected) {
        return before.lines == expected
            && after.state->lines == Axiom::CowVector<QString>(expected);
    };

    before.replace(1, u"zwei"_s);
    after.replace(1, u"zwei"_s);
    before.remove(0);
    after.remove(0);
    QVERIFY(equal({u"zwei"_s, u"three"_s}));

    const auto undo = [&] {
        before.undoStack.undo();
        after.undo();
    };
    undo();
    QVERIFY(equal({u"one"_s, u"zwei"_s, u"three"_s}));
    undo();
    QVERIFY(equal(lines));
    undo();
    QVERIFY(equal(lines));
    before.undoStack.redo();
    after.redo();
    QVERIFY(equal({u"one"_s, u"zwei"_s, u"three"_s}));
}

void tst_Migration::onlyWhatChangedIsAStep()
{
    After::DocumentStore store;
    const auto equal = [&](const QStringList &expected) {
        return store.state->lines == Axiom::CowVector<QString>(expected);
    };
    store.state.set(&After::DocumentState::lines, QStringList{u"one"_s, u"two"_s});
    store.replace(0, u"eins"_s);
    store.undo();
    store.replace(1, u"two"_s);
    store.redo();
    QVERIFY(equal({u"eins"_s, u"two"_s}));
    store.replace(0, u"eins"_s);
    store.undo();
    QVERIFY(equal({u"one"_s, u"two"_s}));

    {
        const Axiom::BatchScope scope;
        store.replace(0, u"uno"_s);
        store.replace(1, u"dos"_s);
    }
    QVERIFY(equal({u"uno"_s, u"dos"_s}));
    store.undo();
    QVERIFY(equal({u"one"_s, u"two"_s}));
}

void tst_Migration::historyIsBounded()
{
    After::DocumentStore store;
    store.state.set(&After::DocumentState::lines, QStringList{u"0"_s});
    for (int i = 1; i <= 150; ++i)
        store.replace(0, QString::number(i));
    for (int i = 0; i < 150; ++i)
        store.undo();
    QCOMPARE(store.state->lines.at(0), u"50"_s);
}

QTEST_MAIN(tst_Migration)
#include "tst_migration.moc"
