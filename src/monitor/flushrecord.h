// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_FLUSHRECORD_H
#define AXIOM_FLUSHRECORD_H

#include "../core/enums.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

#include <chrono>

namespace Axiom {

struct AXIOM_CORE_EXPORT FlushRecord
{
    // Who submitted updates of this flush.
    struct Origin
    {
        QString store;
        QString where; // the label, or file and line
        Priority priority = Priority::Normal;
        int updates = 0;
    };
    // What was announced of a store.
    struct StoreChange
    {
        QString store;
        qint64 revision = 0;
        QStringList fields;
        int propertySignals = 0;
        int rowSignals = 0;
        int rowsInserted = 0;
        int rowsRemoved = 0;
        int rowsMoved = 0;
        int rowsChanged = 0;
    };

    quint64 serial = 0;
    bool isDirect = false; // apply() or set(), not a flush of the coordinator
    quint64 thread = 0;
    std::chrono::nanoseconds start{}; // of the steady clock
    std::chrono::nanoseconds applyTime{};
    std::chrono::nanoseconds publishTime{};
    std::chrono::nanoseconds frameBudget{}; // 0 when it was not in step with frames
    int updates = 0;
    int coalesced = 0;
    int skippedBefore = 0; // that were not recorded, since the last one that was
    QList<Origin> origins;
    QList<StoreChange> stores;
    int otherOriginUpdates = 0; // beyond MaxParts
    int otherStores = 0;

    static constexpr int MaxParts = 16;

    std::chrono::nanoseconds duration() const { return applyTime + publishTime; }
};

} // namespace Axiom

#endif // AXIOM_FLUSHRECORD_H
