// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/MemoryPressureSource>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qdir.h>
#include <QtCore/qscopeguard.h>
#include <QtCore/qthread.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <thread>

#ifdef Q_OS_LINUX
#    include "../../../../src/memory/linuxsources_p.h"

#    include <QtCore/qdir.h>
#    include <QtCore/qfile.h>
#    include <QtCore/qregularexpression.h>
#    include <QtCore/qtemporarydir.h>

#    include <fcntl.h>
#    include <sys/socket.h>
#    include <sys/stat.h>
#    include <sys/un.h>
#    include <unistd.h>
#endif

using namespace Axiom;
using Level = MemoryPressureMonitor::Level;
using namespace std::chrono_literals;

namespace {

class FakeSource final : public MemoryPressureSource
{
public:
    explicit FakeSource(QString name, bool works = true) : m_name(std::move(name)), m_works(works)
    { }
    ~FakeSource() override { destroyed().append(m_name); }

    QString name() const override { return m_name; }
    bool start(const Events &given) override
    {
        events = given;
        return m_works;
    }
    std::optional<std::chrono::microseconds> stallTime() override { return stall; }

    static QStringList &destroyed()
    {
        static QStringList names;
        return names;
    }
    Events events;
    std::optional<std::chrono::microseconds> stall;

private:
    const QString m_name;
    const bool m_works;
};

// Keeps an eye on what the monitor owns.
std::unique_ptr<MemoryPressureMonitor> monitorOf(std::initializer_list<FakeSource *> sources)
{
    std::vector<std::unique_ptr<MemoryPressureSource>> owned;
    for (FakeSource *source : sources)
        owned.emplace_back(source);
    return std::make_unique<MemoryPressureMonitor>(std::move(owned));
}

} // namespace

class tst_MemoryPressureMonitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { FakeSource::destroyed().clear(); }

    void nothingHappensAtFirst();
    void firstSourceThatWorksIsUsed();
    void levelIsTheHighestOfAllVotes();
    void levelRisesAtOnceAndFallsSlowly();
    void stallKeepsTheLevel();
    void everyEventIsPressure();
    void lostSourceIsReplaced();
    void simulatedLevelStays();
    void otherThreadsNotify();
    void firstCallFromAnotherThreadIsRefused();
#ifdef Q_OS_LINUX
    void fifoTells();
    void socketTellsUntilItEnds();
    void socketThatIsClosedIsPassedOver();
    void devNullSwitchesOff();
    void unusablePathIsSkipped_data();
    void unusablePathIsSkipped();
    void ownCgroupIsFound_data();
    void ownCgroupIsFound();
    void totalsAreRead();
    void falseFirstEventIsNoPressure();
    void triggersEndWithAZero();
    void kernelRefusesTriggersInOtherForms_data();
    void kernelRefusesTriggersInOtherForms();
    void secondTriggerTakesADescriptorOfItsOwn();
    void stallIsOfNoConcernWithMemoryAvailable();
    void monitorMayGoWithinItsSignal();
    void refusedTriggerIsToldOf();
    void cgroupThatGoesIsReplaced();
    void realSourceIsArmed();
    void realEventsArrive();
#endif
};

void tst_MemoryPressureMonitor::nothingHappensAtFirst()
{
    const auto monitor = monitorOf({new FakeSource(QStringLiteral("a"))});
    QSignalSpy pressure(monitor.get(), &MemoryPressureMonitor::pressure);
    QCoreApplication::processEvents();
    monitor->check();
    QCOMPARE(monitor->level(), Level::Normal);
    QVERIFY(pressure.isEmpty());
    QCOMPARE(monitorOf({})->source(), QString());
}

void tst_MemoryPressureMonitor::firstSourceThatWorksIsUsed()
{
    const auto monitor =
        monitorOf({new FakeSource(QStringLiteral("a"), false), new FakeSource(QStringLiteral("b")),
                   new FakeSource(QStringLiteral("c"))});
    QCOMPARE(monitor->source(), QStringLiteral("b"));
    QCOMPARE(FakeSource::destroyed(), QStringList{QStringLiteral("a")});
}

