// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/StateCodec>

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/qpoint.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qurl.h>
#include <QtTest/qtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using namespace Axiom;
using namespace Qt::StringLiterals;

namespace {

enum class Status : qint8 { Removed = -1, Unknown, Installed };
enum class Switch : bool { Off, On };

struct Version
{
    quint16 major = 0;
    quint16 minor = 0;
    QString suffix;
    AXIOM_FIELDS(Version, major, minor, suffix)
};

struct Nothing
{
    friend bool operator==(const Nothing &, const Nothing &) = default;
};

} // namespace

template <>
struct Axiom::Fields<Nothing>
{
    static constexpr auto list() { return std::make_tuple(); }
};

namespace {

struct Package
{
    QString name;
    Version version;
    QString section;
    QString description;
    qint64 installedSize = 0;
    int rating = 0;
    double score = 0;
    float weight = 0;
    bool installed = false;
    Status status = Status::Unknown;
    Switch mode = Switch::Off;
    QByteArray digest;
    QChar letter;
    Qt::Alignment alignment;
    std::optional<int> priority;
    std::optional<QString> note;
    QDateTime built;
    QList<QString> tags;
    CowVector<int> numbers;
    CowHash<QString, int> votes;
    QSet<int> flags;
    QMap<int, QString> names;
    QHash<QString, Version> versions;
    CowVector<Version> history;
    QList<QList<int>> nested;
    QList<Nothing> nothings;
    AXIOM_FIELDS(Package, name, version, section, description, installedSize, rating, score, weight,
                 installed, status, mode, digest, letter, alignment, priority, note, built, tags,
                 numbers, votes, flags, names, versions, history, nested, nothings)
};

struct Index
{
    CowVector<Package> packages;
    CowHash<QString, Package> byName;
    int revision = 0;
    AXIOM_FIELDS(Index, packages, byName, revision)
};

struct Row
{
    int number = 0;
    QString text;
    AXIOM_FIELDS(Row, number, text)
};

struct OtherRow
{
    int number = 0;
    QString name;
    AXIOM_FIELDS(OtherRow, number, name)
};

struct Grumpy
{
    int value = 0;
    friend bool operator==(const Grumpy &, const Grumpy &) = default;
    friend QDataStream &operator<<(QDataStream &stream, const Grumpy &grumpy)
    {
        if (grumpy.value == 13)
            throw std::runtime_error("thirteen is not written");
        return stream << grumpy.value;
    }
    friend QDataStream &operator>>(QDataStream &stream, Grumpy &grumpy)
    {
        stream >> grumpy.value;
        if (grumpy.value == 14)
            throw std::runtime_error("fourteen is not read");
        if (grumpy.value == 15)
            stream.setStatus(QDataStream::ReadCorruptData);
        return stream;
    }
};

// Has no stream operators; a QVariant may hold it.
struct Plain
{
    int value = 0;
};

// Has no comparison.
struct Opaque
{
    int value = 0;
    friend QDataStream &operator<<(QDataStream &stream, const Opaque &opaque)
    {
        return stream << opaque.value;
    }
    friend QDataStream &operator>>(QDataStream &stream, Opaque &opaque)
    {
        return stream >> opaque.value;
    }
};

// Its collections are not empty at first.
struct Widths
{
    QList<int> list = {100, 200};
    QSet<QString> set = {QStringLiteral("a")};
    QMap<int, QString> map = {{1, QStringLiteral("one")}};
    QHash<int, QList<int>> hash = {{1, {1, 2}}};
    CowVector<int> vector = {1, 2, 3};
    CowHash<int, QString> cow = {{1, QStringLiteral("one")}};
    std::optional<QList<int>> optional = QList<int>{1};
    AXIOM_FIELDS(Widths, list, set, map, hash, vector, cow, optional)
};

struct Uncodable
{
    Uncodable(int) { }
};

class Generator
{
public:
    explicit Generator(quint32 seed) : m_random(seed) { }

    int below(int n) { return int(m_random() % quint32(n)); }
    bool chance(int of) { return below(of) == 0; }

