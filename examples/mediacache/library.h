// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "album.h"
#include "archive.h"

#include <QtCore/qtimer.h>
#include <QtQml/qqml.h>

// Some sixty albums, the archive, and the memory that they take. It has the library's governor of
// memory keep them within a budget, and says what came of it.
class Library : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQmlListProperty<Album> albums READ albumList CONSTANT)
    Q_PROPERTY(Archive *archive READ archive CONSTANT)
    Q_PROPERTY(qreal fullBytes READ fullBytes CONSTANT)
    Q_PROPERTY(qreal residentBytes READ residentBytes NOTIFY figuresChanged)
    Q_PROPERTY(qreal compressedBytes READ compressedBytes NOTIFY figuresChanged)
    Q_PROPERTY(qreal processBytes READ processBytes NOTIFY figuresChanged)
    Q_PROPERTY(int frozenCount READ frozenCount NOTIFY figuresChanged)
    Q_PROPERTY(QVariantList history MEMBER m_history NOTIFY historyChanged)
    Q_PROPERTY(int historyLength READ historyLength CONSTANT)
    Q_PROPERTY(qreal historyBytes READ historyBytes CONSTANT)
    Q_PROPERTY(qreal budget READ budget WRITE setBudget NOTIFY budgetChanged)
    Q_PROPERTY(int idleAfter READ idleAfter WRITE setIdleAfter NOTIFY idleAfterChanged)
    Q_PROPERTY(QString lastReclaim READ lastReclaim NOTIFY reclaimed)
    Q_PROPERTY(QString pressure READ pressure NOTIFY pressureChanged)
    Q_PROPERTY(qreal openMilliseconds READ openMilliseconds NOTIFY opened)

public:
    static constexpr int AlbumCount = 60;
    static constexpr int HistoryLength = 120; // a minute

    explicit Library(QObject *parent = nullptr);

    QQmlListProperty<Album> albumList() { return {this, &m_albums}; }
    const QList<Album *> &albums() const { return m_albums; }
    Archive *archive() { return &m_archive; }

    // Of the albums, but for that of the process, which is 0 where it is not known.
    qreal fullBytes() const { return m_fullBytes; }
    qreal residentBytes() const;
    qreal compressedBytes() const;
    qreal processBytes() const;
    int frozenCount() const;
    int historyLength() const { return HistoryLength; }
    qreal historyBytes() const { return 1.1 * m_fullBytes; } // at the top of its graph

    qreal budget() const; // bytes
    void setBudget(qreal bytes);
    int idleAfter() const; // seconds, 0 for never
    void setIdleAfter(int seconds);
    QString lastReclaim() const;
    QString pressure() const;
    qreal openMilliseconds() const { return m_openMilliseconds; }

    Q_INVOKABLE void open(Album *album);
    Q_INVOKABLE void simulateModerate();
    Q_INVOKABLE void simulateCritical();
    Q_INVOKABLE void freezeAll();
    Q_INVOKABLE void thawAll();

Q_SIGNALS:
    void figuresChanged();
    void historyChanged();
    void budgetChanged();
    void idleAfterChanged();
    void reclaimed();
    void pressureChanged();
    void opened();

private:
    void refresh();

    QList<Album *> m_albums;
    Archive m_archive;
    QVariantList m_history; // of points: shares of historyBytes that are resident and compressed
    qreal m_fullBytes = 0;
    qreal m_openMilliseconds = 0;
    QTimer m_refresh;
    QTimer m_calm; // ends what is simulated
};
