// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "linuxsources_p.h"

#include "../core/logging_p.h"
#include "platformsources_p.h"

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qsocketnotifier.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace Axiom::detail {

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    // Sizes of such files are not known before they are read.
    return file.open(QIODevice::ReadOnly | QIODevice::Unbuffered) ? file.readAll() : QByteArray();
}

// Spaces and the like are octal in mountinfo.
QByteArray unescaped(const QByteArray &text)
{
    QByteArray result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        bool isOctal = false;
        const int code = text.at(i) == '\\' ? text.mid(i + 1, 3).toInt(&isOctal, 8) : 0;
        result += isOctal ? char(code) : text.at(i);
        i += isOctal ? 3 : 0;
    }
    return result;
}

class Descriptor
{
public:
    explicit Descriptor(int fd = -1) noexcept : m_fd(fd) { }
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) { }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }

    explicit operator bool() const noexcept { return m_fd >= 0; }
    int get() const noexcept { return m_fd; }

private:
    int m_fd;
};

using Notifier = std::unique_ptr<QSocketNotifier, DeleteNotifier>;

bool writeAll(const Descriptor &file, const QByteArray &bytes)
{
    return ::write(file.get(), bytes.constData(), std::size_t(bytes.size())) == bytes.size();
}

// Whoever listens may have gone, which is no reason to end by SIGPIPE.
bool sendAll(const Descriptor &socket, const QByteArray &bytes)
{
    return ::send(socket.get(), bytes.constData(), std::size_t(bytes.size()), MSG_NOSIGNAL)
        == bytes.size();
}

// What poll() says of a descriptor now.
short eventsOf(const Descriptor &file, short wanted)
{
    pollfd poll{file.get(), wanted, 0};
    return ::poll(&poll, 1, 0) > 0 ? poll.revents : short(0);
}

constexpr short Gone = POLLERR | POLLHUP | POLLNVAL;

// A file of pressure stall information, see https://docs.kernel.org/accounting/psi.html. It wakes
// up whoever has written a threshold to it, when processes waited so long within a window.
class PressureFile final : public MemoryPressureSource
{
public:
    struct Trigger
    {
        QByteArray kind; // "some" or "full"
        std::chrono::microseconds threshold;
        Level level;
        // Pressure that is of no concern as long as a greater part of the memory is available.
        double maxAvailable = 1;
    };

    // Two seconds: others take a capability. The zero that ends a trigger must be written, too.
    static constexpr int WindowMicroseconds = 2'000'000;

    PressureFile(QString name, QString path, std::vector<Trigger> triggers, QString memoryInfo)
        : m_name(std::move(name)), m_path(std::move(path)), m_memoryInfo(std::move(memoryInfo))
    {
        for (Trigger &trigger : triggers)
            m_armed.emplace_back(std::move(trigger));
    }
    // By the environment: with what is to be written, if anything.
    PressureFile(QString name, QString path, const QByteArray &written)
        : m_name(std::move(name)), m_path(std::move(path)), m_written(written)
    {
        const QList<QByteArray> words = written.split('\0').constFirst().simplified().split(' ');
        const bool isKnown = words.size() >= 2 && (words[0] == "some" || words[0] == "full");
        m_armed.emplace_back(Trigger{isKnown ? words[0] : "some",
                                     std::chrono::microseconds(isKnown ? words[1].toLongLong() : 0),
                                     Level::Moderate});
        m_isGiven = true;
    }

    QString name() const override { return m_name; }

    bool start(const Events &events) override
    {
        m_events = events;
        for (Armed &armed : m_armed) {
            if (!arm(armed))
                return false;
        }
        return true;
    }

    // What is of no concern to us does not keep a level either.
    std::optional<std::chrono::microseconds> stallTime() override
    {
        const auto total = totalStall(contentOf(m_path), "some");
        if (!total)
            return std::nullopt;
        const qint64 stall = *total - std::exchange(m_seenStall, *total);
        if (isOfConcern(m_armed.front().trigger))
            m_stall += stall;
        return std::chrono::microseconds(m_stall);
    }

private:
    struct Armed
    {
        explicit Armed(Trigger armed)
            : trigger(std::move(armed)), threshold(trigger.threshold.count())
        { }

        Trigger trigger;
        Descriptor file; // one for each: a second threshold for it is refused
        Notifier notifier;
        StallThreshold threshold;
    };

