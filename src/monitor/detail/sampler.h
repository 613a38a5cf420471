// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_SAMPLER_H
#define AXIOM_DETAIL_SAMPLER_H

#include <AxiomState/axiomcoreexport.h>

#include <atomic>
#include <chrono>

namespace Axiom::detail {

// Chooses one operation in so many to be measured: each while they are rare, one in MaxInterval at
// the most, so that what is measured more than some thousand times a second costs next to nothing.
class AXIOM_CORE_EXPORT Sampler
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    static constexpr int MaxInterval = 256;

    bool next() noexcept
    {
        if (--m_left > 0 && s_isSampling.load(std::memory_order_relaxed))
            return false;
        m_left = m_interval;
        return true;
    }
    // How many operations the one that is measured now stands for.
    int weight() const noexcept { return isSampling() ? m_interval : 1; }

    // Whether that is so; else each one is measured.
    static bool isSampling() noexcept { return s_isSampling.load(std::memory_order_relaxed); }
    static void setSampling(bool sampling) noexcept { s_isSampling.store(sampling); }
    // When the one that is measured began.
    void measured(nanoseconds start) noexcept
    {
        const nanoseconds gap = start - m_last;
        m_last = start;
        if (gap < std::chrono::microseconds(250))
            m_interval = m_interval < MaxInterval ? m_interval * 2 : MaxInterval;
        else if (gap > std::chrono::milliseconds(1))
            m_interval = m_interval > 1 ? m_interval / 2 : 1;
    }

private:
    static std::atomic<bool> s_isSampling;

    int m_interval = 1;
    int m_left = 1;
    nanoseconds m_last{};
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_SAMPLER_H
