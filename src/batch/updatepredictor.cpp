// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "updatepredictor.h"

#include <algorithm>
#include <cmath>

namespace Axiom {

namespace {

// The weight of the newest interval: four intervals back weigh a third.
constexpr double alpha = 0.25;

// What came before a silence of this length says nothing about what comes after it.
constexpr UpdatePredictor::Time silence = std::chrono::milliseconds(250);

} // namespace

/*!
    \class Axiom::UpdatePredictor
    \inmodule AxiomState
    \inheaderfile AxiomState/UpdatePredictor
    \brief Estimates the rate of a stream of updates, and when the next one is due.

    Keeps an exponentially weighted mean of the intervals (weight 0.25), which starts anew after
    250 ms of silence. All functions are O(1); a predictor is used from one thread.
*/

/*!
    Records \a count updates that arrived by the time \a now, evenly spread since the call before.
    Times that run backwards count as the time before them.
*/
void UpdatePredictor::record(Time now, int count)
{
    if (count <= 0)
        return;
    // At least the clock's resolution: an interval of nothing would be no rate at all.
    const Time elapsed = std::max(now - m_last, Time(1));
    if (m_started && elapsed < silence) {
        const double interval = double(elapsed.count()) / count;
        if (m_interval <= 0)
            m_interval = interval;
        else
            m_interval += (interval - m_interval) * (1 - std::pow(1 - alpha, count));
    } else {
        m_interval = 0;
    }
    m_last = std::max(m_last, now);
    m_started = true;
}

/*!
    Returns updates per second as of \a now: 0 before two updates are known, and after 250 ms of
    silence.
*/
double UpdatePredictor::currentUpdateRate(Time now) const
{
    if (m_interval <= 0 || now - m_last >= silence)
        return 0;
    return 1e9 / m_interval;
}

/*!
    \fn double Axiom::UpdatePredictor::currentUpdateRate() const
    Returns updates per second as of the last record().
*/

/*!
    Returns when the next update is due if the stream goes on as it did, on the clock that record()
    was called with; \c std::nullopt while no rate is known.
*/
std::optional<UpdatePredictor::Time> UpdatePredictor::predictNext() const
{
    if (m_interval <= 0)
        return std::nullopt;
    return m_last + Time(std::llround(m_interval));
}

/*!
    Forgets everything.
*/
void UpdatePredictor::reset()
{
    *this = UpdatePredictor();
}

} // namespace Axiom
