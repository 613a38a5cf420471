// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CowContainer>
#include <AxiomState/CowMetrics>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using Axiom::CowContainer;
using Axiom::CowMetrics;
using Axiom::CowStrategy;

namespace {

// Counts its copies, and throws at the one it is told to.
struct Tracked
{
    Tracked() = default;
    explicit Tracked(int v) : value(v) { }
    Tracked(const Tracked &other) : value(other.value) { copied(); }
    Tracked(Tracked &&other) noexcept : value(other.value) { }
    Tracked &operator=(const Tracked &other)
    {
        copied();
        value = other.value;
        return *this;
    }

    static void copied()
    {
        if (throwAt >= 0 && throwAt-- == 0)
            throw std::runtime_error("copy");
        ++copies;
    }

    int value = 0;

    static inline int copies = 0;
    static inline int throwAt = -1;
};

struct Unassignable
{
    const int value = 1;
    int rest = 2;
};

void idle()
{
    QCoreApplication::processEvents();
}

void set(CowContainer<Tracked> &container, int value)
{
    container.mutate([value](Tracked &t) noexcept { t.value = value; });
}

} // namespace

static_assert(std::is_nothrow_move_constructible_v<CowContainer<Tracked>>);
static_assert(std::is_nothrow_move_assignable_v<CowContainer<Tracked>>);
static_assert(std::is_nothrow_destructible_v<CowContainer<Tracked>>);
static_assert(!std::is_convertible_v<int, CowContainer<int>>);
static_assert(std::is_same_v<decltype(std::declval<CowContainer<int> &>().value()), const int &>);

class tst_CowContainer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void copiesShareUntilOneWrites();
    void setValueLeavesCopiesAlone();
    void mutateReturnsWhatTheMutationReturns();
    void mutateMayReturnAReferenceIntoTheValue_data();
    void mutateMayReturnAReferenceIntoTheValue();
    void batchMutateRunsInOrderWithOneCopy();
    void batchMutateIsAllOrNothing_data();
    void batchMutateIsAllOrNothing();
    void throwingMutationLeavesTheValueAndItsSharers_data();
    void throwingMutationLeavesTheValueAndItsSharers();
    void mutationExceptionPassesThoughCopiesThrowToo();
    void throwingCopyLeavesEverything();
    void valuesNeedNotBeAssignable();
    void noexceptMutationOfAPrivateValueCopiesNothing();

    void metricsCountReadsAndWrites();
    void metricsBelongToOneContainer();
    void mutationThatThrowsCountsAsNoWrite_data();
    void mutationThatThrowsCountsAsNoWrite();
    void recommendationFollowsReadsPerWrite_data();
    void recommendationFollowsReadsPerWrite();

    void lazyCloneCopiesAtTheFirstWriteAfterSharing();
    void eagerCloneCopiesInIdleTime();
    void eagerCloneHoldsForEverySharing();
    void eagerClonePreparesNothingWithoutSharing();
    void eagerClonePreparesNothingOnceTheSharerIsGone();
    void eagerClonePreparesForASharerThatComesLater();
    void eagerCloneSurvivesWhatHappensBeforeIdleTime_data();
    void eagerCloneSurvivesWhatHappensBeforeIdleTime();
    void eagerCloneOfAContainerThatTakesOnASharedValue();
    void switchingToEagerClonePreparesWhatIsShared();
    void adaptiveMovesWithHysteresis();

    void snapshotsMayBeReadByThreadsWhileTheOwnerMutates();
};

void tst_CowContainer::init()
{
    idle();
    Tracked::copies = 0;
    Tracked::throwAt = -1;
}

void tst_CowContainer::copiesShareUntilOneWrites()
{
    CowContainer<QString> a(QStringLiteral("a"));
    QVERIFY(!a.isShared());
    CowContainer<QString> b = a;
    QVERIFY(a.isShared() && b.isShared());
    QCOMPARE(&a.value(), &b.value());
    b.mutate([](QString &s) { s += QLatin1Char('b'); });
    QVERIFY(!a.isShared() && !b.isShared());
    QCOMPARE(a.value(), QStringLiteral("a"));
    QCOMPARE(b.value(), QStringLiteral("ab"));
    a = b;
    QVERIFY(a.isShared());
    const CowContainer<QString> c = std::move(b);
    QCOMPARE(&a.value(), &c.value());
}

