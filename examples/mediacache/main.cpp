// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "library.h"
#include "scenario.h"
#include "selftest.h"

#include <QtCore/qcommandlineparser.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickwindow.h>

using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Albums that are compressed while nobody looks at them"_s);
    parser.addHelpOption();
    const QCommandLineOption selftest(u"selftest"_s, u"Check albums and keys, and exit."_s);
    const QCommandLineOption scenario(u"scenario"_s, u"Drive a fixed scenario and exit."_s);
    const QCommandLineOption output(
        u"output"_s, u"Save screenshots of the scenario in <directory>."_s, u"directory"_s);
    parser.addOptions({selftest, scenario, output});
    parser.process(app);

    if (parser.isSet(selftest)) {
        Library library;
        if (const int failure = runSelftest(library))
            return failure;
    }

    // Without a graphics processor the software renderer is both quicker and able to be grabbed.
    if (QGuiApplication::platformName() == "offscreen"_L1)
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);

    QQmlApplicationEngine engine;
    engine.addImportPath(u":/qt/qml"_s);
    engine.addImportPath(QStringLiteral(AXIOM_QML_IMPORT_PATH));
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &app,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.load(QUrl(u"qrc:/qt/qml/Mediacache/Main.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;
    QObject *root = engine.rootObjects().constFirst();
    auto *library = root->property("library").value<Library *>();
    auto *window = qobject_cast<QQuickWindow *>(root);
    if (!library || !window)
        return 1;

    if (parser.isSet(selftest))
        return runKeyTest(*library, *window);
    if (parser.isSet(scenario) || parser.isSet(output))
        return runScenario(*library, *window, parser.value(output));
    return QGuiApplication::exec();
}
