// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "benchmark.h"
#include "board.h"
#include "selftest.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qdir.h>
#include <QtCore/qtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qimage.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

int fail(const QString &message)
{
    std::fprintf(stderr, "%s\n", qPrintable(message));
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Ten thousand instruments under a feed, in three ways"_s);
    parser.addHelpOption();
    const QCommandLineOption benchmark({u"benchmark"_s, u"scenario"_s},
                                       u"Compare the three ways and exit."_s);
    const QCommandLineOption recording(
        u"recording"_s, u"Compare processor time with the monitor on and off, and exit."_s);
    const QCommandLineOption selftest(u"selftest"_s, u"Use the keys, check and exit."_s);
    const QCommandLineOption seconds(u"seconds"_s, u"Length of each run of a benchmark."_s,
                                     u"seconds"_s, u"2"_s);
    const QCommandLineOption way(u"way"_s, u"Start with <way>: 0, 1 or 2."_s, u"way"_s, u"2"_s);
    const QCommandLineOption rate(u"rate"_s, u"Ticks a second."_s, u"rate"_s, u"20000"_s);
    const QCommandLineOption plain(u"plain"_s, u"Start with the list as it comes."_s);
    const QCommandLineOption output(
        u"output"_s, u"Run for three seconds, save a screenshot in <directory>, and exit."_s,
        u"directory"_s);
    parser.addOptions({benchmark, recording, selftest, seconds, way, rate, plain, output});
    parser.process(app);
    bool isRate = false;
    const int ticks = parser.value(rate).toInt(&isRate);
    if (!isRate || ticks <= 0)
        return fail(u"--rate takes a number above 0."_s);
    bool isWay = false;
    const int first = parser.value(way).toInt(&isWay);
    if (!isWay || first < Board::Direct || first > Board::Coordinated)
        return fail(u"--way takes 0, 1 or 2."_s);

    // Without a graphics processor the software renderer is both quicker and able to be grabbed.
    if (QGuiApplication::platformName() == "offscreen"_L1)
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);

    QQmlApplicationEngine engine;
    engine.addImportPath(u":/qt/qml"_s);
    engine.addImportPath(QStringLiteral(AXIOM_QML_IMPORT_PATH));
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &app,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.load(QUrl(u"qrc:/qt/qml/Tickerboard/Main.qml"_s));
    if (engine.rootObjects().isEmpty())
        return 1;
    QObject *root = engine.rootObjects().constFirst();
    auto *board = root->property("board").value<Board *>();
    auto *window = qobject_cast<QQuickWindow *>(root);
    if (!board || !window)
        return 1;

    if (parser.isSet(selftest))
        return runSelftest(*window, *board, parser.value(output));
    if (parser.isSet(recording)) {
        compareRecording(*board, parser.value(seconds).toDouble());
        return 0;
    }
    int result = 0;
    if (parser.isSet(benchmark)) {
        result = runBenchmark(*board, parser.value(seconds).toDouble());
        if (!parser.isSet(output))
            return result;
    }
    board->setRate(ticks);
    board->setWay(Board::Way(first));
    board->setSorted(!parser.isSet(plain));
    board->setRunning(true);
    if (parser.isSet(output)) {
        QTimer::singleShot(1500, board, [board] {
            board->flood();
            for (int i = 0; i < 5; ++i)
                board->trade(i);
        });
        QTimer::singleShot(3000, window, [&] {
            QDir().mkpath(parser.value(output));
            const QString file = parser.value(output) + "/tickerboard.png"_L1;
            const bool saved = window->grabWindow().save(file);
            QCoreApplication::exit(saved ? result : fail(u"Cannot save %1."_s.arg(file)));
        });
    }
    return QGuiApplication::exec();
}
