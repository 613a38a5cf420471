// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Fields>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qpoint.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

using namespace Qt::StringLiterals;
using Axiom::changedFields;
using Axiom::Described;
using Axiom::fieldCount;
using Axiom::fieldIndex;
using Axiom::FieldMask;
using Axiom::fieldName;

namespace {

struct Point
{
    int x = 0;
    int y = 0;
    AXIOM_FIELDS(Point, x, y)
};

struct Shape
{
    QString name;
    Point origin;
    QList<Point> outline;
    double weight = 0;
    AXIOM_FIELDS(Shape, name, origin, outline, weight)
};

struct One
{
    int only = 0;
    AXIOM_FIELDS(One, only)
};

enum class Colour : quint8 { Red, Green };

// Qt has no stream operators for std::optional.
struct Optional
{
    std::optional<int> maybe;
    int rest = 0;
    AXIOM_FIELDS(Optional, maybe, rest)
};

struct Varied
{
    QVariant anything;
    QList<QString> list;
    QHash<QString, int> hash;
    Colour colour = Colour::Red;
    float small = 0;
    bool flag = false;
    AXIOM_FIELDS(Varied, anything, list, hash, colour, small, flag)
};

class WithConstructor
{
public:
    WithConstructor() = default;
    explicit WithConstructor(int k, QString t) : key(k), text(std::move(t)) { }
    int key = -1;
    QString text;
    AXIOM_FIELDS(WithConstructor, key, text)
};

template <typename T, int N>
struct Range
{
    T first = {};
    T last = {};
    static constexpr int step = N;
    AXIOM_FIELDS(Range, first, last)
};

// The macro reaches the library from wherever it is used.
namespace Elsewhere::Axiom::detail {
struct Inner
{
    int a = 0;
    Point point;
    AXIOM_FIELDS(Inner, a, point)
};
} // namespace Elsewhere::Axiom::detail

// Members may be named as the macro's own parameters are.
struct Awkward
{
    int value = 0;
    int stream = 0;
    int a = 0;
    int b = 0;
    int field = 0;
    AXIOM_FIELDS(Awkward, value, stream, a, b, field)
};

struct Opaque
{
    int handle = 0;
    friend bool operator==(const Opaque &, const Opaque &) = default;
};

struct NotStreamable
{
    int number = 0;
    Opaque opaque;
    AXIOM_FIELDS(NotStreamable, number, opaque)
};

struct NotStreamableInside
{
    int number = 0;
    NotStreamable inner;
    AXIOM_FIELDS(NotStreamableInside, number, inner)
};

// What its base says of itself does not describe it.
struct Derived : Point
{
    QString note;
};

struct DerivedWithEquality : Point
{
    QString note;
    DerivedWithEquality() = default;
    [[maybe_unused]] friend bool operator==(const DerivedWithEquality &,
                                            const DerivedWithEquality &) = default;
};

// From elsewhere: it has neither operator== nor stream operators, and cannot be edited.
struct Foreign
{
    int id = 0;
    double ratio = 0;
    QString label;
};

struct Holder
{
    Foreign foreign;
    int after = 0;
    AXIOM_FIELDS(Holder, foreign, after)
};

struct HolderOfHolder
{
    Holder holder;
    QString tail;
    AXIOM_FIELDS(HolderOfHolder, holder, tail)
};

// Its own operators are used, not its fields.
struct OwnOperators
{
    QString text;
    friend bool operator==(const OwnOperators &a, const OwnOperators &b)
    {
        return a.text.compare(b.text, Qt::CaseInsensitive) == 0;
    }
    friend QDataStream &operator<<(QDataStream &stream, const OwnOperators &v)
    {
        return stream << u"own:"_s + v.text;
    }
    [[maybe_unused]] friend QDataStream &operator>>(QDataStream &stream, OwnOperators &v)
    {
        stream >> v.text;
        return stream;
    }
};

struct HoldsOwnOperators
{
    OwnOperators own;
    AXIOM_FIELDS(HoldsOwnOperators, own)
};

struct Fields33
{
    int f0 = 0, f1 = 0, f2 = 0, f3 = 0, f4 = 0, f5 = 0, f6 = 0, f7 = 0, f8 = 0, f9 = 0, f10 = 0,
        f11 = 0, f12 = 0, f13 = 0, f14 = 0, f15 = 0, f16 = 0, f17 = 0, f18 = 0, f19 = 0, f20 = 0,
        f21 = 0, f22 = 0, f23 = 0, f24 = 0, f25 = 0, f26 = 0, f27 = 0, f28 = 0, f29 = 0, f30 = 0,
        f31 = 0, f32 = 0;
    AXIOM_FIELDS(Fields33, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15,
                 f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31,
                 f32)
};

struct Fields64
{
    int f0 = 0, f1 = 0, f2 = 0, f3 = 0, f4 = 0, f5 = 0, f6 = 0, f7 = 0, f8 = 0, f9 = 0, f10 = 0,
        f11 = 0, f12 = 0, f13 = 0, f14 = 0, f15 = 0, f16 = 0, f17 = 0, f18 = 0, f19 = 0, f20 = 0,
        f21 = 0, f22 = 0, f23 = 0, f24 = 0, f25 = 0, f26 = 0, f27 = 0, f28 = 0, f29 = 0, f30 = 0,
        f31 = 0, f32 = 0, f33 = 0, f34 = 0, f35 = 0, f36 = 0, f37 = 0, f38 = 0, f39 = 0, f40 = 0,
        f41 = 0, f42 = 0, f43 = 0, f44 = 0, f45 = 0, f46 = 0, f47 = 0, f48 = 0, f49 = 0, f50 = 0,
        f51 = 0, f52 = 0, f53 = 0, f54 = 0, f55 = 0, f56 = 0, f57 = 0, f58 = 0, f59 = 0, f60 = 0,
        f61 = 0, f62 = 0, f63 = 0;
    AXIOM_FIELDS(Fields64, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15,
                 f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31,
                 f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44, f45, f46, f47,
                 f48, f49, f50, f51, f52, f53, f54, f55, f56, f57, f58, f59, f60, f61, f62, f63)
};

} // namespace

