// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "frametimes.h"

#include <QtQuick/qquickwindow.h>

#include <algorithm>

namespace {

qreal milliseconds(std::chrono::steady_clock::duration duration)
{
    return std::chrono::duration<qreal, std::milli>(duration).count();
}

} // namespace

void FrameTimes::watch(QQuickWindow *window)
{
    connect(
        window, &QQuickWindow::frameSwapped, this, [this] { frame(); }, Qt::DirectConnection);
}

void FrameTimes::frame()
{
    const QMutexLocker locker(&m_mutex);
    const auto now = std::chrono::steady_clock::now();
    const qreal time = milliseconds(now - std::exchange(m_previous, now));
    m_longest = std::max(m_longest, time);
    m_last.append(time);
    if (m_last.size() > Kept)
        m_last.removeFirst();
    ++m_count;
}

void FrameTimes::clear()
{
    const QMutexLocker locker(&m_mutex);
    m_previous = std::chrono::steady_clock::now();
    m_longest = 0;
    m_count = 0;
}

QList<qreal> FrameTimes::last() const
{
    const QMutexLocker locker(&m_mutex);
    return m_last;
}

qreal FrameTimes::longest() const
{
    const QMutexLocker locker(&m_mutex);
    return std::max(m_longest, milliseconds(std::chrono::steady_clock::now() - m_previous));
}

int FrameTimes::count() const
{
    const QMutexLocker locker(&m_mutex);
    return m_count;
}
