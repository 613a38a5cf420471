// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "../../../../src/storage/detail/compressor.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qendian.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <random>

using namespace Axiom;
using namespace Axiom::detail;
using namespace Qt::StringLiterals;

namespace {

// Words of which some are frequent.
QByteArray sampleText(int lines)
{
    std::mt19937 random(20261123);
    QByteArray text;
    for (int i = 0; i < lines; ++i) {
        for (int word = 0; word < 8; ++word) {
            const auto number = quint32((random() % 2000) * (random() % 2000) / 2000);
            text += QByteArray::number(number * 2654435761u, 36) + ' ';
        }
        text += '\n';
    }
    return text;
}

QByteArray smallState(int i)
{
    return "{\"name\":\"package-" + QByteArray::number(i)
        + "\",\"section\":\"libdevel\",\"rating\":" + QByteArray::number(i % 6)
        + ",\"maintainer\":\"somebody@example.org\",\"installed\":false}";
}

} // namespace

class tst_Compressor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutMemoryItSaysSo();
    void restoresWhatItWasGiven_data();
    void restoresWhatItWasGiven();
    void higherLevelsAreSmaller();
    void anySingleDamagedBitIsFound();
    void anyTruncationIsFound();
    void whatFollowsIsAnError();
    void sizeMustBeTheExpectedOne();
    void forgedSizeAllocatesNothing_data();
    void forgedSizeAllocatesNothing();
    void memoryOfTheCallerIsUsedAgain();
    void dictionaryHelpsSmallStates();
    void dictionaryMustBeTheSame();
    void dictionaryNeedsSamples();
    void eachThreadHasItsOwnContexts();
    void checksumIsThatOfCastagnoli();
};

