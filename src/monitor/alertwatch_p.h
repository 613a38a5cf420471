// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "performancereport.h"

#include <QtCore/qhash.h>
#include <QtCore/qmutex.h>

#include <utility>

namespace Axiom::detail {

// Raises an alert when a figure is over its threshold for long enough, and clears it when it is well
// below, so that one that moves about the threshold says so once.
class AlertWatch
{
public:
    struct Changes
    {
        QList<Alert> raised;
        QList<Alert> cleared;
    };

    // Looks at a report; length is the time since the last.
    Changes check(const PerformanceReport &report, std::chrono::nanoseconds length);

    // Any thread.
    QList<Alert> active() const;

    AlertThresholds thresholds() const { return m_thresholds; }
    void setThresholds(const AlertThresholds &thresholds) { m_thresholds = thresholds; }

private:
    struct Watch
    {
        Alert alert;
        int over = 0; // looks running
        int below = 0;
        bool isRaised = false;
        bool isSeen = false; // in this look
    };
    using Key = std::pair<int, QString>;

    void look(Alert::Type type, const QString &store, double value, double threshold,
              Changes &changes);
    static void clear(Watch &watch, Changes &changes);

    AlertThresholds m_thresholds;
    mutable QMutex m_mutex;
    QHash<Key, Watch> m_watches;
    QHash<QString, qint64> m_clonedBefore;
    qint64 m_overrunsBefore = 0;
    qint64 m_stormsBefore = 0;
    qint64 m_missesBefore = 0;
};

} // namespace Axiom::detail
