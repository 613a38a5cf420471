// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Histogram>

#include <QtTest/qtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace std::chrono_literals;
using Axiom::Histogram;
using std::chrono::nanoseconds;

class tst_Histogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isEmptyAtFirst();
    void smallValuesAreExact();
    void percentilesAreAtMostASixteenthAbove_data();
    void percentilesAreAtMostASixteenthAbove();
    void extremesAreExact();
    void countsSeveralAtOnce();
    void negativeCountsAsZero();
    void mergedCountsAreThoseOfBoth();
    void copiesStayAsTheyWere();
};

void tst_Histogram::isEmptyAtFirst()
{
    const Histogram histogram;
    QVERIFY(histogram.isEmpty());
    QCOMPARE(histogram.count(), 0);
    QCOMPARE(histogram.percentile(50), 0ns);
    QCOMPARE(histogram.mean(), 0ns);
    QCOMPARE(histogram.max(), 0ns);
}

void tst_Histogram::smallValuesAreExact()
{
    Histogram histogram;
    for (int i = 1; i <= 20; ++i)
        histogram.record(nanoseconds(i));
    for (int i = 1; i <= 20; ++i)
        QCOMPARE(histogram.percentile(5. * i), nanoseconds(i));
    QCOMPARE(histogram.percentile(0), 1ns);
}

void tst_Histogram::percentilesAreAtMostASixteenthAbove_data()
{
    QTest::addColumn<double>("exponent"); // of ten
    QTest::addRow("microseconds") << 3.;
    QTest::addRow("milliseconds") << 6.;
    QTest::addRow("minutes") << 11.;
}

void tst_Histogram::percentilesAreAtMostASixteenthAbove()
{
    QFETCH(const double, exponent);
    std::mt19937 random(1);
    std::uniform_real_distribution<double> logarithm(0, exponent);
    Histogram histogram;
    std::vector<qint64> values;
    for (int i = 0; i < 10'000; ++i) {
        values.push_back(qint64(std::pow(10, logarithm(random))));
        histogram.record(nanoseconds(values.back()));
    }
    std::sort(values.begin(), values.end());
    for (const double percent : {0.01, 1., 10., 50., 90., 99., 99.9}) {
        const auto rank = std::size_t(std::ceil(percent / 100 * double(values.size())));
        const qint64 exact = values[rank - 1];
        const qint64 estimate = histogram.percentile(percent).count();
        QVERIFY2(estimate >= exact && double(estimate) <= double(exact) * (1 + 1. / 16),
                 qPrintable(QStringLiteral("%1: %2 for %3").arg(percent).arg(estimate).arg(exact)));
    }
}

void tst_Histogram::extremesAreExact()
{
    Histogram histogram;
    histogram.record(123'457ns);
    histogram.record(87'654'321ns);
    histogram.record(999'999ns);
    QCOMPARE(histogram.min(), 123'457ns);
    QCOMPARE(histogram.max(), 87'654'321ns);
    QCOMPARE(histogram.percentile(100), 87'654'321ns);
    histogram.record(48h);
    QCOMPARE(histogram.percentile(100), 48h);
    QCOMPARE(histogram.max(), 48h);
}

void tst_Histogram::countsSeveralAtOnce()
{
    Histogram histogram;
    histogram.record(10us, 99);
    histogram.record(1ms);
    histogram.record(1s, 0);
    QCOMPARE(histogram.count(), 100);
    QCOMPARE(histogram.mean(), nanoseconds(99 * 10us + 1ms) / 100);
    QVERIFY(histogram.percentile(99) < 11us);
    QCOMPARE(histogram.percentile(100), 1ms);
}

void tst_Histogram::negativeCountsAsZero()
{
    Histogram histogram;
    histogram.record(-5ms);
    QCOMPARE(histogram.count(), 1);
    QCOMPARE(histogram.max(), 0ns);
}

void tst_Histogram::mergedCountsAreThoseOfBoth()
{
    std::mt19937 random(2);
    Histogram both;
    Histogram parts[2];
    for (int i = 0; i < 1000; ++i) {
        const nanoseconds value(random() % 1'000'000);
        both.record(value);
        parts[i % 3 == 0].record(value);
    }
    Histogram merged;
    merged.merge(parts[0]);
    merged.merge(parts[1]);
    merged.merge({});
    QVERIFY(merged == both);
}

void tst_Histogram::copiesStayAsTheyWere()
{
    Histogram histogram;
    histogram.record(1us);
    const Histogram copy = histogram;
    histogram.record(1ms);
    QCOMPARE(copy.count(), 1);
    QCOMPARE(copy.max(), 1us);
    histogram.clear();
    QVERIFY(histogram.isEmpty());
    QVERIFY(histogram == Histogram());
}

QTEST_APPLESS_MAIN(tst_Histogram)

#include "tst_histogram.moc"
