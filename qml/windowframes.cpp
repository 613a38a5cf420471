// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "windowframes_p.h"

#include <QtCore/qcoreevent.h>
#include <QtCore/qpointer.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qscreen.h>
#include <QtGui/qwindow.h>
#include <QtQuick/qquickwindow.h>

#include <cmath>

namespace Axiom::detail {

namespace {

// Screens report nonsense at times; a display slower or faster than these is taken for unknown.
constexpr qreal slowestDisplay = 10;
constexpr qreal fastestDisplay = 1000;

bool canShowFrame(const QWindow *window)
{
    return window->isExposed() && !window->windowStates().testFlag(Qt::WindowMinimized);
}

// In hertz, 0 when it is not known.
qreal refreshRate(const QWindow *window)
{
    const QScreen *screen = window->screen();
    const qreal rate = screen ? screen->refreshRate() : 0;
    return rate >= slowestDisplay && rate <= fastestDisplay ? rate : 0;
}

} // namespace

WindowFrames *WindowFrames::instance()
{
    // Never deleted, as the GUI thread's coordinator is not.
    static auto *frames = new WindowFrames;
    return frames;
}

// Of axiomquick.cpp, which has no header.
AXIOM_QUICK_EXPORT bool followWindows();

bool followWindows()
{
    return WindowFrames::install();
}

bool WindowFrames::install()
{
    setInstance([]() -> FrameSource * { return instance(); });
    return true;
}

void WindowFrames::attach(QWindow *window)
{
    if (m_windows.contains(window))
        return;
    m_windows.append(window);
    window->installEventFilter(this);
    connect(window, &QObject::destroyed, this, [this, window] { m_windows.removeOne(window); });
}

bool WindowFrames::requestFrame()
{
    // Windows are looked for when there is something to show, so that those of an application that
    // collects nothing are left alone.
    const QWindowList all = QGuiApplication::allWindows();
    for (QWindow *window : all) {
        if (qobject_cast<QQuickWindow *>(window))
            attach(window);
    }
    // One is enough: what it flushes has the others ask for theirs, if they show it.
    QWindow *fastest = nullptr;
    for (QWindow *window : std::as_const(m_windows)) {
        if (canShowFrame(window) && (!fastest || refreshRate(window) > refreshRate(fastest)))
            fastest = window;
    }
    if (!fastest)
        return false;
    const qreal rate = refreshRate(fastest);
    m_interval = std::chrono::nanoseconds(rate > 0 ? std::llround(1e9 / rate) : 0);
    fastest->requestUpdate();
    return true;
}

bool WindowFrames::eventFilter(QObject *watched, QEvent *event)
{
    const bool makesFrame = event->type() == QEvent::UpdateRequest
        || (event->type() == QEvent::Expose && static_cast<QWindow *>(watched)->isExposed());
    if (!makesFrame)
        return false;
    const QPointer<QObject> window = watched;
    callBack(quintptr(watched));
    // An observer may have destroyed the window: then the event has nobody left to go to.
    return !window;
}

} // namespace Axiom::detail
