// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../../../../src/store/storeregistry_p.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/BatchScope>
#include <AxiomState/CowVector>
#include <AxiomState/StateStore>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qscopeguard.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

using namespace Qt::StringLiterals;

struct Item
{
    QString name;
    int stars = 0;
    AXIOM_FIELDS(Item, name, stars)
};

struct ShopState
{
    Axiom::CowVector<Item> items;
    QString query;
    int selected = -1;
    double ratio = 0;
    qint64 total = 0;
    AXIOM_FIELDS(ShopState, items, query, selected, ratio, total)
};

class ShopStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(int selected READ selected WRITE setSelected NOTIFY selectedChanged)
    Q_PROPERTY(qint64 total READ total NOTIFY totalChanged)
    Q_PROPERTY(int unrated READ unrated NOTIFY unratedChanged)
    AXIOM_PROPERTY(QString, query, setQuery)
    AXIOM_READONLY_PROPERTY(double, ratio)

public:
    explicit ShopStore(QObject *parent = nullptr) : Axiom::StateStore(parent)
    {
        state.computed("unrated", &ShopState::items, &ShopStore::countUnrated);
    }

    int selected() const { return state->selected; }
    void setSelected(int row) { state.set(&ShopState::selected, row); }
    qint64 total() const { return state->total; }
    int unrated() const { return countUnrated(state->items); }

    static int countUnrated(const Axiom::CowVector<Item> &items)
    {
        int count = 0;
        for (const Item &item : items)
            count += item.stars == 0;
        return count;
    }

    void addItems(int count)
    {
        state.apply([count](ShopState &s) {
            for (int i = 0; i < count; ++i)
                s.items.append({QString::number(i), 0});
        });
    }

    Axiom::State<ShopState> state{this};

Q_SIGNALS:
    void selectedChanged();
    void totalChanged(qint64 total);
    void unratedChanged();
};

struct GuestState
{
    std::shared_ptr<int> guest;
    int visits = 0;
    AXIOM_FIELDS(GuestState, guest, visits)
};

class GuestStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    Axiom::State<GuestState> state{this};
};

struct NamesakeState
{
    QString name;
    qint64 revision = 0;
    bool pinned = false;
    QString objectName;
    AXIOM_FIELDS(NamesakeState, name, revision, pinned, objectName)
};

class NamesakeStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    Axiom::State<NamesakeState> state{this};
};

struct WordyState
{
    int level = 0;
    QVariant any;
    QObject *guest = nullptr;
    AXIOM_FIELDS(WordyState, level, any, guest)
};

// Its signals have more, and other, parameters than a value of the property's type.
class WordyStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(int level READ level NOTIFY levelChanged)
    Q_PROPERTY(QVariant any READ any NOTIFY anyChanged)
    AXIOM_PROPERTY(QObject *, guest, setGuest)

public:
    int level() const { return state->level; }
    QVariant any() const { return state->any; }

    Axiom::State<WordyState> state{this};

Q_SIGNALS:
    void levelChanged(int now, const QString &why);
    void anyChanged(const QVariant &now);
};

class FiguresStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(int selected READ selected NOTIFY figuresChanged)
    Q_PROPERTY(int twice READ twice NOTIFY figuresChanged)
    Q_PROPERTY(int thrice READ thrice NOTIFY figuresChanged)
    Q_PROPERTY(int items READ items NOTIFY itemsChanged)

public:
    FiguresStore()
    {
        state.computed("twice", [](const ShopState &s) { return 2 * s.total; });
        state.computed("thrice", [](const ShopState &s) { return 3 * s.total; });
        state.computed("items", [](const ShopState &s) { return s.items.size() + s.total; });
        state.computed("items", [](const ShopState &s) { return s.total - s.items.size(); });
    }
    int selected() const { return state->selected; }
    int twice() const { return int(2 * state->total); }
    int thrice() const { return int(3 * state->total); }
    int items() const { return int(state->items.size()); }

    Axiom::State<ShopState> state{this};

Q_SIGNALS:
    void figuresChanged();
    void itemsChanged();
};

// As the specialised Fields of a type that can't be edited may: one member is left out.
class Partial
{
public:
    Partial() = default;
    int told = 0;
    int untold = 0;
    Axiom::CowVector<int> rows;
};

template <>
struct Axiom::Fields<Partial>
{
    static constexpr auto list() { return std::make_tuple(Field{"told", &Partial::told}); }
};

class PartialStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    Axiom::State<Partial> state{this};
};

class ReceiverBase : public QObject
{
public:
    void count(const QString &) { ++counted; }
    void countConst(const QString &) const noexcept { ++counted; }
    void countAny() { ++counted; }
    mutable int counted = 0;
};

class Receiver : public ReceiverBase
{
public:
    void hear(const QString &now, const QString &before) { heard.append({before, now}); }
    void hearNow(const QString &now) { heard.append({{}, now}); }
    QList<std::pair<QString, QString>> heard;
};

