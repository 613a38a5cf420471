// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_MEMORYPRESSURESOURCE_H
#define AXIOM_MEMORYPRESSURESOURCE_H

#include "memorypressuremonitor.h"

#include <chrono>
#include <functional>
#include <optional>

namespace Axiom {

class AXIOM_CORE_EXPORT MemoryPressureSource
{
public:
    using Level = MemoryPressureMonitor::Level;

    // What a source calls on the monitor's thread.
    struct Events
    {
        std::function<void(Level level)> pressure;
        std::function<void()> lost;
    };

    MemoryPressureSource() = default;
    virtual ~MemoryPressureSource();
    MemoryPressureSource(const MemoryPressureSource &) = delete;
    MemoryPressureSource &operator=(const MemoryPressureSource &) = delete;

    virtual QString name() const = 0;
    virtual bool start(const Events &events) = 0;
    virtual std::optional<std::chrono::microseconds> stallTime();
};

} // namespace Axiom

#endif // AXIOM_MEMORYPRESSURESOURCE_H
