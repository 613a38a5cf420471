// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_BATCHHOST_H
#define AXIOM_BATCHHOST_H

#include "../core/clock.h"

#include <QtCore/qglobal.h>

#include <functional>

namespace Axiom {

// What a coordinator needs of the world: time, frames, and to be called back. now() and wake() are
// called from any thread; the rest, and the callbacks, belong to the coordinator's thread.
class AXIOM_CORE_EXPORT BatchHost
{
public:
    BatchHost() = default;
    virtual ~BatchHost();
    BatchHost(const BatchHost &) = delete;
    BatchHost &operator=(const BatchHost &) = delete;

    virtual std::chrono::nanoseconds now() const = 0;
    // Calls back as soon as the event loop gets there.
    virtual void wake() = 0;
    // Calls back after the given time; replaces an earlier request. nanoseconds::max() is never.
    virtual void wakeAfter(std::chrono::nanoseconds delay) = 0;

    // Calls back for idle work when the event loop has nothing else to do.
    virtual void wakeWhenIdle();
    // Asks for a frame, of which the frame callback tells before it is made. False when no window
    // can show one; then none comes.
    virtual bool requestFrame();
    // The interval of the display; zero when that is not known.
    virtual std::chrono::nanoseconds frameInterval() const;

    void setCallback(std::function<void()> callback) { m_callback = std::move(callback); }
    void setIdleCallback(std::function<void()> callback) { m_idleCallback = std::move(callback); }
    void setFrameCallback(std::function<void(quintptr window)> callback)
    {
        m_frameCallback = std::move(callback);
    }

protected:
    void callBack() { m_callback(); }
    void callBackForIdleWork() { m_idleCallback(); }
    void callBackForFrame(quintptr window) { m_frameCallback(window); }

private:
    std::function<void()> m_callback;
    std::function<void()> m_idleCallback;
    std::function<void(quintptr window)> m_frameCallback;
};

} // namespace Axiom

#endif // AXIOM_BATCHHOST_H
