// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchhost.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

namespace Axiom::detail {

// Where the host of the GUI thread gets its frames from. What knows windows implements it; Core
// does not.
class AXIOM_CORE_EXPORT FrameSource
{
public:
    FrameSource() = default;
    virtual ~FrameSource();
    FrameSource(const FrameSource &) = delete;
    FrameSource &operator=(const FrameSource &) = delete;

    // The application's, called for in the GUI thread when first needed. Any thread, as a library
    // may be loaded in any.
    static void setInstance(FrameSource *(*instance)());

    virtual bool requestFrame() = 0;
    virtual std::chrono::nanoseconds frameInterval() const = 0;

    void setCallback(std::function<void(quintptr window)> callback)
    {
        m_callback = std::move(callback);
    }

protected:
    void callBack(quintptr window)
    {
        if (m_callback)
            m_callback(window);
    }

private:
    std::function<void(quintptr window)> m_callback;
};

// The host of a thread with a Qt event loop.
class EventLoopHost final : public QObject, public BatchHost
{
public:
    EventLoopHost();
    ~EventLoopHost() override;

    std::chrono::nanoseconds now() const override;
    void wake() override;
    void wakeAfter(std::chrono::nanoseconds delay) override;
    void wakeWhenIdle() override;
    bool requestFrame() override;
    std::chrono::nanoseconds frameInterval() const override;

protected:
    bool event(QEvent *event) override;

private:
    QTimer m_timer;
    QTimer m_idleTimer;
    FrameSource *m_frames = nullptr;
};

} // namespace Axiom::detail
