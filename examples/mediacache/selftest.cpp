// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "selftest.h"

#include "library.h"

#include <AxiomState/MemoryGovernor>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtGui/qevent.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <cstdio>

using Axiom::MemoryGovernor;

namespace {

constexpr int patience = 60000; // ms

bool passed(bool condition, const char *what)
{
    std::printf("%-6s %s\n", condition ? "ok" : "FAILED", what);
    std::fflush(stdout);
    return condition;
}

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

double megabytes(double bytes)
{
    return bytes / 1e6;
}

void press(QQuickWindow &window, int key, Qt::KeyboardModifiers modifiers = {})
{
    QKeyEvent down(QEvent::KeyPress, key, modifiers);
    QCoreApplication::sendEvent(&window, &down);
    QKeyEvent up(QEvent::KeyRelease, key, modifiers);
    QCoreApplication::sendEvent(&window, &up);
}

} // namespace

int runSelftest(Library &library)
{
    const QList<Album *> &albums = library.albums();
    const int count = int(albums.size());
    MemoryGovernor *governor = MemoryGovernor::instance();
    governor->setBudget(0); // until we set one
    bool ok = passed(count == Library::AlbumCount, "the albums are there");

    QList<size_t> sums;
    for (const Album *album : albums)
        sums.append(album->checksum());
    const auto allEqual = [&] {
        return std::equal(sums.begin(), sums.end(), albums.begin(),
                          [](size_t sum, const Album *album) { return sum == album->checksum(); });
    };
    const double before = library.residentBytes();
    ok &= passed(library.frozenCount() == 0, "all of them are resident");

    QElapsedTimer timer;
    timer.start();
    library.freezeAll();
    ok &= passed(waitFor([&] { return library.frozenCount() == count; }), "all freeze");
    const double freezing = double(timer.nsecsElapsed()) / 1e6;
    const double after = library.compressedBytes();
    ok &= passed(library.residentBytes() < before / 100, "what is frozen is not resident");
    ok &= passed(after < before / 2, "they take less than half of it");

    QList<double> opening;
    for (Album *album : albums) {
        library.open(album);
        opening.append(library.openMilliseconds());
    }
    std::sort(opening.begin(), opening.end());
    ok &= passed(library.frozenCount() == 0, "an album comes back when it is read");
    ok &= passed(allEqual(), "each reads as before");

    // What is compressed already is frozen again for nothing.
    timer.start();
    library.freezeAll();
    ok &= passed(waitFor([&] { return library.frozenCount() == count; }), "all freeze again");
    const double freezingAgain = double(timer.nsecsElapsed()) / 1e6;

    albums.first()->state.apply([](AlbumState &s) { s.photos[0].caption += u'!'; });
    ok &= passed(!albums.first()->isFrozen() && albums.first()->captions().first().endsWith(u'!'),
                 "a frozen album can be changed");
    sums[0] = albums.first()->checksum();

    library.thawAll();
    ok &= passed(library.frozenCount() == 0 && library.compressedBytes() == 0, "all thaw");
    Album *pinned = albums.at(count / 2);
    pinned->setPinned(true);
    const double budget = before / 2;
    governor->setBudget(qint64(budget));
    const auto held = [&] { return library.residentBytes() + library.compressedBytes(); };
    ok &= passed(waitFor([&] { return held() <= budget; }), "a budget of half of it is kept");
    waitFor([&] { return !governor->isReclaiming(); });
    const double kept = held();
    const int frozen = library.frozenCount();
    ok &= passed(governor->lastReclaim().freedBytes > 0, "the governor says what it has freed");
    ok &= passed(frozen > 0 && frozen < count, "only as many freeze as have to");
    ok &= passed(!pinned->isFrozen(), "a pinned album stays");
    ok &= passed(allEqual(), "each still reads as before");
    governor->setBudget(0);

    Archive *archive = library.archive();
    const auto readTwice = [archive](Archive::Policy policy) {
        archive->setPolicy(policy);
        bool equal = true;
        for (int i = 0; i < 2 * archive->count(); ++i)
            equal &= archive->metadata(i / 2) == Archive::original(i / 2);
        return equal;
    };
    // A policy is new to the archive: the first one is another.
    const bool never = readTwice(Archive::Never);
    ok &= passed(never && archive->hits() == 0 && archive->decodes() == 2 * archive->count(),
                 "the archive decodes for each read by the policy never");
    const bool always = readTwice(Archive::Always);
    ok &= passed(always && archive->decodes() == 0 && archive->hits() == 2 * archive->count(),
                 "the archive keeps what it was given by the policy always");

    // By the policy always all of it is decoded.
    QList<Axiom::Reclaimable::Result> results;
    const auto done = [&results](const Axiom::Reclaimable::Result &r) { results.append(r); };
    const auto decoded = qint64(archive->cachedBytes());
    archive->reclaim(Axiom::MemoryPressureLevel::Critical, done);
    archive->reclaim(Axiom::MemoryPressureLevel::Critical, done);
    ok &= passed(results.isEmpty() && waitFor([&] { return results.size() == 2; }),
                 "the archive gives back step by step, and answers each request");
    const Axiom::Reclaimable::Result given = results.value(0);
    ok &= passed(archive->cachedBytes() == 0 && given.freedBytes >= decoded,
                 "what was decoded is given back");
    {
        Archive other;
        other.reclaim(Axiom::MemoryPressureLevel::Critical, done);
    }
    ok &= passed(results.size() == 3, "an archive that goes meanwhile answers, too");

    std::printf("\n%d albums, %.1f MB resident before, %.1f MB frozen, ratio %.1f\n", count,
                megabytes(before), megabytes(after), before / after);
    std::printf("freezing all took %.0f ms, again %.0f ms\n", freezing, freezingAgain);
    std::printf("opening a frozen album: median %.2f ms, longest %.2f ms\n",
                opening.at(opening.size() / 2), opening.last());
    std::printf("with a budget of %.1f MB: %.1f MB, %d albums frozen; %s\n", megabytes(budget),
                megabytes(kept), frozen, qPrintable(governor->lastReclaim().summary()));
    std::printf("the archive gave back %.1f MB in %.1f ms, the longest step %.1f ms\n",
                megabytes(double(given.freedBytes)), double(given.work.count()) / 1e6,
                double(given.longestStep.count()) / 1e6);
    std::printf("%s\n", ok ? "passed" : "FAILED");
    return ok ? 0 : 1;
}

