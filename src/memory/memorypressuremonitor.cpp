// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "memorypressuremonitor.h"

#include "../core/logging_p.h"
#include "platformsources_p.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

#include <algorithm>
#include <array>

namespace Axiom {

using namespace std::chrono_literals;

namespace {

// Pressure stall information has no all-clear: it is looked at while the level is raised.
constexpr auto window = 2s;
// A window with less stall than this is quiet, and so many of them in a row end a level.
constexpr auto quietStall = 20ms;
constexpr int quietWindows = 5;

// QML gives any number.
bool isLevel(MemoryPressureLevel level, const char *function)
{
    if (level >= MemoryPressureLevel::Normal && level <= MemoryPressureLevel::Critical)
        return true;
    qCWarning(lcMemory, "MemoryPressureMonitor::%s: there is no such level", function);
    return false;
}

} // namespace

/*!
    \class Axiom::MemoryPressureSource
    \inmodule AxiomState
    \inheaderfile AxiomState/MemoryPressureSource
    \brief Something that says when memory is short.

    All functions are called on the thread of the monitor.

    \sa MemoryPressureMonitor::addSource()
*/

/*!
    \typealias Axiom::MemoryPressureSource::Level
    MemoryPressureMonitor::Level.
*/

/*!
    \class Axiom::MemoryPressureSource::Events
    \inmodule AxiomState
    \brief What a source has to tell.
*/

/*!
    \variable Axiom::MemoryPressureSource::Events::pressure
    \brief Called with the level, each time there is pressure.
*/

/*!
    \variable Axiom::MemoryPressureSource::Events::lost
    \brief Called when the source has gone for good. It is destroyed then, though not within the call.
*/

/*!
    \fn Axiom::MemoryPressureSource::MemoryPressureSource()
    Constructs a source that does nothing yet.
*/

MemoryPressureSource::~MemoryPressureSource() = default;

/*!
    \fn QString Axiom::MemoryPressureSource::name() const
    Returns what the source is, for people.
*/

/*!
    \fn bool Axiom::MemoryPressureSource::start(const Events &events)
    Begins to tell \a events; returns false when that is not possible here. Nothing may be told from
    within the call.
*/

/*!
    Returns how long processes have been waiting for memory since some point in the past, if the
    source knows. Otherwise pressure ends when nothing was told for ten seconds.
*/
std::optional<std::chrono::microseconds> MemoryPressureSource::stallTime()
{
    return std::nullopt;
}

class MemoryPressureMonitor::Private
{
public:
    explicit Private(MemoryPressureMonitor *monitor) : q(monitor) { }

    // What instance() returns. Never deleted: static objects may ask for it after main().
    static QPointer<MemoryPressureMonitor> &only()
    {
        static auto &monitor = *new QPointer<MemoryPressureMonitor>;
        return monitor;
    }
    static void followApplication();

    // One who has a say in the level.
    struct Vote
    {
        std::unique_ptr<MemoryPressureSource> source; // null: the application
        Level level = Level::Normal;
        int quiet = 0; // windows in a row
        bool isLost = false;
        std::optional<std::chrono::microseconds> stall;
    };

    bool start(std::unique_ptr<MemoryPressureSource> source);
    bool startNext();
    void raise(Vote *vote, Level level);
    void settle(Vote *vote);
    void lose(Vote *vote);
    void update();

