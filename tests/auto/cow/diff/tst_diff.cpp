// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Diff>

#include "../testtypes.h"

#include <QtTest/qtest.h>

#include <numeric>
#include <random>

using namespace Axiom;
using namespace Qt::StringLiterals;

namespace {

template <typename T>
CowVector<T> numbers(int size)
{
    CowVector<T> vector;
    for (int i = 0; i < size; ++i)
        vector.append(make<T>(i));
    return vector;
}

// Does to a list what a view would do, and checks the order that diff() promises.
template <typename T>
bool leadsTo(const CowVector<T> &before, const CowVector<T> &after, const RowChanges &changes)
{
    QList<T> list = before.toList();
    RowChange::Kind kind = RowChange::Remove;
    qsizetype bound = std::numeric_limits<qsizetype>::max();
    for (const RowChange &change : changes) {
        if (change.count <= 0 || change.kind < kind)
            return false;
        if (change.kind != kind) {
            kind = change.kind;
            bound = kind == RowChange::Remove ? bound : 0;
        }
        const qsizetype end = change.first + change.count;
        switch (change.kind) {
        case RowChange::Remove:
            if (end > bound || end > list.size())
                return false;
            list.remove(change.first, change.count);
            bound = change.first;
            break;
        case RowChange::Move: {
            if (end > list.size() || change.to < 0 || change.to + change.count > list.size())
                return false;
            const QList<T> rows = list.sliced(change.first, change.count);
            list.remove(change.first, change.count);
            for (qsizetype i = 0; i < change.count; ++i)
                list.insert(change.to + i, rows.at(i));
            break;
        }
        case RowChange::Insert:
            if (change.first < bound || change.first > list.size() || end > after.size())
                return false;
            for (qsizetype i = change.first; i < end; ++i)
                list.insert(i, after.at(i));
            bound = end;
            break;
        case RowChange::Update:
            if (change.first < bound || end > list.size() || change.fields == 0)
                return false;
            for (qsizetype i = change.first; i < end; ++i)
                list[i] = after.at(i);
            bound = end;
            break;
        }
    }
    return CowVector<T>(list) == after;
}

qsizetype rows(const RowChanges &changes, RowChange::Kind kind)
{
    return std::accumulate(changes.begin(), changes.end(), qsizetype(0),
                           [&](qsizetype sum, const RowChange &change) {
                               return change.kind == kind ? sum + change.count : sum;
                           });
}

template <typename T, typename Key>
void compareRandomVersions(int rounds, int most, Key key)
{
    const quint32 seed = testSeed();
    std::mt19937 random(seed);
    int next = 0;
    CowVector<T> vector;
    QList<CowVector<T>> versions{vector};
    for (int round = 0; round < rounds; ++round) {
        const int changes = 1 + int(random() % (random() % 8 == 0 ? 200 : 5));
        for (int i = 0; i < changes; ++i) {
            const qsizetype size = vector.size();
            const qsizetype at = size == 0 ? 0 : qsizetype(random() % quint32(size));
            switch (random() % 8) {
            case 0:
            case 1:
                vector.insert(at, make<T>(next++));
                break;
            case 2: {
                CowVector<T> part;
                for (int n = int(random() % 60); n > 0; --n)
                    part.append(make<T>(next++));
                vector.insert(at, part);
                break;
            }
            case 3:
                if (size > 0)
                    vector.removeAt(at);
                break;
            case 4:
                vector.erase(at, std::min<qsizetype>(size - at, random() % 80));
                break;
            case 5:
                if (size > 0)
                    vector.move(at, qsizetype(random() % quint32(size)));
                break;
            case 6:
                if (size > 0) {
                    if constexpr (std::is_same_v<T, Rec>)
                        vector.modify(at, [&](Rec &rec) { rec.rating = int(random() % 5); });
                    else
                        vector.replace(at, make<T>(next++));
                }
                break;
            default:
                if (size > most)
                    vector = vector.mid(at / 2, most / 2);
            }
        }
        versions.append(vector);
        if (versions.size() > 6)
            versions.removeAt(qsizetype(random() % 6));
        const auto &other = versions.at(qsizetype(random() % quint32(versions.size())));
        QVERIFY2(leadsTo(other, vector, diff(other, vector, key)),
                 qPrintable(u"seed %1, round %2"_s.arg(seed).arg(round)));
        QVERIFY(leadsTo(vector, other, diff(vector, other, key)));
    }
}

} // namespace

