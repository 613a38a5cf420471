// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CompressedStateStorage>

#include "../../../../src/storage/detail/compressor.h"

#include <QtCore/qendian.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <random>
#include <stdexcept>
#include <thread>

using namespace Axiom;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

VirtualClock *decodingClock = nullptr;
std::chrono::nanoseconds decodingTime{0};
int decodings = 0;
bool refusesToWrite = false;
bool isReadBack = false;

// Counts how often it is decoded, which may take time.
struct Counted
{
    int value = 0;
    friend bool operator==(const Counted &, const Counted &) = default;
    friend QDataStream &operator<<(QDataStream &stream, const Counted &counted)
    {
        if (refusesToWrite)
            throw std::runtime_error("not now");
        isReadBack = true;
        return stream << counted.value;
    }
    friend QDataStream &operator>>(QDataStream &stream, Counted &counted)
    {
        if (std::exchange(isReadBack, false))
            return stream >> counted.value; // what was just written, to see that it can be
        ++decodings;
        if (decodingClock)
            decodingClock->advance(decodingTime);
        return stream >> counted.value;
    }
};

struct Item
{
    QString name;
    int number = 0;
    AXIOM_FIELDS(Item, name, number)
};

struct Library
{
    CowVector<Item> items;
    Counted counted;
    AXIOM_FIELDS(Library, items, counted)
};

struct Other
{
    int number = 0;
    AXIOM_FIELDS(Other, number)
};

// Of types of their own, as what is learnt is kept by type.
struct Card
{
    QString title;
    QString description;
    int number = 0;
    AXIOM_FIELDS(Card, title, description, number)
};

struct Ticket
{
    QString title;
    QString description;
    int number = 0;
    AXIOM_FIELDS(Ticket, title, description, number)
};

