// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Real stores under several workloads, with an engine that may act: what it suggests for each, and what
// the figure that it is about was before and after; advice is followed by hand. Minutes pass on a
// virtual clock; what updates, copies and announcements cost is measured.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/OptimizationEngine>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateStore>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qmetaobject.h>

#include <functional>
#include <utility>

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

struct Sample
{
    QString name;
    double value = 0;
    AXIOM_FIELDS(Sample, name, value)
};

struct LabState
{
    CowVector<Sample> samples;
    std::vector<double> curve; // copied whole with the state
    int runs = 0;
    AXIOM_FIELDS(LabState, samples, curve, runs)
};

struct ListState
{
    QList<Sample> samples; // copied by who changes it
    int runs = 0;
    AXIOM_FIELDS(ListState, samples, runs)
};

struct ArchiveState
{
    CowVector<Sample> samples;
    int runs = 0;
    AXIOM_FIELDS(ArchiveState, samples, runs)
};

class LabStore : public StateStore
{
    Q_OBJECT

public:
    State<LabState> state{this};
};

class ListStore : public StateStore
{
    Q_OBJECT

public:
    State<ListState> state{this};
};

class ArchiveStore : public StateStore
{
    Q_OBJECT

public:
    State<ArchiveState> state{this};
};

namespace {

void burn(std::chrono::microseconds time)
{
    const auto end = SteadyClock::now() + time;
    while (SteadyClock::now() < end) { }
}

// Time that only goes on when it is told to: for the coordinator, the governor and the engine.
class Stage
{
public:
    Stage()
    {
        auto owned = std::make_unique<VirtualBatchHost>();
        m_host = owned.get();
        m_coordinator = std::make_unique<BatchCoordinator>(std::move(owned));
        BatchCoordinator::setInstance(m_coordinator.get());
        m_host->setFrameInterval(16'666'667ns);
        monitor()->setClock(&m_clock);
        monitor()->setAutoOptimize(true);
        MemoryGovernor::instance()->setClock(&m_clock);
        detail::setThawClock(&m_clock);
    }
    ~Stage()
    {
        MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Normal);
        detail::setThawClock(nullptr);
        MemoryGovernor::instance()->setClock(nullptr);
        monitor()->setClock(nullptr);
        BatchCoordinator::setInstance(nullptr);
    }

    static PerformanceMonitor *monitor() { return PerformanceMonitor::instance(); }