template <>
struct Axiom::Fields<Foreign>
{
    static constexpr auto list()
    {
        return std::tuple(Field{"id", &Foreign::id}, Field{"ratio", &Foreign::ratio},
                          Field{"label", &Foreign::label});
    }
};

template <typename T>
concept Streamable = requires(QDataStream &stream, const T &constant, T &value)
{
    stream << constant;
    stream >> value;
};

static_assert(Described<Point> && Described<Shape> && Described<WithConstructor>);
static_assert(Described<Foreign>);
static_assert(!Described<Derived> && !std::equality_comparable<Derived> && !Streamable<Derived>);
static_assert(std::equality_comparable<DerivedWithEquality>);
static_assert(Described<const Point>);
static_assert(!Described<Opaque> && !Described<int> && !Described<QString>);

static_assert(fieldCount<One> == 1);
static_assert(fieldCount<Shape> == 4);
static_assert(fieldCount<Foreign> == 3);
static_assert(fieldCount<Fields33> == 33);
static_assert(fieldCount<Fields64> == 64);

static_assert(std::is_aggregate_v<Point>, "the macro adds nothing to the object");
static_assert(sizeof(Point) == 2 * sizeof(int));

static_assert(Streamable<Point> && Streamable<Shape> && Streamable<Varied> && Streamable<Holder>);
static_assert(Streamable<WithConstructor> && Streamable<Range<double, 2>> && Streamable<Fields64>);
static_assert(Streamable<QList<Shape>> && Streamable<HoldsOwnOperators>);
static_assert(!Streamable<Optional>);
static_assert(!Streamable<NotStreamable> && !Streamable<NotStreamableInside>);
static_assert(!Streamable<Range<Opaque, 1>> && Streamable<Range<Point, 1>>);