void tst_Compressor::withoutMemoryItSaysSo()
{
    const QByteArray raw(10'000, 'x');
    const auto stored = compress(raw, CompressionLevel::Balanced, nullptr);
    QVERIFY(stored);
    setCompressorMemory(false);
    const auto restored = qScopeGuard([] { setCompressorMemory(true); });
    StateError error;
    QVERIFY(!compress(raw, CompressionLevel::Balanced, &error));
    QCOMPARE(error.code, StateError::OutOfMemory);
    QByteArray back;
    error = {};
    QVERIFY(!decompress(*stored, raw.size(), &back, &error));
    QCOMPARE(error.code, StateError::OutOfMemory);
    QVERIFY(back.isEmpty());
    setCompressorMemory(true);
    QVERIFY(decompress(*stored, raw.size(), &back, &error));
    QCOMPARE(back, raw);
}

void tst_Compressor::restoresWhatItWasGiven_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<CompressionLevel>("level");
    QByteArray noise(100'000, Qt::Uninitialized);
    std::mt19937 random(1);
    for (char &c : noise)
        c = char(random());
    for (const auto level :
         {CompressionLevel::Fast, CompressionLevel::Balanced, CompressionLevel::Maximum}) {
        QTest::addRow("nothing, level %d", int(level)) << QByteArray() << level;
        QTest::addRow("one byte, level %d", int(level)) << QByteArray("x") << level;
        QTest::addRow("text, level %d", int(level)) << sampleText(20'000) << level;
        QTest::addRow("zeros, level %d", int(level)) << QByteArray(5'000'000, '\0') << level;
        QTest::addRow("noise, level %d", int(level)) << noise << level;
    }
}

void tst_Compressor::restoresWhatItWasGiven()
{
    QFETCH(const QByteArray, raw);
    QFETCH(const CompressionLevel, level);
    StateError error;
    const auto stored = compress(raw, level, &error);
    QVERIFY2(stored, qPrintable(error.message));
    QByteArray back;
    QVERIFY2(decompress(*stored, raw.size(), &back, &error), qPrintable(error.message));
    QCOMPARE(back, raw);
    QVERIFY(!error);
}

void tst_Compressor::higherLevelsAreSmaller()
{
    const QByteArray raw = sampleText(20'000);
    const auto fast = compress(raw, CompressionLevel::Fast, nullptr);
    const auto balanced = compress(raw, CompressionLevel::Balanced, nullptr);
    const auto maximum = compress(raw, CompressionLevel::Maximum, nullptr);
    QVERIFY(fast && balanced && maximum);
    QCOMPARE_LT(balanced->size(), fast->size());
    QCOMPARE_LT(maximum->size(), balanced->size());
}

void tst_Compressor::anySingleDamagedBitIsFound()
{
    const QByteArray raw = sampleText(2'000);
    QByteArray stored = compress(raw, CompressionLevel::Balanced, nullptr).value();
    std::mt19937 random(2);
    const auto flip = [&](qsizetype bit) {
        char *byte = stored.data() + bit / 8;
        *byte = char(uchar(*byte) ^ (1u << (bit % 8)));
    };
    for (int i = 0; i < 6000; ++i) {
        // The first 300 are those of the headers.
        const auto bit = i < 300 ? i : qsizetype(random() % quint64(stored.size() * 8));
        flip(bit);
        StateError error;
        QByteArray back;
        QVERIFY2(!decompress(stored, raw.size(), &back, &error), qPrintable(QString::number(bit)));
        QCOMPARE(error.code, StateError::CorruptedState);
        QVERIFY(back.isEmpty());
        flip(bit);
    }
    QByteArray back;
    QVERIFY(decompress(stored, raw.size(), &back, nullptr));
}

void tst_Compressor::anyTruncationIsFound()
{
    const QByteArray raw = sampleText(500);
    const QByteArray stored = compress(raw, CompressionLevel::Fast, nullptr).value();
    for (qsizetype size = 0; size < stored.size(); ++size) {
        QByteArray cut = stored.first(size);
        QByteArray back;
        StateError error;
        QVERIFY(!decompress(cut, raw.size(), &back, &error));
        QCOMPARE(error.code, StateError::CorruptedState);
        // And where the check sum is that of what is there.
        if (size > 4) {
            qToLittleEndian(crc32c(QByteArrayView(cut).sliced(4)), cut.data());
            QVERIFY(!decompress(cut, raw.size(), &back, &error));
        }
    }
}

void tst_Compressor::whatFollowsIsAnError()
{
    const QByteArray raw = sampleText(10);
    QByteArray stored = compress(raw, CompressionLevel::Fast, nullptr).value() + "more";
    qToLittleEndian(crc32c(QByteArrayView(stored).sliced(4)), stored.data());
    QByteArray back;
    QVERIFY(!decompress(stored, raw.size(), &back, nullptr));
}

void tst_Compressor::sizeMustBeTheExpectedOne()
{
    const QByteArray raw = sampleText(10);
    const QByteArray stored = compress(raw, CompressionLevel::Fast, nullptr).value();
    QByteArray back;
    StateError error;
    QVERIFY(!decompress(stored, raw.size() - 1, &back, &error));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY(!decompress(stored, raw.size() + 1, &back, &error));
    QVERIFY(!decompress(stored, 0, &back, &error));
}

void tst_Compressor::forgedSizeAllocatesNothing_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<StateError::Code>("code");
    QTest::addRow("1 TiB") << (qsizetype(1) << 40) << StateError::LimitExceeded;
    QTest::addRow("the most there is")
        << std::numeric_limits<qsizetype>::max() << StateError::LimitExceeded;
    QTest::addRow("negative") << qsizetype(-1) << StateError::LimitExceeded;
    QTest::addRow("1 GiB") << MaxRawSize << StateError::CorruptedState;
}

void tst_Compressor::forgedSizeAllocatesNothing()
{
    QFETCH(const qsizetype, size);
    QFETCH(const StateError::Code, code);
    const QByteArray raw(300, 'x');
    const QByteArray stored = compress(raw, CompressionLevel::Fast, nullptr).value();
    QByteArray back;
    StateError error;
    QVERIFY(!decompress(stored, size, &back, &error));
    QCOMPARE(error.code, code);

    // The same claim by the frame: its header with eight bytes of size.
    QByteArray frame = QByteArray::fromHex("28b52ffde4") + QByteArray(8, '\0');
    qToLittleEndian(quint64(size), frame.data() + 5);
    frame += stored.sliced(4 + 7);
    QByteArray forged = QByteArray(4, '\0') + frame;
    qToLittleEndian(crc32c(frame), forged.data());
    error = {};
    QVERIFY(!decompress(forged, size, &back, &error));
    QCOMPARE(error.code, code);
    QCOMPARE(back.capacity(), 0);
}

void tst_Compressor::memoryOfTheCallerIsUsedAgain()
{
    const QByteArray raw = sampleText(1000);
    const QByteArray stored = compress(raw, CompressionLevel::Fast, nullptr).value();
    QByteArray back;
    QVERIFY(decompress(stored, raw.size(), &back, nullptr));
    const char *before = back.constData();
    QVERIFY(decompress(stored, raw.size(), &back, nullptr));
    QCOMPARE(static_cast<const void *>(back.constData()), static_cast<const void *>(before));
    QCOMPARE(back, raw);
}

void tst_Compressor::dictionaryHelpsSmallStates()
{
    QList<QByteArray> samples;
    for (int i = 0; i < 2000; ++i)
        samples.append(smallState(i));
    StateError error;
    const auto dictionary = Dictionary::train(samples, &error);
    QVERIFY2(dictionary, qPrintable(error.message));
    QVERIFY(dictionary->id() != 0);

    const QByteArray raw = smallState(12'345);
    for (const auto level :
         {CompressionLevel::Fast, CompressionLevel::Balanced, CompressionLevel::Maximum}) {
        const auto without = compress(raw, level, nullptr);
        const auto with = compress(raw, level, nullptr, &*dictionary);
        QVERIFY(without && with);
        QCOMPARE_LT(with->size(), without->size() / 2);
        QByteArray back;
        QVERIFY2(decompress(*with, raw.size(), &back, &error, &*dictionary),
                 qPrintable(error.message));
        QCOMPARE(back, raw);
    }

    const auto copy = Dictionary::fromByteArray(dictionary->toByteArray());
    QVERIFY(copy);
    QCOMPARE(copy->id(), dictionary->id());
}

void tst_Compressor::dictionaryMustBeTheSame()
{
    QList<QByteArray> samples;
    QList<QByteArray> others;
    for (int i = 0; i < 2000; ++i) {
        samples.append(smallState(i));
        others.append("other " + smallState(i * 3) + " content");
    }
    const auto one = Dictionary::train(samples);
    const auto other = Dictionary::train(others);
    QVERIFY(one && other);
    QVERIFY(one->id() != other->id());

    const QByteArray raw = smallState(3);
    const QByteArray stored = compress(raw, CompressionLevel::Balanced, nullptr, &*one).value();
    QByteArray back;
    StateError error;
    QVERIFY(!decompress(stored, raw.size(), &back, &error, &*other));
    QCOMPARE(error.code, StateError::CorruptedState);
    QVERIFY2(error.message.contains(QString::number(one->id())), qPrintable(error.message));
    QVERIFY(!decompress(stored, raw.size(), &back, &error));
    const QByteArray plain = compress(raw, CompressionLevel::Balanced, nullptr).value();
    QVERIFY(!decompress(plain, raw.size(), &back, &error, &*one));
}

void tst_Compressor::dictionaryNeedsSamples()
{
    StateError error;
    QVERIFY(!Dictionary::train({}, &error));
    QCOMPARE(error.code, StateError::EncodingFailed);
    QVERIFY(!Dictionary::fromByteArray("no dictionary", &error));
    QCOMPARE(error.code, StateError::CorruptedState);
}

void tst_Compressor::eachThreadHasItsOwnContexts()
{
    std::vector<std::unique_ptr<QThread>> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(QThread::create([&right, i] {
            for (int k = 0; k < 50; ++k) {
                const QByteArray raw = sampleText(100 * i + k);
                const auto stored = compress(raw, CompressionLevel(k % 2), nullptr);
                QByteArray back;
                right += stored && decompress(*stored, raw.size(), &back, nullptr) && back == raw;
            }
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait());
    QCOMPARE(right, 200);
}

void tst_Compressor::checksumIsThatOfCastagnoli()
{
    QCOMPARE(crc32c("123456789"), 0xe3069283u);
    QCOMPARE(crc32c(QByteArrayView("123456789").sliced(4), crc32c("1234")), 0xe3069283u);
    QCOMPARE(crc32c(QByteArray(32, '\0')), 0x8a9136aau);
}

QTEST_APPLESS_MAIN(tst_Compressor)

#include "tst_compressor.moc"