void tst_CowContainer::setValueLeavesCopiesAlone()
{
    CowContainer<int> a(1);
    const CowContainer<int> b = a;
    a.setValue(2);
    QCOMPARE(a.value(), 2);
    QCOMPARE(b.value(), 1);
    QVERIFY(!a.isShared() && !b.isShared());
}

void tst_CowContainer::mutateReturnsWhatTheMutationReturns()
{
    CowContainer<int> a(1);
    for (int round = 0; round < 2; ++round) {
        const CowContainer<int> sharer = round ? a : CowContainer<int>();
        QCOMPARE(a.mutate([](int &i) { return ++i; }), 2 + round);
        const std::unique_ptr<int> moved =
            a.mutate([](int &i) { return std::make_unique<int>(i); });
        QCOMPARE(*moved, 2 + round);
    }
    static_assert(std::is_void_v<decltype(a.mutate([](int &) {}))>);
}

void tst_CowContainer::mutateMayReturnAReferenceIntoTheValue_data()
{
    QTest::addColumn<bool>("shared");
    QTest::newRow("private") << false;
    QTest::newRow("shared") << true;
}

void tst_CowContainer::mutateMayReturnAReferenceIntoTheValue()
{
    QFETCH(bool, shared);
    CowContainer<Tracked> a(Tracked(1));
    const CowContainer<Tracked> sharer = shared ? a : CowContainer<Tracked>();
    const int &inside = a.mutate([](Tracked &t) -> int & { return t.value; });
    QCOMPARE(&inside, &a.value().value);
}

void tst_CowContainer::batchMutateRunsInOrderWithOneCopy()
{
    CowContainer<Tracked> a(Tracked(1));
    const CowContainer<Tracked> before = a;
    Tracked::copies = 0;
    const QList<int> results = a.batchMutate<int>(
        {[](Tracked &t) { return t.value += 1; }, [](Tracked &t) { return t.value *= 10; }});
    QCOMPARE(results, (QList<int>{2, 20}));
    QCOMPARE(Tracked::copies, 1);
    QCOMPARE(a.metrics().totalWrites, 1);
    QCOMPARE(before.value().value, 1);
    a.batchMutate({[](Tracked &t) { t.value = 7; }});
    QCOMPARE(a.value().value, 7);
}

void tst_CowContainer::batchMutateIsAllOrNothing_data()
{
    mutateMayReturnAReferenceIntoTheValue_data();
}

void tst_CowContainer::batchMutateIsAllOrNothing()
{
    QFETCH(bool, shared);
    CowContainer<QList<int>> a(QList<int>{1});
    const CowContainer<QList<int>> sharer = shared ? a : CowContainer<QList<int>>();
    int ran = 0;
    QVERIFY_THROWS_EXCEPTION(std::runtime_error,
                             a.batchMutate({[&](QList<int> &l) { l.append(++ran); },
                                            [](QList<int> &) { throw std::runtime_error("x"); },
                                            [&](QList<int> &l) { l.append(++ran); }}));
    QCOMPARE(ran, 1);
    QCOMPARE(a.value(), QList<int>{1});
    QCOMPARE(a.isShared(), shared);
}

void tst_CowContainer::throwingMutationLeavesTheValueAndItsSharers_data()
{
    mutateMayReturnAReferenceIntoTheValue_data();
}

void tst_CowContainer::throwingMutationLeavesTheValueAndItsSharers()
{
    QFETCH(bool, shared);
    for (const CowStrategy strategy : {CowStrategy::LazyClone, CowStrategy::EagerClone}) {
        CowContainer<Tracked> a(Tracked(1));
        a.setStrategy(strategy);
        const CowContainer<Tracked> sharer = shared ? a : CowContainer<Tracked>();
        idle();
        QVERIFY_THROWS_EXCEPTION(std::logic_error, a.mutate([](Tracked &t) {
            t.value = 2;
            throw std::logic_error("mine");
        }));
        QCOMPARE(a.value().value, 1);
        QCOMPARE(a.isShared(), shared);
        set(a, 3);
        QCOMPARE(a.value().value, 3);
        QCOMPARE(sharer.value().value, shared ? 1 : 0);
    }
}

