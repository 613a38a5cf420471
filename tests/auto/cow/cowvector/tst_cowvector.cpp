// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CowVector>

#include "../testtypes.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <set>
#include <thread>
#include <vector>

using namespace Axiom;
using namespace Qt::StringLiterals;

static_assert(std::random_access_iterator<CowVector<QString>::const_iterator>);
static_assert(std::ranges::random_access_range<CowVector<Rec>>);
static_assert(std::is_nothrow_default_constructible_v<CowVector<Rec>>);
static_assert(std::is_nothrow_copy_constructible_v<CowVector<Rec>>);
static_assert(std::is_nothrow_move_constructible_v<CowVector<Rec>>);
static_assert(std::is_nothrow_move_assignable_v<CowVector<Rec>>);
static_assert(std::is_nothrow_swappable_v<CowVector<Rec>>);
static_assert(QTypeInfo<CowVector<Rec>>::isRelocatable);

namespace {

// Lives on the heap of a list, which leaves share bit by bit.
struct Token
{
    static inline std::atomic<int> alive = 0;

    Token() { ++alive; }
    Token(const Token &) { ++alive; }
    Token &operator=(const Token &) = default;
    ~Token() { --alive; }
    friend bool operator==(const Token &, const Token &) { return true; }
};

struct Held
{
    qint64 number = 0;
    QList<Token> tokens = {Token()};
    AXIOM_FIELDS(Held, number, tokens)
};

CowVector<Held> heldNumbers(int size)
{
    CowVector<Held> vector;
    for (int i = 0; i < size; ++i)
        vector.append(Held{i});
    return vector;
}

struct Tree
{
    int number = 0;
    CowVector<Tree> children;
    AXIOM_FIELDS(Tree, number, children)
};

template <typename T>
CowVector<T> numbers(int size)
{
    CowVector<T> vector;
    for (int i = 0; i < size; ++i)
        vector.append(make<T>(i));
    return vector;
}

template <typename T>
bool same(const CowVector<T> &vector, const QList<T> &list)
{
    return vector.size() == list.size()
        && std::equal(vector.begin(), vector.end(), list.begin(), list.end());
}

template <typename T>
QByteArray toBytes(const T &value)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << value;
    return bytes;
}

template <typename T>
T fromBytes(const QByteArray &bytes)
{
    T value;
    QDataStream stream(bytes);
    stream >> value;
    return value;
}

// Random operations on a vector and a list at once, with copies taken and dropped meanwhile.
template <typename T>
void compareWithList(int usualOperations, int wantedSize)
{
    const int operations = testOperations(usualOperations);
    const quint32 seed = testSeed();
    std::mt19937 random(seed);
    const auto below = [&](qsizetype n) { return n <= 0 ? 0 : qsizetype(random() % quint32(n)); };
    CowVector<T> vector;
    QList<T> list;
    std::vector<std::pair<CowVector<T>, QList<T>>> snapshots;
    for (int step = 0; step < operations; ++step) {
        const qsizetype size = list.size();
        const T value = make<T>(int(random() % 10000));
        const bool grow = size < wantedSize;
        switch (random() % (size == 0 ? 3 : 25)) {
        case 0:
            vector.append(value);
            list.append(value);
            break;
        case 1:
            vector.prepend(value);
            list.prepend(value);
            break;
        case 2: {
            CowVector<T> part;
            QList<T> same;
            for (qsizetype i = below(grow ? 200 : 20); i > 0; --i) {
                part.append(make<T>(int(i)));
                same.append(make<T>(int(i)));
            }
            const qsizetype at = below(size + 1);
            vector.insert(at, part);
            QList<T> head = list.first(at);
            list = head + same + list.sliced(at);
            break;
        }
        case 3:
        case 4:
        case 5:
        case 6: {
            const qsizetype at = below(size + 1);
            vector.insert(at, value);
            list.insert(at, value);
            break;
        }
        case 7:
        case 8:
        case 9:
        case 10: {
            const qsizetype at = below(size);
            vector.removeAt(at);
            list.removeAt(at);
            break;
        }
        case 11:
        case 12:
        case 13: {
            const qsizetype at = below(size);
            vector.replace(at, value);
            list.replace(at, value);
            break;
        }
        case 14: {
            const qsizetype at = below(size);
            vector.modify(at, [&](T &element) { element = value; });
            list[at] = value;
            break;
        }
        case 15: {
            const qsizetype at = below(size);
            const qsizetype count = below(std::min<qsizetype>(size - at, grow ? 20 : 300) + 1);
            vector.erase(at, count);
            list.remove(at, count);
            break;
        }
        case 16: {
            const qsizetype from = below(size);
            const qsizetype to = below(size);
            vector.move(from, to);
            list.move(from, to);
            break;
        }
        case 17: {
            const qsizetype i = below(size);
            const qsizetype j = below(size);
            vector.swapItemsAt(i, j);
            list.swapItemsAt(i, j);
            break;
        }
        case 18: {
            const qsizetype at = below(size);
            QVERIFY(vector.takeAt(at) == list.takeAt(at));
            break;
        }
        case 19: {
            if (random() % 20 != 0)
                break;
            const qsizetype at = below(size);
            const qsizetype length = below(size - at + 1);
            const CowVector<T> part = vector.mid(at, length);
            QVERIFY(same(part, list.mid(at, length)));
            if (grow) {
                vector += part;
                list += list.mid(at, length);
            } else {
                vector = part;
                list = list.mid(at, length);
            }
            break;
        }
        case 20:
            if (snapshots.size() < 8)
                snapshots.emplace_back(vector, list);
            break;
        case 21:
            if (!snapshots.empty()) {
                const auto at = std::size_t(below(qsizetype(snapshots.size())));
                QVERIFY(same(snapshots[at].first, snapshots[at].second));
                snapshots.erase(snapshots.begin() + std::ptrdiff_t(at));
            }
            break;
        case 22:
            if (!snapshots.empty() && random() % 50 == 0)
                std::tie(vector, list) = snapshots[std::size_t(below(qsizetype(snapshots.size())))];
            break;
        case 23: {
            if (random() % 50 != 0)
                break;
            const qsizetype every = 2 + below(random() % 2 ? 8 : 500);
            qsizetype at = 0;
            const auto some = [&](const T &) { return ++at % every < every / 4 + 1; };
            const qsizetype removed = vector.removeIf(some);
            QCOMPARE(at, size); // each was asked for once
            at = 0;
            QCOMPARE(removed, list.removeIf(some));
            break;
        }
        default: {
            const qsizetype at = below(size);
            QVERIFY(vector.at(at) == list.at(at));
            break;
        }
        }
        QCOMPARE(vector.size(), list.size());
        if (step % 1000 == 0)
            QVERIFY2(same(vector, list), qPrintable(u"seed %1, step %2"_s.arg(seed).arg(step)));
    }
    QVERIFY(same(vector, list));
    for (const auto &[before, expected] : snapshots)
        QVERIFY(same(before, expected));
}

