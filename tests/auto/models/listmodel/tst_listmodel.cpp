// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/BatchCoordinator>
#include <AxiomState/BatchScope>
#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qitemselectionmodel.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qrandom.h>
#include <QtCore/qset.h>
#include <QtCore/qsortfilterproxymodel.h>
#include <QtCore/qtimer.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>

using namespace Qt::StringLiterals;

struct Track
{
    int id = 0;
    QString title;
    int plays = 0;
    double gain = 0;
    AXIOM_FIELDS(Track, id, title, plays, gain)
};

struct PlayerState
{
    Axiom::CowVector<Track> tracks;
    Axiom::CowVector<int> rows;
    Axiom::CowVector<QString> tags;
    int volume = 0;
    AXIOM_FIELDS(PlayerState, tracks, rows, tags, volume)
};

enum Role { IdRole = Qt::UserRole + 1, TitleRole, PlaysRole, GainRole };

// An assignment may throw.
struct Label
{
    Label() = default;
    explicit Label(int value) : number(value) { }
    Label(const Label &) = default;
    Label &operator=(const Label &other)
    {
        if (isBroken)
            throw std::runtime_error("broken");
        number = other.number;
        return *this;
    }
    bool operator==(const Label &other) const { return number == other.number; }

    int number = 0;
    static inline bool isBroken = false;
};
Q_DECLARE_METATYPE(Label)

struct Part
{
    int number = 0;
    std::optional<int> weight;
    AXIOM_FIELDS(Part, number, weight)
};

struct Review
{
    Label label;
    std::optional<int> stars;
    Axiom::CowVector<Part> parts; // neither these nor their hash can be streamed
    Axiom::CowHash<int, Part> byNumber;
    AXIOM_FIELDS(Review, label, stars, parts, byNumber)
};

struct ReviewState
{
    Axiom::CowVector<Review> reviews;
    AXIOM_FIELDS(ReviewState, reviews)
};

class ReviewStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    ReviewStore()
    {
        state.apply([](ReviewState &s) { s.reviews.append(Review{Label(1), {}, {}, {}}); });
    }

    Axiom::State<ReviewState> state{this};
};

class PlayerStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(QAbstractItemModel *tracks READ tracks CONSTANT)

public:
    QAbstractItemModel *tracks() { return state.listModel(&PlayerState::tracks); }
    QAbstractItemModel *byId() { return state.listModel(&PlayerState::tracks, &Track::id); }
    QAbstractItemModel *ordered()
    {
        return state.listModel(&PlayerState::tracks, &PlayerState::rows);
    }

    static Track track(int id) { return {id, QString::number(id), 0, 0}; }

    void fill(int count)
    {
        state.apply([count](PlayerState &s) {
            QList<Track> tracks;
            QList<int> rows;
            for (int i = 0; i < count; ++i) {
                tracks.append(track(i));
                rows.append(i);
            }
            s.tracks = tracks;
            s.rows = rows;
        });
    }

    Axiom::State<PlayerState> state{this};
};

// Checks a model against what a view would make of its signals alone: a copy of the rows, kept by
// insertions, removals, moves and changes of the roles named. A reset is an error.
class Mirror : public QObject
{
public:
    explicit Mirror(QAbstractItemModel *model)
        : m_model(model), m_tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
        for (int row = 0; row < model->rowCount(); ++row)
            m_rows.append(read(row));
        connect(model, &QAbstractItemModel::rowsInserted, this,
                [this](const QModelIndex &, int first, int last) {
                    ++signalCount;
                    for (int row = first; row <= last; ++row)
                        m_rows.insert(row, read(row));
                });
        connect(model, &QAbstractItemModel::rowsRemoved, this,
                [this](const QModelIndex &, int first, int last) {
                    ++signalCount;
                    m_rows.remove(first, last - first + 1);
                });
        connect(model, &QAbstractItemModel::rowsMoved, this,
                [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
                    ++signalCount;
                    const auto moved = m_rows.mid(first, last - first + 1);
                    m_rows.remove(first, moved.size());
                    qsizetype at = to > last ? to - moved.size() : to;
                    for (const Row &row : moved)
                        m_rows.insert(at++, row);
                });
        connect(model, &QAbstractItemModel::dataChanged, this,
                [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                    ++signalCount;
                    for (int row = first.row(); row <= last.row(); ++row) {
                        for (const int role : roles)
                            m_rows[row].insert(role, m_model->index(row, 0).data(role));
                    }
                });
        connect(model, &QAbstractItemModel::layoutAboutToBeChanged, this, [this] {
            m_kept.clear();
            for (int row = 0; row < m_model->rowCount(); ++row)
                m_kept.append(QPersistentModelIndex(m_model->index(row, 0)));
        });
        connect(model, &QAbstractItemModel::layoutChanged, this, [this] {
            ++signalCount;
            QList<Row> rows(m_rows.size());
            for (qsizetype i = 0; i < m_kept.size(); ++i)
                rows[m_kept.at(i).row()] = m_rows.at(i);
            m_rows = rows;
        });
        connect(model, &QAbstractItemModel::modelReset, this, [this] { ++resets; });
    }

    bool agrees() const
    {
        if (m_rows.size() != m_model->rowCount() || resets > 0)
            return false;
        for (int row = 0; row < m_model->rowCount(); ++row) {
            if (m_rows.at(row) != read(row)) {
                qWarning() << "row" << row << "is" << read(row) << "and was told as"
                           << m_rows.at(row);
                return false;
            }
        }
        return true;
    }

    // The same without a look at the model, which would count as reading its rows.
    bool agreesWith(const Axiom::CowVector<Track> &tracks) const
    {
        if (m_rows.size() != tracks.size() || m_model->rowCount() != tracks.size() || resets > 0)
            return false;
        for (int row = 0; row < tracks.size(); ++row) {
            const Track &track = tracks.at(row);
            const Row &told = m_rows.at(row);
            if (told.value(IdRole) != track.id || told.value(TitleRole) != track.title
                || told.value(PlaysRole) != track.plays || told.value(GainRole) != track.gain) {
                qWarning() << "row" << row << "was told as" << told;
                return false;
            }
        }
        return true;
    }

    int signalCount = 0;
    int resets = 0;

private:
    using Row = QHash<int, QVariant>;

    Row read(int row) const
    {
        Row values;
        const QModelIndex index = m_model->index(row, 0);
        for (const int role : {int(Qt::DisplayRole), int(Qt::EditRole), int(IdRole), int(TitleRole),
                               int(PlaysRole), int(GainRole)})
            values.insert(role, index.data(role));
        return values;
    }

    QAbstractItemModel *const m_model;
    QAbstractItemModelTester m_tester;
    QList<Row> m_rows;
    QList<QPersistentModelIndex> m_kept;
};

class Thrower : public QObject
{
    Q_OBJECT

public:
    bool hasThrown = false;

public Q_SLOTS:
    void fail()
    {
        hasThrown = true;
        throw std::runtime_error("slot");
    }
};

class Deleter : public QObject
{
    Q_OBJECT

public:
    explicit Deleter(QObject *object) : m_object(object) { }
    bool hasRun = false;

public Q_SLOTS:
    void run()
    {
        hasRun = true;
        delete m_object.data();
    }

private:
    const QPointer<QObject> m_object;
};

// Follows some rows as a view does that holds no persistent indexes: by insertions and removals.
class RowFollower : public QObject
{
public:
    explicit RowFollower(QAbstractItemModel *model)
    {
        connect(model, &QAbstractItemModel::rowsInserted, this,
                [this](const QModelIndex &, int first, int last) {
                    for (int &row : rows)
                        row += row >= first ? last - first + 1 : 0;
                });
        connect(model, &QAbstractItemModel::rowsRemoved, this,
                [this](const QModelIndex &, int first, int last) {
                    for (int &row : rows) {
                        if (row > last)
                            row -= last - first + 1;
                        else if (row >= first)
                            row = -1;
                    }
                });
    }

    QList<int> rows;
};

// Rows far apart come, go and change, each kind as often as asked.
struct Scatter
{
    int inserted = 0;
    int removed = 0;
    int updated = 0;
    int nextId = 1'000'000;