void tst_CowContainer::mutationExceptionPassesThoughCopiesThrowToo()
{
    CowContainer<Tracked> a(Tracked(1));
    QVERIFY_THROWS_EXCEPTION(std::logic_error, a.mutate([](Tracked &t) {
        t.value = 2;
        Tracked::throwAt = 0; // so that nothing can be copied back
        throw std::logic_error("mine");
    }));
    Tracked::throwAt = -1;
    QCOMPARE(a.value().value, 1);
}

void tst_CowContainer::throwingCopyLeavesEverything()
{
    CowContainer<Tracked> a(Tracked(1));
    const CowContainer<Tracked> b = a;
    Tracked::throwAt = 0;
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, set(a, 2));
    QCOMPARE(a.value().value, 1);
    QVERIFY(a.isShared());
    QCOMPARE(a.metrics().totalWrites, 0);

    // In idle time nobody hears of it, and the write copies for itself.
    a.setStrategy(CowStrategy::EagerClone);
    Tracked::throwAt = 0;
    idle();
    QCOMPARE(Tracked::throwAt, -1);
    set(a, 2);
    QCOMPARE(a.value().value, 2);
    QCOMPARE(a.metrics().clonedWrites, 1);
    QCOMPARE(b.value().value, 1);
}

void tst_CowContainer::valuesNeedNotBeAssignable()
{
    CowContainer<Unassignable> a;
    a.mutate([](Unassignable &u) { u.rest = 3; });
    QVERIFY_THROWS_EXCEPTION(std::logic_error, a.mutate([](Unassignable &u) {
        u.rest = 4;
        throw std::logic_error("mine");
    }));
    QCOMPARE(a.value().rest, 3);
}

void tst_CowContainer::noexceptMutationOfAPrivateValueCopiesNothing()
{
    CowContainer<Tracked> a(Tracked(1));
    Tracked::copies = 0;
    for (int i = 0; i < 10; ++i)
        set(a, i);
    QCOMPARE(Tracked::copies, 0);
    QCOMPARE(a.metrics().uniqueWrites, 10);
}

void tst_CowContainer::metricsCountReadsAndWrites()
{
    CowContainer<int> a(1);
    QVERIFY(a.metrics() == CowMetrics());
    QCOMPARE(a.metrics().inPlaceRatio(), 1.0);
    QVERIFY(std::isinf(a.metrics().readWriteRatio()));
    for (int i = 0; i < 6; ++i)
        QCOMPARE(a.value(), 1);
    a.mutate([](int &i) { ++i; });
    a.setValue(5);
    {
        const CowContainer<int> sharer = a;
        a.mutate([](int &i) { ++i; });
    }
    a.mutate([](int &i) { ++i; });
    const CowMetrics expected{6, 4, 3, 1, qint64(sizeof(int))};
    QVERIFY(a.metrics() == expected);
    QCOMPARE(a.metrics().inPlaceRatio(), 0.75);
    QCOMPARE(a.metrics().readWriteRatio(), 1.5);
}

void tst_CowContainer::metricsBelongToOneContainer()
{
    CowContainer<int> a(1);
    a.setValue(2);
    CowContainer<int> b = a;
    QVERIFY(b.metrics() == CowMetrics());
    QCOMPARE(b.value(), 2);
    QCOMPARE(a.metrics().totalReads, 0);
}

void tst_CowContainer::mutationThatThrowsCountsAsNoWrite_data()
{
    mutateMayReturnAReferenceIntoTheValue_data();
}

void tst_CowContainer::mutationThatThrowsCountsAsNoWrite()
{
    QFETCH(bool, shared);
    CowContainer<int> a(1);
    const CowContainer<int> sharer = shared ? a : CowContainer<int>();
    QVERIFY_THROWS_EXCEPTION(std::logic_error,
                             a.mutate([](int &) { throw std::logic_error("mine"); }));
    QCOMPARE(a.metrics().totalWrites, 0);
}

void tst_CowContainer::recommendationFollowsReadsPerWrite_data()
{
    QTest::addColumn<qint64>("reads");
    QTest::addColumn<qint64>("writes");
    QTest::addColumn<CowStrategy>("strategy");
    QTest::newRow("nothing yet") << qint64(0) << qint64(0) << CowStrategy::LazyClone;
    QTest::newRow("only writes") << qint64(0) << qint64(5) << CowStrategy::EagerClone;
    QTest::newRow("9.99") << qint64(999) << qint64(100) << CowStrategy::EagerClone;
    QTest::newRow("10") << qint64(1000) << qint64(100) << CowStrategy::Adaptive;
    QTest::newRow("99.9") << qint64(999) << qint64(10) << CowStrategy::Adaptive;
    QTest::newRow("100") << qint64(1000) << qint64(10) << CowStrategy::LazyClone;
    QTest::newRow("only reads") << qint64(7) << qint64(0) << CowStrategy::LazyClone;
}

