// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "scenario.h"

#include "library.h"

#include <QtCore/qdir.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>
#include <QtGui/qimage.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 20000; // ms
constexpr int settling = 700;   // ms, for figures and animations

template <typename Condition>
bool waitFor(Condition condition, int milliseconds)
{
    QEventLoop loop;
    QTimer timer;
    int left = milliseconds / 20;
    bool met = false;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        met = condition();
        if (met || --left <= 0)
            loop.quit();
    });
    timer.start(20);
    loop.exec();
    return met;
}

void pause(int milliseconds)
{
    waitFor([] { return false; }, milliseconds);
}

} // namespace

int runScenario(Library &library, QQuickWindow &window, const QString &directory)
{
    bool ok = directory.isEmpty() || QDir().mkpath(directory);
    auto *theme = window.property("theme").value<QObject *>();
    const auto shoot = [&](const QString &name) {
        for (const bool dark : {false, true}) {
            theme->setProperty("dark", dark);
            pause(settling);
            if (directory.isEmpty())
                continue;
            const QString file =
                u"%1/mediacache-%2-%3.png"_s.arg(directory, name, dark ? u"dark"_s : u"light"_s);
            const bool saved = window.grabWindow().save(file);
            if (!saved)
                std::fprintf(stderr, "Cannot save %s.\n", qPrintable(file));
            ok &= saved;
        }
    };

    library.archive()->setBrowsing(true);
    shoot(u"1-resident"_s);

    for (const int i : {2, 9})
        library.albums().at(i)->setPinned(true);
    const qreal budget = library.fullBytes() * 0.4;
    library.setBudget(budget);
    ok &= waitFor([&] { return library.residentBytes() + library.compressedBytes() <= budget; },
                  patience);
    shoot(u"2-budget"_s);

    library.freezeAll();
    ok &= waitFor([&] { return library.frozenCount() == library.albums().size(); }, patience);
    Album *album = library.albums().at(5);
    library.open(album);
    ok &= !album->isFrozen();
    window.setProperty("album", QVariant::fromValue(album));
    shoot(u"3-album"_s);
    return ok ? 0 : 1;
}
