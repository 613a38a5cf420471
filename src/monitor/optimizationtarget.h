// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_OPTIMIZATIONTARGET_H
#define AXIOM_OPTIMIZATIONTARGET_H

#include "../core/enums.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qstring.h>

#include <chrono>

namespace Axiom {

// What can be set for one store, by hand or by the engine.
struct StoreSettings
{
    // Updates a second from which on they are collected for a frame; 0 for the coordinator's own.
    double batchingThreshold = 0;
    CowStrategy strategy = CowStrategy::LazyClone;
    CompressionLevel compressionLevel = CompressionLevel::Balanced;
    // Freezes when it was idle for so long, pressure or not; 0 for under pressure only.
    std::chrono::milliseconds freezeAfter{};
    // The most bytes of a state that are encoded at a stretch.
    qint64 incrementalThreshold = qint64(8) << 20;

    friend bool operator==(const StoreSettings &, const StoreSettings &) = default;
};

// Figures of a store: counters since it was made, and how it stands now.
struct StoreFigures
{
    qint64 updates = 0;   // mutations applied
    qint64 coalesced = 0; // that gave way to a newer one with the same key
    qint64 commits = 0;
    qint64 notifications = 0; // commits that were announced
    std::chrono::nanoseconds updateTime{};
    std::chrono::nanoseconds notifyTime{};
    qint64 reads = 0;
    qint64 clones = 0; // copies of the state, for an update or ahead of it
    std::chrono::nanoseconds cloneTime{};
    qint64 clonedBytes = 0;
    qint64 thaws = 0;
    std::chrono::nanoseconds thawTime{};
    qint64 freezeRounds = 0;               // stretches of freezing
    qint64 freezeRoundBytes = 0;           // that they encoded together
    std::chrono::nanoseconds freezeTime{}; // on the store's thread

    qint64 residentBytes = 0;
    qint64 frozenBytes = 0;
    std::chrono::nanoseconds idle{};
    bool canFreeze = false;
    bool isPinned = false;
    bool isUnderPressure = false;
    UpdateMode updateMode = UpdateMode::Immediate;
    // The field that is not a collection of this library and takes the most memory.
    QString largestPlainField;
    qint64 largestPlainFieldBytes = 0;

    friend bool operator==(const StoreFigures &, const StoreFigures &) = default;
};

class AXIOM_CORE_EXPORT OptimizationTarget
{
public:
    OptimizationTarget() = default;
    virtual ~OptimizationTarget();
    OptimizationTarget(const OptimizationTarget &) = delete;
    OptimizationTarget &operator=(const OptimizationTarget &) = delete;

    virtual QString name() const = 0;
    virtual StoreFigures figures() = 0;
    virtual StoreSettings settings() const = 0;
    virtual void setSettings(const StoreSettings &settings) = 0;
};

} // namespace Axiom

#endif // AXIOM_OPTIMIZATIONTARGET_H
