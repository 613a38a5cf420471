// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Clock>
#include <AxiomState/UpdatePredictor>

#include <QtTest/qtest.h>

using namespace std::chrono_literals;
using Axiom::UpdatePredictor;
using Time = UpdatePredictor::Time;

class tst_UpdatePredictor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsNothingBeforeTwoUpdates();
    void rateOfASteadyStream_data();
    void rateOfASteadyStream();
    void batchCountsAsUpdatesEvenlySpread();
    void batchWeighsAsMuchAsItsUpdatesOneByOne();
    void followsAChangeOfRate();
    void silenceOf250MillisecondsStartsAnew();
    void pauseJustBelow250MillisecondsDoesNot();
    void predictsTheNextUpdateOneIntervalAfterTheLast();
    void timeRunningBackwardsCountsAsStandingStill();
    void burstAtOneInstantRaisesTheRate();
    void countsThatAreNotPositiveAreIgnored_data();
    void countsThatAreNotPositiveAreIgnored();
    void resetForgetsEverything();
};

namespace {

Time stream(UpdatePredictor &predictor, Time start, Time interval, int updates)
{
    for (int i = 0; i < updates; ++i) {
        predictor.record(start);
        start += interval;
    }
    return start - interval;
}

bool isNear(double value, double expected)
{
    return std::abs(value - expected) <= expected * 1e-3;
}

} // namespace

void tst_UpdatePredictor::knowsNothingBeforeTwoUpdates()
{
    UpdatePredictor predictor;
    QCOMPARE(predictor.currentUpdateRate(), 0.0);
    QCOMPARE(predictor.currentUpdateRate(5s), 0.0);
    QVERIFY(!predictor.predictNext());
    predictor.record(1s);
    QCOMPARE(predictor.currentUpdateRate(), 0.0);
    QVERIFY(!predictor.predictNext());
    predictor.record(1s + 10ms);
    QVERIFY(isNear(predictor.currentUpdateRate(), 100));
}

void tst_UpdatePredictor::rateOfASteadyStream_data()
{
    QTest::addColumn<qint64>("interval");
    QTest::addColumn<double>("rate");
    QTest::newRow("5 a second") << qint64(200'000'000) << 5.0;
    QTest::newRow("60 a second") << qint64(16'666'667) << 60.0;
    QTest::newRow("1 kHz") << qint64(1'000'000) << 1e3;
    QTest::newRow("1 MHz") << qint64(1'000) << 1e6;
}

void tst_UpdatePredictor::rateOfASteadyStream()
{
    QFETCH(qint64, interval);
    QFETCH(double, rate);
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, Time(interval), 100);
    QVERIFY(isNear(predictor.currentUpdateRate(), rate));
    QVERIFY(isNear(predictor.currentUpdateRate(last + 10ms), rate));
}

void tst_UpdatePredictor::batchCountsAsUpdatesEvenlySpread()
{
    UpdatePredictor predictor;
    for (int i = 0; i < 20; ++i)
        predictor.record(1s + i * 10ms, 50);
    QVERIFY(isNear(predictor.currentUpdateRate(), 5'000));
}

void tst_UpdatePredictor::batchWeighsAsMuchAsItsUpdatesOneByOne()
{
    UpdatePredictor batch;
    UpdatePredictor single;
    Time last = stream(batch, 1s, 10ms, 10);
    stream(single, 1s, 10ms, 10);
    batch.record(last + 6ms, 3);
    for (int i = 1; i <= 3; ++i)
        single.record(last + i * 2ms);
    QVERIFY(isNear(batch.currentUpdateRate(), single.currentUpdateRate()));
}

void tst_UpdatePredictor::followsAChangeOfRate()
{
    UpdatePredictor predictor;
    Time last = stream(predictor, 1s, 100ms, 20);
    last = stream(predictor, last + 1ms, 1ms, 4);
    QVERIFY2(predictor.currentUpdateRate() > 20, "four intervals weigh two thirds");
    QVERIFY(predictor.currentUpdateRate() < 100);
    stream(predictor, last + 1ms, 1ms, 60);
    QVERIFY(isNear(predictor.currentUpdateRate(), 1000));
}

void tst_UpdatePredictor::silenceOf250MillisecondsStartsAnew()
{
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, 1ms, 100);
    QVERIFY(predictor.currentUpdateRate(last + 249ms) > 0);
    QCOMPARE(predictor.currentUpdateRate(last + 250ms), 0.0);
    predictor.record(last + 250ms);
    QCOMPARE(predictor.currentUpdateRate(), 0.0);
    QVERIFY(!predictor.predictNext());
    predictor.record(last + 350ms);
    QVERIFY2(isNear(predictor.currentUpdateRate(), 10), "nothing is left of the stream before");
}

void tst_UpdatePredictor::pauseJustBelow250MillisecondsDoesNot()
{
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, 1ms, 100);
    predictor.record(last + 249ms);
    // A quarter of 249 and three quarters of 1 ms.
    QVERIFY(isNear(predictor.currentUpdateRate(), 1e3 / 63));
}

void tst_UpdatePredictor::predictsTheNextUpdateOneIntervalAfterTheLast()
{
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, 20ms, 50);
    QVERIFY(predictor.predictNext());
    QVERIFY(*predictor.predictNext() >= last + 20ms - 1us);
    QVERIFY(*predictor.predictNext() <= last + 20ms + 1us);
}

void tst_UpdatePredictor::timeRunningBackwardsCountsAsStandingStill()
{
    UpdatePredictor backwards;
    UpdatePredictor still;
    Time last = stream(backwards, 1s, 10ms, 20);
    stream(still, 1s, 10ms, 20);
    backwards.record(last - 500ms);
    still.record(last);
    QCOMPARE(backwards.currentUpdateRate(), still.currentUpdateRate());
    QVERIFY(backwards.predictNext() == still.predictNext());
    stream(backwards, last + 10ms, 10ms, 50);
    QVERIFY(isNear(backwards.currentUpdateRate(), 100));
}

void tst_UpdatePredictor::burstAtOneInstantRaisesTheRate()
{
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, 1ms, 20);
    predictor.record(last, 1'000'000);
    QVERIFY(predictor.currentUpdateRate() > 1000);
    QVERIFY(predictor.predictNext() == last);
}

void tst_UpdatePredictor::countsThatAreNotPositiveAreIgnored_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("none") << 0;
    QTest::newRow("negative") << -5;
    QTest::newRow("most negative") << std::numeric_limits<int>::min();
}

void tst_UpdatePredictor::countsThatAreNotPositiveAreIgnored()
{
    QFETCH(int, count);
    UpdatePredictor predictor;
    const Time last = stream(predictor, 1s, 10ms, 20);
    predictor.record(last + 200ms, count);
    QVERIFY(isNear(predictor.currentUpdateRate(), 100));
    QVERIFY(*predictor.predictNext() <= last + 11ms);
}

void tst_UpdatePredictor::resetForgetsEverything()
{
    UpdatePredictor predictor;
    stream(predictor, 10s, 10ms, 20);
    predictor.reset();
    QCOMPARE(predictor.currentUpdateRate(), 0.0);
    QVERIFY(!predictor.predictNext());
    stream(predictor, 1s, 1ms, 20);
    QVERIFY2(isNear(predictor.currentUpdateRate(), 1000), "an earlier time is no step backwards");
}

QTEST_APPLESS_MAIN(tst_UpdatePredictor)
#include "tst_updatepredictor.moc"
