// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/StateError>

#include <QtCore/qmetaobject.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;
using Axiom::StateError;

static_assert(std::is_nothrow_default_constructible_v<StateError>);
static_assert(std::is_nothrow_move_constructible_v<StateError>);
static_assert(std::is_nothrow_move_assignable_v<StateError>);
static_assert(std::is_aggregate_v<StateError>);
static_assert(!std::is_convertible_v<StateError, bool>, "only in conditions");

class tst_StateError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultIsNoError();
    void isTrueWithAnyCode_data();
    void isTrueWithAnyCode();
    void equalityComparesCodeAndMessage();
    void propertiesAreReadableThroughTheMetaObject();
    void printsCodeAndMessage();
};

void tst_StateError::defaultIsNoError()
{
    const StateError error;
    QVERIFY(!error);
    QCOMPARE(error.code, StateError::NoError);
    QVERIFY(error.message.isEmpty());
}

void tst_StateError::isTrueWithAnyCode_data()
{
    QTest::addColumn<StateError::Code>("code");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("corrupted") << StateError::CorruptedState << "CorruptedState"_ba;
    QTest::newRow("version") << StateError::UnsupportedVersion << "UnsupportedVersion"_ba;
    QTest::newRow("encoding") << StateError::EncodingFailed << "EncodingFailed"_ba;
    QTest::newRow("limit") << StateError::LimitExceeded << "LimitExceeded"_ba;
    QTest::newRow("update") << StateError::UpdateFailed << "UpdateFailed"_ba;
    QTest::newRow("io") << StateError::IoError << "IoError"_ba;
    QTest::newRow("memory") << StateError::OutOfMemory << "OutOfMemory"_ba;
}

void tst_StateError::isTrueWithAnyCode()
{
    QFETCH(StateError::Code, code);
    QFETCH(QByteArray, name);
    QVERIFY((StateError{code, {}}));
    QCOMPARE(QMetaEnum::fromType<StateError::Code>().valueToKey(code), name);
}

void tst_StateError::equalityComparesCodeAndMessage()
{
    const StateError error{StateError::IoError, u"disk"_s};
    QVERIFY(error == StateError(error));
    QVERIFY((error != StateError{StateError::IoError, u"net"_s}));
    QVERIFY((error != StateError{StateError::EncodingFailed, u"disk"_s}));
}

void tst_StateError::propertiesAreReadableThroughTheMetaObject()
{
    const StateError error{StateError::LimitExceeded, u"too many"_s};
    const QMetaObject &meta = StateError::staticMetaObject;
    const auto read = [&](const char *name) {
        return meta.property(meta.indexOfProperty(name)).readOnGadget(&error);
    };
    QCOMPARE(read("code").toInt(), int(StateError::LimitExceeded));
    QCOMPARE(read("message").toString(), u"too many"_s);
    QCOMPARE(QVariant::fromValue(error).value<StateError>(), error);
}

void tst_StateError::printsCodeAndMessage()
{
    QString text;
    QDebug(&text) << StateError{StateError::IoError, u"disk"_s} << 1;
    QVERIFY2(text.contains("IoError"_L1), qPrintable(text));
    QVERIFY2(text.contains("\"disk\""_L1), qPrintable(text));
    QVERIFY2(text.trimmed().endsWith(") 1"_L1), "the stream's spacing is as before");
}

QTEST_APPLESS_MAIN(tst_StateError)
#include "tst_stateerror.moc"