void tst_MemoryPressureMonitor::levelIsTheHighestOfAllVotes()
{
    auto *first = new FakeSource(QStringLiteral("a"));
    auto *second = new FakeSource(QStringLiteral("b"));
    const auto monitor = monitorOf({first});
    QVERIFY(monitor->addSource(std::unique_ptr<MemoryPressureSource>(second)));
    QVERIFY(!monitor->addSource(std::make_unique<FakeSource>(QStringLiteral("c"), false)));
    first->events.pressure(Level::Moderate);
    second->events.pressure(Level::Critical);
    QCOMPARE(monitor->level(), Level::Critical);
    second->events.lost();
    second->events.lost();
    QTRY_COMPARE(FakeSource::destroyed().size(), 2);
    QCOMPARE(monitor->level(), Level::Critical);
    for (int i = 0; i < 6; ++i) {
        first->events.pressure(Level::Moderate);
        monitor->check();
    }
    QCOMPARE(monitor->level(), Level::Moderate);
    monitor->notify(Level::Critical);
    QCOMPARE(monitor->level(), Level::Critical);
    monitor->notify(Level::Normal);
    QCOMPARE(monitor->level(), Level::Moderate);
}

void tst_MemoryPressureMonitor::levelRisesAtOnceAndFallsSlowly()
{
    auto *source = new FakeSource(QStringLiteral("a"));
    const auto monitor = monitorOf({source});
    QSignalSpy changed(monitor.get(), &MemoryPressureMonitor::levelChanged);
    source->events.pressure(Level::Critical);
    QCOMPARE(monitor->level(), Level::Critical);
    for (int i = 0; i < 5; ++i)
        monitor->check();
    QCOMPARE(monitor->level(), Level::Critical);
    monitor->check();
    QCOMPARE(monitor->level(), Level::Moderate);
    for (int i = 0; i < 4; ++i)
        monitor->check();
    source->events.pressure(Level::Moderate);
    monitor->check();
    QCOMPARE(monitor->level(), Level::Moderate);
    for (int i = 0; i < 5; ++i)
        monitor->check();
    QCOMPARE(monitor->level(), Level::Normal);
    QCOMPARE(changed.size(), 3);
}

void tst_MemoryPressureMonitor::stallKeepsTheLevel()
{
    auto *source = new FakeSource(QStringLiteral("a"));
    const auto monitor = monitorOf({source});
    source->stall = 1000ms;
    source->events.pressure(Level::Moderate);
    for (int i = 0; i < 20; ++i) {
        *source->stall += i % 4 == 3 ? 20ms : 19ms;
        monitor->check();
    }
    QCOMPARE(monitor->level(), Level::Moderate);
    for (int i = 0; i < 5; ++i) {
        *source->stall += 19ms;
        monitor->check();
    }
    QCOMPARE(monitor->level(), Level::Normal);
}

void tst_MemoryPressureMonitor::everyEventIsPressure()
{
    auto *source = new FakeSource(QStringLiteral("a"));
    const auto monitor = monitorOf({source});
    QSignalSpy pressure(monitor.get(), &MemoryPressureMonitor::pressure);
    QSignalSpy changed(monitor.get(), &MemoryPressureMonitor::levelChanged);
    source->events.pressure(Level::Moderate);
    source->events.pressure(Level::Moderate);
    source->events.pressure(Level::Normal);
    QCOMPARE(pressure.size(), 2);
    QCOMPARE(changed.size(), 1);
}

