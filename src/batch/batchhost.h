// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_BATCHHOST_H
#define AXIOM_BATCHHOST_H

#include "../core/clock.h"

#include <functional>

namespace Axiom {

// What a coordinator needs of the world: time, and to be called back. wake() is called from any
// thread; the rest, and the callback, belong to the coordinator's thread.
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

    void setCallback(std::function<void()> callback) { m_callback = std::move(callback); }

protected:
    void callBack() { m_callback(); }

private:
    std::function<void()> m_callback;
};

} // namespace Axiom

#endif // AXIOM_BATCHHOST_H
