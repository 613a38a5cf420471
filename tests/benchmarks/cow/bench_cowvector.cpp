// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// CowVector beside QList, and beside immer where its headers were found.

#include "benchmark.h"

#include <AxiomState/CowVector>
#include <AxiomState/Diff>

#include <random>

#ifdef AXIOM_HAVE_IMMER
#    include <immer/flex_vector.hpp>
#    include <immer/flex_vector_transient.hpp>
#    include <immer/vector.hpp>
#    include <immer/vector_transient.hpp>
#endif

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;

namespace {

using I64 = qint64;

struct Rec
{
    QString name;
    qint64 id = 0;
    qint64 a = 0;
    qint64 b = 0;
    double score = 0;
    qint64 rating = 0;
    AXIOM_FIELDS(Rec, name, id, a, b, score, rating)
};
static_assert(sizeof(Rec) == 64);

template <typename T>
T make(qint64 number)
{
    if constexpr (std::is_same_v<T, Rec>)
        return {QString::number(number), number, 0, 0, 0.0, 0};
    else
        return number;
}

qint64 numberOf(qint64 value)
{
    return value;
}

qint64 numberOf(const Rec &rec)
{
    return rec.id;
}

// One interface to the containers. Snapshots are values of them.
template <typename T>
struct Ours
{
    using Value = T;
    using Vector = CowVector<T>;

    static Vector made(qsizetype n)
    {
        QList<T> list;
        for (qsizetype i = 0; i < n; ++i)
            list.append(make<T>(i));
        return Vector(list);
    }
    static void replace(Vector &vector, qsizetype i, T value)
    {
        vector.replace(i, std::move(value));
    }
    static void append(Vector &vector, T value) { vector.append(std::move(value)); }
    static void insert(Vector &vector, qsizetype i, T value) { vector.insert(i, std::move(value)); }
    static void erase(Vector &vector, qsizetype i) { vector.removeAt(i); }
    static const T &at(const Vector &vector, qsizetype i) { return vector.at(i); }
};

template <typename T>
struct List
{
    using Value = T;
    using Vector = QList<T>;

    static Vector made(qsizetype n)
    {
        QList<T> list;
        for (qsizetype i = 0; i < n; ++i)
            list.append(make<T>(i));
        return list;
    }
    static void replace(Vector &vector, qsizetype i, T value) { vector[i] = std::move(value); }
    static void append(Vector &vector, T value) { vector.append(std::move(value)); }
    static void insert(Vector &vector, qsizetype i, T value) { vector.insert(i, std::move(value)); }
    static void erase(Vector &vector, qsizetype i) { vector.removeAt(i); }
    static const T &at(const Vector &vector, qsizetype i) { return vector.at(i); }
};

#ifdef AXIOM_HAVE_IMMER
template <typename T>
struct Immer
{
    using Value = T;
    using Vector = immer::flex_vector<T>;