    bool arm(Armed &armed)
    {
        armed.file = Descriptor(
            ::open(QFile::encodeName(m_path).constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
        if (!armed.file)
            return fail("open");
        // Before it is armed: the first event may be of what had been before.
        armed.threshold.arm(totalStall(contentOf(m_path), armed.trigger.kind));
        QByteArray written = m_written;
        if (!m_isGiven) {
            written = armed.trigger.kind + ' '
                + QByteArray::number(qint64(armed.trigger.threshold.count())) + ' '
                + QByteArray::number(WindowMicroseconds) + '\0';
        }
        if (!written.isEmpty() && !writeAll(armed.file, written))
            return fail("write");
        armed.notifier =
            Notifier(new QSocketNotifier(armed.file.get(), QSocketNotifier::Exception));
        QObject::connect(armed.notifier.get(), &QSocketNotifier::activated, armed.notifier.get(),
                         [this, &armed] { activated(armed); });
        return true;
    }

    // The system may well not let us; what the user asked for is to be told of.
    bool fail(const char *operation)
    {
        const char *reason = std::strerror(errno);
        if (m_isGiven)
            qCWarning(lcMemory, "%ls: %s: %s", qUtf16Printable(m_name), operation, reason);
        else
            qCDebug(lcMemory, "%ls: %s: %s", qUtf16Printable(m_path), operation, reason);
        return false;
    }

    void activated(Armed &armed)
    {
        // That there was an event has been taken note of by the event loop's poll(): the kernel tells
        // of it once.
        const short events = eventsOf(armed.file, POLLPRI);
        // It would be told again and again when the cgroup has gone.
        if (events & Gone) {
            for (const Armed &each : m_armed)
                each.notifier->setEnabled(false);
            m_events.lost();
            return;
        }
        if (!armed.threshold.accepts(totalStall(contentOf(m_path), armed.trigger.kind))
            || !isOfConcern(armed.trigger))
            return;
        // This may be deleted meanwhile.
        const auto tell = m_events.pressure;
        tell(armed.trigger.level);
    }

    bool isOfConcern(const Trigger &trigger) const
    {
        return trigger.maxAvailable >= 1 || availableShare() <= trigger.maxAvailable;
    }

    double availableShare() const
    {
        qint64 total = 0;
        qint64 available = 0;
        for (const QByteArray &line : contentOf(m_memoryInfo).split('\n')) {
            const QList<QByteArray> words = line.simplified().split(' ');
            if (words.size() < 2)
                continue;
            if (words[0] == "MemTotal:")
                total = words[1].toLongLong();
            else if (words[0] == "MemAvailable:")
                available = words[1].toLongLong();
        }
        return total > 0 ? double(available) / double(total) : 0;
    }

    const QString m_name;
    const QString m_path;
    const QByteArray m_written;
    const QString m_memoryInfo;
    bool m_isGiven = false;
    std::vector<Armed> m_armed;
    qint64 m_seenStall = 0;
    qint64 m_stall = 0;
    Events m_events;
};

// A FIFO or a socket: whatever comes says that there is pressure.
class PressurePipe final : public MemoryPressureSource
{
public:
    PressurePipe(QString name, QByteArray path, bool isSocket, QByteArray written)
        : m_name(std::move(name)), m_path(std::move(path)), m_isSocket(isSocket),
          m_written(std::move(written))
    { }

    QString name() const override { return m_name; }

    bool start(const Events &events) override
    {
        m_events = events;
        if (!(m_isSocket ? connectSocket() : openFifo())
            || (!m_written.isEmpty()
                && !(m_isSocket ? sendAll(m_file, m_written) : writeAll(m_file, m_written)))) {
            qCDebug(lcMemory, "%s: %s", m_path.constData(), std::strerror(errno));
            return false;
        }
        // What was written to the FIFO before, by ourselves for one.
        if (!m_isSocket)
            drain();
        m_notifier = Notifier(new QSocketNotifier(m_file.get(), QSocketNotifier::Read));
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                         [this] { activated(); });
        return true;
    }

private:
    // For reading and writing: without a writer of its own it would be at its end for ever after
    // the first one has closed it.
    bool openFifo()
    {
        m_file = Descriptor(::open(m_path.constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
        return bool(m_file);
    }

    bool connectSocket()
    {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        if (std::size_t(m_path.size()) >= sizeof(address.sun_path)) {
            errno = ENAMETOOLONG;
            return false;
        }
        std::memcpy(address.sun_path, m_path.constData(), std::size_t(m_path.size()));
        m_file = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        return m_file
            && ::connect(m_file.get(), reinterpret_cast<const sockaddr *>(&address),
                         sizeof(address))
            == 0;
    }

    static constexpr int mostReads = 16;

    struct Drained
    {
        bool isTold = false;
        bool isLost = false;
    };
    Drained drain()
    {
        Drained drained;
        char buffer[512];
        ssize_t count = 1;
        // What comes faster than it is read is left for the next time.
        for (int i = 0; i < mostReads && count > 0; ++i) {
            count = ::read(m_file.get(), buffer, sizeof(buffer));
            drained.isTold |= count > 0;
        }
        drained.isLost = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
        return drained;
    }

    void activated()
    {
        const Drained drained = drain();
        if (drained.isLost) {
            m_notifier->setEnabled(false);
            m_events.lost();
        }
        if (drained.isTold) {
            // This may be deleted meanwhile.
            const auto tell = m_events.pressure;
            tell(Level::Moderate);
        }
    }

    const QString m_name;
    const QByteArray m_path;
    const bool m_isSocket;
    const QByteArray m_written;
    Descriptor m_file;
    Notifier m_notifier;
    Events m_events;
};

// The user wants none.
class SwitchedOff final : public MemoryPressureSource
{
public:
    QString name() const override { return QStringLiteral("off (MEMORY_PRESSURE_WATCH)"); }
    bool start(const Events &) override { return true; }
};

std::unique_ptr<MemoryPressureSource> givenSource(const LinuxPaths &paths)
{
    const QString name =
        QStringLiteral("MEMORY_PRESSURE_WATCH=%1").arg(QFile::decodeName(paths.watch));
    if (paths.watch == "/dev/null")
        return std::make_unique<SwitchedOff>();
    const auto decoded =
        QByteArray::fromBase64Encoding(paths.write, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        qCWarning(lcMemory, "MEMORY_PRESSURE_WRITE is not in base64; nothing is written");
    const QByteArray written = decoded ? *decoded : QByteArray();
    struct stat status = {};
    if (!paths.watch.startsWith('/') || ::stat(paths.watch.constData(), &status) != 0) {
        qCWarning(lcMemory, "%ls: there is no such file, or the path is not absolute",
                  qUtf16Printable(name));
        return {};
    }
    if (S_ISREG(status.st_mode))
        return std::make_unique<PressureFile>(name, QFile::decodeName(paths.watch), written);
    if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))
        return std::make_unique<PressurePipe>(name, paths.watch, S_ISSOCK(status.st_mode), written);
    qCWarning(lcMemory, "%ls: neither a file nor a FIFO nor a socket", qUtf16Printable(name));
    return {};
}

} // namespace

std::optional<qint64> totalStall(const QByteArray &content, const QByteArray &kind)
{
    for (const QByteArray &line : content.split('\n')) {
        if (!line.startsWith(kind + ' '))
            continue;
        const qsizetype at = line.indexOf("total=");
        bool isNumber = false;
        const qint64 total = at < 0 ? 0 : line.mid(at + 6).trimmed().toLongLong(&isNumber);
        if (isNumber)
            return total;
    }
    return std::nullopt;
}

QString ownPressureFile(const LinuxPaths &paths)
{
    QByteArray own;
    for (const QByteArray &line : contentOf(paths.cgroup).split('\n')) {
        if (line.startsWith("0::"))
            own = line.mid(3);
    }
    if (own.isEmpty())
        return {};
    for (const QByteArray &line : contentOf(paths.mountInfo).split('\n')) {
        // id, parent, device, root, mount point, options, optional ones, "-", type, ...
        const QList<QByteArray> words = line.split(' ');
        const qsizetype separator = words.indexOf("-");
        if (separator < 5 || words.value(separator + 1) != "cgroup2")
            continue;
        const QByteArray root = unescaped(words[3]);
        QByteArray below = own;
        if (root != "/") {
            if (own != root && !own.startsWith(root + '/'))
                continue;
            below = own.mid(root.size());
        }
        const QDir group(QDir::cleanPath(QFile::decodeName(unescaped(words[4]) + '/' + below)));
        // That of the root is the whole system's. The root alone has no events.
        if (group.exists(QStringLiteral("memory.pressure"))
            && group.exists(QStringLiteral("cgroup.events")))
            return group.filePath(QStringLiteral("memory.pressure"));
    }
    return {};
}

std::vector<std::unique_ptr<MemoryPressureSource>> linuxSources(const LinuxPaths &paths)
{
    using Trigger = PressureFile::Trigger;
    using Level = MemoryPressureLevel;
    using std::chrono::milliseconds;
    std::vector<std::unique_ptr<MemoryPressureSource>> sources;
    if (!paths.watch.isEmpty()) {
        if (auto given = givenSource(paths))
            sources.push_back(std::move(given));
        if (paths.watch == "/dev/null")
            return sources;
    }
    // In a cgroup of one process all wait when one does, so "full" says nothing.
    if (const QString file = ownPressureFile(paths); !file.isEmpty()) {
        sources.push_back(std::make_unique<PressureFile>(
            QStringLiteral("own cgroup, %1").arg(file), file,
            std::vector<Trigger>{{"some", milliseconds(70), Level::Moderate},
                                 {"some", milliseconds(500), Level::Critical}},
            paths.memoryInfo));
    }
    // That of the system may be of no concern to us: only when little memory is available.
    sources.push_back(std::make_unique<PressureFile>(
        QStringLiteral("system, %1").arg(paths.systemPressure), paths.systemPressure,
        std::vector<Trigger>{{"some", milliseconds(100), Level::Moderate, 0.2},
                             {"full", milliseconds(100), Level::Critical, 0.1}},
        paths.memoryInfo));
    return sources;
}

std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    return linuxSources({});
}

} // namespace Axiom::detail
