// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// A list model that is reset with each new list: before and after.

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>

namespace Before {

//! [resets before]
struct Package
{
    QString name;
    int rating = 0;
};

class PackageModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { NameRole = Qt::UserRole + 1, RatingRole };

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_packages.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        const Package &package = m_packages.at(index.row());
        switch (role) {
        case NameRole:
            return package.name;
        case RatingRole:
            return package.rating;
        default:
            return {};
        }
    }
    QHash<int, QByteArray> roleNames() const override
    {
        return {{NameRole, "name"}, {RatingRole, "rating"}};
    }

    void setPackages(const QList<Package> &packages)
    {
        beginResetModel();
        m_packages = packages;
        endResetModel();
    }

private:
    QList<Package> m_packages;
};
//! [resets before]

} // namespace Before

namespace After {

//! [resets after]
struct Package
{
    QString name;
    int rating = 0;
    AXIOM_FIELDS(Package, name, rating)
};

struct PackageState
{
    Axiom::CowVector<Package> packages;
    AXIOM_FIELDS(PackageState, packages)
};

class PackageStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(QAbstractItemModel *packages READ packages CONSTANT)

public:
    QAbstractItemModel *packages()
    {
        return state.listModel(&PackageState::packages, &Package::name);
    }
    void setPackages(const QList<Package> &packages)
    {
        state.set(&PackageState::packages, packages);
    }

    Axiom::State<PackageState> state{this};
};
//! [resets after]

} // namespace After
