// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "board.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>

#include <QtCore/qcoreapplication.h>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using Axiom::Priority;

namespace {

constexpr int refreshInterval = 500; // ms

// More than this the event queue shall not hold: each posted call takes some 200 bytes.
constexpr qint64 mostBacklog = 300000;

qint64 now()
{
    return Axiom::Clock::steady().now().count();
}

qreal milliseconds(std::chrono::nanoseconds time)
{
    return qreal(time.count()) / 1e6;
}

// Four letters by number, as no real ones are meant.
QString symbol(int number)
{
    QString text;
    for (int i = 0; i < 4; ++i, number /= 26)
        text.prepend(QChar(u'A' + number % 26));
    return text;
}

QList<Instrument> firstInstruments()
{
    QList<Instrument> instruments;
    for (int row = 0; row < Board::Rows; ++row)
        instruments.append({symbol(row * 41), 1000 + row * 7919 % 90000, 0, 0});
    return instruments;
}

} // namespace

Board::Board(QObject *parent)
    : StateStore(parent), m_feed(std::make_unique<Feed>(Rows, [this](const Tick &tick) {
          send(tick, Priority::Normal, now());
      }))
{
    m_feed->setHold([this] { return m_backlog > mostBacklog; });
    reset();
    connect(Axiom::BatchCoordinator::instance(), &Axiom::BatchCoordinator::deadlineMissed, this,
            [this] { ++m_misses; });
    for (QAbstractItemModel *model :
         {static_cast<QAbstractItemModel *>(&m_plain), state.listModel(&BoardState::instruments)}) {
        connect(model, &QAbstractItemModel::dataChanged, this, [this] { ++m_signals; });
    }
    connect(&m_timer, &QTimer::timeout, this, &Board::refresh);
    m_timer.start(refreshInterval);
}

Board::~Board()
{
    settle();
}

void Board::reset()
{
    settle();
    m_plain.setInstruments(firstInstruments());
    state.apply([](BoardState &s) { s.instruments = firstInstruments(); });
    m_told.tryAcquire(m_told.available());
    m_applied = m_appliedBefore = 0;
    m_signals = m_signalsBefore = 0;
    m_misses = 0;
    m_urgent.clear();
    m_low.clear();
    m_lastTrade = 0;
    m_frames.clear();
    m_sinceRefresh.start();
}

void Board::settle()
{
    m_isSettling = true; // a thread that waits for its call would wait for us
    m_feed->stop();
    m_senders.waitForDone();
    m_isSettling = false;
    while (m_backlog > 0) {
        QCoreApplication::sendPostedEvents(this);
        Axiom::BatchCoordinator::instance()->flush();
    }
}

void Board::setWay(Way way)
{
    if (m_way == way)
        return;
    const bool wasRunning = m_isRunning;
    setRunning(false);
    reset();
    const bool wasSorted = m_isSorted;
    setSorted(false);
    m_way = way;
    Q_EMIT wayChanged();
    Q_EMIT modelChanged();
    setSorted(wasSorted);
    setRunning(wasRunning);
    refresh();
}

void Board::setRate(int rate)
{
    if (m_rate == rate)
        return;
    m_rate = rate;
    m_feed->setRate(rate);
    Q_EMIT rateChanged();
}

void Board::setRunning(bool running)
{
    if (m_isRunning == running)
        return;
    m_isRunning = running;
    if (running) {
        m_frames.clear();
        play(std::numeric_limits<qint64>::max());
    } else {
        settle();
    }
    Q_EMIT runningChanged();
    if (!running)
        refresh();
}

void Board::play(qint64 ticks)
{
    m_feed->setRate(m_rate);
    m_feed->start(ticks);
}

void Board::setSorted(bool sorted)
{
    if (m_isSorted == sorted)
        return;
    m_isSorted = sorted;
    m_proxy.setSourceModel(sorted ? source() : nullptr);
    if (sorted) {
        m_proxy.setSortRole(source()->roleNames().key("change"));
        m_proxy.sort(0, Qt::DescendingOrder);
    }
    Q_EMIT sortedChanged();
    Q_EMIT modelChanged();
}

QAbstractItemModel *Board::source()
{
    if (m_way == Coordinated)
        return state.listModel(&BoardState::instruments);
    return &m_plain;
}

QAbstractItemModel *Board::model()
{
    if (m_isSorted)
        return &m_proxy;
    return source();
}

void Board::setWindow(QQuickWindow *window)
{
    if (m_window == window)
        return;
    m_window = window;
    if (window)
        m_frames.watch(window);
    Q_EMIT windowChanged();
}

QList<Instrument> Board::instruments() const
{
    return m_way == Coordinated ? state->instruments.toList() : m_plain.instruments();
}

// From any thread.
void Board::send(const Tick &tick, Priority priority, qint64 submitted)
{
    ++m_backlog;
    if (m_way == Coordinated) {
        state.enqueue(
            [this, tick, priority, submitted](BoardState &s) {
                s.instruments.modify(tick.row, [&](Instrument &i) { tick.applyTo(i); });
                finished(priority, submitted);
            },
            {priority, QDeadlineTimer::Forever, {}});
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this, tick, priority, submitted] {
            m_plain.apply(tick);
            finished(priority, submitted);
            if (m_way == Direct && priority == Priority::Normal)
                m_told.release();
        },
        Qt::QueuedConnection);
    if (m_way == Direct && priority == Priority::Normal) {
        while (!m_told.tryAcquire(1, 10) && !m_isSettling) { }
    }
}

void Board::finished(Priority priority, qint64 submitted)
{
    ++m_applied;
    --m_backlog;
    const std::chrono::nanoseconds latency(now() - submitted);
    if (priority == Priority::Critical) {
        m_urgent.record(latency);
        m_lastTrade = milliseconds(latency);
    } else if (priority == Priority::Low) {
        m_low.record(latency);
    }
}

void Board::trade(int row)
{
    order(m_isSorted ? m_proxy.mapToSource(m_proxy.index(row, 0)).row() : row);
}

void Board::order(int position)
{
    // From here on, as a flood may have the threads.
    m_senders.start([this, position, submitted = now()] {
        send({position, 100}, Priority::Critical, submitted);
    });
}

void Board::flood()
{
    m_senders.start([this] {
        for (int i = 0; i < FloodSize; ++i)
            send({i % Rows, i % 3 - 1}, Priority::Low, now());
    });
}

void Board::refresh()
{
    // A window that freezes refreshes its figures late, too.
    const double seconds = double(std::max<qint64>(m_sinceRefresh.restart(), 1)) / 1000;
    const auto rate = [seconds](qint64 count) { return int(double(count) / seconds); };
    m_appliedRate = rate(m_applied - std::exchange(m_appliedBefore, m_applied));
    m_signalRate = rate(m_signals - std::exchange(m_signalsBefore, m_signals));
    // Orders are seen to without the feed, too; frames are of interest with it only, and those of the
    // benchmark, which has a feed of its own, are left to it.
    m_frameRate = m_isRunning ? rate(m_frames.count()) : 0;
    m_longestFrame = m_isRunning ? m_frames.longest() : 0;
    if (m_isRunning) {
        m_shownFrames = m_frames.last();
        m_frames.clear();
    }
    m_shownBacklog = int(m_backlog);
    m_urgentMedian = milliseconds(m_urgent.percentile(50));
    m_urgentWorst = milliseconds(m_urgent.max());
    m_lowMedian = milliseconds(m_low.percentile(50));
    Q_EMIT figuresChanged();
}
