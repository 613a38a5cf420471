// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_MEMORYGOVERNOR_H
#define AXIOM_MEMORYGOVERNOR_H

#include "memoryreclaim.h"
#include "reclaimable.h"

#include <QtCore/qobject.h>

#include <chrono>
#include <memory>

namespace Axiom {

class Clock;

class AXIOM_CORE_EXPORT MemoryGovernor : public QObject
{
    Q_OBJECT

public:
    static MemoryGovernor *instance();
    ~MemoryGovernor() override;

    Q_PROPERTY(qreal budget READ budgetForQml WRITE setBudgetFromQml NOTIFY budgetChanged)
    qint64 budget() const;
    void setBudget(qint64 bytes);
    Q_SIGNAL void budgetChanged();

    Q_PROPERTY(int idleAfter READ idleAfterForQml WRITE setIdleAfterFromQml NOTIFY idleAfterChanged)
    std::chrono::milliseconds idleAfter() const;
    void setIdleAfter(std::chrono::milliseconds duration);
    Q_SIGNAL void idleAfterChanged();

    Q_PROPERTY(Axiom::MemoryReclaim lastReclaim READ lastReclaim NOTIFY reclaimed)
    MemoryReclaim lastReclaim() const;
    QList<MemoryReclaim> reclaims() const;

    Q_PROPERTY(bool reclaiming READ isReclaiming NOTIFY reclaimingChanged)
    bool isReclaiming() const;
    Q_SIGNAL void reclaimingChanged();

    Q_INVOKABLE void reclaim(Axiom::MemoryPressureMonitor::Level level);
    void reclaim(qint64 bytes);
    void suspend();

    // Neither takes over ownership.
    void add(Reclaimable *reclaimable);
    void remove(Reclaimable *reclaimable);
    QList<Reclaimable *> reclaimables() const;

    // For tests, which need not wait.
    void setClock(const Clock *clock);
    void check();

Q_SIGNALS:
    void reclaimed(const Axiom::MemoryReclaim &reclaim);

private:
    MemoryGovernor();
    Q_SLOT void endTrim();
    qreal budgetForQml() const { return qreal(budget()); }
    void setBudgetFromQml(qreal bytes);
    int idleAfterForQml() const;
    void setIdleAfterFromQml(int milliseconds)
    {
        setIdleAfter(std::chrono::milliseconds(milliseconds));
    }

    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Axiom

#endif // AXIOM_MEMORYGOVERNOR_H
