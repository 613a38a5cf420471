// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "library.h"

#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qfile.h>
#include <QtCore/qpoint.h>

#include <algorithm>

#ifdef Q_OS_LINUX
#    include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Axiom::MemoryGovernor;
using Axiom::MemoryPressureLevel;
using Axiom::MemoryPressureMonitor;

namespace {

constexpr auto refreshInterval = 500ms;
constexpr auto simulatedFor = 3s;

// More than all albums take: at first nothing is given back.
constexpr qint64 firstBudget = 100 * 1000 * 1000;

} // namespace

Library::Library(QObject *parent) : QObject(parent)
{
    for (int i = 0; i < AlbumCount; ++i) {
        m_albums.append(new Album(i, this));
        m_fullBytes += m_albums.last()->fullBytes();
    }

    MemoryGovernor *governor = MemoryGovernor::instance();
    governor->setBudget(firstBudget);
    connect(governor, &MemoryGovernor::budgetChanged, this, &Library::budgetChanged);
    connect(governor, &MemoryGovernor::idleAfterChanged, this, &Library::idleAfterChanged);
    connect(governor, &MemoryGovernor::reclaimed, this, [this] {
        Q_EMIT reclaimed();
        Q_EMIT figuresChanged();
    });
    MemoryPressureMonitor *monitor = MemoryPressureMonitor::instance();
    connect(monitor, &MemoryPressureMonitor::levelChanged, this, &Library::pressureChanged);
    m_calm.setInterval(simulatedFor);
    m_calm.setSingleShot(true);
    connect(&m_calm, &QTimer::timeout, monitor,
            [monitor] { monitor->simulate(MemoryPressureLevel::Normal); });
    m_refresh.setInterval(refreshInterval);
    connect(&m_refresh, &QTimer::timeout, this, &Library::refresh);
    m_refresh.start();
}

void Library::refresh()
{
    if (m_history.size() == HistoryLength)
        m_history.removeFirst();
    m_history.append(QPointF(residentBytes(), compressedBytes()) / historyBytes());
    Q_EMIT historyChanged();
    Q_EMIT figuresChanged();
}

qreal Library::residentBytes() const
{
    qint64 bytes = 0;
    for (const Album *album : m_albums)
        bytes += album->residentBytes();
    return qreal(bytes);
}

qreal Library::compressedBytes() const
{
    qint64 bytes = 0;
    for (const Album *album : m_albums)
        bytes += album->frozenBytes();
    return qreal(bytes);
}

qreal Library::processBytes() const
{
#ifdef Q_OS_LINUX
    QFile file(u"/proc/self/statm"_s);
    if (file.open(QIODevice::ReadOnly))
        return file.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE));
#endif
    return 0;
}

int Library::frozenCount() const
{
    return int(std::count_if(m_albums.begin(), m_albums.end(),
                             [](const Album *album) { return album->isFrozen(); }));
}

qreal Library::budget() const
{
    return qreal(MemoryGovernor::instance()->budget());
}

void Library::setBudget(qreal bytes)
{
    MemoryGovernor::instance()->setBudget(qint64(bytes));
}

int Library::idleAfter() const
{
    return int(MemoryGovernor::instance()->idleAfter() / 1s);
}

void Library::setIdleAfter(int seconds)
{
    MemoryGovernor::instance()->setIdleAfter(std::chrono::seconds(seconds));
}

QString Library::lastReclaim() const
{
    return MemoryGovernor::instance()->lastReclaim().summary();
}

QString Library::pressure() const
{
    switch (MemoryPressureMonitor::instance()->level()) {
    case MemoryPressureLevel::Moderate:
        return tr("moderate");
    case MemoryPressureLevel::Critical:
        return tr("critical");
    case MemoryPressureLevel::Normal:
        break;
    }
    return tr("normal");
}

// The read is all it takes: what is compressed comes back by it.
void Library::open(Album *album)
{
    QElapsedTimer timer;
    timer.start();
    album->state.value();
    m_openMilliseconds = double(timer.nsecsElapsed()) / 1e6;
    Q_EMIT opened();
}

void Library::simulateModerate()
{
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    m_calm.start();
}

void Library::simulateCritical()
{
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Critical);
    m_calm.start();
}

void Library::freezeAll()
{
    for (Album *album : m_albums)
        album->freeze();
}

// They were not read by that; who thaws them means to.
void Library::thawAll()
{
    for (Album *album : m_albums) {
        album->thaw();
        album->state.value();
    }
}
