// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_OPERATIONSTATISTICS_H
#define AXIOM_OPERATIONSTATISTICS_H

#include "../core/enums.h"
#include "../core/histogram.h"

#include <QtCore/qstring.h>

namespace Axiom {

struct OperationStatistics
{
    QString store; // empty for what belongs to none
    OperationType type = OperationType::Custom;
    qint64 count = 0;
    double rate = 0;     // a second, lately
    Histogram durations; // of those that were measured
    Histogram lately;    // the same, of the last window
    qint64 clonedBytes = 0;
    qint64 sharedBytes = 0;
    qint64 memoryDelta = 0;
    qint64 stateSize = 0;

    friend bool operator==(const OperationStatistics &, const OperationStatistics &) = default;
};

} // namespace Axiom

#endif // AXIOM_OPERATIONSTATISTICS_H
