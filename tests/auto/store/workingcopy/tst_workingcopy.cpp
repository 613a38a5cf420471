// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <deque>
#include <random>
#include <stdexcept>
#include <vector>

using namespace Axiom;

namespace {

// Tells how many there are, and how many were made by copying.
struct Counted
{
    static inline int copies = 0;
    static inline int alive = 0;

    Counted(int v = 0) : value(v) { ++alive; }
    Counted(const Counted &other) : value(other.value)
    {
        ++alive;
        ++copies;
    }
    Counted &operator=(const Counted &other)
    {
        value = other.value;
        ++copies;
        return *this;
    }
    ~Counted() { --alive; }
    friend bool operator==(const Counted &, const Counted &) = default;

    int value = 0;
};

struct LabState
{
    std::vector<Counted> curve;
    CowVector<int> samples;
    QString title;
    int runs = 0;
    AXIOM_FIELDS(LabState, curve, samples, title, runs)
};

class LabStore : public StateStore
{
    Q_OBJECT

public:
    explicit LabStore(int points = 0)
    {
        state.apply([=](LabState &s) { s.curve.resize(std::size_t(points)); });
    }

    State<LabState> state{this};
};

constexpr int points = 1000;

// As often as it takes for what waits for idle time.
void beIdle()
{
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
}

} // namespace

// What a commit copies of a state with a field that is copied element by element.
class tst_WorkingCopy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void whatDoesNotChangeIsCopiedOnce();
    void whatChangesIsCopiedForEachWrite();
    void snapshotOfTheFormerVersionMeansACopy();
    void snapshotThatHasGoneMeansNone();
    void eagerCloneDoesNotWaitForASnapshotToGo();
    void throwingMutationLeavesTheStateAlone();
    void formerVersionIsGivenUpWhenNothingChanges();
    void anyHistoryEndsInTheSameState();
};

void tst_WorkingCopy::init()
{
    Counted::copies = 0;
}

void tst_WorkingCopy::whatDoesNotChangeIsCopiedOnce()
{
    LabStore store(points);
    store.state.set(&LabState::runs, 1);
    Counted::copies = 0;
    for (int i = 2; i < 100; ++i)
        store.state.set(&LabState::runs, i);
    QVERIFY2(Counted::copies <= points, qPrintable(QString::number(Counted::copies)));
    QCOMPARE(store.state->runs, 99);
    QCOMPARE(store.state->curve.size(), std::size_t(points));
}

void tst_WorkingCopy::whatChangesIsCopiedForEachWrite()
{
    LabStore store(points);
    for (int i = 0; i < 10; ++i)
        store.state.apply([=](LabState &s) { s.curve[std::size_t(i)].value = i; });
    const Snapshot<LabState> before = store.state.snapshot();
    store.state.apply([](LabState &s) { s.curve[3].value = 33; });
    QVERIFY(Counted::copies >= 10 * points);
    QCOMPARE(before->curve[3].value, 3);
    QCOMPARE(store.state->curve[3].value, 33);
    for (int i = 4; i < 10; ++i)
        QCOMPARE(store.state->curve[std::size_t(i)].value, i);
}

void tst_WorkingCopy::snapshotOfTheFormerVersionMeansACopy()
{
    LabStore store(points);
    std::vector<Snapshot<LabState>> history;
    for (int i = 1; i <= 10; ++i) {
        history.push_back(store.state.snapshot());
        store.state.set(&LabState::runs, i);
    }
    QVERIFY(Counted::copies >= 9 * points);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(history[std::size_t(i)]->runs, i);
}

// A worker that looks at the newest version, one after another.
void tst_WorkingCopy::snapshotThatHasGoneMeansNone()
{
    LabStore store(points);
    for (int i = 1; i <= 50; ++i) {
        Snapshot<LabState> looked = store.state.snapshot();
        store.state.set(&LabState::runs, i);
        beIdle();
        QCOMPARE(looked->runs, i - 1);
    }
    QVERIFY2(Counted::copies <= 2 * points, qPrintable(QString::number(Counted::copies)));
}

