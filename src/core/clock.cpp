// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "clock.h"

#include <QtCore/qglobal.h>

namespace Axiom {

namespace {

class SteadyClock final : public Clock
{
public:
    std::chrono::nanoseconds now() const override
    {
        return std::chrono::steady_clock::now().time_since_epoch();
    }
};

} // namespace

/*!
    \class Axiom::Clock
    \inmodule AxiomState
    \inheaderfile AxiomState/Clock
    \brief The source of time of everything in AxiomState that measures or waits.

    Code that depends on time asks a Clock, so that a test can hand it a VirtualClock and be
    exact without ever sleeping.

    \sa VirtualClock
*/

Clock::~Clock() = default;

/*!
    \fn std::chrono::nanoseconds Axiom::Clock::now() const

    Returns the time since an arbitrary fixed point. It never runs backwards.
*/

/*!
    Returns the real clock, \c std::chrono::steady_clock. It may be used from any thread.
*/
const Clock &Clock::steady()
{
    // Never deleted: static objects may hold stores.
    static const auto *clock = new SteadyClock;
    return *clock;
}

/*!
    \class Axiom::VirtualClock
    \inmodule AxiomState
    \inheaderfile AxiomState/Clock
    \brief A clock for tests, which moves only when told.

    A VirtualClock is used from one thread.
*/

VirtualClock::~VirtualClock() = default;

/*!
    \fn std::chrono::nanoseconds Axiom::VirtualClock::now() const

    Returns the time, one second at first.
*/

/*!
    Moves the clock forward. Time does not run backwards, so \a by must not be negative.
*/
void VirtualClock::advance(std::chrono::nanoseconds by)
{
    Q_ASSERT_X(by.count() >= 0, "VirtualClock::advance", "time does not run backwards");
    m_now += by;
}

} // namespace Axiom
