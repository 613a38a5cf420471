// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "taskstore.h"

#include <AxiomState/BatchCoordinator>

#include <QtCore/qthreadpool.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>

// What the first page of the documentation has its reader write.
class tst_GettingStarted : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void windowShowsTheStore();
    void returnAddsATaskThatHasText();
    void firstOpenTaskIsFinished();
    void threadFeedsTheStore();
    void thereIsAWayBack();

private:
    std::unique_ptr<QQuickWindow> makeWindow();

    QQmlEngine m_engine;
};

static QQuickItem *findItem(QQuickItem *within, const char *type)
{
    if (within->inherits(type))
        return within;
    for (auto *item : within->childItems()) {
        if (auto *found = findItem(item, type))
            return found;
    }
    return nullptr;
}

void tst_GettingStarted::initTestCase()
{
    m_engine.addImportPath(QStringLiteral(":/qt/qml"));
    m_engine.addImportPath(QStringLiteral(QML_IMPORT_PATH));
}

std::unique_ptr<QQuickWindow> tst_GettingStarted::makeWindow()
{
    QQmlComponent component(&m_engine, QUrl(QStringLiteral("qrc:/qt/qml/Tasks/Main.qml")));
    std::unique_ptr<QObject> window(component.create());
    if (!window)
        qWarning("%s", qPrintable(component.errorString()));
    return std::unique_ptr<QQuickWindow>(qobject_cast<QQuickWindow *>(window.release()));
}

void tst_GettingStarted::windowShowsTheStore()
{
    const auto window = makeWindow();
    QVERIFY(window);
    QCOMPARE(window->title(), QStringLiteral("Tasks"));

    auto *store = window->findChild<TaskStore *>();
    QVERIFY(store);
    store->add(QStringLiteral("<b>bold</b>"));
    auto *list = findItem(window->contentItem(), "QQuickListView");
    QVERIFY(list);
    const auto delegate = [&] {
        QQuickItem *item = nullptr;
        QMetaObject::invokeMethod(list, "itemAtIndex", Q_RETURN_ARG(QQuickItem *, item),
                                  Q_ARG(int, 0));
        return item;
    };
    QTRY_VERIFY(delegate());
    QCOMPARE(delegate()->width(), list->width());
    const auto *label = delegate()->property("contentItem").value<QQuickItem *>();
    QCOMPARE(label->property("text"), QStringLiteral("<b>bold</b>"));
    QCOMPARE(label->property("textFormat").toInt(), int(Qt::PlainText));
}

void tst_GettingStarted::returnAddsATaskThatHasText()
{
    const auto window = makeWindow();
    QVERIFY(window);
    const auto *store = window->findChild<TaskStore *>();
    QVERIFY(store);
    auto *field = findItem(window->contentItem(), "QQuickTextField");
    QVERIFY(field);
    for (const auto *text : {"", "  ", " A task "}) {
        field->setProperty("text", QString::fromLatin1(text));
        QMetaObject::invokeMethod(field, "accepted");
        QCOMPARE(field->property("text"), QString());
    }
    QCOMPARE(store->state->tasks.size(), 1);
    QCOMPARE(store->state->tasks.at(0).text, QStringLiteral("A task"));
}

void tst_GettingStarted::firstOpenTaskIsFinished()
{
    TaskStore store;
    for (int i = 0; i < 3; ++i)
        store.add(QString::number(i));
    store.finishFirst();
    store.finishFirst();
    QCOMPARE(store.openCount(), 1);
    QVERIFY(!store.state->tasks.at(2).done);
    store.finishFirst();
    store.finishFirst();
    QCOMPARE(store.openCount(), 0);
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
    store.finishFirst();
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
