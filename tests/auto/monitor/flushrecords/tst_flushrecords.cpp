// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../performancemonitor/shopstore.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>

#include <QtCore/qdir.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qtemporarydir.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>

#ifdef Q_OS_UNIX
#    include <csignal>
#    include <sys/resource.h>
#endif

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

// Those of a store, as others may be there.
QList<FlushRecord> flushesOf(const QString &store)
{
    QList<FlushRecord> records = monitor().flushes();
    records.removeIf([&](const FlushRecord &record) {
        return std::none_of(
            record.origins.begin(), record.origins.end(),
            [&](const FlushRecord::Origin &origin) { return origin.store == store; });
    });
    return records;
}

} // namespace

class tst_FlushRecords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void flushesTellWhoAndWhat();
    void transactionsTellWhoAndWhat();
    void batchScopeIsOneRecord();
    void observersChangesBelongToTheFlush();
    void rowsAreCounted();
    void coalescedUpdatesAreCounted();
    void recordsAreBounded();

    void traceIsValid();
    void traceThatCannotBeWritten();
    void traceOnAFullDisk();

private:
    VirtualClock m_clock;
};

void tst_FlushRecords::init()
{
    monitor().setClock(&m_clock);
    monitor().setAlertThresholds({});
    monitor().setSampling(false);
}

void tst_FlushRecords::cleanup()
{
    monitor().setEnabled(true);
    monitor().setAlertThresholds({});
    for (int i = 0; i < 6; ++i) {
        m_clock.advance(1s);
        monitor().check();
    }
    QVERIFY(monitor().alerts().isEmpty());
}

void tst_FlushRecords::flushesTellWhoAndWhat()
{
    ShopStore store(QStringLiteral("flushed"));
    UpdateOptions high;
    high.priority = Priority::High;
    const int line = __LINE__ + 2;
    for (int i = 0; i < 5; ++i)
        store.state.enqueue([](ShopState &s) { ++s.count; });
    store.state.enqueue([](ShopState &s) { s.title = QStringLiteral("x"); }, high, "import");
    BatchCoordinator::instance()->flush();

    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    const FlushRecord &record = records.first();
    QVERIFY(!record.isDirect);
    QCOMPARE(record.updates, 6);
    QVERIFY(record.duration() > 0ns);
    QCOMPARE(record.origins.size(), 2);
    QCOMPARE(record.origins.first().where, QStringLiteral("import"));
    QCOMPARE(record.origins.first().priority, Priority::High);
    QCOMPARE(record.origins.first().updates, 1);
    QCOMPARE(record.origins.last().where, QStringLiteral("tst_flushrecords.cpp:%1").arg(line));
    QCOMPARE(record.origins.last().updates, 5);
    QCOMPARE(record.stores.size(), 1);
    QCOMPARE(record.stores.first().store, store.name());
    QCOMPARE(record.stores.first().revision, store.state.revision());
    QCOMPARE(record.stores.first().fields,
             QStringList({QStringLiteral("title"), QStringLiteral("count")}));
    QCOMPARE(record.stores.first().propertySignals, 1);
}

void tst_FlushRecords::transactionsTellWhoAndWhat()
{
    ShopStore store(QStringLiteral("direct"));
    const int line = __LINE__ + 1;
    store.state.set(&ShopState::title, QStringLiteral("direct"));
    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    QVERIFY(records.first().isDirect);
    QCOMPARE(records.first().origins.first().where,
             QStringLiteral("tst_flushrecords.cpp:%1").arg(line));
    QCOMPARE(records.first().stores.first().fields, QStringList(QStringLiteral("title")));
}

void tst_FlushRecords::batchScopeIsOneRecord()
{
    ShopStore first(QStringLiteral("scoped"));
    ShopStore second(QStringLiteral("scoped too"));
    {
        BatchScope scope;
        first.state.set(&ShopState::count, 1);
        first.state.set(&ShopState::count, 2, "second step");
        second.state.set(&ShopState::count, 3);
    }
    const QList<FlushRecord> records = flushesOf(first.name());
    QCOMPARE(records.size(), 1);
    QCOMPARE(records.first().updates, 3);
    QCOMPARE(records.first().origins.size(), 3);
    QCOMPARE(records.first().stores.size(), 2);
}

void tst_FlushRecords::observersChangesBelongToTheFlush()
{
    ShopStore store(QStringLiteral("cause"));
    ShopStore follower(QStringLiteral("effect"));
    store.state.onChanged(&ShopState::count, &follower,
                          [&](const int &count) { follower.state.set(&ShopState::count, count); });
    store.state.enqueue([](ShopState &s) { s.count = 7; });
    BatchCoordinator::instance()->flush();
    const QList<FlushRecord> records = flushesOf(store.name());
    QCOMPARE(records.size(), 1);
    QCOMPARE(records.first().stores.size(), 2);
    QCOMPARE(records.first().stores.last().store, follower.name());
}