    void operator()(Axiom::CowVector<Track> &tracks, QRandomGenerator &random)
    {
        for (int i = 0; i < updated; ++i)
            tracks.modify(random.bounded(int(tracks.size())), [](Track &t) { ++t.plays; });
        for (int i = 0; i < removed; ++i)
            tracks.removeAt(random.bounded(int(tracks.size())));
        for (int i = 0; i < inserted; ++i)
            tracks.insert(random.bounded(int(tracks.size()) + 1), PlayerStore::track(nextId++));
    }
};

class tst_ListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rolesAreTheElementsFields();
    void elementsWithoutFieldsHaveADisplayRole();
    void oneModelPerField();
    void insertionsAndRemovalsAreTold();
    void updateNamesTheRolesThatChanged();
    void neighboursAreMergedIntoOneUpdate();
    void scatteredUpdatesAreMergedIntoFew();
    void nothingIsToldOfOtherFields();
    void severalChangesInAScopeAreToldAtItsEnd();
    void editingGoesIntoTheStore();
    void editingRefusesWhatItCannotConvert();
    void editingOfAnEarlierVersionIsRefused();
    void editingAfterTheStoreDiedIsRefused();
    void severalEditsGoIntoOneScope();
    void editThatChangesNothingHoldsNothing();
    void editThatThrowsIsRefused();
    void optionalRolesAreValuesOrNull();
    void throwingMutationLeavesTheModel();
    void outOfRangeUpdateChangesNothing();
    void restoreIsToldAsADifference();
    void storeMayBeChangedFromARowSignal();
    void storeMayBeDeletedFromARowSignal_data();
    void storeMayBeDeletedFromARowSignal();
    void storeMayBeDeletedInAnEventLoopOfARowSignal();
    void moveByKeyIsToldAsAMove();
    void persistentIndexesFollowTheirRows();
    void listThatCameAsAWholeKeepsItsRows_data();
    void listThatCameAsAWholeKeepsItsRows();
    void rowsThatAreSortedByKeyAreReordered_data();
    void rowsThatAreSortedByKeyAreReordered();
    void rowsReadInASignalAreKnown();
    void proxyModelsMayStandOnIt();
    void randomChangesAreToldExactly_data();
    void randomChangesAreToldExactly();

    void bulkChangesAreToldExactly_data();
    void bulkChangesAreToldExactly();
    void bulkChangeTakesFewSignals_data();
    void bulkChangeTakesFewSignals();
    void bulkChangeWithMovesIsToldExactly();
    void bulkChangeKeepsRowsLookedAtInTheirPlace();
    void bulkChangeOfAModelReadAllThroughIsBounded();
    void bulkUpdatesAreMerged();
    void persistentIndexesFollowTheirRowsInBulk();
    void selectionFollowsItsRowsInBulk();
    void proxyModelsFollowInBulk();
    void storeMayBeChangedFromASignalInBulk();
    void proxyThatSortsStaysInOrder_data();
    void proxyThatSortsStaysInOrder();

    void orderedModelShowsWhatTheOrderLists();
    void orderedModelKeepsRowsLookedAtInTheirPlace();
    void orderedModelUpdatesOnlyRowsItShows();
    void orderedModelRemovesAndInsertsForASmallChange();
    void orderedModelReordersAtOnceForALargeChange();
    void orderedModelEditsTheElementItShows();
    void orderedModelBearsPositionsThatDoNotExist();
    void orderedModelBearsPositionsListedTwice();
    void orderedModelBearsElementsThatGoBeforeTheirOrder();
    void rowsAreToldWhenASlotThrew_data();
    void rowsAreToldWhenASlotThrew();
    void rowsAreToldInBulkWhenASlotThrew();
    void orderedModelGoesOnWhenAnObserverThrew_data();
    void orderedModelGoesOnWhenAnObserverThrew();
    void orderedModelFollowsElementsThatShift();
    void randomOrdersAreToldExactly();
};

void tst_ListModel::rolesAreTheElementsFields()
{
    PlayerStore store;
    store.fill(3);
    const QHash<int, QByteArray> names = store.tracks()->roleNames();
    QCOMPARE(names,
             (QHash<int, QByteArray>{
                 {IdRole, "id"}, {TitleRole, "title"}, {PlaysRole, "plays"}, {GainRole, "gain"}}));
    const QModelIndex index = store.tracks()->index(2, 0);
    QCOMPARE(index.data(TitleRole), QVariant(u"2"_s));
    QCOMPARE(index.data(Qt::DisplayRole), QVariant(2));
    QCOMPARE(index.data(GainRole + 1), QVariant());
    QCOMPARE(store.tracks()->data({}, TitleRole), QVariant());
}

void tst_ListModel::elementsWithoutFieldsHaveADisplayRole()
{
    PlayerStore store;
    QAbstractItemModel *tags = store.state.listModel(&PlayerState::tags);
    const QAbstractItemModelTester tester(tags);
    QCOMPARE(tags->roleNames(), (QHash<int, QByteArray>{{Qt::DisplayRole, "display"}}));
    store.state.apply([](PlayerState &s) { s.tags = {u"jazz"_s, u"blues"_s}; });
    QCOMPARE(tags->index(1, 0).data(), QVariant(u"blues"_s));
    QVERIFY(tags->setData(tags->index(0, 0), u"rock"_s, Qt::EditRole));
    QCOMPARE(store.state->tags.at(0), u"rock"_s);
}

void tst_ListModel::oneModelPerField()
{
    PlayerStore store;
    QCOMPARE(store.tracks(), store.tracks());
    QVERIFY(store.tracks() != store.ordered());
    QCOMPARE(store.tracks()->parent(), &store);
}

void tst_ListModel::insertionsAndRemovalsAreTold()
{
    PlayerStore store;
    store.fill(1000);
    Mirror mirror(store.tracks());
    QSignalSpy inserted(store.tracks(), &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(store.tracks(), &QAbstractItemModel::rowsRemoved);
    store.state.apply([](PlayerState &s) { s.tracks.insert(500, PlayerStore::track(5000)); });
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted.first().at(1).toInt(), 500);
    QCOMPARE(inserted.first().at(2).toInt(), 500);
    store.state.apply([](PlayerState &s) { s.tracks.prepend(PlayerStore::track(-1)); });
    QCOMPARE(inserted.count(), 2);
    store.state.apply([](PlayerState &s) { s.tracks.erase(100, 50); });
    QCOMPARE(removed.count(), 1);
    QCOMPARE(removed.first().at(1).toInt(), 100);
    QCOMPARE(removed.first().at(2).toInt(), 149);
    store.state.apply([](PlayerState &s) { s.tracks.clear(); });
    QCOMPARE(removed.count(), 2);
    QCOMPARE(mirror.signalCount, 4);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::updateNamesTheRolesThatChanged()
{
    PlayerStore store;
    store.fill(1000);
    Mirror mirror(store.tracks());
    QSignalSpy changed(store.tracks(), &QAbstractItemModel::dataChanged);
    store.state.apply([](PlayerState &s) {
        s.tracks.modify(700, [](Track &t) {
            t.plays = 9;
            t.gain = 0.5;
        });
    });
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 700);
    QCOMPARE(changed.first().at(1).toModelIndex().row(), 700);
    QCOMPARE(changed.first().at(2).value<QList<int>>(), (QList<int>{PlaysRole, GainRole}));
    store.state.apply([](PlayerState &s) { s.tracks.modify(0, [](Track &t) { t.id = 77; }); });
    QCOMPARE(changed.at(1).at(2).value<QList<int>>(),
             (QList<int>{Qt::DisplayRole, Qt::EditRole, IdRole}));
    QVERIFY(mirror.agrees());
}

void tst_ListModel::neighboursAreMergedIntoOneUpdate()
{
    PlayerStore store;
    store.fill(1000);
    Mirror mirror(store.tracks());
    QSignalSpy changed(store.tracks(), &QAbstractItemModel::dataChanged);
    store.state.apply([](PlayerState &s) {
        for (int i = 300; i < 400; ++i)
            s.tracks.modify(i, [](Track &t) { ++t.plays; });
        s.tracks.modify(600, [](Track &t) { ++t.plays; });
    });
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 300);
    QCOMPARE(changed.at(0).at(1).toModelIndex().row(), 399);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::scatteredUpdatesAreMergedIntoFew()
{
    PlayerStore store;
    store.fill(10000);
    Mirror mirror(store.tracks());
    store.state.apply([](PlayerState &s) {
        for (int i = 0; i < 10000; i += 20)
            s.tracks.modify(i, [](Track &t) { ++t.plays; });
    });
    QVERIFY2(mirror.signalCount <= 15, qPrintable(QString::number(mirror.signalCount)));
    QVERIFY(mirror.agrees());
}

