// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_UPDATEPREDICTOR_H
#define AXIOM_UPDATEPREDICTOR_H

#include <AxiomState/axiomcoreexport.h>

#include <chrono>
#include <optional>

namespace Axiom {

class AXIOM_CORE_EXPORT UpdatePredictor
{
public:
    using Time = std::chrono::nanoseconds;

    void record(Time now, int count = 1);

    double currentUpdateRate(Time now) const;
    double currentUpdateRate() const { return currentUpdateRate(m_last); }
    std::optional<Time> predictNext() const;

    void reset();

private:
    Time m_last = Time(0);
    double m_interval = 0; // ns, exponentially weighted; 0: not known yet
    bool m_started = false;
};

} // namespace Axiom

#endif // AXIOM_UPDATEPREDICTOR_H