void tst_FlushRecords::rowsAreCounted()
{
    ShopStore store(QStringLiteral("rows"));
    QAbstractItemModel *model = store.items();
    store.state.apply([](ShopState &s) {
        for (int i = 0; i < 100; ++i)
            s.items.append({QString::number(i), i});
    });
    QCOMPARE(model->rowCount(), 100);
    store.state.apply([](ShopState &s) {
        s.items.erase(10, 5);
        s.items.modify(50, [](Item &item) { item.value = -1; });
        s.items.append({QStringLiteral("new"), 1});
    });
    const FlushRecord record = flushesOf(store.name()).constLast();
    const FlushRecord::StoreChange &change = record.stores.first();
    QCOMPARE(change.rowsRemoved, 5);
    QCOMPARE(change.rowsChanged, 1);
    QCOMPARE(change.rowsInserted, 1);
    QCOMPARE(change.rowSignals, 3);
}

void tst_FlushRecords::coalescedUpdatesAreCounted()
{
    ShopStore store(QStringLiteral("coalesced"));
    store.state.enqueue([](ShopState &s) { ++s.count; });
    BatchCoordinator::instance()->flush();
    UpdateOptions options;
    options.coalesceKey = QByteArrayLiteral("k");
    for (int i = 0; i < 10; ++i)
        store.state.enqueue([i](ShopState &s) { s.count = i; }, options);
    BatchCoordinator::instance()->flush();
    const FlushRecord record = flushesOf(store.name()).constLast();
    QCOMPARE(record.updates, 1);
    QCOMPARE(record.coalesced, 9);
}

void tst_FlushRecords::recordsAreBounded()
{
    std::vector<std::unique_ptr<ShopStore>> stores;
    for (int i = 0; i < 40; ++i)
        stores.push_back(std::make_unique<ShopStore>(QStringLiteral("bounded %1").arg(i)));
    {
        BatchScope scope;
        for (const auto &store : stores)
            store->state.set(&ShopState::count, 1);
    }
    const FlushRecord record = flushesOf(stores.front()->name()).constLast();
    QCOMPARE(record.updates, 40);
    QCOMPARE(record.origins.size(), FlushRecord::MaxParts);
    QCOMPARE(record.otherOriginUpdates, 40 - FlushRecord::MaxParts);
    QCOMPARE(record.stores.size(), FlushRecord::MaxParts);
    QCOMPARE(record.otherStores, 40 - FlushRecord::MaxParts);

    quint64 last = 0;
    for (const FlushRecord &each : monitor().flushes()) {
        QVERIFY(each.serial > last);
        last = each.serial;
    }
}

void tst_FlushRecords::traceIsValid()
{
    ShopStore store(QStringLiteral("traced"));
    store.state.enqueue([](ShopState &s) { s.count = 1; }, {}, "label");
    BatchCoordinator::instance()->flush();

    QTemporaryDir directory;
    const QString fileName = directory.filePath(QStringLiteral("trace.json"));
    StateError error;
    QVERIFY2(monitor().exportTrace(fileName, &error), qPrintable(error.message));
    QFile file(fileName);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonParseError parseError;
    const QJsonArray events = QJsonDocument::fromJson(file.readAll(), &parseError)
                                  .object()
                                  .value(QLatin1String("traceEvents"))
                                  .toArray();
    QCOMPARE(parseError.error, QJsonParseError::NoError);
    bool found = false;
    QHash<double, QList<std::pair<double, double>>> slices; // by thread
    QList<double> times;                                    // of slices and counters, in order
    for (const auto &value : events) {
        const QJsonObject event = value.toObject();
        const QString phase = event.value(QLatin1String("ph")).toString();
        QVERIFY(phase == QLatin1String("X") || phase == QLatin1String("C")
                || phase == QLatin1String("M"));
        QVERIFY(phase == QLatin1String("M") || event.value(QLatin1String("ts")).isDouble());
        QVERIFY(!event.value(QLatin1String("name")).toString().isEmpty());
        QVERIFY(event.value(QLatin1String("pid")).isDouble());
        if (phase != QLatin1String("M"))
            times.append(event.value(QLatin1String("ts")).toDouble());
        if (phase == QLatin1String("X")) {
            const double start = event.value(QLatin1String("ts")).toDouble();
            const double duration = event.value(QLatin1String("dur")).toDouble();
            QVERIFY(duration >= 0);
            QVERIFY(event.value(QLatin1String("tid")).isDouble());
            times.append(duration);
            slices[event.value(QLatin1String("tid")).toDouble()].append({start, start + duration});
        }
        const QJsonArray origins =
            event.value(QLatin1String("args")).toObject().value(QLatin1String("origins")).toArray();
        for (const auto &origin : origins) {
            if (origin.toObject().value(QLatin1String("store")) == store.name()
                && origin.toObject().value(QLatin1String("where")) == QLatin1String("label"))
                found = true;
        }
    }
    QVERIFY(found);
    // Of each record the whole, the parts of it one after the other, and the counters.
    QList<double> expected;
    for (const FlushRecord &record : monitor().flushes()) {
        const auto start = record.start;
        for (const std::chrono::nanoseconds time :
             {start, record.duration(), start, record.applyTime, start + record.applyTime,
              record.publishTime, start})
            expected.append(double(time.count()) / 1e3);
    }
    QCOMPARE(times, expected);
    // Slices of a thread lie within each other or apart: viewers drop those that cross.
    for (QList<std::pair<double, double>> &thread : slices) {
        std::sort(thread.begin(), thread.end(), [](const auto &a, const auto &b) {
            return a.first != b.first ? a.first < b.first : a.second > b.second;
        });
        QList<double> ends;
        for (const auto &[start, end] : std::as_const(thread)) {
            while (!ends.isEmpty() && ends.last() <= start + 1e-3)
                ends.removeLast();
            QVERIFY(ends.isEmpty() || end <= ends.last() + 1e-3);
            ends.append(end);
        }
    }
}

