// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/BatchScope>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/StateStore>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qfile.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qsemaphore.h>
#include <QtCore/qtemporarydir.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <cstdlib>
#include <memory>
#include <thread>

#ifdef Q_OS_LINUX
#    include <sys/stat.h>
#endif

using namespace Axiom;

struct TallyState
{
    QList<int> entries;
    AXIOM_FIELDS(TallyState, entries)
};

class TallyStore : public StateStore
{
    Q_OBJECT

public:
    UpdateTicket add(int entry)
    {
        return state.enqueue([entry](TallyState &s) { s.entries.append(entry); });
    }
    const QList<int> &entries() const { return state->entries; }

    State<TallyState> state{this};
};

struct GuardedState
{
    int number = 0;
    std::shared_ptr<void> guard;
    AXIOM_FIELDS(GuardedState, number, guard)
};

class GuardedStore : public StateStore
{
    Q_OBJECT

public:
    State<GuardedState> state{this};
};

struct Counted
{
    static inline int alive = 0;

    Counted() { ++alive; }
    Counted(const Counted &) { ++alive; }
    Counted &operator=(const Counted &) = default;
    ~Counted() { --alive; }

    char filling[64] = {};
};

// What an application has the governor know.
class Cache final : public Reclaimable
{
public:
    QString name() const override { return QStringLiteral("cache"); }
    Offer offer() override { return {}; }
    void reclaim(MemoryPressureLevel, std::function<void(const Result &)> done) override
    {
        done({});
    }
};

// Goes after main(), when what the library keeps for the thread has gone.
struct AtExit
{
    ~AtExit()
    {
        if (!store)
            return;
        store->state.apply([](TallyState &s) { s.entries.append(2); });
        if (store->entries() != QList<int>{1, 2})
            std::abort();
        MemoryGovernor::instance()->remove(&cache);
        if (!MemoryPressureMonitor::instance()->source().isEmpty())
            std::abort();
    }
    Cache cache;
    std::unique_ptr<TallyStore> store;
} atExit;

// Applications and threads come and go, with updates on their way.
class tst_Lifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pendingUpdatesAreAppliedAtQuit();
    void updatesEnqueuedWhileQuittingAreApplied();
    void updatesBetweenTwoEventLoopsAreApplied();
    void updatesAfterTheApplicationAreRefused();
    void updatesOfTheNextApplicationAreApplied();
    void whatComesInWithTheLastFlushIsDropped();
    void whatWasDroppedIsNotWaitedFor();
    void storeOlderThanTheApplicationHasWorkingCopies();
    void staticStoreMayChangeAfterMain();
    void nothingListensAfterTheApplication();
    void threadThatWaitsForRoomIsLetGoAtQuit();
    void workerMayOutliveTheStore();
    void threadWithoutEventLoopIsServedByFlush();
    void threadWithoutEventLoopIsToldOfWhatItLeft_data();
    void threadWithoutEventLoopIsToldOfWhatItLeft();
    void storeThatIsMovedRefusesUpdates();
    void whatGoesWithAStoreMayChangeAnother();
    void largeStateIsGoneWithTheApplication();

private:
    // Runs the event loop until it has done all that it has to.
    static void runApplication(QCoreApplication &application, std::function<void()> first)
    {
        QTimer::singleShot(0, &application, [&application, first = std::move(first)] {
            first();
            application.quit();
        });
        application.exec();
    }

    int m_argc = 1;
    char m_name[5] = "test";
    char *m_argv[2] = {m_name, nullptr};
};

void tst_Lifecycle::pendingUpdatesAreAppliedAtQuit()
{
    QCoreApplication application(m_argc, m_argv);
    TallyStore store;
    UpdateTicket ticket;
    runApplication(application, [&] { ticket = store.add(1); });
    QCOMPARE(ticket.status(), UpdateTicket::Applied);
    QCOMPARE(store.entries(), QList<int>{1});
}