static_assert(fieldIndex(&Point::x) == 0 && fieldIndex(&Point::y) == 1);
static_assert(std::string_view(fieldName<Point>(1)) == "y");

// A field left out is found, whatever its type and wherever it stands. (That it then breaks the
// build is for the build-failure tests.)
namespace {

template <typename Member>
struct Last
{
    int a;
    Member b;
    static constexpr auto partial() { return std::tuple(Axiom::Field{"a", &Last::a}); }
    static constexpr auto whole()
    {
        return std::tuple(Axiom::Field{"a", &Last::a}, Axiom::Field{"b", &Last::b});
    }
};

template <typename Member>
struct First
{
    Member a;
    int b;
    static constexpr auto partial() { return std::tuple(Axiom::Field{"b", &First::b}); }
    static constexpr auto whole()
    {
        return std::tuple(Axiom::Field{"a", &First::a}, Axiom::Field{"b", &First::b});
    }
};

template <typename T>
consteval bool omissionIsFound()
{
    return Axiom::detail::allMembersListed<T>(T::whole())
        && !Axiom::detail::allMembersListed<T>(T::partial());
}

} // namespace

static_assert(omissionIsFound<Last<int>>() && omissionIsFound<First<int>>());
static_assert(omissionIsFound<Last<bool>>() && omissionIsFound<First<bool>>());
static_assert(omissionIsFound<Last<Colour>>() && omissionIsFound<First<Colour>>());
static_assert(omissionIsFound<Last<Point>>() && omissionIsFound<First<Point>>());
static_assert(omissionIsFound<Last<QString>>() && omissionIsFound<First<QString>>());
static_assert(omissionIsFound<Last<QByteArray>>() && omissionIsFound<First<QByteArray>>());
static_assert(omissionIsFound<Last<QList<int>>>() && omissionIsFound<First<QList<int>>>());
static_assert(omissionIsFound<Last<QVariant>>() && omissionIsFound<First<QVariant>>());
static_assert(omissionIsFound<Last<std::optional<int>>>());
static_assert(omissionIsFound<First<std::optional<int>>>());
static_assert(omissionIsFound<Last<std::function<void()>>>());
static_assert(omissionIsFound<Last<std::unique_ptr<int>>>());
static_assert(omissionIsFound<Last<WithConstructor>>()
              && omissionIsFound<First<WithConstructor>>());

class tst_Fields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreThoseOfTheMembersInOrder();
    void nameIsNullOutOfRange_data();
    void nameIsNullOutOfRange();
    void forEachFieldVisitsEachOnceWithItsType();
    void fieldGivesAccessToTheMember();
    void indexTellsMembersOfOneTypeApart();
    void equalityLooksAtEveryField_data();
    void equalityLooksAtEveryField();
    void equalityOfNestedAndForeignTypes();
    void equalityUsesTheTypesOwnOperatorFirst();
    void changeMaskHasOneBitPerField();
    void changeMaskOfEach64FieldsIsItsBit();
    void changeMaskReaches33Fields();
    void nanIsNoChangeFromNan();
    void zeroAndNegativeZeroAreEqual();
    void roundTripThroughDataStream();
    void roundTripOfVariedMembers();
    void roundTripOfForeignTypeNestedTwice();
    void roundTripOf64Fields();
    void streamsFieldByFieldWithoutAnyHeader();
    void streamsByTheTypesOwnOperators();
    void listsOfDescribedTypesStream();
    void truncatedStreamReportsItself();
    void templatesAreDescribedPerInstance();
    void namespacesNamedAxiomDoNotConfuse();
    void membersNamedLikeTheMacrosOwnWork();
    void typesWithConstructorsAreDescribed();
};

namespace {

template <typename T>
QByteArray encoded(const T &value)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << value;
    return bytes;
}

