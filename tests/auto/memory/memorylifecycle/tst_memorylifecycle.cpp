// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qpointer.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#ifdef Q_OS_LINUX
#    include <QtCore/qdir.h>
#    include <QtCore/qfile.h>
#    include <QtCore/qtemporarydir.h>

#    include <fcntl.h>
#    include <sys/stat.h>
#    include <unistd.h>
#endif

using namespace Axiom;
using namespace std::chrono_literals;

namespace {

bool isAwake(const QObject *object)
{
    const auto *timer = object->findChild<QTimer *>();
    return timer && timer->isActive() && timer->remainingTime() >= 0;
}

} // namespace

// Those of the process may be asked for before there is an application, and work in each.
class tst_MemoryLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void governorWorksInTheApplicationThatFollows();
    void levelOfBeforeFallsInTheApplication();
#ifdef Q_OS_LINUX
    void monitorListensInTheApplicationThatFollows();
#endif

private:
    int m_argc = 1;
    char m_name[5] = "test";
    char *m_argv[2] = {m_name, nullptr};
};

void tst_MemoryLifecycle::init()
{
    // As a timer and a notifier say without an event loop.
    QTest::failOnWarning(QRegularExpression(QStringLiteral("[Tt]imer|Notifier")));
}

void tst_MemoryLifecycle::governorWorksInTheApplicationThatFollows()
{
    for (int i = 0; i < 2; ++i) {
        const QPointer<MemoryGovernor> governor = MemoryGovernor::instance();
        governor->setBudget(1'000'000'000);
        QVERIFY(!isAwake(governor));
        {
            const QCoreApplication application(m_argc, m_argv);
            QVERIFY(isAwake(governor));
            QCOMPARE(MemoryGovernor::instance(), governor.data());
        }
        QVERIFY(!governor);
    }
}

void tst_MemoryLifecycle::levelOfBeforeFallsInTheApplication()
{
    const QPointer<MemoryPressureMonitor> monitor = MemoryPressureMonitor::instance();
    monitor->notify(MemoryPressureLevel::Moderate);
    QCOMPARE(monitor->level(), MemoryPressureLevel::Moderate);
    const QCoreApplication application(m_argc, m_argv);
    QSignalSpy level(monitor.data(), &MemoryPressureMonitor::levelChanged);
    for (int i = 0; i < 6; ++i)
        monitor->check();
    QCOMPARE(level.size(), 1);
    QCOMPARE(monitor->level(), MemoryPressureLevel::Normal);
}

#ifdef Q_OS_LINUX
void tst_MemoryLifecycle::monitorListensInTheApplicationThatFollows()
{
    const QTemporaryDir directory;
    const QByteArray fifo = QFile::encodeName(directory.filePath(QStringLiteral("fifo")));
    QCOMPARE(::mkfifo(fifo.constData(), 0600), 0);
    qputenv("MEMORY_PRESSURE_WATCH", fifo);
    for (int i = 0; i < 2; ++i) {
        const QPointer<MemoryPressureMonitor> monitor = MemoryPressureMonitor::instance();
        QSignalSpy pressure(monitor.data(), &MemoryPressureMonitor::pressure);
        QSignalSpy source(monitor.data(), &MemoryPressureMonitor::sourceChanged);
        QCOMPARE(monitor->source(), QString());
        {
            const QCoreApplication application(m_argc, m_argv);
            QCOMPARE(source.size(), 1);
            QVERIFY(monitor->source().contains(QFile::decodeName(fifo)));
            const int writer = ::open(fifo.constData(), O_WRONLY | O_NONBLOCK);
            QVERIFY(writer >= 0);
            QCOMPARE(::write(writer, "x", 1), 1);
            ::close(writer);
            QTRY_COMPARE(pressure.size(), 1);
        }
        QVERIFY(!monitor);
    }
}
#endif

QTEST_APPLESS_MAIN(tst_MemoryLifecycle)
#include "tst_memorylifecycle.moc"
