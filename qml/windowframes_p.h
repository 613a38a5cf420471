// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../src/batch/eventloophost_p.h"

#include <AxiomState/axiomquickexport.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

QT_BEGIN_NAMESPACE
class QWindow;
QT_END_NAMESPACE

namespace Axiom::detail {

// The frames of the application's windows. Lives in the GUI thread and as long as the application.
class WindowFrames final : public QObject, public FrameSource
{
public:
    static WindowFrames *instance();
    // Makes the GUI thread's coordinator follow them. Any thread; always true.
    AXIOM_QUICK_EXPORT static bool install();

    void attach(QWindow *window);

    bool requestFrame() override;
    std::chrono::nanoseconds frameInterval() const override { return m_interval; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QList<QWindow *> m_windows;
    std::chrono::nanoseconds m_interval = {};
};

} // namespace Axiom::detail