void tst_Lifecycle::updatesEnqueuedWhileQuittingAreApplied()
{
    std::unique_ptr<TallyStore> store;
    UpdateTicket ticket;
    QList<int> told;
    {
        QCoreApplication application(m_argc, m_argv);
        store = std::make_unique<TallyStore>();
        store->state.onChanged(&TallyState::entries, store.get(),
                               [&](const QList<int> &entries) { told = entries; });
        // After the coordinator, which has heard of it first.
        connect(&application, &QCoreApplication::aboutToQuit, store.get(),
                [&] { ticket = store->add(1); });
        runApplication(application, [] {});
        QCOMPARE(ticket.status(), UpdateTicket::Pending);
    }
    QCOMPARE(ticket.status(), UpdateTicket::Applied);
    QCOMPARE(told, QList<int>{1});
}

void tst_Lifecycle::updatesBetweenTwoEventLoopsAreApplied()
{
    QCoreApplication application(m_argc, m_argv);
    TallyStore store;
    runApplication(application, [&] { store.add(1); });
    const UpdateTicket between = store.add(2);
    QCOMPARE(between.status(), UpdateTicket::Pending);
    runApplication(application, [&] { store.add(3); });
    QCOMPARE(between.status(), UpdateTicket::Applied);
    QCOMPARE(store.entries(), (QList<int>{1, 2, 3}));
}

void tst_Lifecycle::updatesAfterTheApplicationAreRefused()
{
    std::unique_ptr<TallyStore> store;
    {
        QCoreApplication application(m_argc, m_argv);
        store = std::make_unique<TallyStore>();
    }
    QCOMPARE(store->add(1).status(), UpdateTicket::Dropped);
    store->state.apply([](TallyState &s) { s.entries.append(2); });
    QCOMPARE(store->entries(), QList<int>{2});

    QCoreApplication application(m_argc, m_argv);
    const UpdateTicket again = store->add(3);
    runApplication(application, [] {});
    QCOMPARE(again.status(), UpdateTicket::Applied);
    QCOMPARE(store->entries(), (QList<int>{2, 3}));
}

void tst_Lifecycle::updatesOfTheNextApplicationAreApplied()
{
    std::unique_ptr<TallyStore> store;
    {
        QCoreApplication application(m_argc, m_argv);
        store = std::make_unique<TallyStore>();
        store->add(1); // which its event loop would hear of
        BatchCoordinator::instance()->postIdle([] {});
    }
    QCOMPARE(store->entries(), QList<int>{1});
    QCoreApplication application(m_argc, m_argv);
    const UpdateTicket next = store->add(2);
    QTRY_COMPARE(next.status(), UpdateTicket::Applied);
    bool ran = false;
    BatchCoordinator::instance()->postIdle([&] { ran = true; });
    QTRY_VERIFY(ran);
}

void tst_Lifecycle::whatComesInWithTheLastFlushIsDropped()
{
    std::unique_ptr<TallyStore> store;
    UpdateTicket late;
    {
        QCoreApplication application(m_argc, m_argv);
        store = std::make_unique<TallyStore>();
        store->state.onChanged(&TallyState::entries, store.get(), [&](const QList<int> &) {
            std::thread([&] { late = store->add(2); }).join();
        });
        store->add(1);
    }
    QCOMPARE(late.status(), UpdateTicket::Dropped);
    QCOMPARE(store->pendingUpdates(), 0);
    QCOMPARE(store->entries(), QList<int>{1});
}

void tst_Lifecycle::whatWasDroppedIsNotWaitedFor()
{
    std::unique_ptr<TallyStore> store;
    UpdateTicket dropped;
    {
        QCoreApplication application(m_argc, m_argv);
        store = std::make_unique<TallyStore>();
        store->add(1).then(store.get(), [&] { dropped = store->add(2); });
    }
    QCOMPARE(dropped.status(), UpdateTicket::Dropped);
    QCoreApplication application(m_argc, m_argv);
    TallyStore busy;
    const UpdateTicket next = store->add(3);
    UpdateTicket last;
    // Until after updates are overdue.
    for (int i = 0; i < 60; ++i) {
        last = busy.state.enqueue([i](TallyState &s) {
            QThread::msleep(2);
            s.entries.append(i);
        });
    }
    QTRY_COMPARE(last.status(), UpdateTicket::Applied);
    QCOMPARE(next.status(), UpdateTicket::Applied);
    QCOMPARE(store->entries(), (QList<int>{1, 3}));
}

