// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_OPTIMIZATIONSUGGESTION_H
#define AXIOM_OPTIMIZATIONSUGGESTION_H

#include "optimizationtarget.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

namespace Axiom {

// A store's figures over a window: what suggestions follow from.
struct OptimizationMetrics
{
    QString store;
    std::chrono::nanoseconds window{};
    double updateRate = 0; // a second
    double coalescedRate = 0;
    double notifyRate = 0;
    double notifyShare = 0; // of the thread's time
    double readRate = 0;
    double cloneRate = 0;
    double cloneShare = 0;
    double clonedBytesRate = 0;
    double thawRate = 0;
    double thawShare = 0;
    double freezeRate = 0; // rounds
    double freezeShare = 0;
    double frozenBytesRate = 0;            // that the rounds encoded
    std::chrono::nanoseconds updateTime{}; // of one
    StoreFigures figures;                  // at the end of the window
    StoreSettings settings;
};

struct AXIOM_CORE_EXPORT OptimizationSuggestion
{
    Q_GADGET
    Q_PROPERTY(Kind kind MEMBER kind)
    Q_PROPERTY(QString store MEMBER store)
    Q_PROPERTY(QString action READ action)
    Q_PROPERTY(QString evidence MEMBER evidence)

public:
    enum Kind {
        EnableBatching,
        EnableCompression,
        OptimizeCow,
        MoveToCollection,
        EnableIncremental,
    };
    Q_ENUM(Kind)

    Kind kind = EnableBatching;
    QString store;
    StoreSettings settings; // with what shall be changed
    QString field;          // that should become a collection
    QString evidence;       // the figures that led to it

    // What it does, in a sentence.
    QString action() const;
    // Whether it is done by setting something. Another needs a programmer.
    bool isAutomatic() const { return kind != MoveToCollection; }

    friend bool operator==(const OptimizationSuggestion &,
                           const OptimizationSuggestion &) = default;
};

} // namespace Axiom

Q_DECLARE_METATYPE(Axiom::OptimizationSuggestion)

#endif // AXIOM_OPTIMIZATIONSUGGESTION_H
