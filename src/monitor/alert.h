// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_ALERT_H
#define AXIOM_ALERT_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace Axiom {

struct AXIOM_CORE_EXPORT Alert
{
    Q_GADGET
    Q_PROPERTY(Type type MEMBER type)
    Q_PROPERTY(QString store MEMBER store)
    Q_PROPERTY(qreal value MEMBER value)
    Q_PROPERTY(qreal threshold MEMBER threshold)
    Q_PROPERTY(QDateTime time MEMBER time)
    Q_PROPERTY(QString message READ message)

public:
    enum Type { Latency, FrameOverrun, UpdateStorm, DeadlineMisses, Memory, CloneRate };
    Q_ENUM(Type)

    Type type = Latency;
    QString store; // empty when it is not of one
    qreal value = 0;
    qreal threshold = 0;
    QDateTime time;

    QString message() const;

    friend bool operator==(const Alert &, const Alert &) = default;
};

struct AlertThresholds
{
    std::chrono::nanoseconds latency = std::chrono::milliseconds(100);
    double frameOverruns = 6;
    double updateStorms = 1;
    double deadlineMisses = 1;
    qint64 memory = 0;
    double clonedBytes = double(qint64(256) << 20);

    friend bool operator==(const AlertThresholds &, const AlertThresholds &) = default;
};

} // namespace Axiom

Q_DECLARE_METATYPE(Axiom::Alert)

#endif // AXIOM_ALERT_H