void tst_ListModel::nothingIsToldOfOtherFields()
{
    PlayerStore store;
    store.fill(100);
    const Mirror mirror(store.tracks());
    store.state.set(&PlayerState::volume, 3);
    store.state.apply([](PlayerState &s) { s.tags.append(u"x"_s); });
    QCOMPARE(mirror.signalCount, 0);
}

void tst_ListModel::severalChangesInAScopeAreToldAtItsEnd()
{
    PlayerStore store;
    store.fill(100);
    const Mirror mirror(store.tracks());
    {
        const Axiom::BatchScope scope;
        for (int i = 0; i < 10; ++i)
            store.state.apply([](PlayerState &s) { s.tracks.append(PlayerStore::track(1)); });
        QCOMPARE(store.tracks()->rowCount(), 100);
    }
    QCOMPARE(mirror.signalCount, 1);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::editingGoesIntoTheStore()
{
    PlayerStore store;
    store.fill(100);
    Mirror mirror(store.tracks());
    QAbstractItemModel *model = store.tracks();
    QVERIFY(model->flags(model->index(3, 0)) & Qt::ItemIsEditable);
    QVERIFY(model->setData(model->index(3, 0), u"Blue"_s, TitleRole));
    QCOMPARE(store.state->tracks.at(3).title, u"Blue"_s);
    QVERIFY(model->setData(model->index(3, 0), 4.0, PlaysRole));
    QCOMPARE(store.state->tracks.at(3).plays, 4);
    QCOMPARE(mirror.signalCount, 2);
    QVERIFY(model->setData(model->index(3, 0), 4, PlaysRole));
    QCOMPARE(mirror.signalCount, 2);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::editingRefusesWhatItCannotConvert()
{
    PlayerStore store;
    store.fill(3);
    QAbstractItemModel *model = store.tracks();
    QVERIFY(!model->setData(model->index(0, 0), u"many"_s, PlaysRole));
    QVERIFY(!model->setData(model->index(0, 0), 1, GainRole + 1));
    QVERIFY(!model->setData({}, 1, PlaysRole));
    QCOMPARE(store.revision(), 1);
}

void tst_ListModel::editingOfAnEarlierVersionIsRefused()
{
    PlayerStore store;
    store.fill(3);
    QAbstractItemModel *model = store.tracks();
    const Axiom::BatchScope scope;
    QAbstractItemModel *ordered = store.ordered();
    store.state.apply([](PlayerState &s) { s.tracks.removeAt(0); });
    QVERIFY(!model->setData(model->index(2, 0), 5, PlaysRole));
    QVERIFY(!ordered->setData(ordered->index(1, 0), 5, PlaysRole));
}

void tst_ListModel::editingAfterTheStoreDiedIsRefused()
{
    auto store = std::make_unique<PlayerStore>();
    store->fill(3);
    QAbstractItemModel *model = store->tracks();
    model->setParent(nullptr);
    store.reset();
    QCOMPARE(model->rowCount(), 3);
    QVERIFY(!model->setData(model->index(0, 0), 5, PlaysRole));
    delete model;
}

void tst_ListModel::severalEditsGoIntoOneScope()
{
    PlayerStore store;
    store.fill(100);
    QAbstractItemModel *model = store.tracks();
    QAbstractItemModel *ordered = store.ordered();
    Mirror mirror(model);
    Mirror other(ordered);
    {
        const Axiom::BatchScope scope;
        for (int row = 0; row < 3; ++row)
            QVERIFY(model->setData(model->index(row, 0), 5, PlaysRole));
        store.state.apply([](PlayerState &s) { s.tracks.removeAt(0); });
        // A row is no longer the position that it was.
        QVERIFY(!model->setData(model->index(3, 0), 5, PlaysRole));
    }
    {
        const Axiom::BatchScope scope;
        for (int row = 10; row < 13; ++row)
            QVERIFY(ordered->setData(ordered->index(row, 0), 7, PlaysRole));
        store.state.apply([](PlayerState &s) { s.tracks.clear(); });
        QVERIFY(!ordered->setData(ordered->index(13, 0), 7, PlaysRole));
        QVERIFY(!model->setData(model->index(13, 0), 7, PlaysRole));
    }
    QVERIFY(mirror.agrees());
    QVERIFY(other.agrees());
}

// Whoever holds a version keeps it from being frozen.
void tst_ListModel::editThatChangesNothingHoldsNothing()
{
    PlayerStore store;
    store.fill(5000);
    QAbstractItemModel *model = store.tracks();
    QVERIFY(model->setData(model->index(7, 0), 0, PlaysRole));
    {
        const Axiom::BatchScope scope;
        QVERIFY(model->setData(model->index(7, 0), 5, PlaysRole));
        QVERIFY(model->setData(model->index(7, 0), 0, PlaysRole));
    }
    Axiom::Reclaimable *reclaimable = Axiom::MemoryGovernor::instance()->reclaimables().constLast();
    QCOMPARE(reclaimable->name(), store.name());
    QVERIFY(reclaimable->offer().bytes > 0);
}

void tst_ListModel::editThatThrowsIsRefused()
{
    ReviewStore store;
    QAbstractItemModel *model = store.state.listModel(&ReviewState::reviews);
    const QVariant label = QVariant::fromValue(Label(2));
    const QSignalSpy errors(&store, &Axiom::StateStore::errorOccurred);
    Label::isBroken = true;
    const bool isEdited = model->setData(model->index(0, 0), label, Qt::UserRole + 1);
    Label::isBroken = false;
    QVERIFY(!isEdited);
    QCOMPARE(store.state->reviews.at(0).label.number, 1);
    QVERIFY(model->setData(model->index(0, 0), label, Qt::UserRole + 1));
    QCOMPARE(store.state->reviews.at(0).label.number, 2);
    QCOMPARE(errors.count(), 1);
}

void tst_ListModel::optionalRolesAreValuesOrNull()
{
    constexpr int starsRole = Qt::UserRole + 2;
    ReviewStore store;
    QAbstractItemModel *model = store.state.listModel(&ReviewState::reviews);
    const QModelIndex index = model->index(0, 0);
    QCOMPARE(index.data(starsRole), QVariant::fromValue(nullptr));
    QVERIFY(model->setData(index, u"4"_s, starsRole));
    QCOMPARE(store.state->reviews.at(0).stars, std::optional(4));
    QCOMPARE(index.data(starsRole), QVariant(4));
    QVERIFY(!model->setData(index, u"many"_s, starsRole));
    QCOMPARE(index.data(starsRole), QVariant(4));
    QVERIFY(model->setData(index, QVariant::fromValue(nullptr), starsRole));
    QCOMPARE(store.state->reviews.at(0).stars, std::nullopt);
    QVERIFY(model->setData(index, 5, starsRole));
    QVERIFY(model->setData(index, {}, starsRole));
    QCOMPARE(store.state->reviews.at(0).stars, std::nullopt);
}

void tst_ListModel::throwingMutationLeavesTheModel()
{
    PlayerStore store;
    store.fill(100);
    const Mirror mirror(store.tracks());
    QVERIFY_THROWS_EXCEPTION(int, store.state.apply([](PlayerState &s) {
        s.tracks.erase(10, 50);
        throw 1;
    }));
    QCOMPARE(mirror.signalCount, 0);
    QVERIFY(mirror.agrees());
    QCOMPARE(store.tracks()->rowCount(), 100);
}

void tst_ListModel::outOfRangeUpdateChangesNothing()
{
    PlayerStore store;
    store.fill(10);
    const Mirror mirror(store.tracks());
    const QRegularExpression naming(u"CowVector.*(10|-1).*10"_s);
    for (int i = 0; i < 3; ++i)
        QTest::ignoreMessage(QtWarningMsg, naming);
    store.state.apply([](PlayerState &s) {
        s.tracks.modify(10, [](Track &t) { t.plays = 1; });
        s.tracks.replace(-1, Track());
        s.tracks.removeAt(10);
    });
    QCOMPARE(mirror.signalCount, 0);
    QCOMPARE(store.revision(), 1);
}

void tst_ListModel::restoreIsToldAsADifference()
{
    PlayerStore store;
    store.fill(1000);
    const auto snapshot = store.state.snapshot();
    store.state.apply([](PlayerState &s) {
        s.tracks.removeAt(5);
        s.tracks.modify(800, [](Track &t) { t.plays = 1; });
    });
    Mirror mirror(store.tracks());
    store.state.restore(snapshot);
    QVERIFY2(mirror.signalCount <= 3, qPrintable(QString::number(mirror.signalCount)));
    QVERIFY(mirror.agrees());
    QCOMPARE(store.tracks()->rowCount(), 1000);
}

void tst_ListModel::storeMayBeChangedFromARowSignal()
{
    PlayerStore store;
    store.fill(100);
    Mirror mirror(store.tracks());
    connect(store.tracks(), &QAbstractItemModel::rowsInserted, this, [&] {
        if (store.state->tracks.size() < 110)
            store.state.apply([](PlayerState &s) { s.tracks.prepend(PlayerStore::track(-1)); });
    });
    store.state.apply([](PlayerState &s) {
        s.tracks.insert(50, PlayerStore::track(-2));
        s.tracks.insert(10, PlayerStore::track(-3));
        s.tracks.removeAt(70);
    });
    QCOMPARE(store.state->tracks.size(), 110);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::storeMayBeDeletedFromARowSignal_data()
{
    QTest::addColumn<bool>("isOrdered");
    QTest::addColumn<QMetaMethod>("signal");
    using Model = QAbstractItemModel;
    const std::pair<const char *, QMetaMethod> signalsOfRows[] = {
        {"about to be inserted", QMetaMethod::fromSignal(&Model::rowsAboutToBeInserted)},
        {"inserted", QMetaMethod::fromSignal(&Model::rowsInserted)},
        {"about to be removed", QMetaMethod::fromSignal(&Model::rowsAboutToBeRemoved)},
        {"removed", QMetaMethod::fromSignal(&Model::rowsRemoved)},
        {"moved", QMetaMethod::fromSignal(&Model::rowsMoved)},
        {"layout about to change", QMetaMethod::fromSignal(&Model::layoutAboutToBeChanged)},
        {"layout changed", QMetaMethod::fromSignal(&Model::layoutChanged)},
        {"changed", QMetaMethod::fromSignal(&Model::dataChanged)}};
    for (const auto &[name, signal] : signalsOfRows) {
        const bool isOfOrder = signal.name().startsWith("layout");
        if (!isOfOrder)
            QTest::addRow("%s", name) << false << signal;
        if (signal.name() != "rowsMoved")
            QTest::addRow("%s, ordered", name) << true << signal;
    }
}

// The rest of the change is told, then the model goes as well.
void tst_ListModel::storeMayBeDeletedFromARowSignal()
{
    QFETCH(bool, isOrdered);
    QFETCH(QMetaMethod, signal);
    auto *store = new PlayerStore;
    store->fill(100);
    const QPointer<QAbstractItemModel> model = isOrdered ? store->ordered() : store->byId();
    Mirror mirror(model);
    Deleter deleter(store);
    const QMetaMethod slot =
        Deleter::staticMetaObject.method(Deleter::staticMetaObject.indexOfSlot("run()"));
    connect(model, signal, &deleter, slot);
    store->state.apply([isOrdered](PlayerState &s) {
        s.tracks.modify(70, [](Track &t) { t.plays = 1; });
        if (isOrdered) {
            s.rows.removeAt(3);
            QList<int> rows = s.rows.toList();
            std::reverse(rows.begin(), rows.end());
            s.tracks.append(PlayerStore::track(100));
            rows.append(100);
            s.rows = rows;
        } else {
            s.tracks.move(40, 10);
            s.tracks.removeAt(20);
            s.tracks.append(PlayerStore::track(100));
        }
    });
    QVERIFY(deleter.hasRun);
    QVERIFY(model);
    QCOMPARE(model->rowCount(), 100);
    QVERIFY(mirror.agrees());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!model);
}

// The event loop must not delete the model that it was opened by.
void tst_ListModel::storeMayBeDeletedInAnEventLoopOfARowSignal()
{
    auto *store = new PlayerStore;
    store->fill(100);
    const QPointer<QAbstractItemModel> model = store->byId();
    Mirror mirror(model);
    bool hasRun = false;
    connect(model, &QAbstractItemModel::rowsRemoved, this, [&] {
        if (std::exchange(hasRun, true))
            return;
        QEventLoop loop;
        QMetaObject::invokeMethod(
            &loop, [&] { delete store; }, Qt::QueuedConnection);
        QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
        loop.exec();
        // By now the loop has deleted what it was asked to.
        QTimer::singleShot(0, &loop, &QEventLoop::quit);
        loop.exec();
        QVERIFY(model);
    });
    store->state.apply([](PlayerState &s) {
        s.tracks.removeAt(20);
        s.tracks.append(PlayerStore::track(100));
    });
    QVERIFY(hasRun);
    QVERIFY(model);
    QCOMPARE(model->rowCount(), 100);
    QVERIFY(mirror.agrees());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!model);
}

void tst_ListModel::moveByKeyIsToldAsAMove()
{
    PlayerStore store;
    store.fill(1000);
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    QSignalSpy moved(model, &QAbstractItemModel::rowsMoved);
    const QPersistentModelIndex index(model->index(100, 0));
    store.state.apply([](PlayerState &s) { s.tracks.move(100, 900); });
    QCOMPARE(moved.count(), 1);
    QCOMPARE(index.row(), 900);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::persistentIndexesFollowTheirRows()
{
    PlayerStore store;
    store.fill(1000);
    QAbstractItemModel *model = store.tracks();
    const QPersistentModelIndex index(model->index(500, 0));
    store.state.apply([](PlayerState &s) {
        s.tracks.removeAt(3);
        s.tracks.prepend(PlayerStore::track(-1));
        s.tracks.prepend(PlayerStore::track(-2));
    });
    QCOMPARE(index.row(), 501);
    QCOMPARE(index.data(IdRole).toInt(), 500);
}

void tst_ListModel::listThatCameAsAWholeKeepsItsRows_data()
{
    using Change = void (*)(QList<Track> &);
    QTest::addColumn<int>("count");
    QTest::addColumn<Change>("change");
    QTest::addColumn<int>("signalCount");
    const std::tuple<const char *, Change, int> changes[] = {
        {"rolled",
         [](QList<Track> &tracks) {
             tracks.removeFirst();
             tracks.append(PlayerStore::track(-1));
         },
         2},
        {"moved", [](QList<Track> &tracks) { tracks.move(tracks.size() - 30, 20); }, 1},
        {"replaced",
         [](QList<Track> &tracks) {
             tracks.removeAt(10);
             tracks.insert(tracks.size() / 2, PlayerStore::track(-1));
         },
         2},
        {"updated",
         [](QList<Track> &tracks) {
             tracks[5].plays = 1;
             tracks[tracks.size() - 5].plays = 1;
         },
         2}};
    for (const int count : {100, 3000, 40'000}) {
        for (const auto &[name, change, signalCount] : changes)
            QTest::addRow("%s, %d rows", name, count) << count << change << signalCount;
    }
}

void tst_ListModel::listThatCameAsAWholeKeepsItsRows()
{
    QFETCH(const int, count);
    using Change = void (*)(QList<Track> &);
    QFETCH(const Change, change);
    QFETCH(const int, signalCount);
    PlayerStore store;
    store.fill(count);
    QAbstractItemModel *model = store.byId();
    const QPersistentModelIndex follower(model->index(count / 3, 0));
    Mirror mirror(model);
    QList<Track> tracks;
    for (int i = 0; i < count; ++i)
        tracks.append(PlayerStore::track(i));
    change(tracks);
    store.state.apply([&](PlayerState &s) { s.tracks = tracks; });
    QCOMPARE(mirror.signalCount, signalCount);
    QCOMPARE(follower.data(IdRole).toInt(), count / 3);
    QVERIFY(mirror.agreesWith(store.state->tracks));
    QVERIFY(mirror.agrees());
}

void tst_ListModel::rowsThatAreSortedByKeyAreReordered_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("shuffled"); // so many
    QTest::newRow("all") << 2000 << 2000;
    QTest::newRow("few of many") << 20'000 << 200;
    QTest::newRow("just enough") << 3000 << 70;
}

void tst_ListModel::rowsThatAreSortedByKeyAreReordered()
{
    QFETCH(const int, count);
    QFETCH(const int, shuffled);
    PlayerStore store;
    store.fill(count);
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    QRandomGenerator random(4);
    int id = count;
    for (int round = 0; round < 4; ++round) {
        QList<QPersistentModelIndex> indexes;
        QList<int> ids;
        for (int row = 0; row < count; row += 7) {
            indexes.append(model->index(row, 0));
            ids.append(model->index(row, 0).data(IdRole).toInt());
        }
        const QSignalSpy laidOut(model, &QAbstractItemModel::layoutChanged);
        mirror.signalCount = 0;
        store.state.apply([&](PlayerState &s) {
            for (int i = 0; i < shuffled; ++i) {
                const auto row = random.bounded(int(s.tracks.size()));
                s.tracks.modify(row, [](Track &t) { ++t.plays; });
                s.tracks.move(row, random.bounded(int(s.tracks.size())));
            }
            // With the rest of what may happen to a list.
            for (int i = 0; i < 3 * round; ++i) {
                s.tracks.removeAt(random.bounded(int(s.tracks.size())));
                s.tracks.insert(random.bounded(int(s.tracks.size())), PlayerStore::track(id++));
            }
        });
        QCOMPARE(laidOut.count(), 1);
        QVERIFY2(mirror.signalCount <= 16 + 6 * round,
                 qPrintable(QString::number(mirror.signalCount)));
        int kept = 0;
        for (qsizetype i = 0; i < indexes.size(); ++i) {
            if (!indexes.at(i).isValid())
                continue;
            QCOMPARE(store.state->tracks.at(indexes.at(i).row()).id, ids.at(i));
            ++kept;
        }
        QVERIFY(kept >= indexes.size() - 3 * round);
        QVERIFY(mirror.agreesWith(store.state->tracks));
    }
    QVERIFY(mirror.agrees());
}

// As those are of which a Repeater makes delegates at once.
void tst_ListModel::rowsReadInASignalAreKnown()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    RowFollower follower(model);
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [&](const QModelIndex &, int first, int last) {
                if (last - first < 5000)
                    return;
                for (int row = 3000; row < 3040; ++row)
                    model->index(row, 0).data(TitleRole);
            });
    store.fill(10'000);
    for (int row = 3000; row < 3040; ++row)
        follower.rows.append(row);
    QRandomGenerator random(9);
    store.state.apply([&](PlayerState &s) { Scatter{700, 700, 0}(s.tracks, random); });
    for (qsizetype i = 0; i < follower.rows.size(); ++i) {
        if (const int row = follower.rows.at(i); row >= 0)
            QCOMPARE(store.state->tracks.at(row).id, 3000 + int(i));
    }
    QVERIFY(std::count(follower.rows.begin(), follower.rows.end(), -1) < 30);
}

void tst_ListModel::proxyModelsMayStandOnIt()
{
    PlayerStore store;
    store.fill(500);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(store.tracks());
    proxy.setSortRole(PlaysRole);
    proxy.sort(0, Qt::DescendingOrder);
    const QAbstractItemModelTester tester(&proxy);
    store.state.apply([](PlayerState &s) {
        s.tracks.modify(250, [](Track &t) { t.plays = 10; });
        s.tracks.removeAt(0);
        s.tracks.insert(100, {1000, u"new"_s, 20, 0});
    });
    QCOMPARE(proxy.rowCount(), 500);
    QCOMPARE(proxy.index(0, 0).data(IdRole).toInt(), 1000);
    QCOMPARE(proxy.index(1, 0).data(IdRole).toInt(), 250);
}

void tst_ListModel::randomChangesAreToldExactly_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<bool>("keyed");
    for (const int rows : {0, 5, 100, 1500}) {
        for (const bool keyed : {false, true})
            QTest::addRow("%d rows%s", rows, keyed ? ", by key" : "") << rows << keyed;
    }
}

