// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/StateCodec>
#include <AxiomState/StateStore>

#include "../../../../src/core/detail/backgroundworker.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qrandom.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qsemaphore.h>
#include <QtCore/qthread.h>
#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <list>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>

using namespace Axiom;
using namespace std::string_view_literals;

namespace {

struct Book
{
    QString title;
    QString author;
    int pages = 0;
    AXIOM_FIELDS(Book, title, author, pages)
};

struct Shelf
{
    CowVector<Book> books;
    QString place;
    AXIOM_FIELDS(Shelf, books, place)
};

struct LibraryState
{
    CowVector<Book> books;
    CowHash<QString, int> lent;
    Shelf cellar;
    QString name;
    AXIOM_FIELDS(LibraryState, books, lent, cellar, name)
};

struct NoteState
{
    QString text;
    QList<int> marks;
    QByteArray picture;
    AXIOM_FIELDS(NoteState, text, marks, picture)
};

// Streamed by QDataStream, which can be made to fail.
struct Brittle
{
    int value = 0;
    friend bool operator==(const Brittle &, const Brittle &) = default;
    friend QDataStream &operator<<(QDataStream &stream, const Brittle &brittle)
    {
        ++written;
        if (void (*function)() = onWrite)
            function();
        return stream << brittle.value;
    }
    friend QDataStream &operator>>(QDataStream &stream, Brittle &brittle)
    {
        stream >> brittle.value;
        if (isBroken)
            stream.setStatus(QDataStream::ReadCorruptData);
        return stream;
    }
    static inline std::atomic<bool> isBroken = false;
    static inline std::atomic<int> written = 0;
    static inline std::atomic<void (*)()> onWrite = nullptr;
};

struct BrittleItem
{
    QString name;
    Brittle content;
    AXIOM_FIELDS(BrittleItem, name, content)
};

struct BrittleState
{
    CowVector<BrittleItem> items;
    CowHash<int, BrittleItem> byNumber;
    int other = 0;
    AXIOM_FIELDS(BrittleState, items, byNumber, other)
};

struct Picture
{
    QByteArray pixels;
    Brittle content;
    AXIOM_FIELDS(Picture, pixels, content)
};

struct AlbumState
{
    CowHash<int, Picture> byNumber;
    CowVector<Picture> pictures;
    AXIOM_FIELDS(AlbumState, byNumber, pictures)
};

struct Message
{
    QJsonObject content; // of which only the stream operators are known
    AXIOM_FIELDS(Message, content)
};

struct MailState
{
    CowVector<Message> messages;
    CowHash<int, Message> byNumber;
    AXIOM_FIELDS(MailState, messages, byNumber)
};

struct Property
{
    QString name;
    QVariant value;
    AXIOM_FIELDS(Property, name, value)
};

struct PropertyState
{
    CowVector<Property> list;
    CowHash<int, Property> byNumber;
    AXIOM_FIELDS(PropertyState, list, byNumber)
};

// Has no stream operators.
struct Plain
{
    int value = 0;
    friend bool operator==(const Plain &, const Plain &) = default;
};

struct BrittleNote
{
    QString text;
    Brittle content;
    AXIOM_FIELDS(BrittleNote, text, content)
};

Book book(int i)
{
    return {QStringLiteral("Title %1 of the series").arg(i),
            QStringLiteral("Author %1").arg(i % 40), i};
}

LibraryState library(int count)
{
    LibraryState state;
    for (int i = 0; i < count; ++i) {
        state.books.append(book(i));
        state.cellar.books.append(book(-i));
        state.lent.insert(QString::number(i), i);
    }
    state.name = QStringLiteral("north");
    return state;
}

class LibraryStore : public StateStore
{
    Q_OBJECT

public:
    explicit LibraryStore(int count = 10'000) : state(this, library(count)) { }
    QAbstractItemModel *books() { return state.listModel(&LibraryState::books); }

    State<LibraryState> state;
};

class NoteStore : public StateStore
{
    Q_OBJECT

public:
    State<NoteState> state{this};
};

class BrittleStore : public StateStore
{
    Q_OBJECT

public:
    State<BrittleState> state{this};
};

class AlbumStore : public StateStore
{
    Q_OBJECT

public:
    State<AlbumState> state{this};
};

class MailStore : public StateStore
{
    Q_OBJECT

public:
    State<MailState> state{this};
};

class PropertyStore : public StateStore
{
    Q_OBJECT

public:
    State<PropertyState> state{this};
};

class BrittleNoteStore : public StateStore
{
    Q_OBJECT

public:
    State<BrittleNote> state{this};
};

void freeze(StateStore &store)
{
    QCoreApplication::processEvents(); // what was thawed before is told first
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    store.freeze();
    QTRY_VERIFY(!changed.isEmpty());
}

// Until it is through with what it was given so far.
void waitForWorker()
{
    QSemaphore semaphore;
    detail::BackgroundWorker::run([&] { semaphore.release(); });
    semaphore.acquire();
}

qint64 freedBytesOf(StateStore &store, const detail::StateCore::FreezeOptions &options = {})
{
    std::optional<qint64> freed;
    store.core()->freeze(options, [&](const auto &result) { freed = result.freedBytes; });
    return QTest::qWaitFor([&] { return freed.has_value(); }) ? *freed : -1;
}

} // namespace

class tst_Freezing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatCannotBeStreamedStays();
    void freezeEndsWithItsStore();
    void frozenStateReadsAsBefore();
    void readThawsWhatItTouches();
    void changeOfAFrozenRowTellsOfThatRowOnly();
    void modelKeepsItsRows();
    void scrollingThawsWhatIsShown();
    void snapshotsAreLeftAlone();
    void keptSnapshotsAreFrozenToo();
    void keptSnapshotsAreFrozenToTheLast();
    void whatIsKeptIsMeasuredOnce();
    void changesMeanwhileAreKept();
    void whatDoesNotShrinkIsEncodedOnce_data();
    void whatDoesNotShrinkIsEncodedOnce();
    void whatHasGoneMeanwhileIsNotToldAsFreed();
    void whatIsSharedIsToldAsFreedOnce();
    void unchangedSegmentsAreNotEncodedAgain();
    void thawGivesUpTheBytes();
    void lastOfFreezeAndThawCounts();
    void stateWithoutCollectionsIsFrozenWhole();
    void wholeStatesThatAreKeptAreFrozenInOneGo();
    void wholeStateIsChangedAfterThawing();
    void smallStateStays();
    void whatOnlyStreamsIsFrozen();
    void storeMayDieMeanwhile();
    void otherThreadsReadFrozenSnapshots();
    void restoreOfAFrozenVersion();
    void withoutMemoryTheStateStays_data();
    void withoutMemoryTheStateStays();
    void withoutMemoryLooksAreTriedAgain();
    void withoutMemoryRestoredStateIsNotLost();
    void withoutMemoryNothingIsRemovedOrLeftOut();
    void withoutMemoryNothingIsEncoded();
    void freezeGoesOnAfterASlotThrew();
    void withoutMemoryAWholeStateIsTriedAgain();
    void damagedPartsAreToldOfAndKept_data();
    void damagedPartsAreToldOfAndKept();
    void flippedBitsNameStoreAndField();
    void damagedWholeStateCanBeRestored();
    void defaultsInPlaceOfAStateAreNotTheState();
    void randomProgram();
};

