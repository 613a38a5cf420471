// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_SAMPLER_H
#define AXIOM_DETAIL_SAMPLER_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <atomic>
#include <chrono>

namespace Axiom::detail {

// Counts operations, and chooses those to be measured: each while they are rare, else one every
// millisecond or so, so that what happens millions of times a second costs next to nothing.
class AXIOM_CORE_EXPORT Sampler
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    static constexpr int MaxInterval = 4096;

    // Whether it is the turn of the last one that is counted. The owner's thread.
    bool count(qint64 operations = 1) noexcept
    {
        const qint64 counted = m_counted.load(std::memory_order_relaxed) + operations;
        m_counted.store(counted, std::memory_order_relaxed);
        return counted >= m_due.load(std::memory_order_relaxed);
    }
    // The same of one that will be counted so much later. The owner's thread.
    bool isDue(int ahead = 0) const noexcept
    {
        return counted() + ahead >= m_due.load(std::memory_order_relaxed);
    }
    qint64 counted() const noexcept { return m_counted.load(std::memory_order_relaxed); }

    // Called for the one whose turn it is: how many it stands for, those since the one before.
    int take(nanoseconds now, int ahead = 0) noexcept;
    // The next one shall be measured: after a burst there may be few for a long time. Any thread;
    // when it is lost to take(), there is a next time.
    void recall() noexcept { m_due.store(0, std::memory_order_relaxed); }

    // Whether that is so; else each one is measured. Those that count know it by recall().
    static bool isSampling() noexcept { return s_isSampling.load(std::memory_order_relaxed); }
    static void setSampling(bool sampling) noexcept { s_isSampling.store(sampling); }

private:
    static std::atomic<bool> s_isSampling;

    std::atomic<qint64> m_counted = 0;
    std::atomic<qint64> m_due = 0; // the count from which on the next one is measured
    qint64 m_taken = 0;            // the count at the last one
    nanoseconds m_lastTime{};
    int m_interval = 1;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_SAMPLER_H