    MemoryPressureMonitor *const q;
    std::vector<std::unique_ptr<MemoryPressureSource>> spare; // the platform's, not yet tried
    std::vector<std::unique_ptr<Vote>> votes;
    Vote application;
    Level simulated = Level::Normal;
    Level level = Level::Normal;
    QTimer timer;
    QString source;
    Vote *platformVote = nullptr;
};

/*!
    \class Axiom::MemoryPressureMonitor
    \inmodule AxiomState
    \inheaderfile AxiomState/MemoryPressureMonitor
    \brief Says when memory is short, by the signals of the operating system.

    On Linux it uses, of these, the first that is there: the file, FIFO or socket that the environment
    variable \c MEMORY_PRESSURE_WATCH names, by the protocol that
    \l {https://systemd.io/PRESSURE/}{systemd} describes, where \c /dev/null switches it off; the
    pressure stall information of the process's own cgroup; that of the whole system, when little
    memory is available, too. On Windows it is the notification of low memory, on macOS and iOS the
    memory pressure of dispatch, on Android the last level of \c onTrimMemory(); these three were written
    by the documentation of their systems and have not been run. Wherever an application knows better,
    it calls notify().

    The level rises at once. It falls by one after ten to twelve seconds in which processes waited less
    than 1 % of the time for memory.

    It belongs to the thread of the application.

    \sa MemoryGovernor
*/

/*!
    \enum Axiom::MemoryPressureMonitor::Level
    \brief How short memory is.

    \value Normal   There is enough.
    \value Moderate What can be had again easily should be given back.
    \value Critical What is not given back may cost the process its life.
*/

/*!
    \typealias Axiom::MemoryPressureLevel
    MemoryPressureMonitor::Level.
*/

/*!
    Returns the monitor of the process. It is made by the first call, which must come from the thread
    of the application; a first call from another thread warns and returns null. It listens to the
    platform's signals for as long as there is an application, which may be made later.
*/
MemoryPressureMonitor *MemoryPressureMonitor::instance()
{
    QPointer<MemoryPressureMonitor> &monitor = Private::only();
    if (!monitor) {
        const QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() != QThread::currentThread()) {
            qCWarning(lcMemory,
                      "MemoryPressureMonitor::instance() has to be called on the application's "
                      "thread first");
            return nullptr;
        }
        monitor = new MemoryPressureMonitor({});
        static const bool followsApplications = [] {
            qAddPreRoutine(Private::followApplication);
            return true;
        }();
        Q_UNUSED(followsApplications)
        Private::followApplication();
    }
    return monitor;
}

// Without an event loop nothing can be listened to: before the application there is none, nor after.
void MemoryPressureMonitor::Private::followApplication()
{
    MemoryPressureMonitor *monitor = only();
    QCoreApplication *application = QCoreApplication::instance();
    if (!monitor || monitor->parent() || !application || QCoreApplication::closingDown()
        || application->thread() != monitor->thread())
        return;
    monitor->setParent(application);
    monitor->d->spare = detail::platformSources();
    monitor->d->update(); // it may have been told of pressure before
    if (monitor->d->startNext())
        Q_EMIT monitor->sourceChanged();
}

/*!
    Constructs a monitor with the given \a parent that listens to the first of \a sources that works,
    and to the next one when that is lost.
*/
MemoryPressureMonitor::MemoryPressureMonitor(
    std::vector<std::unique_ptr<MemoryPressureSource>> sources, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this))
{
    d->spare = std::move(sources);
    d->timer.setInterval(window);
    connect(&d->timer, &QTimer::timeout, this, &MemoryPressureMonitor::check);
    d->startNext();
}

MemoryPressureMonitor::~MemoryPressureMonitor() = default;

/*!
    \property Axiom::MemoryPressureMonitor::level
    \brief The highest level that a source, the application or simulate() sees.
*/
MemoryPressureMonitor::Level MemoryPressureMonitor::level() const
{
    return d->level;
}

/*!
    \property Axiom::MemoryPressureMonitor::source
    \brief Which signal of the operating system is in use, in words; empty when there is none.
*/
QString MemoryPressureMonitor::source() const
{
    return d->source;
}

/*!
    Tells the monitor of a \a level that the application knows of. It falls like that of any source, or
    at once when told Normal.

    Any thread may call it; it takes effect in the event loop of the monitor's thread, or at once on
    that thread.
*/
void MemoryPressureMonitor::notify(Level level)
{
    if (!isLevel(level, "notify"))
        return;
    if (QThread::currentThread() != thread()) {
        QMetaObject::invokeMethod(
            this, [this, level] { notify(level); }, Qt::QueuedConnection);
        return;
    }
    if (level != Level::Normal) {
        d->raise(&d->application, level);
    } else {
        d->application.level = level;
        d->update();
    }
}

/*!
    Has everything behave as if there were pressure of the given \a level, until the next call with
    Normal; a higher level that is real counts all the same. For tests and demonstrations.
*/
void MemoryPressureMonitor::simulate(Level level)
{
    if (!isLevel(level, "simulate"))
        return;
    d->simulated = level;
    const QPointer<MemoryPressureMonitor> monitor = this;
    d->update();
    if (monitor && level != Level::Normal)
        Q_EMIT pressure(level);
}

/*!
    Listens to one more \a source, beside that of the platform. Returns false when it can't be
    started.
*/
bool MemoryPressureMonitor::addSource(std::unique_ptr<MemoryPressureSource> source)
{
    return source && d->start(std::move(source));
}

