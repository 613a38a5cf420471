// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "selftest.h"

#include "counterstore.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdir.h>
#include <QtGui/qevent.h>
#include <QtGui/qimage.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;

namespace {

void press(QQuickWindow &window, int key, Qt::KeyboardModifiers modifiers = {},
           const QString &text = {})
{
    QKeyEvent down(QEvent::KeyPress, key, modifiers, text);
    QCoreApplication::sendEvent(&window, &down);
    QKeyEvent up(QEvent::KeyRelease, key, modifiers, text);
    QCoreApplication::sendEvent(&window, &up);
}

void click(QQuickWindow &window, const QString &name)
{
    const auto *item = window.findChild<QQuickItem *>(name);
    if (!item)
        return;
    const QPointF at = item->mapToScene({item->width() / 2, item->height() / 2});
    QMouseEvent down(QEvent::MouseButtonPress, at, at, Qt::LeftButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window, &down);
    QMouseEvent up(QEvent::MouseButtonRelease, at, at, Qt::LeftButton, {}, {});
    QCoreApplication::sendEvent(&window, &up);
}

} // namespace

int runSelftest(QQuickWindow &window, const QString &screenshots)
{
    const auto *store = window.property("store").value<CounterStore *>();
    const auto *figure = window.findChild<QQuickItem *>(u"count"_s);
    const auto *undo = window.findChild<QQuickItem *>(u"undo"_s);
    if (!store || !figure || !undo)
        return 1;

    bool ok = true;
    const auto check = [&](bool condition, const char *what) {
        std::printf("%-6s %s\n", condition ? "ok" : "FAILED", what);
        ok &= condition;
    };
    const auto shows = [&](int count) {
        return store->count() == count && figure->property("text") == QString::number(count);
    };
    const auto heard = std::make_shared<QStringList>();
    QObject here; // ends the connection
    QObject::connect(store, &CounterStore::countChanged, &here, [heard, store] {
        heard->append(u"%1 of %2"_s.arg(store->count()).arg(store->steps()));
    });

    check(shows(0) && !undo->isEnabled(), "it begins with nothing to undo");
    click(window, u"more"_s);
    check(shows(1) && undo->isEnabled(), "a key of the window counts");
    click(window, u"less"_s);
    click(window, u"less"_s);
    check(shows(-1), "so does the other");
    press(window, Qt::Key_Up);
    press(window, Qt::Key_Plus, {}, u"+"_s);
    press(window, Qt::Key_Plus, {}, u"+"_s);
    press(window, Qt::Key_Down);
    check(shows(1) && store->steps() == 7, "the keyboard counts");
    press(window, Qt::Key_Z, Qt::ControlModifier);
    check(shows(2) && store->steps() == 6, "the last step is undone");
    for (int steps = store->steps(); steps > 0; --steps)
        click(window, u"undo"_s);
    check(shows(0) && store->steps() == 0, "all of them are");
    press(window, Qt::Key_Z, Qt::ControlModifier);
    check(shows(0), "and no more than those");
    const QStringList expected{u"1 of 1"_s,  u"0 of 2"_s, u"-1 of 3"_s, u"0 of 4"_s, u"1 of 5"_s,
                               u"2 of 6"_s,  u"1 of 7"_s, u"2 of 6"_s,  u"1 of 5"_s, u"0 of 4"_s,
                               u"-1 of 3"_s, u"0 of 2"_s, u"1 of 1"_s,  u"0 of 0"_s};
    check(*heard == expected, "each step is told once, with all of the state");

    if (!screenshots.isEmpty()) {
        QDir().mkpath(screenshots);
        for (int i = 0; i < 42; ++i)
            press(window, Qt::Key_Up);
        auto *theme = window.property("theme").value<QObject *>();
        for (const bool dark : {false, true}) {
            theme->setProperty("dark", dark);
            const QString name = dark ? u"counter-dark.png"_s : u"counter.png"_s;
            const QString file = QDir(screenshots).filePath(name);
            if (!window.grabWindow().save(file)) {
                std::fprintf(stderr, "Cannot save %s.\n", qPrintable(file));
                ok = false;
            }
        }
    }
    std::printf("%s\n", ok ? "passed" : "FAILED");
    return ok ? 0 : 1;
}
