// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../core/logging_p.h"
#include "idletasks_p.h"

namespace Axiom::detail {

void IdleTasks::post(std::function<void()> task, nanoseconds latest)
{
    // The order stays: those before it have to run by then too.
    for (auto before = m_tasks.rbegin(); before != m_tasks.rend() && before->latest > latest;
         ++before)
        before->latest = latest;
    m_tasks.push_back({std::move(task), latest});
}

void IdleTasks::run(const BatchHost &host, nanoseconds until)
{
    for (std::size_t left = m_tasks.size(); left > 0 && !m_tasks.empty() && host.now() < until;
         --left)
        runFirst();
}

void IdleTasks::runOverdue(const BatchHost &host, nanoseconds until)
{
    for (std::size_t left = m_tasks.size(); left > 0 && !m_tasks.empty(); --left) {
        const nanoseconds now = host.now();
        if (now >= until || latest() > now)
            return;
        runFirst();
    }
}

void IdleTasks::runFirst()
{
    const Task task = std::move(m_tasks.front());
    m_tasks.pop_front();
    try {
        task.run();
    } catch (...) {
        qCWarning(lcBatch, "BatchCoordinator::postIdle: a task threw");
    }
}

} // namespace Axiom::detail
