// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// CowHash beside QHash, and beside immer where its headers were found.

#include "benchmark.h"

#include <AxiomState/CowHash>
#include <AxiomState/HashDiff>

#include <algorithm>
#include <random>

#ifdef AXIOM_HAVE_IMMER
#    include <immer/map.hpp>
#    include <immer/map_transient.hpp>
#endif

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;

namespace {

// Keys stand in random order, so that neighbours in the list are none in memory.
template <typename K>
QList<K> makeKeys(qsizetype n)
{
    QList<K> keys;
    keys.reserve(n);
    for (qsizetype i = 0; i < n; ++i) {
        if constexpr (std::is_same_v<K, QString>)
            keys.append(u"key %1"_s.arg(i));
        else
            keys.append(K(i));
    }
    std::shuffle(keys.begin(), keys.end(), std::mt19937(20261123));
    return keys;
}

template <typename K>
struct Ours
{
    using Key = K;
    using Map = CowHash<K, int>;

    static void insert(Map &map, const K &key, int value) { map.insert(key, value); }
    static int value(const Map &map, const K &key) { return map.value(key); }
    template <typename F>
    static void forEach(const Map &map, F &&function)
    {
        for (const int value : map)
            function(value);
    }
};

template <typename K>
struct Hash
{
    using Key = K;
    using Map = QHash<K, int>;

    static void insert(Map &map, const K &key, int value) { map.insert(key, value); }
    static int value(const Map &map, const K &key) { return map.value(key); }
    template <typename F>
    static void forEach(const Map &map, F &&function)
    {
        for (const int value : map)
            function(value);
    }
};

#ifdef AXIOM_HAVE_IMMER
struct QtHash
{
    template <typename K>
    std::size_t operator()(const K &key) const
    {
        return qHash(key, 0);
    }
};

template <typename K>
struct Immer
{
    using Key = K;
    using Map = immer::map<K, int, QtHash>;