void tst_WorkingCopy::eagerCloneDoesNotWaitForASnapshotToGo()
{
    LabStore store(points);
    store.setStrategy(CowStrategy::EagerClone);
    beIdle();
    for (int i = 1; i <= 10; ++i) {
        Snapshot<LabState> looked = store.state.snapshot();
        const int before = Counted::copies;
        store.state.set(&LabState::runs, i);
        QCOMPARE(Counted::copies, before); // the write finds its copy made
        beIdle();
        QCOMPARE(Counted::copies, before + points);
    }
    // And makes none where nobody looks.
    const int before = Counted::copies;
    for (int i = 11; i <= 20; ++i) {
        store.state.set(&LabState::runs, i);
        beIdle();
    }
    QCOMPARE(Counted::copies, before);
}

void tst_WorkingCopy::throwingMutationLeavesTheStateAlone()
{
    LabStore store(points);
    store.state.set(&LabState::runs, 1);
    store.state.set(&LabState::runs, 2);
    const auto fail = [](LabState &s) {
        s.curve[0].value = 77;
        s.runs = 99;
        throw std::runtime_error("no");
    };
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, store.state.apply(fail));
    QCOMPARE(store.state->curve[0].value, 0);
    QCOMPARE(store.state->runs, 2);
    store.state.set(&LabState::runs, 3);
    QCOMPARE(store.state->curve[0].value, 0);
    QCOMPARE(store.state->runs, 3);
}

void tst_WorkingCopy::formerVersionIsGivenUpWhenNothingChanges()
{
    const int before = Counted::alive;
    LabStore store(points);
    store.state.set(&LabState::runs, 1);
    store.state.set(&LabState::runs, 2);
    QCOMPARE(Counted::alive - before, 2 * points);
    QTRY_COMPARE(Counted::alive - before, points);
    store.state.set(&LabState::runs, 3);
    QCOMPARE(store.state->runs, 3);
    QCOMPARE(store.state->curve.size(), std::size_t(points));
}

void tst_WorkingCopy::anyHistoryEndsInTheSameState()
{
    bool isSet = false;
    const auto given = quint32(qEnvironmentVariableIntValue("AXIOM_TEST_SEED", &isSet));
    const quint32 seed = isSet ? given : std::random_device()();
    qInfo("AXIOM_TEST_SEED=%u", seed);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };

    LabStore store(5);
    store.state.apply([](LabState &s) {
        for (int i = 0; i < 100; ++i)
            s.samples.append(i);
    });
    LabState expected = *store.state;
    std::deque<std::pair<Snapshot<LabState>, LabState>> held;
    for (int step = 0; step < 5000; ++step) {
        const auto change = [at = below(5), what = below(5), step](LabState &s) {
            if (what == 0)
                s.curve[std::size_t(at)].value = step;
            else if (what == 1)
                s.samples.replace(at * 20, step);
            else if (what == 2)
                s.title = QString::number(step);
            else
                s.runs = step % 3; // often no change
        };
        switch (below(8)) {
        case 0:
            held.push_back({store.state.snapshot(), expected});
            break;
        case 1:
            if (!held.empty())
                held.pop_front();
            break;
        case 2:
            store.setStrategy(CowStrategy(below(3)));
            break;
        case 3:
            try {
                store.state.apply([&](LabState &s) {
                    change(s);
                    throw std::runtime_error("no");
                });
            } catch (const std::runtime_error &) { }
            break;
        case 4: {
            BatchScope scope;
            store.state.apply(change);
            change(expected);
            const Snapshot<LabState> within = store.state.snapshot();
            store.state.set(&LabState::title, QStringLiteral("scope"));
            expected.title = QStringLiteral("scope");
            break;
        }
        case 5:
            if (!held.empty()) {
                const auto &[snapshot, state] = held[std::size_t(below(int(held.size())))];
                store.state.restore(snapshot);
                expected = state;
            }
            break;
        case 6:
            beIdle();
            break;
        default:
            store.state.apply(change);
            change(expected);
        }
        QVERIFY(*store.state == expected);
    }
    for (const auto &[snapshot, state] : held)
        QVERIFY(*snapshot == state);
}

QTEST_GUILESS_MAIN(tst_WorkingCopy)
#include "tst_workingcopy.moc"
