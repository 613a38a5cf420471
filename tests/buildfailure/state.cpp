// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Compiled with STATEMENT as one more thing that is done to the store.

#include <AxiomState/StateStore>

#include <functional>

struct Counter
{
    int count = 0;
    void bump() { ++count; }
    AXIOM_FIELDS(Counter, count)
};

class CounterStore : public Axiom::StateStore
{
public:
    Axiom::State<Counter> state{this};
};

const auto byReference = [](Counter &counter) { ++counter.count; };
const auto byAnything = [](auto &&counter) { ++counter.count; };
const auto byCopy = [](Counter counter) { ++counter.count; };
const auto ofAPointer = [](void *) {};

void run(CounterStore &store, const std::function<void(Counter &)> &function)
{
    store.state.apply(function);
    store.state.apply(byReference);
    store.state.apply(byAnything);
    store.state.apply(&Counter::bump);
    store.state.enqueue(&Counter::bump);
    store.state.onChanged(&Counter::count, &store, [] {});
    byCopy({});
    ofAPointer(nullptr);
    STATEMENT;
}
