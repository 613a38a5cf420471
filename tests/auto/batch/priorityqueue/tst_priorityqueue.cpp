// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/PriorityQueue>

#include <QtCore/qrandom.h>
#include <QtCore/qstring.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using Axiom::PriorityQueue;

namespace {

struct Job
{
    int urgency = 0;
    int number = 0;

    friend bool operator<(const Job &a, const Job &b) { return a.urgency < b.urgency; }
    friend bool operator==(const Job &, const Job &) = default;
};

} // namespace

static_assert(std::is_nothrow_move_constructible_v<PriorityQueue<int>>);
static_assert(std::is_nothrow_move_assignable_v<PriorityQueue<int>>);
static_assert(std::is_copy_constructible_v<PriorityQueue<int>>);

class tst_PriorityQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyQueueHasNothingToGive();
    void greatestComesFirst();
    void equalsComeInOrderOfInsertion();
    void equalsStayInOrderAfterTheQueueWasEmptyOrCleared();
    void peekShowsWhatExtractMaxGives();
    void compareMayTurnTheOrderRound();
    void compareMayHoldState();
    void holdsMoveOnlyValues();
    void copiesAreIndependent();
    void behavesLikeAStableSortedVector_data();
    void behavesLikeAStableSortedVector();
};

void tst_PriorityQueue::emptyQueueHasNothingToGive()
{
    PriorityQueue<int> queue;
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.size(), 0);
    QVERIFY(!queue.peek());
    QVERIFY(!queue.extractMax());
    queue.insert(1);
    QVERIFY(!queue.isEmpty());
    QVERIFY(queue.extractMax());
    QVERIFY(!queue.peek());
    QVERIFY(!queue.extractMax());
    QCOMPARE(queue.size(), 0);
}

void tst_PriorityQueue::greatestComesFirst()
{
    PriorityQueue<QString> queue;
    for (const auto &word : {u"b"_s, u"d"_s, u"a"_s, u"c"_s})
        queue.insert(word);
    QCOMPARE(queue.size(), 4);
    for (const auto &word : {u"d"_s, u"c"_s, u"b"_s, u"a"_s})
        QCOMPARE(queue.extractMax(), word);
}

void tst_PriorityQueue::equalsComeInOrderOfInsertion()
{
    PriorityQueue<Job> queue;
    for (int i = 0; i < 1000; ++i)
        queue.insert({i % 3, i});
    for (int urgency = 2; urgency >= 0; --urgency) {
        for (int i = urgency; i < 1000; i += 3)
            QCOMPARE(queue.extractMax()->number, i);
    }
}

void tst_PriorityQueue::equalsStayInOrderAfterTheQueueWasEmptyOrCleared()
{
    PriorityQueue<Job> queue;
    queue.insert({1, 0});
    queue.extractMax();
    queue.insert({1, 1});
    queue.clear();
    QVERIFY(queue.isEmpty());
    QVERIFY(!queue.peek());
    for (int i = 2; i < 10; ++i)
        queue.insert({1, i});
    for (int i = 2; i < 10; ++i)
        QCOMPARE(queue.extractMax()->number, i);
}

void tst_PriorityQueue::peekShowsWhatExtractMaxGives()
{
    PriorityQueue<Job> queue;
    for (const int urgency : {1, 3, 2, 3})
        queue.insert({urgency, int(queue.size())});
    while (const Job *next = queue.peek()) {
        const Job seen = *next;
        QCOMPARE(queue.peek(), next);
        QVERIFY(queue.extractMax() == seen);
    }
}

void tst_PriorityQueue::compareMayTurnTheOrderRound()
{
    PriorityQueue<int, std::greater<>> queue;
    for (const int value : {3, 1, 2})
        queue.insert(value);
    for (const int value : {1, 2, 3})
        QCOMPARE(queue.extractMax(), value);
}

void tst_PriorityQueue::compareMayHoldState()
{
    int centre = 10;
    const auto fartherFromCentre = [centre](int a, int b) {
        return std::abs(a - centre) > std::abs(b - centre);
    };
    PriorityQueue<int, decltype(fartherFromCentre)> queue(fartherFromCentre);
    for (const int value : {1, 12, 9, 30})
        queue.insert(value);
    for (const int value : {9, 12, 1, 30})
        QCOMPARE(queue.extractMax(), value);
}

void tst_PriorityQueue::holdsMoveOnlyValues()
{
    const auto byValue = [](const auto &a, const auto &b) { return *a < *b; };
    PriorityQueue<std::unique_ptr<int>, decltype(byValue)> queue(byValue);
    for (int i = 0; i < 100; ++i)
        queue.insert(std::make_unique<int>(i * 37 % 100));
    for (int i = 99; i >= 0; --i)
        QCOMPARE(**queue.extractMax(), i);
    queue.insert(std::make_unique<int>(7));
    auto other = std::move(queue);
    QCOMPARE(**other.peek(), 7);
}

void tst_PriorityQueue::copiesAreIndependent()
{
    PriorityQueue<int> queue;
    queue.insert(1);
    PriorityQueue<int> copy = queue;
    copy.insert(2);
    QCOMPARE(*queue.peek(), 1);
    QCOMPARE(queue.size(), 1);
    QCOMPARE(*copy.peek(), 2);
}

void tst_PriorityQueue::behavesLikeAStableSortedVector_data()
{
    QTest::addColumn<int>("urgencies");
    QTest::addColumn<int>("insertPercent");
    QTest::newRow("all equal") << 1 << 55;
    QTest::newRow("two classes") << 2 << 55;
    QTest::newRow("few classes, mostly empty") << 5 << 48;
    QTest::newRow("many classes, growing") << 1000 << 70;
}

void tst_PriorityQueue::behavesLikeAStableSortedVector()
{
    QFETCH(int, urgencies);
    QFETCH(int, insertPercent);
    QRandomGenerator random(quint32(urgencies) * 100 + quint32(insertPercent));
    PriorityQueue<Job> queue;
    std::vector<Job> model; // greatest first, equals in order of insertion
    for (int i = 0; i < 5'000; ++i) {
        if (random.bounded(100) < insertPercent) {
            const Job job{random.bounded(urgencies), i};
            queue.insert(job);
            const auto after = std::find_if(model.begin(), model.end(),
                                            [&](const Job &other) { return other < job; });
            model.insert(after, job);
        } else if (model.empty()) {
            QVERIFY(!queue.extractMax());
        } else {
            QVERIFY(queue.extractMax() == model.front());
            model.erase(model.begin());
        }
        QCOMPARE(queue.size(), qsizetype(model.size()));
        QCOMPARE(queue.isEmpty(), model.empty());
        QVERIFY(model.empty() ? !queue.peek() : *queue.peek() == model.front());
    }
    for (const Job &job : model)
        QVERIFY(queue.extractMax() == job);
    QVERIFY(queue.isEmpty());
}

QTEST_APPLESS_MAIN(tst_PriorityQueue)
#include "tst_priorityqueue.moc"