class tst_StateStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void propertyNamedAsAFieldIsNotifiedOnceAChange();
    void settingAnEqualValueNotifiesNobody();
    void notifySignalWithAnArgumentCarriesTheNewValue();
    void signalsComeAfterTheChangeIsReadable();
    void applyOfSeveralFieldsNotifiesEachOnce();
    void changeThatCancelsOutIsNoCommit();
    void applyBatchIsOneRevisionAndAllOrNothing();
    void throwingMutationLeavesTheStateAndReportsOnce();
    void throwingMutationInAScopeTakesBackOnlyItself();
    void nestedApplyIsPartOfTheOuterOne();
    void setWithinAMutationIsPartOfIt();
    void nestedApplyOfAThrowingOuterOneIsTakenBack();
    void scopeAnnouncesAtItsOutermostEnd();
    void scopeOverSeveralStoresCommitsAllBeforeAnyNotification();
    void scopeShowsItsOwnChangesAndSnapshotsDoNot();
    void computedPropertyIsNotifiedWhenItsValueChanges();
    void computedPropertyOfOtherFieldsIsNotEvaluated();
    void computedPropertyThatIsNoneIsReportedOnce();
    void signalOfSeveralPropertiesIsEmittedOnce();
    void fieldNamedAsAPropertyOfEveryStoreIsNone();
    void nothingRunsWithinAnUpdate_data();
    void nothingRunsWithinAnUpdate();
    void errorMayBeToldBySomethingThatThrows();
    void storeMayDieOfASelectorsError();
    void onChangedGivesNowAndBefore();
    void onChangedTakesMemberFunctions();
    void onChangedStopsWithItsContext();
    void onChangedForgetsDeadContexts();
    void whatDeadContextsHeldMayChangeTheStore();
    void whatDeadContextsHeldMayBeTheStore();
    void observerMadeByASlotHearsOfWhatComes();
    void modelMadeByASlotIsNotToldOfThePast();
    void memberThatIsNoFieldCannotBeObserved();
    void mutationMayBeAMemberFunction();
    void onChangedReachesAContextInAnotherThread();
    void onChangedMayThrowInAnotherThread();
    void observersMayHaveAHandle();
    void whatACommitLetsGoOfMayChangeTheStore_data();
    void whatACommitLetsGoOfMayChangeTheStore();
    void committedComesLast();
    void observerMayApply();
    void observerThatThrowsDoesNotStopTheOthers();
    void eventLoopInAnObserverLosesAndRepeatsNothing();
    void eventLoopInAnObserverOfAFlushStillGetsUpdates();
    void snapshotDoesNotSeeLaterChanges();
    void snapshotsAreEqualByIdentity();
    void snapshotOutlivesItsStore();
    void restoreGoesBackAndNotifiesTheDifference();
    void restoreOfAnInvalidSnapshotDoesNothing();
    void enqueuedUpdatesAreAppliedOnceAFlush();
    void enqueuedUpdateThatThrowsFailsAlone();
    void criticalUpdateOnTheOwnersThreadIsAppliedAtOnce();
    void updatesOfADeadStoreAreDropped();
    void storeMayBeDeletedByItsMutation();
    void storeMayBeDeletedByItsObserver();
    void storeMayBeDeletedByAnObserverOfAnother();
    void storeMayDieInAScope();
    void storeMayDieWhileThreadsSubmit();
    void snapshotsFromThreadsAreNeverTorn();
    void applyFromAnotherThreadIsRefused();
    void strategyChangesWhenTheWorkingCopyIsMade();
    void nameIsTheClassNameUntilSet();
    void storesAreListed();
    void threadIsToldOfItsOwnStores();
    void residentBytesGrowWithTheState();
    void signalsMayHaveAnyParameters();
    void observersMayChangeTheStateAsTheyGo();
    void residentBytesAreToldOfWithoutAFlush();
    void pendingLimitTakesKnownPoliciesOnly();
    void pendingUpdatesAreCounted();
    void pendingUpdatesAreToldOfByTheStoresOfAFlush();
    void framesAreAskedForWhileTheStoreIsObserved_data();
    void framesAreAskedForWhileTheStoreIsObserved();
};

void tst_StateStore::propertyNamedAsAFieldIsNotifiedOnceAChange()
{
    ShopStore store;
    QSignalSpy query(&store, &ShopStore::queryChanged);
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    store.setQuery(u"tea"_s);
    QCOMPARE(query.count(), 1);
    QCOMPARE(selected.count(), 0);
    QCOMPARE(store.query(), u"tea"_s);
    QCOMPARE(store.state.revision(), 1);
    QCOMPARE(store.revision(), 1);
    QCOMPARE(store.property("revision").toInt(), 1);
}

void tst_StateStore::settingAnEqualValueNotifiesNobody()
{
    ShopStore store;
    store.setSelected(3);
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    QSignalSpy committed(&store, &ShopStore::committed);
    store.setSelected(3);
    store.state.apply([](ShopState &s) { s.selected = 3; });
    QCOMPARE(selected.count(), 0);
    QCOMPARE(committed.count(), 0);
    QCOMPARE(store.revision(), 1);
}

void tst_StateStore::notifySignalWithAnArgumentCarriesTheNewValue()
{
    ShopStore store;
    QSignalSpy total(&store, &ShopStore::totalChanged);
    store.state.set(&ShopState::total, 1'000'000'000'000);
    QCOMPARE(total.count(), 1);
    QCOMPARE(total.first().first().toLongLong(), 1'000'000'000'000);
}

void tst_StateStore::signalsComeAfterTheChangeIsReadable()
{
    ShopStore store;
    QString seen;
    connect(&store, &ShopStore::queryChanged, this, [&] { seen = store.query(); });
    store.setQuery(u"coffee"_s);
    QCOMPARE(seen, u"coffee"_s);
}

void tst_StateStore::applyOfSeveralFieldsNotifiesEachOnce()
{
    ShopStore store;
    QSignalSpy query(&store, &ShopStore::queryChanged);
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    QSignalSpy ratio(&store, &ShopStore::ratioChanged);
    QSignalSpy committed(&store, &ShopStore::committed);
    store.state.apply([](ShopState &s) {
        s.query = u"a"_s;
        s.query = u"b"_s;
        s.selected = 1;
    });
    QCOMPARE(query.count(), 1);
    QCOMPARE(selected.count(), 1);
    QCOMPARE(ratio.count(), 0);
    QCOMPARE(committed.count(), 1);
    QCOMPARE(committed.first().first().toLongLong(), 1);
}

void tst_StateStore::changeThatCancelsOutIsNoCommit()
{
    ShopStore store;
    store.addItems(100);
    QSignalSpy query(&store, &ShopStore::queryChanged);
    QSignalSpy committed(&store, &ShopStore::committed);
    {
        const Axiom::BatchScope scope;
        store.setQuery(u"x"_s);
        store.setQuery(QString());
        store.state.apply([](ShopState &s) { s.items.modify(50, [](Item &i) { i.stars = 1; }); });
        store.state.apply([](ShopState &s) { s.items.modify(50, [](Item &i) { i.stars = 0; }); });
    }
    QCOMPARE(query.count(), 0);
    QCOMPARE(committed.count(), 0);
    QCOMPARE(store.revision(), 1);
}

void tst_StateStore::applyBatchIsOneRevisionAndAllOrNothing()
{
    ShopStore store;
    QSignalSpy committed(&store, &ShopStore::committed);
    store.state.applyBatch({[](ShopState &s) { s.selected = 1; },
                            [](ShopState &s) { s.query = u"x"_s; },
                            [](ShopState &s) { ++s.selected; }});
    QCOMPARE(store.selected(), 2);
    QCOMPARE(committed.count(), 1);
    const QList<std::function<void(ShopState &)>> failing = {
        [](ShopState &s) { s.selected = 9; }, [](ShopState &) { throw std::runtime_error("no"); }};
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, store.state.applyBatch(failing));
    QCOMPARE(store.selected(), 2);
    QCOMPARE(store.revision(), 1);
}

void tst_StateStore::throwingMutationLeavesTheStateAndReportsOnce()
{
    ShopStore store;
    store.addItems(10);
    const auto before = store.state.snapshot();
    QSignalSpy errors(&store, &ShopStore::errorOccurred);
    QSignalSpy query(&store, &ShopStore::queryChanged);
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, store.state.apply([](ShopState &s) {
        s.query = u"lost"_s;
        s.items.clear();
        throw std::runtime_error("out of tea");
    }));
    QCOMPARE(store.state.snapshot(), before);
    QVERIFY(store.state.value() == *before);
    QCOMPARE(store.query(), QString());
    QCOMPARE(query.count(), 0);
    QCOMPARE(errors.count(), 1);
    const auto error = errors.first().first().value<Axiom::StateError>();
    QCOMPARE(error.code, Axiom::StateError::UpdateFailed);
    QVERIFY2(error.message.contains("out of tea"_L1), qPrintable(error.message));
    QVERIFY2(error.message.contains(store.name()), qPrintable(error.message));
    store.setQuery(u"goes on"_s);
    QCOMPARE(query.count(), 1);
    QCOMPARE(errors.count(), 1);
}

