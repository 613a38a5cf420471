// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "scenario.h"

#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>

#include "catalogstore.h"
#include "figures.h"

#include <AxiomState/BatchCoordinator>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdir.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>
#include <QtGui/qevent.h>
#include <QtGui/qimage.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60000; // ms, for anything that is to happen

int roleOf(const QAbstractItemModel *model, const QByteArray &name)
{
    return model->roleNames().key(name, -1);
}

} // namespace

Scenario::Scenario(QObject *rootObject, const QElapsedTimer &sinceStart)
    : m_window(qobject_cast<QQuickWindow *>(rootObject)),
      m_store(rootObject->property("store").value<CatalogStore *>()),
      m_figures(rootObject->property("figures").value<Figures *>()),
      m_list(rootObject->property("list").value<QObject *>()), m_sinceStart(sinceStart),
      m_out(stdout)
{ }

int Scenario::execute()
{
    if (!m_window || !m_store || !m_figures || !m_list)
        return 1;
    if (!m_output.isEmpty())
        QDir().mkpath(m_output);
    m_figures->setContinuous(true);
    load();
    search();
    rateByKeyboard();
    sortAndRate();
    feed();
    restore();
    freeze();
    figure(u"memory of the state"_s,
           u"%1 MiB"_s.arg(double(m_store->residentBytes()) / 1048576, 0, 'f', 1));
    figure(u"memory of the process"_s,
           u"%1 MiB"_s.arg(double(Figures::residentProcessBytes()) / 1048576, 0, 'f', 1));
    m_out << (m_failures == 0 ? "The final state is the expected one.\n"
                              : "The scenario failed.\n");
    m_out.flush();
    return m_failures == 0 ? 0 : 1;
}

void Scenario::load()
{
    const QAbstractItemModel *model = m_store->packages();
    check(waitFor([&] { return model->rowCount() > 0; }, patience), u"first rows arrive"_s);
    // On the screen with the frame after the one under way.
    const auto frames = std::make_shared<int>(0);
    QObject here; // ends the connection
    QObject::connect(m_window, &QQuickWindow::frameSwapped, &here, [frames] { ++*frames; });
    waitFor([&] { return *frames >= 2; }, patience);
    figure(u"first rows on screen"_s, u"%1 ms"_s.arg(m_sinceStart.elapsed()));
    check(waitFor([&] { return m_store->hasSavedState(); }, patience), u"loading ends"_s);
    figure(u"all rows"_s, u"%1 ms"_s.arg(m_sinceStart.elapsed()));
    figure(u"records"_s, QString::number(m_store->packageCount()));
    if (!m_store->note().isEmpty())
        figure(u"note"_s, m_store->note());
    gap(u"loading"_s);
    check(model->rowCount() == m_store->packageCount(), u"every record has a row"_s);
    screenshot(u"1-loaded"_s);
}

void Scenario::search()
{
    const QAbstractItemModel *model = m_store->packages();
    const QString word = u"python"_s;
    for (qsizetype length = 1; length <= word.size(); ++length) {
        m_store->setQuery(word.first(length));
        waitFor([] { return false; }, 60); // as fast as somebody types
    }
    check(waitFor([&] { return !m_store->isArranging(); }, patience), u"the search ends"_s);
    gap(u"search as you type"_s);
    const int expected =
        int(std::count_if(m_store->state->packages.begin(), m_store->state->packages.end(),
                          [&](const Package &package) {
                              return package.name.contains(word, Qt::CaseInsensitive)
                                  || package.summary.contains(word, Qt::CaseInsensitive);
                          }));
    check(model->rowCount() == expected && expected > 0, u"the search finds what matches"_s);
    m_store->setSelected(model->index(0, 0).data(roleOf(model, "packageId")).toInt());
    waitFor([] { return false; }, 100);
    screenshot(u"2-search"_s);
}