void tst_MemoryPressureMonitor::lostSourceIsReplaced()
{
    auto *first = new FakeSource(QStringLiteral("a"));
    const auto monitor = monitorOf(
        {first, new FakeSource(QStringLiteral("b"), false), new FakeSource(QStringLiteral("c"))});
    QSignalSpy source(monitor.get(), &MemoryPressureMonitor::sourceChanged);
    first->events.pressure(Level::Critical);
    first->events.lost();
    QTRY_COMPARE(source.size(), 1);
    QCOMPARE(monitor->source(), QStringLiteral("c"));
    QCOMPARE(monitor->level(), Level::Critical);
}

void tst_MemoryPressureMonitor::simulatedLevelStays()
{
    const auto monitor = monitorOf({});
    QSignalSpy pressure(monitor.get(), &MemoryPressureMonitor::pressure);
    monitor->simulate(Level::Moderate);
    for (int i = 0; i < 20; ++i)
        monitor->check();
    QCOMPARE(monitor->level(), Level::Moderate);
    QCOMPARE(pressure.size(), 1);
    monitor->simulate(Level::Normal);
    QCOMPARE(monitor->level(), Level::Normal);
    QCOMPARE(pressure.size(), 1);
}

// Before there is one on the application's thread.
void tst_MemoryPressureMonitor::firstCallFromAnotherThreadIsRefused()
{
    delete MemoryPressureMonitor::instance();
    MemoryPressureMonitor *made = nullptr;
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("on the application's thread first")));
    std::thread([&] { made = MemoryPressureMonitor::instance(); }).join();
    QVERIFY(!made);
    QVERIFY(MemoryPressureMonitor::instance());
    std::thread([&] { made = MemoryPressureMonitor::instance(); }).join();
    QCOMPARE(made, MemoryPressureMonitor::instance());
}

void tst_MemoryPressureMonitor::otherThreadsNotify()
{
    const auto monitor = monitorOf({});
    std::thread([&] { monitor->notify(Level::Critical); }).join();
    QTRY_COMPARE(monitor->level(), Level::Critical);
}

#ifdef Q_OS_LINUX

namespace {

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

// Nothing of the machine.
detail::LinuxPaths emptyPaths(const QTemporaryDir &dir)
{
    detail::LinuxPaths paths;
    paths.mountInfo = dir.filePath(QStringLiteral("mountinfo"));
    paths.cgroup = dir.filePath(QStringLiteral("cgroup"));
    paths.systemPressure = dir.filePath(QStringLiteral("pressure"));
    paths.memoryInfo = dir.filePath(QStringLiteral("meminfo"));
    paths.watch.clear();
    paths.write.clear();
    return paths;
}

// Returns the socket, or -1.
int listenAt(const QByteArray &path)
{
    const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), std::size_t(path.size()));
    const bool listens =
        ::bind(server, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0
        && ::listen(server, 1) == 0;
    return listens ? server : -1;
}

// Whether the event loop waits: a descriptor that nobody looks after any more would keep it awake.
bool isAtRest()
{
    QObject context;
    int turns = 0;
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake,
                     &context, [&] { ++turns; });
    QTest::qWait(100);
    return turns < 100;
}

} // namespace

void tst_MemoryPressureMonitor::fifoTells()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = QFile::encodeName(dir.filePath(QStringLiteral("fifo")));
    paths.write = QByteArray("ours").toBase64(); // read back by nobody
    QCOMPARE(::mkfifo(paths.watch.constData(), 0600), 0);
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QVERIFY(monitor.source().startsWith(QLatin1String("MEMORY_PRESSURE_WATCH=")));
    QSignalSpy pressure(&monitor, &MemoryPressureMonitor::pressure);
    for (int i = 1; i < 4; ++i) {
        // Each writer closes its end.
        const int fd = ::open(paths.watch.constData(), O_WRONLY | O_NONBLOCK);
        QVERIFY(fd >= 0);
        QCOMPARE(::write(fd, "x", 1), 1);
        ::close(fd);
        QTRY_COMPARE(pressure.size(), i);
    }
    QCOMPARE(monitor.level(), Level::Moderate);
    QTest::qWait(20);
    QCOMPARE(pressure.size(), 3);
}