    static Vector made(qsizetype n)
    {
        auto vector = Vector().transient();
        for (qsizetype i = 0; i < n; ++i)
            vector.push_back(make<T>(i));
        return vector.persistent();
    }
    static void replace(Vector &vector, qsizetype i, T value)
    {
        vector = std::move(vector).set(std::size_t(i), std::move(value));
    }
    static void append(Vector &vector, T value)
    {
        vector = std::move(vector).push_back(std::move(value));
    }
    static void insert(Vector &vector, qsizetype i, T value)
    {
        vector = std::move(vector).insert(std::size_t(i), std::move(value));
    }
    static void erase(Vector &vector, qsizetype i)
    {
        vector = std::move(vector).erase(std::size_t(i));
    }
    static const T &at(const Vector &vector, qsizetype i) { return vector[std::size_t(i)]; }
};
#endif

template <typename C>
double replaceShared(qsizetype n)
{
    auto vector = C::made(n);
    Random random;
    auto snapshot = vector;
    return nsPerCall([&] {
        snapshot = vector;
        C::replace(vector, random.below(n), make<typename C::Value>(1));
    });
}

template <typename C>
double replaceManyPerSnapshot(qsizetype n)
{
    auto vector = C::made(n);
    Random random;
    auto snapshot = vector;
    return nsPerOperation(1000, [&] {
        snapshot = vector;
        for (int i = 0; i < 1000; ++i)
            C::replace(vector, random.below(n), make<typename C::Value>(i));
    });
}

template <typename C>
double replaceAlone(qsizetype n)
{
    auto vector = C::made(n);
    Random random;
    const auto value = make<typename C::Value>(7);
    return nsPerOperation(10'000, [&] {
        for (int i = 0; i < 10'000; ++i)
            C::replace(vector, random.below(n), value);
    });
}

template <typename C>
double readAt(const typename C::Vector &vector)
{
    Random random;
    const auto n = qsizetype(vector.size());
    return nsPerOperation(10'000, [&] {
        qint64 sum = 0;
        for (int i = 0; i < 10'000; ++i)
            sum += numberOf(C::at(vector, random.below(n)));
        keep(sum);
    });
}

template <typename Vector>
double iterate(const Vector &vector)
{
    return nsPerOperation(qint64(vector.size()), [&] {
        qint64 sum = 0;
        for (const auto &value : vector)
            sum += numberOf(value);
        keep(sum);
    });
}

template <typename T>
double iterateBlocks(const CowVector<T> &vector)
{
    return nsPerOperation(vector.size(), [&] {
        qint64 sum = 0;
        vector.forEachBlock([&](std::span<const T> block) {
            for (const T &value : block)
                sum += numberOf(value);
        });
        keep(sum);
    });
}

template <typename C>
double append(qsizetype n)
{
    const auto value = make<typename C::Value>(7);
    return nsPerOperation(n, [&] {
        typename C::Vector vector;
        for (qsizetype i = 0; i < n; ++i)
            C::append(vector, value);
        keep(vector.size());
    });
}

template <typename C>
double insertInTheMiddle(qsizetype n)
{
    auto vector = C::made(n);
    Random random;
    const auto value = make<typename C::Value>(7);
    const int operations = std::is_same_v<C, List<typename C::Value>> ? 50 : 2000;
    return nsPerOperation(2 * operations, [&] {
        for (int i = 0; i < operations; ++i)
            C::insert(vector, random.below(n), value);
        for (int i = 0; i < operations; ++i)
            C::erase(vector, random.below(n));
    });
}

// One of so many goes, while a snapshot is held.
template <typename C>
double removeIf(qsizetype n, qsizetype of)
{
    const auto snapshot = C::made(n);
    return nsPerOperation(1, [&] {
        auto vector = snapshot;
        qsizetype at = 0;
        keep(vector.removeIf([&](const typename C::Value &) { return ++at % of == 0; }));
    });
}

template <typename C>
typename C::Vector aged(qsizetype n)
{
    auto vector = C::made(n);
    Random random;
    for (int i = 0; i < 20'000; ++i) {
        C::insert(vector, random.below(n), make<typename C::Value>(i));
        C::erase(vector, random.below(n));
    }
    return vector;
}

template <typename T, template <typename> typename Measured>
QList<double> others(qsizetype n)
{
#ifdef AXIOM_HAVE_IMMER
    return {Measured<List<T>>::of(n), Measured<Immer<T>>::of(n)};
#else
    return {Measured<List<T>>::of(n)};
#endif
}

QStringList baselines()
{
#ifdef AXIOM_HAVE_IMMER
    return {u"QList"_s, u"immer"_s};
#else
    return {u"QList"_s};
#endif
}

// Wraps a function template for others().
#define MEASURED(Name, expression) \
    template <typename C> \
    struct Name \
    { \
        static double of(qsizetype n) { return expression; } \
    };

MEASURED(ReplaceShared, replaceShared<C>(n))
MEASURED(ReplaceMany, replaceManyPerSnapshot<C>(n))
MEASURED(ReplaceAlone, replaceAlone<C>(n))
MEASURED(ReadAt, readAt<C>(C::made(n)))
MEASURED(Iterate, iterate(C::made(n)))
MEASURED(Append, append<C>(n))
MEASURED(Insert, insertInTheMiddle<C>(n))
MEASURED(AgedRead, readAt<C>(aged<C>(n)))
MEASURED(AgedIterate, iterate(aged<C>(n)))

#undef MEASURED

template <typename T>
QString label(const char *operation, qsizetype n)
{
    return u"%1, %2 %3"_s.arg(QLatin1StringView(operation))
        .arg(n)
        .arg(std::is_same_v<T, Rec> ? u"Rec"_s : u"I64"_s);
}

template <typename T, template <typename> typename Measured>
void addRow(Table &table, const char *operation, qsizetype n, const QString &target)
{
    table.add(label<T>(operation, n), Measured<Ours<T>>::of(n), others<T, Measured>(n), target);
}

template <template <typename> typename Measured>
void addRows(Table &table, const char *operation, qsizetype n, const QString &target)
{
    addRow<I64, Measured>(table, operation, n, target);
    addRow<Rec, Measured>(table, operation, n, target);
}

void writes(Report &report)
{
    Table table(u"CowVector: writes"_s, baselines());
    addRows<ReplaceShared>(table, "replace, snapshot held", 1'000, u"<= immer 430 / 590"_s);
    addRows<ReplaceShared>(table, "replace, snapshot held", 100'000, u"<= 0.25 immer 930 / 1420"_s);
    addRows<ReplaceShared>(table, "replace, snapshot held", 1'000'000,
                           u"<= 0.4 immer 1300 / 2000"_s);
    addRows<ReplaceMany>(table, "1000 replaces a snapshot", 100'000, u"<= 0.6 immer 62 / 360"_s);
    addRows<ReplaceAlone>(table, "replace, no snapshot", 100'000, u"<= immer 11 / 56"_s);
    addRows<Append>(table, "append", 1'000'000, u"<= immer 3.7 / 40"_s);
    addRows<Insert>(table, "insert or erase in the middle", 1'000'000,
                    u"<= 0.5 immer 4000 / 3700"_s);
    report.add(table);
}

void removals(Report &report)
{
    Table table(u"CowVector: removeIf() with a snapshot held"_s, {u"QList"_s});
    const auto add = [&]<typename T>(T *, const char *operation, qsizetype n, qsizetype of) {
        table.add(label<T>(operation, n), removeIf<Ours<T>>(n, of), {removeIf<List<T>>(n, of)});
    };
    for (const qsizetype n : {1'000, 100'000, 1'000'000}) {
        add(static_cast<I64 *>(nullptr), "one in 1000", n, 1000);
        add(static_cast<Rec *>(nullptr), "one in 1000", n, 1000);
        add(static_cast<I64 *>(nullptr), "one in 2", n, 2);
        add(static_cast<Rec *>(nullptr), "one in 2", n, 2);
    }
    report.add(table);
}

void reads(Report &report)
{
    Table table(u"CowVector: reads"_s, baselines());
    for (const qsizetype n : {1'000, 100'000, 1'000'000})
        addRows<ReadAt>(table, "random read", n, u"<= 1.2 immer 2.8 / 13.7 (1e6)"_s);
    for (const qsizetype n : {1'000, 100'000, 1'000'000})
        addRows<Iterate>(table, "iterate", n, u"<= immer 0.33 / 5.2 (1e6)"_s);
    const auto byBlocks = [&]<typename T>(T *, qsizetype n) {
        table.add(label<T>("iterate by blocks", n), iterateBlocks(Ours<T>::made(n)),
                  {iterate(List<T>::made(n))}, u"<= 2 QList"_s);
    };
    byBlocks(static_cast<I64 *>(nullptr), 1'000'000);
    byBlocks(static_cast<Rec *>(nullptr), 1'000'000);
    addRow<Rec, AgedRead>(table, "random read after 40,000 edits", 100'000, u"<= 0.5 immer 37"_s);
    addRow<Rec, AgedIterate>(table, "iterate after 40,000 edits", 100'000, u"<= 0.5 immer 7"_s);
    report.add(table);
}

template <typename T>
void addSharing(Table &table, qsizetype n)
{
    const auto perChange = [&](bool clustered) {
        CowVector<T> vector = Ours<T>::made(n);
        const CowVector<T> before = vector;
        Random random;
        const qsizetype changes = n / 100;
        const qsizetype start = random.below(n - changes);
        for (qsizetype i = 0; i < changes; ++i) {
            const qsizetype at = clustered ? start + i : random.below(n);
            // The same string: only what the vector itself adds is to be seen.
            vector.modify(at, [](T &value) noexcept {
                if constexpr (std::is_same_v<T, Rec>)
                    ++value.rating;
                else
                    ++value;
            });
        }
        // Strings are shared by old and new elements and belong to neither.
        qsizetype strings = 0;
        if constexpr (std::is_same_v<T, Rec>) {
            for (const Rec &rec : vector)
                strings += heapBytes(rec);
            for (qsizetype i = 0; i < n; ++i) {
                if (&vector.at(i) == &before.at(i))
                    strings -= heapBytes(vector.at(i));
            }
        }
        return double(vector.byteSize() - vector.sharedBytes(before) - strings) / double(changes);
    };
    const double flat = double(sizeof(T)) * double(n) / double(n / 100);
    table.add(label<T>("1 % changed at random", n), perChange(false), {flat},
              u"Rec: <= 0.82 immer 452, aim 300"_s);
    table.add(label<T>("1 % changed side by side", n), perChange(true), {flat}, u"Rec: <= 75"_s);
}

void sharing(Report &report)
{
    Table table(u"CowVector: bytes a changed element"_s, {u"QList"_s}, u"bytes"_s);
    addSharing<I64>(table, 100'000);
    addSharing<Rec>(table, 100'000);
    report.add(table);
}

template <typename T>
double compareElements(const CowVector<T> &before, const CowVector<T> &after)
{
    const QList<T> a = before.toList();
    const QList<T> b = after.toList();
    return nsPerCall([&] {
        qsizetype different = 0;
        for (qsizetype i = 0; i < std::min(a.size(), b.size()); ++i)
            different += !(a.at(i) == b.at(i));
        keep(different);
    });
}

template <typename T>
void addDiffs(Table &table, qsizetype n)
{
    const CowVector<T> before = Ours<T>::made(n);
    CowVector<T> after = before;
    Random random;
    const auto row = [&](const char *operation, const QString &target) {
        const double ours = nsPerCall([&] { keep(diff(before, after).size()); });
        table.add(label<T>(operation, n), ours, {compareElements(before, after)}, target);
        if constexpr (std::is_same_v<T, Rec>) {
            table.add(label<T>(operation, n) + u", by key"_s,
                      nsPerCall([&] { keep(diff(before, after, &Rec::id).size()); }),
                      {compareElements(before, after)}, target);
        }
    };
    after.replace(random.below(n), make<T>(-1));
    row("diff, 1 change", u"<= 500"_s);
    for (int i = 0; i < 99; ++i)
        after.replace(random.below(n), make<T>(-2 - i));
    row("diff, 100 changes", u"<= 10,000"_s);
    after = before;
    after.prepend(make<T>(-1));
    row("diff, insert at the front", u"<= 10,000"_s);
}

void diffs(Report &report)
{
    Table table(u"CowVector: diff"_s, {u"element-wise"_s});
    addDiffs<I64>(table, 100'000);
    addDiffs<Rec>(table, 100'000);
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    Report report(argc, argv);
    warmHeap(700);
#ifndef AXIOM_HAVE_IMMER
    std::puts("immer was not found: its columns are left out, targets name its figures");
#endif
    if (report.wants(u"writes"_s))
        writes(report);
    if (report.wants(u"removals"_s))
        removals(report);
    if (report.wants(u"reads"_s))
        reads(report);
    if (report.wants(u"sharing"_s))
        sharing(report);
    if (report.wants(u"diff"_s))
        diffs(report);
    return report.finish();
}
