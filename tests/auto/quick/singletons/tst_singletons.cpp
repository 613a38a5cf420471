// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <QtCore/qregularexpression.h>
#include <QtCore/qthread.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtTest/qtest.h>

#include <memory>

namespace {

// What QML sees of each: a property of it, or undefined.
QStringList seenByQml()
{
    QQmlEngine engine;
    engine.addImportPath(QStringLiteral(QML_IMPORT_PATH));
    QQmlComponent component(&engine);
    component.setData(R"(
        import QtQml
        import Axiom.State

        QtObject {
            readonly property list<string> seen: [
                "" + BatchCoordinator?.pendingCount,
                "" + MemoryPressureMonitor?.level,
                "" + MemoryGovernor?.budget,
                "" + PerformanceMonitor?.enabled,
            ]
        }
    )",
                      {});
    const std::unique_ptr<QObject> object(component.create());
    return object ? object->property("seen").toStringList() : QStringList(component.errorString());
}

} // namespace

class tst_Singletons : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areThereInTheApplicationsThread();
    void otherThreadsHaveTheirCoordinatorOnly();
};

void tst_Singletons::areThereInTheApplicationsThread()
{
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(seenByQml(),
                 (QStringList{QStringLiteral("0"), QStringLiteral("0"), QStringLiteral("0"),
                              QStringLiteral("true")}));
    }
}

// A binding there would connect to what belongs to this thread.
void tst_Singletons::otherThreadsHaveTheirCoordinatorOnly()
{
    for (int i = 0; i < 3; ++i) {
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("is not available")));
    }
    QStringList seen;
    const std::unique_ptr<QThread> thread(QThread::create([&] { seen = seenByQml(); }));
    thread->start();
    QVERIFY(thread->wait());
    const QString none = QStringLiteral("undefined");
    QCOMPARE(seen, (QStringList{QStringLiteral("0"), none, none, none}));
}

QTEST_MAIN(tst_Singletons)

#include "tst_singletons.moc"
