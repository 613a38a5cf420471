// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_IDLETASK_H
#define AXIOM_DETAIL_IDLETASK_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qnamespace.h>

#include <chrono>
#include <functional>

namespace Axiom::detail {

// Runs the task on this thread when its event loop has nothing else to do; false when the thread has
// no event loop.
AXIOM_CORE_EXPORT bool runWhenIdle(std::function<void()> task);

// The same some time later.
AXIOM_CORE_EXPORT bool runLater(std::chrono::milliseconds time, std::function<void()> task);

// The thread an object was made on.
class AXIOM_CORE_EXPORT HomeThread
{
public:
    HomeThread() noexcept;
    bool isCurrent() const noexcept;

private:
    Qt::HANDLE m_id;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_IDLETASK_H