void tst_CowContainer::recommendationFollowsReadsPerWrite()
{
    QFETCH(qint64, reads);
    QFETCH(qint64, writes);
    QFETCH(CowStrategy, strategy);
    CowMetrics metrics;
    metrics.totalReads = reads;
    metrics.totalWrites = writes;
    QCOMPARE(metrics.recommendation(), strategy);
}

void tst_CowContainer::lazyCloneCopiesAtTheFirstWriteAfterSharing()
{
    CowContainer<Tracked> a(Tracked(1));
    QCOMPARE(a.strategy(), CowStrategy::LazyClone);
    const CowContainer<Tracked> b = a;
    Tracked::copies = 0;
    idle();
    QCOMPARE(Tracked::copies, 0);
    set(a, 2);
    QCOMPARE(Tracked::copies, 1);
    set(a, 3);
    QCOMPARE(Tracked::copies, 1);
    QCOMPARE(a.metrics().clonedWrites, 1);
    QCOMPARE(a.metrics().uniqueWrites, 1);
}

void tst_CowContainer::eagerCloneCopiesInIdleTime()
{
    CowContainer<Tracked> a(Tracked(1));
    a.setStrategy(CowStrategy::EagerClone);
    const CowContainer<Tracked> b = a;
    Tracked::copies = 0;
    idle();
    QCOMPARE(Tracked::copies, 1);
    idle();
    QCOMPARE(Tracked::copies, 1);
    QVERIFY(a.isShared());
    set(a, 2);
    QCOMPARE(Tracked::copies, 1);
    QCOMPARE(a.metrics().uniqueWrites, 1);
    QCOMPARE(a.metrics().clonedWrites, 0);
    QCOMPARE(a.metrics().clonedBytes, 0);
    QCOMPARE(b.value().value, 1);
}

void tst_CowContainer::eagerCloneHoldsForEverySharing()
{
    CowContainer<Tracked> a(Tracked(0));
    a.setStrategy(CowStrategy::EagerClone);
    QList<CowContainer<Tracked>> snapshots;
    for (int i = 1; i <= 20; ++i) {
        snapshots.append(a);
        idle();
        set(a, i);
    }
    QCOMPARE(a.metrics().uniqueWrites, 20);
    QCOMPARE(a.metrics().clonedWrites, 0);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(snapshots[i].value().value, i);
}

void tst_CowContainer::eagerClonePreparesNothingWithoutSharing()
{
    CowContainer<Tracked> a(Tracked(1));
    a.setStrategy(CowStrategy::EagerClone);
    Tracked::copies = 0;
    idle();
    set(a, 2);
    idle();
    QCOMPARE(Tracked::copies, 0);
}

void tst_CowContainer::eagerClonePreparesNothingOnceTheSharerIsGone()
{
    CowContainer<Tracked> a(Tracked(1));
    a.setStrategy(CowStrategy::EagerClone);
    idle();
    {
        const CowContainer<Tracked> b = a;
    }
    Tracked::copies = 0;
    idle();
    QCOMPARE(Tracked::copies, 0);
}

void tst_CowContainer::eagerClonePreparesForASharerThatComesLater()
{
    CowContainer<Tracked> a(Tracked(1));
    a.setStrategy(CowStrategy::EagerClone);
    {
        const CowContainer<Tracked> gone = a;
    }
    idle();
    const CowContainer<Tracked> b = a;
    idle();
    set(a, 2);
    QCOMPARE(a.metrics().clonedWrites, 0);
    QCOMPARE(b.value().value, 1);
}

void tst_CowContainer::eagerCloneSurvivesWhatHappensBeforeIdleTime_data()
{
    QTest::addColumn<int>("event");
    QTest::newRow("destroyed") << 0;
    QTest::newRow("moved") << 1;
    QTest::newRow("written") << 2;
    QTest::newRow("assigned") << 3;
    QTest::newRow("moved from and copied") << 4;
    QTest::newRow("lazy again") << 5;
}

