// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/Histogram>

#include <QtCore/qlist.h>
#include <QtCore/qmutex.h>
#include <QtCore/qobject.h>

#include <chrono>

class QQuickWindow;

// The time between the frames of a window, taken where they are shown, whatever the GUI thread does.
class FrameTimes : public QObject
{
    Q_OBJECT

public:
    static constexpr int Kept = 120;

    using QObject::QObject;

    void watch(QQuickWindow *window);
    void clear();

    QList<qreal> last() const; // ms, the newest last
    qreal longest() const;     // ms, since clear(), with the one that has not come yet
    int count() const;

private:
    void frame();

    mutable QMutex m_mutex;
    QList<qreal> m_last;
    std::chrono::steady_clock::time_point m_previous = std::chrono::steady_clock::now();
    qreal m_longest = 0;
    int m_count = 0;
};