int runKeyTest(Library &library, QQuickWindow &window)
{
    auto *grid = window.property("albums").value<QQuickItem *>();
    auto *photos = window.property("photos").value<QQuickItem *>();
    if (!grid || !photos)
        return 1;
    const auto current = [](const QQuickItem *view) {
        return view->property("currentIndex").toInt();
    };
    const auto shown = [&window] { return window.property("album").value<Album *>(); };

    window.requestActivate();
    bool ok = passed(waitFor([&] { return grid->hasActiveFocus(); }), "the grid has the keyboard");
    ok &= passed(current(grid) == 0, "the first album is the current one");
    press(window, Qt::Key_Tab);
    ok &= passed(!grid->hasActiveFocus(), "the grid is one stop of the Tab key");
    press(window, Qt::Key_Backtab, Qt::ShiftModifier);
    ok &= passed(grid->hasActiveFocus(), "Shift+Tab comes back to it");
    const int columns = grid->property("columns").toInt();
    press(window, Qt::Key_Right);
    press(window, Qt::Key_Right);
    press(window, Qt::Key_Down);
    press(window, Qt::Key_Left);
    const int chosen = columns + 1;
    ok &= passed(current(grid) == chosen, "arrow keys go from album to album");

    Album *album = library.albums().at(chosen);
    press(window, Qt::Key_Space);
    ok &= passed(album->isPinned() && !shown(), "Space pins the album");
    press(window, Qt::Key_Space);
    ok &= passed(!album->isPinned(), "and lets it go");

    press(window, Qt::Key_Return);
    ok &= passed(shown() == album, "Return opens it");
    ok &= passed(photos->hasActiveFocus() && current(photos) == 0, "its photos have the keyboard");
    press(window, Qt::Key_Right);
    ok &= passed(current(photos) == 1, "arrow keys go from photo to photo");
    press(window, Qt::Key_Tab);
    ok &= passed(!photos->hasActiveFocus(), "they are one stop of the Tab key");
    press(window, Qt::Key_Backtab, Qt::ShiftModifier);
    press(window, Qt::Key_Backtab, Qt::ShiftModifier);
    press(window, Qt::Key_Escape);
    ok &= passed(!shown(), "Escape closes the album, whatever of it has the keyboard");
    ok &= passed(grid->hasActiveFocus() && current(grid) == chosen, "the grid is as it was left");
    press(window, Qt::Key_Enter);
    ok &= passed(shown() == album && photos->hasActiveFocus(), "Enter opens it as well");
    press(window, Qt::Key_Back);
    ok &= passed(!shown() && grid->hasActiveFocus(), "the key Back closes as well");

    for (int i = 0; i < Library::AlbumCount; ++i)
        press(window, Qt::Key_Down);
    ok &= passed(waitFor([&] { return grid->property("contentY").toDouble() > 0; }),
                 "the grid follows the current album");
    std::printf("%s\n", ok ? "passed" : "FAILED");
    return ok ? 0 : 1;
}
