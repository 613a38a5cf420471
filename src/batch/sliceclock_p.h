// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchhost.h"

#include <algorithm>
#include <limits>

namespace Axiom::detail {

// The time that one slice has for updates. To look at the clock costs as much as a small update
// does: it is looked at after each one that is not much shorter than that, and of short ones of a
// lane after 2, 4 and so on up to 32. So a slice overruns by one update, unless short ones of the
// same lane turn long all of a sudden.
class SliceClock
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    SliceClock(const BatchHost &host, nanoseconds start, nanoseconds until)
        : m_host(host), m_until(until), m_now(start),
          m_mostUpdates(isLimited() ? 1 : std::numeric_limits<int>::max()),
          m_overdueTime(isLimited() ? (until - start) / overdueShare : nanoseconds(0))
    { }

    bool isUp() const noexcept { return isLimited() && m_now >= m_until; }
    // At the last look.
    nanoseconds now() const noexcept { return m_now; }
    // Whether overdue work goes before what has a higher priority.
    bool hasTimeForOverdue() const noexcept { return m_overdueTime > nanoseconds(0); }

    // Another lane's updates may take longer.
    void enterLane() noexcept
    {
        if (isLimited())
            m_mostUpdates = 1;
    }
    // How many updates may run before the next look.
    int mostUpdates() const noexcept { return m_mostUpdates; }
    void ran(int updates, bool wereOverdue)
    {
        if (!isLimited() || updates == 0)
            return;
        const nanoseconds took = m_host.now() - m_now;
        m_now += took;
        if (wereOverdue)
            m_overdueTime -= took;
        m_mostUpdates = took < updates * longUpdate ? std::min(2 * m_mostUpdates, 32) : 1;
    }

private:
    static constexpr nanoseconds longUpdate = std::chrono::microseconds(1);
    // Of a slice, the share that overdue work has.
    static constexpr int overdueShare = 5;

    bool isLimited() const noexcept { return m_until != nanoseconds::max(); }

    const BatchHost &m_host;
    const nanoseconds m_until;
    nanoseconds m_now;
    int m_mostUpdates;
    nanoseconds m_overdueTime;
};

} // namespace Axiom::detail
