// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// The way of an update, from the call to the signal, beside the plain Qt way.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/CowContainer>
#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qshareddata.h>

#include <chrono>
#include <memory>
#include <random>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using namespace Benchmark;
using namespace Qt::StringLiterals;

struct Reading
{
    QString sensor;
    qint64 time = 0;
    double value = 0;
    int quality = 0;
    AXIOM_FIELDS(Reading, sensor, time, value, quality)
};

struct PlantState
{
    Axiom::CowVector<Reading> readings;
    QString operatorName;
    int level = 0;
    qint64 count = 0;
    AXIOM_FIELDS(PlantState, readings, operatorName, level, count)
};

class PlantStore : public Axiom::StateStore
{
    Q_OBJECT
    AXIOM_PROPERTY(int, level, setLevel)
    AXIOM_READONLY_PROPERTY(qint64, count)

public:
    Axiom::State<PlantState> state{this};
};

// The same by hand: a QObject with a property, and a list model.
class PlainPlant : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int level READ level WRITE setLevel NOTIFY levelChanged)

public:
    int level() const { return m_level; }
    void setLevel(int level)
    {
        if (m_level == level)
            return;
        m_level = level;
        Q_EMIT levelChanged();
    }
    void add()
    {
        ++m_count;
        Q_EMIT countChanged();
    }
    qint64 count() const { return m_count; }

Q_SIGNALS:
    void levelChanged();
    void countChanged();

private:
    int m_level = 0;
    qint64 m_count = 0;
};

class PlainModel : public QAbstractListModel
{
    Q_OBJECT

public:
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(readings.size());
    }
    QVariant data(const QModelIndex &index, int) const override
    {
        return readings.at(index.row()).value;
    }
    void set(int row, double value)
    {
        readings[row].value = value;
        Q_EMIT dataChanged(index(row), index(row), {Qt::UserRole});
    }
    void reset(const QList<Reading> &all)
    {
        beginResetModel();
        readings = all;
        endResetModel();
    }

    QList<Reading> readings;
};

namespace {

struct Shared : QSharedData
{
    int value = 0;
};

QList<Reading> makeReadings(int count)
{
    QList<Reading> readings;
    readings.reserve(count);
    for (int i = 0; i < count; ++i)
        readings.append({QString::number(i), i, 0, 0});
    return readings;
}

void access(Report &report)
{
    Table table(u"Copy on write: access and uniqueness"_s, {u"QSharedDataPointer"_s});
    constexpr int times = 1000;
    {
        QSharedDataPointer<Shared> plain(new Shared);
        Axiom::CowContainer<int> container(0);
        const double baseline = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i) {
                plain->value = i; // checks that it is unique
                keep(plain);
            }
        });
        const double ours = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i) {
                keep(container.isShared());
            }
        });
        table.add(u"is it unique?"_s, ours, {baseline}, u"< baseline + 1"_s);
        const double written = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i)
                container.mutate([i](int &value) noexcept { value = i; });
            keep(container);
        });
        table.add(u"write in place, with metrics"_s, written, {baseline});
        const Axiom::CowContainer<int> &constant = container;
        const QSharedDataPointer<Shared> &constantPlain = plain;
        const double plainRead = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i)
                keep(constantPlain->value);
        });
        const double read = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i)
                keep(constant.value());
        });
        table.add(u"read, with metrics"_s, read, {plainRead}, u"< 2"_s);
        PlantStore store;
        const double stateRead = nsPerOperation(times, [&] {
            for (int i = 0; i < times; ++i)
                keep(store.state->level);
        });
        table.add(u"read of a State's field, with metrics"_s, stateRead, {plainRead}, u"< 2"_s);
    }
    report.add(table);
}

void latency(Report &report)
{
    Table table(u"Update to notification, owner's thread"_s, {u"plain QObject"_s});
    int heard = 0;
    PlainPlant plain;
    QObject::connect(&plain, &PlainPlant::levelChanged, &plain, [&] { ++heard; });
    int level = 0;
    const double baseline = nsPerCall([&] { plain.setLevel(++level); });

    PlantStore store;
    QObject::connect(&store, &PlantStore::levelChanged, &store, [&] { ++heard; });
    table.add(u"set() of a property"_s, nsPerCall([&] { store.setLevel(++level); }), {baseline},
              u"< 1000"_s);
    table.add(u"apply() of a simple change"_s,
              nsPerCall([&] { store.state.apply([&](PlantState &s) { s.level = ++level; }); }),
              {baseline}, u"< 1000"_s);
    {
        const auto snapshot = store.state.snapshot();
        table.add(u"apply() with a snapshot held"_s,
                  nsPerCall([&] { store.state.apply([&](PlantState &s) { s.level = ++level; }); }),
                  {baseline});
        keep(snapshot);
    }
    PlantStore crowded;
    for (int i = 0; i < 1000; ++i)
        crowded.state.onChanged(&PlantState::count, &crowded, [&](qint64) { ++heard; });
    QObject::connect(&crowded, &PlantStore::levelChanged, &crowded, [&] { ++heard; });
    table.add(u"the same beside 1000 observers of another field"_s,
              nsPerCall([&] { crowded.setLevel(++level); }), {baseline}, u"<= 1000"_s);
    table.add(u"snapshot()"_s, nsPerCall([&] { keep(store.state.snapshot()); }), {-1});
    keep(heard);
    report.add(table);
}