template <typename T>
T decoded(const QByteArray &bytes)
{
    T value;
    QDataStream stream(bytes);
    stream >> value;
    return value;
}

template <typename T>
QList<QByteArray> names()
{
    QList<QByteArray> list;
    Axiom::forEachField<T>([&](const auto &field) { list.append(field.name); });
    return list;
}

} // namespace

void tst_Fields::namesAreThoseOfTheMembersInOrder()
{
    QCOMPARE(names<Shape>(), (QList<QByteArray>{"name", "origin", "outline", "weight"}));
    QCOMPARE(names<Foreign>(), (QList<QByteArray>{"id", "ratio", "label"}));
    for (int i = 0; i < 64; ++i)
        QCOMPARE(fieldName<Fields64>(i), 'f' + QByteArray::number(i));
}

void tst_Fields::nameIsNullOutOfRange_data()
{
    QTest::addColumn<int>("index");
    QTest::newRow("negative") << -1;
    QTest::newRow("one past") << 4;
    QTest::newRow("far") << 1000;
}

void tst_Fields::nameIsNullOutOfRange()
{
    QFETCH(int, index);
    QVERIFY(!fieldName<Shape>(index));
}

void tst_Fields::forEachFieldVisitsEachOnceWithItsType()
{
    int visits = 0;
    QList<QMetaType> types;
    Axiom::forEachField<Shape>([&](const auto &field) {
        ++visits;
        types.append(QMetaType::fromType<typename std::decay_t<decltype(field)>::Type>());
    });
    QCOMPARE(visits, 4);
    QCOMPARE(
        types,
        (QList<QMetaType>{QMetaType::fromType<QString>(), QMetaType::fromType<Point>(),
                          QMetaType::fromType<QList<Point>>(), QMetaType::fromType<double>()}));
}

void tst_Fields::fieldGivesAccessToTheMember()
{
    Point point{3, 4};
    int sum = 0;
    Axiom::forEachField<Point>([&](const auto &field) {
        sum += field.of(std::as_const(point));
        field.of(point) *= 10;
    });
    QCOMPARE(sum, 7);
    QCOMPARE(point, (Point{30, 40}));
}

void tst_Fields::indexTellsMembersOfOneTypeApart()
{
    QCOMPARE(fieldIndex(&Fields64::f0), 0);
    QCOMPARE(fieldIndex(&Fields64::f1), 1);
    QCOMPARE(fieldIndex(&Fields64::f63), 63);
    QCOMPARE(fieldIndex(&Shape::weight), 3);
    QCOMPARE(fieldIndex(&Foreign::label), 2);
}

void tst_Fields::equalityLooksAtEveryField_data()
{
    QTest::addColumn<Shape>("other");
    QTest::addColumn<FieldMask>("mask");
    const Shape shape{u"a"_s, {1, 2}, {{3, 4}}, 5};
    Shape other = shape;
    QTest::newRow("same") << other << FieldMask(0);
    other.name = u"b"_s;
    QTest::newRow("first") << other << FieldMask(1);
    other = shape;
    other.origin.y = 9;
    QTest::newRow("nested") << other << FieldMask(2);
    other = shape;
    other.outline[0].x = 9;
    QTest::newRow("in a list") << other << FieldMask(4);
    other = shape;
    other.weight = 6;
    QTest::newRow("last") << other << FieldMask(8);
    QTest::newRow("all") << Shape() << FieldMask(15);
}

void tst_Fields::equalityLooksAtEveryField()
{
    QFETCH(Shape, other);
    QFETCH(FieldMask, mask);
    const Shape shape{u"a"_s, {1, 2}, {{3, 4}}, 5};
    QCOMPARE(shape == other, mask == 0);
    QCOMPARE(other == shape, mask == 0);
    QCOMPARE(shape != other, mask != 0);
    QCOMPARE(changedFields(shape, other), mask);
    QCOMPARE(changedFields(other, shape), mask);
}

