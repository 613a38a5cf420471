// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorsampler_p.h"

#include "../../src/core/processmemory_p.h"
#include "frameprobe_p.h"

#include <QtGui/qscreen.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace Axiom {

using namespace std::chrono_literals;

namespace {

qreal milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<qreal, std::milli>(duration).count();
}

// About a frame.
constexpr auto turn = 16ms;

constexpr auto pulseInterval = 25ms;
constexpr auto longestHoldUp = 10s;

constexpr std::array groups = {
    &InspectorSampler::framesTold,  &InspectorSampler::flushesTold, &InspectorSampler::updatesTold,
    &InspectorSampler::signalsTold, &InspectorSampler::memoryTold,
};

} // namespace

InspectorSampler::InspectorSampler(QObject *parent) : QObject(parent)
{
    m_timer.setInterval(500);
    connect(&m_timer, &QTimer::timeout, this, &InspectorSampler::sample);
    m_turns.setInterval(turn);
    connect(&m_turns, &QTimer::timeout, this, &InspectorSampler::tellNext);
    m_pulse.setInterval(pulseInterval);
    connect(&m_pulse, &QTimer::timeout, this, &InspectorSampler::pulse);
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
    m_lastPulse = m_clock->now();
    m_heldUp = {};
    m_pulse.start();
    watchWindow();
}

void InspectorSampler::stop()
{
    m_timer.stop();
    m_turns.stop();
    m_turnsLeft = 0;
    m_pulse.stop();
    disconnect(m_flushed);
    m_watching.reset();
    m_probe.reset();
}

void InspectorSampler::setClock(const Clock *clock)
{
    m_clock = clock;
    m_lastPulse = clock->now();
}

void InspectorSampler::pulse()
{
    const std::chrono::nanoseconds now = m_clock->now();
    const std::chrono::nanoseconds late = now - std::exchange(m_lastPulse, now) - pulseInterval;
    // Timers are not exact; and a process may have been stopped, or the system asleep.
    if (late > pulseInterval && late < longestHoldUp)
        m_heldUp = std::max(m_heldUp, late);
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

    // The inspector's own sampling must not pass for frames, nor rest for a long one: a long gap
    // between two counts only for what the frame itself took, or what held up the thread.
    const detail::FrameProbe::Frames frames = m_probe->take(elapsed / 2);
    pulse();
    const std::chrono::nanoseconds heldUp = std::exchange(m_heldUp, {});
    append(m_frameTimes, milliseconds(std::max({frames.longest, frames.longestWork, heldUp})));
    m_frameRate = frames.count / seconds;
    m_frameWork = milliseconds(frames.longestWork);
    const QQuickWindow *window = m_item ? m_item->window() : nullptr;
    if (window && window->screen() && window->screen()->refreshRate() > 1)
        m_frameBudget = 1000 / window->screen()->refreshRate();

    append(m_processBytes, qreal(detail::ProcessMemory::residentBytes()));
    Q_EMIT sampled();
    // Those that had no turn since the last sample come first.
    m_turnsLeft = int(groups.size());
    m_turns.start();
    m_ownTime =
        std::exchange(m_timeOfSample, milliseconds(std::chrono::nanoseconds(own.nsecsElapsed())));
}

bool InspectorSampler::tellNext()
{
    if (m_turnsLeft == 0)
        return false;
    QElapsedTimer own;
    own.start();
    if (--m_turnsLeft == 0)
        m_turns.stop();
    const auto group = groups[m_nextTurn];
    m_nextTurn = (m_nextTurn + 1) % groups.size();
    Q_EMIT(this->*group)();
    m_timeOfSample += milliseconds(std::chrono::nanoseconds(own.nsecsElapsed()));
    return true;
}

} // namespace Axiom