class tst_Diff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameVersionHasNoChange();
    void equalContentHasNoChange();
    void fromAndToEmpty();
    void changedRowIsOneUpdateWithItsFields();
    void neighboursWithTheSameFieldsAreMerged();
    void insertionAtTheFrontIsOneInsertion();
    void removedRangesComeFromTheBack();
    void withoutKeyRowsPairByPosition();
    void withKeyAReplacedRowIsRemovedAndInserted();
    void withKeyARowMoves();
    void withKeyABlockMovesAtOnce_data();
    void withKeyABlockMovesAtOnce();
    void withKeyAMovedRowMayChange();
    void withKeyManyMovesBecomeRemovalsAndInsertions();
    void keyMayBeAFunction();
    void repeatedKeysFallBackToPositions();
    void repeatedNodesAreMatchedInOrder();
    void randomVersions();
    void randomVersionsWithKey();
    void randomVersionsShuffled();
};

void tst_Diff::sameVersionHasNoChange()
{
    const auto vector = numbers<int>(1000);
    QVERIFY(diff(vector, CowVector<int>(vector)).isEmpty());
}

void tst_Diff::equalContentHasNoChange()
{
    QVERIFY(diff(numbers<Rec>(1000), numbers<Rec>(1000)).isEmpty());
    QVERIFY(diff(numbers<Rec>(1000), numbers<Rec>(1000), &Rec::id).isEmpty());
}

void tst_Diff::fromAndToEmpty()
{
    const auto vector = numbers<int>(1000);
    QCOMPARE(diff({}, vector), (RowChanges{{RowChange::Insert, 0, 1000}}));
    QCOMPARE(diff(vector, {}), (RowChanges{{RowChange::Remove, 0, 1000}}));
}

