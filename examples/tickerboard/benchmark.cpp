// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "benchmark.h"

#include "board.h"

#include <AxiomState/PerformanceMonitor>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

struct Run
{
    int rate;
    bool floods; // with updates of low priority, all at once
    bool sorts;
    const char *title;
};

constexpr std::array runs = {
    Run{1000, false, false, "A list as it comes"},
    Run{20000, false, false, ""},
    Run{200000, false, false, ""},
    Run{20000, true, false, "With 100,000 updates of low priority at once"},
    Run{1000, false, true, "A list sorted by what changed most"},
    Run{20000, false, true, ""},
};
constexpr int tradeInterval = 50; // ms

struct Way
{
    Board::Way way;
    const char *name;
};

constexpr std::array ways = {Way{Board::Direct, "direct calls"}, Way{Board::Queued, "queued calls"},
                             Way{Board::Coordinated, "coordinator"}};

constexpr std::array recordedRates = {20000, 200000};
constexpr int turns = 10;

void processEvents()
{
    QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
}

// Processor time of the process a tick, in microseconds: other processes do not count.
double timePerTick(Board &board, qint64 ticks)
{
    board.reset();
    const std::clock_t start = std::clock();
    board.play(ticks);
    while (!board.isSettled())
        processEvents();
    board.settle();
    return double(std::clock() - start) * 1e6 / CLOCKS_PER_SEC / double(ticks);
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

int runBenchmark(Board &board, double seconds)
{
    bool complete = true;
    std::printf("%-14s %9s %10s %12s %8s %14s %16s %16s\n", "", "ticks/s", "applied/s", "signals/s",
                "frames/s", "longest [ms]", "urgent p50 [ms]", "urgent max [ms]");
    for (const auto [rate, floods, sorts, title] : runs) {
        if (*title)
            std::printf("%s\n", title);
        QList<Instrument> expected;
        for (const Way &way : ways) {
            board.setSorted(false);
            board.setWay(way.way);
            board.reset();
            board.setRate(rate);
            board.setSorted(sorts);
            const auto ticks = qint64(rate * seconds);
            QElapsedTimer timer;
            QElapsedTimer sinceTrade;
            timer.start();
            sinceTrade.start();
            board.play(ticks);
            if (floods)
                board.flood();
            int trades = 0;
            while (!board.isSettled()) {
                processEvents();
                if (sinceTrade.elapsed() >= tradeInterval) {
                    sinceTrade.restart();
                    board.order(trades++ % Board::Rows);
                }
            }
            board.settle(); // a trade may just have been made
            const double took = double(timer.nsecsElapsed()) / 1e9;
            const double longest = board.frames().longest();
            const int frames = board.frames().count();
            std::printf("%-14s %9d %10.0f %12.0f %8.1f %14.1f %16.2f %16.2f\n", way.name, rate,
                        double(board.applied()) / took, double(board.signalCount()) / took,
                        frames / took, longest, double(board.urgent().percentile(50).count()) / 1e6,
                        double(board.urgent().max().count()) / 1e6);
            std::fflush(stdout);
            // Trades come when they come; without them all ways end in the same.
            QList<Instrument> instruments = board.instruments();
            for (int i = 0; i < trades; ++i) {
                Instrument &traded = instruments[i % Board::Rows];
                traded.price -= 100;
                traded.change -= 100;
                --traded.trades;
            }
            if (way.way == Board::Direct)
                expected = instruments;
            complete &= instruments == expected
                && board.applied() == ticks / 2 * 2 + trades + (floods ? Board::FloodSize : 0);
        }
    }
    std::printf(complete ? "All ticks arrived, in all three ways.\n" : "Ticks were lost.\n");
    return complete ? 0 : 1;
}

void compareRecording(Board &board, double seconds)
{
    auto *monitor = Axiom::PerformanceMonitor::instance();
    std::printf("%9s %16s %16s %14s\n", "ticks/s", "off [us/tick]", "on [us/tick]", "on by off");
    for (const int rate : recordedRates) {
        board.setWay(Board::Coordinated);
        board.setRate(rate);
        const auto ticks = qint64(rate * seconds);
        timePerTick(board, ticks);
        std::vector<double> on;
        std::vector<double> off;
        std::vector<double> ratios;
        // The first of a pair is the second of the next: what drifts meets both alike.
        for (int turn = 0; turn < turns; ++turn) {
            for (const bool records : {turn % 2 == 0, turn % 2 != 0}) {
                monitor->setEnabled(records);
                (records ? on : off).push_back(timePerTick(board, ticks));
            }
            ratios.push_back(on.back() / off.back());
        }
        monitor->setEnabled(true);
        std::printf("%9d %16.3f %16.3f %14.3f\n", rate, median(std::move(off)),
                    median(std::move(on)), median(std::move(ratios)));
        std::fflush(stdout);
    }
}
