// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COWMETRICS_H
#define AXIOM_COWMETRICS_H

#include "../core/enums.h"

#include <atomic>

namespace Axiom {

struct AXIOM_CORE_EXPORT CowMetrics
{
    qint64 totalReads = 0;
    qint64 totalWrites = 0;
    qint64 uniqueWrites = 0;
    qint64 clonedWrites = 0;
    qint64 clonedBytes = 0;

    double inPlaceRatio() const;
    double readWriteRatio() const;
    CowStrategy recommendation() const;

    friend bool operator==(const CowMetrics &, const CowMetrics &) = default;
};

namespace detail {

// Counts for one piece of copy-on-write data, and holds its strategy. Reads may come from several
// threads, so counters are atomic; they are bumped without a locked instruction, and a count lost
// to a race does not matter.
class AXIOM_CORE_EXPORT CowRecorder
{
public:
    CowRecorder() = default;
    explicit CowRecorder(CowStrategy strategy) noexcept { setStrategy(strategy); }

    void read() const noexcept
    {
#ifndef AXIOM_NO_COW_METRICS
        bump(m_reads, 1);
#endif
    }
    void wrote(bool cloned, qint64 bytes) noexcept;

    CowMetrics metrics() const noexcept;

    CowStrategy strategy() const noexcept
    {
        return m_strategy;
    }
    void setStrategy(CowStrategy strategy) noexcept;
    // What the strategy comes to now: the choice itself, or where Adaptive stands.
    bool isEager() const noexcept
    {
        return m_eager;
    }

private:
    static void bump(std::atomic<qint64> &counter, qint64 by) noexcept
    {
        counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }

    mutable std::atomic<qint64> m_reads = 0;
    std::atomic<qint64> m_uniqueWrites = 0;
    std::atomic<qint64> m_clonedWrites = 0;
    std::atomic<qint64> m_clonedBytes = 0;
    qint64 m_windowReads = 0;
    int m_windowWrites = 0;
    CowStrategy m_strategy = CowStrategy::LazyClone;
    bool m_eager = false;
};

} // namespace detail
} // namespace Axiom

#endif // AXIOM_COWMETRICS_H
