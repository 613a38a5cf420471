// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/FlushRecord>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qdatetime.h>
#include <QtQml/qqmlregistration.h>

#include <deque>

namespace Axiom {

// What caused each flush, what it announced and what it cost; the newest first.
class AXIOM_INSPECTOR_EXPORT InspectorFlushes : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    enum Role {
        SerialRole = Qt::UserRole + 1,
        TimeRole,
        DirectRole,
        UpdatesRole,
        CoalescedRole,
        SkippedRole, // before it, that were not recorded
        StoresRole,
        OriginRole, // the first one
        ApplyTimeRole,
        PublishTimeRole,
        FrameBudgetRole,
        OriginsRole, // all of them, a line each
        ChangesRole
    };
    Q_ENUM(Role)

    static constexpr int Capacity = 512;

    explicit InspectorFlushes(QObject *parent = nullptr);
    ~InspectorFlushes() override;

    Q_PROPERTY(int count READ count NOTIFY countChanged)
    int count() const { return int(m_rows.size()); }
    Q_SIGNAL void countChanged();

    Q_PROPERTY(bool paused READ isPaused WRITE setPaused NOTIFY pausedChanged)
    bool isPaused() const { return m_isPaused; }
    void setPaused(bool paused);
    Q_SIGNAL void pausedChanged();

    // Takes what has happened since, unless it is paused.
    Q_INVOKABLE void refresh();
    void add(const QList<FlushRecord> &records);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Row
    {
        FlushRecord record;
        QDateTime time;
    };

    std::deque<Row> m_rows;
    quint64 m_newest = 0;
    bool m_isPaused = false;
};

} // namespace Axiom
