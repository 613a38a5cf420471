// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

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
    parser.setApplicationDescription(u"A counter with a way back: the smallest store"_s);
    parser.addHelpOption();
    const QCommandLineOption selftest({u"selftest"_s, u"scenario"_s},
                                      u"Count by keys and mouse, check, and exit."_s);
    const QCommandLineOption output(u"output"_s, u"Save screenshots of it in <directory>."_s,
                                    u"directory"_s);
    parser.addOptions({selftest, output});
    parser.process(app);

    // Without a graphics processor the software renderer is both quicker and able to be grabbed.
    if (QGuiApplication::platformName() == "offscreen"_L1)
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);

    QQmlApplicationEngine engine;
    engine.addImportPath(u":/qt/qml"_s);
    engine.addImportPath(QStringLiteral(AXIOM_QML_IMPORT_PATH));
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &app,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.load(QUrl(u"qrc:/qt/qml/Counter/Main.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;

    if (parser.isSet(selftest) || parser.isSet(output)) {
        auto *window = qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst());
        return window ? runSelftest(*window, parser.value(output)) : 1;
    }
    return QGuiApplication::exec();
}
