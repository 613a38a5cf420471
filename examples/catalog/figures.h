// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "catalogstore.h"

#include <AxiomState/BatchCoordinator>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>
#include <QtQml/qqmlregistration.h>
#include <QtQuick/qquickwindow.h>

// The line of live figures: what the coordinator has counted in the last second, and the longest
// time between two frames while there were frames to draw.
class Figures : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(CatalogStore *store MEMBER m_store)
    Q_PROPERTY(QQuickWindow *window READ window WRITE setWindow NOTIFY windowChanged)
    Q_PROPERTY(double updateRate MEMBER m_updateRate NOTIFY changed)
    Q_PROPERTY(double flushRate MEMBER m_flushRate NOTIFY changed)
    Q_PROPERTY(double notificationRate MEMBER m_notificationRate NOTIFY changed)
    Q_PROPERTY(double rowSignalRate MEMBER m_rowSignalRate NOTIFY changed)
    Q_PROPERTY(double frameGap MEMBER m_frameGap NOTIFY changed)
    Q_PROPERTY(double stateBytes MEMBER m_stateBytes NOTIFY changed)
    Q_PROPERTY(double processBytes MEMBER m_processBytes NOTIFY changed)

public:
    explicit Figures(QObject *parent = nullptr);

    QQuickWindow *window() const { return m_window; }
    void setWindow(QQuickWindow *window);

    // Draws frame after frame from now on, so that a gap between two is a stall and no rest.
    void setContinuous(bool continuous);
    // The longest gap since the last call, in ms.
    double takeLongestGap();

    static qint64 residentProcessBytes();

Q_SIGNALS:
    void changed();
    void windowChanged();

private:
    void frame();
    void sample();

    CatalogStore *m_store = nullptr;
    QPointer<QQuickWindow> m_window;
    QTimer m_timer;
    QElapsedTimer m_sinceSample;
    QElapsedTimer m_sinceFrame;
    Axiom::BatchMetrics m_last;
    double m_updateRate = 0;
    double m_flushRate = 0;
    double m_notificationRate = 0;
    double m_rowSignalRate = 0;
    double m_frameGap = 0;
    double m_stateBytes = 0;
    double m_processBytes = 0;
    double m_gapOfSample = 0;
    double m_gapSinceTaken = 0;
    bool m_continuous = false;
};