void tst_StateStore::throwingMutationInAScopeTakesBackOnlyItself()
{
    ShopStore store;
    QSignalSpy errors(&store, &ShopStore::errorOccurred);
    {
        const Axiom::BatchScope scope;
        store.setSelected(4);
        QVERIFY_THROWS_EXCEPTION(int, store.state.apply([](ShopState &s) {
            s.selected = 5;
            s.query = u"lost"_s;
            throw 1;
        }));
        QCOMPARE(store.selected(), 4);
        store.state.set(&ShopState::ratio, 0.5);
    }
    QCOMPARE(store.selected(), 4);
    QCOMPARE(store.query(), QString());
    QCOMPARE(store.ratio(), 0.5);
    QCOMPARE(errors.count(), 1);
}

void tst_StateStore::nestedApplyIsPartOfTheOuterOne()
{
    ShopStore store;
    QSignalSpy committed(&store, &ShopStore::committed);
    store.state.apply([&](ShopState &s) {
        s.selected = 1;
        store.state.apply([](ShopState &inner) { inner.selected += 10; });
        s.query = QString::number(s.selected);
    });
    QCOMPARE(store.selected(), 11);
    QCOMPARE(store.query(), u"11"_s);
    QCOMPARE(committed.count(), 1);
}

// Equal to what the mutation began with, not to what it has made of it.
void tst_StateStore::setWithinAMutationIsPartOfIt()
{
    ShopStore store;
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    store.state.apply([&](ShopState &s) {
        s.selected = 5;
        store.setSelected(-1);
        s.total = s.selected;
    });
    QCOMPARE(store.selected(), -1);
    QCOMPARE(store.total(), -1);
    QCOMPARE(selected.count(), 0);
}

void tst_StateStore::nestedApplyOfAThrowingOuterOneIsTakenBack()
{
    ShopStore store;
    QVERIFY_THROWS_EXCEPTION(int, store.state.apply([&](ShopState &) {
        store.state.apply([](ShopState &inner) { inner.selected = 7; });
        throw 1;
    }));
    QCOMPARE(store.selected(), -1);
    QCOMPARE(store.revision(), 0);
}

void tst_StateStore::scopeAnnouncesAtItsOutermostEnd()
{
    ShopStore store;
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    {
        const Axiom::BatchScope outer;
        {
            const Axiom::BatchScope inner;
            store.setSelected(1);
        }
        store.setSelected(2);
        QCOMPARE(selected.count(), 0);
    }
    QCOMPARE(selected.count(), 1);
    QCOMPARE(store.revision(), 1);
}

void tst_StateStore::scopeOverSeveralStoresCommitsAllBeforeAnyNotification()
{
    ShopStore a;
    ShopStore b;
    int seen = 0;
    connect(&a, &ShopStore::selectedChanged, this, [&] {
        QCOMPARE(b.selected(), 2);
        QCOMPARE(b.revision(), 1);
        ++seen;
    });
    connect(&b, &ShopStore::selectedChanged, this, [&] {
        QCOMPARE(a.selected(), 1);
        ++seen;
    });
    {
        const Axiom::BatchScope scope;
        a.setSelected(1);
        b.setSelected(2);
    }
    QCOMPARE(seen, 2);
}

void tst_StateStore::scopeShowsItsOwnChangesAndSnapshotsDoNot()
{
    ShopStore store;
    const Axiom::BatchScope scope;
    store.setSelected(1);
    QCOMPARE(store.selected(), 1);
    QCOMPARE(store.state.snapshot()->selected, -1);
}

void tst_StateStore::computedPropertyIsNotifiedWhenItsValueChanges()
{
    ShopStore store;
    QSignalSpy unrated(&store, &ShopStore::unratedChanged);
    store.addItems(3);
    QCOMPARE(unrated.count(), 1);
    QCOMPARE(store.unrated(), 3);
    store.state.apply([](ShopState &s) { s.items.modify(0, [](Item &i) { i.name = u"x"_s; }); });
    QCOMPARE(unrated.count(), 1);
    store.state.apply([](ShopState &s) { s.items.modify(0, [](Item &i) { i.stars = 5; }); });
    QCOMPARE(unrated.count(), 2);
}

void tst_StateStore::nothingRunsWithinAnUpdate_data()
{
    QTest::addColumn<Axiom::Priority>("urgency");
    QTest::addColumn<bool>("inScope");
    QTest::addRow("critical") << Axiom::Priority::Critical << false;
    QTest::addRow("critical, BatchScope") << Axiom::Priority::Critical << true;
    QTest::addRow("event loop") << Axiom::Priority::Normal << false;
    QTest::addRow("event loop, BatchScope") << Axiom::Priority::Normal << true;
}

// What it had changed would be lost with it when it throws.
void tst_StateStore::nothingRunsWithinAnUpdate()
{
    QFETCH(const Axiom::Priority, urgency);
    QFETCH(const bool, inScope);
    ShopStore store;
    Axiom::UpdateTicket ticket;
    {
        std::optional<Axiom::BatchScope> scope;
        if (inScope)
            scope.emplace();
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, store.state.apply([&](ShopState &s) {
            s.total = 3;
            ticket = store.state.enqueue([](ShopState &state) { state.selected = 7; },
                                         {urgency, QDeadlineTimer::Forever, {}});
            QCoreApplication::processEvents();
            Axiom::BatchCoordinator::instance()->flush();
            Axiom::BatchCoordinator::instance()->flushForFrame();
            throw std::runtime_error("midway");
        }));
        QCOMPARE(ticket.status(), Axiom::UpdateTicket::Pending);
    }
    QTRY_COMPARE(ticket.status(), Axiom::UpdateTicket::Applied);
    QCOMPARE(store.state->selected, 7);
    QCOMPARE(store.state->total, 0);
}

void tst_StateStore::errorMayBeToldBySomethingThatThrows()
{
    ShopStore store;
    connect(&store, &Axiom::StateStore::errorOccurred, this,
            [] { throw std::runtime_error("a slot"); });
    store.state.onChanged(&ShopState::total, this,
                          [](qint64, qint64) { throw std::runtime_error("an observer"); });
    int heard = 0;
    store.state.onChanged(&ShopState::total, this, [&](qint64, qint64) { ++heard; });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("an observer")));
    QTest::ignoreMessage(QtWarningMsg, "So did a slot of errorOccurred()");
    store.state.set(&ShopState::total, 1);
    QCOMPARE(heard, 1);
}

