// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "plainstore.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/UpdateOptions>
#include <AxiomState/UpdateTicket>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

// Random steps on two stores in virtual time, with books of what was submitted and what became of
// it. What shall hold in every program is checked at each step and at the end.
class RandomProgram
{
public:
    using nanoseconds = std::chrono::nanoseconds;
    using Status = UpdateTicket::Status;

    // How the stores' pace is chosen. It must not show in any result.
    enum class Pace : quint8 { Adaptive, AtOnce, Collected, Random };
    // Whether updates are cancelled, coalesced, dropped, refused, or made by observers: what becomes
    // of them then depends on the time at which they run.
    enum class Losses : bool { No, Yes };

    RandomProgram(quint32 seed, Pace pace, Losses losses)
        : m_steps(seed), m_pacing(seed + 1), m_pace(pace), m_losses(losses == Losses::Yes)
    {
        auto owned = std::make_unique<VirtualBatchHost>();
        m_host = owned.get();
        if (seed % 3 != 0)
            m_host->setFrameInterval(std::chrono::milliseconds(seed % 3 == 1 ? 4 : 16));
        m_coordinator = std::make_unique<BatchCoordinator>(std::move(owned));
        for (std::size_t at = 0; at < m_stores.size(); ++at) {
            Book &book = m_stores[at];
            book.store = std::make_shared<Store>(m_coordinator->inbox());
            book.store->object = &book.object;
            book.store->observer = [this, at] { announced(at); };
        }
        QObject::connect(m_coordinator.get(), &BatchCoordinator::updateStorm, &m_context,
                         [this](QObject *object) { stormReported(object); });
        QObject::connect(m_coordinator.get(), &BatchCoordinator::flushed, &m_context,
                         [this] { sliceEnded(); });
        choosePace();
    }
    ~RandomProgram()
    {
        for (const Book &book : m_stores)
            book.store->inbox->setPendingLimit(*book.store, 0, OverflowPolicy::Reject);
    }
    Q_DISABLE_COPY_MOVE(RandomProgram)

    void run()
    {
        const int steps = 50 + m_steps.bounded(300);
        for (int step = 0; step < steps && !QTest::currentTestFailed(); ++step) {
            this->step();
            QVERIFY2(m_host->posted() <= 1, "at most one wake-up is under way");
        }
        QVERIFY(m_host->runUntilIdle());
    }

    void check() const
    {
        QCOMPARE(m_host->mostPosted(), std::min(m_host->wakeCount(), 1));
        QCOMPARE(m_coordinator->pendingCount(), 0);
        QVERIFY(!m_host->timer() && !m_host->nextFrame());
        checkCounts();
        checkResults();
        checkKeys();
        for (const IdleTask &task : m_idleTasks)
            QCOMPARE(task.runs, 1);
    }

    int storms() const { return m_storms; }
    BatchMetrics metrics() const { return m_coordinator->metrics(); }

    // What was applied, lane by lane.
    std::array<QList<int>, 10> lanes() const
    {
        std::array<QList<int>, 10> result;
        for (std::size_t at = 0; at < m_stores.size(); ++at) {
            for (const int id : m_stores[at].store->value.entries)
                result[at * 5 + std::size_t(m_updates[std::size_t(id)].options.priority)].append(
                    id);
        }
        return result;
    }

private:
    struct Book
    {
        std::shared_ptr<Store> store;
        QObject object;
        int limit = 0;
        OverflowPolicy policy = OverflowPolicy::Reject;
        int waitedAtLimit = 0;        // when the limit was set
        std::size_t firstBounded = 0; // of the updates since then
        int roundsLeft = 0;           // that its observer makes
        bool stormBroken = false;     // one of its observer's updates did not get in
        nanoseconds parkedUntil = nanoseconds::min();
    };
    struct Submitted
    {
        UpdateTicket ticket;
        std::size_t at;
        UpdateOptions options;
        bool throws;
    };
    struct IdleTask
    {
        nanoseconds latest;
        int runs = 0;
    };
    struct Busy
    {
        nanoseconds start;
        nanoseconds length;
    };

    static constexpr int mostRounds = 100;

