// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "package.h"

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qthreadpool.h>
#include <QtQml/qqmlregistration.h>

#include <atomic>
#include <thread>
#include <vector>

struct CatalogState
{
    Axiom::CowVector<Package> packages;
    Axiom::CowVector<int> rows; // what the list shows: positions in packages
    QString query;
    int sortKey = 0;
    bool descending = false;
    int selected = -1; // a packageId
    bool loading = false;
    double progress = 0;
    QString note;
    AXIOM_FIELDS(CatalogState, packages, rows, query, sortKey, descending, selected, loading,
                 progress, note)
};

class CatalogStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QAbstractItemModel *packages READ packages CONSTANT)
    Q_PROPERTY(Package current READ current NOTIFY currentChanged)
    Q_PROPERTY(int packageCount READ packageCount NOTIFY packageCountChanged)
    Q_PROPERTY(int shownCount READ shownCount NOTIFY shownCountChanged)
    Q_PROPERTY(bool feeding READ isFeeding WRITE setFeeding NOTIFY feedingChanged)
    Q_PROPERTY(bool hasSavedState READ hasSavedState NOTIFY hasSavedStateChanged)
    Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
    AXIOM_PROPERTY(int, selected, setSelected)
    AXIOM_READONLY_PROPERTY(int, sortKey)
    AXIOM_READONLY_PROPERTY(bool, descending)
    AXIOM_READONLY_PROPERTY(bool, loading)
    AXIOM_READONLY_PROPERTY(double, progress)
    AXIOM_READONLY_PROPERTY(QString, note)

public:
    enum SortKey { Name, Section, Size, Rating, Activity };
    Q_ENUM(SortKey)

    explicit CatalogStore(QObject *parent = nullptr);
    ~CatalogStore() override;

    // Where indexes are looked for; set before the first store is made.
    static void setListsDirectory(const QString &directory);

    QAbstractItemModel *packages()
    {
        return state.listModel(&CatalogState::packages, &CatalogState::rows);
    }

    Package current() const { return currentOf(state.value()); }
    int packageCount() const { return int(state->packages.size()); }
    int shownCount() const { return int(state->rows.size()); }

    QString query() const { return state->query; }
    void setQuery(const QString &query);
    Q_INVOKABLE void sortBy(int key);
    Q_INVOKABLE void rate(int packageId, int stars);

    bool isFeeding() const { return !m_feeders.empty(); }
    void setFeeding(bool feeding);
    qint64 fedUpdates() const { return m_fed; }

    bool hasSavedState() const { return m_saved.isValid(); }
    const Axiom::Snapshot<CatalogState> &savedState() const { return m_saved; }
    Q_INVOKABLE void restoreSavedState();

    bool isArranging() const { return m_arranging; }

    Axiom::State<CatalogState> state{this};

Q_SIGNALS:
    void currentChanged();
    void packageCountChanged();
    void shownCountChanged();
    void feedingChanged();
    void hasSavedStateChanged();
    void queryChanged();
    void loaded();

private:
    static Package currentOf(const CatalogState &state);
    void load();
    void arrange();
    void arranged(bool stillAsked);
    void stopFeeding();

    std::jthread m_loader;
    std::vector<std::jthread> m_feeders;
    std::atomic<qint64> m_fed = 0;
    Axiom::Snapshot<CatalogState> m_saved;
    bool m_arranging = false;
    QThreadPool m_arranger;
};