void tst_StateStore::storeMayDieOfASelectorsError()
{
    auto *store = new ShopStore;
    int calls = 0;
    for (int i = 0; i < 3; ++i) {
        store->state.computed("unrated", &ShopState::total, [&calls](qint64 total) {
            ++calls;
            if (total == 1)
                throw std::runtime_error("a selector");
            return total;
        });
    }
    connect(store, &Axiom::StateStore::errorOccurred, this, [store] { delete store; });
    const int before = calls;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a selector")));
    store->state.set(&ShopState::total, 1);
    QCOMPARE(calls, before + 1);
}

void tst_StateStore::computedPropertyThatIsNoneIsReportedOnce()
{
    ShopStore store;
    store.state.computed("totl", &ShopState::total, [](qint64 total) { return total; });
    QTest::ignoreMessage(QtWarningMsg,
                         "State::computed: ShopStore has no property 'totl' that notifies");
    store.state.set(&ShopState::total, 1);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
    store.state.set(&ShopState::total, 2);
}

void tst_StateStore::signalOfSeveralPropertiesIsEmittedOnce()
{
    FiguresStore store;
    const QSignalSpy figures(&store, &FiguresStore::figuresChanged);
    const QSignalSpy items(&store, &FiguresStore::itemsChanged);
    store.state.set(&ShopState::total, 1);
    QCOMPARE(figures.count(), 1);
    QCOMPARE(items.count(), 1);
    store.state.apply([](ShopState &s) {
        s.selected = 7;
        s.total = 2;
        s.items.append({u"tea"_s, 0});
    });
    QCOMPARE(figures.count(), 2);
    QCOMPARE(items.count(), 2);
    store.state.set(&ShopState::selected, 8);
    QCOMPARE(figures.count(), 3);
    QCOMPARE(items.count(), 2);
}

void tst_StateStore::fieldNamedAsAPropertyOfEveryStoreIsNone()
{
    NamesakeStore store;
    const QSignalSpy named(&store, &Axiom::StateStore::nameChanged);
    const QSignalSpy renamed(&store, &QObject::objectNameChanged);
    const QSignalSpy committed(&store, &Axiom::StateStore::committed);
    int changes = 0;
    store.state.onChanged(&NamesakeState::revision, this, [&] {
        QVERIFY(committed.isEmpty());
        ++changes;
    });
    store.state.apply([](NamesakeState &s) { s = {u"tea"_s, 9, true, u"shop"_s}; });
    QCOMPARE(changes, 1);
    QCOMPARE(named.count(), 0);
    QCOMPARE(renamed.count(), 0);
    QCOMPARE(committed.count(), 1);
}

void tst_StateStore::computedPropertyOfOtherFieldsIsNotEvaluated()
{
    ShopStore store;
    int evaluations = 0;
    store.state.computed("ratio", &ShopState::total, [&](qint64 total) {
        ++evaluations;
        return total;
    });
    QCOMPARE(evaluations, 1);
    store.setSelected(1);
    QCOMPARE(evaluations, 1);
    QSignalSpy ratio(&store, &ShopStore::ratioChanged);
    store.state.set(&ShopState::total, 5);
    QCOMPARE(evaluations, 2);
    QCOMPARE(ratio.count(), 1);
}

void tst_StateStore::onChangedGivesNowAndBefore()
{
    ShopStore store;
    QList<std::pair<int, int>> heard;
    store.state.onChanged(&ShopState::selected, this, [&](int now, int before) {
        heard.append({before, now});
    });
    QList<int> now;
    store.state.onChanged(&ShopState::selected, this, [&](int value) { now.append(value); });
    store.setSelected(1);
    store.setQuery(u"x"_s);
    store.setSelected(5);
    QCOMPARE(heard, (QList<std::pair<int, int>>{{-1, 1}, {1, 5}}));
    QCOMPARE(now, (QList<int>{1, 5}));
}

void tst_StateStore::onChangedTakesMemberFunctions()
{
    ShopStore store;
    Receiver receiver;
    store.state.onChanged(&ShopState::query, &receiver, &Receiver::hear);
    store.state.onChanged(&ShopState::query, &receiver, &Receiver::hearNow);
    store.state.onChanged(&ShopState::query, &receiver, &Receiver::count);
    store.state.onChanged(&ShopState::query, &receiver, &Receiver::countConst);
    store.state.onChanged(&ShopState::query, &receiver, &Receiver::countAny);
    store.setQuery(u"x"_s);
    QCOMPARE(receiver.heard, (QList<std::pair<QString, QString>>{{{}, u"x"_s}, {{}, u"x"_s}}));
    QCOMPARE(receiver.counted, 3);
}

void tst_StateStore::onChangedForgetsDeadContexts()
{
    ShopStore store;
    const auto captured = std::make_shared<int>();
    for (int i = 0; i < 10'000; ++i) {
        QObject context;
        store.state.onChanged(&ShopState::query, &context, [captured] {});
    }
    // None of them has heard of a change of its field.
    QVERIFY(captured.use_count() < 100);

    // Nor is what they let go of a danger where the list goes through their hands.
    for (int i = 0; i < 100; ++i) {
        const auto guest = std::shared_ptr<int>(new int, [&store, this](int *number) {
            delete number;
            store.state.onChanged(&ShopState::query, this, [] {});
        });
        QObject context;
        store.state.onChanged(&ShopState::query, &context, [guest] {});
    }
    store.setQuery(u"tea"_s);
    QCOMPARE(captured.use_count(), 1);
}

void tst_StateStore::whatDeadContextsHeldMayChangeTheStore()
{
    ShopStore store;
    const auto observe = [&] {
        const auto guard = std::shared_ptr<int>(new int, [&store](int *number) {
            delete number;
            store.state.apply([](ShopState &s) { ++s.total; });
        });
        QObject context;
        store.state.onChanged(&ShopState::selected, &context, [guard] {});
    };
    observe();
    store.setSelected(5);
    QCOMPARE(store.selected(), 5);
    QCOMPARE(store.total(), 1);
    for (int i = 0; i < 100; ++i)
        observe();
    store.setSelected(6);
    QCOMPARE(store.selected(), 6);
    QCOMPARE(store.total(), 101);
}

void tst_StateStore::whatDeadContextsHeldMayBeTheStore()
{
    for (const bool commits : {false, true}) {
        auto store = std::make_shared<ShopStore>();
        const QPointer<ShopStore> alive = store.get();
        auto &state = store->state;
        {
            QObject context;
            state.onChanged(&ShopState::selected, &context, [store = std::move(store)] {});
        }
        if (commits) {
            state.apply([](ShopState &s) { s.selected = 5; });
        } else {
            for (int i = 0; i < 100 && alive; ++i)
                state.onChanged(&ShopState::selected, this, [] {});
        }
        QVERIFY(!alive);
    }
}

