// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cowmetrics.h"

#include <limits>

namespace Axiom {

namespace {

// Reads a write below which a private copy is worth preparing ahead, and above which it is not.
// The band between them is Adaptive's hysteresis.
constexpr double eagerBelow = 10;
constexpr double lazyFrom = 100;

// Writes that Adaptive looks at before it decides: enough that one burst does not.
constexpr int adaptiveWindow = 16;

} // namespace

/*!
    \class Axiom::CowMetrics
    \inmodule AxiomState
    \inheaderfile AxiomState/CowMetrics
    \brief How a piece of copy-on-write data has been used.

    Counts start with the data and are not carried to its copies. A read costs about a nanosecond
    to count; configure with \c{-DAXIOM_COW_METRICS=OFF} to count nothing, and Adaptive stays lazy.
*/

/*!
    \variable Axiom::CowMetrics::totalReads
    \brief Accesses for reading. Approximate while several threads read.
*/

/*!
    \variable Axiom::CowMetrics::totalWrites
    \brief Writes: uniqueWrites and clonedWrites together.
*/

/*!
    \variable Axiom::CowMetrics::uniqueWrites
    \brief Writes that found the data private, or a private copy prepared.
*/

/*!
    \variable Axiom::CowMetrics::clonedWrites
    \brief Writes that had to copy first, as somebody else held the data.
*/

/*!
    \variable Axiom::CowMetrics::clonedBytes
    \brief Bytes copied for clonedWrites.
*/

/*!
    Returns uniqueWrites by totalWrites, 1 when nothing has been written.
*/
double CowMetrics::inPlaceRatio() const
{
    return totalWrites > 0 ? double(uniqueWrites) / double(totalWrites) : 1;
}

/*!
    Returns reads per write, infinity when nothing has been written.
*/
double CowMetrics::readWriteRatio() const
{
    return totalWrites > 0 ? double(totalReads) / double(totalWrites)
                           : std::numeric_limits<double>::infinity();
}

/*!
    Returns the strategy that fits: EagerClone below 10 reads a write, Adaptive below 100, else
    LazyClone.
*/
CowStrategy CowMetrics::recommendation() const
{
    const double ratio = readWriteRatio();
    if (ratio < eagerBelow)
        return CowStrategy::EagerClone;
    return ratio < lazyFrom ? CowStrategy::Adaptive : CowStrategy::LazyClone;
}

void detail::CowRecorder::wrote(bool cloned, qint64 bytes) noexcept
{
#ifdef AXIOM_NO_COW_METRICS
    Q_UNUSED(cloned)
    Q_UNUSED(bytes)
#else
    bump(cloned ? m_clonedWrites : m_uniqueWrites, 1);
    if (cloned)
        bump(m_clonedBytes, bytes);
    if (m_strategy != CowStrategy::Adaptive || ++m_windowWrites < adaptiveWindow)
        return;
    const qint64 reads = m_reads.load(std::memory_order_relaxed);
    const double ratio = double(reads - m_windowReads) / m_windowWrites;
    if (ratio < eagerBelow)
        m_eager = true;
    else if (ratio >= lazyFrom)
        m_eager = false;
    m_windowReads = reads;
    m_windowWrites = 0;
#endif
}

CowMetrics detail::CowRecorder::metrics() const noexcept
{
    CowMetrics metrics;
    metrics.totalReads = m_reads.load(std::memory_order_relaxed);
    metrics.uniqueWrites = m_uniqueWrites.load(std::memory_order_relaxed);
    metrics.clonedWrites = m_clonedWrites.load(std::memory_order_relaxed);
    metrics.clonedBytes = m_clonedBytes.load(std::memory_order_relaxed);
    metrics.totalWrites = metrics.uniqueWrites + metrics.clonedWrites;
    return metrics;
}

void detail::CowRecorder::setStrategy(CowStrategy strategy) noexcept
{
    m_strategy = strategy;
    m_eager = strategy == CowStrategy::EagerClone;
    m_windowReads = m_reads.load(std::memory_order_relaxed);
    m_windowWrites = 0;
}

} // namespace Axiom
