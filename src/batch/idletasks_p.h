// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchhost.h"

#include <deque>

namespace Axiom::detail {

// What waits for the thread to have nothing else to do, in the order posted.
class IdleTasks
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    void post(std::function<void()> task, nanoseconds latest);
    // Runs those that are there until the time is up; what they post waits for the next time.
    void run(const BatchHost &host, nanoseconds until);
    // The same for those whose latest time has come.
    void runOverdue(const BatchHost &host, nanoseconds until);

    bool isEmpty() const noexcept { return m_tasks.empty(); }
    // By when the first one is to be run; there is one.
    nanoseconds latest() const noexcept { return m_tasks.front().latest; }

private:
    struct Task
    {
        std::function<void()> run;
        nanoseconds latest;
    };

    void runFirst();

    std::deque<Task> m_tasks;
};

} // namespace Axiom::detail