void tst_MemoryPressureMonitor::socketTellsUntilItEnds()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = QFile::encodeName(dir.filePath(QStringLiteral("socket")));
    paths.write = QByteArray("hello").toBase64();
    const int server = listenAt(paths.watch);
    QVERIFY(server >= 0);

    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QSignalSpy pressure(&monitor, &MemoryPressureMonitor::pressure);
    QSignalSpy source(&monitor, &MemoryPressureMonitor::sourceChanged);
    const int peer = ::accept(server, nullptr, nullptr);
    QVERIFY(peer >= 0);
    char greeting[16] = {};
    QCOMPARE(::read(peer, greeting, sizeof(greeting)), 5);
    QCOMPARE(QByteArray(greeting), QByteArray("hello"));
    QCOMPARE(::write(peer, "!", 1), 1);
    QTRY_COMPARE(pressure.size(), 1);
    ::close(peer);
    ::close(server);
    QTRY_COMPARE(source.size(), 1);
    QCOMPARE(monitor.source(), QString());
    QCOMPARE(pressure.size(), 1);
    QVERIFY(isAtRest());
}

// To write to it sends SIGPIPE, which ends a process that has not said otherwise.
void tst_MemoryPressureMonitor::socketThatIsClosedIsPassedOver()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = QFile::encodeName(dir.filePath(QStringLiteral("socket")));
    paths.write = QByteArray("hello").toBase64();
    const int server = listenAt(paths.watch);
    QVERIFY(server >= 0);

    std::thread peer([server] {
        int accepted = -1;
        while ((accepted = ::accept(server, nullptr, nullptr)) >= 0)
            ::close(accepted);
    });
    const auto end = qScopeGuard([&] {
        ::shutdown(server, SHUT_RDWR);
        peer.join();
        ::close(server);
    });
    // Most times it is closed before it is written to.
    for (int i = 0; i < 200; ++i) {
        MemoryPressureMonitor monitor(detail::linuxSources(paths));
        QTRY_COMPARE(monitor.source(), QString()); // at once, or when it is seen to have gone
    }
}

void tst_MemoryPressureMonitor::devNullSwitchesOff()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    write(paths.systemPressure, "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    paths.watch = "/dev/null";
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QCOMPARE(monitor.source(), QStringLiteral("off (MEMORY_PRESSURE_WATCH)"));
}

void tst_MemoryPressureMonitor::unusablePathIsSkipped_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("relative") << QByteArray("some/file");
    QTest::newRow("not there") << QByteArray("/nowhere/at/all");
    QTest::newRow("directory") << QByteArray("/proc");
}

void tst_MemoryPressureMonitor::unusablePathIsSkipped()
{
    QFETCH(QByteArray, path);
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    write(paths.systemPressure, "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    paths.watch = path;
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("MEMORY_PRESSURE_WATCH=")));
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QVERIFY(monitor.source().startsWith(QLatin1String("system, ")));
}

void tst_MemoryPressureMonitor::ownCgroupIsFound_data()
{
    QTest::addColumn<QByteArray>("mount");  // root and mount point
    QTest::addColumn<QByteArray>("cgroup"); // of this process
    QTest::addColumn<QByteArray>("found");  // below the directory
    // Its pressure is that of the whole system.
    QTest::newRow("root") << QByteArray("/ @/cg") << QByteArray("0::/") << QByteArray();
    QTest::newRow("root of a container")
        << QByteArray("/ @/cg/user") << QByteArray("0::/") << QByteArray("cg/user");
    QTest::newRow("child") << QByteArray("/ @/cg") << QByteArray("12:memory:/x\n0::/user/app")
                           << QByteArray("cg/user/app");
    QTest::newRow("mounted child")
        << QByteArray("/user @/cg") << QByteArray("0::/user/app") << QByteArray("cg/app");
    QTest::newRow("other mount") << QByteArray("/other @/cg") << QByteArray("0::/user/app")
                                 << QByteArray();
    QTest::newRow("name begins alike")
        << QByteArray("/us @/cg") << QByteArray("0::/user/app") << QByteArray();
    QTest::newRow("space") << QByteArray("/ @/my\\040cg") << QByteArray("0::/a")
                           << QByteArray("my cg/a");
    QTest::newRow("version 1 only")
        << QByteArray("/ @/cg") << QByteArray("4:memory:/a") << QByteArray();
}

