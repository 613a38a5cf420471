// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/HashDiff>

#include "../testtypes.h"

#include <QtCore/qeventloop.h>
#include <QtCore/qset.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace Axiom;
using namespace Qt::StringLiterals;

static_assert(std::forward_iterator<CowHash<QString, Rec>::const_iterator>);
static_assert(std::ranges::forward_range<CowHash<QString, Rec>>);
static_assert(std::is_nothrow_default_constructible_v<CowHash<QString, Rec>>);
static_assert(std::is_nothrow_copy_constructible_v<CowHash<QString, Rec>>);
static_assert(std::is_nothrow_move_constructible_v<CowHash<QString, Rec>>);
static_assert(std::is_nothrow_move_assignable_v<CowHash<QString, Rec>>);
static_assert(std::is_nothrow_swappable_v<CowHash<QString, Rec>>);
static_assert(QTypeInfo<CowHash<QString, Rec>>::isRelocatable);

// Allocations by operator new fail when told; those of Qt's own containers do not come by here.
static thread_local int allocationsUntilThrow = -1;

static void *allocate(std::size_t bytes, std::size_t alignment)
{
    if (allocationsUntilThrow > 0 && --allocationsUntilThrow == 0) {
        allocationsUntilThrow = -1;
        throw std::bad_alloc();
    }
    bytes = (bytes + alignment - 1) / alignment * alignment;
    if (void *memory = std::aligned_alloc(alignment, bytes))
        return memory;
    throw std::bad_alloc();
}

// Inlined, GCC 14 takes them for a mismatch.
Q_NEVER_INLINE void *operator new(std::size_t bytes)
{
    return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
Q_NEVER_INLINE void *operator new(std::size_t bytes, std::align_val_t alignment)
{
    return allocate(bytes, std::size_t(alignment));
}
Q_NEVER_INLINE void operator delete(void *memory) noexcept
{
    std::free(memory);
}
Q_NEVER_INLINE void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}
Q_NEVER_INLINE void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}
Q_NEVER_INLINE void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

struct Named
{
    QString name;
    std::unique_ptr<int> number;
};

struct HalfDescribed
{
    QString name;
    std::string note;
};

template <>
struct Axiom::Fields<HalfDescribed>
{
    static constexpr auto list()
    {
        return std::make_tuple(Axiom::Field{"name", &HalfDescribed::name});
    }
};

namespace {

// All keys have one hash.
struct Same
{
    int number = 0;

    explicit Same(int n = 0) : number(n) { }
    friend bool operator==(const Same &a, const Same &b) = default;
    friend size_t qHash(const Same &, size_t) { return 5; }
};

// Hashes that differ in a few bits, some of them in the last ones only.
struct Close
{
    int number = 0;