// Threads write versions of one vector, hand them to each other, and go back to former ones.
template <typename T>
void exchangeVersions()
{
    struct Version
    {
        CowVector<T> vector;
        std::vector<int> numbers;

        bool isWhole() const
        {
            return std::equal(vector.begin(), vector.end(), numbers.begin(), numbers.end(),
                              [](const T &value, int number) { return value == make<T>(number); });
        }
    };
    const auto work = [](quint32 seed, std::vector<Version> &exchange, std::mutex &mutex) {
        std::mt19937 random(seed);
        const auto below = [&](std::size_t n) { return std::size_t(random() % quint32(n)); };
        Version own;
        std::vector<Version> kept;
        const int operations = testOperations(20'000);
        for (int step = 0; step < operations; ++step) {
            const std::size_t size = own.numbers.size();
            const auto at = size == 0 ? 0 : below(size);
            const auto there = own.numbers.begin() + std::ptrdiff_t(at);
            const int number = int(below(100'000));
            const std::size_t choice = below(20);
            if (choice == 0 || size < 10) {
                const std::lock_guard lock(mutex);
                own = exchange[below(exchange.size())];
            } else if (choice == 1) {
                const std::lock_guard lock(mutex);
                exchange[below(exchange.size())] = own;
            } else if (choice == 2) {
                kept.push_back(own);
                if (kept.size() > 12)
                    kept.erase(kept.begin() + std::ptrdiff_t(below(kept.size())));
            } else if (choice == 3 && !kept.empty()) {
                own = kept[below(kept.size())];
            } else if (choice == 4) {
                own.vector.insert(qsizetype(at), make<T>(number));
                own.numbers.insert(there, number);
            } else if (choice == 5) {
                own.vector.removeAt(qsizetype(at));
                own.numbers.erase(there);
            } else if (choice == 6) {
                own.vector.append(make<T>(number));
                own.numbers.push_back(number);
            } else if (choice == 7 && below(40) == 0) {
                const CowVector<T> part = own.vector.first(qsizetype(at));
                own.vector = own.vector.sliced(qsizetype(at)) + part;
                std::rotate(own.numbers.begin(), there, own.numbers.end());
            } else {
                own.vector.replace(qsizetype(at), make<T>(number));
                *there = number;
            }
            if (step % 500 == 0 && !own.isWhole())
                return false;
        }
        return std::all_of(kept.begin(), kept.end(), std::mem_fn(&Version::isWhole));
    };
    for (const int size : {30, 700, 6000}) {
        Version start;
        for (int i = 0; i < size; ++i) {
            start.vector.append(make<T>(i));
            start.numbers.push_back(i);
        }
        std::vector<Version> exchange(6, start);
        std::mutex mutex;
        std::atomic<int> failures = 0;
        std::vector<std::thread> threads;
        for (quint32 i = 0; i < 4; ++i) {
            threads.emplace_back(
                [&, seed = testSeed() + i] { failures += !work(seed, exchange, mutex); });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(failures, 0);
    }
}

// Every operation fails at every possible copy, and each time nothing has changed.
template <typename T, typename F>
void failEverywhere(int size, bool shared, F &&operation)
{
    for (int failAt = 1; failAt < 10000; ++failAt) {
        CowVector<T> vector = numbers<T>(size);
        const CowVector<T> snapshot = shared ? vector : CowVector<T>();
        const int alive = T::alive;
        bool thrown = false;
        T::copiesUntilThrow = failAt;
        try {
            operation(vector);
        } catch (const std::runtime_error &) {
            thrown = true;
        }
        T::copiesUntilThrow = -1;
        if (!thrown)
            return;
        QCOMPARE(vector.size(), size);
        for (int i = 0; i < size; ++i)
            QCOMPARE(vector.at(i).number, i);
        for (qsizetype i = 0; i < snapshot.size(); ++i)
            QCOMPARE(snapshot.at(i).number, int(i));
        // Nodes may have become private, nothing may have been lost.
        QVERIFY(T::alive >= alive);
    }
    QFAIL("never succeeded");
}

} // namespace

class tst_CowVector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("AXIOM_TEST_SEED=%u", testSeed()); }

    void isEmptyAtFirst();
    void isMadeFromRanges();
    void readsLikeList();
    void editsLikeList();
    void removeIfKeepsTheRestShared();
    void slicesLikeList();
    void searchesLikeList();
    void insertsAVectorIntoItself();
    void iteratorsAreRandomAccess();
    void blocksCoverAllElementsInOrder();
    void copiesShareUntilWritten();
    void snapshotKeepsItsContent();
    void changeCopiesOnePathOnly();
    void writesInPlaceWhenUnshared();
    void writesGiveBackWhatADroppedVersionHeld();
    void writesGiveBackWhatAHistoryHeld();
    void squeezeGivesBackWhatDroppedVersionsHeld();
    void bigVersionsAreDestroyedInIdleTime();
    void modifyOfUnsharedElementMakesOneCopyAtMost();
    void holdsElementsThatOnlyMove();
    void holdsItselfInAStruct();
    void keepsAlignment();
    void indexOutOfRangeIsRefused();
    void failedChangeLeavesContentAsItWas_data();
    void failedChangeLeavesContentAsItWas();
    void destroysWhatItHeld();
    void byteSizeCountsElements();
    void streamsLikeList();
    void damagedStreamGivesEmptyVector();
    void hashesByContent();
    void prints();

    void behavesLikeListOfInt() { compareWithList<int>(300'000, 3000); }
    void behavesLikeListOfIntWhenLarge() { compareWithList<int>(20'000, 60'000); }
    void behavesLikeListOfString() { compareWithList<QString>(150'000, 3000); }
    void behavesLikeListOfRec() { compareWithList<Rec>(100'000, 2000); }
    void behavesLikeListOfItem() { compareWithList<Item>(200'000, 3000); }
    void behavesLikeListOfLarge() { compareWithList<Large>(20'000, 200); }
    void behavesLikeListOfThrowing() { compareWithList<Throwing>(80'000, 3000); }
    void behavesLikeListOfThrowingMove() { compareWithList<ThrowingMove>(60'000, 3000); }
    void behavesLikeListOfAligned() { compareWithList<Aligned>(60'000, 1500); }
    void behavesLikeListOfCounting() { compareWithList<Counting>(60'000, 3000); }

    void threadsThatExchangeVersionsOfInt() { exchangeVersions<qint64>(); }
    void threadsThatExchangeVersionsOfString() { exchangeVersions<QString>(); }
    void threadsThatExchangeVersionsOfItem() { exchangeVersions<Item>(); }
    void threadsThatExchangeVersionsOfThrowing() { exchangeVersions<Throwing>(); }
    void snapshotsMayBeReadAndDroppedOnOtherThreads();
    void copiesMayBeWrittenOnOtherThreads();
};

void tst_CowVector::isEmptyAtFirst()
{
    CowVector<QString> vector;
    QVERIFY(vector.isEmpty());
    QCOMPARE(vector.size(), 0);
    QVERIFY(vector.begin() == vector.end());
    QCOMPARE(vector.value(0), QString());
    QCOMPARE(vector.value(0, u"none"_s), u"none"_s);
    QCOMPARE(vector.indexOf(QString()), -1);
    QVERIFY(vector == CowVector<QString>());
    QCOMPARE(vector.byteSize(), 0);
    vector.forEachBlock([](auto) { QFAIL("no block"); });
}

void tst_CowVector::isMadeFromRanges()
{
    const QList<int> list{1, 2, 3, 4};
    QCOMPARE((CowVector<int>{1, 2, 3, 4}).toList(), list);
    QCOMPARE(CowVector<int>(list).toList(), list);
    QCOMPARE(CowVector<int>(list.begin(), list.end()).toList(), list);
    QCOMPARE(CowVector<int>(std::list<int>{1, 2, 3, 4}).toList(), list);
    QCOMPARE(CowVector<int>(std::set<int>{4, 3, 2, 1}).toList(), list);
    QCOMPARE(CowVector<int>(3, 7).toList(), QList<int>(3, 7));
    QCOMPARE(CowVector<int>(3).toList(), QList<int>(3));
    CowVector<int> assigned;
    assigned = {1, 2, 3, 4};
    QCOMPARE(assigned.toList(), list);
    QList<int> many(100'000);
    std::iota(many.begin(), many.end(), 0);
    QCOMPARE(CowVector<int>(many).toList(), many);
    CowVector<QString> strings;
    strings.append(QStringList{u"a"_s, u"b"_s});
    strings.insert(1, std::vector<QString>{u"c"_s});
    strings << u"d"_s << CowVector<QString>{u"e"_s};
    QCOMPARE(strings.toList(), (QStringList{u"a"_s, u"c"_s, u"b"_s, u"d"_s, u"e"_s}));
}

void tst_CowVector::readsLikeList()
{
    const auto vector = numbers<int>(5000);
    for (int i = 0; i < 5000; ++i) {
        QCOMPARE(vector.at(i), i);
        QCOMPARE(vector[i], i);
    }
    QCOMPARE(vector.first(), 0);
    QCOMPARE(vector.constFirst(), 0);
    QCOMPARE(vector.last(), 4999);
    QCOMPARE(vector.constLast(), 4999);
    QCOMPARE(vector.value(4999), 4999);
    QCOMPARE(vector.value(5000), 0);
    QCOMPARE(vector.value(-1, 8), 8);
    QVERIFY(vector.startsWith(0));
    QVERIFY(vector.endsWith(4999));
}

void tst_CowVector::editsLikeList()
{
    CowVector<int> vector{3};
    vector.prepend(1);
    vector.append(4);
    vector.insert(1, 2);
    QCOMPARE(vector.toList(), (QList<int>{1, 2, 3, 4}));
    vector.replace(0, 9);
    vector.modify(1, [](int &value) { value *= 10; });
    QCOMPARE(vector.toList(), (QList<int>{9, 20, 3, 4}));
    vector.move(0, 3);
    vector.swapItemsAt(0, 2);
    QCOMPARE(vector.toList(), (QList<int>{4, 3, 20, 9}));
    QCOMPARE(vector.takeFirst(), 4);
    QCOMPARE(vector.takeLast(), 9);
    QCOMPARE(vector.takeAt(1), 20);
    vector += 5;
    vector += CowVector<int>{6, 7};
    vector.removeFirst();
    vector.removeLast();
    QCOMPARE(vector.toList(), (QList<int>{5, 6}));
    vector.insert(1, std::move(vector)); // into itself
    QCOMPARE(vector.toList(), (QList<int>{5, 5, 6, 6}));
    vector.remove(1, 2);
    vector.insert(1, 3, 0);
    QCOMPARE(vector.toList(), (QList<int>{5, 0, 0, 0, 6}));
    vector.remove(1, 3);
    vector.resize(4);
    QCOMPARE(vector.toList(), (QList<int>{5, 6, 0, 0}));
    vector.resize(5, 1);
    vector.resize(1);
    vector = vector + CowVector<int>{8};
    QCOMPARE(vector.toList(), (QList<int>{5, 8}));
    vector = {1, 2, 1, 3, 1};
    QVERIFY(vector.removeOne(vector.at(2)));
    QCOMPARE(vector.toList(), (QList<int>{2, 1, 3, 1}));
    QCOMPARE(vector.removeAll(vector.at(1)), 2);
    QCOMPARE(vector.removeAll(1), 0);
    QVERIFY(!vector.removeOne(1));
    QCOMPARE(vector.toList(), (QList<int>{2, 3}));
    QCOMPARE(vector.fill(vector.at(1)).toList(), (QList<int>{3, 3}));
    QCOMPARE(vector.fill(4, 3).toList(), (QList<int>{4, 4, 4}));
    if constexpr (sizeof(qsizetype) > 4) {
        // Refused, it changes nothing.
        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(QStringLiteral("CowVector<int>::fill")));
        QCOMPARE(vector.fill(7, 3'000'000'000).toList(), (QList<int>{4, 4, 4}));
    }
    QCOMPARE(vector.removeIf([](int) { return true; }), 3);
    vector.append(1);
    vector.clear();
    QVERIFY(vector.isEmpty());
}

// Few of many: what lies between them is not copied.
void tst_CowVector::removeIfKeepsTheRestShared()
{
    const auto vector = numbers<int>(100'000);
    CowVector<int> rest = vector;
    QCOMPARE(rest.removeIf([](int number) { return number % 20'000 == 7; }), 5);
    QVERIFY(rest.sharedBytes(vector) > rest.byteSize() * 9 / 10);
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, rest.removeIf([](int number) {
        return number == 500 ? throw std::runtime_error("no") : true;
    }));
    QCOMPARE(rest.size(), 99'995);
    QCOMPARE(vector.size(), 100'000);
}

void tst_CowVector::slicesLikeList()
{
    const auto vector = numbers<int>(2000);
    const QList<int> list = vector.toList();
    for (const int position : {-5, 0, 1, 64, 1000, 1999, 2000, 2001}) {
        for (const int length : {-1, 0, 1, 3, 64, 1000, 3000})
            QCOMPARE(vector.mid(position, length).toList(), list.mid(position, length));
    }
    QCOMPARE(vector.first(100).toList(), list.first(100));
    QCOMPARE(vector.last(100).toList(), list.last(100));
    QCOMPARE(vector.sliced(700).toList(), list.sliced(700));
    QCOMPARE(vector.sliced(700, 600).toList(), list.sliced(700, 600));
    QVERIFY(vector.sliced(0).isSharedWith(vector));
}

void tst_CowVector::searchesLikeList()
{
    CowVector<int> vector = numbers<int>(1000) + numbers<int>(1000);
    const QList<int> list = vector.toList();
    for (const int value : {0, 63, 64, 999, 1000}) {
        QCOMPARE(vector.contains(value), list.contains(value));
        QCOMPARE(vector.count(value), list.count(value));
        for (const int from : {-3000, -1000, -1, 0, 64, 65, 1063, 1999, 2000}) {
            QCOMPARE(vector.indexOf(value, from), list.indexOf(value, from));
            QCOMPARE(vector.lastIndexOf(value, from), list.lastIndexOf(value, from));
        }
    }
}

void tst_CowVector::insertsAVectorIntoItself()
{
    auto vector = numbers<QString>(500);
    const QStringList list = vector.toList();
    vector.insert(250, vector);
    QCOMPARE(vector.toList(), list.first(250) + list + list.sliced(250));
    vector.append(vector);
    QCOMPARE(vector.size(), 2000);
    vector.append(vector.at(0));
    vector.insert(3, vector.at(1999));
    vector.replace(4, vector.at(5));
    QCOMPARE(vector.last(), list.first());
}

void tst_CowVector::iteratorsAreRandomAccess()
{
    const auto vector = numbers<int>(1000);
    auto it = vector.begin();
    QCOMPARE(*(it + 999), 999);
    QCOMPARE(it[500], 500);
    it += 500;
    QCOMPARE(*it, 500);
    it -= 436;
    QCOMPARE(*it, 64);
    QCOMPARE(*--it, 63);
    QCOMPARE(*it++, 63);
    QCOMPARE(*it--, 64);
    QCOMPARE(vector.end() - vector.begin(), 1000);
    QVERIFY(vector.begin() < vector.end());
    QCOMPARE(*(vector.end() - 1), 999);
    QVERIFY(std::is_sorted(vector.begin(), vector.end()));
    QVERIFY(std::is_sorted(vector.rbegin(), vector.rend(), std::greater()));
    QCOMPARE(std::lower_bound(vector.begin(), vector.end(), 700) - vector.begin(), 700);
    QCOMPARE(std::ranges::find(vector, 321) - vector.cbegin(), 321);
    QCOMPARE(std::accumulate(vector.constBegin(), vector.constEnd(), 0), 499500);
}

void tst_CowVector::blocksCoverAllElementsInOrder()
{
    const auto vector = numbers<int>(3000);
    int expected = 0;
    int blocks = 0;
    vector.forEachBlock([&](std::span<const int> block) {
        ++blocks;
        for (const int value : block)
            QCOMPARE(value, expected++);
    });
    QCOMPARE(expected, 3000);
    QVERIFY(blocks < 100);
}

void tst_CowVector::copiesShareUntilWritten()
{
    auto vector = numbers<int>(1000);
    auto copy = vector;
    QVERIFY(copy.isSharedWith(vector));
    QCOMPARE(copy.sharedBytes(vector), vector.byteSize());
    copy.replace(3, 77);
    QVERIFY(!copy.isSharedWith(vector));
    QCOMPARE(vector.at(3), 3);
    QCOMPARE(copy.at(3), 77);
    QVERIFY(copy != vector);
    copy.replace(3, 3);
    QVERIFY(copy == vector);
    const auto moved = std::move(copy);
    QVERIFY(copy.isEmpty());
    QCOMPARE(moved.size(), 1000);
}

void tst_CowVector::snapshotKeepsItsContent()
{
    auto vector = numbers<QString>(2000);
    const auto snapshot = vector;
    const QStringList list = snapshot.toList();
    for (int i = 0; i < 2000; i += 7)
        vector.modify(i, [](QString &text) { text += u'!'; });
    vector.erase(100, 900);
    vector.insert(50, u"new"_s);
    QCOMPARE(snapshot.toList(), list);
}

void tst_CowVector::changeCopiesOnePathOnly()
{
    auto vector = numbers<qint64>(100'000);
    const auto snapshot = vector;
    vector.replace(50'000, -1);
    const qsizetype own = vector.byteSize() - vector.sharedBytes(snapshot);
    QVERIFY2(own < 2000, qPrintable(QString::number(own)));
    vector.insert(20'000, -2);
    vector.removeAt(70'000);
    QVERIFY(vector.byteSize() - vector.sharedBytes(snapshot) < 6000);
    QCOMPARE(snapshot.sharedBytes(snapshot.mid(1000)) > snapshot.byteSize() / 2, true);
}

void tst_CowVector::writesInPlaceWhenUnshared()
{
    auto vector = numbers<Counting>(1000);
    Counting::copies = 0;
    const Counting *element = &vector.at(500);
    vector.replace(500, Counting(1));
    vector.modify(500, [](Counting &value) noexcept { ++value.number; });
    QCOMPARE(&vector.at(500), element);
    QCOMPARE(vector.at(500).number, 2);
    vector.append(Counting(3));
    vector.insert(200, Counting(4));
    vector.removeAt(300);
    vector.erase(400, 30);
    vector.append(numbers<Counting>(100));
    QCOMPARE(Counting::copies, 0);
}

void tst_CowVector::writesGiveBackWhatADroppedVersionHeld()
{
    const int size = 5000;
    auto vector = heldNumbers(size);
    {
        const auto snapshot = vector;
        for (int i = 0; i < size; ++i)
            vector.replace(i, Held{-i});
        QCOMPARE(Token::alive, 2 * size);
    }
    for (int i = 0; i < size; ++i)
        vector.modify(i, [](Held &held) noexcept { ++held.number; });
    QCOMPARE(Token::alive, size);
}

void tst_CowVector::writesGiveBackWhatAHistoryHeld()
{
    std::mt19937 random(testSeed());
    const auto below = [&](qsizetype bound) { return qsizetype(random() % quint32(bound)); };
    for (int history = 0; history < 20; ++history) {
        auto vector = heldNumbers(4000);
        std::vector<CowVector<Held>> versions;
        for (int i = 0; i < 1500; ++i) {
            for (qsizetype changes = below(4); changes > 0; --changes) {
                const qsizetype at = below(vector.size());
                switch (below(8)) {
                case 0:
                    vector.insert(at, Held{i});
                    break;
                case 1:
                    vector.removeAt(at);
                    break;
                default:
                    vector.replace(at, Held{i});
                }
            }
            if (below(2) == 0)
                versions.push_back(vector);
            if (std::ssize(versions) > below(60))
                versions.erase(versions.begin() + below(std::ssize(versions)));
            if (below(100) == 0 && !versions.empty())
                std::swap(vector, versions[std::size_t(below(std::ssize(versions)))]);
        }
        versions.clear();
        for (int pass = 0; pass < 2; ++pass) {
            for (qsizetype i = 0; i < vector.size(); ++i)
                vector.modify(i, [](Held &held) noexcept { ++held.number; });
        }
        QCOMPARE(Token::alive, int(vector.size()));
    }
}

void tst_CowVector::squeezeGivesBackWhatDroppedVersionsHeld()
{
    const int size = 5000;
    auto vector = heldNumbers(size);
    std::vector<CowVector<Held>> history;
    std::mt19937 random(testSeed());
    for (int version = 0; version < 50; ++version) {
        history.push_back(vector);
        for (int i = 0; i < 100; ++i)
            vector.replace(qsizetype(random() % quint32(size)), Held{i});
        vector.insert(qsizetype(random() % quint32(size)), Held{});
        vector.removeAt(qsizetype(random() % quint32(size)));
    }
    QVERIFY(Token::alive > 2 * size);
    std::shuffle(history.begin(), history.end(), random);
    while (!history.empty())
        history.pop_back();
    vector.squeeze();
    QCOMPARE(Token::alive, size);
    vector.clear();
    QCOMPARE(Token::alive, 0);
}

void tst_CowVector::bigVersionsAreDestroyedInIdleTime()
{
    const int size = 200'000;
    auto vector = heldNumbers(size);
    int left = 0;
    QEventLoop loop;
    QTimer untilGone;
    connect(&untilGone, &QTimer::timeout, &loop, [&] {
        if (Token::alive == 0)
            loop.quit();
    });
    QTimer::singleShot(0, &loop, [&] {
        vector.clear();
        left = Token::alive;
        untilGone.start();
    });
    loop.exec();
    QVERIFY2(left > size / 2, qPrintable(QString::number(left)));

    // Those of many versions do not pile up while the thread is busy, and none outlives the loop.
    int most = 0;
    QTimer::singleShot(0, &loop, [&] {
        for (int i = 0; i < 40; ++i) {
            heldNumbers(size).clear();
            most = std::max(most, Token::alive.load());
        }
        QCoreApplication::quit();
    });
    QCoreApplication::exec();
    QVERIFY2(most < 5 * size, qPrintable(QString::number(most)));
    QCOMPARE(Token::alive, 0);
    int ofThread = -1;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        QEventLoop own;
        QTimer::singleShot(0, &own, [&] {
            heldNumbers(size).clear();
            own.quit();
        });
        own.exec();
        ofThread = Token::alive;
    }));
    thread->start();
    QVERIFY(thread->wait());
    QVERIFY(ofThread >= 0);
    QCOMPARE(Token::alive, 0);

    vector = heldNumbers(size);
    vector.clear(); // no event loop runs here
    QCOMPARE(Token::alive, 0);
}

void tst_CowVector::modifyOfUnsharedElementMakesOneCopyAtMost()
{
    auto vector = numbers<Counting>(1000);
    Counting::copies = 0;
    vector.modify(500, [](Counting &value) { value.number = 1; });
    QVERIFY(Counting::copies <= 1);
}

void tst_CowVector::holdsElementsThatOnlyMove()
{
    CowVector<std::unique_ptr<int>> vector;
    for (int i = 0; i < 1000; ++i)
        vector.append(std::make_unique<int>(i));
    vector.insert(500, std::make_unique<int>(-1));
    vector.prepend(std::make_unique<int>(-2));
    vector.removeAt(300);
    vector.erase(100, 200);
    vector.modify(50, [](std::unique_ptr<int> &pointer) { *pointer = 7; });
    vector.move(50, 60);
    QCOMPARE(*vector.at(60), 7);
    const auto taken = vector.takeAt(60);
    QCOMPARE(*taken, 7);
    const auto isOdd = [](const auto &pointer) { return *pointer % 2 != 0; };
    const auto odd = std::count_if(vector.begin(), vector.end(), isOdd);
    QCOMPARE(vector.removeIf(isOdd), odd);
    const auto moved = std::move(vector);
    QCOMPARE(moved.size(), 800 - odd);
    QVERIFY(std::none_of(moved.begin(), moved.end(), isOdd));
}

void tst_CowVector::holdsItselfInAStruct()
{
    Tree root;
    root.children.append(Tree{1, {}});
    root.children.modify(0, [](Tree &child) { child.children.append(Tree{2, {}}); });
    const Tree copy = root;
    QVERIFY(copy == root);
    root.children.modify(0, [](Tree &child) {
        child.children.modify(0, [](Tree &grandchild) { grandchild.number = 3; });
    });
    QVERIFY(copy != root);
    QCOMPARE(copy.children.at(0).children.at(0).number, 2);
}

void tst_CowVector::keepsAlignment()
{
    auto vector = numbers<Aligned>(300);
    const auto snapshot = vector;
    vector.insert(17, Aligned(4));
    for (const Aligned &value : vector)
        QCOMPARE(quintptr(&value) % alignof(Aligned), 0u);
}

void tst_CowVector::indexOutOfRangeIsRefused()
{
    CowVector<int> vector{1, 2, 3};
    const auto before = vector;
    const auto expect = [](const char *function, qsizetype index) {
        static QByteArray message;
        message = "CowVector<int>::" + QByteArray(function) + ": index " + QByteArray::number(index)
            + " is out of range, the size is 3";
        QTest::ignoreMessage(QtWarningMsg, message.constData());
    };
    const auto nothing = [](int &) { QFAIL("called"); };
    expect("modify", 3);
    vector.modify(3, nothing);
    expect("modify", -1);
    vector.modify(-1, nothing);
    expect("replace", 7);
    vector.replace(7, 0);
    expect("insert", 4);
    vector.insert(4, 0);
    expect("insert", -1);
    vector.insert(-1, CowVector<int>{1});
    expect("removeAt", 3);
    vector.removeAt(3);
    expect("erase", 4);
    vector.erase(1, 3);
    constexpr auto most = std::numeric_limits<qsizetype>::max();
    expect("erase", most);
    vector.remove(1, most);
    expect("sliced", most);
    QVERIFY(vector.sliced(1, most).isEmpty());
    expect("sliced", -most + vector.size());
    QVERIFY(vector.last(-most).isEmpty());
    expect("erase", -2);
    vector.erase(-2, 2);
    expect("takeAt", 3);
    QCOMPARE(vector.takeAt(3), 0);
    expect("move", 3);
    vector.move(0, 3);
    expect("swapItemsAt", 5);
    vector.swapItemsAt(5, 0);
    expect("sliced", 4);
    QVERIFY(vector.sliced(2, 2).isEmpty());
    expect("resize", -1);
    vector.resize(-1);
    QVERIFY(vector.isSharedWith(before));
    CowVector<QString> empty;
    QTest::ignoreMessage(QtWarningMsg,
                         "CowVector<QString>::removeAt: index -1 is out of range, the size is 0");
    empty.removeLast();
}

void tst_CowVector::failedChangeLeavesContentAsItWas_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("shared");
    for (const int size : {1, 5, 130, 1500}) {
        QTest::addRow("%d alone", size) << size << false;
        QTest::addRow("%d shared", size) << size << true;
    }
}

void tst_CowVector::failedChangeLeavesContentAsItWas()
{
    QFETCH(const int, size);
    QFETCH(const bool, shared);
    const auto all = [&]<typename T>(T *) {
        using Vector = CowVector<T>;
        const T value(-5);
        const Vector part = numbers<T>(200);
        const int middle = size / 2;
        failEverywhere<T>(size, shared, [&](Vector &v) { v.append(value); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.prepend(value); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.insert(middle, value); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.replace(middle, value); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.removeAt(middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.erase(middle / 2, middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) {
            v.removeIf([&](const T &each) { return each.number % (size / 2 + 1) < 3; });
        });
        failEverywhere<T>(size, shared, [&](Vector &v) {
            v.removeIf([](const T &each) { return each.number % 2 == 0; });
        });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.insert(middle, part); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.append(part); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.move(0, middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.swapItemsAt(0, middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) { v.takeAt(middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) { (void)v.mid(middle / 2, middle); });
        failEverywhere<T>(size, shared, [&](Vector &v) {
            v.modify(middle, [&](T &element) {
                element.number = -7;
                element = value;
            });
        });
    };
    const int alive = Throwing::alive;
    all(static_cast<Throwing *>(nullptr));
    all(static_cast<ThrowingMove *>(nullptr));
    QCOMPARE(Throwing::alive, alive);

    // One that joins inner nodes before it copies a leaf.
    constexpr int irregular = 19 * 128;
    failEverywhere<Throwing>(irregular, true, [](auto &v) { v.removeAt(irregular - 200); });

    // A long series of erasures mends nodes on the way.
    CowVector<Throwing> vector = numbers<Throwing>(size);
    QList<Throwing> list = vector.toList();
    CowVector<Throwing> snapshot;
    std::mt19937 random(testSeed());
    while (!vector.isEmpty()) {
        if (shared)
            snapshot = vector;
        const int index = int(random() % quint32(vector.size()));
        Throwing::copiesUntilThrow = 1 + int(random() % 600);
        try {
            vector.removeAt(index);
            Throwing::copiesUntilThrow = -1;
            list.removeAt(index);
        } catch (const std::runtime_error &) { }
        Throwing::copiesUntilThrow = -1;
        QVERIFY(same(vector, list));
    }
}

void tst_CowVector::destroysWhatItHeld()
{
    const int alive = Throwing::alive;
    {
        auto vector = numbers<Throwing>(3000);
        const auto snapshot = vector;
        vector.erase(100, 2000);
        vector.insert(50, snapshot);
        vector.modify(0, [](Throwing &value) { value.number = 1; });
        const auto part = vector.mid(1000, 1500);
    }
    QCOMPARE(Throwing::alive, alive);
}

void tst_CowVector::byteSizeCountsElements()
{
    const CowVector<qint64> plain = numbers<qint64>(10'000);
    QVERIFY(plain.byteSize() > 80'000);
    QVERIFY(plain.byteSize() < 100'000);
    CowVector<Rec> records = numbers<Rec>(100);
    const qsizetype small = records.byteSize();
    records.modify(3, [](Rec &rec) { rec.name = QString(5000, u'x'); });
    QVERIFY(records.byteSize() >= small + 9000);
    QCOMPARE(heapBytes(records), records.byteSize());
}

void tst_CowVector::streamsLikeList()
{
    const auto vector = numbers<QString>(500);
    QCOMPARE(toBytes(vector), toBytes(vector.toList()));
    QCOMPARE(fromBytes<CowVector<QString>>(toBytes(vector)), vector);
    const auto records = numbers<Rec>(10);
    QVERIFY(fromBytes<CowVector<Rec>>(toBytes(records)) == records);
}

void tst_CowVector::damagedStreamGivesEmptyVector()
{
    const QByteArray bytes = toBytes(quint32(0xfffffff0)) + toBytes(qint32(1));
    CowVector<int> vector{1, 2};
    QDataStream stream(bytes);
    stream >> vector;
    QVERIFY(stream.status() != QDataStream::Ok);
    QVERIFY(vector.isEmpty());
}

void tst_CowVector::hashesByContent()
{
    const auto a = numbers<int>(300);
    auto b = numbers<int>(299);
    QVERIFY(qHash(a) != qHash(b));
    b.append(299);
    QCOMPARE(qHash(a), qHash(b));
    QCOMPARE(qHash(a, 5), qHash(b, 5));
}

void tst_CowVector::prints()
{
    QString text;
    QDebug(&text) << CowVector<int>{1, 2, 3};
    QCOMPARE(text.trimmed(), u"CowVector(1, 2, 3)"_s);
}

void tst_CowVector::snapshotsMayBeReadAndDroppedOnOtherThreads()
{
    auto vector = numbers<Rec>(5000);
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::vector<CowVector<Rec>> inbox;
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            while (true) {
                CowVector<Rec> snapshot;
                {
                    const std::lock_guard lock(mutex);
                    if (!inbox.empty()) {
                        snapshot = std::move(inbox.back());
                        inbox.pop_back();
                    } else if (done) {
                        return;
                    }
                }
                const CowVector<Rec> second = snapshot;
                // Each version holds rows whose ids count up from that of the first.
                for (qsizetype row = 0; row < second.size(); ++row) {
                    if (second.at(row).id - second.first().id != row)
                        ++torn;
                }
            }
        });
    }
    for (int round = 0; round < 300; ++round) {
        {
            const std::lock_guard lock(mutex);
            inbox.push_back(vector);
        }
        vector.append(Rec(int(vector.last().id + 1)));
        vector.removeFirst();
        vector.modify(round * 7 % 5000, [](Rec &rec) { ++rec.rating; });
    }
    done = true;
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(torn.load(), 0);
}

void tst_CowVector::copiesMayBeWrittenOnOtherThreads()
{
    const auto original = numbers<QString>(3000);
    std::vector<std::thread> threads;
    std::vector<CowVector<QString>> results(4);
    for (std::size_t i = 0; i < results.size(); ++i) {
        threads.emplace_back([copy = original, i, &results]() mutable {
            std::mt19937 random{quint32(i)};
            for (int step = 0; step < 2000; ++step) {
                const auto at = qsizetype(random() % quint32(copy.size()));
                switch (random() % 4) {
                case 0:
                    copy.replace(at, QString::number(step));
                    break;
                case 1:
                    copy.insert(at, u"new"_s);
                    break;
                case 2:
                    copy.removeAt(at);
                    break;
                default:
                    copy = copy.first(at) + copy.sliced(at);
                }
            }
            results[i] = std::move(copy);
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(original == numbers<QString>(3000));
    for (const auto &result : results)
        QVERIFY(!result.isEmpty());
}

QTEST_GUILESS_MAIN(tst_CowVector)

#include "tst_cowvector.moc"
