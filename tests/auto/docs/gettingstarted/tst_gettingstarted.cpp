// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "taskstore.h"

#include <AxiomState/BatchCoordinator>

#include <QtCore/qthreadpool.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

// What the first page of the documentation has its reader write.
class tst_GettingStarted : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowShowsTheStore();
    void threadFeedsTheStore();
    void thereIsAWayBack();
};

void tst_GettingStarted::windowShowsTheStore()
{
    QQmlEngine engine;
    engine.addImportPath(QStringLiteral(":/qt/qml"));
    engine.addImportPath(QStringLiteral(QML_IMPORT_PATH));
    QQmlComponent component(&engine, QUrl(QStringLiteral("qrc:/qt/qml/Tasks/Main.qml")));
    const std::unique_ptr<QObject> window(component.create());
    QVERIFY2(window, qPrintable(component.errorString()));
    QCOMPARE(window->property("title"), QStringLiteral("Tasks"));
}

void tst_GettingStarted::threadFeedsTheStore()
{
    TaskStore store;
    QSignalSpy openCount(&store, &TaskStore::openCountChanged);
    //! [feed]
    const auto handle = store.state.handle();
    QThreadPool::globalInstance()->start([handle] {
        for (int i = 0; i < 1000; ++i)
            handle.enqueue([i](TaskState &s) { s.tasks.append(Task{QString::number(i)}); });
    });
    //! [feed]
    QThreadPool::globalInstance()->waitForDone();
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(store.openCount(), 1000);
    QCOMPARE(openCount.size(), 1);
}

void tst_GettingStarted::thereIsAWayBack()
{
    TaskStore store;
    store.add(QStringLiteral("A task"));
    store.finish(0);
    QCOMPARE(store.openCount(), 0);
    //! [back]
    const auto before = store.state.snapshot();
    store.add(QStringLiteral("A mistake"));
    store.state.restore(before);
    //! [back]
    QCOMPARE(store.tasks()->rowCount(), 1);
    QCOMPARE(store.openCount(), 0);
}

QTEST_MAIN(tst_GettingStarted)
#include "tst_gettingstarted.moc"
