// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakestore.h"

#include <AxiomState/Clock>
#include <AxiomState/OptimizationEngine>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>
#include <vector>

// What the tests of the engine share: loads that ask for something, and an engine in virtual time
// with stores under such loads.

constexpr qint64 MiB = FakeStore::MiB;

using Kind = Axiom::OptimizationSuggestion::Kind;
using Engine = Axiom::OptimizationEngine;

// Each update is announced at once, at more than a fifth of the thread's time.
inline FakeStore::Load frequentUpdates()
{
    FakeStore::Load load;
    load.updates = 212;
    load.reads = 212;
    load.notifyTime = load.batchedNotifyTime = 1.1e-3;
    return load;
}

inline FakeStore::Load largeAndIdle()
{
    FakeStore::Load load;
    load.bytes = 48 * MiB;
    return load;
}

// Copies made ahead that nobody needs.
inline FakeStore::Load frequentCopies()
{
    FakeStore::Load load;
    load.updates = 50;
    load.reads = 50;
    load.cloneTime = 1e-3;
    load.cloneBytes = double(MiB) / 4;
    load.copiesAhead = 3;
    return load;
}

inline FakeStore::Load rareUpdatesThatCopy()
{
    FakeStore::Load load;
    load.updates = 8;
    load.reads = 16;
    load.cloneTime = 10e-3;
    load.cloneBytes = double(4 * MiB);
    return load;
}

inline FakeStore::Load largeUnderPressure()
{
    FakeStore::Load load;
    load.updates = 2;
    load.bytes = 48 * MiB;
    load.underPressure = true;
    return load;
}

// A bit of everything, and nothing to improve.
inline FakeStore::Load mixedAndQuiet(int second)
{
    FakeStore::Load load;
    load.updates = 3 + second % 4;
    load.reads = 5 * load.updates;
    load.notifyTime = 300e-6;
    load.cloneTime = 200e-6;
    load.cloneBytes = 20e3;
    load.bytes = 2 * MiB;
    if (second % 120 == 60) {
        load.updates = 150; // somebody types
        load.notifyTime = 1e-3;
    }
    if (second % 300 < 100) {
        load = {};
        load.bytes = 2 * MiB;
    }
    return load;
}

class EngineTest
{
protected:
    void begin()
    {
        engine = std::make_unique<Engine>();
        engine->setClock(&clock);
        tester = std::make_unique<QAbstractItemModelTester>(
            engine->optimizations(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void end()
    {
        stores.clear();
        tester.reset();
        engine.reset();
    }

    std::unique_ptr<FakeStore> makeStore(const FakeStore::Load &load,
                                         const QString &name = QStringLiteral("store"))
    {
        auto store = std::make_unique<FakeStore>(name);
        store->load = load;
        stores.push_back(store.get());
        engine->add(store.get());
        return store;
    }

    void run(int seconds, const std::function<void(int)> &eachSecond = {})
    {
        using namespace std::chrono_literals;
        for (int second = 0; second < seconds; ++second) {
            if (eachSecond)
                eachSecond(second);
            clock.advance(1s);
            for (FakeStore *store : stores)
                store->run(1s);
            engine->check();
        }
    }

    QVariant value(int row, int role) const
    {
        return engine->optimizations()->index(row, 0).data(role);
    }
    QString text(int row, int role) const { return value(row, role).toString(); }
    int state(int row = 0) const { return value(row, Engine::StateRole).toInt(); }
    int kind(int row = 0) const { return value(row, Engine::KindRole).toInt(); }
    int rows() const { return engine->optimizations()->rowCount(); }

    Axiom::VirtualClock clock;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<QAbstractItemModelTester> tester;
    std::vector<FakeStore *> stores;
};