void Scenario::rateByKeyboard()
{
    const QAbstractItemModel *model = m_store->packages();
    const int ratingRole = roleOf(model, "rating");
    const auto rating = [&] { return model->index(1, 0).data(ratingRole).toInt(); };
    m_window->requestActivate();
    check(waitFor([&] { return m_window->activeFocusItem() != nullptr; }, patience),
          u"something has the keyboard"_s);
    press(Qt::Key_Down); // into the list
    press(Qt::Key_Down);
    press(Qt::Key_3, u"3"_s);
    check(rating() == 3, u"a digit rates the current row"_s);
    press(Qt::Key_Right);
    check(rating() == 4, u"an arrow key adds a star"_s);
    press(Qt::Key_Tab);
    press(Qt::Key_Left);
    press(Qt::Key_Left);
    check(rating() == 2, u"in the details, too"_s);
    waitFor([] { return false; }, 100);
    screenshot(u"2-rated-by-keyboard"_s);
    press(Qt::Key_0, u"0"_s);
    check(rating() == 0, u"a rating can be taken back"_s);

    // A row that was clicked is another one, or none, after a search.
    auto *header = m_window->property("header").value<QQuickItem *>();
    auto *list = qobject_cast<QQuickItem *>(m_list);
    if (!header || !list)
        return check(false, u"there are a header and a list"_s);
    const QString word = m_store->query();
    m_store->setQuery({});
    waitFor([&] { return !m_store->isArranging(); }, patience);
    m_list->setProperty("contentY", 0);
    waitFor([] { return false; }, 100);
    const int idRole = roleOf(model, "packageId");
    const int clicked = model->index(0, 0).data(idRole).toInt();
    click(list->mapToScene({200, 20}));
    check(list->hasActiveFocus() && m_store->selected() == clicked, u"a click chooses a row"_s);
    header->forceActiveFocus();
    for (const QChar letter : word)
        press(0, letter);
    check(waitFor([&] { return m_store->query() == word && !m_store->isArranging(); }, patience),
          u"what is typed is searched for"_s);
    press(Qt::Key_Down);
    const QModelIndex current = model->index(m_list->property("currentIndex").toInt(), 0);
    check(m_store->selected() == current.data(idRole).toInt(),
          u"the details are those of the current row"_s);
    press(Qt::Key_3, u"3"_s);
    check(current.data(ratingRole).toInt() == 3, u"that one is rated"_s);
    screenshot(u"2-rated-after-search"_s);
    press(Qt::Key_0, u"0"_s);
}

void Scenario::sortAndRate()
{
    const QAbstractItemModel *model = m_store->packages();
    const int idRole = roleOf(model, "packageId");
    const int ratingRole = roleOf(model, "rating");
    m_figures->takeLongestGap();
    for (int row = 0; row < 3; ++row)
        m_store->rate(model->index(row, 0).data(idRole).toInt(), 5 - row);
    const int rated = model->index(1, 0).data(idRole).toInt();
    check(model->index(1, 0).data(ratingRole).toInt() == 4, u"a rating shows at once"_s);

    m_store->setQuery({});
    waitFor([&] { return !m_store->isArranging(); }, patience);
    m_store->sortBy(CatalogStore::Rating);
    waitFor([&] { return !m_store->isArranging(); }, patience);
    m_store->sortBy(CatalogStore::Rating);
    waitFor([&] { return !m_store->isArranging(); }, patience);
    check(model->rowCount() == m_store->packageCount(), u"without a query all rows show"_s);
    check(model->index(1, 0).data(idRole).toInt() == rated
              && model->index(1, 0).data(ratingRole).toInt() == 4,
          u"the rating survives search and sorting"_s);
    gap(u"sorting"_s);
    waitFor([] { return false; }, 100);
    screenshot(u"3-rated"_s);
}