    void pass(std::chrono::nanoseconds time)
    {
        m_host->run(time);
        m_clock.advance(time);
    }
    // What happens at the end of each second.
    void look()
    {
        MemoryGovernor::instance()->check();
        QElapsedTimer timer;
        timer.start();
        do {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        } while (MemoryGovernor::instance()->isReclaiming() && timer.elapsed() < 10'000);
        monitor()->check();
    }

private:
    VirtualBatchHost *m_host = nullptr;
    std::unique_ptr<BatchCoordinator> m_coordinator;
    VirtualClock m_clock;
};

// Ends when the engine has come to a decision, or when nothing was suggested for that long.
bool play(Stage &stage, const QString &name, const QString &store, int seconds,
          const std::function<void()> &second)
{
    QAbstractItemModel *model = PerformanceMonitor::instance()->optimizations();
    const auto text = [&](int row, OptimizationEngine::Role role) {
        return model->index(row, 0).data(role).toString();
    };
    const auto stateOf = [&](int row) {
        return model->index(row, 0).data(OptimizationEngine::StateRole).toInt();
    };
    int found = -1;
    int passed = 0;
    for (; passed < seconds; ++passed) {
        second();
        stage.look();
        found = -1;
        for (int row = 0; row < model->rowCount(); ++row) {
            if (text(row, OptimizationEngine::StoreRole) == store)
                found = row;
        }
        if (found >= 0 && stateOf(found) != OptimizationEngine::Measuring)
            break;
    }
    std::printf("\n%s\n", qPrintable(name));
    if (found < 0) {
        std::printf("  nothing in %d s\n", passed);
        return false;
    }
    std::printf("  action:   %s\n  evidence: %s\n  effect:   %s\n  outcome:  %s, after %d s\n",
                qPrintable(text(found, OptimizationEngine::ActionRole)),
                qPrintable(text(found, OptimizationEngine::EvidenceRole)),
                qPrintable(text(found, OptimizationEngine::EffectRole)),
                QMetaEnum::fromType<OptimizationEngine::State>().valueToKey(stateOf(found)),
                passed + 1);
    std::fflush(stdout);
    return true;
}

template <typename Store>
void fill(Store &store, int count)
{
    store.state.apply([=](auto &s) {
        for (int i = 0; i < count; ++i)
            s.samples.append({u"a sample of the series, number %1"_s.arg(i), i * 0.25});
    });
}

void highFrequency()
{
    Stage stage;
    ArchiveStore store;
    store.setName(u"feed"_s);
    QObject::connect(&store, &StateStore::committed, &store, [] { burn(3ms); });
    play(stage, u"High frequency: 40 updates/s, 3 ms to announce"_s, store.name(), 300, [&] {
        for (int i = 0; i < 40; ++i) {
            store.state.enqueue([](ArchiveState &s) { ++s.runs; });
            stage.pass(25ms);
        }
    });
}

void largeState()
{
    Stage stage;
    ArchiveStore store;
    store.setName(u"archive"_s);
    fill(store, 200'000);
    play(stage, u"Large state: 200,000 records that nobody reads"_s, store.name(), 600,
         [&] { stage.pass(1s); });
}

// A worker that always looks at the newest version, 15 ms a look: when an update is announced it holds
// the version before, and when the next one comes it no longer does.
void frequentCloning()
{
    Stage stage;
    LabStore store;
    store.setName(u"lab"_s);
    store.setStrategy(CowStrategy::EagerClone);
    store.state.apply([](LabState &s) { s.curve.resize(2 << 20); });
    Snapshot<LabState> looked;
    int step = 0;
    play(
        stage,
        u"Frequent cloning: 50 updates/s beside 16 MiB in a std::vector, EagerClone, a worker that "
        "looks at the newest version"_s,
        store.name(), 300, [&] {
            for (int i = 0; i < 200; ++i, ++step) {
                if (step % 3 == 0)
                    looked = store.state.snapshot();
                if (step % 4 == 0)
                    store.state.enqueue([](LabState &s) { ++s.runs; });
                stage.pass(5ms);
                QCoreApplication::processEvents(); // copies are made in idle time
            }
        });
}

// Adds the microseconds that updates take, with their commits and what these leave to be freed.
template <typename Store, typename F>
void changeOften(Stage &stage, Store &store, F &&change, double &time, int &updates)
{
    for (int i = 0; i < 30; ++i) {
        store.state.enqueue([&, number = updates++](auto &s) { change(s.samples, number); });
        const auto start = SteadyClock::now();
        stage.pass(std::chrono::nanoseconds(1s) / 30);
        time += std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
    }
}

void frequentCopies()
{
    constexpr int count = 200'000;
    double time = 0;
    int updates = 0;
    {
        Stage stage;
        ListStore store;
        store.setName(u"list"_s);
        fill(store, count);
        play(stage, u"Frequent copies: 30 updates/s, each of one of 200,000 records in a QList"_s,
             store.name(), 60, [&] {
                 changeOften(
                     stage, store,
                     [](QList<Sample> &samples, int i) { samples[i * 7919 % count].value += 1; },
                     time, updates);
             });
    }
    Stage stage;
    ArchiveStore store;
    store.setName(u"collection"_s);
    fill(store, count);
    double timeAfter = 0;
    int updatesAfter = 0;
    for (int second = 0; second < 15; ++second) {
        changeOften(
            stage, store,
            [](CowVector<Sample> &samples, int i) {
                samples.modify(i * 7919 % count, [](Sample &sample) { sample.value += 1; });
            },
            timeAfter, updatesAfter);
        stage.look();
    }
    std::printf("  followed by hand: an update took %.0f us with QList, %.1f us with CowVector\n",
                time / updates, timeAfter / updatesAfter);
}

void pressure()
{
    Stage stage;
    ArchiveStore store;
    store.setName(u"pressed"_s);
    fill(store, 200'000);
    MemoryPressureMonitor::instance()->simulate(MemoryPressureLevel::Moderate);
    int seconds = 0;
    play(stage, u"Memory pressure: 200,000 records, changed and read once in 40 s"_s, store.name(),
         600, [&] {
             stage.pass(1s);
             if (++seconds % 40 == 0) {
                 store.state.apply([](ArchiveState &s) {
                     for (int i = 0; i < 200'000; i += 50)
                         s.samples.modify(i, [](Sample &sample) { sample.value += 1; });
                 });
             }
             if (seconds % 10 == 0)
                 MemoryPressureMonitor::instance()->notify(MemoryPressureLevel::Moderate);
         });
}

void mixedAndQuiet()
{
    Stage stage;
    ArchiveStore small;
    small.setName(u"quiet"_s);
    fill(small, 1000);
    int seconds = 0;
    play(stage, u"Mixed and quiet: 5 updates/s, some reads, a small state"_s, small.name(), 600,
         [&] {
             for (int i = 0; i < 5; ++i) {
                 small.state.enqueue([i](ArchiveState &s) {
                     s.samples.modify(i, [](Sample &sample) { sample.value += 1; });
                 });
                 stage.pass(200ms);
                 for (int j = 0; j < 30; ++j)
                     keep(small.state->samples.at(j).value);
             }
             if (++seconds % 60 == 0)
                 fill(small, 10);
         });
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const Report report(argc, argv);
    const std::pair<QString, void (*)()> workloads[] = {
        {u"frequency"_s, highFrequency}, {u"large"_s, largeState},  {u"cloning"_s, frequentCloning},
        {u"copies"_s, frequentCopies},   {u"pressure"_s, pressure}, {u"quiet"_s, mixedAndQuiet},
    };
    for (const auto &[name, run] : workloads) {
        if (report.wants(name))
            run();
    }
    return report.finish();
}

#include "bench_optimization.moc"
