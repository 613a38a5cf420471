// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What recording costs: the same work with the monitor on and off, in turns. For a profiler that
// counts instructions, `--only on` and `--only off` do it in one way, and print no ratio.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/CowVector>
#include <AxiomState/PerformanceMonitor>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qtemporarydir.h>

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;

struct Reading
{
    QString sensor;
    double value = 0;
    int quality = 0;
    AXIOM_FIELDS(Reading, sensor, value, quality)
};

struct PlantState
{
    CowVector<Reading> readings;
    int level = 0;
    qint64 count = 0;
    AXIOM_FIELDS(PlantState, readings, level, count)
};

class PlantStore : public StateStore
{
    Q_OBJECT
    AXIOM_PROPERTY(int, level, setLevel)

public:
    QAbstractItemModel *readings() { return state.listModel(&PlantState::readings); }

    State<PlantState> state{this};
};

namespace {

enum class Only { Both, On, Off };

Only only = Only::Both;

// Short turns, so that what else the machine does meets both alike.
struct Cost
{
    double on;
    double off;
};

template <typename F>
Cost inTurns(qint64 operations, F &&work, int turns = 301)
{
    auto *monitor = PerformanceMonitor::instance();
    std::vector<double> on;
    std::vector<double> off;
    work();
    if (only != Only::Both) {
        monitor->setEnabled(only == Only::On);
        for (int turn = 0; turn < 20; ++turn)
            work();
        return {0, -1};
    }
    for (int turn = 0; turn < 2 * turns; ++turn) {
        monitor->setEnabled(turn % 2 == 0);
        const auto begin = SteadyClock::now();
        work();
        const std::chrono::duration<double, std::nano> spent = SteadyClock::now() - begin;
        (turn % 2 == 0 ? on : off).push_back(spent.count() / double(operations));
    }
    monitor->setEnabled(true);
    return {median(std::move(on)), median(std::move(off))};
}

void recording(Report &report)
{
    Table table(u"cost of recording an operation"_s, {u"off"_s});
    const QString target = u"<= 1.03"_s;
    PlantStore store;
    int level = 0;
    qint64 heard = 0;
    QObject::connect(&store, &PlantStore::levelChanged, &store, [&] { ++heard; });

    const auto add = [&](const QString &name, const Cost &cost) {
        table.add(name, cost.on, {cost.off}, target);
    };
    add(u"set a property, notify"_s, inTurns(2000, [&] {
            for (int i = 0; i < 2000; ++i)
                store.setLevel(++level);
        }));
    for (const int size : {1000, 100'000}) {
        store.state.apply([&](PlantState &s) {
            s.readings.clear();
            for (int i = 0; i < size; ++i)
                s.readings.append({QString::number(i), double(i), i});
        });
        QAbstractItemModel *model = store.readings();
        QObject::connect(model, &QAbstractItemModel::dataChanged, &store, [&] { ++heard; });
        Random random;
        add(u"change a row of %1, tell its model"_s.arg(size), inTurns(500, [&] {
                for (int i = 0; i < 500; ++i) {
                    store.state.apply([&](PlantState &s) {
                        s.readings.modify(random.below(size), [](Reading &r) { r.value += 1; });
                    });
                }
            }));
    }
    auto *coordinator = BatchCoordinator::instance();
    add(u"enqueue, 1000 updates a flush"_s, inTurns(1000, [&] {
            for (int i = 0; i < 1000; ++i)
                store.state.enqueue([](PlantState &s) noexcept { ++s.count; });
            coordinator->flush();
        }));
    add(u"enqueue, one update a flush"_s, inTurns(500, [&] {
            for (int i = 0; i < 500; ++i) {
                store.state.enqueue([](PlantState &s) noexcept { ++s.count; });
                coordinator->flush();
            }
        }));
    keep(heard);
    report.add(table);
}

// What it costs to look: of 50 stores.
void looking(Report &report)
{
    Table table(u"cost of a look at 50 stores"_s, {u"16.7 ms frame"_s}, u"us"_s);
    std::vector<std::unique_ptr<PlantStore>> stores;
    for (int i = 0; i < 50; ++i) {
        stores.push_back(std::make_unique<PlantStore>());
        stores.back()->setName(u"store %1"_s.arg(i));
        for (int j = 0; j < 100; ++j)
            stores.back()->setLevel(j + 1);
    }
    auto *monitor = PerformanceMonitor::instance();
    const double frame = 16'667;
    table.add(u"generateReport()"_s, nsPerCall([&] { keep(monitor->generateReport()); }) / 1e3,
              {frame});
    table.add(u"the look once a second"_s, nsPerCall([&] { monitor->check(); }) / 1e3, {frame});
    table.add(u"flushes()"_s, nsPerCall([&] { keep(monitor->flushes()); }) / 1e3, {frame});
    const QTemporaryDir directory;
    const QString fileName = directory.filePath(u"trace.json"_s);
    table.add(u"exportTrace() of 512 flushes"_s,
              nsPerCall([&] { monitor->exportTrace(fileName); }) / 1e3, {frame});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    Report report(argc, argv);
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::strcmp(argv[i], "--only") == 0)
            only = std::strcmp(argv[i + 1], "on") == 0 ? Only::On : Only::Off;
    }
    warmHeap(300);
    if (report.wants(u"recording"_s))
        recording(report);
    if (report.wants(u"looking"_s))
        looking(report);
    return report.finish();
}

#include "bench_monitor.moc"