    explicit Close(int n = 0) : number(n) { }
    friend bool operator==(const Close &a, const Close &b) = default;
    friend size_t qHash(const Close &key, size_t)
    {
        constexpr int last = std::numeric_limits<size_t>::digits - 2;
        return size_t(key.number & 3) << last | size_t((key.number >> 2) & 7) << (last / 2)
            | size_t((key.number >> 5) & 1);
    }
};

// A hash without a seed, and a key whose copies may throw.
struct ThrowingKey : Throwing
{
    using Throwing::Throwing;
    friend size_t qHash(const ThrowingKey &key) { return size_t(key.number % 100) * 40503; }
};

// Has no stream operators, nor have the collections that hold it.
struct Silent
{
    std::optional<int> number;
    AXIOM_FIELDS(Silent, number)
};

struct Tree
{
    int number = 0;
    CowHash<QString, Tree> children;
    AXIOM_FIELDS(Tree, number, children)
};

struct Grove
{
    CowVector<Tree> trees;
    CowHash<int, CowVector<Grove>> groves;
    QHash<QString, CowVector<Grove>> byName;
    QList<CowHash<int, Grove>> rows;
    std::pair<int, CowVector<Grove>> nearest;
    AXIOM_FIELDS(Grove, trees, groves, byName, rows, nearest)
};

static_assert(detail::Streamable<Tree> && detail::Streamable<Grove>);
static_assert(detail::Streamable<CowHash<QString, CowVector<Grove>>>);
static_assert(!detail::Streamable<Silent> && !detail::Streamable<CowVector<Silent>>);
static_assert(!detail::Streamable<CowHash<int, Silent>>);
static_assert(!detail::Streamable<CowVector<CowHash<int, CowVector<Silent>>>>);

template <typename K, typename V>
bool same(const CowHash<K, V> &map, const QHash<K, V> &hash)
{
    if (map.size() != hash.size())
        return false;
    qsizetype visited = 0;
    for (auto it = map.begin(); it != map.end(); ++it, ++visited) {
        const auto found = hash.find(it.key());
        if (found == hash.end() || !(*found == it.value()))
            return false;
    }
    return visited == hash.size();
}

template <typename K>
QList<K> sorted(QList<K> keys)
{
    std::sort(keys.begin(), keys.end(), [](const K &a, const K &b) {
        if constexpr (requires { a.number; })
            return a.number < b.number;
        else
            return a < b;
    });
    return keys;
}

template <typename K>
HashChanges<K> sorted(const HashChanges<K> &changes)
{
    return {sorted(changes.added), sorted(changes.removed), sorted(changes.changed)};
}

template <typename K, typename V>
HashChanges<K> compared(const QHash<K, V> &before, const QHash<K, V> &after)
{
    HashChanges<K> changes;
    for (auto it = before.begin(); it != before.end(); ++it) {
        const auto found = after.find(it.key());
        if (found == after.end())
            changes.removed.append(it.key());
        else if (!(it.value() == found.value()))
            changes.changed.append(it.key());
    }
    for (auto it = after.begin(); it != after.end(); ++it) {
        if (!before.contains(it.key()))
            changes.added.append(it.key());
    }
    return sorted(changes);
}

template <typename K, typename V>
CowHash<K, V> numbers(int size)
{
    CowHash<K, V> map;
    for (int i = 0; i < size; ++i)
        map.insert(make<K>(i), make<V>(i));
    return map;
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

// Random operations on both at once, with copies taken and dropped meanwhile.
template <typename K, typename V>
void compareWithHash(int operations, int keys)
{
    const quint32 seed = testSeed();
    std::mt19937 random(seed);
    const auto key = [&] { return make<K>(int(random() % quint32(keys))); };
    CowHash<K, V> map;
    QHash<K, V> hash;
    std::vector<std::pair<CowHash<K, V>, QHash<K, V>>> snapshots;
    const auto anySnapshot = [&]() -> auto &
    {
        return snapshots[random() % snapshots.size()];
    };
    bool growing = true;
    for (int step = 0; step < operations; ++step) {
        if (hash.size() >= keys * 3 / 4)
            growing = false;
        else if (hash.size() <= keys / 16)
            growing = true;
        const K k = key();
        const V value = make<V>(int(random() % 10000));
        switch (random() % 32) {
        case 0:
            if (snapshots.size() < 8)
                snapshots.emplace_back(map, hash);
            break;
        case 1:
            if (!snapshots.empty()) {
                auto &dropped = anySnapshot();
                if (random() % 16 == 0)
                    QVERIFY(same(dropped.first, dropped.second));
                std::swap(dropped, snapshots.back());
                snapshots.pop_back();
            }
            break;
        case 2:
            if (!snapshots.empty() && random() % 64 == 0)
                std::tie(map, hash) = anySnapshot();
            break;
        case 3:
            if (random() % 64 == 0) {
                CowHash<K, V> part;
                QHash<K, V> samePart;
                for (int i = 0; i < 20; ++i) {
                    const K other = key();
                    part.insert(other, value);
                    samePart.insert(other, value);
                }
                map.insert(part);
                hash.insert(samePart);
            }
            break;
        case 4:
            if (random() % 256 == 0) {
                const auto rare = [&](const K &other) { return qHash(other, 3) % 16 == 1; };
                const qsizetype removed = map.removeIf(
                    [&](std::pair<const K &, const V &> entry) { return rare(entry.first); });
                const qsizetype expected = hash.removeIf(
                    [&](std::pair<const K &, V &> entry) { return rare(entry.first); });
                QCOMPARE(removed, expected);
            }
            break;
        case 5:
            QVERIFY(map.take(k) == hash.take(k));
            break;
        case 6:
        case 7: {
            const bool there = map.modify(k, [&](V &old) { old = value; });
            QCOMPARE(there, hash.contains(k));
            if (there)
                hash[k] = value;
            break;
        }
        case 8: {
            const bool there = map.modify(k, [&](V &old) noexcept { old = make<V>(step); });
            QCOMPARE(there, hash.contains(k));
            if (there)
                hash[k] = make<V>(step);
            break;
        }
        case 9:
        case 10:
        case 11:
            QCOMPARE(map.contains(k), hash.contains(k));
            QVERIFY(map.value(k) == hash.value(k));
            QVERIFY(map.value(k, value) == hash.value(k, value));
            break;
        case 12: {
            const auto it = map.find(k);
            QCOMPARE(it != map.end(), hash.contains(k));
            if (it != map.end()) {
                QVERIFY(it.key() == k);
                QVERIFY(*it == hash.value(k));
            }
            break;
        }
        default:
            if (random() % 16 < (growing ? 12 : 4)) {
                map.insert(k, value);
                hash.insert(k, value);
            } else {
                QCOMPARE(map.remove(k), hash.remove(k));
            }
            break;
        }
        QCOMPARE(map.size(), hash.size());
        if (step % 2000 == 0) {
            const QByteArray where = QByteArray::number(step);
            QVERIFY2(same(map, hash), where);
            // Equality compares shapes: that of the content is the only one.
            QVERIFY2((map == CowHash<K, V>(hash)), where);
            if (!snapshots.empty()) {
                const auto &[before, expected] = anySnapshot();
                QVERIFY2(sorted(diff(before, map)) == compared(expected, hash), where);
                QCOMPARE(before == map, expected == hash);
            }
        }
    }
    QVERIFY(same(map, hash));
    for (const auto &[before, expected] : snapshots)
        QVERIFY(same(before, expected));
}

// The operation fails at every possible place, and each time nothing has changed.
template <typename K, typename V, typename F>
void failEverywhere(int size, bool shared, F &&operation)
{
    const auto run = [&](int &countdown) {
        for (int failAt = 1; failAt < 10000; ++failAt) {
            const int alive = Throwing::alive;
            bool thrown = false;
            {
                CowHash<K, V> map = numbers<K, V>(size);
                const CowHash<K, V> snapshot = shared ? map : CowHash<K, V>();
                countdown = failAt;
                try {
                    operation(map);
                } catch (const std::runtime_error &) {
                    thrown = true;
                } catch (const std::bad_alloc &) {
                    thrown = true;
                }
                countdown = -1;
                if (!thrown)
                    return;
                QCOMPARE(map.size(), size);
                QVERIFY((map == numbers<K, V>(size)));
                QCOMPARE(snapshot.size(), shared ? size : 0);
                QVERIFY(!shared || snapshot == map);
            }
            QCOMPARE(Throwing::alive, alive);
        }
        QFAIL("never succeeded");
    };
    run(Throwing::copiesUntilThrow);
    run(allocationsUntilThrow);
}

} // namespace

class tst_CowHash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("AXIOM_TEST_SEED=%u", testSeed()); }
    void behavesLikeHash_data();
    void behavesLikeHash();
    void constructs();
    void lookups();
    void insertReplaces();
    void arguments();
    void iterates();
    void removalRestoresTheShape();
    void copiesShareWhatTheyHaveInCommon();
    void longHistoriesStayAsTheyWere();
    void droppedHistoriesGiveTheirMemoryBack();
    void holdsItself();
    void collectionsOfAnythingThatHashesAreKeys();
    void doesNotShareBitsOfWhatIsHalfDescribed();
    void movesWhatCannotBeCopied();
    void failedChangeLeavesContentAsItWas_data();
    void failedChangeLeavesContentAsItWas();
    void destroysWhatItHeld();
    void keepsAlignment();
    void byteSizeCountsKeysAndValues();
    void streamsLikeHash();
    void damagedStreamGivesEmptyHash();
    void hashesByContent();
    void prints();
    void diffFindsChanges();
    void diffComparesByFields();
    void bigVersionsAreDestroyedInIdleTime();
    void copiesMayBeUsedOnManyThreads();
};