// One of n rows changes: what the commit, the difference and the row signal cost.
void rows(Report &report)
{
    Table table(u"One row of n changes, a model told"_s, {u"dataChanged"_s, u"model reset"_s});
    for (const int count : {100, 1000, 10'000, 100'000, 1'000'000}) {
        const QList<Reading> readings = makeReadings(count);
        int heard = 0;
        const auto hear = [&](QAbstractItemModel *model) {
            QObject::connect(model, &QAbstractItemModel::dataChanged, model, [&] { ++heard; });
            QObject::connect(model, &QAbstractItemModel::modelReset, model, [&] { ++heard; });
        };
        std::mt19937 random(1);
        const auto row = [&] { return int(random() % unsigned(count)); };
        PlainModel plain;
        plain.reset(readings);
        hear(&plain);
        double value = 0;
        const double single = nsPerCall([&] { plain.set(row(), ++value); });
        // The way without knowledge of what changed: copy, change, reset.
        const double reset = nsPerCall(
            [&] {
                QList<Reading> next = plain.readings;
                next[row()].value = ++value;
                plain.reset(next);
            },
            std::chrono::milliseconds(100));

        PlantStore store;
        hear(store.state.listModel(&PlantState::readings));
        store.state.apply([&](PlantState &s) { s.readings = readings; });
        const double ours = nsPerCall([&] {
            store.state.apply([&](PlantState &s) {
                s.readings.modify(row(), [&](Reading &r) { r.value = ++value; });
            });
        });
        table.add(u"n = %1"_s.arg(count), ours, {single, reset}, u"grows as log n"_s);
        keep(heard);
    }
    report.add(table);
}

// Each of its own: what an update costs must not grow with how many wait.
void deadlines(Report &report)
{
    Table table(u"Enqueue and flush() with deadlines, an update"_s, {u"invokeMethod"_s});
    PlainPlant plain;
    PlantStore store;
    Axiom::BatchCoordinator *coordinator = Axiom::BatchCoordinator::instance();
    for (const int count : {2'500, 40'000}) {
        const double invoked = nsPerOperation(count, [&] {
            for (int i = 0; i < count; ++i)
                QMetaObject::invokeMethod(
                    &plain, [&plain] { plain.add(); }, Qt::QueuedConnection);
            QCoreApplication::processEvents();
        });
        const auto measure = [&](const QString &name, auto &&deadline) {
            const double ours = nsPerOperation(count, [&] {
                Axiom::UpdateOptions options;
                for (int i = 0; i < count; ++i) {
                    options.deadline = deadline(i);
                    store.state.enqueue([](PlantState &s) noexcept { ++s.count; }, options);
                }
                coordinator->flush();
            });
            table.add(u"%1 updates, %2"_s.arg(count).arg(name), ours, {invoked});
        };
        measure(u"none"_s, [](int) { return QDeadlineTimer(QDeadlineTimer::Forever); });
        measure(u"one after the other"_s,
                [](int i) { return QDeadlineTimer(60s + std::chrono::microseconds(i)); });
        measure(u"missed"_s, [](int) { return QDeadlineTimer(0); });
    }
    report.add(table);
}