void Scenario::feed()
{
    const Axiom::BatchMetrics before = Axiom::BatchCoordinator::instance()->metrics();
    m_figures->takeLongestGap();
    double apply = 0;
    double publish = 0;
    int flushes = 0;
    QObject here; // ends the connection
    QObject::connect(Axiom::BatchCoordinator::instance(), &Axiom::BatchCoordinator::flushed, &here,
                     [&](const Axiom::FlushInfo &info) {
                         apply += info.applyMilliseconds();
                         publish += info.publishMilliseconds();
                         ++flushes;
                     });
    m_store->setFeeding(true);
    QElapsedTimer elapsed;
    elapsed.start();
    QList<qint64> memory; // of the process, each second
    waitFor(
        [&] {
            const double t = double(elapsed.elapsed()) / 1000;
            if (t >= double(memory.size()))
                memory.append(Figures::residentProcessBytes());
            const double range = m_list->property("contentHeight").toDouble() / 20;
            m_list->setProperty("contentY", range * (1 - std::cos(t)) / 2);
            return t >= m_feedSeconds;
        },
        patience + int(m_feedSeconds * 1000));
    const double seconds = double(elapsed.nsecsElapsed()) / 1e9;
    gap(u"live feed while scrolling"_s);
    screenshot(u"4-live-feed"_s);
    m_store->setFeeding(false);
    Axiom::BatchCoordinator::instance()->flush();
    const Axiom::BatchMetrics after = Axiom::BatchCoordinator::instance()->metrics();

    figure(u"updates/s"_s, QString::number(std::round(double(m_store->fedUpdates()) / seconds)));
    figure(u"flushes/s"_s,
           QString::number(std::round(double(after.flushes - before.flushes) / seconds)));
    figure(u"mean time to apply and publish a flush"_s,
           u"%1 ms, %2 ms"_s.arg(apply / std::max(flushes, 1), 0, 'f', 2)
               .arg(publish / std::max(flushes, 1), 0, 'f', 2));
    figure(
        u"notifications/s"_s,
        QString::number(std::round(double(after.notifications - before.notifications) / seconds)));
    figure(u"row signals/s"_s,
           QString::number(std::round(double(after.rowSignals - before.rowSignals) / seconds)));
    check(after.applied - before.applied == m_store->fedUpdates(), u"no update is lost"_s);
    checkMemory(memory);
}

// A feed that goes on for long takes no more memory in its last quarter than in its second.
void Scenario::checkMemory(const QList<qint64> &memory)
{
    constexpr qsizetype leastSeconds = 60;
    if (memory.size() < leastSeconds)
        return;
    const qsizetype quarter = memory.size() / 4;
    const auto median = [&](qsizetype first) {
        QList<qint64> part = memory.mid(first, quarter);
        std::sort(part.begin(), part.end());
        return double(part.at(quarter / 2)) / 1048576;
    };
    const double early = median(quarter);
    const double late = median(memory.size() - quarter);
    figure(u"memory of the process, second and last quarter"_s,
           u"%1, %2 MiB"_s.arg(early, 0, 'f', 1).arg(late, 0, 'f', 1));
    check(late <= 1.03 * early, u"memory stays flat"_s);
}

void Scenario::restore()
{
    m_figures->takeLongestGap();
    m_store->restoreSavedState();
    check(waitFor([&] { return !m_store->isArranging(); }, patience), u"the restore ends"_s);
    waitFor([] { return false; }, 100);
    gap(u"restore"_s);
    check(m_store->state.value() == *m_store->savedState(), u"the first state is back"_s);
    check(m_store->packages()->rowCount() == m_store->packageCount(), u"all rows are back"_s);
    screenshot(u"5-restored"_s);
}

