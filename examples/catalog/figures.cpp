// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "figures.h"

#include <QtCore/qfile.h>

#ifdef Q_OS_UNIX
#    include <unistd.h>
#endif

Figures::Figures(QObject *parent) : QObject(parent)
{
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &Figures::sample);
    m_timer.start();
    m_sinceSample.start();
    m_last = Axiom::BatchCoordinator::instance()->metrics();
}

void Figures::setWindow(QQuickWindow *window)
{
    if (m_window == window)
        return;
    if (m_window)
        m_window->disconnect(this);
    m_window = window;
    // On the GUI thread, with either render loop.
    if (m_window)
        connect(m_window, &QQuickWindow::afterAnimating, this, &Figures::frame);
    Q_EMIT windowChanged();
}

void Figures::setContinuous(bool continuous)
{
    m_continuous = continuous;
    m_sinceFrame.invalidate();
    if (continuous && m_window)
        m_window->update();
}

double Figures::takeLongestGap()
{
    return std::exchange(m_gapSinceTaken, 0);
}

void Figures::frame()
{
    // Frames follow one another while there is something to show; a rest between is no stall.
    const bool busy = m_continuous || (m_store && (m_store->isFeeding() || m_store->loading()));
    if (busy && m_sinceFrame.isValid()) {
        const double gap = double(m_sinceFrame.nsecsElapsed()) / 1e6;
        m_gapOfSample = std::max(m_gapOfSample, gap);
        m_gapSinceTaken = std::max(m_gapSinceTaken, gap);
    }
    if (busy) {
        m_sinceFrame.start();
        m_window->update();
    } else {
        m_sinceFrame.invalidate();
    }
}

void Figures::sample()
{
    const Axiom::BatchMetrics now = Axiom::BatchCoordinator::instance()->metrics();
    const double seconds = double(m_sinceSample.nsecsElapsed()) / 1e9;
    m_sinceSample.start();
    m_updateRate = double(now.applied - m_last.applied) / seconds;
    m_flushRate = double(now.flushes - m_last.flushes) / seconds;
    m_notificationRate = double(now.notifications - m_last.notifications) / seconds;
    m_rowSignalRate = double(now.rowSignals - m_last.rowSignals) / seconds;
    m_last = now;
    m_frameGap = std::exchange(m_gapOfSample, 0);
    m_stateBytes = m_store ? double(m_store->residentBytes()) : 0;
    m_processBytes = double(residentProcessBytes());
    Q_EMIT changed();
}

qint64 Figures::residentProcessBytes()
{
#ifdef Q_OS_LINUX
    QFile file(QStringLiteral("/proc/self/statm"));
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArrayList fields = file.readAll().split(' ');
        if (fields.size() > 1)
            return fields.at(1).toLongLong() * sysconf(_SC_PAGESIZE);
    }
#endif
    return 0;
}