// What each costs must not grow with their number.
void stores(Report &report)
{
    Table table(u"Make and delete stores, each"_s, {u"QObject"_s});
    for (const int count : {500, 4'000}) {
        const auto make = [count]<typename T>(std::type_identity<T>) {
            return nsPerOperation(count, [count] {
                std::vector<std::unique_ptr<T>> all;
                for (int i = 0; i < count; ++i)
                    all.push_back(std::make_unique<T>());
            });
        };
        const double plain = make(std::type_identity<PlainPlant>());
        table.add(u"%1 stores"_s.arg(count), make(std::type_identity<PlantStore>()), {plain});
    }
    report.add(table);
}

void throughput(Report &report)
{
    constexpr int many = 1'000'000;
    Table table(u"Enqueue and apply, %1 updates"_s.arg(many), {u"invokeMethod"_s},
                u"million updates/s"_s);
    const auto perSecond = [](double nanoseconds) {
        return nanoseconds > 0 ? 1e3 / nanoseconds : 0;
    };
    PlainPlant plain;
    constexpr int fewer = 100'000;
    const double invoked = nsPerOperation(fewer, [&] {
        for (int i = 0; i < fewer; ++i)
            QMetaObject::invokeMethod(
                &plain, [&plain] { plain.add(); }, Qt::QueuedConnection);
        const qint64 until = plain.count() / fewer * fewer + fewer;
        while (plain.count() < until)
            QCoreApplication::processEvents();
    });

    PlantStore store;
    Axiom::BatchCoordinator *coordinator = Axiom::BatchCoordinator::instance();
    const auto drain = [&] {
        while (coordinator->pendingCount() > 0)
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    };
    const double plainUpdates = nsPerOperation(many, [&] {
        for (int i = 0; i < many; ++i)
            store.state.enqueue([](PlantState &s) { ++s.count; });
        drain();
    });
    table.add(u"one thread, the event loop"_s, perSecond(plainUpdates), {perSecond(invoked)},
              u">= 5"_s);
    const double noexceptUpdates = nsPerOperation(many, [&] {
        for (int i = 0; i < many; ++i)
            store.state.enqueue([](PlantState &s) noexcept { ++s.count; });
        drain();
    });
    table.add(u"the same, updates declared noexcept"_s, perSecond(noexceptUpdates),
              {perSecond(invoked)});
    const double flushed = nsPerOperation(many, [&] {
        for (int i = 0; i < many; ++i)
            store.state.enqueue([](PlantState &s) noexcept { ++s.count; });
        coordinator->flush();
    });
    table.add(u"the same, flush()"_s, perSecond(flushed), {perSecond(invoked)});

    constexpr int threadCount = 2;
    const auto fromThreads = [&](int total, auto &&submit, auto &&wait) {
        std::vector<std::thread> threads;
        for (int t = 0; t < threadCount; ++t) {
            threads.emplace_back([&, share = total / threadCount] {
                for (int i = 0; i < share; ++i)
                    submit();
            });
        }
        wait();
        for (std::thread &thread : threads)
            thread.join();
    };
    const double invokedFromThreads = nsPerOperation(fewer, [&] {
        const qint64 until = plain.count() + fewer;
        fromThreads(
            fewer,
            [&] {
                QMetaObject::invokeMethod(
                    &plain, [&plain] { plain.add(); }, Qt::QueuedConnection);
            },
            [&] {
                while (plain.count() < until)
                    QCoreApplication::processEvents();
            });
    });
    const auto handle = store.state.handle();
    const double fromWorkers = nsPerOperation(many, [&] {
        const qint64 until = store.count() + many;
        fromThreads(
            many, [&] { handle.enqueue([](PlantState &s) noexcept { ++s.count; }); },
            [&] {
                while (store.count() < until)
                    QCoreApplication::processEvents();
            });
    });
    table.add(u"from two worker threads"_s, perSecond(fromWorkers), {perSecond(invokedFromThreads)},
              u">= 3"_s);
    report.add(table);
}

// A burst of changes to a list of 100,000 that a model shows, told one by one and in one flush.
void batching(Report &report)
{
    Table table(u"A burst on a list of 100,000, a model told"_s, {u"one by one"_s},
                u"ns an update"_s);
    PlantStore store;
    int heard = 0;
    QAbstractItemModel *model = store.state.listModel(&PlantState::readings);
    QObject::connect(model, &QAbstractItemModel::dataChanged, model, [&] { ++heard; });
    store.state.apply([](PlantState &s) { s.readings = makeReadings(100'000); });
    double value = 0;
    for (const int burst : {10, 100, 1000, 10'000}) {
        std::mt19937 random(1);
        const double single = nsPerOperation(burst, [&] {
            for (int i = 0; i < burst; ++i) {
                store.state.apply([&](PlantState &s) {
                    s.readings.modify(int(random() % 100'000),
                                      [&](Reading &r) { r.value = ++value; });
                });
            }
        });
        const double batched = nsPerOperation(burst, [&] {
            for (int i = 0; i < burst; ++i) {
                store.state.enqueue([row = int(random() % 100'000), v = ++value](PlantState &s) {
                    s.readings.modify(row, [=](Reading &r) { r.value = v; });
                });
            }
            Axiom::BatchCoordinator::instance()->flush();
        });
        table.add(u"%1 updates"_s.arg(burst), batched, {single});
    }
    keep(heard);
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    Report report(argc, argv);
    warmHeap(700);
    if (report.wants(u"access"_s))
        access(report);
    if (report.wants(u"latency"_s))
        latency(report);
    if (report.wants(u"rows"_s))
        rows(report);
    if (report.wants(u"stores"_s))
        stores(report);
    if (report.wants(u"throughput"_s))
        throughput(report);
    if (report.wants(u"deadlines"_s))
        deadlines(report);
    if (report.wants(u"batching"_s))
        batching(report);
    return report.finish();
}

#include "bench_store.moc"
