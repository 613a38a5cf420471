// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchhost.h"

#include "eventloophost_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <atomic>

namespace Axiom {

BatchHost::~BatchHost() = default;

void BatchHost::wakeWhenIdle() { }

bool BatchHost::requestFrame()
{
    return false;
}

std::chrono::nanoseconds BatchHost::frameInterval() const
{
    return {};
}

namespace detail {

// Longer ones are waited for in parts: QTimer counts milliseconds in an int.
constexpr std::chrono::nanoseconds longestDelay = std::chrono::hours(24);

namespace {

QEvent::Type wakeEvent()
{
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

std::atomic<FrameSource *(*)()> frameSourceOfTheApplication = nullptr;

} // namespace

FrameSource::~FrameSource() = default;

void FrameSource::setInstance(FrameSource *(*instance)())
{
    frameSourceOfTheApplication.store(instance);
}

EventLoopHost::EventLoopHost()
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, this, [this] { callBack(); });
    m_idleTimer.setSingleShot(true);
    QObject::connect(&m_idleTimer, &QTimer::timeout, this, [this] { callBackForIdleWork(); });
}

EventLoopHost::~EventLoopHost() = default;

std::chrono::nanoseconds EventLoopHost::now() const
{
    return Clock::steady().now();
}

void EventLoopHost::wake()
{
    QCoreApplication::postEvent(this, new QEvent(wakeEvent()), Qt::HighEventPriority);
}

void EventLoopHost::wakeAfter(std::chrono::nanoseconds delay)
{
    if (delay == std::chrono::nanoseconds::max())
        m_timer.stop();
    else
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(std::min(delay, longestDelay)));
}

void EventLoopHost::wakeWhenIdle()
{
    // Times out when there are no other events.
    m_idleTimer.start(0);
}

bool EventLoopHost::requestFrame()
{
    if (!m_frames) {
        FrameSource *(*const instance)() = frameSourceOfTheApplication.load();
        const QCoreApplication *application = QCoreApplication::instance();
        if (!instance || !application || application->thread() != thread())
            return false;
        m_frames = instance();
        m_frames->setCallback([this](quintptr window) { callBackForFrame(window); });
    }
    return m_frames->requestFrame();
}

std::chrono::nanoseconds EventLoopHost::frameInterval() const
{
    return m_frames ? m_frames->frameInterval() : std::chrono::nanoseconds(0);
}

bool EventLoopHost::event(QEvent *event)
{
    if (event->type() != wakeEvent())
        return QObject::event(event);
    callBack();
    return true;
}

} // namespace detail
} // namespace Axiom