void tst_CowHash::behavesLikeHash_data()
{
    QTest::addColumn<void (*)(int, int)>("run");
    QTest::addColumn<int>("operations");
    QTest::addColumn<int>("keys");
    const auto row = [](const char *name, void (*run)(int, int), int operations, int keys) {
        QTest::newRow(name) << run << operations << keys;
    };
    row("int to int, few", compareWithHash<int, int>, 100'000, 30);
    row("int to int, some", compareWithHash<int, int>, 150'000, 1000);
    row("int to int, many", compareWithHash<int, int>, 150'000, 30'000);
    row("QString to QString, few", compareWithHash<QString, QString>, 100'000, 40);
    row("QString to QString", compareWithHash<QString, QString>, 100'000, 3000);
    row("QString to Rec", compareWithHash<QString, Rec>, 100'000, 2000);
    row("int to Throwing", compareWithHash<int, Throwing>, 100'000, 1000);
    row("int to Aligned", compareWithHash<int, Aligned>, 50'000, 1000);
    row("one hash", compareWithHash<Same, QString>, 40'000, 100);
    row("one hash, int", compareWithHash<Same, int>, 40'000, 100);
    row("one hash, Throwing", compareWithHash<Same, Throwing>, 20'000, 30);
    row("close hashes", compareWithHash<Close, QString>, 100'000, 400);
    row("close hashes, Throwing", compareWithHash<Close, Throwing>, 50'000, 150);
}

void tst_CowHash::behavesLikeHash()
{
    using Run = void (*)(int, int);
    QFETCH(const Run, run);
    QFETCH(const int, operations);
    QFETCH(const int, keys);
    const int alive = Throwing::alive;
    run(operations, keys);
    QCOMPARE(Throwing::alive, alive);
}

void tst_CowHash::constructs()
{
    const CowHash<int, QString> empty;
    QVERIFY(empty.isEmpty() && empty.empty());
    QVERIFY(empty.begin() == empty.end());
    QVERIFY(!empty.contains(0));

    const CowHash<int, QString> list{{1, u"a"_s}, {2, u"b"_s}, {1, u"c"_s}};
    QCOMPARE(list.size(), 2);
    QCOMPARE(list.value(1), u"c"_s);
    const std::vector<std::pair<int, QString>> pairs{{1, u"c"_s}, {2, u"b"_s}};
    QVERIFY((list == CowHash<int, QString>(pairs.begin(), pairs.end())));
    const QHash<int, QString> hash{{1, u"c"_s}, {2, u"b"_s}};
    QVERIFY((list == CowHash<int, QString>(hash)));
    QCOMPARE(list.toHash(), hash);
    const QList<std::pair<QString, int>> range{{u"a"_s, 1}, {u"b"_s, 2}};
    QCOMPARE((CowHash<QString, int>(range).toHash()),
             (QHash<QString, int>{{u"a"_s, 1}, {u"b"_s, 2}}));
    std::vector<std::pair<QString, QString>> source{{u"a"_s, u"1"_s}};
    QCOMPARE((CowHash<QString, QString>(std::move(source)).value(u"a"_s)), u"1"_s);
    static_assert(!std::constructible_from<CowHash<QString, int>, QList<int>>);
    QVERIFY((list == CowHash<int, QString>(list.begin(), list.end())));
    QVERIFY((list == CowHash<int, QString>(list.keyValueBegin(), list.keyValueEnd())));

    CowHash<int, QString> copy = list;
    QVERIFY(copy.isSharedWith(list));
    CowHash<int, QString> moved = std::move(copy);
    QVERIFY(moved.isSharedWith(list));
    copy = {{7, u"x"_s}};
    swap(copy, moved);
    QVERIFY(copy == list);
    QCOMPARE(moved.keys(), QList<int>{7});
    moved.clear();
    QVERIFY(moved.isEmpty());
}

void tst_CowHash::lookups()
{
    const auto map = numbers<int, QString>(100);
    QCOMPARE(map[42], u"42"_s);
    QCOMPARE(map[-1], QString());
    QCOMPARE(map.value(42), u"42"_s);
    QCOMPARE(map.value(100, u"none"_s), u"none"_s);
    QCOMPARE(map.count(5), 1);
    QCOMPARE(map.count(500), 0);
    QCOMPARE(map.key(u"17"_s), 17);
    QCOMPARE(map.key(u"x"_s, -3), -3);
    QCOMPARE(map.keys(u"17"_s), QList<int>{17});
    QCOMPARE(sorted(map.keys()), sorted(map.toHash().keys()));
    QCOMPARE(sorted(map.values()), sorted(map.toHash().values()));
    QVERIFY(map.find(100) == map.end());
    QCOMPARE(map.constFind(99).value(), u"99"_s);
    QCOMPARE(map.find(99)->size(), 2);
}

void tst_CowHash::insertReplaces()
{
    auto map = numbers<int, QString>(50);
    const auto before = map;
    map.insert(7, u"seven"_s);
    QCOMPARE(map.size(), 50);
    QCOMPARE(map.value(7), u"seven"_s);
    QCOMPARE(before.value(7), u"7"_s);
    map.insert(CowHash<int, QString>{{7, u"again"_s}, {60, u"new"_s}});
    map.insert(QHash<int, QString>{{8, u"eight"_s}});
    QCOMPARE(map.size(), 51);
    QCOMPARE(map.value(7), u"again"_s);
    QCOMPARE(map.value(8), u"eight"_s);
    QCOMPARE(map.value(60), u"new"_s);
}

void tst_CowHash::arguments()
{
    // Keys and values that are references into the container itself.
    auto map = numbers<QString, QString>(200);
    for (int round = 0; round < 100; ++round) {
        const auto snapshot = round % 3 == 0 ? map : CowHash<QString, QString>();
        const auto it = map.begin();
        map.insert(it.key(), it.value());
        const QString &value = *std::next(map.begin(), 50);
        const QString expected = value;
        map.insert(u"new"_s + QString::number(round), value);
        QCOMPARE(map.value(u"new"_s + QString::number(round)), expected);
        map.remove(map.begin().key());
    }
    QCOMPARE(map.size(), 200);
}

void tst_CowHash::iterates()
{
    for (const int size : {0, 1, 2, 17, 300, 5000}) {
        const auto map = numbers<QString, int>(size);
        QSet<int> seen;
        for (const int value : map)
            seen.insert(value);
        QCOMPARE(seen.size(), size);
        int count = 0;
        for (const auto &[key, value] : map.asKeyValueRange()) {
            QCOMPARE(key, QString::number(value));
            ++count;
        }
        QCOMPARE(count, size);
        QCOMPARE(std::distance(map.begin(), map.end()), size);
        // Iterators from find() go on as those from begin() do.
        for (auto it = map.begin(); it != map.end(); ++it) {
            auto found = map.find(it.key());
            QVERIFY(found == it);
            auto next = it;
            ++next;
            QVERIFY(++found == next);
        }
    }
    const auto collisions = numbers<Same, int>(60);
    int sum = 0;
    for (auto it = collisions.find(Same(3)); it != collisions.end(); it++)
        sum += 1;
    QVERIFY(sum > 0 && sum <= 60);
    QCOMPARE(std::accumulate(collisions.begin(), collisions.end(), 0), 1770);
}

void tst_CowHash::removalRestoresTheShape()
{
    std::mt19937 random(testSeed());
    const auto check = [&]<typename K>(K *, int size) {
        std::vector<int> order(static_cast<std::size_t>(size));
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        CowHash<K, int> map;
        std::vector<CowHash<K, int>> versions;
        for (const int number : order) {
            versions.push_back(map);
            map.insert(K(number), number);
        }
        while (!versions.empty()) {
            map.remove(K(order[versions.size() - 1]));
            QVERIFY(map == versions.back());
            QVERIFY(diff(map, versions.back()).isEmpty());
            versions.pop_back();
        }
        QVERIFY(map.isEmpty());
        QCOMPARE(map.byteSize(), 0);
    };
    check(static_cast<int *>(nullptr), 2000);
    check(static_cast<Close *>(nullptr), 300);
    check(static_cast<Same *>(nullptr), 100);
}

void tst_CowHash::copiesShareWhatTheyHaveInCommon()
{
    auto map = numbers<int, int>(100'000);
    const auto before = map;
    QCOMPARE(map.sharedBytes(before), map.byteSize());
    map.insert(77, -1);
    QVERIFY(!map.isSharedWith(before));
    QVERIFY(map.byteSize() - map.sharedBytes(before) < 2000);
    map.insert(77, 77);
    QVERIFY(map == before);
}

void tst_CowHash::longHistoriesStayAsTheyWere()
{
    std::mt19937 random(testSeed());
    auto map = numbers<int, QString>(500);
    QHash<int, QString> hash = map.toHash();
    std::vector<std::pair<CowHash<int, QString>, QHash<int, QString>>> history;
    for (int round = 0; round < 300; ++round) {
        history.emplace_back(map, hash);
        for (int i = 0; i < round % 4 + 1; ++i) {
            const int key = int(random() % 500);
            map.insert(key, QString::number(round));
            hash.insert(key, QString::number(round));
        }
    }
    std::shuffle(history.begin(), history.end(), random);
    while (!history.empty()) {
        QVERIFY(same(history.back().first, history.back().second));
        history.pop_back();
        const int key = int(random() % 500);
        map.insert(key, u"late"_s);
        hash.insert(key, u"late"_s);
        QVERIFY(same(map, hash));
    }
}

void tst_CowHash::droppedHistoriesGiveTheirMemoryBack()
{
    const int alive = Throwing::alive;
    constexpr int size = 1000;
    {
        auto map = numbers<int, Throwing>(size);
        auto snapshot = map;
        for (int round = 0; round < 20'000; ++round) {
            snapshot = map;
            map.insert(round * 7 % size, Throwing(round));
            // What was replaced is freed as writing goes on, not kept until the end.
            QVERIFY(Throwing::alive - alive < 4 * size);
        }
        snapshot.clear();
        for (int i = 0; i < size; ++i)
            map.modify(i, [](Throwing &value) noexcept { value.number = 0; });
        QCOMPARE(Throwing::alive - alive, size);
    }
    QCOMPARE(Throwing::alive, alive);
}

// The qHash() of the collections must not hide that of Qt.
void tst_CowHash::collectionsOfAnythingThatHashesAreKeys()
{
    using Pair = std::pair<int, int>;
    const CowVector<Pair> pairs{{1, 2}, {3, 4}};
    const CowHash<CowVector<Pair>, int> byPairs{{pairs, 7}};
    QCOMPARE(byPairs.value(CowVector<Pair>{{1, 2}, {3, 4}}), 7);
    const CowHash<CowVector<int>, int> byNumbers{{{1, 2}, 12}, {{2, 1}, 21}};
    QCOMPARE(byNumbers.value({2, 1}), 21);
    QVERIFY(qHash(CowVector<int>{1, 2}) != qHash(CowVector<int>{2, 1}));
    QCOMPARE(qHash(CowVector<CowHash<int, int>>{{{1, 2}}}, 5),
             qHash(CowVector<CowHash<int, int>>{{{1, 2}}}, 5));
}

void tst_CowHash::holdsItself()
{
    Tree tree;
    tree.children.insert(u"a"_s, Tree{1, {}});
    const Tree before = tree;
    tree.children.modify(u"a"_s, [](Tree &child) { child.children.insert(u"b"_s, Tree{2, {}}); });
    QVERIFY(!(before == tree));
    QCOMPARE(tree.children[u"a"_s].children[u"b"_s].number, 2);
    QVERIFY(before.children[u"a"_s].children.isEmpty());
    QVERIFY(heapBytes(tree) > heapBytes(before));
}

// A copy bit by bit is for what is known to the last member.
void tst_CowHash::doesNotShareBitsOfWhatIsHalfDescribed()
{
    static_assert(!detail::BitShareable<HalfDescribed>::value);
    CowHash<int, HalfDescribed> map;
    for (int i = 0; i < 300; ++i)
        map.insert(i, HalfDescribed{QString::number(i), std::string(std::size_t(i % 40), 'x')});
    const auto copy = map;
    for (int i = 0; i < 300; i += 2)
        map.insert(i, HalfDescribed{});
    map.clear();
    for (int i = 0; i < 300; ++i)
        QCOMPARE(copy.find(i)->note.size(), std::size_t(i % 40));
}

void tst_CowHash::movesWhatCannotBeCopied()
{
    CowHash<int, std::unique_ptr<int>> map;
    for (int i = 0; i < 1000; ++i)
        map.insert(i % 700, std::make_unique<int>(i));
    QCOMPARE(map.size(), 700);
    auto moved = std::move(map);
    for (int i = 0; i < 700; i += 2)
        QVERIFY(moved.remove(i));
    QVERIFY(moved.modify(1, [](std::unique_ptr<int> &value) { *value += 5; }));
    const std::unique_ptr<int> taken = moved.take(1);
    QCOMPARE(*taken, 706);
    QCOMPARE(moved.size(), 349);
    for (auto it = moved.begin(); it != moved.end(); ++it)
        QCOMPARE(*it.value() % 700, it.key());

    // The key may be a part of what is moved.
    CowHash<QString, Named> named;
    for (int i = 0; i < 100; ++i)
        named.insert(QString::number(i), Named{QString::number(i), std::make_unique<int>(i)});
    for (int i = 0; i < 100; i += 2)
        QCOMPARE(*named.take(named.find(QString::number(i))->name).number, i);
    for (int i = 1; i < 100; i += 2)
        named.insert(named.find(QString::number(i))->name, Named{QString::number(-i), {}});
    QCOMPARE(named.size(), 50);
    for (int i = 1; i < 100; i += 2)
        QCOMPARE(named.find(QString::number(i))->name, QString::number(-i));

    CowHash<Same, std::unique_ptr<int>> collisions;
    for (int i = 0; i < 20; ++i)
        collisions.insert(Same(i), std::make_unique<int>(i));
    QVERIFY(collisions.remove(Same(4)));
    QCOMPARE(*collisions.take(Same(5)), 5);
    QCOMPARE(collisions.size(), 18);
}

void tst_CowHash::failedChangeLeavesContentAsItWas_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("shared");
    for (const int size : {1, 2, 20, 300}) {
        QTest::addRow("%d alone", size) << size << false;
        QTest::addRow("%d shared", size) << size << true;
    }
}

void tst_CowHash::failedChangeLeavesContentAsItWas()
{
    QFETCH(const int, size);
    QFETCH(const bool, shared);
    const auto all = [&]<typename K, typename V>(K *, V *) {
        using Map = CowHash<K, V>;
        const K old = make<K>(size / 2);
        const K fresh = make<K>(100'000);
        const K fresh2 = make<K>(100'040);
        const V value = make<V>(-5);
        const Map part = numbers<K, V>(40);
        const auto check = [&](auto operation) { failEverywhere<K, V>(size, shared, operation); };
        check([&](Map &map) { map.insert(fresh, value); });
        check([&](Map &map) { map.insert(fresh2, V(value)); });
        check([&](Map &map) { map.insert(old, value); });
        check([&](Map &map) { map.remove(old); });
        check([&](Map &map) { map.take(old); });
        check([&](Map &map) { map.insert(part); });
        check([&](Map &map) {
            map.removeIf([&](std::pair<const K &, const V &> entry) { return entry.first == old; });
        });
        check([&](Map &map) {
            map.modify(old, [&](V &element) {
                element = make<V>(-7);
                element = value;
            });
        });
        if constexpr (std::is_nothrow_move_assignable_v<V>) {
            V other = make<V>(-7);
            check([&](Map &map) {
                map.modify(old, [&](V &element) noexcept { std::swap(element, other); });
            });
        }
    };
    const int alive = Throwing::alive;
    all(static_cast<int *>(nullptr), static_cast<QString *>(nullptr));
    all(static_cast<QString *>(nullptr), static_cast<Throwing *>(nullptr));
    all(static_cast<int *>(nullptr), static_cast<ThrowingMove *>(nullptr));
    all(static_cast<ThrowingKey *>(nullptr), static_cast<ThrowingMove *>(nullptr));
    all(static_cast<ThrowingKey *>(nullptr), static_cast<int *>(nullptr));
    all(static_cast<int *>(nullptr), static_cast<Aligned *>(nullptr));
    if (size <= 20)
        all(static_cast<Same *>(nullptr), static_cast<Throwing *>(nullptr));
    QCOMPARE(Throwing::alive, alive);

    // A function that throws.
    auto map = numbers<int, Rec>(size);
    const auto snapshot = shared ? map : CowHash<int, Rec>();
    try {
        map.modify(0, [](Rec &rec) {
            rec.name = u"half done"_s;
            throw std::runtime_error("modify");
        });
        QFAIL("nothing thrown");
    } catch (const std::runtime_error &) { }
    QVERIFY((map == numbers<int, Rec>(size)));
}

void tst_CowHash::destroysWhatItHeld()
{
    const int alive = Throwing::alive;
    {
        auto map = numbers<ThrowingKey, Throwing>(3000);
        const auto snapshot = map;
        map.removeIf([](CowHash<ThrowingKey, Throwing>::const_iterator it) {
            return it.key().number % 3 == 0;
        });
        map.insert(numbers<ThrowingKey, Throwing>(100));
        map.modify(ThrowingKey(1), [](Throwing &value) { value.number = 1; });
        map = std::as_const(map);
        QCOMPARE(snapshot.size(), 3000);
    }
    QCOMPARE(Throwing::alive, alive);
}

void tst_CowHash::keepsAlignment()
{
    auto map = numbers<int, Aligned>(300);
    const auto snapshot = map;
    map.insert(17, Aligned(4));
    for (const Aligned &value : map)
        QCOMPARE(quintptr(&value) % alignof(Aligned), 0u);
}

void tst_CowHash::byteSizeCountsKeysAndValues()
{
    const auto plain = numbers<int, int>(10'000);
    QVERIFY(plain.byteSize() > 80'000);
    QVERIFY(plain.byteSize() < 400'000);
    auto records = numbers<QString, Rec>(100);
    const qsizetype small = records.byteSize();
    records.modify(u"3"_s, [](Rec &rec) { rec.name = QString(5000, u'x'); });
    QVERIFY(records.byteSize() >= small + 9000);
    const qsizetype before = records.byteSize();
    records.insert(QString(1000, u'k'), Rec(0));
    QVERIFY(records.byteSize() >= before + 2000);
    QCOMPARE(heapBytes(records), records.byteSize());
}

void tst_CowHash::streamsLikeHash()
{
    const auto map = numbers<QString, int>(500);
    QCOMPARE((fromBytes<QHash<QString, int>>(toBytes(map))), map.toHash());
    QVERIFY((fromBytes<CowHash<QString, int>>(toBytes(map.toHash())) == map));
    const auto records = numbers<int, Rec>(10);
    QVERIFY((fromBytes<CowHash<int, Rec>>(toBytes(records)) == records));
    QVERIFY((fromBytes<CowHash<int, Rec>>(toBytes(CowHash<int, Rec>())).isEmpty()));
}

void tst_CowHash::damagedStreamGivesEmptyHash()
{
    const QByteArray whole = toBytes(numbers<int, QString>(30));
    for (qsizetype length = 0; length < whole.size(); ++length) {
        CowHash<int, QString> map{{1, u"a"_s}};
        QDataStream stream(whole.first(length));
        stream >> map;
        QVERIFY(stream.status() != QDataStream::Ok);
        QVERIFY(map.isEmpty());
    }
    CowHash<int, int> map{{1, 2}};
    QDataStream stream(toBytes(quint32(0xfffffff0)) + toBytes(qint64(1)));
    stream >> map;
    QVERIFY(stream.status() != QDataStream::Ok);
    QVERIFY(map.isEmpty());
}

void tst_CowHash::hashesByContent()
{
    const auto a = numbers<int, QString>(300);
    CowHash<int, QString> b;
    for (int i = 299; i > 0; --i)
        b.insert(i, QString::number(i));
    QVERIFY(qHash(a) != qHash(b));
    b.insert(0, u"0"_s);
    QCOMPARE(qHash(a), qHash(b));
    QCOMPARE(qHash(a, 5), qHash(b, 5));
    QVERIFY(qHash(a, 5) != qHash(a, 6));
    const auto collisions = numbers<Same, int>(50);
    CowHash<Same, int> reversed;
    for (int i = 49; i >= 0; --i)
        reversed.insert(Same(i), i);
    QVERIFY(collisions == reversed);
    QCOMPARE(qHash(collisions), qHash(reversed));
}

void tst_CowHash::prints()
{
    QString text;
    QDebug(&text) << CowHash<int, int>{{1, 2}};
    QCOMPARE(text.trimmed(), u"CowHash((1, 2))"_s);
    text.clear();
    QDebug(&text) << CowHash<int, int>();
    QCOMPARE(text.trimmed(), u"CowHash()"_s);
}

void tst_CowHash::diffFindsChanges()
{
    auto map = numbers<int, QString>(1000);
    const auto before = map;
    QVERIFY(diff(before, map).isEmpty());
    map.insert(5, u"five"_s);
    map.remove(6);
    map.insert(2000, u"new"_s);
    map.insert(7, u"x"_s);
    map.insert(7, u"7"_s);
    const auto changes = diff(before, map);
    QCOMPARE(changes.added, QList<int>{2000});
    QCOMPARE(changes.removed, QList<int>{6});
    QCOMPARE(changes.changed, QList<int>{5});
    const CowHash<int, QString> empty;
    QCOMPARE(diff(empty, map).added.size(), 1000);
    QCOMPARE(diff(map, empty).removed.size(), 1000);
    QVERIFY(diff(empty, empty).isEmpty());
    // Hashes that share nothing.
    QVERIFY(diff(before, numbers<int, QString>(1000)).isEmpty());
}

void tst_CowHash::diffComparesByFields()
{
    struct Point
    {
        double x;
        int y;
        using AxiomType [[maybe_unused]] = Point;
        static constexpr auto axiomFields()
        {
            return std::make_tuple(Field{"x", &Point::x}, Field{"y", &Point::y});
        }
    };
    CowHash<int, Point> map{{1, {1.0, 2}}, {2, {qQNaN(), 2}}};
    const auto before = map;
    map.insert(2, {qQNaN(), 2});
    QVERIFY(diff(before, map).isEmpty());
    map.insert(1, {1.0, 3});
    QCOMPARE(diff(before, map).changed, QList<int>{1});
}

void tst_CowHash::bigVersionsAreDestroyedInIdleTime()
{
    const int size = 200'000;
    const int others = Throwing::alive;
    CowHash<int, Throwing> hash;
    for (int i = 0; i < size; ++i)
        hash.insert(i, Throwing(i));
    int left = 0;
    QEventLoop loop;
    QTimer untilGone;
    connect(&untilGone, &QTimer::timeout, &loop, [&] {
        if (Throwing::alive == others)
            loop.quit();
    });
    QTimer::singleShot(0, &loop, [&] {
        hash.clear();
        left = Throwing::alive - others;
        untilGone.start();
    });
    loop.exec();
    QVERIFY2(left > size / 2, qPrintable(QString::number(left)));
}

void tst_CowHash::copiesMayBeUsedOnManyThreads()
{
    // Versions with their expected content go round among threads that read, change, copy and
    // drop them at once.
    const auto run = []<typename V>(V *) {
        using Version = std::pair<CowHash<int, V>, QHash<int, V>>;
        constexpr int size = 400;
        std::vector<Version> pool(6);
        for (Version &version : pool) {
            version.first = numbers<int, V>(size);
            version.second = version.first.toHash();
        }
        const Version original = pool.front();
        std::mutex mutex;
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (quint32 i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                std::mt19937 random(testSeed() + i);
                for (int round = 0; round < 1500; ++round) {
                    Version version;
                    {
                        const std::lock_guard lock(mutex);
                        version = pool[random() % pool.size()];
                    }
                    Version dropped = version;
                    for (int change = 0; change < 4; ++change) {
                        const int key = int(random() % size);
                        if (random() % 4 == 0) {
                            version.first.remove(key);
                            version.second.remove(key);
                        } else {
                            const V value = make<V>(int(random() % 100));
                            version.first.insert(key, value);
                            version.second.insert(key, value);
                        }
                        if (random() % 4 == 0)
                            dropped = version;
                    }
                    if (round % 8 == 0 && !same(version.first, version.second))
                        ++wrong;
                    if (round % 8 == 4 && !same(dropped.first, dropped.second))
                        ++wrong;
                    const std::lock_guard lock(mutex);
                    std::swap(pool[random() % pool.size()], version);
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
        QVERIFY(same(original.first, original.second));
        for (const Version &version : pool)
            QVERIFY(same(version.first, version.second));
    };
    run(static_cast<int *>(nullptr));
    run(static_cast<QString *>(nullptr));
    const int alive = Throwing::alive;
    run(static_cast<Throwing *>(nullptr));
    QCOMPARE(Throwing::alive, alive);
}

QTEST_GUILESS_MAIN(tst_CowHash)

#include "tst_cowhash.moc"