void tst_ListModel::randomChangesAreToldExactly()
{
    QFETCH(const int, rows);
    QFETCH(const bool, keyed);
    PlayerStore store;
    store.fill(rows);
    Mirror mirror(keyed ? store.byId() : store.tracks());
    QRandomGenerator random(quint32(rows + keyed));
    int nextId = 100'000;
    QList<Axiom::Snapshot<PlayerState>> snapshots;
    for (int round = 0; round < 60; ++round) {
        if (random.bounded(8) == 0)
            snapshots.append(store.state.snapshot());
        if (!snapshots.isEmpty() && random.bounded(15) == 0) {
            store.state.restore(snapshots.takeAt(random.bounded(snapshots.size())));
        } else {
            store.state.apply([&](PlayerState &s) {
                const int changes = random.bounded(1, 12);
                for (int i = 0; i < changes; ++i) {
                    const int size = int(s.tracks.size());
                    switch (size == 0 ? 0 : random.bounded(5)) {
                    case 0:
                        s.tracks.insert(random.bounded(size + 1), PlayerStore::track(nextId++));
                        break;
                    case 1:
                        s.tracks.removeAt(random.bounded(size));
                        break;
                    case 2:
                        s.tracks.modify(random.bounded(size), [](Track &t) { ++t.plays; });
                        break;
                    case 3:
                        s.tracks.move(random.bounded(size), random.bounded(size));
                        break;
                    case 4: {
                        const int first = random.bounded(size);
                        s.tracks.erase(first, std::min(random.bounded(20), size - first));
                        break;
                    }
                    }
                }
            });
        }
        QVERIFY(mirror.agrees());
    }
}

