// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/idletask.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

namespace Axiom::detail {

bool runWhenIdle(std::function<void()> task)
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (dispatcher)
        QTimer::singleShot(0, dispatcher, std::move(task));
    return dispatcher;
}

bool runLater(std::chrono::milliseconds time, std::function<void()> task)
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (dispatcher)
        QTimer::singleShot(time, Qt::CoarseTimer, dispatcher, std::move(task));
    return dispatcher;
}

HomeThread::HomeThread() noexcept : m_id(QThread::currentThreadId()) { }

bool HomeThread::isCurrent() const noexcept
{
    return m_id == QThread::currentThreadId();
}

} // namespace Axiom::detail