void tst_Lifecycle::storeOlderThanTheApplicationHasWorkingCopies()
{
    TallyStore store;
    store.setStrategy(CowStrategy::EagerClone);
    store.state.apply([](TallyState &s) { s.entries.append(1); });
    QCoreApplication application(m_argc, m_argv);
    for (int i = 0; i < 10; ++i) {
        const Snapshot<TallyState> snapshot = store.state.snapshot();
        application.processEvents();
        store.state.apply([i](TallyState &s) { s.entries.append(i); });
    }
    QCOMPARE_LE(store.state.cowMetrics().clonedWrites, 2);
}

void tst_Lifecycle::staticStoreMayChangeAfterMain()
{
    QCoreApplication application(m_argc, m_argv);
    atExit.store = std::make_unique<TallyStore>();
    atExit.store->add(1);
    BatchCoordinator::instance()->flush();
    QCOMPARE(atExit.store->entries(), QList<int>{1});
    MemoryGovernor::instance()->add(&atExit.cache);
}

// There is no event loop to hear of it in.
void tst_Lifecycle::nothingListensAfterTheApplication()
{
    const QTemporaryDir dir;
    const QByteArray path = QFile::encodeName(dir.filePath(QStringLiteral("pressure")));
#ifdef Q_OS_LINUX
    QCOMPARE(::mkfifo(path.constData(), 0600), 0);
    qputenv("MEMORY_PRESSURE_WATCH", path);
    const auto restored = qScopeGuard([] { qunsetenv("MEMORY_PRESSURE_WATCH"); });
#endif
    for (int i = 0; i < 2; ++i) {
        {
            QCoreApplication application(m_argc, m_argv);
            QVERIFY(MemoryGovernor::instance());
#ifdef Q_OS_LINUX
            QVERIFY(!MemoryPressureMonitor::instance()->source().isEmpty());
#endif
        }
        QVERIFY(MemoryGovernor::instance());
        QCOMPARE(MemoryPressureMonitor::instance()->source(), QString());
        delete MemoryGovernor::instance();
        delete MemoryPressureMonitor::instance();
    }
}

void tst_Lifecycle::threadThatWaitsForRoomIsLetGoAtQuit()
{
    QCoreApplication application(m_argc, m_argv);
    TallyStore store;
    store.setPendingLimit(1, OverflowPolicy::Block);
    std::thread worker;
    std::atomic<bool> stop = false;
    runApplication(application, [&] {
        worker = std::thread([&] {
            while (!stop)
                store.add(1);
        });
    });
    // It may wait no more, though nobody makes room.
    QTest::qSleep(1);
    stop = true;
    worker.join();
    BatchCoordinator::instance()->flush();
    QCOMPARE(store.pendingUpdates(), 0);
}

void tst_Lifecycle::workerMayOutliveTheStore()
{
    QCoreApplication application(m_argc, m_argv);
    auto store = std::make_unique<TallyStore>();
    QSemaphore begun;
    std::atomic<bool> stop = false;
    std::atomic<int> dropped = 0;
    std::thread worker([&, handle = store->state.handle()] {
        for (int i = 0; !stop || i < 100; ++i) {
            UpdateTicket ticket = handle.enqueue([](TallyState &s) { s.entries.append(1); });
            ticket.then(qApp, [&](UpdateTicket::Status status) {
                dropped += status == UpdateTicket::Dropped;
            });
            begun.release();
        }
    });
    begun.acquire(50);
    application.processEvents();
    store.reset();
    begun.acquire(begun.available()); // those before
    begun.acquire(50);
    stop = true;
    worker.join();
    BatchCoordinator::instance()->flush();
    application.processEvents();
    QVERIFY(dropped > 0);
    QCOMPARE(BatchCoordinator::instance()->pendingCount(), 0);
}

