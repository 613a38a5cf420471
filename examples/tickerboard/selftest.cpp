// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "selftest.h"

#include "board.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdir.h>
#include <QtCore/qelapsedtimer.h>
#include <QtGui/qevent.h>
#include <QtGui/qimage.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 10000; // ms
constexpr int mostStops = 50;

template <typename Condition>
bool waitFor(Condition condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.hasExpired(patience))
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    }
    return true;
}

void press(QQuickWindow &window, int key)
{
    QKeyEvent down(QEvent::KeyPress, key, {});
    QCoreApplication::sendEvent(&window, &down);
    QKeyEvent up(QEvent::KeyRelease, key, {});
    QCoreApplication::sendEvent(&window, &up);
}

} // namespace

int runSelftest(QQuickWindow &window, Board &board, const QString &directory)
{
    bool isOk = true;
    const auto check = [&isOk](bool condition, const char *what) {
        std::printf("%-6s %s\n", condition ? "ok" : "FAILED", what);
        std::fflush(stdout);
        isOk &= condition;
    };
    auto *list = window.property("list").value<QQuickItem *>();
    if (!list)
        return 1;
    const auto current = [list] { return list->property("currentIndex").toInt(); };
    const auto trades = [&board](int row) { return board.instruments().at(row).trades; };

    window.requestActivate();
    waitFor([&] { return window.isActive(); });
    board.setSorted(false);
    board.reset();
    waitFor([&] { return list->property("count").toInt() == Board::Rows; });
    for (int i = 0; i < mostStops && !list->hasActiveFocus(); ++i)
        press(window, Qt::Key_Tab);
    check(list->hasActiveFocus(), "the Tab key comes to the list");
    check(current() == 0, "the first row is the current one");
    press(window, Qt::Key_Down);
    press(window, Qt::Key_Down);
    press(window, Qt::Key_Up);
    check(current() == 1, "arrow keys go from row to row");
    const int before = trades(1);
    press(window, Qt::Key_Return);
    check(waitFor([&] { return trades(1) == before + 1; }), "Return buys");
    press(window, Qt::Key_Space);
    check(waitFor([&] { return trades(1) == before + 2; }), "so does Space");
    if (!directory.isEmpty()) {
        QDir().mkpath(directory);
        check(window.grabWindow().save(directory + "/keyboard.png"_L1), "there is a picture of it");
    }

    for (int i = 0; i < 100; ++i)
        press(window, Qt::Key_Down);
    check(current() == 101, "one row for each time that the key is pressed");
    check(waitFor([&] { return list->property("contentY").toDouble() > 0; }), "the list follows");
    press(window, Qt::Key_Tab);
    check(!list->hasActiveFocus(), "the list is one stop of the Tab key");

    const auto figure = [&board](const char *name) { return board.property(name).toDouble(); };
    board.setRunning(true);
    check(waitFor([&] { return figure("appliedRate") > 0 && figure("longestFrame") > 0; }),
          "figures come with the feed");
    board.setRunning(false);
    check(figure("longestFrame") == 0 && figure("frameRate") == 0 && figure("backlog") == 0,
          "without it no frame is late and nothing waits");
    check(waitFor([&] { return figure("appliedRate") == 0 && figure("signalRate") == 0; }),
          "and nothing is applied");
    board.reset();
    board.trade(0);
    check(waitFor([&] { return figure("lastTrade") > 0 && figure("urgentMedian") > 0; }),
          "an order is timed without the feed as well");
    board.setWay(Board::Queued);
    check(figure("lastTrade") == 0 && figure("urgentMedian") == 0,
          "with another way its figures begin anew");
    board.setWay(Board::Coordinated);
    return isOk ? 0 : 1;
}
