// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/Fields>

#include <QtCore/qstring.h>

struct Instrument
{
    QString symbol;
    int price = 0;  // hundredths
    int change = 0; // since the start, hundredths
    int trades = 0;
    AXIOM_FIELDS(Instrument, symbol, price, change, trades)
};

struct BoardState
{
    Axiom::CowVector<Instrument> instruments;
    AXIOM_FIELDS(BoardState, instruments)
};

// One event of the feed.
struct Tick
{
    int row = 0;
    int step = 0;

    void applyTo(Instrument &instrument) const
    {
        instrument.price += step;
        instrument.change += step;
        ++instrument.trades;
    }
};
