// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "optimizationsuggestion.h"

#include "figuretext_p.h"

namespace Axiom {

/*!
    \class Axiom::OptimizationMetrics
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationSuggestion
    \brief How a store was used over a window of time.

    Rates are numbers a second; shares are parts of the time of the store's thread, where 1 is all of
    it.

    \sa OptimizationEngine::analyze()
*/

/*!
    \variable Axiom::OptimizationMetrics::store
    \brief The name of the store.
*/

/*!
    \variable Axiom::OptimizationMetrics::window
    \brief The length of the window.
*/

/*!
    \variable Axiom::OptimizationMetrics::updateRate
    \brief Mutations that were applied, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::coalescedRate
    \brief Updates that gave way to a newer one with the same key, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::notifyRate
    \brief Commits that were announced, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::notifyShare
    \brief The share of the thread's time that announcing took.
*/

/*!
    \variable Axiom::OptimizationMetrics::readRate
    \brief Reads of the state, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::cloneRate
    \brief Copies of the state, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::cloneShare
    \brief The share of the thread's time that these copies took.
*/

/*!
    \variable Axiom::OptimizationMetrics::clonedBytesRate
    \brief The bytes that were copied, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::thawRate
    \brief Thaws, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::thawShare
    \brief The share of the thread's time that thawing took.
*/

/*!
    \variable Axiom::OptimizationMetrics::freezeRate
    \brief Stretches of freezing, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::freezeShare
    \brief The share of the thread's time that freezing took, without that of workers.
*/

/*!
    \variable Axiom::OptimizationMetrics::frozenBytesRate
    \brief The bytes that were encoded for freezing, a second.
*/

/*!
    \variable Axiom::OptimizationMetrics::updateTime
    \brief How long an update took on average.
*/

/*!
    \variable Axiom::OptimizationMetrics::figures
    \brief The store's figures at the end of the window.
*/

/*!
    \variable Axiom::OptimizationMetrics::settings
    \brief The store's settings at the end of the window.
*/

/*!
    \class Axiom::OptimizationSuggestion
    \inmodule AxiomState
    \inheaderfile AxiomState/OptimizationSuggestion
    \brief What would serve a store better, and the figures that say so.

    \sa OptimizationEngine
*/

/*!
    \enum Axiom::OptimizationSuggestion::Kind
    \brief What is to be done.

    \value EnableBatching    Collect updates for the next frame:
                             StoreSettings::batchingThreshold.
    \value EnableCompression Freeze the state when it is idle: StoreSettings::freezeAfter and
                             StoreSettings::compressionLevel.
    \value OptimizeCow       Copy the state at another time: StoreSettings::strategy.
    \value MoveToCollection  Make a field a CowVector or a CowHash, which share what did not change.
    \value EnableIncremental Freeze in smaller steps: StoreSettings::incrementalThreshold.
*/

/*!
    \property Axiom::OptimizationSuggestion::kind
    \brief What is to be done.
*/

/*!
    \property Axiom::OptimizationSuggestion::store
    \brief The name of the store.
*/

/*!
    \property Axiom::OptimizationSuggestion::action
    \brief What it does, in a sentence.
*/

/*!
    \property Axiom::OptimizationSuggestion::evidence
    \brief The figures that led to it, in words and with their units.
*/

/*!
    \variable Axiom::OptimizationSuggestion::settings
    \brief The store's settings with what is to be changed; a kind changes those that it names.
*/

/*!
    \variable Axiom::OptimizationSuggestion::field
    \brief With MoveToCollection, the field that should become a collection.
*/

QString OptimizationSuggestion::action() const
{
    switch (kind) {
    case EnableBatching:
        return QStringLiteral("Collect updates for the next frame from %1 updates/s on")
            .arg(detail::numberText(settings.batchingThreshold));
    case EnableCompression:
        return QStringLiteral("Compress the state after %1 without use, at the level %2")
            .arg(detail::durationText(settings.freezeAfter),
                 settings.compressionLevel == CompressionLevel::Maximum ? QStringLiteral("Maximum")
                     : settings.compressionLevel == CompressionLevel::Balanced
                     ? QStringLiteral("Balanced")
                     : QStringLiteral("Fast"));
    case OptimizeCow:
        switch (settings.strategy) {
        case CowStrategy::LazyClone:
            return QStringLiteral("Copy the state when an update needs it (LazyClone)");
        case CowStrategy::EagerClone:
            return QStringLiteral("Copy the state ahead of updates, in idle time (EagerClone)");
        case CowStrategy::Adaptive:
            return QStringLiteral("Copy the state by the reads and writes it sees (Adaptive)");
        }
        break;
    case MoveToCollection:
        return QStringLiteral("Make %1 a CowVector or a CowHash").arg(field);
    case EnableIncremental:
        return QStringLiteral("Freeze in steps of at most %1")
            .arg(detail::bytesText(double(settings.incrementalThreshold)));
    }
    Q_UNREACHABLE();
}

/*!
    \fn bool Axiom::OptimizationSuggestion::isAutomatic() const
    Returns whether it is done by setting something; MoveToCollection needs a programmer.
*/

} // namespace Axiom

#include "moc_optimizationsuggestion.cpp"
