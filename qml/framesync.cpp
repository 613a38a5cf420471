// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "framesync.h"

#include "windowframes_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qthread.h>
#include <QtGui/qwindow.h>

namespace Axiom {

/*!
    \class Axiom::FrameSync
    \inmodule AxiomState
    \inheaderfile AxiomState/FrameSync
    \brief Keeps the GUI thread's coordinator in step with the frames of windows.

    A stream of updates is flushed when a window is about to make its frame: on QEvent::UpdateRequest
    and QEvent::Expose, before the scene graph polishes and synchronises its items.

    Every QQuickWindow of the application takes part by itself, from the moment that the QML module
    \c Axiom.State is there: imported in QML, or its library linked. A QQuickWindow shows no frames of
    its own when it is rendered through a QQuickRenderControl, as that of a QQuickWidget is: call
    BatchCoordinator::flushForFrame() before rendering. Other kinds of QWindow are attached by hand.

    Windows are asked for frames only while somebody observes a store that is fed: a binding, a view of a
    list model, or a connection to one of its signals. A window that paints what it reads from a store
    connects a signal to QWindow::requestUpdate().

    Of several windows that can show a frame, the one on the fastest screen is asked for it, and sets
    PerformanceTarget::frameBudget as long as no target has been set. Windows that are hidden or
    minimised are not asked; they may die at any moment. An observer deletes one by deleteLater(), as
    it may be called from within an event of the window.

    \sa BatchCoordinator
*/

/*!
    Makes \a window one of those whose frames are followed, as long as it lives. It may be any window
    that is drawn on QEvent::UpdateRequest: a QRasterWindow, say, or the QWidget::windowHandle() of a
    widget. To be called in the GUI thread; null, or a window that is attached already, is left alone.
*/
void FrameSync::attach(QWindow *window)
{
    Q_ASSERT_X(QThread::currentThread() == QCoreApplication::instance()->thread(),
               "FrameSync::attach", "windows belong to the GUI thread");
    detail::WindowFrames::install(); // there may be no QML to have done it
    if (window)
        detail::WindowFrames::instance()->attach(window);
}

} // namespace Axiom