template <typename T>
T makeSmall(int i)
{
    return {u"Entry number %1"_s.arg(i * 7919 % 10'007),
            u"A description of some length, which says much the same of each, but for %1 and %2"_s
                .arg(i)
                .arg(i * 31 % 977),
            i};
}

Library makeLibrary(int count)
{
    Library library;
    for (int i = 0; i < count; ++i)
        library.items.append(Item{u"item number %1"_s.arg(i * 7919 % 10'007), i});
    library.counted.value = count;
    return library;
}

using Storage = CompressedStateStorage<Library>;

} // namespace

class tst_CompressedStateStorage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void optionalsAndSetsCount();
    void smallStatesShareADictionary();
    void threadsLearnTogether();
    void init();
    void isEmptyAtFirst();
    void returnsWhatItWasGiven_data();
    void returnsWhatItWasGiven();
    void isSmall();
    void alwaysKeepsTheState();
    void neverKeepsTheState();
    void timedKeepsItForAWhile();
    void sizedKeepsSmallStates();
    void adaptiveKeepsWhatIsReadOften();
    void memoryPressureGivesBackAndShrinks();
    void survivesAsBytes();
    void copiesAreIndependent();
    void damagedBytesLeaveTheFormerContent();
    void anySingleDamagedBitIsFound();
    void anyTruncationIsFound();
    void refusesWhatIsNewerOrForged();
    void refusesWhatIsTooLarge();
    void refusesAnotherType();
    void keepsWhatCannotBeEncoded();
};

void tst_CompressedStateStorage::smallStatesShareADictionary()
{
    using CardStorage = CompressedStateStorage<Card>;
    const Card card = makeSmall<Card>(123'456);
    CardStorage before(card, CompressionLevel::Balanced, CachePolicy::never());
    std::vector<CardStorage> others;
    for (int i = 0; i < 200; ++i)
        others.emplace_back(makeSmall<Card>(i), CompressionLevel::Balanced, CachePolicy::never());
    // It is trained on a worker thread.
    std::optional<CardStorage> after;
    QTRY_VERIFY((after.emplace(card, CompressionLevel::Balanced, CachePolicy::never()),
                 after->compressedBytes() * 4 < before.compressedBytes() * 3));
    QCOMPARE(after->state(), card);
    QCOMPARE(before.state(), card);
    for (int i = 0; i < 200; ++i)
        QCOMPARE(others[std::size_t(i)].state(), makeSmall<Card>(i));

    // What leaves the process needs no dictionary.
    const QByteArray bytes = after->toByteArray();
    QVERIFY(bytes.size() > after->compressedBytes());
    QCOMPARE(bytes, before.toByteArray());
    CardStorage read;
    StateError error;
    QVERIFY2(read.fromByteArray(bytes, &error), qPrintable(error.message));
    QCOMPARE(read.state(), card);

    const qsizetype size = after->compressedBytes();
    after->handleMemoryPressure();
    QVERIFY(after->compressedBytes() <= size);
    QCOMPARE(after->state(), card);
    CardStorage copy = *after;
    after.reset();
    QCOMPARE(copy.state(), card);
}

void tst_CompressedStateStorage::threadsLearnTogether()
{
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&wrong, t] {
            for (int i = 0; i < 500; ++i) {
                const Ticket ticket = makeSmall<Ticket>(t * 1000 + i);
                CompressedStateStorage<Ticket> storage(ticket, CompressionLevel::Fast,
                                                       CachePolicy::never());
                wrong += storage.state() != ticket;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(wrong, 0);
}

void tst_CompressedStateStorage::init()
{
    decodingClock = nullptr;
    decodingTime = {};
    decodings = 0;
    refusesToWrite = false;
}

void tst_CompressedStateStorage::isEmptyAtFirst()
{
    Storage storage;
    QVERIFY(storage.isEmpty());
    QVERIFY(!storage.isCached());
    QCOMPARE(storage.compressedBytes(), 0);
    QVERIFY(storage.toByteArray().isEmpty());
    StateError error;
    QVERIFY(!storage.state(&error));
    QVERIFY(!error);
    storage.trim();
    storage.handleMemoryPressure();
    QVERIFY(storage.setState(makeLibrary(3)));
    QCOMPARE(storage.state()->items.size(), 3);
}

void tst_CompressedStateStorage::returnsWhatItWasGiven_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<CompressionLevel>("level");
    for (const auto level :
         {CompressionLevel::Fast, CompressionLevel::Balanced, CompressionLevel::Maximum}) {
        for (const int count : {0, 1, 5000})
            QTest::addRow("%d, level %d", count, int(level)) << count << level;
    }
}

void tst_CompressedStateStorage::returnsWhatItWasGiven()
{
    QFETCH(const int, count);
    QFETCH(const CompressionLevel, level);
    const Library library = makeLibrary(count);
    Storage storage(library, level, CachePolicy::never());
    QVERIFY(!storage.isEmpty());
    QVERIFY(storage.state() == library);
    QCOMPARE(decodings, 1);
    QVERIFY(storage.setState(makeLibrary(count + 1)));
    QVERIFY(storage.state() == makeLibrary(count + 1));
}

void tst_CompressedStateStorage::isSmall()
{
    const Library library = makeLibrary(10'000);
    const Storage storage(library);
    QCOMPARE_LT(storage.compressedBytes(), heapBytes(library) / 10);
}

void tst_CompressedStateStorage::alwaysKeepsTheState()
{
    VirtualClock clock;
    Storage storage(makeLibrary(10), CompressionLevel::Fast, CachePolicy::always(), clock);
    QVERIFY(storage.isCached());
    clock.advance(24h);
    storage.trim();
    QVERIFY(storage.isCached());
    QVERIFY(storage.state());
    QCOMPARE(decodings, 0);
}

void tst_CompressedStateStorage::neverKeepsTheState()
{
    Storage storage(makeLibrary(10), CompressionLevel::Fast, CachePolicy::never());
    QVERIFY(!storage.isCached());
    for (int i = 1; i <= 3; ++i) {
        QVERIFY(storage.state());
        QVERIFY(!storage.isCached());
        QCOMPARE(decodings, i);
    }
}

void tst_CompressedStateStorage::timedKeepsItForAWhile()
{
    VirtualClock clock;
    Storage storage(makeLibrary(10), CompressionLevel::Fast, CachePolicy::timed(10s), clock);
    for (int i = 0; i < 5; ++i) {
        clock.advance(9s);
        QVERIFY(storage.isCached());
        QVERIFY(storage.state());
    }
    QCOMPARE(decodings, 0);
    clock.advance(11s);
    QVERIFY(!storage.isCached());
    storage.trim();
    QVERIFY(storage.state());
    QCOMPARE(decodings, 1);
    QVERIFY(storage.isCached());
}

void tst_CompressedStateStorage::sizedKeepsSmallStates()
{
    const qsizetype limit = qsizetype(sizeof(Library)) + heapBytes(makeLibrary(100));
    Storage storage(makeLibrary(100), CompressionLevel::Fast, CachePolicy::sized(limit));
    QVERIFY(storage.isCached());
    storage.setState(makeLibrary(1000));
    QVERIFY(!storage.isCached());
    QVERIFY(storage.state());
    QVERIFY(!storage.isCached());
    storage.setState(makeLibrary(10));
    QVERIFY(storage.isCached());
}

void tst_CompressedStateStorage::adaptiveKeepsWhatIsReadOften()
{
    VirtualClock clock;
    decodingClock = &clock;
    decodingTime = 5ms;
    Storage storage(makeLibrary(10), CompressionLevel::Fast, CachePolicy::adaptive(), clock);
    // Nothing is known of the cost at first.
    clock.advance(11ms);
    QVERIFY(!storage.isCached());
    storage.trim();
    QVERIFY(storage.state());
    QCOMPARE(decodings, 1);
    // Decoding takes 5 ms: uses within half a second keep it.
    for (int i = 0; i < 10; ++i) {
        clock.advance(400ms);
        QVERIFY(storage.isCached());
        QVERIFY(storage.state());
    }
    QCOMPARE(decodings, 1);
    clock.advance(600ms);
    QVERIFY(!storage.isCached());
    storage.trim();
    // And rare ones do not.
    for (int i = 0; i < 3; ++i) {
        QVERIFY(storage.state());
        QVERIFY(!storage.isCached());
        clock.advance(600ms);
    }
    QCOMPARE(decodings, 4);
    // Until they come often again.
    QVERIFY(storage.state());
    QVERIFY(storage.state());
    QVERIFY(storage.isCached());
}

void tst_CompressedStateStorage::memoryPressureGivesBackAndShrinks()
{
    const Library library = makeLibrary(5000);
    Storage storage(library, CompressionLevel::Fast, CachePolicy::always());
    const qsizetype before = storage.compressedBytes();
    storage.handleMemoryPressure();
    QVERIFY(!storage.isCached());
    QCOMPARE_LE(storage.compressedBytes(), before);
    const qsizetype after = storage.compressedBytes();
    storage.handleMemoryPressure();
    QCOMPARE(storage.compressedBytes(), after);
    QVERIFY(storage.state() == library);
}

void tst_CompressedStateStorage::survivesAsBytes()
{
    const Library library = makeLibrary(100);
    const QByteArray bytes = Storage(library).toByteArray();
    Storage storage;
    StateError error;
    QVERIFY2(storage.fromByteArray(bytes, &error), qPrintable(error.message));
    QVERIFY(storage.state() == library);
    QCOMPARE(storage.toByteArray(), bytes);
}

void tst_CompressedStateStorage::copiesAreIndependent()
{
    Storage storage(makeLibrary(10));
    Storage copy = storage;
    copy.setState(makeLibrary(20));
    QVERIFY(storage.state() == makeLibrary(10));
    QVERIFY(copy.state() == makeLibrary(20));
}

void tst_CompressedStateStorage::damagedBytesLeaveTheFormerContent()
{
    const Library library = makeLibrary(100);
    Storage storage(library, CompressionLevel::Fast, CachePolicy::never());
    QByteArray bytes = Storage(makeLibrary(7)).toByteArray();
    bytes.back() = char(uchar(bytes.back()) ^ 1);
    StateError error;
    QVERIFY(!storage.fromByteArray(bytes, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY(!storage.fromByteArray({}, &error));
    QVERIFY(storage.state() == library);
}

void tst_CompressedStateStorage::anySingleDamagedBitIsFound()
{
    QByteArray bytes = Storage(makeLibrary(500)).toByteArray();
    std::mt19937 random(3);
    Storage storage;
    for (int i = 0; i < 6000; ++i) {
        // The first 500 are those of the headers.
        const auto bit = i < 500 ? i : qsizetype(random() % quint64(bytes.size() * 8));
        char *byte = bytes.data() + bit / 8;
        *byte = char(uchar(*byte) ^ (1u << (bit % 8)));
        StateError error;
        QVERIFY2(!storage.fromByteArray(bytes, &error), qPrintable(QString::number(bit)));
        QVERIFY(error);
        QVERIFY(storage.isEmpty());
        *byte = char(uchar(*byte) ^ (1u << (bit % 8)));
    }
    QVERIFY(storage.fromByteArray(bytes));
}

void tst_CompressedStateStorage::anyTruncationIsFound()
{
    const QByteArray bytes = Storage(makeLibrary(50)).toByteArray();
    Storage storage;
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        StateError error;
        QVERIFY(!storage.fromByteArray(bytes.first(size), &error));
        QCOMPARE(error.code, StateError::CorruptedState);
    }
}

void tst_CompressedStateStorage::refusesWhatIsNewerOrForged()
{
    const QByteArray bytes = Storage(makeLibrary(50)).toByteArray();
    Storage storage;
    StateError error;
    QByteArray newer = bytes;
    newer[8] = 9;
    QVERIFY(!storage.fromByteArray(newer, &error));
    QCOMPARE(error.code, StateError::UnsupportedVersion);
    QVERIFY2(error.message.contains(u'9'), qPrintable(error.message));

    QByteArray huge = bytes;
    qToLittleEndian(quint64(1) << 40, huge.data() + 12);
    qToLittleEndian(detail::crc32c(QByteArrayView(huge).first(28)), huge.data() + 28);
    QVERIFY(!storage.fromByteArray(huge, &error));
    QCOMPARE(error.code, StateError::LimitExceeded);
}

void tst_CompressedStateStorage::refusesWhatIsTooLarge()
{
    const Library library = makeLibrary(5000);
    const QByteArray bytes = Storage(library).toByteArray();
    const qsizetype rawSize = StateCodec::encode(library)->size();
    Storage storage(makeLibrary(7), CompressionLevel::Fast, CachePolicy::never());
    // Before it is decompressed, and before it is decoded.
    for (const qint64 maxBytes : {qint64(-1), qint64(rawSize - 1), qint64(rawSize)}) {
        StateError error;
        QVERIFY(!storage.fromByteArray(bytes, &error, maxBytes));
        QCOMPARE(error.code, StateError::LimitExceeded);
        QVERIFY(storage.state() == makeLibrary(7));
    }
    QVERIFY(storage.fromByteArray(bytes, nullptr, 4 * heapBytes(library)));
    QVERIFY(storage.state() == library);
}

void tst_CompressedStateStorage::refusesAnotherType()
{
    const QByteArray bytes = Storage(makeLibrary(5)).toByteArray();
    CompressedStateStorage<Other> other(Other{3});
    StateError error;
    QVERIFY(!other.fromByteArray(bytes, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QCOMPARE(other.state()->number, 3);
}

void tst_CompressedStateStorage::keepsWhatCannotBeEncoded()
{
    refusesToWrite = true;
    Storage storage(makeLibrary(5), CompressionLevel::Fast, CachePolicy::never());
    QCOMPARE(storage.compressedBytes(), 0);
    QVERIFY(storage.toByteArray().isEmpty());
    QVERIFY(storage.isCached());
    storage.handleMemoryPressure();
    QVERIFY(storage.state() == makeLibrary(5));
    StateError error;
    QVERIFY(!storage.setState(makeLibrary(6), &error));
    QCOMPARE(error.code, StateError::EncodingFailed);
    QVERIFY(storage.state() == makeLibrary(6));

    refusesToWrite = false;
    storage.handleMemoryPressure();
    QVERIFY(!storage.isCached());
    QCOMPARE_GT(storage.compressedBytes(), 0);
    QVERIFY(storage.state() == makeLibrary(6));
}

void tst_CompressedStateStorage::optionalsAndSetsCount()
{
    const Library library = makeLibrary(100);
    QCOMPARE(heapBytes(std::optional(library)), heapBytes(library));
    QCOMPARE(heapBytes(std::optional<Library>()), 0);
    QSet<QString> set;
    qsizetype bytes = 0;
    for (int i = 0; i < 1000; ++i) {
        const QString text = QString::number(i);
        set.insert(text);
        bytes += heapBytes(text) + qsizetype(sizeof(QString));
    }
    QVERIFY(heapBytes(set) >= bytes);
    QVERIFY(heapBytes(set) < 3 * bytes);
}

QTEST_APPLESS_MAIN(tst_CompressedStateStorage)

#include "tst_compressedstatestorage.moc"
