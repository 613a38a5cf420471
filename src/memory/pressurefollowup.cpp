// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "pressurefollowup_p.h"

#include "../core/clock.h"

#include <algorithm>

namespace Axiom::detail {

using namespace std::chrono_literals;

PressureFollowUp::PressureFollowUp(const std::function<void()> &callback)
    : m_clock(&Clock::steady())
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer); // others may be early
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, callback);
}

void PressureFollowUp::setClock(const Clock &clock)
{
    m_clock = &clock;
    m_heldOffUntil = {};
    m_nextIdleAt.reset();
    m_isToldMeanwhile = false;
    startTimer();
}

void PressureFollowUp::holdOff(std::chrono::nanoseconds duration, MemoryPressureLevel level)
{
    m_heldOffUntil = m_clock->now() + duration;
    m_heldOffLevel = level;
}

bool PressureFollowUp::isHeldOff(MemoryPressureLevel level) const
{
    return m_clock->now() < m_heldOffUntil && level <= m_heldOffLevel;
}

void PressureFollowUp::toldMeanwhile()
{
    m_isToldMeanwhile = true;
    startTimer();
}

void PressureFollowUp::failed()
{
    m_isToldMeanwhile = true;
    m_timer.start(1s);
}

void PressureFollowUp::served(std::chrono::nanoseconds time, bool wasHeldOff,
                              std::optional<std::chrono::nanoseconds> nextIdleAt)
{
    m_servedAt = time;
    m_nextIdleAt = nextIdleAt;
    m_isToldMeanwhile = m_isToldMeanwhile && wasHeldOff;
    startTimer();
}

bool PressureFollowUp::isDue(MemoryPressureLevel level)
{
    const auto due = time();
    if (!due)
        return false;
    if (level != MemoryPressureLevel::Normal && m_clock->now() >= *due)
        return true;
    if (level == MemoryPressureLevel::Normal) {
        m_nextIdleAt.reset();
        m_isToldMeanwhile = false;
    }
    startTimer(); // The clock need not be that of the timer.
    return false;
}

std::optional<std::chrono::nanoseconds> PressureFollowUp::time() const
{
    if (!m_isToldMeanwhile)
        return m_nextIdleAt;
    return std::min(m_nextIdleAt.value_or(m_heldOffUntil), m_heldOffUntil);
}

void PressureFollowUp::startTimer()
{
    if (const auto due = time())
        m_timer.start(
            std::max(std::chrono::ceil<std::chrono::milliseconds>(*due - m_clock->now()), 0ms));
    else
        m_timer.stop();
}

} // namespace Axiom::detail