void tst_Lifecycle::threadWithoutEventLoopIsServedByFlush()
{
    QCoreApplication application(m_argc, m_argv);
    QList<int> entries;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        TallyStore store;
        const UpdateTicket ticket = store.add(1);
        BatchCoordinator::instance()->flush();
        if (ticket.status() == UpdateTicket::Applied)
            entries = store.entries();
    }));
    thread->start();
    thread->wait();
    QCOMPARE(entries, QList<int>{1});
}

void tst_Lifecycle::threadWithoutEventLoopIsToldOfWhatItLeft_data()
{
    QTest::addColumn<bool>("ofQt");
    QTest::addRow("QThread") << true;
    QTest::addRow("std::thread") << false;
}

void tst_Lifecycle::threadWithoutEventLoopIsToldOfWhatItLeft()
{
    QFETCH(const bool, ofQt);
    QCoreApplication application(m_argc, m_argv);
    UpdateTicket ticket;
    const auto run = [&] {
        TallyStore store;
        ticket = store.add(1);
    };
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("1 updates were dropped")));
    if (ofQt) {
        const std::unique_ptr<QThread> thread(QThread::create(run));
        thread->start();
        thread->wait();
    } else {
        std::thread(run).join();
    }
    QCOMPARE(ticket.status(), UpdateTicket::Dropped);
}

void tst_Lifecycle::storeThatIsMovedRefusesUpdates()
{
    QCoreApplication application(m_argc, m_argv);
    QThread thread;
    thread.start();
    TallyStore store;
    const UpdateTicket before = store.add(1);
    const qsizetype reclaimables = MemoryGovernor::instance()->reclaimables().size();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be moved")));
    store.moveToThread(&thread);
    QCOMPARE(MemoryGovernor::instance()->reclaimables().size(), reclaimables - 1);
    QCOMPARE(before.status(), UpdateTicket::Applied);
    const UpdateTicket after = store.add(2);
    QCOMPARE(after.status(), UpdateTicket::Dropped);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("was moved")));
    store.state.apply([](TallyState &s) { s.entries.append(3); });
    thread.quit();
    thread.wait();
    QCOMPARE(store.entries(), QList<int>{1});
}

// Its state goes at the end of the scope, as the last thing to hold it.
void tst_Lifecycle::whatGoesWithAStoreMayChangeAnother()
{
    const QCoreApplication application(m_argc, m_argv);
    TallyStore other;
    auto store = std::make_unique<GuardedStore>();
    const auto change = [&other](void *) {
        other.state.apply([](TallyState &s) { s.entries.append(1); });
    };
    store->state.apply([&](GuardedState &s) { s.guard = std::shared_ptr<void>(&other, change); });
    QSignalSpy committed(&other, &StateStore::committed);
    {
        const BatchScope scope;
        store->state.apply([](GuardedState &s) { s.number = 1; });
        store.reset();
        QVERIFY(other.entries().isEmpty());
    }
    QCOMPARE(other.entries(), QList<int>{1});
    QCOMPARE(committed.size(), 1);
    QCOMPARE(other.state.snapshot()->entries, QList<int>{1});
    other.state.apply([](TallyState &s) { s.entries.append(2); });
    QCOMPARE(committed.size(), 2);
}

// Its elements are let go in idle time, of which there is none any more; nor does the application say
// that it is about to quit, where only local event loops were run.
void tst_Lifecycle::largeStateIsGoneWithTheApplication()
{
    {
        const QCoreApplication application(m_argc, m_argv);
        auto vector = std::make_unique<CowVector<Counted>>(200'000);
        QEventLoop loop;
        QTimer::singleShot(0, &loop, [&] {
            vector.reset();
            loop.quit();
        });
        loop.exec();
        QVERIFY(Counted::alive > 0);
    }
    QCOMPARE(Counted::alive, 0);
}

QTEST_APPLESS_MAIN(tst_Lifecycle)

#include "tst_lifecycle.moc"