void tst_Fields::equalityOfNestedAndForeignTypes()
{
    const HolderOfHolder a{{{1, 0.5, u"x"_s}, 2}, u"t"_s};
    HolderOfHolder b = a;
    QVERIFY(a == b);
    b.holder.foreign.label = u"y"_s;
    QVERIFY(a != b);
    QCOMPARE(changedFields(a, b), FieldMask(1));
    QCOMPARE(changedFields(a.holder, b.holder), FieldMask(1));
    QCOMPARE(changedFields(a.holder.foreign, b.holder.foreign), FieldMask(4));
}

void tst_Fields::equalityUsesTheTypesOwnOperatorFirst()
{
    QVERIFY(HoldsOwnOperators{{u"Ab"_s}} == HoldsOwnOperators{{u"aB"_s}});
    QVERIFY(HoldsOwnOperators{{u"Ab"_s}} != HoldsOwnOperators{{u"B"_s}});
}

void tst_Fields::changeMaskHasOneBitPerField()
{
    Varied before;
    Varied after;
    QCOMPARE(changedFields(before, after), FieldMask(0));
    after.anything = 1;
    after.flag = true;
    QCOMPARE(changedFields(before, after), FieldMask(1 | 32));
    after.list.append(u"x"_s);
    after.hash.insert(u"k"_s, 1);
    after.colour = Colour::Green;
    after.small = 1;
    QCOMPARE(changedFields(before, after), FieldMask(63));
    QCOMPARE(changedFields(Optional{{}, 1}, Optional{0, 1}), FieldMask(1));
    QCOMPARE(changedFields(Optional{1, 1}, Optional{1, 2}), FieldMask(2));
}

void tst_Fields::changeMaskOfEach64FieldsIsItsBit()
{
    const Fields64 before;
    int bit = 0;
    Axiom::forEachField<Fields64>([&](const auto &field) {
        Fields64 after;
        field.of(after) = 1;
        QCOMPARE(changedFields(before, after), FieldMask(1) << bit);
        QCOMPARE(fieldIndex(field.member), bit);
        ++bit;
    });
    QCOMPARE(bit, 64);
}

void tst_Fields::changeMaskReaches33Fields()
{
    const Fields33 before;
    Fields33 after;
    after.f31 = 1;
    after.f32 = 1;
    QCOMPARE(changedFields(before, after), FieldMask(3) << 31);
    QVERIFY(before != after);
}

void tst_Fields::nanIsNoChangeFromNan()
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Shape a;
    a.weight = nan;
    Shape b = a;
    QVERIFY(a == b);
    QCOMPARE(changedFields(a, b), FieldMask(0));
    b.weight = 0;
    QVERIFY(a != b);
    QCOMPARE(changedFields(a, b), FieldMask(8));
    QCOMPARE(changedFields(b, a), FieldMask(8));

    Varied c;
    c.small = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(c == Varied(c));

    const Holder d{{1, nan, {}}, 2};
    QVERIFY2(d == Holder(d), "in a nested foreign type, too");
}

void tst_Fields::zeroAndNegativeZeroAreEqual()
{
    Shape a;
    Shape b;
    b.weight = -0.0;
    QVERIFY(a == b);
}

void tst_Fields::roundTripThroughDataStream()
{
    const Shape shape{u"wide \u00fc"_s, {-1, 2}, {{3, 4}, {5, 6}}, 0.1};
    QCOMPARE(decoded<Shape>(encoded(shape)), shape);

    Shape reused{u"old"_s, {9, 9}, {{9, 9}}, 9};
    QDataStream stream(encoded(shape));
    stream >> reused;
    QVERIFY2(reused == shape, "nothing of the former value stays");
    QVERIFY(stream.atEnd());
}

void tst_Fields::roundTripOfVariedMembers()
{
    Varied varied{u"text"_s, {u"a"_s, {}}, {{u"k"_s, 7}}, Colour::Green, 1.5F, true};
    QCOMPARE(decoded<Varied>(encoded(varied)), varied);
    varied.anything = QPoint(1, 2);
    QCOMPARE(decoded<Varied>(encoded(varied)), varied);
}