void tst_MemoryPressureMonitor::ownCgroupIsFound()
{
    QFETCH(QByteArray, mount);
    QFETCH(QByteArray, cgroup);
    QFETCH(QByteArray, found);
    const QTemporaryDir dir;
    const detail::LinuxPaths paths = emptyPaths(dir);
    const QByteArray base = QFile::encodeName(dir.path());
    write(paths.mountInfo,
          "22 1 0:20 / /proc rw - proc proc rw\n30 24 0:26 " + mount.replace('@', base)
              + " rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
    write(paths.cgroup, cgroup + '\n');
    for (const char *each : {"cg", "cg/user/app", "cg/app", "cg/user", "my cg/a"}) {
        const QString path = dir.filePath(QLatin1String(each));
        QVERIFY(QDir().mkpath(path));
        write(path + QStringLiteral("/memory.pressure"), "some total=1\n");
        if (qstrcmp(each, "cg") != 0)
            write(path + QStringLiteral("/cgroup.events"), "populated 1\n");
    }
    const QString expected = found.isEmpty()
        ? QString()
        : dir.filePath(QString::fromLatin1(found)) + QStringLiteral("/memory.pressure");
    QCOMPARE(detail::ownPressureFile(paths), expected);
}

void tst_MemoryPressureMonitor::totalsAreRead()
{
    const QByteArray content = "some avg10=1.00 avg60=0.20 avg300=0.04 total=1234567\n"
                               "full avg10=0.50 avg60=0.10 avg300=0.02 total=7\n";
    QCOMPARE(detail::totalStall(content, "some"), std::optional<qint64>(1'234'567));
    QCOMPARE(detail::totalStall(content, "full"), std::optional<qint64>(7));
    QVERIFY(!detail::totalStall("some avg10=0.00\n", "some"));
    QVERIFY(!detail::totalStall("some total=many\n", "some"));
    QVERIFY(!detail::totalStall({}, "some"));
}

// The kernel's window begins with a sum of before: the first event may be of what is long over.
void tst_MemoryPressureMonitor::falseFirstEventIsNoPressure()
{
    detail::StallThreshold threshold(70'000);
    threshold.arm(5'000'000);
    QVERIFY(!threshold.accepts(5'000'000));
    QVERIFY(!threshold.accepts(5'069'999));
    QVERIFY(threshold.accepts(5'070'000));
    // From there on, each time.
    QVERIFY(!threshold.accepts(5'070'000));
    QVERIFY(!threshold.accepts(5'139'999));
    QVERIFY(threshold.accepts(5'300'000));
    QVERIFY(!threshold.accepts(5'369'999));
    // An event without a total is better than none.
    QVERIFY(threshold.accepts(std::nullopt));
    QVERIFY(!threshold.accepts(5'369'999));
}

void tst_MemoryPressureMonitor::triggersEndWithAZero()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    write(paths.systemPressure, "some total=0\n");
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QVERIFY(monitor.source().startsWith(QLatin1String("system, ")));
    QFile file(paths.systemPressure);
    QVERIFY(file.open(QIODevice::ReadOnly));
    // Each was written to its own descriptor, so that here the last one is seen.
    QCOMPARE(file.readAll(), QByteArray("full 100000 2000000\0", 20));
}

void tst_MemoryPressureMonitor::kernelRefusesTriggersInOtherForms_data()
{
    QTest::addColumn<QByteArray>("trigger");
    QTest::addColumn<bool>("isAccepted");
    QTest::newRow("ours") << QByteArray("some 70000 2000000\0", 19) << true;
    QTest::newRow("without a zero") << QByteArray("some 70000 2000000") << false;
    QTest::newRow("longer than its window") << QByteArray("some 3000000 2000000\0", 21) << false;
}

// What the form of our triggers is due to.
void tst_MemoryPressureMonitor::kernelRefusesTriggersInOtherForms()
{
    QFETCH(QByteArray, trigger);
    QFETCH(bool, isAccepted);
    const int fd = ::open("/proc/pressure/cpu", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        QSKIP("this system does not let us watch its pressure");
    const auto closed = qScopeGuard([&] { ::close(fd); });
    const auto size = std::size_t(trigger.size());
    const ssize_t written = ::write(fd, trigger.constData(), size);
    const int error = errno;
    QCOMPARE(written == trigger.size(), isAccepted);
    if (!isAccepted)
        QCOMPARE(error, EINVAL);
}

void tst_MemoryPressureMonitor::secondTriggerTakesADescriptorOfItsOwn()
{
    const QByteArray trigger("some 70000 2000000\0", 19);
    const int fd = ::open("/proc/pressure/cpu", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        QSKIP("this system does not let us watch its pressure");
    const auto closed = qScopeGuard([&] { ::close(fd); });
    const auto size = std::size_t(trigger.size());
    QCOMPARE(::write(fd, trigger.constData(), size), ssize_t(size));
    QCOMPARE(::write(fd, trigger.constData(), size), ssize_t(-1));
    QCOMPARE(errno, EBUSY);

    // A source has two, and both are taken.
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.systemPressure = QStringLiteral("/proc/pressure/memory");
    if (::access("/proc/pressure/memory", W_OK) != 0)
        QSKIP("this system does not let us watch its pressure");
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QCOMPARE(monitor.source(), QStringLiteral("system, /proc/pressure/memory"));
}

// The system's pressure may be that of others, who have their own limits.
void tst_MemoryPressureMonitor::stallIsOfNoConcernWithMemoryAvailable()
{
    const QTemporaryDir dir;
    const detail::LinuxPaths paths = emptyPaths(dir);
    const auto setTotal = [&](int milliseconds) {
        write(paths.systemPressure,
              "some total=" + QByteArray::number(1000 * milliseconds) + "\nfull total=0\n");
    };
    const auto setAvailable = [&](int percent) {
        write(paths.memoryInfo,
              "MemTotal: 1000 kB\nMemAvailable: " + QByteArray::number(10 * percent) + " kB\n");
    };
    setTotal(0);
    auto sources = detail::linuxSources(paths);
    QCOMPARE(sources.size(), std::size_t(1));
    MemoryPressureSource &source = *sources.front();
    QVERIFY(source.start({[](Level) {}, [] {}}));

    setAvailable(15);
    setTotal(1000);
    const auto before = source.stallTime();
    QVERIFY(before);
    setTotal(1500);
    QCOMPARE(*source.stallTime() - *before, 500ms);
    setAvailable(25);
    setTotal(2500);
    QCOMPARE(*source.stallTime() - *before, 500ms);
    setAvailable(19);
    setTotal(2600);
    QCOMPARE(*source.stallTime() - *before, 600ms);
    QVERIFY(QFile::remove(paths.systemPressure));
    QVERIFY(!source.stallTime());
}

void tst_MemoryPressureMonitor::monitorMayGoWithinItsSignal()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = QFile::encodeName(dir.filePath(QStringLiteral("fifo")));
    QCOMPARE(::mkfifo(paths.watch.constData(), 0600), 0);
    auto monitor = std::make_unique<MemoryPressureMonitor>(detail::linuxSources(paths));
    connect(monitor.get(), &MemoryPressureMonitor::pressure, this, [&] { monitor.reset(); });
    const int fd = ::open(paths.watch.constData(), O_WRONLY | O_NONBLOCK);
    QVERIFY(fd >= 0);
    QCOMPARE(::write(fd, "x", 1), 1);
    ::close(fd);
    QTRY_VERIFY(!monitor);
    QTest::qWait(10);
}

// A threshold that the kernel does not accept: another source is used.
void tst_MemoryPressureMonitor::refusedTriggerIsToldOf()
{
    if (::access("/proc/pressure/cpu", W_OK) != 0)
        QSKIP("this system does not let us watch its pressure");
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = "/proc/pressure/cpu";
    paths.write = QByteArray("some nonsense").toBase64();
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("/proc/pressure/cpu: write: ")));
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    QVERIFY(!monitor.source().contains(QLatin1String("/proc/pressure/cpu")));
}

