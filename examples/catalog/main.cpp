// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "catalogstore.h"
#include "scenario.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qelapsedtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickwindow.h>

using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();

    QGuiApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"The machine's package index in a copy-on-write store"_s);
    parser.addHelpOption();
    const QCommandLineOption lists(u"lists"_s, u"Read the indexes in <directory>."_s,
                                   u"directory"_s, u"/var/lib/apt/lists"_s);
    const QCommandLineOption scenario({u"selftest"_s, u"scenario"_s},
                                      u"Drive a fixed scenario, check, report and exit."_s);
    const QCommandLineOption output(u"output"_s, u"Save screenshots in <directory>."_s,
                                    u"directory"_s);
    const QCommandLineOption feedSeconds(u"feed-seconds"_s, u"Length of the live feed."_s,
                                         u"seconds"_s, u"5"_s);
    parser.addOptions({lists, scenario, output, feedSeconds});
    parser.process(app);

    // Without a graphics processor the software renderer is both quicker and able to be grabbed.
    if (QGuiApplication::platformName() == "offscreen"_L1)
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);

    CatalogStore::setListsDirectory(parser.value(lists));
    QQmlApplicationEngine engine;
    engine.addImportPath(u":/qt/qml"_s);
    engine.addImportPath(QStringLiteral(AXIOM_QML_IMPORT_PATH));
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &app,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.load(QUrl(u"qrc:/qt/qml/Catalog/Main.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;

    if (!parser.isSet(scenario))
        return QGuiApplication::exec();
    Scenario run(engine.rootObjects().constFirst(), sinceStart);
    run.setOutput(parser.value(output));
    run.setFeedSeconds(parser.value(feedSeconds).toDouble());
    return run.execute();
}
