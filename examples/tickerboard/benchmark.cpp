// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "benchmark.h"

#include "board.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>

#include <array>
#include <cstdio>

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
                QCoreApplication::processEvents(
                    QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
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
