// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qelapsedtimer.h>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace Axiom {

// The stores of this thread. One that dies, or is moved to another thread, leaves the list at once.
class AXIOM_INSPECTOR_EXPORT InspectorStores : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    enum Role {
        StoreRole = Qt::UserRole + 1,
        NameRole,
        RevisionRole,
        ResidentBytesRole,
        EstimatedRole, // whether the bytes are an estimate, while the state changes
        FrozenBytesRole,
        ResidencyRole,
        HeldElsewhereRole, // by snapshots or copies
        InPlaceRatioRole,
        StrategyRole,
        UpdateModeRole,
        UpdateModeReasonRole,
        UpdateRateRole,
        CommitRateRole,
        PendingRole
    };
    Q_ENUM(Role)

    explicit InspectorStores(QObject *parent = nullptr);
    ~InspectorStores() override;

    Q_PROPERTY(int count READ count NOTIFY countChanged)
    int count() const { return int(m_rows.size()); }
    Q_SIGNAL void countChanged();

    Q_PROPERTY(int currentRow READ currentRow WRITE setCurrentRow NOTIFY currentChanged)
    int currentRow() const { return m_currentRow; }
    void setCurrentRow(int row);
    // A property, for QML would take over what an invokable method returns.
    Q_PROPERTY(Axiom::StateStore *current READ current NOTIFY currentChanged)
    StateStore *current() const { return m_current; }
    Q_SIGNAL void currentChanged();

    Q_INVOKABLE void refresh();
    StateStore *storeAt(int row) const;
    int rowOf(StateStore *store) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Figures
    {
        QString name;
        qint64 revision = 0;
        qint64 residentBytes = 0;
        bool isEstimated = false;
        qint64 frozenBytes = 0;
        Residency residency = Residency::Resident;
        bool isHeldElsewhere = false;
        double inPlaceRatio = 1;
        CowStrategy strategy = CowStrategy::LazyClone;
        UpdateMode updateMode = UpdateMode::Immediate;
        UpdateModeReason updateModeReason = UpdateModeReason::Quiet;
        double updateRate = 0;
        double commitRate = 0;
        int pending = 0;

        friend bool operator==(const Figures &, const Figures &) = default;
    };
    struct Row
    {
        StateStore *store;
        Figures figures;
    };

    static QVariant figure(const Figures &figures, int role);
    static QList<int> changedRoles(const Figures &before, const Figures &now);
    static Figures figuresOf(StateStore *store, const Figures &before, double seconds);
    void remove(int row);
    void updateCurrent();

    int m_currentRow = 0;
    StateStore *m_current = nullptr;
    std::vector<Row> m_rows;
    QElapsedTimer m_sinceRefresh;
};

} // namespace Axiom