void tst_StateStore::observerMadeByASlotHearsOfWhatComes()
{
    ShopStore store;
    QList<int> heard;
    std::function<void()> observe = [&] {
        store.state.onChanged(&ShopState::selected, this, [&](int now) {
            heard.append(now);
            if (heard.size() < 100)
                observe();
        });
    };
    observe();
    store.setSelected(1);
    QCOMPARE(heard, QList<int>{1});
    store.setSelected(2);
    QCOMPARE(heard, (QList<int>{1, 2, 2}));
}

void tst_StateStore::modelMadeByASlotIsNotToldOfThePast()
{
    ShopStore store;
    store.addItems(4);
    QStringList told;
    connect(&store, &ShopStore::selectedChanged, this, [&] {
        if (store.selected() == 1)
            store.state.apply([](ShopState &s) { s.items.append({u"late"_s, 0}); });
    });
    connect(&store, &ShopStore::ratioChanged, this, [&] {
        QAbstractItemModel *model = store.state.listModel(&ShopState::items);
        QCOMPARE(model->rowCount(), 5);
        connect(model, &QAbstractItemModel::rowsRemoved, this, [&] { told += u"removed"_s; });
        connect(model, &QAbstractItemModel::rowsInserted, this, [&] { told += u"inserted"_s; });
    });
    store.state.apply([](ShopState &s) {
        s.items.removeLast();
        s.items.append({u"new"_s, 0});
        s.selected = 1;
        s.ratio = 1;
    });
    QCOMPARE(told, QStringList());
    QCOMPARE(store.state.listModel(&ShopState::items)->rowCount(), 5);
}

void tst_StateStore::memberThatIsNoFieldCannotBeObserved()
{
    PartialStore store;
    const QRegularExpression warning(u"not among its Axiom::Fields"_s);
    QTest::ignoreMessage(QtWarningMsg, warning);
    store.state.onChanged(&Partial::untold, this, [] { QFAIL("nobody can tell"); });
    QTest::ignoreMessage(QtWarningMsg, warning);
    store.state.computed("untold", &Partial::untold, [](int untold) { return untold; });
    QTest::ignoreMessage(QtWarningMsg, warning);
    QCOMPARE(store.state.listModel(&Partial::rows), nullptr);
    int told = 0;
    store.state.onChanged(&Partial::told, this, [&] { ++told; });
    store.state.set(&Partial::told, 1);
    QCOMPARE(told, 1);
}

void tst_StateStore::mutationMayBeAMemberFunction()
{
    struct Counter
    {
        int count;
        void bump() { ++count; }
    };
    Counter counter{0};
    void (Counter::*bump)() = &Counter::bump;
    Axiom::detail::mutationRef<Counter>(bump)(&counter);
    QCOMPARE(counter.count, 1);
    auto function = Axiom::detail::UpdateFunction::make<Counter>(bump);
    function.ref()(&counter);
    QCOMPARE(counter.count, 2);
}

void tst_StateStore::onChangedStopsWithItsContext()
{
    ShopStore store;
    int heard = 0;
    {
        QObject context;
        store.state.onChanged(&ShopState::selected, &context, [&](int) { ++heard; });
        store.setSelected(1);
    }
    store.setSelected(2);
    QCOMPARE(heard, 1);
}

void tst_StateStore::onChangedReachesAContextInAnotherThread()
{
    ShopStore store;
    QThread thread;
    auto *context = new QObject;
    context->moveToThread(&thread);
    connect(&thread, &QThread::finished, context, &QObject::deleteLater);
    std::atomic<int> heard = 0;
    std::atomic<bool> rightThread = false;
    store.state.onChanged(&ShopState::selected, context, [&](int now, int) {
        rightThread = QThread::currentThread() == &thread;
        heard = now;
    });
    thread.start();
    store.setSelected(8);
    QTRY_COMPARE(heard.load(), 8);
    QVERIFY(rightThread);
    thread.quit();
    thread.wait();
}

void tst_StateStore::onChangedMayThrowInAnotherThread()
{
    ShopStore store;
    QThread thread;
    QObject context;
    context.moveToThread(&thread);
    store.state.onChanged(&ShopState::selected, &context,
                          [](int) { throw std::runtime_error("oops"); });
    QSignalSpy errors(&store, &ShopStore::errorOccurred);
    QTest::ignoreMessage(QtWarningMsg, "An observer threw: oops");
    store.setSelected(1);
    thread.start();
    QTRY_COMPARE(errors.count(), 1);
    QVERIFY(errors.first().first().value<Axiom::StateError>().message.contains(u"oops"_s));
    thread.quit();
    QVERIFY(thread.wait());
}

// As who passes work to a thread does.
void tst_StateStore::observersMayHaveAHandle()
{
    const auto alive = std::make_shared<int>();
    {
        ShopStore store;
        const auto handle = store.state.handle();
        store.state.onChanged(&ShopState::selected, this, [alive, handle](int) {});
        store.state.computed("unrated",
                             [alive, handle](const ShopState &s) { return s.items.size(); });
        store.setSelected(1);
        QVERIFY(alive.use_count() > 1);
    }
    QCOMPARE(alive.use_count(), 1);
}

void tst_StateStore::whatACommitLetsGoOfMayChangeTheStore_data()
{
    QTest::addColumn<bool>("inScope"); // where it goes with the checkpoint, else with a version
    QTest::newRow("apply") << false;
    QTest::newRow("scope") << true;
}

void tst_StateStore::whatACommitLetsGoOfMayChangeTheStore()
{
    QFETCH(const bool, inScope);
    GuestStore store;
    QList<int> told;
    store.state.onChanged(&GuestState::visits, this, [&](int visits) { told.append(visits); });
    const auto invite = [&] {
        store.state.apply([&](GuestState &s) {
            s.guest = std::shared_ptr<int>(new int, [&](int *guest) {
                delete guest;
                store.state.apply([](GuestState &now) { now.visits += 10; });
            });
        });
    };
    const auto leave = [&] {
        store.state.apply([](GuestState &s) {
            s.guest.reset();
            s.visits += 1;
        });
    };
    if (inScope) {
        Axiom::BatchScope scope;
        invite();
        leave();
    } else {
        invite();
        leave();
        store.state.apply([](GuestState &s) { s.visits += 1; });
        store.state.apply([](GuestState &s) { s.visits += 1; });
    }
    const int expected = inScope ? 11 : 13;
    QTRY_COMPARE(store.state->visits, expected);
    QCOMPARE(told.last(), expected);
}

void tst_StateStore::committedComesLast()
{
    ShopStore store;
    QStringList order;
    connect(&store, &ShopStore::committed, this, [&] { order.append(u"committed"_s); });
    connect(&store, &ShopStore::unratedChanged, this, [&] { order.append(u"computed"_s); });
    connect(&store, &ShopStore::queryChanged, this, [&] { order.append(u"query"_s); });
    store.state.onChanged(&ShopState::query, this,
                          [&](const QString &) { order.append(u"onChanged"_s); });
    store.state.apply([](ShopState &s) {
        s.query = u"x"_s;
        s.items.append({u"y"_s, 0});
    });
    QCOMPARE(order, (QStringList{u"query"_s, u"onChanged"_s, u"computed"_s, u"committed"_s}));
}

