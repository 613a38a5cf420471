// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../memory/memorygovernor.h"
#include "../monitor/optimizationengine.h"
#include "statestore.h"

#include <QtCore/qpointer.h>

namespace Axiom {

// Under the governor's eyes. What could not be made smaller is left alone until it changes.
class StateStore::Private final : public Reclaimable, public OptimizationTarget
{
public:
    explicit Private(StateStore *store) : q(store) { }
    ~Private() override { leaveThread(); }
    // Governor and engine are of the thread that the store was made in.
    void leaveThread()
    {
        if (governor)
            governor->remove(this);
        if (engine)
            engine->remove(this);
        governor.clear();
        engine.clear();
    }

    // Reclaimable
    QString name() const override { return q->name(); }
    Offer offer() override;
    void reclaim(MemoryPressureLevel level, std::function<void(const Result &)> done) override;
    std::chrono::milliseconds idleAfter() const override
    {
        return core ? core->settings().freezeAfter : std::chrono::milliseconds();
    }

    // OptimizationTarget
    StoreFigures figures() override;
    StoreSettings settings() const override { return q->settings(); }
    void setSettings(const StoreSettings &settings) override { q->setSettings(settings); }

    std::chrono::nanoseconds idleTime();
    qint64 heldBytes(const detail::FrozenParts &parts);
    detail::StateCore::FreezeOptions reclaimOptions() const;

    StateStore *const q;
    QPointer<MemoryGovernor> governor;
    QPointer<OptimizationEngine> engine;
    std::chrono::nanoseconds usedAt{detail::thawTime()};
    quint64 usedCount = 0;
    qint64 fruitlessRevision = -1;
    qint64 otherBytes = 0; // beside parts that can be frozen, at that revision
    qint64 otherRevision = -1;
    int otherAwake = 0; // parts that are not frozen, at the last look: fewer need less
    std::chrono::nanoseconds nextWalk{};
    qint64 commitsSeen = 0;
    QString largestField;
    qint64 largestFieldBytes = 0;

    QString givenName;
    std::shared_ptr<detail::StateCore> core;
    qint64 bytes = 0;
    qint64 bytesRevision = -1;
    int bytesThawed = -1;
    bool isPinned = false;

    mutable quint64 accessCount = 0;
    mutable QDateTime lastAccess = QDateTime::currentDateTime();
};

} // namespace Axiom
