// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "virtualbatchhost.h"

#include <algorithm>

namespace Axiom {

using std::chrono::nanoseconds;

namespace {

// Turns after which runUntilIdle() takes it that they will not end.
constexpr int mostTurns = 100'000;

} // namespace

/*!
    \class Axiom::VirtualBatchHost
    \inmodule AxiomState
    \inheaderfile AxiomState/VirtualBatchHost
    \brief An event loop for tests, whose time moves only when told.

    A test that waits for the event loop is slow, and on a busy machine sometimes wrong. On a
    virtual host a coordinator never waits: the test says how much time passes, and everything
    that falls due meanwhile happens in order, at exactly its time. The class is in the library
    \c AxiomState::Test.

    \code
    void CounterTest::burstIsAnnouncedOnceAFrame()
    {
        auto owned = std::make_unique<Axiom::VirtualBatchHost>();
        Axiom::VirtualBatchHost &host = *owned;
        host.setFrameInterval(10ms);
        Axiom::BatchCoordinator coordinator(std::move(owned));
        Axiom::BatchCoordinator::setInstance(&coordinator);

        Counter counter;
        QSignalSpy changed(&counter, &Counter::valueChanged);
        for (int i = 0; i < 1000; ++i) {
            counter.state.enqueue([](CounterState &state) { ++state.value; });
            host.run(1ms);
        }
        QVERIFY(host.runUntilIdle());
        QCOMPARE(counter.value(), 1000);
        QVERIFY(changed.size() <= host.frameCount() + 2); // the first come alone
    }
    \endcode

    A virtual host, like its clock, is used from one thread.

    \sa BatchCoordinator::setInstance(), VirtualClock
*/

VirtualBatchHost::~VirtualBatchHost() = default;

void VirtualBatchHost::wake()
{
    ++m_wakeCount;
    ++m_posted;
    m_mostPosted = std::max(m_mostPosted, m_posted);
}

void VirtualBatchHost::wakeAfter(nanoseconds delay)
{
    m_timer.reset();
    if (delay != nanoseconds::max())
        m_timer = now() + delay;
}

bool VirtualBatchHost::requestFrame()
{
    ++m_frameRequestCount;
    if (m_frameInterval <= nanoseconds(0))
        return false;
    // A display's frames come at multiples of its interval, whenever they are asked for.
    if (!m_frame && !m_framesStalled)
        m_frame = (now() / m_frameInterval + 1) * m_frameInterval;
    return true;
}

/*!
    \fn void Axiom::VirtualBatchHost::advance(std::chrono::nanoseconds by)
    Moves the time forward \a by so much and runs nothing: a mutation or an observer that takes so long.
*/

/*!
    Runs one thing that is due: an event that was posted, else a frame, else the timer, else idle
    work. Returns whether there was one.
*/
bool VirtualBatchHost::turn()
{
    if (m_posted > 0) {
        --m_posted;
    } else if (m_frame && *m_frame <= now()) {
        showFrame();
        return true;
    } else if (m_timer && *m_timer <= now()) {
        m_timer.reset();
    } else if (m_wantsIdleTime) {
        m_wantsIdleTime = false;
        callBackForIdleWork();
        return true;
    } else {
        return false;
    }
    ++m_turnCount;
    callBack();
    return true;
}

/*!
    Runs all that is due now.
*/
void VirtualBatchHost::runDue()
{
    while (turn()) { }
}

/*!
    Lets \a duration pass, and runs what falls due meanwhile at its time. Work that takes longer by
    advance() makes it later.
*/
void VirtualBatchHost::run(nanoseconds duration)
{
    const nanoseconds end = now() + duration;
    runDue();
    for (auto due = nextDue(); due && *due <= end; due = nextDue()) {
        m_clock.advance(std::max(*due - now(), nanoseconds(0)));
        runDue();
    }
    m_clock.advance(std::max(end - now(), nanoseconds(0)));
}

/*!
    Lets time pass until nothing is left to wait for. Returns false when that does not come within
    100,000 turns.
*/
bool VirtualBatchHost::runUntilIdle()
{
    for (int i = 0; i < mostTurns && !isIdle(); ++i) {
        if (!turn())
            m_clock.advance(*nextDue() - now());
    }
    return isIdle();
}

/*!
    \fn void Axiom::VirtualBatchHost::setFrameInterval(std::chrono::nanoseconds interval)
    Gives the host a window with a frame each \a interval; zero, as at first, takes it away.
*/

/*!
    With \a stalled, no frame comes of those asked for, as when a window is hidden without a word.
*/
void VirtualBatchHost::setFramesStalled(bool stalled)
{
    m_framesStalled = stalled;
    if (stalled)
        m_frame.reset();
}

/*!
    Has \a window make a frame now, whether one was asked for or not. Those asked for are of
    window 0.
*/
void VirtualBatchHost::showFrame(quintptr window)
{
    ++m_frameCount;
    if (window == 0)
        m_frame.reset();
    callBackForFrame(window);
}

/*!
    \fn bool Axiom::VirtualBatchHost::isIdle() const
    Returns whether nothing is left to wait for: no event, no timer, no frame.
*/

/*!
    \fn std::optional<std::chrono::nanoseconds> Axiom::VirtualBatchHost::timer() const
    Returns when the timer is due, if it runs.
*/

/*!
    \fn std::optional<std::chrono::nanoseconds> Axiom::VirtualBatchHost::nextFrame() const
    Returns when the frame comes that was asked for, if one was.
*/

/*!
    \fn int Axiom::VirtualBatchHost::posted() const
    Returns the number of posted events that wait.
*/

/*!
    \fn int Axiom::VirtualBatchHost::mostPosted() const
    Returns the most of them that ever waited together.
*/

/*!
    \fn int Axiom::VirtualBatchHost::wakeCount() const
    Returns how many events have been posted.
*/

/*!
    \fn int Axiom::VirtualBatchHost::turnCount() const
    Returns how often the coordinator was called by event or timer.
*/

/*!
    \fn int Axiom::VirtualBatchHost::frameRequestCount() const
    Returns how often a frame was asked for.
*/

/*!
    \fn int Axiom::VirtualBatchHost::frameCount() const
    Returns how many frames there have been.
*/

std::optional<nanoseconds> VirtualBatchHost::nextDue() const
{
    if (m_timer && m_frame)
        return std::min(*m_timer, *m_frame);
    return m_timer ? m_timer : m_frame;
}

} // namespace Axiom
