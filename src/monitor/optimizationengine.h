// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_OPTIMIZATIONENGINE_H
#define AXIOM_OPTIMIZATIONENGINE_H

#include "optimizationsuggestion.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qobject.h>

#include <memory>
#include <optional>

namespace Axiom {

class Clock;

class AXIOM_CORE_EXPORT OptimizationEngine : public QObject
{
    Q_OBJECT

public:
    // What became of a suggestion.
    enum State { Suggested, Measuring, Kept, TakenBack, Undone };
    Q_ENUM(State)
    enum Role {
        TimeRole = Qt::UserRole + 1,
        StoreRole,
        KindRole,
        ActionRole,
        EvidenceRole,
        EffectRole,
        StateRole,
        CanApplyRole,
        CanUndoRole
    };
    Q_ENUM(Role)

    explicit OptimizationEngine(QObject *parent = nullptr);
    ~OptimizationEngine() override;

    static std::optional<OptimizationSuggestion> analyze(const OptimizationMetrics &metrics);

    Q_PROPERTY(bool autoApply READ isAutoApply WRITE setAutoApply NOTIFY autoApplyChanged)
    bool isAutoApply() const;
    void setAutoApply(bool autoApply);
    Q_SIGNAL void autoApplyChanged();

    // When, which store, what, why, measured effect; the newest first.
    Q_PROPERTY(QAbstractItemModel *optimizations READ optimizations CONSTANT)
    QAbstractItemModel *optimizations() const;
    Q_INVOKABLE bool apply(int row);
    Q_INVOKABLE bool undo(int row);

    // Neither takes over ownership.
    void add(OptimizationTarget *target);
    void remove(OptimizationTarget *target);

    // Whether the effect of something is being measured.
    bool isBusy() const;

    // Looks at all targets; PerformanceMonitor does so, once a window.
    void check();
    void setClock(const Clock *clock);

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Axiom

#endif // AXIOM_OPTIMIZATIONENGINE_H
