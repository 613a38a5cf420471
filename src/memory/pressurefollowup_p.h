// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "memorypressuremonitor.h"

#include <QtCore/qtimer.h>

#include <chrono>
#include <functional>
#include <optional>

namespace Axiom {

class Clock;

} // namespace Axiom

namespace Axiom::detail {

// When pressure that lasts is served again: at the end of the time in which nothing is done about it
// after a reclaim, if it was told of meanwhile, and when something that was in use may be idle.
class PressureFollowUp
{
public:
    // Has callback called when its time may have come, which isDue() knows.
    explicit PressureFollowUp(const std::function<void()> &callback);

    // Forgets all.
    void setClock(const Clock &clock);

    void holdOff(std::chrono::nanoseconds duration, MemoryPressureLevel level);
    bool isHeldOff(MemoryPressureLevel level) const; // unless it has risen

    // Pressure was told of while something was done about it, or while that is held off. Not all
    // sources tell of it again.
    void toldMeanwhile();
    // It could not be served for want of memory.
    void failed();
    // Who had something to give was asked at time, or only who is newly idle since it was held off;
    // others may be idle at nextIdleAt.
    void served(std::chrono::nanoseconds time, bool wasHeldOff,
                std::optional<std::chrono::nanoseconds> nextIdleAt);
    std::chrono::nanoseconds servedAt() const { return m_servedAt; }

    bool isDue(MemoryPressureLevel level);

private:
    std::optional<std::chrono::nanoseconds> time() const;
    void startTimer();

    const Clock *m_clock;
    std::chrono::nanoseconds m_heldOffUntil{};
    MemoryPressureLevel m_heldOffLevel = MemoryPressureLevel::Normal;
    bool m_isToldMeanwhile = false;
    std::optional<std::chrono::nanoseconds> m_nextIdleAt;
    std::chrono::nanoseconds m_servedAt{};
    QTimer m_timer;
};

} // namespace Axiom::detail