void tst_StateStore::observerMayApply()
{
    ShopStore store;
    QList<int> seen;
    connect(&store, &ShopStore::queryChanged, this, [&] {
        if (store.selected() < 3)
            store.setSelected(store.selected() + 1);
    });
    connect(&store, &ShopStore::selectedChanged, this, [&] { seen.append(store.selected()); });
    store.state.apply([](ShopState &s) {
        s.query = u"x"_s;
        s.selected = 0;
    });
    // The outer change is told first, then the observer's.
    QCOMPARE(seen.size(), 2);
    QCOMPARE(store.selected(), 1);
    QCOMPARE(store.revision(), 2);
}

void tst_StateStore::observerThatThrowsDoesNotStopTheOthers()
{
    ShopStore store;
    QSignalSpy errors(&store, &ShopStore::errorOccurred);
    int heard = 0;
    store.state.onChanged(&ShopState::selected, this,
                          [](int) { throw std::runtime_error("oops"); });
    store.state.onChanged(&ShopState::selected, this, [&](int) { ++heard; });
    QTest::ignoreMessage(QtWarningMsg, "An observer threw: oops");
    store.setSelected(1);
    QCOMPARE(heard, 1);
    QCOMPARE(errors.count(), 1);
    QCOMPARE(store.selected(), 1);
}

void tst_StateStore::eventLoopInAnObserverLosesAndRepeatsNothing()
{
    ShopStore store;
    QList<int> heard;
    bool nested = false;
    store.state.onChanged(&ShopState::selected, this, [&](int now) {
        heard.append(now);
        if (std::exchange(nested, true))
            return;
        for (int i = 10; i < 15; ++i)
            store.state.enqueue([i](ShopState &s) { s.selected = i; });
        QEventLoop loop;
        const auto ticket = store.state.enqueue([](ShopState &s) { s.total = 1; });
        ticket.then(&loop, [&](auto) { loop.quit(); });
        loop.exec();
    });
    QSignalSpy ratio(&store, &ShopStore::ratioChanged);
    store.state.apply([](ShopState &s) {
        s.selected = 1;
        s.ratio = 1;
    });
    QCOMPARE(heard.first(), 1);
    QCOMPARE(heard.last(), 14);
    QCOMPARE(heard.count(1), 1);
    QCOMPARE(heard.count(14), 1);
    QCOMPARE(ratio.count(), 1);
}

void tst_StateStore::eventLoopInAnObserverOfAFlushStillGetsUpdates()
{
    ShopStore store;
    bool applied = false;
    store.state.onChanged(&ShopState::selected, this, [&](int) {
        QEventLoop loop;
        const auto ticket = store.state.enqueue([](ShopState &s) { s.total = 1; });
        ticket.then(&loop, [&] {
            applied = true;
            loop.quit();
        });
        loop.exec();
    });
    // Not by flush(): the event loop's own flush is under way when the nested loop begins.
    store.state.enqueue([](ShopState &s) { s.selected = 1; });
    QTRY_VERIFY(applied);
    QCOMPARE(store.total(), 1);
}

void tst_StateStore::snapshotDoesNotSeeLaterChanges()
{
    ShopStore store;
    store.addItems(1000);
    const auto snapshot = store.state.snapshot();
    store.state.apply([](ShopState &s) {
        s.items.modify(500, [](Item &i) { i.stars = 4; });
        s.items.removeAt(0);
    });
    QCOMPARE(snapshot->items.size(), 1000);
    QCOMPARE(snapshot->items.at(500).stars, 0);
    QCOMPARE(store.state->items.at(499).stars, 4);
    QCOMPARE(snapshot.revision(), 1);
}

void tst_StateStore::snapshotsAreEqualByIdentity()
{
    ShopStore store;
    const auto a = store.state.snapshot();
    QVERIFY(a == store.state.snapshot());
    store.setSelected(1);
    QVERIFY(a != store.state.snapshot());
    store.setSelected(-1);
    QVERIFY(a != store.state.snapshot());
    QVERIFY(*a == *store.state.snapshot());
    QVERIFY(!Axiom::Snapshot<ShopState>().isValid());
}

void tst_StateStore::snapshotOutlivesItsStore()
{
    Axiom::Snapshot<ShopState> snapshot;
    {
        ShopStore store;
        store.addItems(10);
        snapshot = store.state.snapshot();
    }
    QCOMPARE(snapshot->items.size(), 10);
}

void tst_StateStore::restoreGoesBackAndNotifiesTheDifference()
{
    ShopStore store;
    store.addItems(10);
    store.setQuery(u"a"_s);
    const auto snapshot = store.state.snapshot();
    store.setQuery(u"b"_s);
    store.state.apply([](ShopState &s) { s.items.removeAt(3); });
    QSignalSpy query(&store, &ShopStore::queryChanged);
    QSignalSpy selected(&store, &ShopStore::selectedChanged);
    store.state.restore(snapshot);
    QVERIFY(*snapshot == store.state.value());
    QCOMPARE(query.count(), 1);
    QCOMPARE(selected.count(), 0);
    QCOMPARE(store.revision(), 5);
}

void tst_StateStore::restoreOfAnInvalidSnapshotDoesNothing()
{
    ShopStore store;
    store.setSelected(1);
    store.state.restore({});
    QCOMPARE(store.selected(), 1);
}

void tst_StateStore::enqueuedUpdatesAreAppliedOnceAFlush()
{
    ShopStore store;
    QSignalSpy total(&store, &ShopStore::totalChanged);
    for (int i = 0; i < 1000; ++i)
        store.state.enqueue([](ShopState &s) noexcept { ++s.total; });
    QCOMPARE(store.total(), 0);
    QCOMPARE(store.pendingUpdates(), 1000);
    Axiom::BatchCoordinator::instance()
        ->flush(); // as the event loop, but without an end of its slice
    QCOMPARE(store.total(), 1000);
    QCOMPARE(total.count(), 1);
    QCOMPARE(store.revision(), 1);
    QCOMPARE(store.pendingUpdates(), 0);
}

void tst_StateStore::enqueuedUpdateThatThrowsFailsAlone()
{
    ShopStore store;
    store.addItems(100);
    QSignalSpy errors(&store, &ShopStore::errorOccurred);
    QList<Axiom::UpdateTicket> tickets;
    for (int i = 0; i < 10; ++i) {
        tickets.append(store.state.enqueue([i](ShopState &s) {
            s.total += 1;
            s.items.modify(i, [](Item &item) { item.stars = 1; });
            if (i == 4)
                throw std::runtime_error("four");
        }));
    }
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(store.total(), 9);
    QCOMPARE(store.state->items.at(4).stars, 0);
    QCOMPARE(store.state->items.at(3).stars, 1);
    QCOMPARE(store.state->items.at(5).stars, 1);
    QCOMPARE(tickets.at(4).status(), Axiom::UpdateTicket::Failed);
    QCOMPARE(tickets.at(5).status(), Axiom::UpdateTicket::Applied);
    QCOMPARE(errors.count(), 1);
    QCOMPARE(store.revision(), 2);
}

