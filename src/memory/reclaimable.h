// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_RECLAIMABLE_H
#define AXIOM_RECLAIMABLE_H

#include "memorypressuremonitor.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qstring.h>

#include <chrono>
#include <functional>

namespace Axiom {

class AXIOM_CORE_EXPORT Reclaimable
{
public:
    struct Offer
    {
        qint64 residentBytes = 0;
        qint64 costlessBytes = 0; // that can go without any work
        qint64 bytes = 0;         // that can go in all
        std::chrono::nanoseconds idle{};
        std::chrono::nanoseconds cost{}; // to give them back, and to have them again
    };
    struct Result
    {
        qint64 freedBytes = 0;
        std::chrono::nanoseconds longestStep{}; // on the governor's thread
        std::chrono::nanoseconds work{};        // on all threads
    };

    Reclaimable() = default;
    virtual ~Reclaimable();
    Reclaimable(const Reclaimable &) = delete;
    Reclaimable &operator=(const Reclaimable &) = delete;

    virtual QString name() const = 0;
    virtual Offer offer() = 0;
    // After so long without use it gives back what it can, pressure or not; 0 for never, and for
    // the governor's own idleAfter.
    virtual std::chrono::milliseconds idleAfter() const { return {}; }
    // Calls done when it is through, at once or later, but always, unless it throws std::bad_alloc.
    virtual void reclaim(MemoryPressureLevel level, std::function<void(const Result &)> done) = 0;
};

} // namespace Axiom

#endif // AXIOM_RECLAIMABLE_H
