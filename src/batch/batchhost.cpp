// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "batchhost.h"

#include "eventloophost_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>

namespace Axiom {

BatchHost::~BatchHost() = default;

namespace detail {

namespace {

QEvent::Type wakeEvent()
{
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

} // namespace

EventLoopHost::EventLoopHost()
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, this, [this] { callBack(); });
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
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(delay));
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