// As when a container is taken down: the next source is used, and the event loop comes to rest.
void tst_MemoryPressureMonitor::cgroupThatGoesIsReplaced()
{
    QString mount;
    QFile mounts(QStringLiteral("/proc/self/mountinfo"));
    QVERIFY(mounts.open(QIODevice::ReadOnly));
    for (const QByteArray &line : mounts.readAll().split('\n')) {
        if (line.contains(" - cgroup2 "))
            mount = QFile::decodeName(line.split(' ').value(4));
    }
    const QString group =
        mount + QStringLiteral("/axiom-test-%1").arg(QCoreApplication::applicationPid());
    if (mount.isEmpty() || !QDir().mkdir(group))
        QSKIP("no cgroup can be made here: there is none of version 2, or it takes root");
    const auto removed = qScopeGuard([&] { QDir().rmdir(group); });

    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = QFile::encodeName(group + QStringLiteral("/memory.pressure"));
    paths.write = QByteArray("some 70000 2000000\0", 19).toBase64();
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    if (!monitor.source().contains(group))
        QSKIP("this system does not let us watch the pressure of a cgroup");
    QSignalSpy source(&monitor, &MemoryPressureMonitor::sourceChanged);
    QVERIFY(QDir().rmdir(group));
    QTRY_COMPARE(source.size(), 1);
    QVERIFY(!monitor.source().contains(group));

    QVERIFY(isAtRest());
}