void tst_Fields::roundTripOfForeignTypeNestedTwice()
{
    const HolderOfHolder a{{{1, 0.5, u"x"_s}, 2}, u"t"_s};
    QCOMPARE(decoded<HolderOfHolder>(encoded(a)), a);
}

void tst_Fields::roundTripOf64Fields()
{
    Fields64 value;
    int next = 1;
    Axiom::forEachField<Fields64>([&](const auto &field) { field.of(value) = next++; });
    const QByteArray bytes = encoded(value);
    QCOMPARE(bytes.size(), 64 * 4);
    QCOMPARE(decoded<Fields64>(bytes), value);
}

void tst_Fields::streamsFieldByFieldWithoutAnyHeader()
{
    QCOMPARE(encoded(Point{1, 2}), QByteArray::fromHex("0000000100000002"));
    QCOMPARE(encoded(HolderOfHolder{{{1, 0, {}}, 2}, {}}),
             encoded(1) + encoded(0.0) + encoded(QString()) + encoded(2) + encoded(QString()));
}

void tst_Fields::streamsByTheTypesOwnOperators()
{
    QCOMPARE(encoded(HoldsOwnOperators{{u"x"_s}}), encoded(u"own:x"_s));
}

void tst_Fields::listsOfDescribedTypesStream()
{
    const QList<Shape> shapes{{u"a"_s, {1, 2}, {}, 1}, {u"b"_s, {}, {{3, 4}}, 2}};
    QCOMPARE(decoded<QList<Shape>>(encoded(shapes)), shapes);
}

void tst_Fields::truncatedStreamReportsItself()
{
    const QByteArray bytes = encoded(Shape{u"name"_s, {1, 2}, {{3, 4}}, 5});
    for (qsizetype length = 0; length < bytes.size(); ++length) {
        Shape shape;
        QDataStream stream(bytes.first(length));
        stream >> shape;
        QCOMPARE(stream.status(), QDataStream::ReadPastEnd);
    }
}

void tst_Fields::templatesAreDescribedPerInstance()
{
    using Names = Range<QString, 3>;
    QCOMPARE(names<Names>(), (QList<QByteArray>{"first", "last"}));
    const Names a{u"a"_s, u"z"_s};
    QCOMPARE(decoded<Names>(encoded(a)), a);
    const Range<Foreign, 0> foreign{{1, 2, {}}, {3, 4, {}}};
    QCOMPARE(changedFields(foreign, {{1, 2, {}}, {3, 5, {}}}), FieldMask(2));
    const Range<Opaque, 0> opaque{{1}, {2}};
    QVERIFY(opaque != (Range<Opaque, 0>{{1}, {3}}));
}

void tst_Fields::namespacesNamedAxiomDoNotConfuse()
{
    using Elsewhere::Axiom::detail::Inner;
    QCOMPARE(names<Inner>(), (QList<QByteArray>{"a", "point"}));
    const Inner inner{1, {2, 3}};
    QCOMPARE(decoded<Inner>(encoded(inner)), inner);
}

void tst_Fields::membersNamedLikeTheMacrosOwnWork()
{
    const Awkward a{1, 2, 3, 4, 5};
    QCOMPARE(decoded<Awkward>(encoded(a)), a);
    QCOMPARE(changedFields(a, {1, 2, 3, 4, 6}), FieldMask(16));
}

void tst_Fields::typesWithConstructorsAreDescribed()
{
    const WithConstructor a(1, u"x"_s);
    QCOMPARE(decoded<WithConstructor>(encoded(a)), a);
    QCOMPARE(changedFields(a, WithConstructor(1, u"y"_s)), FieldMask(2));
    QCOMPARE(WithConstructor().key, -1);
}

QTEST_APPLESS_MAIN(tst_Fields)
#include "tst_fields.moc"
