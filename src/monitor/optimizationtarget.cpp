// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationtarget.h"

namespace Axiom {

/*!
    \class Axiom::StoreSettings
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationTarget
    \brief What can be set for one store, by hand or by the OptimizationEngine.
*/

/*!
    \variable Axiom::StoreSettings::batchingThreshold
    \brief From so many updates a second on they are collected for the next frame, instead of being
    flushed at once; 0 for the coordinator's own threshold.

    \sa PerformanceTarget::batchingThreshold
*/

/*!
    \variable Axiom::StoreSettings::strategy
    \brief When the state is copied.
*/

/*!
    \variable Axiom::StoreSettings::compressionLevel
    \brief How much time is spent on making frozen state small.
*/

/*!
    \variable Axiom::StoreSettings::freezeAfter
    \brief The store freezes after so long without use, with memory pressure or not; 0 for under
    pressure only.
*/

/*!
    \variable Axiom::StoreSettings::incrementalThreshold
    \brief The most bytes of a state that are encoded at a stretch when it freezes.

    While they are, they are in memory twice. Small stretches take little memory, large ones little
    time.
*/

/*!
    \class Axiom::StoreFigures
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationTarget
    \brief Figures of a store: counters since it was made, and how it stands now.

    Times are those of the store's thread, as far as samples tell.
*/

/*!
    \variable Axiom::StoreFigures::updates
    \brief The mutations that were applied.
*/

/*!
    \variable Axiom::StoreFigures::coalesced
    \brief The waiting updates that gave way to a newer one with the same key.
*/

/*!
    \variable Axiom::StoreFigures::commits
    \brief The commits.
*/

/*!
    \variable Axiom::StoreFigures::notifications
    \brief The commits that were announced.
*/

/*!
    \variable Axiom::StoreFigures::updateTime
    \brief The time that mutations took, with the copies that they had to wait for.
*/

/*!
    \variable Axiom::StoreFigures::notifyTime
    \brief The time that announcing took.
*/

/*!
    \variable Axiom::StoreFigures::reads
    \brief The reads of the state.
*/

/*!
    \variable Axiom::StoreFigures::clones
    \brief The copies of the state, whether an update waited for them or they were made ahead of it.
*/

/*!
    \variable Axiom::StoreFigures::cloneTime
    \brief The time that these copies took.
*/

/*!
    \variable Axiom::StoreFigures::clonedBytes
    \brief The bytes that were copied.
*/

/*!
    \variable Axiom::StoreFigures::thaws
    \brief How often compressed state was thawed.
*/

/*!
    \variable Axiom::StoreFigures::thawTime
    \brief The time that thawing took.
*/

/*!
    \variable Axiom::StoreFigures::freezeRounds
    \brief The stretches of freezing, of StoreSettings::incrementalThreshold at most each.
*/

/*!
    \variable Axiom::StoreFigures::freezeRoundBytes
    \brief The bytes of state that were encoded in these stretches.
*/

/*!
    \variable Axiom::StoreFigures::freezeTime
    \brief The time that freezing took on the store's thread; workers do most of it.
*/

/*!
    \variable Axiom::StoreFigures::residentBytes
    \brief The bytes of state that are ready to be read, estimated.
*/

/*!
    \variable Axiom::StoreFigures::frozenBytes
    \brief The bytes that compressed state takes.
*/

/*!
    \variable Axiom::StoreFigures::idle
    \brief For how long the store has been neither read nor changed.
*/

/*!
    \variable Axiom::StoreFigures::canFreeze
    \brief Whether the state can be compressed at all.
*/

/*!
    \variable Axiom::StoreFigures::isPinned
    \brief Whether it was asked to stay as it is.
*/

/*!
    \variable Axiom::StoreFigures::isUnderPressure
    \brief Whether memory is short.
*/

/*!
    \variable Axiom::StoreFigures::updateMode
    \brief How updates are flushed now.
*/

/*!
    \variable Axiom::StoreFigures::largestPlainField
    \brief The name of the field that takes the most memory of those that are not collections of
    this library; empty without one.
*/

/*!
    \variable Axiom::StoreFigures::largestPlainFieldBytes
    \brief The bytes that this field takes.
*/

/*!
    \class Axiom::OptimizationTarget
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationTarget
    \brief What the OptimizationEngine watches and sets.

    Stores are such targets by themselves; others are told to OptimizationEngine::add(). All
    functions are called on the thread of the engine, and may call OptimizationEngine::remove().
*/

/*!
    \fn Axiom::OptimizationTarget::OptimizationTarget()
    Constructs one that no engine knows.
*/

OptimizationTarget::~OptimizationTarget() = default;

/*!
    \fn QString Axiom::OptimizationTarget::name() const
    Returns what suggestions call it.
*/

/*!
    \fn StoreFigures Axiom::OptimizationTarget::figures()
    Returns its figures. It is asked once a window, and must not take long. Counters that go down
    begin anew.
*/

/*!
    \fn StoreSettings Axiom::OptimizationTarget::settings() const
    Returns what is set now.
*/

/*!
    \fn void Axiom::OptimizationTarget::setSettings(const StoreSettings &settings)
    Sets what differs in \a settings. What it can't do it leaves as it was.
*/

} // namespace Axiom