void tst_Freezing::frozenStateReadsAsBefore()
{
    LibraryStore store;
    const LibraryState expected = library(10'000);
    const qint64 before = store.residentBytes();
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(store.frozenBytes(), 0);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(store.frozenBytes() > 0);
    QVERIFY2(store.frozenBytes() * 6 < before,
             qPrintable(QStringLiteral("%1 of %2").arg(store.frozenBytes()).arg(before)));
    QVERIFY(store.residentBytes() * 6 < before);
    QCOMPARE(store.revision(), 0);
    QCOMPARE(store.state->name, QStringLiteral("north"));
    QCOMPARE(store.state->books.size(), 10'000);
    QCOMPARE(store.residency(), Residency::Frozen);

    QVERIFY(store.state->books == expected.books);
    QVERIFY(store.state->cellar.books == expected.cellar.books);
    QVERIFY(store.state->lent == expected.lent);
    QCOMPARE(store.residency(), Residency::Resident);
}

void tst_Freezing::readThawsWhatItTouches()
{
    LibraryStore store;
    freeze(store);
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    const qint64 frozen = store.residentBytes();
    QCOMPARE(store.state->books.at(5000).pages, 5000);
    QCOMPARE(store.residency(), Residency::Partial);
    QVERIFY(store.residentBytes() > frozen);
    QVERIFY(store.residentBytes() < frozen + 500'000);
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(store.state->lent.value(QStringLiteral("77")), 77);
    QTRY_COMPARE(changed.size(), 2);
}

void tst_Freezing::changeOfAFrozenRowTellsOfThatRowOnly()
{
    LibraryStore store;
    QAbstractItemModel *model = store.books();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    freeze(store);
    QSignalSpy data(model, &QAbstractItemModel::dataChanged);
    store.state.apply(
        [](LibraryState &state) { state.books.modify(4321, [](Book &each) { each.pages = -1; }); });
    QCOMPARE(data.size(), 1);
    QCOMPARE(data[0][0].toModelIndex().row(), 4321);
    QCOMPARE(data[0][1].toModelIndex().row(), 4321);
    QCOMPARE(store.state->books.at(4321).pages, -1);
    QCOMPARE(store.state->books.at(4320).pages, 4320);
    QCOMPARE(store.residency(), Residency::Partial);
}

void tst_Freezing::modelKeepsItsRows()
{
    LibraryStore store;
    QAbstractItemModel *model = store.books();
    const QPersistentModelIndex index = model->index(77, 0);
    QSignalSpy reset(model, &QAbstractItemModel::modelReset);
    QSignalSpy layout(model, &QAbstractItemModel::layoutChanged);
    QSignalSpy data(model, &QAbstractItemModel::dataChanged);
    QSignalSpy committed(&store, &StateStore::committed);
    freeze(store);
    QCOMPARE(reset.size() + layout.size() + data.size() + committed.size(), 0);
    QCOMPARE(index.row(), 77);
    QCOMPARE(model->rowCount(), 10'000);
    QCOMPARE(index.data().toString(), book(77).title);
}

void tst_Freezing::scrollingThawsWhatIsShown()
{
    LibraryStore store;
    QAbstractItemModel *model = store.books();
    freeze(store);
    const qint64 frozen = store.residentBytes();
    for (int row = 3000; row < 3020; ++row)
        QCOMPARE(model->index(row, 0).data().toString(), book(row).title);
    const qint64 one = store.residentBytes() - frozen;
    QVERIFY(one > 0);
    for (int row = 3000; row < 6000; ++row)
        QCOMPARE(model->index(row, 0).data().toString(), book(row).title);
    QVERIFY(store.residentBytes() - frozen > one);
    QCOMPARE(store.residency(), Residency::Partial);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QCOMPARE(store.residentBytes(), frozen);
}

void tst_Freezing::snapshotsAreLeftAlone()
{
    LibraryStore store;
    const Snapshot<LibraryState> snapshot = store.state.snapshot();
    const Book *first = &snapshot->books.first();
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QCOMPARE(first->title, book(0).title);
    QCOMPARE(&snapshot->books.first(), first);
    QCOMPARE(snapshot->books.at(500).pages, 500);
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_Freezing::keptSnapshotsAreFrozenToo()
{
    LibraryStore store;
    Snapshot<LibraryState> first = store.state.snapshot();
    store.state.keep(&first);
    store.state.apply([](LibraryState &state) { state.books.removeAt(77); });
    Snapshot<LibraryState> second = store.state.snapshot();
    store.state.keep(&second);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(second == store.state.snapshot());
    // Both versions, and what they share only once.
    QVERIFY(first->books.byteSize() < 500'000);
    QVERIFY(first->books.sharedBytes(second->books) > first->books.byteSize() / 2);
    QCOMPARE(first->books.at(77).pages, 77);
    QCOMPARE(second->books.at(77).pages, 78);
    store.state.restore(first);
    QVERIFY(store.state->books == library(10'000).books);
    store.state.forget(&second);
    store.state.forget(&first);
}

// However little of the state is left, and however many rounds it takes.
void tst_Freezing::keptSnapshotsAreFrozenToTheLast()
{
    LibraryStore store;
    StoreSettings settings = store.settings();
    settings.incrementalThreshold = 100'000;
    store.setSettings(settings);
    Snapshot<LibraryState> kept = store.state.snapshot();
    store.state.keep(&kept);
    const qint64 before = kept->books.byteSize();
    store.state.apply([](LibraryState &state) { state = {}; });
    freeze(store);
    QVERIFY(kept->books.byteSize() * 6 < before);
    QVERIFY(kept->cellar.books.byteSize() * 6 < before);
    QCOMPARE(store.core()->frozenParts({}).resident, 0);

    // Thawed with the state as well.
    store.thaw();
    QCOMPARE(store.core()->frozenParts({}).frozen, 0);
    QVERIFY(kept->books.byteSize() > before / 2);
    QVERIFY(kept->books == library(10'000).books);
    store.state.forget(&kept);
}

void tst_Freezing::whatIsKeptIsMeasuredOnce()
{
    LibraryStore store;
    const auto resident = [&] { return store.core()->frozenParts({}).residentBytes; };
    const qint64 before = resident();
    QVERIFY(before > 1'000'000);
    QCOMPARE(store.core()->frozenParts().residentBytes, before);
    Snapshot<LibraryState> kept = store.state.snapshot();
    store.state.keep(&kept);
    QCOMPARE(resident(), before);
    store.state.apply([](LibraryState &state) {
        state.books.modify(77, [](Book &each) { each.pages = -1; });
        state.lent.insert(QStringLiteral("77"), -1);
    });
    QVERIFY(resident() > before);
    QVERIFY(resident() < before + before / 20);
    store.state.apply([](LibraryState &state) { state = {}; });
    QCOMPARE(resident(), before);
    QCOMPARE(store.core()->frozenParts().residentBytes, 0);
    store.state.forget(&kept);
    QCOMPARE(resident(), 0);
}

void tst_Freezing::changesMeanwhileAreKept()
{
    LibraryStore store(100'000);
    for (int round = 0; round < 5; ++round) {
        store.thaw();
        store.freeze();
        const QDeadlineTimer patience(30'000);
        const auto isResident = [&] { return store.residency() == Residency::Resident; };
        for (int i = 0; i < 10 || (isResident() && !patience.hasExpired()); ++i) {
            store.state.apply([&](LibraryState &state) {
                state.books.modify(i * 37 % 100'000, [&](Book &each) { each.pages = round; });
                state.lent.insert(QString::number(i % 100), round);
            });
            QCoreApplication::processEvents();
        }
        QVERIFY(store.residency() == Residency::Partial);
        QCOMPARE(store.state->books.at(37).pages, round);
        QCOMPARE(store.state->lent.value(QStringLiteral("0")), round);
        QCOMPARE(store.state->books.at(99'999).title, book(99'999).title);
    }
}

void tst_Freezing::whatDoesNotShrinkIsEncodedOnce_data()
{
    QTest::addColumn<bool>("inHash");
    QTest::newRow("vector") << false;
    QTest::newRow("hash") << true;
}

// Though many rounds come after it.
void tst_Freezing::whatDoesNotShrinkIsEncodedOnce()
{
    QFETCH(bool, inHash);
    constexpr int count = 4000;
    AlbumStore store;
    store.state.apply([&](AlbumState &album) {
        QRandomGenerator random(5);
        QByteArray noise(400, Qt::Uninitialized);
        for (int i = 0; i < count; ++i) {
            random.fillRange(reinterpret_cast<quint32 *>(noise.data()), noise.size() / 4);
            if (inHash)
                album.byNumber.insert(i, {noise, {i}});
            else
                album.pictures.append({noise, {i}});
        }
        for (int i = 0; i < count; ++i)
            album.pictures.append({QByteArray(400, 'x'), {i}});
    });
    StoreSettings settings = store.settings();
    settings.incrementalThreshold = 100'000;
    store.setSettings(settings);
    Brittle::written = 0;
    freeze(store);
    QVERIFY2(Brittle::written <= 2 * count, QByteArray::number(Brittle::written));
    QVERIFY(Brittle::written > 2 * count - 500); // ends are too small
    // What is looked at in vain counts as work of a round, too.
    QVERIFY(store.core()->freezeTotals().rounds > 2 * count * 400 / 100'000 / 2);
    const detail::FrozenParts parts = store.core()->frozenParts();
    QVERIFY(parts.resident > 0);
    QVERIFY(parts.frozen > 0);
}

void tst_Freezing::whatHasGoneMeanwhileIsNotToldAsFreed()
{
    LibraryStore store;
    std::optional<qint64> freed;
    store.core()->freeze({}, [&](const auto &result) { freed = result.freedBytes; });
    store.state.apply([](LibraryState &state) { state = {}; });
    QTRY_VERIFY(freed);
    QCOMPARE(*freed, 0);
}

void tst_Freezing::whatIsSharedIsToldAsFreedOnce()
{
    LibraryStore store;
    std::list<Snapshot<LibraryState>> kept;
    for (int i = 0; i < 5; ++i) {
        store.state.keep(&kept.emplace_back(store.state.snapshot()));
        store.state.apply([&](LibraryState &state) {
            state.books.modify(0, [&](Book &each) { each.pages = -i; });
            state.lent.insert(QStringLiteral("0"), -i);
        });
    }
    const qint64 before = store.core()->frozenParts({}).residentBytes;
    const qint64 freed = freedBytesOf(store);
    const qint64 left = store.core()->frozenParts({}).frozenBytes;
    // The former is an estimate.
    QVERIFY2(std::abs(before - left - freed) < before / 5,
             qPrintable(QStringLiteral("%1 - %2 - %3").arg(before).arg(left).arg(freed)));

    // What costs nothing to freeze again.
    QCOMPARE(store.state->books.indexOf(Book()), -1);
    QVERIFY(!store.state->lent.values().isEmpty());
    const qint64 thawed = store.core()->frozenParts({}).thawedBytes;
    QVERIFY(thawed > 0);
    QCOMPARE(freedBytesOf(store), thawed);
    for (Snapshot<LibraryState> &each : kept)
        store.state.forget(&each);
}

void tst_Freezing::unchangedSegmentsAreNotEncodedAgain()
{
    LibraryStore store;
    freeze(store);
    const qint64 frozen = store.frozenBytes();
    QVERIFY(store.state->books == library(10'000).books);
    QCOMPARE(store.frozenBytes(), frozen); // the bytes are still there
    const Book *before = &store.state->books.at(100);
    freeze(store);
    QCOMPARE(store.frozenBytes(), frozen);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(&store.state->books.at(100) != before);
}

void tst_Freezing::thawGivesUpTheBytes()
{
    LibraryStore store;
    const qint64 before = store.residentBytes();
    freeze(store);
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    store.thaw();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(store.frozenBytes(), 0);
    QVERIFY(store.residentBytes() <= before);
    QVERIFY(store.state->books == library(10'000).books);
    store.thaw();
    QCOMPARE(changed.size(), 1);
}

void tst_Freezing::lastOfFreezeAndThawCounts()
{
    LibraryStore store;
    QSignalSpy changed(&store, &StateStore::residencyChanged);
    int done = 0;
    int ended = 0;
    const auto freeze = [&] {
        store.core()->freeze({}, [&](const detail::StateCore::FreezeResult &result) {
            ++done;
            ended += result.wasEnded;
        });
    };
    freeze();
    QVERIFY(store.core()->isFreezing());
    store.thaw();
    QVERIFY(!store.core()->isFreezing());
    QCOMPARE(done, 1);
    QCOMPARE(ended, 1);
    QCOMPARE(changed.size(), 1); // whoever waits for freeze()
    waitForWorker();
    QCoreApplication::processEvents();
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(changed.size(), 1);

    // What the first one has posted is not taken for an answer to the second.
    freeze();
    waitForWorker();
    store.thaw();
    freeze();
    QCoreApplication::processEvents();
    QTRY_COMPARE(done, 3);
    QCOMPARE(ended, 2);
    QCOMPARE(store.residency(), Residency::Frozen);

    // Within an update there is nothing to thaw, but a freeze to end.
    store.thaw();
    freeze();
    store.state.apply([&](LibraryState &state) {
        state.name = QStringLiteral("south");
        store.thaw();
    });
    QCOMPARE(ended, 3);
    waitForWorker();
    QCoreApplication::processEvents();
    QCOMPARE(store.residency(), Residency::Resident);
    QVERIFY(store.state->books == library(10'000).books);
}

void tst_Freezing::stateWithoutCollectionsIsFrozenWhole()
{
    NoteStore store;
    const QString text = QStringLiteral("to be read later ").repeated(5000);
    store.state.set(&NoteState::text, text);
    const Snapshot<NoteState> snapshot = store.state.snapshot();
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(store.residentBytes() < 1000);
    QVERIFY(store.frozenBytes() > 0 && store.frozenBytes() < 2000);
    QCOMPARE(store.revision(), 1);
    QCOMPARE(snapshot->text, text);

    const Snapshot<NoteState> cold = store.state.snapshot();
    std::thread reader([&] { QCOMPARE(cold->text, text); });
    reader.join();
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(store.state->text, text);
    QVERIFY(store.residentBytes() > 100'000);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QCOMPARE(store.state->text, text);
}

void tst_Freezing::wholeStatesThatAreKeptAreFrozenInOneGo()
{
    NoteStore store;
    std::list<Snapshot<NoteState>> kept;
    const auto textOf = [](char16_t c) { return QString(100'000, QChar(c)); };
    for (const char16_t c : u"abc"sv) {
        store.state.set(&NoteState::text, textOf(c));
        store.state.keep(&kept.emplace_back(store.state.snapshot()));
    }
    store.state.keep(&kept.emplace_back(kept.front())); // once more
    store.state.set(&NoteState::text, textOf(u'd'));
    const qint64 before = store.residentBytes();

    const qint64 freed = freedBytesOf(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(freed > 4 * before * 9 / 10);
    QVERIFY(freed < 4 * before);
    QCOMPARE(freedBytesOf(store), 0); // all of them are frozen
    QVERIFY(kept.front() == kept.back());
    QCOMPARE(store.state->text, textOf(u'd'));
    QCOMPARE(kept.front()->text, textOf(u'a'));
    store.thaw();
    QVERIFY(kept.front() == kept.back());
    QCOMPARE((*std::next(kept.begin()))->text, textOf(u'b'));
    for (Snapshot<NoteState> &each : kept)
        store.state.forget(&each);
}

void tst_Freezing::wholeStateIsChangedAfterThawing()
{
    NoteStore store;
    store.state.set(&NoteState::text, QString(100'000, u'x'));
    freeze(store);
    int told = 0;
    store.state.onChanged(&NoteState::marks, &store, [&](const QList<int> &) { ++told; });
    store.state.apply([](NoteState &state) { state.marks.append(7); });
    QCOMPARE(told, 1);
    QCOMPARE(store.state->text.size(), 100'000);
    QCOMPARE(store.state->marks, QList<int>{7});
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(store.frozenBytes(), 0);
}

void tst_Freezing::smallStateStays()
{
    NoteStore store;
    store.state.set(&NoteState::text, QStringLiteral("a"));
    freeze(store);
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(store.state->text, QStringLiteral("a"));
}

void tst_Freezing::whatOnlyStreamsIsFrozen()
{
    MailStore store;
    store.state.apply([](MailState &mail) {
        for (int i = 0; i < 2000; ++i) {
            QJsonObject content;
            for (int key = 0; key < 5; ++key)
                content.insert(QStringLiteral("key number %1").arg(key),
                               QStringLiteral("a text that is much like the others, %1").arg(i));
            mail.messages.append({content});
            mail.byNumber.insert(i, {content});
        }
    });
    StoreSettings settings = store.settings();
    settings.incrementalThreshold = 100'000;
    store.setSettings(settings);
    const MailState before = *store.state;
    QVERIFY(freedBytesOf(store) > 500'000);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(*store.state == before);
    QVERIFY(store.core()->frozenParts().thawedBytes > 500'000);
}

void tst_Freezing::storeMayDieMeanwhile()
{
    for (int i = 0; i < 20; ++i) {
        auto store = std::make_unique<LibraryStore>(2000 + 500 * i);
        store->freeze();
        if (i % 3 == 0)
            QTest::qWait(i / 3);
        store.reset();
        QCoreApplication::processEvents();
    }
}

void tst_Freezing::otherThreadsReadFrozenSnapshots()
{
    LibraryStore store;
    const LibraryState expected = library(10'000);
    for (int round = 0; round < 5; ++round) {
        freeze(store);
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, snapshot = store.state.snapshot()] {
                wrong += !(snapshot->books == expected.books);
                wrong += !(snapshot->lent == expected.lent);
            });
        }
        store.freeze();
        for (int i = 0; i < 10; ++i) {
            QCoreApplication::processEvents();
            wrong += store.state->books.at(i * 999).pages != i * 999;
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(wrong, 0);
    }
}

void tst_Freezing::restoreOfAFrozenVersion()
{
    LibraryStore store;
    QAbstractItemModel *model = store.books();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    freeze(store);
    const Snapshot<LibraryState> cold = store.state.snapshot();
    store.state.apply([](LibraryState &state) { state.books.erase(10, 5000); });
    QCOMPARE(model->rowCount(), 5000);
    QSignalSpy reset(model, &QAbstractItemModel::modelReset);
    store.state.restore(cold);
    QCOMPARE(model->rowCount(), 10'000);
    QCOMPARE(reset.size(), 0);
    QVERIFY(store.state->books == library(10'000).books);
}

void tst_Freezing::withoutMemoryTheStateStays_data()
{
    QTest::addColumn<bool>("isWhole");
    QTest::newRow("parts") << false;
    QTest::newRow("whole") << true;
}

void tst_Freezing::withoutMemoryTheStateStays()
{
    QFETCH(bool, isWhole);
    LibraryStore library;
    const LibraryState books = *library.state;
    NoteStore note;
    note.state.apply([](NoteState &s) { s.text = QString(100'000, QLatin1Char('x')); });
    StateStore &store = isWhole ? static_cast<StateStore &>(note) : library;

    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    QSignalSpy errors(&store, &StateStore::errorOccurred);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Resident);
    QCOMPARE(errors.size(), 0);
    QVERIFY(*library.state == books);
    QCOMPARE(note.state->text.size(), 100'000);

    detail::setCompressorMemory(true);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
    QVERIFY(*library.state == books);
    QCOMPARE(note.state->text.size(), 100'000);
}

// No memory is no damage: default values are read only until there is some.
void tst_Freezing::withoutMemoryLooksAreTriedAgain()
{
    LibraryStore store;
    const LibraryState expected = *store.state;
    freeze(store);
    QSignalSpy errors(&store, &StateStore::errorOccurred);
    const Snapshot<LibraryState> snapshot = store.state.snapshot();

    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("no memory to thaw books")));
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(store.state->books.at(5000), Book());
        QVERIFY(!store.state->books.isValid());
        QVERIFY(!store.state->lent.contains(QStringLiteral("77")));
        QVERIFY(!store.state->lent.isValid());
    }
    const Book *missing = &snapshot->books.at(5000);
    QCOMPARE(store.state->books.size(), 10'000);
    const auto isRefused = [&](auto change) {
        try {
            store.state.apply(change);
        } catch (const std::bad_alloc &) {
            return true;
        }
        return false;
    };
    QVERIFY(isRefused([](LibraryState &s) { s.books.modify(5000, [](Book &b) { b.pages = 1; }); }));
    QVERIFY(isRefused([](LibraryState &s) { s.lent.insert(QStringLiteral("77"), 1); }));
    QVERIFY(isRefused(
        [](LibraryState &s) { s.lent.modify(QStringLiteral("77"), [](int &n) { n = 1; }); }));
    UpdateTicket ticket = store.state.enqueue(
        [](LibraryState &s) { s.books.modify(5000, [](Book &b) { b.pages = 1; }); });
    QTRY_COMPARE(ticket.status(), UpdateTicket::Failed);
    store.thaw();
    freeze(store);
    errors.clear(); // of the updates

    detail::setCompressorMemory(true);
    QCOMPARE(store.state->books.at(5000), expected.books.at(5000));
    QCOMPARE(*missing, Book()); // what was handed out stays as it is
    QCOMPARE(snapshot->books.at(5000), expected.books.at(5000));
    QVERIFY(*store.state == expected);
    QVERIFY(store.state->books.isValid());
    QVERIFY(store.state->lent.isValid());
    QVERIFY(store.damagedParts().isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(errors.size(), 0);
}

// What reads as default values is not equal to what else does.
void tst_Freezing::withoutMemoryRestoredStateIsNotLost()
{
    LibraryStore store;
    const QAbstractItemModel *model = store.books();
    const LibraryState expected = *store.state;
    Snapshot<LibraryState> kept = store.state.snapshot();
    store.state.keep(&kept);
    store.state.apply([](LibraryState &s) {
        s.books.modify(5000, [](Book &b) { b.pages = -1; });
        s.lent.insert(QStringLiteral("77"), -1);
    });
    freeze(store);
    int told = 0;
    connect(model, &QAbstractItemModel::dataChanged, this,
            [&](const QModelIndex &first, const QModelIndex &last) {
                told += last.row() - first.row() + 1;
            });

    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    const qint64 before = store.state.revision();
    store.state.restore(kept);
    QCOMPARE(store.state.revision(), before + 1);
    QCOMPARE(told, 10'000); // which of them differ can't be known

    detail::setCompressorMemory(true);
    QVERIFY(*store.state == expected);
}

void tst_Freezing::withoutMemoryNothingIsRemovedOrLeftOut()
{
    LibraryStore store;
    freeze(store);
    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    CowVector<Book> books = store.state->books;
    CowHash<QString, int> lent = store.state->lent;
    CowHash<QString, int> all{{QStringLiteral("own"), 1}};
    const auto lacksMemory = [](const auto &change) {
        try {
            change();
        } catch (const std::bad_alloc &) {
            return true;
        }
        return false;
    };
    const auto isDefault = [](const Book &b) { return b == Book(); };
    QVERIFY(lacksMemory([&] { books.removeIf(isDefault); }));
    QVERIFY(lacksMemory([&] { lent.removeIf([](const auto &) { return false; }); }));
    QVERIFY(lacksMemory([&] { all.insert(lent); }));
    QCOMPARE(all.size(), 1);

    detail::setCompressorMemory(true);
    QCOMPARE(books.removeIf(isDefault), 0);
    all.insert(lent);
    QCOMPARE(all.size(), 10'001);
}

// Not even when there is some again by the time that the next field is written.
void tst_Freezing::withoutMemoryNothingIsEncoded()
{
    BrittleStore store;
    store.state.apply([](BrittleState &s) {
        for (int i = 0; i < 5'000; ++i) {
            s.items.append({QString::number(i), {i}});
            s.byNumber.insert(i, {QString::number(i), {i}});
        }
    });
    const BrittleState expected = *store.state;
    freeze(store);
    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    Brittle::onWrite = [] { detail::setCompressorMemory(true); };
    const auto unhooked = qScopeGuard([] { Brittle::onWrite = nullptr; });
    StateError error;
    QVERIFY(!StateCodec::encode(*store.state, &error));
    QVERIFY(error.code == StateError::OutOfMemory || error.code == StateError::EncodingFailed);

    detail::setCompressorMemory(true);
    const auto bytes = StateCodec::encode(*store.state, &error);
    QVERIFY(bytes);
    QVERIFY(*StateCodec::decode<BrittleState>(*bytes) == expected);
}

void tst_Freezing::freezeGoesOnAfterASlotThrew()
{
    LibraryStore store;
    freeze(store);
    bool isThrown = false;
    {
        QObject context;
        connect(&store, &StateStore::residencyChanged, &context, [&] {
            if (!std::exchange(isThrown, true))
                throw std::runtime_error("a slot");
        });
        QCOMPARE(store.state->books.at(5), book(5)); // which is told later
        store.state.apply([](LibraryState &s) { s.books.append(book(1)); });
        store.freeze();
        // The end of the freeze is told together with it, or later.
        for (int i = 0; i < 200 && (!isThrown || store.core()->isFreezing()); ++i) {
            QThread::msleep(isThrown ? 5 : 50);
            try {
                QCoreApplication::sendPostedEvents();
            } catch (const std::runtime_error &) { }
        }
    }
    QVERIFY(isThrown);
    freeze(store);
    QCOMPARE(store.residency(), Residency::Frozen);
}

void tst_Freezing::withoutMemoryAWholeStateIsTriedAgain()
{
    NoteStore store;
    const NoteState note{QString(100'000, u'x'), {1, 2}, QByteArray(5000, 'p')};
    store.state.apply([&](NoteState &s) { s = note; });
    freeze(store);
    QSignalSpy errors(&store, &StateStore::errorOccurred);
    const Snapshot<NoteState> snapshot = store.state.snapshot();

    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no memory to thaw")));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(store.state->text, QString());
    const NoteState &missing = *snapshot;
    QCOMPARE(store.residency(), Residency::Frozen);
    const auto isRefused = [](auto change) {
        try {
            change();
        } catch (const std::bad_alloc &) {
            return true;
        }
        return false;
    };
    QVERIFY(isRefused([&] { store.state.set(&NoteState::marks, {7}); }));
    // Of another state, which is frozen as well: it would be lost to the defaults.
    QVERIFY(isRefused([&] { store.state.restore(snapshot); }));
    store.thaw();
    QCOMPARE(store.residency(), Residency::Frozen);
    errors.clear();

    std::thread([&] {
        detail::setCompressorMemory(true);
        QCOMPARE(snapshot->text, note.text);
    }).join();
    QCOMPARE(missing.text, QString());
    QVERIFY(*store.state == note);
    QVERIFY(store.damagedParts().isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(errors.size(), 0);
    store.state.restore(snapshot);
    store.state.set(&NoteState::marks, {7});
    QCOMPARE(store.state->text, note.text);
}

void tst_Freezing::damagedPartsAreToldOfAndKept()
{
    QFETCH(bool, inHash);
    BrittleStore store;
    store.setName(QStringLiteral("archive"));
    store.state.apply([](BrittleState &s) {
        for (int i = 0; i < 2000; ++i) {
            const BrittleItem item{QStringLiteral("an item of some length, number %1").arg(i), {i}};
            s.items.append(item);
            s.byNumber.insert(i, item);
        }
    });
    const Snapshot<BrittleState> before = store.state.snapshot();
    const BrittleState content = *before;
    freeze(store);
    QSignalSpy errors(&store, &StateStore::errorOccurred);

    Brittle::isBroken = true;
    const auto restored = qScopeGuard([] { Brittle::isBroken = false; });
    if (inHash)
        QVERIFY(!store.state->byNumber.contains(7));
    else
        QCOMPARE(store.state->items.at(7), BrittleItem());
    Brittle::isBroken = false;
    QCOMPARE(inHash ? store.state->byNumber.isValid() : store.state->items.isValid(), false);
    QTRY_COMPARE(errors.count(), 1);
    const auto error = errors.first().first().value<StateError>();
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY2(error.message.startsWith(inHash ? QStringLiteral("archive.byNumber: ")
                                             : QStringLiteral("archive.items: ")),
             qPrintable(error.message));

    const QList<DamagedPart> parts = store.damagedParts();
    QCOMPARE(parts.size(), 1);
    QCOMPARE(parts.first().field, inHash ? QStringLiteral("byNumber") : QStringLiteral("items"));
    QVERIFY(!parts.first().bytes.isEmpty());

    // Nothing takes the place of what may be rescued, and the rest goes on.
    const auto change = [&] {
        store.state.apply([&](BrittleState &s) {
            if (inHash)
                s.byNumber.insert(7, BrittleItem());
            else
                s.items.replace(7, BrittleItem());
        });
    };
    QVERIFY_THROWS_EXCEPTION(std::exception, change());
    store.state.set(&BrittleState::other, 3);
    QCOMPARE(store.state->other, 3);
    QCOMPARE(store.state->items.at(1999), content.items.at(1999));
    freeze(store);
    QCOMPARE(store.damagedParts(), parts);

    store.state.restore(before);
    QVERIFY(store.state->items.isValid());
    QVERIFY(store.state->byNumber.isValid());
    QVERIFY(*store.state == content);
}

void tst_Freezing::damagedPartsAreToldOfAndKept_data()
{
    QTest::addColumn<bool>("inHash");
    QTest::newRow("vector") << false;
    QTest::newRow("hash") << true;
}

namespace {

// As faulty memory does.
template <typename Visit>
void forEachFrozenNode(const detail::CowNode *node, const Visit &visit)
{
    if (node->level == 0)
        return;
    if (node->isFrozen()) {
        visit(*detail::asFrozen(node)->content());
        return;
    }
    for (int i = 0; i < node->count; ++i)
        forEachFrozenNode(detail::asInner(node)->children[i], visit);
}

} // namespace

// Of a compressed frame any single one is found, before it is decompressed.
void tst_Freezing::flippedBitsNameStoreAndField()
{
    LibraryStore store(3000);
    store.setName(QStringLiteral("north"));
    freeze(store);
    QRandomGenerator random(11);
    qsizetype flipped = 0;
    forEachFrozenNode(store.state->cellar.books.rootNode(), [&](const detail::FrozenNodes &nodes) {
        const QByteArray &bytes = static_cast<const detail::CompressedTree<Book> &>(nodes).bytes();
        const qsizetype bit = random.bounded(int(bytes.size() * 8));
        char *byte = const_cast<char *>(bytes.constData()) + bit / 8;
        *byte = char(*byte ^ (1 << (bit % 8)));
        ++flipped;
    });
    QVERIFY(flipped > 10);
    QSignalSpy errors(&store, &StateStore::errorOccurred);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^north\\.books: ")));
    for (const Book &each : store.state->cellar.books)
        QCOMPARE(each, Book());
    QTRY_COMPARE(errors.size(), 1);
    const auto error = errors.first().first().value<StateError>();
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY2(error.message.startsWith(QStringLiteral("north.books: Compressed state is damaged")),
             qPrintable(error.message));
    QCOMPARE(store.damagedParts().size(), flipped);
    for (const DamagedPart &part : store.damagedParts())
        QVERIFY(!part.bytes.isEmpty());
    QVERIFY(store.state->books == library(3000).books);
}

// What equals them is a change all the same.
void tst_Freezing::defaultsInPlaceOfAStateAreNotTheState()
{
    NoteStore store;
    const Snapshot<NoteState> empty = store.state.snapshot();
    const NoteState note{QString(100'000, u'x'), {1, 2}, QByteArray(5000, 'p')};
    store.state.apply([&](NoteState &s) { s = note; });
    freeze(store);

    detail::setCompressorMemory(false);
    const auto restored = qScopeGuard([] { detail::setCompressorMemory(true); });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no memory to thaw")));
    QCOMPARE(store.state->text, QString());
    bool isRefused = false;
    try {
        store.state.set(&NoteState::text, QString());
    } catch (const std::bad_alloc &) {
        isRefused = true;
    }
    QVERIFY(isRefused);
    store.state.restore(empty);
    QVERIFY(store.state.snapshot() != empty);
    detail::setCompressorMemory(true);
    QVERIFY(*store.state == NoteState());
    QCOMPARE(store.residency(), Residency::Resident);
}

void tst_Freezing::damagedWholeStateCanBeRestored()
{
    BrittleNoteStore store;
    store.setName(QStringLiteral("note"));
    const BrittleNote note{QString(200000, QLatin1Char('x')), {5}};
    store.state.apply([&](BrittleNote &s) { s = note; });
    const Snapshot<BrittleNote> before = store.state.snapshot();
    freeze(store);
    QSignalSpy errors(&store, &StateStore::errorOccurred);

    Brittle::isBroken = true;
    const auto restored = qScopeGuard([] { Brittle::isBroken = false; });
    QVERIFY(store.state->text.isEmpty());
    Brittle::isBroken = false;
    QTRY_COMPARE(errors.count(), 1);
    QVERIFY(
        errors.first().first().value<StateError>().message.startsWith(QStringLiteral("note: ")));
    QCOMPARE(store.damagedParts().size(), 1);
    QVERIFY_THROWS_EXCEPTION(std::exception,
                             store.state.set(&BrittleNote::text, QStringLiteral("lost")));

    store.state.restore(before);
    QVERIFY(*store.state == note);
    store.state.set(&BrittleNote::text, QStringLiteral("short"));
    QCOMPARE(store.state->content.value, 5);
}

void tst_Freezing::randomProgram()
{
    LibraryStore store(3000);
    QAbstractItemModel *model = store.books();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QList<Book> expected = store.state->books.toList();
    QRandomGenerator random(42);
    for (int step = 0; step < 300; ++step) {
        const int row = random.bounded(int(expected.size()));
        switch (random.bounded(6)) {
        case 0:
            store.freeze();
            break;
        case 1:
            store.thaw();
            break;
        case 2:
            store.state.apply([&](LibraryState &state) { state.books.insert(row, book(step)); });
            expected.insert(row, book(step));
            break;
        case 3:
            store.state.apply([&](LibraryState &state) { state.books.removeAt(row); });
            expected.removeAt(row);
            break;
        case 4:
            store.state.apply([&](LibraryState &state) {
                state.books.modify(row, [](Book &each) { ++each.pages; });
            });
            ++expected[row].pages;
            break;
        default:
            QTest::qWait(random.bounded(3));
        }
        QCOMPARE(store.state->books.size(), expected.size());
        const int look = random.bounded(int(expected.size()));
        QCOMPARE(model->index(look, 0).data().toString(), expected.at(look).title);
    }
    QCOMPARE(store.state->books.toList(), expected);
}

// What no stream brings back stays as it is, and so do the elements beside it.
void tst_Freezing::whatCannotBeStreamedStays()
{
    PropertyStore store;
    store.state.apply([](PropertyState &s) {
        for (int i = 0; i < 5000; ++i) {
            const Property property{QString::number(i),
                                    i == 7 ? QVariant::fromValue(Plain{i}) : QVariant(i)};
            s.list.append(property);
            s.byNumber.insert(i, property);
        }
    });
    const PropertyState before = *store.state;
    for (int collection = 0; collection < 2; ++collection) {
        for (const char *who : {"QVariant::save", "QVariant::load"})
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QString::fromLatin1(who)));
    }
    freeze(store);
    QCOMPARE(store.residency(), Residency::Partial);
    QVERIFY(*store.state == before);
    QCOMPARE(store.state->list.at(7).value.value<Plain>(), Plain{7});
    QVERIFY(store.damagedParts().isEmpty());
}

void tst_Freezing::freezeEndsWithItsStore()
{
    QSemaphore semaphore;
    detail::BackgroundWorker::run([&] { semaphore.acquire(); });
    {
        BrittleStore store;
        store.state.apply([](BrittleState &s) {
            for (int i = 0; i < 1000; ++i)
                s.items.append({QString::number(i), {i}});
        });
        store.freeze();
        Brittle::written = 0;
    }
    semaphore.release();
    waitForWorker();
    QCOMPARE(Brittle::written, 0);
}

QTEST_MAIN(tst_Freezing)

#include "tst_freezing.moc"