void tst_ListModel::bulkChangesAreToldExactly_data()
{
    QTest::addColumn<bool>("keyed");
    QTest::addColumn<int>("firstRead");
    QTest::addColumn<int>("endRead");
    for (const bool keyed : {false, true}) {
        const char *how = keyed ? ", by key" : "";
        QTest::addRow("nothing read%s", how) << keyed << 0 << 0;
        QTest::addRow("the first rows read%s", how) << keyed << 0 << 50;
        QTest::addRow("some rows read%s", how) << keyed << 1000 << 1300;
        QTest::addRow("all rows read%s", how) << keyed << 0 << 3000;
    }
}

void tst_ListModel::bulkChangesAreToldExactly()
{
    QFETCH(const bool, keyed);
    QFETCH(const int, firstRead);
    QFETCH(const int, endRead);
    PlayerStore store;
    QAbstractItemModel *model = keyed ? store.byId() : store.tracks();
    Mirror mirror(model); // of an empty model, so that it reads only what is told
    store.fill(3000);
    QRandomGenerator random(7);
    Scatter scatter;
    const auto snapshot = store.state.snapshot();
    for (int round = 0; round < 8; ++round) {
        for (int row = firstRead; row < std::min(endRead, model->rowCount()); ++row)
            model->index(row, 0).data(TitleRole);
        scatter.inserted = round % 4 == 1 ? 0 : random.bounded(300, 900);
        scatter.removed = round % 4 == 0 ? 0 : random.bounded(300, 700);
        scatter.updated = round % 4 == 3 ? 0 : random.bounded(300);
        if (round % 8 == 7)
            store.state.restore(snapshot);
        else
            store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
        QVERIFY(mirror.agreesWith(store.state->tracks));
    }
    QVERIFY(mirror.agrees());
}

void tst_ListModel::bulkChangeTakesFewSignals_data()
{
    QTest::addColumn<int>("inserted");
    QTest::addColumn<int>("removed");
    QTest::addColumn<int>("updated");
    QTest::addRow("insertions") << 2000 << 0 << 0;
    QTest::addRow("removals") << 0 << 2000 << 0;
    QTest::addRow("updates") << 0 << 0 << 2000;
    QTest::addRow("mixed") << 700 << 700 << 600;
}

