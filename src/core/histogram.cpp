// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace Axiom {

namespace {

// Each power of two is cut into that many buckets of the same width: the error is at most one part
// in 16 of a value.
constexpr int subBits = 4;
constexpr int subBuckets = 1 << subBits;

// Longer times, 2 to the 42 nanoseconds are 73 minutes, share the last bucket.
constexpr int maxBits = 42;
constexpr int buckets = (maxBits - subBits + 1) * subBuckets;

int bucketOf(qint64 value)
{
    if (value < subBuckets)
        return int(value);
    const int shift = int(std::bit_width(quint64(value))) - 1 - subBits;
    return std::min((shift << subBits) + int(value >> shift), buckets - 1);
}

// The greatest value of a bucket.
qint64 upperBound(int bucket)
{
    if (bucket < 2 * subBuckets)
        return bucket;
    const int shift = (bucket >> subBits) - 1;
    const qint64 first = qint64(subBuckets + (bucket & (subBuckets - 1)));
    return ((first + 1) << shift) - 1;
}

} // namespace

/*!
    \class Axiom::Histogram
    \inmodule AxiomState
    \inheaderfile AxiomState/Histogram
    \brief How often durations were how long, in a few kilobytes, however many.

    Durations are counted in buckets whose width grows with the duration, so that a percentile is at
    most a sixteenth above the true value, from nanoseconds to 73 minutes; longer ones share a
    bucket. It takes 5 KiB at most. Copies share the counts until one is written.

    The idea is that of HdrHistogram (Gil Tene).
*/

/*!
    Counts a duration, \a count times. A negative \a value counts as zero. O(1).
*/
void Histogram::record(Duration value, qint64 count)
{
    if (count <= 0)
        return;
    value = std::max(value, Duration(0));
    const int bucket = bucketOf(value.count());
    if (bucket >= m_counts.size())
        m_counts.resize(bucket + 1);
    m_counts[bucket] += count;
    m_min = m_count == 0 ? value : std::min(m_min, value);
    m_max = std::max(m_max, value);
    m_sum += double(value.count()) * double(count);
    m_count += count;
}

/*!
    Adds what \a other has counted.
*/
void Histogram::merge(const Histogram &other)
{
    if (other.isEmpty())
        return;
    if (m_counts.size() < other.m_counts.size())
        m_counts.resize(other.m_counts.size());
    for (qsizetype bucket = 0; bucket < other.m_counts.size(); ++bucket)
        m_counts[bucket] += other.m_counts.at(bucket);
    m_min = isEmpty() ? other.m_min : std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
    m_sum += other.m_sum;
    m_count += other.m_count;
}

/*!
    \fn void Axiom::Histogram::clear()

    Forgets everything.
*/

/*!
    \fn qint64 Axiom::Histogram::count() const

    Returns how many durations were counted.
*/

/*!
    \fn bool Axiom::Histogram::isEmpty() const

    Returns whether none was counted.
*/

/*!
    \fn Axiom::Histogram::Duration Axiom::Histogram::min() const

    Returns the shortest duration, zero when there is none. It is exact, as is max().
*/

/*!
    \fn Axiom::Histogram::Duration Axiom::Histogram::max() const

    Returns the longest duration, zero when there is none.
*/

/*!
    Returns the mean duration, zero when there is none.
*/
Histogram::Duration Histogram::mean() const noexcept
{
    return Duration(isEmpty() ? 0 : qint64(m_sum / double(m_count)));
}

/*!
    Returns a duration which at least \a percent of a hundred did not exceed: percentile(50) is the
    median, percentile(100) is max(). Zero when there is none. O(1).
*/
Histogram::Duration Histogram::percentile(double percent) const noexcept
{
    if (isEmpty())
        return Duration(0);
    const double share = percent > 0 ? std::min(percent, 100.) / 100 : 0; // not a number is 0, too
    const qint64 wanted = std::max(qint64(std::ceil(share * double(m_count))), qint64(1));
    qint64 counted = 0;
    for (int bucket = 0; bucket < m_counts.size(); ++bucket) {
        counted += m_counts.at(bucket);
        if (counted >= wanted) {
            const bool last = bucket == m_counts.size() - 1;
            return last ? m_max : std::clamp(Duration(upperBound(bucket)), m_min, m_max);
        }
    }
    return m_max;
}

} // namespace Axiom
