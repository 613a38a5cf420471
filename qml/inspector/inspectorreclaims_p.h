// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/MemoryReclaim>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

namespace Axiom {

// What the governor had given back, the newest first.
class AXIOM_INSPECTOR_EXPORT InspectorReclaims : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    enum Role {
        TimeRole = Qt::UserRole + 1,
        TriggerRole,
        FreedBytesRole,
        BeforeRole, // bytes of the process
        AfterRole,
        DurationRole,    // ms
        LongestStepRole, // ms
        PartsRole
    };
    Q_ENUM(Role)

    explicit InspectorReclaims(QObject *parent = nullptr);
    ~InspectorReclaims() override;

    Q_PROPERTY(int count READ count NOTIFY countChanged)
    int count() const { return int(m_reclaims.size()); }
    Q_SIGNAL void countChanged();

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    void add(const MemoryReclaim &reclaim);

    QList<MemoryReclaim> m_reclaims;
};

} // namespace Axiom
