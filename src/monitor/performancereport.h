// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_PERFORMANCEREPORT_H
#define AXIOM_PERFORMANCEREPORT_H

#include "alert.h"
#include "operationstatistics.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>

namespace Axiom {

struct AXIOM_CORE_EXPORT PerformanceReport
{
    QDateTime since;
    QDateTime time;
    qint64 processBytes = 0;
    qint64 flushes = 0;
    qint64 frameOverruns = 0;
    qint64 updateStorms = 0;
    qint64 deadlineMisses = 0;
    QList<OperationStatistics> operations;
    QList<Alert> alerts;

    QByteArray toJson() const;
    QString toMarkdown() const;
};

} // namespace Axiom

#endif // AXIOM_PERFORMANCEREPORT_H