void tst_Diff::changedRowIsOneUpdateWithItsFields()
{
    const auto before = numbers<Rec>(100'000);
    auto after = before;
    after.modify(777, [](Rec &rec) {
        rec.rating = 3;
        rec.name = u"x"_s;
    });
    const FieldMask fields = (1u << fieldIndex(&Rec::rating)) | (1u << fieldIndex(&Rec::name));
    QCOMPARE(diff(before, after), (RowChanges{{RowChange::Update, 777, 1, -1, fields}}));
    QCOMPARE(diff(before, after, &Rec::id), diff(before, after));

    const auto plain = numbers<int>(1000);
    auto changed = plain;
    changed.replace(5, -1);
    QCOMPARE(diff(plain, changed), (RowChanges{{RowChange::Update, 5, 1, -1, ~FieldMask(0)}}));
}

void tst_Diff::neighboursWithTheSameFieldsAreMerged()
{
    const auto before = numbers<Rec>(1000);
    auto after = before;
    for (int i = 100; i < 200; ++i)
        after.modify(i, [](Rec &rec) { rec.rating = 1; });
    after.modify(200, [](Rec &rec) { rec.flags = 1; });
    const FieldMask rating = 1u << fieldIndex(&Rec::rating);
    const FieldMask flags = 1u << fieldIndex(&Rec::flags);
    QCOMPARE(diff(before, after),
             (RowChanges{{RowChange::Update, 100, 100, -1, rating},
                         {RowChange::Update, 200, 1, -1, flags}}));
}

void tst_Diff::insertionAtTheFrontIsOneInsertion()
{
    const auto before = numbers<int>(100'000);
    auto after = before;
    after.prepend(-1);
    QCOMPARE(diff(before, after), (RowChanges{{RowChange::Insert, 0, 1}}));
    after.insert(0, CowVector<int>(5000, -2));
    QCOMPARE(diff(before, after), (RowChanges{{RowChange::Insert, 0, 5001}}));
    QCOMPARE(diff(after, before), (RowChanges{{RowChange::Remove, 0, 5001}}));
}

void tst_Diff::removedRangesComeFromTheBack()
{
    const auto before = numbers<int>(10'000);
    auto after = before;
    after.erase(8000, 100);
    after.erase(2000, 100);
    QCOMPARE(diff(before, after),
             (RowChanges{{RowChange::Remove, 8000, 100}, {RowChange::Remove, 2000, 100}}));
}

void tst_Diff::withoutKeyRowsPairByPosition()
{
    const CowVector<int> before{1, 2, 3, 9};
    QCOMPARE(diff(before, {1, 7, 8, 6, 9}),
             (RowChanges{{RowChange::Insert, 3, 1}, {RowChange::Update, 1, 2, -1, ~FieldMask(0)}}));
}

void tst_Diff::withKeyAReplacedRowIsRemovedAndInserted()
{
    const auto before = numbers<Rec>(1000);
    auto after = before;
    after.replace(500, Rec(5000));
    QCOMPARE(diff(before, after, &Rec::id),
             (RowChanges{{RowChange::Remove, 500, 1}, {RowChange::Insert, 500, 1}}));
}

void tst_Diff::withKeyARowMoves()
{
    const auto before = numbers<Rec>(100'000);
    auto after = before;
    after.move(10, 90'000);
    QCOMPARE(diff(before, after, &Rec::id), (RowChanges{{RowChange::Move, 10, 1, 90'000}}));
    QCOMPARE(diff(after, before, &Rec::id), (RowChanges{{RowChange::Move, 90'000, 1, 10}}));
}

void tst_Diff::withKeyABlockMovesAtOnce_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {300, 5000, 20'000})
        QTest::addRow("%d rows", size) << size;
}

void tst_Diff::withKeyABlockMovesAtOnce()
{
    QFETCH(int, size);
    const auto before = numbers<Rec>(100'000);
    auto after = before;
    const auto block = after.mid(1000, size);
    after.erase(1000, size);
    after.insert(50'000, block);
    const RowChanges changes = diff(before, after, &Rec::id);
    QVERIFY(leadsTo(before, after, changes));
    QCOMPARE(rows(changes, RowChange::Move), size);
    QCOMPARE(changes.size(), 1);

    // Also among rows that come and go.
    for (int row = 0; row < 90'000; row += 100) {
        after.removeAt(row);
        after.insert(row + 50, Rec(-1 - row));
    }
    const RowChanges more = diff(before, after, &Rec::id);
    QVERIFY(leadsTo(before, after, more));
    QCOMPARE(rows(more, RowChange::Move), size / 100 * 99);
}

void tst_Diff::withKeyAMovedRowMayChange()
{
    const auto before = numbers<Rec>(1000);
    auto after = before;
    after.move(3, 700);
    after.modify(700, [](Rec &rec) { rec.rating = 5; });
    const FieldMask rating = 1u << fieldIndex(&Rec::rating);
    QCOMPARE(diff(before, after, &Rec::id),
             (RowChanges{{RowChange::Move, 3, 1, 700}, {RowChange::Update, 700, 1, -1, rating}}));
}

void tst_Diff::withKeyManyMovesBecomeRemovalsAndInsertions()
{
    const auto before = numbers<Rec>(1000);
    QList<Rec> list = before.toList();
    std::shuffle(list.begin(), list.end(), std::mt19937(testSeed()));
    const CowVector<Rec> after(list);
    const RowChanges changes = diff(before, after, &Rec::id);
    QVERIFY(leadsTo(before, after, changes));
    QCOMPARE(rows(changes, RowChange::Move), 0);
    QVERIFY(rows(changes, RowChange::Insert) < 1000);
}

void tst_Diff::keyMayBeAFunction()
{
    const auto before = numbers<Rec>(100);
    auto after = before;
    after.move(10, 90);
    const auto key = [](const Rec &rec) { return rec.name; };
    QCOMPARE(diff(before, after, key), (RowChanges{{RowChange::Move, 10, 1, 90}}));
}

void tst_Diff::repeatedKeysFallBackToPositions()
{
    const auto before = numbers<Rec>(100);
    auto after = before;
    after.replace(10, Rec(50));
    after.replace(11, Rec(50));
    QTest::ignoreMessage(QtWarningMsg,
                         "Axiom::diff: some elements of Rec have the same key, rows "
                         "are compared by position");
    const RowChanges changes = diff(before, after, &Rec::id);
    QVERIFY(leadsTo(before, after, changes));
    QCOMPARE(changes, diff(before, after));
}

void tst_Diff::repeatedNodesAreMatchedInOrder()
{
    const auto part = numbers<int>(5000);
    const auto before = part + part + part;
    auto after = part + part;
    QVERIFY(leadsTo(before, after, diff(before, after)));
    after = part + CowVector<int>{1, 2, 3} + part;
    QVERIFY(leadsTo(before, after, diff(before, after)));
    after.move(1, 9000);
    QVERIFY(leadsTo(after, before, diff(after, before)));
}

void tst_Diff::randomVersions()
{
    compareRandomVersions<int>(2000, 4000, NoKey());
    compareRandomVersions<QString>(500, 4000, NoKey());
    compareRandomVersions<Rec>(500, 2000, NoKey());
}

void tst_Diff::randomVersionsWithKey()
{
    compareRandomVersions<Rec>(1500, 2000, &Rec::id);
    compareRandomVersions<int>(1000, 4000, [](int value) { return value; });
}

void tst_Diff::randomVersionsShuffled()
{
    std::mt19937 random(testSeed());
    for (int round = 0; round < 2000; ++round) {
        const int size = 1 + int(random() % 40);
        QList<int> list(size);
        std::iota(list.begin(), list.end(), 0);
        std::shuffle(list.begin(), list.end(), random);
        const CowVector<int> before(list.first(1 + int(random() % quint32(size))));
        std::shuffle(list.begin(), list.end(), random);
        const CowVector<int> after(list.first(1 + int(random() % quint32(size))));
        const RowChanges changes = diff(before, after, [](int value) { return value; });
        QVERIFY2(leadsTo(before, after, changes), qPrintable(QString::number(round)));
    }
}

QTEST_APPLESS_MAIN(tst_Diff)

#include "tst_diff.moc"
