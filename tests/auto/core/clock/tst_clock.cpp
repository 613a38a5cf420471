// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Clock>

#include <QtTest/qtest.h>

using namespace std::chrono_literals;
using Axiom::Clock;
using Axiom::VirtualClock;

static_assert(std::is_abstract_v<Clock>);
static_assert(std::has_virtual_destructor_v<Clock>);
static_assert(!std::is_copy_constructible_v<VirtualClock>);
static_assert(std::is_default_constructible_v<VirtualClock>);

class tst_Clock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void steadyClockIsOneAndNeverRunsBackwards();
    void virtualClockStartsAtOneSecond();
    void virtualClockMovesOnlyWhenTold();
    void virtualClockIsExactToTheNanosecond();
};

void tst_Clock::steadyClockIsOneAndNeverRunsBackwards()
{
    const Clock &clock = Clock::steady();
    QCOMPARE(&clock, &Clock::steady());
    auto last = clock.now();
    bool moved = false;
    for (int i = 0; i < 10'000; ++i) {
        const auto now = clock.now();
        QVERIFY(now >= last);
        moved = moved || now > last;
        last = now;
    }
    QVERIFY(moved);
}

void tst_Clock::virtualClockStartsAtOneSecond()
{
    // Not at zero, which code might take for "never".
    QVERIFY(VirtualClock().now() == 1s);
}

void tst_Clock::virtualClockMovesOnlyWhenTold()
{
    VirtualClock clock;
    const Clock &asClock = clock;
    const auto start = asClock.now();
    QVERIFY(asClock.now() == start);
    clock.advance(0ns);
    QVERIFY(asClock.now() == start);
    clock.advance(16ms);
    QVERIFY(asClock.now() == start + 16ms);
}

void tst_Clock::virtualClockIsExactToTheNanosecond()
{
    VirtualClock clock;
    for (int i = 0; i < 1000; ++i)
        clock.advance(1ns);
    QVERIFY(clock.now() == 1s + 1us);
    clock.advance(std::chrono::hours(24 * 365 * 100));
    QVERIFY(clock.now() == 1s + 1us + std::chrono::hours(24 * 365 * 100));
}

QTEST_APPLESS_MAIN(tst_Clock)
#include "tst_clock.moc"
