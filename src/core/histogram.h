// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_HISTOGRAM_H
#define AXIOM_HISTOGRAM_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qlist.h>

#include <chrono>

namespace Axiom {

class AXIOM_CORE_EXPORT Histogram
{
public:
    using Duration = std::chrono::nanoseconds;

    void record(Duration value, qint64 count = 1);
    void merge(const Histogram &other);
    void clear() { *this = {}; }

    qint64 count() const noexcept { return m_count; }
    bool isEmpty() const noexcept { return m_count == 0; }
    Duration min() const noexcept { return m_min; }
    Duration max() const noexcept { return m_max; }
    Duration mean() const noexcept;
    Duration percentile(double percent) const noexcept;

    friend bool operator==(const Histogram &, const Histogram &) = default;

private:
    QList<qint64> m_counts; // by bucket, up to the last that is not empty
    qint64 m_count = 0;
    double m_sum = 0;
    Duration m_min = Duration(0);
    Duration m_max = Duration(0);
};

} // namespace Axiom

#endif // AXIOM_HISTOGRAM_H