void tst_MemoryPressureMonitor::realSourceIsArmed()
{
    detail::LinuxPaths paths;
    paths.watch.clear();
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    if (monitor.source().isEmpty())
        QSKIP("this system does not let us watch its pressure");
    QSignalSpy pressure(&monitor, &MemoryPressureMonitor::pressure);
    qInfo("%ls", qUtf16Printable(monitor.source()));
    QTest::qWait(50);
    QCOMPARE(pressure.size(), 0);
}

// Stalls for a processor are told in the same way as those for memory, and are made more easily.
void tst_MemoryPressureMonitor::realEventsArrive()
{
    const QTemporaryDir dir;
    detail::LinuxPaths paths = emptyPaths(dir);
    paths.watch = "/proc/pressure/cpu";
    paths.write = QByteArray("some 60000 2000000\0", 19).toBase64();
    MemoryPressureMonitor monitor(detail::linuxSources(paths));
    if (!monitor.source().contains(QLatin1String("/proc/pressure/cpu")))
        QSKIP("this system does not let us watch its pressure");
    QSignalSpy pressure(&monitor, &MemoryPressureMonitor::pressure);
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int i = QThread::idealThreadCount() + 2; i > 0; --i) {
        threads.emplace_back([&] {
            while (!stop) { }
        });
    }
    const bool isTold = pressure.wait(10'000);
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(isTold);
    QCOMPARE(monitor.level(), Level::Moderate);
}

#endif // Q_OS_LINUX

QTEST_GUILESS_MAIN(tst_MemoryPressureMonitor)

#include "tst_memorypressuremonitor.moc"