void tst_StateStore::criticalUpdateOnTheOwnersThreadIsAppliedAtOnce()
{
    ShopStore store;
    store.state.enqueue([](ShopState &s) { s.query = u"later"_s; });
    const auto ticket = store.state.enqueue([](ShopState &s) { s.selected = 1; },
                                            {.priority = Axiom::Priority::Critical});
    QCOMPARE(ticket.status(), Axiom::UpdateTicket::Applied);
    QCOMPARE(store.selected(), 1);
    QCOMPARE(store.query(), QString());
    QTRY_COMPARE(store.query(), u"later"_s);
}

void tst_StateStore::updatesOfADeadStoreAreDropped()
{
    auto store = std::make_unique<ShopStore>();
    const auto handle = store->state.handle();
    bool ran = false;
    const auto waiting = handle.enqueue([&](ShopState &) { ran = true; });
    store.reset();
    const auto late = handle.enqueue([&](ShopState &) { ran = true; });
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(waiting.status(), Axiom::UpdateTicket::Dropped);
    QCOMPARE(late.status(), Axiom::UpdateTicket::Dropped);
    QVERIFY(!ran);
    QVERIFY(handle.snapshot().isValid());
}

void tst_StateStore::storeMayBeDeletedByItsMutation()
{
    QPointer<ShopStore> store = new ShopStore;
    store->state.apply([&](ShopState &s) {
        s.selected = 1;
        delete store.data();
        s.query = u"still here"_s;
    });
    QVERIFY(!store);
}

void tst_StateStore::storeMayBeDeletedByItsObserver()
{
    QPointer<ShopStore> store = new ShopStore;
    int afterwards = 0;
    connect(store, &ShopStore::queryChanged, this, [&] { delete store.data(); });
    store->state.onChanged(&ShopState::query, this, [&](const QString &) { ++afterwards; });
    store->setQuery(u"x"_s);
    QVERIFY(!store);
    QCOMPARE(afterwards, 0);
}

void tst_StateStore::storeMayBeDeletedByAnObserverOfAnother()
{
    ShopStore a;
    QPointer<ShopStore> b = new ShopStore;
    int heard = 0;
    connect(&a, &ShopStore::selectedChanged, this, [&] { delete b.data(); });
    connect(b, &ShopStore::selectedChanged, this, [&] { ++heard; });
    {
        const Axiom::BatchScope scope;
        a.setSelected(1);
        b->setSelected(1);
    }
    QVERIFY(!b);
    QCOMPARE(heard, 0);
}

void tst_StateStore::storeMayDieInAScope()
{
    ShopStore other;
    {
        const Axiom::BatchScope scope;
        auto store = std::make_unique<ShopStore>();
        store->setSelected(1);
        other.setSelected(1);
    }
    QCOMPARE(other.revision(), 1);
}

void tst_StateStore::storeMayDieWhileThreadsSubmit()
{
    for (int round = 0; round < 20; ++round) {
        auto store = std::make_unique<ShopStore>();
        const auto handle = store->state.handle();
        std::atomic<bool> stop = false;
        std::thread threads[2];
        for (std::thread &thread : threads) {
            thread = std::thread([&, handle] {
                while (!stop) {
                    handle.enqueue([](ShopState &s) { ++s.total; });
                    (void)handle.snapshot()->total;
                }
            });
        }
        const auto before = store->total();
        while (store->total() == before)
            QCoreApplication::processEvents();
        store.reset();
        stop = true;
        for (std::thread &thread : threads)
            thread.join();
        Axiom::BatchCoordinator::instance()->flush();
    }
}

void tst_StateStore::snapshotsFromThreadsAreNeverTorn()
{
    ShopStore store;
    store.setSelected(0);
    const auto handle = store.state.handle();
    std::atomic<bool> stop = false;
    std::atomic<int> torn = 0;
    std::thread readers[2];
    for (std::thread &reader : readers) {
        reader = std::thread([&, handle] {
            qint64 revision = 0;
            while (!stop) {
                const auto snapshot = handle.snapshot();
                torn += snapshot->total != snapshot->selected
                    || snapshot->items.size() != snapshot->total || snapshot.revision() < revision;
                revision = snapshot.revision();
            }
        });
    }
    for (int i = 1; i <= 2000; ++i) {
        store.state.apply([i](ShopState &s) {
            s.total = i;
            s.selected = i;
            s.items.append(Item());
        });
    }
    stop = true;
    for (std::thread &reader : readers)
        reader.join();
    QCOMPARE(torn.load(), 0);
}

void tst_StateStore::applyFromAnotherThreadIsRefused()
{
    ShopStore store;
    QTest::ignoreMessage(QtWarningMsg,
                         "State::apply: called from another thread than the store's; nothing was "
                         "changed, use enqueue()");
    std::thread([&] { store.setSelected(1); }).join();
    QCOMPARE(store.selected(), -1);
}

void tst_StateStore::strategyChangesWhenTheWorkingCopyIsMade()
{
    ShopStore store;
    auto snapshot = store.state.snapshot();
    store.setSelected(1);
    QCOMPARE(store.state.cowMetrics().clonedWrites, 1);
    snapshot = {};
    store.setSelected(2);
    QCOMPARE(store.state.cowMetrics().clonedWrites, 1);
    QCOMPARE(store.state.cowMetrics().uniqueWrites, 1);

    store.setStrategy(Axiom::CowStrategy::EagerClone);
    snapshot = store.state.snapshot();
    QCoreApplication::processEvents();
    store.setSelected(3);
    QCOMPARE(store.state.cowMetrics().clonedWrites, 1);
    QCOMPARE(store.state.cowMetrics().uniqueWrites, 2);
    QCOMPARE(snapshot->selected, 2);
    QVERIFY(store.state.cowMetrics().totalReads > 0);
}

void tst_StateStore::nameIsTheClassNameUntilSet()
{
    ShopStore store;
    QCOMPARE(store.name(), u"ShopStore"_s);
    QSignalSpy changed(&store, &ShopStore::nameChanged);
    store.setName(u"Tea shop"_s);
    store.setName(u"Tea shop"_s);
    QCOMPARE(store.name(), u"Tea shop"_s);
    QCOMPARE(changed.count(), 1);
}

