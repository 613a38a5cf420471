// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qmutex.h>

#include <chrono>
#include <memory>
#include <vector>

class QObject;
class QQuickWindow;

namespace Axiom::detail {

// Measures the frames of a window, which are swapped on the thread of its render loop.
class FrameProbe : public std::enable_shared_from_this<FrameProbe>
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    struct Frames
    {
        int count = 0;
        nanoseconds longest{};     // between two frames
        nanoseconds longestWork{}; // of one: synchronising, rendering and swapping
    };

    // A window at rest has no frames: a longer time between two is no frame time.
    static constexpr nanoseconds Rest = std::chrono::milliseconds(250);

    void watch(QQuickWindow *window, QObject *context);
    // Those since the last call; longer gaps than rest are none.
    Frames take(nanoseconds rest);

private:
    using Clock = std::chrono::steady_clock;

    void begin();
    void swapped();

    QMutex m_mutex;
    Clock::time_point m_begun;
    Clock::time_point m_previous;
    std::vector<nanoseconds> m_gaps;
    nanoseconds m_longestWork{};
};

} // namespace Axiom::detail
