// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/StateStore>

#include <QtQml/qqmlregistration.h>

//! [store]
struct CounterState
{
    int count = 0;
    int steps = 0;
    AXIOM_FIELDS(CounterState, count, steps)
};

class CounterStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    AXIOM_READONLY_PROPERTY(int, count)
    AXIOM_READONLY_PROPERTY(int, steps)

public:
    Q_INVOKABLE void add(int n)
    {
        past.append(state.snapshot());
        state.apply([n](CounterState &s) {
            s.count += n;
            s.steps += 1;
        });
    }
    Q_INVOKABLE void undo()
    {
        if (!past.isEmpty())
            state.restore(past.takeLast());
    }

    Axiom::State<CounterState> state{this};
    QList<Axiom::Snapshot<CounterState>> past;
};
//! [store]
