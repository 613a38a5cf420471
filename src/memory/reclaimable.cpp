// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "reclaimable.h"

namespace Axiom {

/*!
    \class Axiom::Reclaimable
    \inmodule AxiomState
    \inheaderfile AxiomState/Reclaimable
    \brief What has memory to give back under pressure.

    An object that implements it is told to MemoryGovernor::add(). Stores do so by themselves. All
    functions are called on the thread of the governor.
*/

/*!
    \class Axiom::Reclaimable::Offer
    \inmodule AxiomState
    \brief What a Reclaimable could give back now.
*/

/*!
    \variable Axiom::Reclaimable::Offer::residentBytes
    \brief The memory it takes, estimated.
*/

/*!
    \variable Axiom::Reclaimable::Offer::costlessBytes
    \brief What of it can be given back without any work: caches of something that is still there.
*/

/*!
    \variable Axiom::Reclaimable::Offer::bytes
    \brief What can be given back in all, estimated.
*/

/*!
    \variable Axiom::Reclaimable::Offer::idle
    \brief How long it has not been used.
*/

/*!
    \variable Axiom::Reclaimable::Offer::cost
    \brief The work to give it back and to have it again, estimated.
*/

/*!
    \class Axiom::Reclaimable::Result
    \inmodule AxiomState
    \brief What a Reclaimable has given back.
*/

/*!
    \variable Axiom::Reclaimable::Result::freedBytes
    \brief The bytes that were freed.
*/

/*!
    \variable Axiom::Reclaimable::Result::longestStep
    \brief The longest time it took on the governor's thread without a break.
*/

/*!
    \variable Axiom::Reclaimable::Result::work
    \brief The time it took on all threads.
*/

/*!
    \fn Axiom::Reclaimable::Reclaimable()
    Constructs one that the governor does not know.
*/

Reclaimable::~Reclaimable() = default;

/*!
    \fn QString Axiom::Reclaimable::name() const
    Returns what the record of a reclaim calls it.
*/

/*!
    \fn Reclaimable::Offer Axiom::Reclaimable::offer()
    Returns what could be given back now; nothing where it would be of no use, as of what others hold
    too. It must not take long.
*/

/*!
    \fn std::chrono::milliseconds Axiom::Reclaimable::idleAfter() const
    Returns after which time without use it gives back what it can, pressure or not; 0, as by default,
    for never, unless MemoryGovernor::idleAfter says so for all. The shorter of the two holds.

    \sa MemoryGovernor::add()
*/

/*!
    \fn void Axiom::Reclaimable::reclaim(MemoryPressureLevel level, std::function<void(const Result &)> done)
    Gives back what it can at the given \a level, and calls \a done when it is through, at once or
    later, but in any case.
*/

} // namespace Axiom
