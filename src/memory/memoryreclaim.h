// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_MEMORYRECLAIM_H
#define AXIOM_MEMORYRECLAIM_H

#include "memorypressuremonitor.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace Axiom {

struct AXIOM_CORE_EXPORT MemoryReclaim
{
    Q_GADGET
    Q_PROPERTY(QDateTime time MEMBER time)
    Q_PROPERTY(QString trigger MEMBER trigger)
    Q_PROPERTY(Axiom::MemoryPressureMonitor::Level level MEMBER level)
    Q_PROPERTY(qreal freedBytes READ freedBytesForQml)
    Q_PROPERTY(qreal processBytesBefore READ processBytesBeforeForQml)
    Q_PROPERTY(qreal processBytesAfter READ processBytesAfterForQml)
    Q_PROPERTY(qreal milliseconds READ milliseconds)
    Q_PROPERTY(qreal longestStepMilliseconds READ longestStepMilliseconds)
    Q_PROPERTY(QString summary READ summary)

public:
    struct Part
    {
        QString name;
        qint64 freedBytes = 0;

        friend bool operator==(const Part &, const Part &) = default;
    };

    QDateTime time; // when it was done; invalid when there was none
    QString trigger;
    MemoryPressureLevel level = MemoryPressureLevel::Normal;
    qint64 freedBytes = 0;
    qint64 processBytesBefore = 0;
    qint64 processBytesAfter = 0;
    std::chrono::nanoseconds duration{};
    std::chrono::nanoseconds longestStep{};
    QList<Part> parts;

    bool isValid() const { return time.isValid(); }
    qreal milliseconds() const
    {
        return std::chrono::duration<qreal, std::milli>(duration).count();
    }
    qreal longestStepMilliseconds() const
    {
        return std::chrono::duration<qreal, std::milli>(longestStep).count();
    }
    QString summary() const;

    friend bool operator==(const MemoryReclaim &, const MemoryReclaim &) = default;

private:
    qreal freedBytesForQml() const { return qreal(freedBytes); }
    qreal processBytesBeforeForQml() const { return qreal(processBytesBefore); }
    qreal processBytesAfterForQml() const { return qreal(processBytesAfter); }
};

} // namespace Axiom

Q_DECLARE_METATYPE(Axiom::MemoryReclaim)

#endif // AXIOM_MEMORYRECLAIM_H
