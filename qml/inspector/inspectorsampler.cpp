// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorsampler_p.h"

#include "../../src/core/processmemory_p.h"
#include "frameprobe_p.h"

#include <QtGui/qscreen.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <chrono>

namespace Axiom {

using namespace std::chrono_literals;

namespace {

qreal milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<qreal, std::milli>(duration).count();
}

} // namespace

InspectorSampler::InspectorSampler(QObject *parent) : QObject(parent)
{
    m_timer.setInterval(500);
    connect(&m_timer, &QTimer::timeout, this, &InspectorSampler::sample);
}

InspectorSampler::~InspectorSampler() = default;

void InspectorSampler::setRunning(bool running)
{
    if (isRunning() == running)
        return;
    if (running)
        start();
    else
        stop();
    Q_EMIT runningChanged();
}

void InspectorSampler::setInterval(int milliseconds)
{
    milliseconds = std::max(milliseconds, 50);
    if (interval() == milliseconds)
        return;
    m_timer.setInterval(milliseconds);
    Q_EMIT intervalChanged();
}

void InspectorSampler::setItem(QQuickItem *item)
{
    if (m_item == item)
        return;
    disconnect(m_windowChanged);
    m_item = item;
    if (item) {
        m_windowChanged =
            connect(item, &QQuickItem::windowChanged, this, &InspectorSampler::watchWindow);
    }
    watchWindow();
    Q_EMIT itemChanged();
}

void InspectorSampler::watchWindow()
{
    if (!isRunning())
        return;
    m_probe = std::make_shared<detail::FrameProbe>();
    m_watching = std::make_unique<QObject>();
    if (QQuickWindow *window = m_item ? m_item->window() : nullptr)
        m_probe->watch(window, m_watching.get());
}

void InspectorSampler::start()
{
    BatchCoordinator *coordinator = BatchCoordinator::instance();
    disconnect(m_flushed);
    m_flushed =
        connect(coordinator, &BatchCoordinator::flushed, this, [this](const FlushInfo &info) {
            m_flushes.record(info.applyTime + info.publishTime);
        });
    m_last = coordinator->metrics();
    m_flushes.clear();
    m_sinceSample.start();
    m_timer.start();
    watchWindow();
}

void InspectorSampler::stop()
{
    m_timer.stop();
    disconnect(m_flushed);
    m_watching.reset();
    m_probe.reset();
}

void InspectorSampler::append(QList<qreal> &history, qreal value)
{
    if (history.size() == Capacity)
        history.removeFirst();
    history.append(value);
}

void InspectorSampler::sample()
{
    if (!isRunning())
        return;
    QElapsedTimer own;
    own.start();
    const auto elapsed = std::max<std::chrono::nanoseconds>(
        std::chrono::nanoseconds(m_sinceSample.nsecsElapsed()), 1ms);
    m_sinceSample.start();
    const double seconds = std::chrono::duration<double>(elapsed).count();

    BatchCoordinator *coordinator = BatchCoordinator::instance();
    const BatchMetrics now = coordinator->metrics();
    const auto rate = [&](qint64 BatchMetrics::*counter) {
        return double(now.*counter - m_last.*counter) / seconds;
    };
    append(m_updateRates, rate(&BatchMetrics::applied));
    append(m_signalRates, rate(&BatchMetrics::notifications));
    m_rowSignalRate = rate(&BatchMetrics::rowSignals);
    m_flushRate = rate(&BatchMetrics::flushes);
    const double queued = rate(&BatchMetrics::queued);
    m_coalescing = queued > 0 ? rate(&BatchMetrics::coalesced) / queued : 0;
    m_pending = coordinator->pendingCount();
    m_last = now;

    append(m_flushTimes, milliseconds(m_flushes.max()));
    m_flushPercentile = milliseconds(m_flushes.percentile(95));
    m_flushes.clear();

    // The inspector's own sampling must not pass for frames.
    const detail::FrameProbe::Frames frames = m_probe->take(elapsed / 2);
    append(m_frameTimes, milliseconds(frames.longest));
    m_frameRate = frames.count / seconds;
    m_frameWork = milliseconds(frames.longestWork);
    const QQuickWindow *window = m_item ? m_item->window() : nullptr;
    if (window && window->screen() && window->screen()->refreshRate() > 1)
        m_frameBudget = 1000 / window->screen()->refreshRate();

    append(m_processBytes, qreal(detail::ProcessMemory::residentBytes()));
    Q_EMIT sampled();
    m_ownTime = milliseconds(std::chrono::nanoseconds(own.nsecsElapsed()));
}

} // namespace Axiom
