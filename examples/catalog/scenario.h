// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qpoint.h>
#include <QtCore/qstring.h>
#include <QtCore/qtextstream.h>

#include <functional>

class CatalogStore;
class Figures;
class QObject;
class QQuickWindow;

// Uses the window as a person would, in fixed steps, and measures what it costs. Succeeds when
// nothing was lost on the way and the state in the end is the one it started from.
class Scenario
{
public:
    Scenario(QObject *rootObject, const QElapsedTimer &sinceStart);

    void setOutput(const QString &directory) { m_output = directory; }
    void setFeedSeconds(double seconds) { m_feedSeconds = seconds; }

    int execute();

private:
    bool waitFor(const std::function<bool()> &condition, int milliseconds);
    void check(bool condition, const QString &what);
    void press(int key, const QString &text = {});
    void click(const QPointF &position);
    void screenshot(const QString &name);
    void figure(const QString &name, const QString &value);
    void gap(const QString &phase);

    void load();
    void search();
    void rateByKeyboard();
    void sortAndRate();
    void feed();
    void checkMemory(const QList<qint64> &memory);
    void restore();
    void freeze();

    QQuickWindow *m_window;
    CatalogStore *m_store;
    Figures *m_figures;
    QObject *m_list;
    QElapsedTimer m_sinceStart;
    QString m_output;
    double m_feedSeconds = 5;
    int m_failures = 0;
    QTextStream m_out;
};