    QString string()
    {
        switch (below(8)) {
        case 0:
            return {};
        case 1:
            return u""_s;
        case 2:
            return u"mañana %1"_s.arg(below(20));
        case 3:
            return u"日本 %1"_s.arg(below(20));
        case 4:
            return QString(QChar(0xd800 + below(0x800))) + QString::number(below(5));
        case 5:
            return u"😀"_s.repeated(below(3) + 1);
        case 6:
            return QString(below(300), QChar(below(0x300)));
        default:
            return u"name %1"_s.arg(below(100'000));
        }
    }
    QByteArray bytes()
    {
        return chance(4) ? QByteArray() : QByteArray(below(20), char(below(256)));
    }
    qint64 integer()
    {
        const qint64 value = (qint64(m_random()) << 32 | qint64(m_random())) >> below(64);
        return chance(2) ? value : ~value;
    }
    double real()
    {
        switch (below(6)) {
        case 0:
            return std::numeric_limits<double>::quiet_NaN();
        case 1:
            return -0.;
        case 2:
            return std::numeric_limits<double>::infinity();
        default:
            return std::bit_cast<double>(integer());
        }
    }
    Version version() { return {quint16(below(70'000)), quint16(below(10)), string()}; }

    Package package()
    {
        Package p;
        p.name = string();
        p.version = version();
        p.section = u"section %1"_s.arg(below(10));
        p.description = string() + string();
        p.installedSize = integer();
        p.rating = below(6);
        p.score = real();
        p.weight = float(below(100));
        p.installed = chance(2);
        p.status = Status(below(3) - 1);
        p.mode = Switch(chance(2));
        p.digest = bytes();
        p.letter = QChar(below(0x10000));
        p.alignment = chance(2) ? Qt::AlignLeft | Qt::AlignTop : Qt::Alignment();
        if (chance(2))
            p.priority = below(1000) - 500;
        if (chance(2))
            p.note = string();
        if (chance(2))
            p.built = QDateTime::fromMSecsSinceEpoch(integer() >> 20, QTimeZone::utc());
        for (int i = below(4); i > 0; --i)
            p.tags.append(string());
        for (int i = below(70); i > 0; --i)
            p.numbers.append(int(integer()));
        for (int i = below(4); i > 0; --i)
            p.votes.insert(string(), below(10));
        for (int i = below(4); i > 0; --i)
            p.flags.insert(below(100));
        for (int i = below(4); i > 0; --i)
            p.names.insert(below(100), string());
        for (int i = below(3); i > 0; --i)
            p.versions.insert(string(), version());
        for (int i = below(3); i > 0; --i)
            p.history.append(version());
        for (int i = below(3); i > 0; --i)
            p.nested.append(QList<int>(below(3), below(10)));
        p.nothings.resize(below(3));
        return p;
    }

    std::mt19937 &random() { return m_random; }

private:
    std::mt19937 m_random;
};

template <typename T>
QByteArray encodedRows(const QList<T> &rows, StateError *error = nullptr,
                       qint64 maxDecoded = detail::MaxDecodedBytes)
{
    QByteArray raw;
    const std::span<const T> block(rows.constData(), std::size_t(rows.size()));
    // Two blocks, so that rows go over the seam.
    const std::span<const T> blocks[] = {block.first(block.size() / 2),
                                         block.subspan(block.size() / 2)};
    return detail::encodeRows<T>(blocks, &raw, error, maxDecoded) ? raw : QByteArray();
}

template <typename T>
std::optional<QList<T>> decodedRows(QByteArrayView raw, qsizetype count,
                                    StateError *error = nullptr,
                                    qint64 maxDecoded = detail::MaxDecodedBytes)
{
    QList<T> rows;
    const bool ok = detail::decodeRows<T>(
        raw, count, [&](T &&row) { rows.append(std::move(row)); }, error, maxDecoded);
    return ok ? std::optional(rows) : std::nullopt;
}

// The lowest limit by which rows can be encoded.
template <typename T>
qint64 decodedBytes(const QList<T> &rows)
{
    qint64 tooFew = -1;
    qint64 enough = detail::MaxDecodedBytes;
    while (enough - tooFew > 1) {
        const qint64 middle = tooFew + (enough - tooFew) / 2;
        (encodedRows(rows, nullptr, middle).isEmpty() ? tooFew : enough) = middle;
    }
    return enough;
}

template <typename T>
void compareEstimate(const T &value)
{
    const auto name = detail::typeName(detail::typeSignature<T>());
    const auto back = StateCodec::decode<T>(*StateCodec::encode(value));
    const qint64 bytes = qint64(sizeof(T)) + heapBytes(*back);
    const qint64 estimated = decodedBytes(QList<T>{value});
    QVERIFY2(estimated >= bytes && estimated <= 4 * bytes + 256,
             qPrintable(u"%1: %2 for %3"_s.arg(QLatin1StringView(name)).arg(estimated).arg(bytes)));
}

template <typename T>
void compareRoundTrip(const QList<T> &rows)
{
    StateError error;
    const QByteArray raw = encodedRows(rows, &error);
    QVERIFY2(!error, qPrintable(error.message));
    const auto back = decodedRows<T>(raw, rows.size(), &error);
    QVERIFY2(back, qPrintable(error.message));
    QCOMPARE(back->size(), rows.size());
    for (qsizetype i = 0; i < rows.size(); ++i)
        QVERIFY2(detail::valuesEqual(back->at(i), rows.at(i)), qPrintable(QString::number(i)));
}

} // namespace

// The stream operators are the whole of it: no fields, so that it is stored as a blob.
static_assert(Codable<Grumpy>);
static_assert(Codable<Index>);
static_assert(Codable<QList<std::optional<CowHash<int, Package>>>>);
static_assert(!Codable<Uncodable>);
static_assert(!Codable<QList<Uncodable>>);
static_assert(!Codable<long double>);
static_assert(!Codable<int *>);

class tst_StateCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void restoresIntegersOfAllTypes();
    void restoresSortedNumbersFromLittle();
    void restoresFloatsBitByBit();
    void restoresStrings_data();
    void restoresStrings();
    void tellsNullFromEmpty();
    void equalStringsAreShared();
    void restoresByteArrays();
    void restoresRowsOfAnyNumber_data();
    void restoresRowsOfAnyNumber();
    void restoresRandomStates();
    void restoresCollectionsThemselves();
    void restoresWhatHasInitialisers();
    void restoresTypesWithStreams();
    void refusesAnotherType();
    void refusesAnotherVersion();
    void refusesWhatIsNoState();
    void rowsMustBeTheExpectedOnes();
    void anyTruncationIsAnError();
    void damagedBytesNeverCrash();
    void noiseNeverCrashes();
    void countsAreBoundByWhatIsLeft();
    void fewBytesDoNotAskForMuchMemory();
    void memoryIsEstimatedBeforehand_data();
    void memoryIsEstimatedBeforehand();
    void whatIsEncodedCanBeDecoded();
    void emptyCollectionsTakeNothing();
    void messageNamesTheField();
    void exceptionsOfStreamsAreErrors();
    void refusesWhatDoesNotComeBack_data();
    void refusesWhatDoesNotComeBack();
    void enumerationsMayBeSigned();
};

void tst_StateCodec::restoresIntegersOfAllTypes()
{
    const auto check = []<typename T>(T) {
        QList<T> values{
            T(0), T(1), T(-1), std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), T(0)};
        compareRoundTrip(values);
        std::mt19937_64 random(7);
        for (int i = 0; i < 1000; ++i)
            values.append(T(random() >> (i % 64)));
        compareRoundTrip(values);
    };
    check(char());
    check(qint8());
    check(quint8());
    check(qint16());
    check(quint16());
    check(int());
    check(uint());
    check(long());
    check(qint64());
    check(quint64());
    check(char16_t());
    compareRoundTrip(QList<bool>{true, false, true, true, false, false, true, false, true});
    compareRoundTrip(QList<Status>{Status::Removed, Status::Installed});
}

void tst_StateCodec::restoresSortedNumbersFromLittle()
{
    QList<qint64> times;
    for (int i = 0; i < 1000; ++i)
        times.append(1'700'000'000'000 + i * 50);
    compareRoundTrip(times);
    // All but the first are small steps; they would take six bytes each otherwise.
    times.prepend(0);
    compareRoundTrip(times);
    QList<int> steps;
    for (int i = 0; i < 1000; ++i)
        steps.append(i * 50);
    QCOMPARE_LT(encodedRows(steps).size(), 1010);
}

void tst_StateCodec::restoresFloatsBitByBit()
{
    QList<double> values{0.,
                         -0.,
                         1.5,
                         std::numeric_limits<double>::quiet_NaN(),
                         -std::numeric_limits<double>::infinity(),
                         std::numeric_limits<double>::denorm_min()};
    const auto back = decodedRows<double>(encodedRows(values), values.size());
    QVERIFY(back);
    for (qsizetype i = 0; i < values.size(); ++i)
        QCOMPARE(std::bit_cast<quint64>(back->at(i)), std::bit_cast<quint64>(values.at(i)));
    compareRoundTrip(QList<float>{1.f, -1.f, 3.25f, std::numeric_limits<float>::quiet_NaN()});
}

void tst_StateCodec::restoresStrings_data()
{
    QTest::addColumn<QStringList>("strings");
    QTest::addRow("none") << QStringList();
    QTest::addRow("one") << QStringList{u"one"_s};
    QTest::addRow("null") << QStringList{QString(), QString()};
    QTest::addRow("latin") << QStringList{u"mañana"_s, u"ÿ"_s};
    QTest::addRow("others") << QStringList{u"日本語"_s, u"Ā"_s, u"plain"_s, u"Ünïcödé €"_s};
    QTest::addRow("lone surrogates")
        << QStringList{QString(QChar(0xd800)), QString(QChar(0xdfff)), u"a"_s};
    QTest::addRow("zeros") << QStringList{QString(3, QChar(0)), QString(2, QChar(0))};
    QTest::addRow("long") << QStringList{QString(1'000'000, u'x'), QString(100'000, u'Ж')};
    QStringList repeated;
    for (int i = 0; i < 70'000; ++i)
        repeated.append(u"word %1"_s.arg(i % 60'000));
    QTest::addRow("repeated") << repeated;
}

void tst_StateCodec::restoresStrings()
{
    QFETCH(const QStringList, strings);
    compareRoundTrip(strings);
    compareRoundTrip(strings + strings + strings);
}

void tst_StateCodec::tellsNullFromEmpty()
{
    for (const int times : {1, 10}) {
        QStringList strings;
        QByteArrayList arrays;
        for (int i = 0; i < times; ++i) {
            strings << QString() << u""_s << u"x"_s;
            arrays << QByteArray() << QByteArray("") << QByteArray("x");
        }
        const auto backStrings = decodedRows<QString>(encodedRows(strings), strings.size());
        const auto backArrays = decodedRows<QByteArray>(encodedRows(arrays), arrays.size());
        QVERIFY(backStrings && backArrays);
        for (qsizetype i = 0; i < strings.size(); ++i) {
            QCOMPARE(backStrings->at(i).isNull(), strings.at(i).isNull());
            QCOMPARE(backStrings->at(i), strings.at(i));
            QCOMPARE(backArrays->at(i).isNull(), arrays.at(i).isNull());
            QCOMPARE(backArrays->at(i), arrays.at(i));
        }
    }
}

void tst_StateCodec::equalStringsAreShared()
{
    QStringList strings;
    for (int i = 0; i < 1000; ++i)
        strings.append(u"section %1"_s.arg(i % 50));
    const QByteArray raw = encodedRows(strings);
    QCOMPARE_LT(raw.size(), 2000);
    const auto back = decodedRows<QString>(raw, strings.size());
    QVERIFY(back);
    for (qsizetype i = 50; i < back->size(); ++i) {
        QCOMPARE(static_cast<const void *>(back->at(i).constData()),
                 static_cast<const void *>(back->at(i - 50).constData()));
    }
}

void tst_StateCodec::restoresByteArrays()
{
    QByteArrayList arrays;
    for (int i = 0; i < 300; ++i)
        arrays << QByteArray(i, char(i)) << QByteArray("the same");
    compareRoundTrip(arrays);
}

void tst_StateCodec::restoresRowsOfAnyNumber_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {0, 1, 2, 7, 127, 128, 129, 255, 256, 257, 1000})
        QTest::addRow("%d", count) << count;
}

void tst_StateCodec::restoresRowsOfAnyNumber()
{
    QFETCH(const int, count);
    Generator generator(quint32(count) + 1);
    QList<Package> packages;
    for (int i = 0; i < count; ++i)
        packages.append(generator.package());
    compareRoundTrip(packages);
    compareRoundTrip(QList<Nothing>(count));
    compareRoundTrip(QList<QList<Nothing>>(count, QList<Nothing>(count)));
}

void tst_StateCodec::restoresRandomStates()
{
    for (quint32 seed = 0; seed < 200; ++seed) {
        Generator generator(seed);
        Index index;
        for (int i = generator.below(20); i > 0; --i) {
            index.packages.append(generator.package());
            index.byName.insert(generator.string(), generator.package());
        }
        index.revision = int(generator.integer());
        StateError error;
        const auto bytes = StateCodec::encode(index, &error);
        QVERIFY2(bytes, qPrintable(error.message));
        const auto back = StateCodec::decode<Index>(*bytes, &error);
        QVERIFY2(back, qPrintable(error.message));
        QVERIFY(back->revision == index.revision);
        QCOMPARE(back->byName.size(), index.byName.size());
        QCOMPARE(back->packages.size(), index.packages.size());
        for (qsizetype i = 0; i < index.packages.size(); ++i)
            QVERIFY(back->packages.at(i) == index.packages.at(i));
        for (auto it = index.byName.begin(); it != index.byName.end(); ++it)
            QVERIFY(back->byName.value(it.key()) == it.value());
    }
}

void tst_StateCodec::restoresCollectionsThemselves()
{
    CowVector<int> numbers;
    for (int i = 0; i < 100'000; ++i)
        numbers.append(i * 7919);
    QVERIFY(StateCodec::decode<CowVector<int>>(*StateCodec::encode(numbers)) == numbers);
    const CowHash<int, QString> hash{{1, u"one"_s}, {2, u"two"_s}};
    QVERIFY((StateCodec::decode<CowHash<int, QString>>(*StateCodec::encode(hash)) == hash));
    QCOMPARE(StateCodec::decode<QString>(*StateCodec::encode(u"text"_s)), u"text"_s);
    QCOMPARE(StateCodec::decode<int>(*StateCodec::encode(-5)), -5);
}

void tst_StateCodec::restoresWhatHasInitialisers()
{
    const Widths initial;
    const Widths empty{{}, {}, {}, {}, {}, {}, {}};
    const Widths other{{7}, {u"b"_s}, {{2, u"two"_s}}, {{2, {}}}, {9}, {{3, u"three"_s}}, {{4, 5}}};
    compareRoundTrip(QList<Widths>{initial, empty, other, initial});
    QVERIFY(StateCodec::decode<Widths>(*StateCodec::encode(other)) == other);
}

void tst_StateCodec::restoresTypesWithStreams()
{
    compareRoundTrip(QList<QPointF>{{1, 2}, {}, {-3, 0.5}});
    compareRoundTrip(QList<QUrl>{QUrl(u"https://example.org/a?b"_s), QUrl()});
    compareRoundTrip(QList<QVariant>{1, u"two"_s, QVariantList{3, 4.5}, QVariant()});
    compareRoundTrip(QList<Grumpy>{{1}, {2}});
}

void tst_StateCodec::refusesAnotherType()
{
    const QByteArray bytes = *StateCodec::encode(Row{1, u"a"_s});
    QVERIFY(StateCodec::decode<Row>(bytes));
    StateError error;
    QVERIFY(!StateCodec::decode<OtherRow>(bytes, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY2(error.message.contains(u"OtherRow"_s), qPrintable(error.message));
    QVERIFY(!StateCodec::decode<CowVector<Row>>(bytes, &error));
    QVERIFY(!StateCodec::decode<qint64>(*StateCodec::encode(1)));
    QVERIFY(!StateCodec::decode<uint>(*StateCodec::encode(1)));
}

void tst_StateCodec::refusesAnotherVersion()
{
    QByteArray bytes = *StateCodec::encode(Row{1, u"a"_s});
    bytes[4] = 2;
    StateError error;
    QVERIFY(!StateCodec::decode<Row>(bytes, &error));
    QCOMPARE(error.code, StateError::UnsupportedVersion);
}

void tst_StateCodec::refusesWhatIsNoState()
{
    StateError error;
    QVERIFY(!StateCodec::decode<Row>({}, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY(!StateCodec::decode<Row>("something of another kind", &error));
    const QByteArray bytes = *StateCodec::encode(Row{1, u"a"_s});
    QVERIFY(!StateCodec::decode<Row>(bytes + 'x', &error));
}

void tst_StateCodec::rowsMustBeTheExpectedOnes()
{
    const QByteArray raw = encodedRows(QList<int>{1, 2, 3});
    StateError error;
    QVERIFY(!decodedRows<int>(raw, 2, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY(!decodedRows<int>(raw, -1, &error));
    QVERIFY(decodedRows<int>(raw, 3, &error));
}

void tst_StateCodec::anyTruncationIsAnError()
{
    Generator generator(5);
    QList<Package> packages;
    for (int i = 0; i < 30; ++i)
        packages.append(generator.package());
    const QByteArray raw = encodedRows(packages);
    for (qsizetype size = 0; size < raw.size(); ++size) {
        StateError error;
        // A copy of its own, so that reading beyond its end is found.
        const QByteArray cut(raw.constData(), size);
        QVERIFY(!decodedRows<Package>(cut, packages.size(), &error));
        QVERIFY(error.code == StateError::CorruptedState);
    }
}

void tst_StateCodec::damagedBytesNeverCrash()
{
    Generator generator(6);
    QList<Package> packages;
    for (int i = 0; i < 30; ++i)
        packages.append(generator.package());
    QByteArray raw = encodedRows(packages);
    for (int i = 0; i < 30'000; ++i) {
        const int bits = 1 + generator.below(3);
        const QByteArray before = raw;
        for (int k = 0; k < bits; ++k) {
            const int at = generator.below(int(raw.size()));
            raw[at] = char(uchar(raw[at]) ^ (1u << generator.below(8)));
        }
        StateError error;
        if (!decodedRows<Package>(raw, packages.size(), &error))
            QVERIFY(error && !error.message.isEmpty());
        raw = before;
    }
}

void tst_StateCodec::noiseNeverCrashes()
{
    Generator generator(8);
    for (int i = 0; i < 20'000; ++i) {
        QByteArray raw(generator.below(400), Qt::Uninitialized);
        for (char &c : raw)
            c = char(generator.chance(3) ? generator.below(4) : generator.below(256));
        const int count = generator.below(4);
        if (!raw.isEmpty())
            raw[0] = char(count);
        decodedRows<Package>(raw, count);
        decodedRows<QString>(raw, count);
        decodedRows<QList<QList<Row>>>(raw, count);
        decodedRows<CowHash<QString, QVariant>>(raw, count);
    }
}

void tst_StateCodec::countsAreBoundByWhatIsLeft()
{
    // One row: a list that claims 2^40 elements, and has a few bytes.
    QByteArray raw;
    detail::ColumnWriter writer(&raw);
    writer.number(1);
    *writer.values(1) = quint64(1) << 40;
    writer.integers(1, false);
    raw += "some bytes";
    StateError error;
    QVERIFY(!decodedRows<QList<int>>(raw, 1, &error));
    QVERIFY2(error.message.contains(u"1099511627776"_s) || error.message.contains(u"values"_s),
             qPrintable(error.message));
    QVERIFY(!decodedRows<QList<bool>>(raw, 1, &error));
    QVERIFY(!decodedRows<QList<Nothing>>(raw, 1, &error));
    QVERIFY(!decodedRows<CowVector<Row>>(raw, 1, &error));
    QVERIFY((!decodedRows<CowHash<int, Row>>(raw, 1, &error)));
    QVERIFY(!decodedRows<QString>(raw, 1, &error));
    QVERIFY(!decodedRows<QPointF>(raw, 1, &error));
    // Rows themselves.
    raw.clear();
    detail::ColumnWriter(&raw).number(quint64(1) << 40);
    QVERIFY(!decodedRows<Row>(raw, qsizetype(1) << 40, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
}

void tst_StateCodec::fewBytesDoNotAskForMuchMemory()
{
    // One row: a list of so many elements, each a bit that says that it has no value.
    const auto count = quint64(detail::MaxDecodedBytes) / sizeof(std::optional<Package>) + 1;
    QByteArray raw;
    detail::ColumnWriter writer(&raw);
    writer.number(1);
    *writer.values(1) = count;
    writer.integers(1, false);
    raw.append(qsizetype(count / 8 + 1), '\0');
    StateError error;
    QVERIFY(!decodedRows<QList<std::optional<Package>>>(raw, 1, &error));
    QCOMPARE(error.code, StateError::LimitExceeded);
    QVERIFY2(error.message.contains(u"4294967296 bytes"_s), qPrintable(error.message));

    // As many rows.
    raw.clear();
    detail::ColumnWriter(&raw).number(count);
    raw.append(qsizetype(count / 8 + 1), '\0');
    QVERIFY(!decodedRows<std::optional<Package>>(raw, qsizetype(count), &error));
    QCOMPARE(error.code, StateError::LimitExceeded);

    // What an application does not expect to be large.
    using Hashes = QList<QHash<int, Package>>;
    const QByteArray bytes = *StateCodec::encode(Hashes(1000, {{0, Package()}}));
    QVERIFY(bytes.size() < 100'000);
    const qint64 room = 1000 * 48 * qint64(sizeof(std::pair<int, Package>));
    for (const qint64 tooLittle : {qint64(-1), qint64(0), room}) {
        QVERIFY(!StateCodec::decode<Hashes>(bytes, &error, tooLittle));
        QCOMPARE(error.code, StateError::LimitExceeded);
    }
    QVERIFY(StateCodec::decode<Hashes>(bytes, nullptr, 2 * room));
}

void tst_StateCodec::memoryIsEstimatedBeforehand_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {1, 3, 9, 40, 1000})
        QTest::addRow("%d", size) << size;
}

void tst_StateCodec::memoryIsEstimatedBeforehand()
{
    QFETCH(int, size);
    QList<QString> texts;
    QList<QByteArray> arrays;
    QMap<int, qint64> map;
    CowHash<int, Version> hash;
    for (int i = 0; i < size; ++i) {
        texts.append(u"text %1"_s.arg(i));
        arrays.append("array " + QByteArray::number(i));
        map.insert(i, i);
        hash.insert(i, Version());
    }
    compareEstimate(texts);
    compareEstimate(arrays);
    compareEstimate(map);
    compareEstimate(hash);
    compareEstimate(CowVector<Version>(size));
    compareEstimate(CowVector<quint8>(size));
    compareEstimate(CowVector<Package>(size));
    compareEstimate(QList<Version>(size));
    compareEstimate(QList<bool>(size));
    compareEstimate(QList<std::optional<Package>>(size));
}

void tst_StateCodec::whatIsEncodedCanBeDecoded()
{
    Generator generator(4711);
    for (int run = 0; run < 30; ++run) {
        QList<Package> packages;
        for (int i = generator.below(30); i >= 0; --i)
            packages.append(generator.package());
        const qint64 enough = decodedBytes(packages);
        const QByteArray raw = encodedRows(packages, nullptr, enough);
        QVERIFY(decodedRows<Package>(raw, packages.size(), nullptr, enough));
        StateError error;
        QVERIFY(!decodedRows<Package>(raw, packages.size(), &error, enough - 1));
        QCOMPARE(error.code, StateError::LimitExceeded);
        QVERIFY(encodedRows(packages, &error, enough - 1).isEmpty());
        QCOMPARE(error.code, StateError::LimitExceeded);
    }
}

void tst_StateCodec::emptyCollectionsTakeNothing()
{
    Widths widths;
    widths.list.clear();
    widths.set.clear();
    widths.hash.clear();
    const auto back = StateCodec::decode<Widths>(*StateCodec::encode(widths));
    QVERIFY(back);
    QCOMPARE(back->list.capacity(), 0);
    QCOMPARE(back->set.capacity(), 0);
    QCOMPARE(back->hash.capacity(), 0);
}

void tst_StateCodec::messageNamesTheField()
{
    QList<Row> rows;
    for (int i = 0; i < 12; ++i)
        rows.append({i, u"text %1"_s.arg(i)});
    const QByteArray raw = encodedRows(rows);
    StateError error;
    QVERIFY(!decodedRows<Row>(raw.chopped(7), rows.size(), &error));
    QCOMPARE(error.message,
             u"Row::text: 74 characters of 1 bytes are more than the 67 bytes that are left"_s);
    QVERIFY(!decodedRows<Row>(raw.first(6), rows.size(), &error));
    QCOMPARE(error.message, u"Row: 12 values are more than the 5 bytes that are left can hold"_s);
}

void tst_StateCodec::exceptionsOfStreamsAreErrors()
{
    StateError error;
    QVERIFY(encodedRows(QList<Grumpy>{{12}, {13}}, &error).isEmpty());
    QCOMPARE(error.code, StateError::EncodingFailed);
    QVERIFY2(error.message.contains(u"thirteen"_s), qPrintable(error.message));
    QVERIFY(!StateCodec::encode(Grumpy{13}));

    // Which are not written either, as they would not come back.
    const auto damaged = [](int value) {
        QByteArray bytes = encodedRows(QList<Grumpy>{{12}, {16}});
        return bytes.replace(QByteArrayLiteral("\0\0\0\x10"),
                             QByteArrayLiteral("\0\0\0") + char(value));
    };
    QVERIFY(!decodedRows<Grumpy>(damaged(14), 2, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY2(error.message.contains(u"fourteen"_s), qPrintable(error.message));
    QVERIFY(!decodedRows<Grumpy>(damaged(15), 2, &error));
    QVERIFY(decodedRows<Grumpy>(damaged(16), 2, &error));
}

// A QVariant writes what has no stream operators without a word, and the reader is lost after it.
void tst_StateCodec::refusesWhatDoesNotComeBack_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<bool>("isRefused");
    QTest::newRow("plain") << QVariant::fromValue(Plain()) << true;
    QTest::newRow("pointer") << QVariant::fromValue(static_cast<void *>(this)) << true;
    const QVariantList list{1, QVariant::fromValue(Plain())};
    QTest::newRow("within a list") << QVariant(list) << true;
    QTest::newRow("large JSON") << QVariant(QJsonValue(qint64(1) << 53 | 1)) << true;
    QTest::newRow("JSON") << QVariant(QJsonValue(qint64(1) << 53)) << false;
    QTest::newRow("NaN") << QVariant(std::numeric_limits<double>::quiet_NaN()) << false;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("NaN in a list") << QVariant(QVariantList{1, nan}) << false;
    QTest::newRow("NaN in a map") << QVariant(QVariantMap{{u"x"_s, nan}}) << false;
    QTest::newRow("null") << QVariant() << false;
    QTest::newRow("not comparable") << QVariant::fromValue(Opaque()) << false;
}

void tst_StateCodec::refusesWhatDoesNotComeBack()
{
    QFETCH(const QVariant, value);
    QFETCH(const bool, isRefused);
    if (isRefused && value.userType() != QMetaType::QJsonValue) {
        for (const char *who : {"QVariant::save", "QVariant::load"})
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QString::fromLatin1(who)));
    }
    StateError error;
    const auto bytes = StateCodec::encode(QList<QVariant>{1, value, 2}, &error);
    QCOMPARE(!bytes, isRefused);
    if (isRefused)
        QCOMPARE(error.code, StateError::EncodingFailed);
    else
        QVERIFY(StateCodec::decode<QList<QVariant>>(*bytes));
}

// Which sign the compiler chooses depends on the enumerators, and on the compiler.
void tst_StateCodec::enumerationsMayBeSigned()
{
    struct Before
    {
        enum Kind { Todo, Done };
    };
    struct After
    {
        enum Kind { Unknown = -1, Todo, Done };
    };
    const QList<Before::Kind> before{Before::Done, Before::Todo};
    const auto after = StateCodec::decode<QList<After::Kind>>(*StateCodec::encode(before));
    QVERIFY(after);
    QCOMPARE(*after, (QList<After::Kind>{After::Done, After::Todo}));
    compareRoundTrip(QList<After::Kind>{After::Unknown, After::Done});
    // A sign that was asked for is another type.
    enum class Fixed : qint32 { Todo, Done };
    QVERIFY(!StateCodec::decode<QList<Fixed>>(*StateCodec::encode(before)));
}

QTEST_APPLESS_MAIN(tst_StateCodec)

#include "tst_statecodec.moc"