void tst_CowContainer::eagerCloneSurvivesWhatHappensBeforeIdleTime()
{
    QFETCH(int, event);
    auto a = std::make_unique<CowContainer<Tracked>>(Tracked(1));
    a->setStrategy(CowStrategy::EagerClone);
    CowContainer<Tracked> sharer = *a;
    std::optional<CowContainer<Tracked>> other;
    switch (event) {
    case 0:
        a.reset();
        break;
    case 1:
        other.emplace(std::move(*a));
        a.reset();
        break;
    case 2:
        set(*a, 2);
        break;
    case 3:
        *a = CowContainer<Tracked>(Tracked(3));
        break;
    case 4: {
        other.emplace(std::move(*a));
        const CowContainer<Tracked> empty = *a;
        a->setStrategy(CowStrategy::EagerClone);
        break;
    }
    case 5:
        a->setStrategy(CowStrategy::LazyClone);
        break;
    }
    Tracked::copies = 0;
    idle();
    const bool moved = event == 1 || event == 4;
    QCOMPARE(Tracked::copies, moved ? 1 : 0);
    QCOMPARE(sharer.value().value, 1);
    if (moved) {
        set(*other, 5);
        QCOMPARE(Tracked::copies, 1);
        QCOMPARE(sharer.value().value, 1);
    }
}

void tst_CowContainer::eagerCloneOfAContainerThatTakesOnASharedValue()
{
    const CowContainer<Tracked> a(Tracked(1));
    CowContainer<Tracked> b(Tracked(2));
    b.setStrategy(CowStrategy::EagerClone);
    b = a;
    idle();
    set(b, 3);
    QCOMPARE(b.metrics().clonedWrites, 0);
    QCOMPARE(a.value().value, 1);
}

void tst_CowContainer::switchingToEagerClonePreparesWhatIsShared()
{
    CowContainer<Tracked> a(Tracked(1));
    const CowContainer<Tracked> b = a;
    a.setStrategy(CowStrategy::EagerClone);
    idle();
    set(a, 2);
    QCOMPARE(a.metrics().clonedWrites, 0);
    QCOMPARE(b.value().value, 1);
}

void tst_CowContainer::adaptiveMovesWithHysteresis()
{
    CowContainer<Tracked> a(Tracked(0));
    a.setStrategy(CowStrategy::Adaptive);
    // Whether the next writes find a copy prepared, at that many reads a write.
    const auto isEagerAfter = [&](int readsPerWrite) {
        for (int i = 0; i < 64; ++i) {
            for (int read = 0; read < readsPerWrite; ++read)
                a.value();
            set(a, i);
        }
        const CowContainer<Tracked> snapshot = a;
        const int before = Tracked::copies;
        idle();
        return Tracked::copies > before;
    };
    QVERIFY2(!isEagerAfter(50), "lazy at first, and between the bounds unchanged");
    QVERIFY(isEagerAfter(1));
    QVERIFY2(isEagerAfter(50), "between the bounds unchanged");
    QVERIFY(!isEagerAfter(200));
    QVERIFY2(!isEagerAfter(50), "between the bounds unchanged");
    QVERIFY(isEagerAfter(1));
    QCOMPARE(a.strategy(), CowStrategy::Adaptive);
}

void tst_CowContainer::snapshotsMayBeReadByThreadsWhileTheOwnerMutates()
{
    using Pair = std::pair<int, std::vector<int>>;
    CowContainer<Pair> owner(Pair(0, std::vector<int>(100, 0)));
    std::atomic<int> torn = 0;
    for (int round = 0; round < 200; ++round) {
        std::vector<std::thread> readers;
        std::atomic<int> alive = 2;
        for (int reader = 0; reader < 2; ++reader) {
            readers.emplace_back([&torn, &alive, snapshot = owner]() mutable {
                {
                    const auto mine = std::move(snapshot);
                    const auto second = mine;
                    for (const int element : second.value().second)
                        torn += element != mine.value().first;
                }
                --alive;
            });
        }
        // At first shared, then private again as the readers let go.
        do {
            owner.mutate([](Pair &pair) noexcept {
                ++pair.first;
                for (int &element : pair.second)
                    element = pair.first;
            });
        } while (alive > 0);
        for (std::thread &reader : readers)
            reader.join();
    }
    QCOMPARE(torn.load(), 0);
}

QTEST_GUILESS_MAIN(tst_CowContainer)
#include "tst_cowcontainer.moc"