void tst_ListModel::bulkChangeTakesFewSignals()
{
    QFETCH(const int, inserted);
    QFETCH(const int, removed);
    QFETCH(const int, updated);
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    store.fill(20'000);
    for (int row = 10'000; row < 10'040; ++row)
        model->index(row, 0).data(TitleRole);
    mirror.signalCount = 0;
    QRandomGenerator random(3);
    store.state.apply([&](PlayerState &s) {
        Scatter{inserted, removed, updated}(s.tracks, random);
    });
    // A handful for each side of the rows read, and those between these rows.
    QVERIFY2(mirror.signalCount <= 40, qPrintable(QString::number(mirror.signalCount)));
    QVERIFY(mirror.agreesWith(store.state->tracks));
    QVERIFY(mirror.agrees());
}

void tst_ListModel::bulkChangeWithMovesIsToldExactly()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    store.fill(5000);
    QSignalSpy moved(model, &QAbstractItemModel::rowsMoved);
    QRandomGenerator random(11);
    Scatter scatter{600, 600, 100};
    for (int round = 0; round < 10; ++round) {
        mirror.signalCount = 0;
        const QPersistentModelIndex follower(model->index(1000, 0));
        const int id = store.state->tracks.at(1000).id;
        store.state.apply([&](PlayerState &s) {
            s.tracks.move(1000, 4000);
            s.tracks.move(200, 30);
            scatter(s.tracks, random);
        });
        QVERIFY2(mirror.signalCount <= 100, qPrintable(QString::number(mirror.signalCount)));
        QVERIFY(mirror.agreesWith(store.state->tracks));
        if (follower.isValid())
            QCOMPARE(store.state->tracks.at(follower.row()).id, id);
    }
    QVERIFY(moved.count() > 0);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::bulkChangeKeepsRowsLookedAtInTheirPlace()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    const QAbstractItemModelTester tester(model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    store.fill(20'000);
    QRandomGenerator random(5);
    Scatter scatter{700, 700, 600};
    for (int round = 0; round < 4; ++round) {
        RowFollower follower(model);
        QList<int> ids;
        for (const int first : {0, 300, 7000, 15'000, 19'900}) {
            for (int row = first; row < std::min(first + 40, model->rowCount()); ++row) {
                follower.rows.append(row);
                ids.append(model->index(row, 0).data(IdRole).toInt());
            }
        }
        QSignalSpy laidOut(model, &QAbstractItemModel::layoutChanged);
        store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
        QCOMPARE(laidOut.count(), 1);
        QHash<int, int> rowOf;
        for (int row = 0; row < store.state->tracks.size(); ++row)
            rowOf.insert(store.state->tracks.at(row).id, row);
        for (qsizetype i = 0; i < ids.size(); ++i)
            QCOMPARE(follower.rows.at(i), rowOf.value(ids.at(i), -1));
    }
}

void tst_ListModel::bulkChangeOfAModelReadAllThroughIsBounded()
{
    PlayerStore store;
    store.fill(20'000);
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model); // reads every row
    RowFollower follower(model);
    QList<int> ids;
    for (int row = 9000; row < 9040; ++row) {
        follower.rows.append(row);
        ids.append(model->index(row, 0).data(IdRole).toInt());
    }
    QRandomGenerator random(6);
    store.state.apply([&](PlayerState &s) { Scatter{4000, 4000, 0}(s.tracks, random); });
    QVERIFY2(mirror.signalCount <= 1025, qPrintable(QString::number(mirror.signalCount)));
    // What was read last is kept in its place all the same.
    for (qsizetype i = 0; i < ids.size(); ++i) {
        if (const int row = follower.rows.at(i); row >= 0)
            QCOMPARE(store.state->tracks.at(row).id, ids.at(i));
    }
    QVERIFY(std::count(follower.rows.begin(), follower.rows.end(), -1) < 30);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::bulkUpdatesAreMerged()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    store.fill(20'000);
    QSignalSpy changed(model, &QAbstractItemModel::dataChanged);
    QRandomGenerator random(8);
    store.state.apply([&](PlayerState &s) { Scatter{1000, 1000, 1000}(s.tracks, random); });
    QVERIFY(changed.count() > 0);
    QVERIFY2(changed.count() <= 15, qPrintable(QString::number(changed.count())));
    for (const QList<QVariant> &signal : std::as_const(changed))
        QCOMPARE(signal.at(2).value<QList<int>>(), QList<int>{PlaysRole});
    QVERIFY(mirror.agreesWith(store.state->tracks));
}

void tst_ListModel::persistentIndexesFollowTheirRowsInBulk()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    store.fill(20'000);
    QRandomGenerator random(9);
    Scatter scatter{1500, 1500, 500};
    QList<QPair<QPersistentModelIndex, int>> kept;
    for (int i = 0; i < 1000; ++i) {
        const int row = random.bounded(20'000);
        kept.append({model->index(row, 0), store.state->tracks.at(row).id});
    }
    for (int round = 0; round < 5; ++round) {
        store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
        QSet<int> ids;
        for (const Track &track : store.state->tracks)
            ids.insert(track.id);
        for (const auto &[index, id] : std::as_const(kept)) {
            QCOMPARE(index.isValid(), ids.contains(id));
            if (index.isValid())
                QCOMPARE(store.state->tracks.at(index.row()).id, id);
        }
    }
}

void tst_ListModel::selectionFollowsItsRowsInBulk()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    store.fill(5000);
    QItemSelectionModel selection(model);
    selection.select({model->index(1000, 0), model->index(3999, 0)}, QItemSelectionModel::Select);
    selection.setCurrentIndex(model->index(4500, 0), QItemSelectionModel::NoUpdate);
    QRandomGenerator random(10);
    store.state.apply([&](PlayerState &s) {
        s.tracks.modify(4500, [](Track &t) { t.gain = 1; });
        Scatter{800, 400, 100}(s.tracks, random);
    });
    QSet<int> expected;
    for (const Track &track : store.state->tracks) {
        if (track.id >= 1000 && track.id < 4000)
            expected.insert(track.id);
    }
    QSet<int> selected;
    for (const QModelIndex &index : selection.selectedRows())
        selected.insert(store.state->tracks.at(index.row()).id);
    QCOMPARE(selected, expected);
    const bool stays = std::any_of(store.state->tracks.begin(), store.state->tracks.end(),
                                   [](const Track &track) { return track.id == 4500; });
    QCOMPARE(selection.currentIndex().isValid() && selection.currentIndex().data(IdRole) == 4500,
             stays);
}

void tst_ListModel::proxyModelsFollowInBulk()
{
    PlayerStore store;
    store.fill(5000);
    QSortFilterProxyModel plain;
    plain.setSourceModel(store.byId());
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(store.byId());
    sorted.setFilterRole(TitleRole);
    sorted.setFilterRegularExpression(u"[1-8]$"_s);
    sorted.setSortRole(PlaysRole);
    sorted.sort(0, Qt::DescendingOrder);
    const QAbstractItemModelTester plainTester(&plain);
    const QAbstractItemModelTester sortedTester(&sorted);
    QList<QPersistentModelIndex> kept;
    for (int row = 0; row < 4000; row += 10)
        kept.append(QPersistentModelIndex(sorted.index(row, 0)));
    QList<int> keptIds;
    for (const QPersistentModelIndex &index : std::as_const(kept))
        keptIds.append(index.data(IdRole).toInt());

    QRandomGenerator random(12);
    Scatter scatter{700, 700, 600};
    for (int round = 0; round < 5; ++round) {
        store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
        const auto &tracks = store.state->tracks;
        QCOMPARE(plain.rowCount(), int(tracks.size()));
        QSet<int> expected;
        for (int row = 0; row < tracks.size(); ++row) {
            const Track &track = tracks.at(row);
            QCOMPARE(plain.index(row, 0).data(IdRole).toInt(), track.id);
            if (track.title.back() >= u'1' && track.title.back() <= u'8')
                expected.insert(track.id);
        }
        QCOMPARE(sorted.rowCount(), int(expected.size()));
        QSet<int> shown;
        for (int row = 0; row < sorted.rowCount(); ++row) {
            shown.insert(sorted.index(row, 0).data(IdRole).toInt());
            if (row > 0) {
                QVERIFY(sorted.index(row - 1, 0).data(PlaysRole).toInt()
                        >= sorted.index(row, 0).data(PlaysRole).toInt());
            }
        }
        QCOMPARE(shown, expected);
        for (qsizetype i = 0; i < kept.size(); ++i) {
            QCOMPARE(kept.at(i).isValid(), expected.contains(keptIds.at(i)));
            if (kept.at(i).isValid())
                QCOMPARE(kept.at(i).data(IdRole).toInt(), keptIds.at(i));
        }
    }
}

void tst_ListModel::storeMayBeChangedFromASignalInBulk()
{
    PlayerStore store;
    QAbstractItemModel *model = store.byId();
    Mirror mirror(model);
    store.fill(3000);
    QRandomGenerator random(13);
    Scatter scatter{500, 500, 50};
    int again = 3;
    connect(model, &QAbstractItemModel::layoutChanged, this, [&] {
        if (again-- > 0)
            store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
    });
    store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
    QVERIFY(again <= 0);
    QVERIFY(mirror.agreesWith(store.state->tracks));
}

void tst_ListModel::proxyThatSortsStaysInOrder_data()
{
    QTest::addColumn<bool>("ordered");
    QTest::addColumn<int>("updated");
    QTest::addColumn<int>("scattered"); // inserted, and removed as well
    for (const bool ordered : {false, true}) {
        const char *how = ordered ? ", an order listed" : "";
        QTest::addRow("few updates%s", how) << ordered << 10 << 0;
        QTest::addRow("many updates%s", how) << ordered << 300 << 0;
        QTest::addRow("few of all%s", how) << ordered << 10 << 10;
        QTest::addRow("many of all%s", how) << ordered << 300 << 300;
    }
}

// It finds the new place of a row among rows which it takes to be in order.
void tst_ListModel::proxyThatSortsStaysInOrder()
{
    QFETCH(const bool, ordered);
    QFETCH(const int, updated);
    QFETCH(const int, scattered);
    PlayerStore store;
    store.fill(1000);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(ordered ? store.ordered() : store.byId());
    proxy.setSortRole(PlaysRole);
    proxy.sort(0);
    QRandomGenerator random(17);
    int nextId = 1'000'000;
    for (int round = 0; round < 10; ++round) {
        store.state.apply([&](PlayerState &s) {
            const auto row = [&] { return random.bounded(int(s.tracks.size())); };
            for (int i = 0; i < updated; ++i)
                s.tracks.modify(row(), [&](Track &t) { t.plays = random.bounded(1000); });
            for (int i = 0; i < scattered && ordered; ++i) {
                s.rows.removeAt(random.bounded(int(s.rows.size())));
                s.rows.insert(random.bounded(int(s.rows.size())), int(s.tracks.size()));
                s.tracks.append(PlayerStore::track(nextId++));
            }
            for (int i = 0; i < scattered && !ordered; ++i) {
                s.tracks.removeAt(row());
                s.tracks.insert(row(), PlayerStore::track(nextId++));
            }
        });
        QCOMPARE(proxy.rowCount(), proxy.sourceModel()->rowCount());
        for (int row = 1; row < proxy.rowCount(); ++row) {
            QVERIFY(proxy.index(row - 1, 0).data(PlaysRole).toInt()
                    <= proxy.index(row, 0).data(PlaysRole).toInt());
        }
    }
}

void tst_ListModel::orderedModelShowsWhatTheOrderLists()
{
    PlayerStore store;
    store.fill(10);
    store.state.apply([](PlayerState &s) { s.rows = {7, 3, 5}; });
    QAbstractItemModel *model = store.ordered();
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(model->index(0, 0).data(IdRole).toInt(), 7);
    QCOMPARE(model->index(2, 0).data(IdRole).toInt(), 5);
    QCOMPARE(model->roleNames().value(TitleRole), "title");
}

void tst_ListModel::orderedModelKeepsRowsLookedAtInTheirPlace()
{
    PlayerStore store;
    store.fill(10'000);
    QAbstractItemModel *model = store.ordered();
    const QAbstractItemModelTester tester(model);
    const QPersistentModelIndex kept(model->index(8000, 0));
    RowFollower follower(model);
    for (int row = 6000; row < 6040; ++row) {
        follower.rows.append(row);
        model->index(row, 0).data(TitleRole);
    }
    QSignalSpy removed(model, &QAbstractItemModel::rowsRemoved);
    // As a filter does: every third row goes.
    store.state.apply([](PlayerState &s) {
        QList<int> rows = s.rows.toList();
        rows.removeIf([](int position) { return position % 3 == 1; });
        s.rows = rows;
    });
    QCOMPARE(model->rowCount(), 6667);
    QVERIFY2(removed.count() < 30, qPrintable(QString::number(removed.count())));
    for (int i = 0; i < 40; ++i) {
        const int row = follower.rows.at(i);
        QCOMPARE(row < 0, (6000 + i) % 3 == 1);
        if (row >= 0)
            QCOMPARE(model->index(row, 0).data(IdRole).toInt(), 6000 + i);
    }
    QCOMPARE(kept.data(IdRole).toInt(), 8000);
}

void tst_ListModel::orderedModelUpdatesOnlyRowsItShows()
{
    PlayerStore store;
    store.fill(1000);
    store.state.apply([](PlayerState &s) { s.rows = {7, 3, 5}; });
    Mirror mirror(store.ordered());
    QSignalSpy changed(store.ordered(), &QAbstractItemModel::dataChanged);
    store.state.apply([](PlayerState &s) {
        s.tracks.modify(5, [](Track &t) { t.plays = 1; });
        s.tracks.modify(700, [](Track &t) { t.plays = 1; });
    });
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 2);
    QCOMPARE(changed.first().at(2).value<QList<int>>(), QList<int>{PlaysRole});
    QVERIFY(mirror.agrees());
}

void tst_ListModel::orderedModelRemovesAndInsertsForASmallChange()
{
    PlayerStore store;
    store.fill(100);
    Mirror mirror(store.ordered());
    QSignalSpy reordered(store.ordered(), &QAbstractItemModel::layoutChanged);
    store.state.apply([](PlayerState &s) { s.rows.erase(20, 60); });
    QCOMPARE(mirror.signalCount, 1);
    store.state.apply([](PlayerState &s) { s.rows.insert(20, 55); });
    QCOMPARE(mirror.signalCount, 2);
    QCOMPARE(reordered.count(), 0);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::orderedModelReordersAtOnceForALargeChange()
{
    PlayerStore store;
    store.fill(5000);
    store.state.apply([](PlayerState &s) { s.rows.erase(4000, 1000); });
    QAbstractItemModel *model = store.ordered();
    Mirror mirror(model);
    const QPersistentModelIndex kept(model->index(2000, 0));
    const QPersistentModelIndex gone(model->index(2001, 0));
    // Every second row, backwards, with some that are new.
    store.state.apply([](PlayerState &s) {
        QList<int> rows;
        for (int i = 4998; i >= 0; i -= 2)
            rows.append(i);
        s.rows = rows;
    });
    QVERIFY2(mirror.signalCount <= 3, qPrintable(QString::number(mirror.signalCount)));
    QVERIFY(mirror.agrees());
    QCOMPARE(model->rowCount(), 2500);
    QCOMPARE(kept.row(), 1499);
    QCOMPARE(kept.data(IdRole).toInt(), 2000);
    QVERIFY(!gone.isValid());
}

void tst_ListModel::orderedModelEditsTheElementItShows()
{
    PlayerStore store;
    store.fill(10);
    store.state.apply([](PlayerState &s) { s.rows = {7, 3}; });
    QAbstractItemModel *model = store.ordered();
    QVERIFY(model->setData(model->index(1, 0), 8, PlaysRole));
    QCOMPARE(store.state->tracks.at(3).plays, 8);
    QCOMPARE(model->index(1, 0).data(PlaysRole).toInt(), 8);
}

void tst_ListModel::orderedModelBearsPositionsThatDoNotExist()
{
    PlayerStore store;
    store.fill(10);
    Mirror mirror(store.ordered());
    store.state.apply([](PlayerState &s) { s.rows = {-5, 3, 99}; });
    QVERIFY(mirror.agrees());
    QCOMPARE(store.ordered()->index(0, 0).data(TitleRole), QVariant());
    QCOMPARE(store.ordered()->index(2, 0).data(TitleRole), QVariant());
    QVERIFY(!store.ordered()->setData(store.ordered()->index(2, 0), 1, PlaysRole));
    store.state.apply([](PlayerState &s) { s.tracks.clear(); });
    QCOMPARE(store.ordered()->rowCount(), 3);
}

void tst_ListModel::orderedModelBearsPositionsListedTwice()
{
    PlayerStore store;
    store.fill(2000);
    Mirror mirror(store.ordered());
    store.state.apply([](PlayerState &s) {
        QList<int> rows;
        for (int i = 0; i < 1000; ++i)
            rows.append((i * 7) % 500);
        s.rows = rows;
    });
    QVERIFY(mirror.agrees());
    store.state.apply([](PlayerState &s) { s.tracks.modify(7, [](Track &t) { ++t.plays; }); });
    QVERIFY(mirror.agrees());
}

// As where the order is made on another thread, and comes later.
void tst_ListModel::orderedModelBearsElementsThatGoBeforeTheirOrder()
{
    PlayerStore store;
    store.fill(1000);
    Mirror mirror(store.ordered());
    store.state.apply([](PlayerState &s) { s.tracks.modify(5, [](Track &t) { ++t.plays; }); });
    store.state.apply([](PlayerState &s) { s.tracks.erase(10, 990); });
    QCOMPARE(store.ordered()->rowCount(), 1000);
    QVERIFY(mirror.agrees());
    store.state.apply([](PlayerState &s) { s.rows = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}; });
    QCOMPARE(store.ordered()->rowCount(), 10);
    QVERIFY(mirror.agrees());
    QCOMPARE(store.ordered()->index(0, 0).data(IdRole).toInt(), 9);
}

void tst_ListModel::rowsAreToldWhenASlotThrew_data()
{
    QTest::addColumn<bool>("isOrdered");
    QTest::addColumn<bool>("changes"); // the store, before it throws
    QTest::newRow("plain") << false << false;
    QTest::newRow("plain, with a change") << false << true;
    QTest::newRow("ordered") << true << false;
    QTest::newRow("ordered, with a change") << true << true;
}

void tst_ListModel::rowsAreToldWhenASlotThrew()
{
    QFETCH(const bool, isOrdered);
    QFETCH(const bool, changes);
    PlayerStore store;
    store.fill(10);
    QAbstractItemModel *model = isOrdered ? store.ordered() : store.tracks();
    Mirror mirror(model);
    bool hasThrown = false;
    connect(model, &QAbstractItemModel::rowsRemoved, this, [&] {
        if (std::exchange(hasThrown, true))
            return;
        if (changes) {
            store.state.apply([](PlayerState &s) {
                s.tracks.append(s.tracks.first());
                s.rows.append(0);
            });
        }
        throw std::runtime_error("slot");
    });
    QSignalSpy errors(&store, &PlayerStore::errorOccurred);
    QTest::ignoreMessage(QtWarningMsg, "An observer threw: slot");
    store.state.apply([](PlayerState &s) {
        s.tracks.removeAt(1);
        s.tracks.removeAt(6);
        s.rows = {0, 2, 3, 5, 6, 7};
    });
    QVERIFY(hasThrown);
    QCOMPARE(errors.count(), 1);
    QVERIFY(mirror.agrees());
    QCOMPARE(qsizetype(model->rowCount()),
             isOrdered ? store.state->rows.size() : store.state->tracks.size());
    for (int row = 0; row < model->rowCount(); ++row) {
        const int position = isOrdered ? store.state->rows.at(row) : row;
        QCOMPARE(model->index(row, 0).data(IdRole).toInt(), store.state->tracks.at(position).id);
    }
}

void tst_ListModel::rowsAreToldInBulkWhenASlotThrew()
{
    PlayerStore store;
    store.fill(3000);
    QAbstractItemModel *model = store.byId();
    QRandomGenerator random(12);
    Mirror mirror(model);
    Scatter scatter{400, 400, 300};
    int countdown = 0;
    const auto mayThrow = [&] {
        if (countdown-- == 0)
            throw std::runtime_error("slot");
    };
    connect(model, &QAbstractItemModel::layoutChanged, this, mayThrow);
    connect(model, &QAbstractItemModel::rowsRemoved, this, mayThrow);
    for (const int thrown : {0, 1, 2, 3}) {
        countdown = thrown;
        QTest::ignoreMessage(QtWarningMsg, "An observer threw: slot");
        store.state.apply([&](PlayerState &s) { scatter(s.tracks, random); });
        QVERIFY(mirror.agreesWith(store.state->tracks));
        QVERIFY(mirror.agrees());
    }
}

void tst_ListModel::orderedModelGoesOnWhenAnObserverThrew_data()
{
    QTest::addColumn<QMetaMethod>("signal");
    QTest::newRow("removal") << QMetaMethod::fromSignal(&QAbstractItemModel::rowsRemoved);
    QTest::newRow("insertion") << QMetaMethod::fromSignal(&QAbstractItemModel::rowsInserted);
    QTest::newRow("update") << QMetaMethod::fromSignal(&QAbstractItemModel::dataChanged);
}

void tst_ListModel::orderedModelGoesOnWhenAnObserverThrew()
{
    QFETCH(QMetaMethod, signal);
    PlayerStore store;
    store.fill(100);
    store.state.apply([](PlayerState &s) { s.rows.removeLast(); });
    QAbstractItemModel *model = store.ordered();
    Mirror mirror(model);
    {
        Thrower thrower;
        const QMetaMethod slot =
            Thrower::staticMetaObject.method(Thrower::staticMetaObject.indexOfSlot("fail()"));
        connect(model, signal, &thrower, slot);
        store.state.apply([](PlayerState &s) {
            s.rows.removeAt(3);
            s.rows.insert(50, 99);
            for (const int id : {7, 70})
                s.tracks.modify(id, [](Track &t) { t.plays = 1; });
        });
        QVERIFY(thrower.hasThrown);
    }
    for (int row = 0; row < model->rowCount(); ++row) {
        const int id = model->index(row, 0).data(IdRole).toInt();
        QCOMPARE(model->index(row, 0).data(PlaysRole).toInt(), id == 7 || id == 70 ? 1 : 0);
    }
    store.state.apply([](PlayerState &s) { s.tracks.modify(20, [](Track &t) { t.plays = 2; }); });
    QVERIFY(mirror.agrees());
    QCOMPARE(model->rowCount(), store.state->rows.size());
}

void tst_ListModel::orderedModelFollowsElementsThatShift()
{
    PlayerStore store;
    store.fill(10);
    store.state.apply([](PlayerState &s) { s.rows = {8, 1, 4}; });
    Mirror mirror(store.ordered());
    store.state.apply([](PlayerState &s) { s.tracks.removeAt(2); });
    QCOMPARE(store.ordered()->index(0, 0).data(IdRole).toInt(), 9);
    QVERIFY(mirror.agrees());
}

void tst_ListModel::randomOrdersAreToldExactly()
{
    PlayerStore store;
    const int count = 3000;
    store.fill(count);
    Mirror mirror(store.ordered());
    QRandomGenerator random(42);
    for (int round = 0; round < 40; ++round) {
        store.state.apply([&](PlayerState &s) {
            QList<int> rows(count);
            std::iota(rows.begin(), rows.end(), 0);
            switch (random.bounded(4)) {
            case 0:
                std::shuffle(rows.begin(), rows.end(), random);
                break;
            case 1:
                rows.removeIf([&](int) { return random.bounded(3) == 0; });
                break;
            case 2:
                rows.remove(random.bounded(count / 2), random.bounded(count / 2));
                break;
            case 3:
                rows = s.rows.toList();
                for (int i = 0; i < 20 && !rows.isEmpty(); ++i)
                    rows.removeAt(random.bounded(rows.size()));
                break;
            }
            s.rows = rows;
            for (int i = 0; i < 10; ++i)
                s.tracks.modify(random.bounded(count), [](Track &t) { ++t.plays; });
        });
        QVERIFY(mirror.agrees());
    }
}

QTEST_GUILESS_MAIN(tst_ListModel)

#include "tst_listmodel.moc"
