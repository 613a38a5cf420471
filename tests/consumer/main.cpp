// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "taskstore.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickitem.h>

#include <cstdio>
#include <functional>

using namespace Qt::StringLiterals;

namespace {

int failures = 0;

// Gives the event loop its time until it is so.
void expect(const char *what, const std::function<bool()> &isSo)
{
    const QDeadlineTimer deadline(30'000);
    while (!isSo() && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
    const bool holds = isSo();
    failures += holds ? 0 : 1;
    std::printf("%s: %s\n", holds ? "passed" : "FAILED", what);
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    QObject::connect(&engine, &QQmlEngine::warnings, &app,
                     [](const QList<QQmlError> &errors) { failures += int(errors.size()); });
    engine.addImportPath(u":/qt/qml"_s);
    engine.load(QUrl(u"qrc:/qt/qml/Consumer/Main.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;
    QObject *root = engine.rootObjects().constFirst();
    auto *store = root->property("store").value<TaskStore *>();
    auto *inspector = root->property("inspector").value<QQuickItem *>();
    if (!store || !inspector)
        return 1;

    store->add(u"bread"_s);
    store->add(u"milk"_s);
    store->finish(0);
    expect("a binding follows fields and rows",
           [&] { return root->property("summary").toString() == "Errands: 1 of 2"_L1; });
    expect("a delegate has its roles",
           [&] { return root->property("firstRow").toString() == "bread (done)"_L1; });
    expect("properties and enumerations of the base are known",
           [&] { return root->property("unfrozen").toBool() && root->property("calm").isValid(); });

    const auto before = store->state.snapshot();
    store->state.enqueue([](TaskState &s) { s.tasks.clear(); });
    expect("an update is flushed with the frames", [&] {
        return root->property("summary").toString() == "Errands: 0 of 0"_L1
            && root->property("flushes").toInt() > 0;
    });
    store->state.restore(before);
    expect("a snapshot is restored",
           [&] { return root->property("summary").toString() == "Errands: 1 of 2"_L1; });

    inspector->setProperty("opened", true);
    expect("the inspector opens", [&] {
        return inspector->childItems().size() > 0
            && inspector->childItems().constFirst()->childItems().size() > 0;
    });
    return failures == 0 ? 0 : 1;
}
