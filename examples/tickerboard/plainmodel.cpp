// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "plainmodel.h"

namespace {

enum Role { SymbolRole = Qt::UserRole + 1, PriceRole, ChangeRole, TradesRole };

} // namespace

int PlainModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_instruments.size());
}

QVariant PlainModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Instrument &instrument = m_instruments.at(index.row());
    switch (role) {
    case SymbolRole:
        return instrument.symbol;
    case PriceRole:
        return instrument.price;
    case ChangeRole:
        return instrument.change;
    case TradesRole:
        return instrument.trades;
    }
    return {};
}

QHash<int, QByteArray> PlainModel::roleNames() const
{
    return {{SymbolRole, "symbol"},
            {PriceRole, "price"},
            {ChangeRole, "change"},
            {TradesRole, "trades"}};
}

void PlainModel::setInstruments(const QList<Instrument> &instruments)
{
    beginResetModel();
    m_instruments = instruments;
    endResetModel();
}

void PlainModel::apply(const Tick &tick)
{
    tick.applyTo(m_instruments[tick.row]);
    const QModelIndex changed = index(tick.row);
    Q_EMIT dataChanged(changed, changed, {PriceRole, ChangeRole, TradesRole});
}