    static void insert(Map &map, const K &key, int value) { map = std::move(map).set(key, value); }
    static int value(const Map &map, const K &key)
    {
        const int *found = map.find(key);
        return found ? *found : 0;
    }
    template <typename F>
    static void forEach(const Map &map, F &&function)
    {
        for (const auto &entry : map)
            function(entry.second);
    }
};
#endif

template <typename C>
typename C::Map made(const QList<typename C::Key> &keys)
{
    typename C::Map map;
    for (qsizetype i = 0; i < keys.size(); ++i)
        C::insert(map, keys.at(i), int(i));
    return map;
}

template <typename C>
double lookUp(const QList<typename C::Key> &keys)
{
    const auto map = made<C>(keys);
    Random random;
    return nsPerOperation(10'000, [&] {
        qint64 sum = 0;
        for (int i = 0; i < 10'000; ++i)
            sum += C::value(map, keys.at(random.below(keys.size())));
        keep(sum);
    });
}

// A QHash copies itself at each of these updates: few are enough.
template <typename C>
double updateShared(const QList<typename C::Key> &keys)
{
    auto map = made<C>(keys);
    Random random;
    auto snapshot = map;
    const auto update = [&] {
        snapshot = map;
        C::insert(map, keys.at(random.below(keys.size())), 7);
    };
    if constexpr (std::is_same_v<C, Hash<typename C::Key>>)
        return nsPerOperation(1, update);
    return nsPerOperation(10'000, [&] {
        for (int i = 0; i < 10'000; ++i)
            update();
    });
}

template <typename C>
double updateManyPerSnapshot(const QList<typename C::Key> &keys)
{
    auto map = made<C>(keys);
    Random random;
    auto snapshot = map;
    return nsPerOperation(1000, [&] {
        snapshot = map;
        for (int i = 0; i < 1000; ++i)
            C::insert(map, keys.at(random.below(keys.size())), i);
    });
}

template <typename C>
double updateAlone(const QList<typename C::Key> &keys)
{
    auto map = made<C>(keys);
    Random random;
    return nsPerOperation(10'000, [&] {
        for (int i = 0; i < 10'000; ++i)
            C::insert(map, keys.at(random.below(keys.size())), i);
    });
}

template <typename C>
double insertAll(const QList<typename C::Key> &keys)
{
    return nsPerOperation(keys.size(), [&] { keep(made<C>(keys).size()); });
}

template <typename C>
double iterate(const QList<typename C::Key> &keys)
{
    const auto map = made<C>(keys);
    return nsPerOperation(keys.size(), [&] {
        qint64 sum = 0;
        C::forEach(map, [&](int value) { sum += value; });
        keep(sum);
    });
}

QStringList baselines()
{
#ifdef AXIOM_HAVE_IMMER
    return {u"QHash"_s, u"immer"_s};
#else
    return {u"QHash"_s};
#endif
}

template <typename K>
QString label(const char *operation, qsizetype n)
{
    return u"%1, %2 %3"_s.arg(QLatin1StringView(operation))
        .arg(n)
        .arg(std::is_same_v<K, QString> ? u"QString"_s : u"int"_s);
}

// Wraps a function template for addRow().
#define MEASURED(Name, function) \
    template <typename C> \
    struct Name \
    { \
        static double of(const QList<typename C::Key> &keys) { return function<C>(keys); } \
    };

MEASURED(LookUp, lookUp)
MEASURED(UpdateShared, updateShared)
MEASURED(UpdateMany, updateManyPerSnapshot)
MEASURED(UpdateAlone, updateAlone)
MEASURED(InsertAll, insertAll)
MEASURED(Iterate, iterate)

#undef MEASURED

template <typename K, template <typename> typename Measured>
void addRow(Table &table, const char *operation, qsizetype n, const QString &target)
{
    const QList<K> keys = makeKeys<K>(n);
    QList<double> others{Measured<Hash<K>>::of(keys)};
#ifdef AXIOM_HAVE_IMMER
    others.append(Measured<Immer<K>>::of(keys));
#endif
    table.add(label<K>(operation, n), Measured<Ours<K>>::of(keys), others, target);
}

template <template <typename> typename Measured>
void addRows(Table &table, const char *operation, qsizetype n, const QString &target = {})
{
    addRow<int, Measured>(table, operation, n, target);
    addRow<QString, Measured>(table, operation, n, target);
}

void reads(Report &report)
{
    Table table(u"CowHash: reads"_s, baselines());
    addRows<LookUp>(table, "look up", 1'000);
    addRows<LookUp>(table, "look up", 100'000);
    addRows<LookUp>(table, "look up", 1'000'000, u"<= immer 85 / 487"_s);
    addRows<Iterate>(table, "iterate", 1'000);
    addRows<Iterate>(table, "iterate", 1'000'000);
    report.add(table);
}

void writes(Report &report)
{
    Table table(u"CowHash: writes"_s, baselines());
    addRows<UpdateShared>(table, "update, snapshot held", 1'000);
    addRows<UpdateShared>(table, "update, snapshot held", 100'000);
    addRows<UpdateShared>(table, "update, snapshot held", 1'000'000, u"<= 0.7 immer 1600 / 2600"_s);
    addRows<UpdateMany>(table, "1000 updates a snapshot", 100'000);
    addRows<UpdateMany>(table, "1000 updates a snapshot", 1'000'000);
    addRows<UpdateAlone>(table, "update, no snapshot", 1'000'000);
    addRows<InsertAll>(table, "insert", 1'000'000);
    report.add(table);
}

template <typename K>
void addSharing(Table &table, qsizetype n)
{
    const QList<K> keys = makeKeys<K>(n);
    const auto perChange = [&](qsizetype changes) {
        auto map = made<Ours<K>>(keys);
        const auto before = map;
        Random random;
        for (qsizetype i = 0; i < changes; ++i)
            map.modify(keys.at(random.below(n)), [](int &value) noexcept { ++value; });
        // Strings are shared by old and new entries and belong to neither.
        qsizetype strings = 0;
        if constexpr (std::is_same_v<K, QString>) {
            for (const K &key : keys) {
                if (&*map.find(key) != &*before.find(key))
                    strings += heapBytes(key);
            }
        }
        return double(map.byteSize() - map.sharedBytes(before) - strings) / double(changes);
    };
    const double entry = sizeof(detail::TrieEntry<K, int>);
    table.add(label<K>("1 changed", n), perChange(1), {entry * double(n)});
    table.add(label<K>("1 % changed at random", n), perChange(n / 100), {entry * 100});
}

void sharing(Report &report)
{
    Table table(u"CowHash: bytes a changed entry"_s, {u"QHash"_s}, u"bytes"_s);
    addSharing<int>(table, 100'000);
    addSharing<QString>(table, 100'000);
    report.add(table);
}

template <typename K>
double compareEntries(const CowHash<K, int> &before, const CowHash<K, int> &after)
{
    const QHash<K, int> a = before.toHash();
    const QHash<K, int> b = after.toHash();
    return nsPerOperation(1, [&] {
        qsizetype different = 0;
        for (auto it = a.begin(); it != a.end(); ++it) {
            const auto found = b.find(it.key());
            different += found == b.end() || *found != *it;
        }
        keep(different);
    });
}

template <typename K>
void addDiffs(Table &table, qsizetype n)
{
    const QList<K> keys = makeKeys<K>(n);
    const auto before = made<Ours<K>>(keys);
    for (const int changes : {1, 100}) {
        auto after = before;
        Random random;
        for (int i = 0; i < changes; ++i)
            after.insert(keys.at(random.below(n)), -1);
        const QByteArray name = "diff of " + QByteArray::number(changes);
        table.add(label<K>(name.constData(), n),
                  nsPerCall([&] { keep(diff(before, after).changed.size()); }),
                  {compareEntries(before, after)});
    }
}

void diffs(Report &report)
{
    Table table(u"CowHash: diff"_s, {u"by entry"_s});
    addDiffs<int>(table, 100'000);
    addDiffs<QString>(table, 1'000'000);
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    Report report(argc, argv);
    warmHeap(1000);
#ifndef AXIOM_HAVE_IMMER
    std::puts("immer was not found: its columns are left out, targets name its figures");
#endif
    if (report.wants(u"reads"_s))
        reads(report);
    if (report.wants(u"writes"_s))
        writes(report);
    if (report.wants(u"sharing"_s))
        sharing(report);
    if (report.wants(u"diff"_s))
        diffs(report);
    return report.finish();
}
