// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/Reclaimable>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace Axiom {

// Who holds memory that can be had from, as the governor sees it.
class AXIOM_INSPECTOR_EXPORT InspectorHolders : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        ResidentBytesRole,
        OfferedBytesRole,  // that can be given back
        IdleRole,          // seconds
        ResidentShareRole, // of what all hold
        OfferedShareRole
    };
    Q_ENUM(Role)

    explicit InspectorHolders(QObject *parent = nullptr);
    ~InspectorHolders() override;

    Q_PROPERTY(int count READ count NOTIFY refreshed)
    int count() const { return int(m_rows.size()); }
    Q_PROPERTY(qreal totalBytes READ totalBytes NOTIFY refreshed)
    qreal totalBytes() const { return qreal(m_totalBytes); }
    Q_PROPERTY(qreal offeredBytes READ offeredBytes NOTIFY refreshed)
    qreal offeredBytes() const { return qreal(m_offeredBytes); }
    Q_SIGNAL void refreshed();

    Q_INVOKABLE void refresh();

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Row
    {
        const Reclaimable *holder; // may be gone
        QString name;
        Reclaimable::Offer offer;
    };

    void removeAllBut(const QList<Reclaimable *> &holders);
    static QList<int> changedRoles(const Row &before, const Row &now, bool hasOtherTotal);

    std::vector<Row> m_rows;
    qint64 m_totalBytes = 0;
    qint64 m_offeredBytes = 0;
};

} // namespace Axiom
