// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "frameprobe_p.h"

#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <utility>

namespace Axiom::detail {

void FrameProbe::watch(QQuickWindow *window, QObject *context)
{
    // The connections hold the probe, for the render loop's thread may be in the midst of a call.
    const auto self = shared_from_this();
    QObject::connect(
        window, &QQuickWindow::afterAnimating, context, [self] { self->begin(); },
        Qt::DirectConnection);
    QObject::connect(
        window, &QQuickWindow::frameSwapped, context, [self] { self->swapped(); },
        Qt::DirectConnection);
}

FrameProbe::Frames FrameProbe::take(nanoseconds rest)
{
    const QMutexLocker locker(&m_mutex);
    Frames frames;
    frames.count = int(m_gaps.size());
    for (const nanoseconds gap : m_gaps) {
        if (gap < std::min(rest, Rest))
            frames.longest = std::max(frames.longest, gap);
    }
    frames.longestWork = std::exchange(m_longestWork, {});
    m_gaps.clear();
    return frames;
}

void FrameProbe::begin()
{
    const QMutexLocker locker(&m_mutex);
    m_begun = Clock::now();
}

void FrameProbe::swapped()
{
    const QMutexLocker locker(&m_mutex);
    const Clock::time_point now = Clock::now();
    if (m_begun != Clock::time_point())
        m_longestWork = std::max<nanoseconds>(m_longestWork, now - m_begun);
    const auto previous = std::exchange(m_previous, now);
    if (previous != Clock::time_point() && m_gaps.size() < 10'000)
        m_gaps.push_back(now - previous);
}

} // namespace Axiom::detail