void tst_StateStore::storesAreListed()
{
    const qsizetype others = Axiom::StateStore::all().size();
    {
        ShopStore store;
        QCOMPARE(Axiom::StateStore::all().size(), others + 1);
        QVERIFY(Axiom::StateStore::all().contains(&store));
    }
    QCOMPARE(Axiom::StateStore::all().size(), others);
}

void tst_StateStore::threadIsToldOfItsOwnStores()
{
    using Axiom::detail::storesOfThisThread;
    using Stores = QList<Axiom::StateStore *>;
    ShopStore first;
    ShopStore second;
    Stores there;
    bool isTheirs = false;
    std::thread([&] {
        there = storesOfThisThread();
        ShopStore theirs;
        isTheirs = storesOfThisThread() == Stores{&theirs};
    }).join();
    QCOMPARE(there, Stores());
    QVERIFY(isTheirs);
    QCOMPARE(storesOfThisThread(), (Stores{&first, &second}));
}

void tst_StateStore::signalsMayHaveAnyParameters()
{
    WordyStore store;
    QList<QVariant> told;
    connect(&store, &WordyStore::anyChanged, this, [&](const QVariant &now) { told.append(now); });
    connect(&store, &WordyStore::levelChanged, this, [&](int now, const QString &why) {
        told.append(now);
        told.append(why);
    });
    store.state.set(&WordyState::any, QVariant(5));
    store.state.set(&WordyState::level, 7);
    QCOMPARE(told, (QList<QVariant>{5, 7, QString()}));
    store.setGuest(this);
    QCOMPARE(store.guest(), this);
}

void tst_StateStore::observersMayChangeTheStateAsTheyGo()
{
    // Which of the updates are recorded goes by time.
    for (int i = 0; i < 5'000; ++i) {
        auto store = std::make_unique<ShopStore>();
        const std::shared_ptr<void> held(store.get(), [](void *changed) {
            static_cast<ShopStore *>(changed)->state.set(&ShopState::selected, 2);
        });
        store->state.onChanged(&ShopState::selected, store.get(), [held] {});
        store->state.set(&ShopState::selected, 1);
    }
}

void tst_StateStore::residentBytesAreToldOfWithoutAFlush()
{
    ShopStore store;
    QSignalSpy told(&store, &Axiom::StateStore::residentBytesChanged);
    store.state.set(&ShopState::query, QStringLiteral("milk"));
    QVERIFY(told.isEmpty());
    QTRY_COMPARE(told.size(), 1);
}

void tst_StateStore::pendingLimitTakesKnownPoliciesOnly()
{
    ShopStore store;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no such policy")));
    store.setPendingLimit(1, Axiom::OverflowPolicy(17));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(store.state.enqueue([](ShopState &) {}).status(), Axiom::UpdateTicket::Pending);
}

void tst_StateStore::residentBytesGrowWithTheState()
{
    ShopStore store;
    const qint64 empty = store.residentBytes();
    QVERIFY(empty >= qint64(sizeof(ShopState)));
    store.addItems(1000);
    QVERIFY(store.residentBytes() >= empty + 1000 * qint64(sizeof(Item)));
    QCOMPARE(store.property("residentBytes").toDouble(), double(store.residentBytes()));
}

void tst_StateStore::pendingUpdatesAreCounted()
{
    ShopStore store;
    auto ticket = store.state.enqueue([](ShopState &) {});
    store.state.enqueue([](ShopState &) {}, {.coalesceKey = "k"});
    store.state.enqueue([](ShopState &) {}, {.coalesceKey = "k"});
    QCOMPARE(store.pendingUpdates(), 2);
    QVERIFY(ticket.cancel());
    QCOMPARE(store.pendingUpdates(), 1);
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(store.pendingUpdates(), 0);
}

void tst_StateStore::pendingUpdatesAreToldOfByTheStoresOfAFlush()
{
    ShopStore idle;
    const QSignalSpy idleSpy(&idle, &Axiom::StateStore::pendingUpdatesChanged);
    ShopStore store;
    auto victim = std::make_unique<ShopStore>();
    QList<int> told;
    connect(&store, &Axiom::StateStore::pendingUpdatesChanged, this, [&] {
        told.append(store.pendingUpdates());
        victim.reset();
    });
    for (int i = 0; i < 3; ++i)
        store.state.enqueue([](ShopState &) {});
    victim->state.enqueue([](ShopState &) {});
    store.state.enqueue([](ShopState &) { throw std::runtime_error("no"); });
    Axiom::BatchCoordinator::instance()->flush();
    QCOMPARE(told, QList<int>{0});
    QVERIFY(!victim);
    QCOMPARE(idleSpy.size(), 0);
}

using Observe = std::function<void(ShopStore *, QObject *)>;

void tst_StateStore::framesAreAskedForWhileTheStoreIsObserved_data()
{
    QTest::addColumn<Observe>("observe");
    QTest::newRow("property of a field") << Observe([](ShopStore *store, QObject *context) {
        connect(store, &ShopStore::totalChanged, context, [] {});
    });
    QTest::newRow("computed property") << Observe([](ShopStore *store, QObject *context) {
        connect(store, &ShopStore::unratedChanged, context, [] {});
    });
    QTest::newRow("revision") << Observe([](ShopStore *store, QObject *context) {
        connect(store, &ShopStore::committed, context, [] {});
    });
    QTest::newRow("rows of a list model") << Observe([](ShopStore *store, QObject *context) {
        connect(store->state.listModel(&ShopState::items), &QAbstractItemModel::rowsInserted,
                context, [] {});
    });
    QTest::newRow("onChanged") << Observe([](ShopStore *store, QObject *context) {
        store->state.onChanged(&ShopState::query, context, [](const QString &) {});
    });
}

void tst_StateStore::framesAreAskedForWhileTheStoreIsObserved()
{
    QFETCH(Observe, observe);
    auto owned = std::make_unique<Axiom::VirtualBatchHost>();
    Axiom::VirtualBatchHost *host = owned.get();
    host->setFrameInterval(std::chrono::milliseconds(16));
    Axiom::BatchCoordinator coordinator(std::move(owned));
    Axiom::BatchCoordinator::setInstance(&coordinator);
    ShopStore store;
    const auto framesAskedFor = [&] {
        const int before = host->frameRequestCount();
        for (int i = 0; i < 100; ++i) {
            store.state.enqueue([](ShopState &s) { ++s.selected; });
            host->run(std::chrono::milliseconds(1));
        }
        host->runUntilIdle();
        return host->frameRequestCount() - before;
    };
    store.state.listModel(&ShopState::items); // a model that nobody looks at
    QCOMPARE(framesAskedFor(), 0);
    QCOMPARE(store.selected(), 99);
    {
        QObject context;
        observe(&store, &context);
        QVERIFY(framesAskedFor() >= 5);
    }
    QCOMPARE(framesAskedFor(), 0);
    QCOMPARE(store.selected(), 299);
}

QTEST_GUILESS_MAIN(tst_StateStore)

#include "tst_statestore.moc"
