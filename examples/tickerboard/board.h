// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "feed.h"
#include "frametimes.h"
#include "instrument.h"
#include "plainmodel.h"

#include <AxiomState/Histogram>
#include <AxiomState/StateStore>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qsemaphore.h>
#include <QtCore/qsortfilterproxymodel.h>
#include <QtCore/qthreadpool.h>
#include <QtCore/qtimer.h>
#include <QtQml/qqml.h>
#include <QtQuick/qquickwindow.h>

#include <memory>

// Ten thousand instruments under a feed from two threads, shown in one of three ways. The figures are
// those of the last half second, but for latencies, which are kept until the way changes.
class Board : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Way way READ way WRITE setWay NOTIFY wayChanged)
    Q_PROPERTY(int rate READ rate WRITE setRate NOTIFY rateChanged)
    Q_PROPERTY(bool running READ isRunning WRITE setRunning NOTIFY runningChanged)
    Q_PROPERTY(bool sorted READ isSorted WRITE setSorted NOTIFY sortedChanged)
    Q_PROPERTY(QAbstractItemModel *model READ model NOTIFY modelChanged)
    Q_PROPERTY(QQuickWindow *window READ window WRITE setWindow NOTIFY windowChanged)
    Q_PROPERTY(int appliedRate MEMBER m_appliedRate NOTIFY figuresChanged)
    Q_PROPERTY(int signalRate MEMBER m_signalRate NOTIFY figuresChanged)
    Q_PROPERTY(int frameRate MEMBER m_frameRate NOTIFY figuresChanged)
    Q_PROPERTY(int backlog MEMBER m_shownBacklog NOTIFY figuresChanged)
    Q_PROPERTY(int misses MEMBER m_misses NOTIFY figuresChanged)
    Q_PROPERTY(qreal longestFrame MEMBER m_longestFrame NOTIFY figuresChanged)
    Q_PROPERTY(qreal urgentMedian MEMBER m_urgentMedian NOTIFY figuresChanged)
    Q_PROPERTY(qreal urgentWorst MEMBER m_urgentWorst NOTIFY figuresChanged)
    Q_PROPERTY(qreal lowMedian MEMBER m_lowMedian NOTIFY figuresChanged)
    Q_PROPERTY(qreal lastTrade MEMBER m_lastTrade NOTIFY figuresChanged)
    Q_PROPERTY(QList<qreal> frameTimes MEMBER m_shownFrames NOTIFY figuresChanged)

public:
    // Direct: a thread calls the model and waits until it has told its views. Queued: it posts the
    // call. Coordinated: it enqueues an update of the state.
    enum Way { Direct, Queued, Coordinated };
    Q_ENUM(Way)

    static constexpr int Rows = 10000;
    static constexpr int FloodSize = 100000;

    explicit Board(QObject *parent = nullptr);
    ~Board() override;

    Way way() const { return m_way; }
    void setWay(Way way);
    int rate() const { return m_rate; }
    void setRate(int rate);
    bool isRunning() const { return m_isRunning; }
    void setRunning(bool running);
    bool isSorted() const { return m_isSorted; }
    void setSorted(bool sorted); // by what has changed most, through a QSortFilterProxyModel
    QAbstractItemModel *model();
    QQuickWindow *window() const { return m_window; }
    void setWindow(QQuickWindow *window);

    Q_INVOKABLE void trade(int row); // of the model; urgent, from another thread
    Q_INVOKABLE void flood();        // so many that are not

    void order(int position); // the same, by position in the collection

    // For the benchmark: a feed with an end, and what came of it.
    void play(qint64 ticks);
    bool isSettled() const { return m_feed->isDone() && m_backlog == 0; }
    void reset();
    void settle(); // ends the feed, and waits for what is under way
    qint64 applied() const { return m_applied; }
    qint64 signalCount() const { return m_signals; }
    const Axiom::Histogram &urgent() const { return m_urgent; }
    FrameTimes &frames() { return m_frames; }
    QList<Instrument> instruments() const;

    Axiom::State<BoardState> state{this};

Q_SIGNALS:
    void wayChanged();
    void rateChanged();
    void runningChanged();
    void sortedChanged();
    void modelChanged();
    void windowChanged();
    void figuresChanged();

private:
    QAbstractItemModel *source();
    void send(const Tick &tick, Axiom::Priority priority, qint64 submitted);
    void finished(Axiom::Priority priority, qint64 submitted);
    void refresh();

    Way m_way = Coordinated;
    int m_rate = 20000;
    bool m_isRunning = false;
    QQuickWindow *m_window = nullptr;
    bool m_isSorted = false;
    PlainModel m_plain;
    QSortFilterProxyModel m_proxy;
    FrameTimes m_frames;
    QTimer m_timer;
    QElapsedTimer m_sinceRefresh;

    std::atomic<qint64> m_backlog = 0;
    std::atomic<bool> m_isSettling = false;
    QSemaphore m_told; // direct calls that are through
    qint64 m_applied = 0;
    qint64 m_signals = 0;
    Axiom::Histogram m_urgent;
    Axiom::Histogram m_low;

    qint64 m_appliedBefore = 0;
    qint64 m_signalsBefore = 0;
    int m_appliedRate = 0;
    int m_signalRate = 0;
    int m_frameRate = 0;
    int m_shownBacklog = 0;
    int m_misses = 0;
    qreal m_longestFrame = 0;
    qreal m_urgentMedian = 0;
    qreal m_urgentWorst = 0;
    qreal m_lowMedian = 0;
    qreal m_lastTrade = 0;
    QList<qreal> m_shownFrames;
    QThreadPool m_senders;
    std::unique_ptr<Feed> m_feed; // goes first, as its threads call us
};