    void step()
    {
        const int choice = m_steps.bounded(110);
        if (choice < 75)
            submitAny();
        else if (choice < 85)
            cancelAny();
        else if (choice < 94)
            m_host->run(std::chrono::microseconds(m_steps.bounded(5'000)));
        else if (choice == 94)
            m_host->run(std::chrono::milliseconds(m_steps.bounded(400)));
        else if (choice == 95)
            m_host->setFramesStalled(m_steps.bounded(2) == 0);
        else if (choice == 96)
            m_host->showFrame(quintptr(m_steps.bounded(3)));
        else if (choice == 97)
            m_coordinator->flush(QDeadlineTimer(0));
        else if (choice == 98)
            unlimited([this] { m_coordinator->flushCritical(); });
        else if (choice == 99)
            flushAll();
        else if (choice < 105)
            postIdle();
        else if (choice < 107)
            setLimit();
        else if (choice == 107)
            storm();
        else if (choice == 108)
            burst();
        else
            choosePace();
    }

    // Takes time, as an update or a task does.
    void spend(nanoseconds time)
    {
        m_busy.push_back({m_host->now(), time});
        m_host->advance(time);
    }

    // The updates.
    void submitAny()
    {
        const auto at = std::size_t(m_steps.bounded(2));
        UpdateOptions options;
        options.priority = Priority(m_steps.bounded(5));
        const bool hasKey = m_steps.bounded(4) == 0;
        const QByteArray key = QByteArray::number(m_steps.bounded(3));
        if (hasKey && m_losses)
            options.coalesceKey = key;
        if (m_steps.bounded(5) == 0)
            options.deadline = QDeadlineTimer(std::chrono::seconds(m_steps.bounded(100)));
        const bool throws = m_steps.bounded(10) == 0;
        const std::chrono::microseconds cost(1 + m_steps.bounded(500));
        submit(at, options, throws, cost);
    }

    void burst()
    {
        for (int left = m_steps.bounded(200); left > 0; --left)
            submitAny();
    }

    Status submit(std::size_t at, const UpdateOptions &options, bool throws, nanoseconds cost)
    {
        Book &book = m_stores[at];
        const int waited = book.store->pendingCount();
        const qint64 dropped = m_coordinator->metrics().dropped;
        const auto mutation = [this, id = int(m_updates.size()), throws, cost](Log &log) {
            started();
            spend(cost);
            log.add(id);
            if (throws)
                throw id;
        };
        const UpdateTicket ticket = m_coordinator->inbox()->submit(
            book.store, detail::UpdateFunction::make<Log>(mutation), options);
        m_updates.push_back({ticket, at, options, throws});
        if (book.limit > 0)
            checkLimit(book, waited, m_coordinator->metrics().dropped > dropped);
        else if (ticket.status() != Status::Pending)
            qFatal("refused without a limit");
        return ticket.status();
    }

    void checkLimit(const Book &book, int waited, bool hasDropped) const
    {
        const Submitted &update = m_updates.back();
        const bool isFull = waited >= book.limit;
        const bool isRejected = update.ticket.status() == Status::Rejected;
        if (update.options.coalesceKey.isEmpty())
            QCOMPARE(isRejected, isFull && book.policy == OverflowPolicy::Reject);
        else
            QVERIFY(!isRejected || isFull);
        if (m_announcing) // what was just applied still counts as waiting
            return;
        const int most = book.policy == OverflowPolicy::Reject ? book.waitedAtLimit : 0;
        QVERIFY2(book.store->pendingCount() <= std::max(book.limit, most), "the limit holds");
        if (!hasDropped)
            return;
        QVERIFY(book.policy == OverflowPolicy::DropOldest && isFull);
        auto first = m_updates.begin() + std::ptrdiff_t(book.firstBounded);
        bool anyWaits = false;
        for (; first != m_updates.end(); ++first) {
            if (&m_stores[first->at] != &book)
                continue;
            anyWaits |= first->ticket.status() == Status::Pending;
            QVERIFY2(!anyWaits || first->ticket.status() != Status::Dropped,
                     "none older than those dropped waits");
        }
    }

    void cancelAny()
    {
        const int victim = m_steps.bounded(std::max(1, int(m_updates.size())));
        if (!m_losses || m_updates.empty())
            return;
        UpdateTicket &ticket = m_updates[std::size_t(victim)].ticket;
        const bool waits = ticket.status() == Status::Pending;
        QCOMPARE(ticket.cancel(), waits);
    }

    void setLimit()
    {
        const auto at = std::size_t(m_steps.bounded(2));
        const int limit = m_steps.bounded(3) == 0 ? 0 : 1 + m_steps.bounded(20);
        const bool rejects = m_steps.bounded(2) == 0;
        if (!m_losses)
            return;
        Book &book = m_stores[at];
        book.limit = limit;
        book.policy = rejects ? OverflowPolicy::Reject : OverflowPolicy::DropOldest;
        book.waitedAtLimit = book.store->pendingCount();
        book.firstBounded = m_updates.size();
        book.store->inbox->setPendingLimit(*book.store, limit, book.policy);
        if (limit > 0 && !rejects)
            QVERIFY2(book.store->pendingCount() <= limit, "the oldest are dropped at once");
    }

    // Slices: no update begins after the time is up.
    void started()
    {
        if (m_sliceUpdates++ == 0)
            m_sliceStart = m_host->now();
        const nanoseconds budget = m_coordinator->performanceTarget().sliceBudget();
        m_overrun += m_host->now() - m_sliceStart >= budget;
    }
    void sliceEnded()
    {
        if (!m_isUnlimited)
            QVERIFY2(m_overrun == 0, "a slice overruns by one update at most");
        m_sliceUpdates = m_overrun = 0;
    }

    template <typename F>
    void unlimited(F flush)
    {
        m_isUnlimited = true;
        flush();
        m_isUnlimited = false;
    }

    void flushAll()
    {
        const nanoseconds start = m_host->now();
        unlimited([this] { m_coordinator->flush(); });
        int parked = 0;
        for (const Book &book : m_stores) {
            if (start < book.parkedUntil)
                ++parked;
            else
                QCOMPARE(book.store->pendingCount(), 0);
        }
        // A wake-up that is still under way may have taken the timer's place.
        if (parked == 0 && idleTasksWaiting() == 0)
            QVERIFY2(!m_host->timer(), "with nothing that waits there is no timer");
    }

    // Observers that enqueue the next update when they hear of the last.
    void storm()
    {
        const auto at = std::size_t(m_steps.bounded(2));
        const std::chrono::microseconds cost(1 + m_steps.bounded(20));
        if (!m_losses)
            return;
        Book &book = m_stores[at];
        const bool wasParked = m_host->now() < book.parkedUntil;
        const int storms = m_storms;
        book.roundsLeft = 2 * mostRounds;
        book.stormBroken = submit(at, {}, false, cost) != Status::Pending;
        unlimited([this] { m_coordinator->flush(); });
        if (wasParked || book.stormBroken)
            return;
        QVERIFY2(m_storms > storms, "a storm is reported");
        QVERIFY2(book.roundsLeft > mostRounds - 10, "a store in a storm is parked");
        QVERIFY(book.store->pendingCount() > 0);
    }

    void announced(std::size_t at)
    {
        Book &book = m_stores[at];
        if (book.roundsLeft == 0)
            return;
        --book.roundsLeft;
        m_announcing = true;
        const Status status = submit(at, {}, false, std::chrono::microseconds(1));
        m_announcing = false;
        book.stormBroken |= status != Status::Pending;
    }

    void stormReported(const QObject *object)
    {
        ++m_storms;
        for (Book &book : m_stores) {
            if (&book.object == object)
                book.parkedUntil = m_host->now() + m_coordinator->performanceTarget().frameBudget;
        }
    }

    // Idle tasks.
    void postIdle()
    {
        const std::chrono::milliseconds latest(m_steps.bounded(300));
        const std::chrono::microseconds cost(m_steps.bounded(2'000));
        const std::size_t id = m_idleTasks.size();
        m_idleTasks.push_back({m_host->now() + latest});
        m_coordinator->postIdle(
            [this, id, cost] {
                for (std::size_t before = 0; before < id; ++before)
                    QCOMPARE(m_idleTasks[before].runs, 1);
                ++m_idleTasks[id].runs;
                checkLateness(m_idleTasks[id].latest);
                spend(cost);
            },
            latest);
    }

    // A thread that is not busy runs a task at its latest time, and a busy one as soon as it can.
    void checkLateness(nanoseconds latest) const
    {
        nanoseconds free = m_host->now() - latest;
        for (const Busy &busy : m_busy) {
            const nanoseconds from = std::max(busy.start, latest);
            const nanoseconds to = std::min(busy.start + busy.length, m_host->now());
            free -= std::max(to - from, nanoseconds(0));
        }
        QVERIFY2(free <= nanoseconds(0),
                 qPrintable(QStringLiteral("late by %1 us").arg(free.count() / 1000)));
    }

    qsizetype idleTasksWaiting() const
    {
        return std::count_if(m_idleTasks.begin(), m_idleTasks.end(),
                             [](const IdleTask &task) { return task.runs == 0; });
    }

    void choosePace()
    {
        for (const Book &book : m_stores) {
            switch (m_pace) {
            case Pace::Adaptive:
                book.store->setBatchingThreshold(0);
                break;
            case Pace::AtOnce:
                book.store->setBatchingThreshold(1e12);
                break;
            case Pace::Collected:
                book.store->setBatchingThreshold(1e-9);
                break;
            case Pace::Random:
                book.store->setBatchingThreshold(m_pacing.bounded(2) == 0 ? 1e12 : 1e-9);
                break;
            }
        }
    }

    // At the end.
    void checkCounts() const
    {
        std::array<int, 7> ends = {};
        for (const Submitted &update : m_updates) {
            const Status status = update.ticket.status();
            QVERIFY(status != Status::Pending);
            ++ends[status];
            const bool hasRun = status == Status::Applied || status == Status::Failed;
            QCOMPARE(status == Status::Failed, update.throws && hasRun);
        }
        const BatchMetrics metrics = m_coordinator->metrics();
        QCOMPARE(metrics.queued, qint64(m_updates.size()) - ends[Status::Rejected]);
        QCOMPARE(metrics.applied, ends[Status::Applied]);
        QCOMPARE(metrics.coalesced, ends[Status::Coalesced]);
        QCOMPARE(metrics.failed, ends[Status::Failed]);
        QCOMPARE(metrics.cancelled, ends[Status::Cancelled]);
        QCOMPARE(metrics.dropped, ends[Status::Dropped]);
        QCOMPARE(metrics.rejected, ends[Status::Rejected]);
        QCOMPARE(metrics.queued,
                 metrics.applied + metrics.coalesced + metrics.failed + metrics.cancelled
                     + metrics.dropped);
    }

    // A store's state is what its updates make of it in the order in which they are noted there, and
    // that order is the one submitted, within a lane.
    void checkResults() const
    {
        qsizetype applied = 0;
        for (std::size_t at = 0; at < m_stores.size(); ++at) {
            const Log &result = m_stores[at].store->value;
            Log replay;
            std::array<int, 5> last = {-1, -1, -1, -1, -1};
            for (const int id : result.entries) {
                const Submitted &update = m_updates[std::size_t(id)];
                QCOMPARE(update.ticket.status(), Status::Applied);
                QCOMPARE(update.at, at);
                int &before = last[std::size_t(update.options.priority)];
                QVERIFY2(before < id, "first in, first out per lane");
                before = id;
                replay.add(id);
            }
            QVERIFY(replay == result);
            applied += result.entries.size();
        }
        QCOMPARE(applied, m_coordinator->metrics().applied);
    }

    // The newest of those with one key is never the one given up for another.
    void checkKeys() const
    {
        std::map<std::pair<std::size_t, QByteArray>, Status> newest;
        for (const Submitted &update : m_updates) {
            const Status status = update.ticket.status();
            if (!update.options.coalesceKey.isEmpty() && status != Status::Rejected)
                newest[{update.at, update.options.coalesceKey}] = status;
        }
        for (const auto &[key, status] : newest)
            QVERIFY(status != Status::Coalesced);
    }

    QRandomGenerator m_steps; // what is done
    QRandomGenerator m_pacing;
    const Pace m_pace;
    const bool m_losses;
    VirtualBatchHost *m_host = nullptr;
    std::unique_ptr<BatchCoordinator> m_coordinator;
    std::array<Book, 2> m_stores;
    QObject m_context;
    std::vector<Submitted> m_updates;
    std::vector<IdleTask> m_idleTasks;
    std::vector<Busy> m_busy;
    nanoseconds m_sliceStart = {};
    int m_sliceUpdates = 0;
    int m_overrun = 0;
    int m_storms = 0;
    bool m_isUnlimited = false;
    bool m_announcing = false;
};