/*!
    Sees whether pressure has ended, as it does every two seconds while the level is raised.
*/
void MemoryPressureMonitor::check()
{
    for (const auto &vote : d->votes)
        d->settle(vote.get());
    d->settle(&d->application);
    d->update();
}

/*!
    \fn void Axiom::MemoryPressureMonitor::levelChanged(Axiom::MemoryPressureMonitor::Level level)
    Emitted when the level has risen or fallen to \a level.
*/

/*!
    \fn void Axiom::MemoryPressureMonitor::pressure(Axiom::MemoryPressureMonitor::Level level)
    Emitted each time that something tells of pressure of the given \a level, which is never Normal:
    when the level stays raised, too.
*/

bool MemoryPressureMonitor::Private::startNext()
{
    platformVote = nullptr;
    bool isStarted = false;
    while (!spare.empty() && !isStarted) {
        auto next = std::move(spare.front());
        spare.erase(spare.begin());
        const QString name = next->name();
        isStarted = start(std::move(next));
        if (isStarted) {
            source = name;
            platformVote = votes.back().get();
        }
    }
    if (!isStarted)
        source.clear();
    return isStarted;
}

bool MemoryPressureMonitor::Private::start(std::unique_ptr<MemoryPressureSource> started)
{
    votes.push_back(std::make_unique<Vote>());
    Vote *vote = votes.back().get();
    vote->source = std::move(started);
    const MemoryPressureSource::Events events = {
        [this, vote](Level raised) { raise(vote, raised); },
        // The source is within a call.
        [this, vote] {
            if (std::exchange(vote->isLost, true))
                return;
            QMetaObject::invokeMethod(
                q, [this, vote] { lose(vote); }, Qt::QueuedConnection);
        }};
    if (vote->source->start(events)) {
        qCDebug(lcMemory, "Listening for memory pressure: %ls",
                qUtf16Printable(vote->source->name()));
        return true;
    }
    votes.pop_back();
    return false;
}

void MemoryPressureMonitor::Private::raise(Vote *vote, Level raised)
{
    if (raised == Level::Normal)
        return;
    vote->level = std::max(vote->level, raised);
    vote->quiet = -1; // the window under way does not count
    vote->stall = vote->source ? vote->source->stallTime() : std::nullopt;
    const QPointer<MemoryPressureMonitor> monitor = q;
    update();
    if (monitor)
        Q_EMIT monitor->pressure(raised);
}

void MemoryPressureMonitor::Private::settle(Vote *vote)
{
    if (vote->level == Level::Normal)
        return;
    const auto stall = vote->source ? vote->source->stallTime() : std::nullopt;
    const auto before = std::exchange(vote->stall, stall);
    vote->quiet = stall && before && *stall - *before >= quietStall ? 0 : vote->quiet + 1;
    if (vote->quiet == quietWindows) {
        vote->level = vote->level == Level::Critical ? Level::Moderate : Level::Normal;
        vote->quiet = 0;
    }
}

void MemoryPressureMonitor::Private::lose(Vote *vote)
{
    const auto found = std::find_if(votes.begin(), votes.end(),
                                    [&](const auto &each) { return each.get() == vote; });
    if (found == votes.end())
        return;
    qCDebug(lcMemory, "Lost: %ls", qUtf16Printable(vote->source->name()));
    const bool wasPlatform = vote == platformVote;
    // What it has told last is still true until it is seen to be over.
    if (vote->level > application.level) {
        application.level = vote->level;
        application.quiet = -1;
    }
    votes.erase(found);
    const QPointer<MemoryPressureMonitor> monitor = q;
    if (wasPlatform) {
        startNext();
        Q_EMIT q->sourceChanged();
    }
    if (monitor)
        update();
}

void MemoryPressureMonitor::Private::update()
{
    Level highest = std::max(simulated, application.level);
    bool isWatching = application.level != Level::Normal;
    for (const auto &vote : votes) {
        highest = std::max(highest, vote->level);
        isWatching |= vote->level != Level::Normal;
    }
    if (!isWatching)
        timer.stop();
    else if (!timer.isActive() && QAbstractEventDispatcher::instance())
        timer.start();
    if (std::exchange(level, highest) != highest)
        Q_EMIT q->levelChanged(highest);
}

} // namespace Axiom

#include "moc_memorypressuremonitor.cpp"
