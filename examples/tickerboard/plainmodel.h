// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "instrument.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qlist.h>

// What people write by hand: a list, and a signal for each change.
class PlainModel : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    const QList<Instrument> &instruments() const { return m_instruments; }
    void setInstruments(const QList<Instrument> &instruments);
    void apply(const Tick &tick);

private:
    QList<Instrument> m_instruments;
};