void tst_FlushRecords::traceThatCannotBeWritten()
{
    QTemporaryDir directory;
    StateError error;
    const QString missing = directory.filePath(QStringLiteral("no/such/folder/trace.json"));
    QVERIFY(!monitor().exportTrace(missing, &error));
    QCOMPARE(error.code, StateError::IoError);
    QVERIFY(error.message.contains(missing));
    QVERIFY(!QFile::exists(missing));

    QSignalSpy errors(&monitor(), &PerformanceMonitor::errorOccurred);
    QVERIFY(!monitor().saveTrace(missing));
    QCOMPARE(errors.count(), 1);

    // Nor in a folder that takes no files; to root only the system can say no.
    const QString locked = directory.filePath(QStringLiteral("locked"));
    QVERIFY(QDir().mkpath(locked));
    QVERIFY(QFile::setPermissions(locked, QFile::ReadOwner | QFile::ExeOwner));
    QStringList folders{locked};
#ifdef Q_OS_LINUX
    folders.append(QStringLiteral("/proc"));
#endif
    if (QFileInfo(locked).isWritable())
        folders.removeFirst();
    for (const QString &readOnly : std::as_const(folders)) {
        const QString fileName = readOnly + QStringLiteral("/trace.json");
        error = {};
        QVERIFY(!monitor().exportTrace(fileName, &error));
        QCOMPARE(error.code, StateError::IoError);
        QVERIFY(!QFile::exists(fileName));
    }

    // What is no file is left alone.
    const QString folder = directory.filePath(QStringLiteral("folder"));
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(!monitor().exportTrace(folder, &error));
    QVERIFY(QFileInfo(folder).isDir());
    QVERIFY(!monitor().exportTrace(QStringLiteral("/dev/null"), &error));
    QVERIFY(!QFileInfo(QStringLiteral("/dev/null")).isFile());
}

// As a full disk: files may not grow beyond some bytes.
void tst_FlushRecords::traceOnAFullDisk()
{
#ifdef Q_OS_UNIX
    ShopStore store(QStringLiteral("full"));
    for (int i = 1; i <= 100; ++i)
        store.state.set(&ShopState::count, i);
    QTemporaryDir directory;
    const QString fileName = directory.filePath(QStringLiteral("trace.json"));
    QFile kept(fileName);
    QVERIFY(kept.open(QIODevice::WriteOnly));
    kept.write("as before");
    kept.close();

    signal(SIGXFSZ, SIG_IGN);
    rlimit before;
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 4096;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    StateError error;
    const bool written = monitor().exportTrace(fileName, &error);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);

    QVERIFY(!written);
    QCOMPARE(error.code, StateError::IoError);
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), QByteArrayLiteral("as before"));
    QCOMPARE(QDir(directory.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList(QStringLiteral("trace.json")));
#else
    QSKIP("There is no limit of file sizes to stand for a full disk.");
#endif
}

QTEST_GUILESS_MAIN(tst_FlushRecords)
#include "tst_flushrecords.moc"