void Scenario::freeze()
{
    QAbstractItemModel *model = m_store->packages();
    const int nameRole = roleOf(model, "name");
    const QString name = model->index(1000, 0).data(nameRole).toString();
    const auto megabytes = [](qint64 bytes) {
        return u"%1 MiB"_s.arg(double(bytes) / 1048576, 0, 'f', 1);
    };
    const qint64 residentBefore = m_store->residentBytes();
    const qint64 processBefore = Figures::residentProcessBytes();
    m_figures->takeLongestGap();
    QElapsedTimer elapsed;
    elapsed.start();
    // As an application that is looked at no more: nothing is idle before two seconds.
    Axiom::MemoryPressureMonitor::instance()->simulate(Axiom::MemoryPressureLevel::Critical);
    auto *governor = Axiom::MemoryGovernor::instance();
    check(waitFor([&] { return governor->lastReclaim().freedBytes > 0; }, patience),
          u"memory is given back under pressure"_s);
    gap(u"freezing"_s);
    Axiom::MemoryPressureMonitor::instance()->simulate(Axiom::MemoryPressureLevel::Normal);
    const Axiom::MemoryReclaim reclaim = governor->lastReclaim();
    check(m_store->residentBytes() < residentBefore / 4 || m_store->packageCount() < 10000,
          u"the state is frozen, but for what the list shows"_s);
    figure(
        u"state resident, frozen"_s,
        u"%1, %2, a %3th"_s.arg(megabytes(residentBefore), megabytes(m_store->frozenBytes()))
            .arg(double(residentBefore) / double(m_store->frozenBytes() + m_store->residentBytes()),
                 0, 'f', 1));
    figure(u"process before, frozen"_s,
           u"%1, %2"_s.arg(megabytes(processBefore), megabytes(reclaim.processBytesAfter)));
    figure(u"longest step of freezing on the GUI thread"_s,
           u"%1 ms"_s.arg(reclaim.longestStepMilliseconds(), 0, 'f', 2));
    waitFor([] { return false; }, 1100); // the figures shown are those of the last second
    screenshot(u"6-frozen"_s);

    // Each in another part of the list.
    QList<double> times;
    for (int part = 1; part < 16; ++part) {
        elapsed.restart();
        model->index(int(qint64(model->rowCount()) * part / 16), 0).data(nameRole);
        times.append(double(elapsed.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    figure(u"first row of a frozen part, median, longest"_s,
           u"%1, %2 ms"_s.arg(times.at(times.size() / 2), 0, 'f', 3).arg(times.last(), 0, 'f', 3));
    check(model->index(1000, 0).data(nameRole).toString() == name,
          u"a frozen row reads as before"_s);
    m_list->setProperty("contentY", m_list->property("contentHeight").toDouble() / 2);
    waitFor([] { return false; }, 200);
    check(m_store->residency() == Axiom::Residency::Partial
              && (m_store->packageCount() < 10000 || m_store->residentBytes() < residentBefore / 4),
          u"a list thaws what it shows and nothing else"_s);
    check(m_store->state.value() == *m_store->savedState(), u"all of it reads as before"_s);
    screenshot(u"7-scrolled"_s);
}

bool Scenario::waitFor(const std::function<bool()> &condition, int milliseconds)
{
    QEventLoop loop;
    QTimer timer;
    QElapsedTimer elapsed;
    elapsed.start();
    bool met = false;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        met = condition();
        if (met || elapsed.hasExpired(milliseconds))
            loop.quit();
    });
    timer.start(5);
    loop.exec();
    return met;
}

void Scenario::check(bool condition, const QString &what)
{
    if (condition)
        return;
    ++m_failures;
    m_out << "FAILED: " << what << '\n';
}

void Scenario::press(int key, const QString &text)
{
    QKeyEvent down(QEvent::KeyPress, key, {}, text);
    QCoreApplication::sendEvent(m_window, &down);
    QKeyEvent up(QEvent::KeyRelease, key, {}, text);
    QCoreApplication::sendEvent(m_window, &up);
}

void Scenario::click(const QPointF &position)
{
    QMouseEvent down(QEvent::MouseButtonPress, position, position, Qt::LeftButton, Qt::LeftButton,
                     {});
    QCoreApplication::sendEvent(m_window, &down);
    QMouseEvent up(QEvent::MouseButtonRelease, position, position, Qt::LeftButton, {}, {});
    QCoreApplication::sendEvent(m_window, &up);
}

void Scenario::screenshot(const QString &name)
{
    if (!m_output.isEmpty()) {
        const QImage image = m_window->grabWindow();
        check(!image.isNull() && image.save(u"%1/%2.png"_s.arg(m_output, name)),
              u"screenshot %1"_s.arg(name));
    }
    m_figures->setContinuous(true);
    m_figures->takeLongestGap();
}

void Scenario::figure(const QString &name, const QString &value)
{
    m_out << name.leftJustified(46) << value << '\n';
    m_out.flush();
}

void Scenario::gap(const QString &phase)
{
    figure(u"longest frame gap, %1"_s.arg(phase),
           u"%1 ms"_s.arg(m_figures->takeLongestGap(), 0, 'f', 1));
}
