// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What a window shows of a stream of updates from a thread: bindings evaluated, torn and late frames,
// and frames that do not come at all.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/Clock>
#include <AxiomState/FrameSync>
#include <AxiomState/StateStore>

#include <QtCore/qbasictimer.h>
#include <QtCore/qelapsedtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using Benchmark::Report;
using Benchmark::Table;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::nanoseconds;

namespace {

nanoseconds now()
{
    return Axiom::Clock::steady().now();
}

void spend(nanoseconds time)
{
    for (const nanoseconds end = now() + time; now() < end;) { }
}

struct FeedState
{
    int first = 0;
    int second = 0; // always the same
    AXIOM_FIELDS(FeedState, first, second)
};

// What the scene is bound to: two properties that belong together.
class Feed : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(int first READ first NOTIFY firstChanged)
    Q_PROPERTY(int second READ second NOTIFY secondChanged)

public:
    virtual int first() const = 0;
    virtual int second() const = 0;
    // Any thread.
    virtual void submit(int sequence, nanoseconds cost) = 0;

    Q_SIGNAL void firstChanged();
    Q_SIGNAL void secondChanged();
};

// Each update as a queued call that sets and notifies.
class QueuedFeed : public Feed
{
public:
    int first() const override { return m_first; }
    int second() const override { return m_second; }
    void submit(int sequence, nanoseconds cost) override
    {
        QMetaObject::invokeMethod(
            this,
            [this, sequence, cost] {
                spend(cost);
                m_first = sequence;
                Q_EMIT firstChanged();
                m_second = sequence;
                Q_EMIT secondChanged();
            },
            Qt::QueuedConnection);
    }

private:
    int m_first = 0;
    int m_second = 0;
};

// Queued calls that collect, and a zero timer that notifies.
class CollectingFeed : public Feed
{
public:
    int first() const override { return m_value; }
    int second() const override { return m_value; }
    void submit(int sequence, nanoseconds cost) override
    {
        QMetaObject::invokeMethod(
            this,
            [this, sequence, cost] {
                spend(cost);
                m_next = sequence;
                if (!m_timer.isActive())
                    m_timer.start(0, this);
            },
            Qt::QueuedConnection);
    }

protected:
    void timerEvent(QTimerEvent *) override
    {
        m_timer.stop();
        m_value = m_next;
        Q_EMIT firstChanged();
        Q_EMIT secondChanged();
    }

private:
    QBasicTimer m_timer;
    int m_value = 0;
    int m_next = 0;
};

class CoordinatedFeed : public Feed
{
public:
    int first() const override { return state->first; }
    int second() const override { return state->second; }
    void submit(int sequence, nanoseconds cost) override
    {
        state.enqueue([sequence, cost](FeedState &s) noexcept {
            spend(cost);
            s.first = s.second = sequence;
        });
    }

    Axiom::State<FeedState> state{this};
};

class Probe : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE int evaluated(int value)
    {
        ++evaluations;
        return value;
    }

    int evaluations = 0;
};

const char sceneQml[] = R"(
    import QtQuick

    Item {
        id: scene

        required property QtObject feed
        required property QtObject probe
        readonly property int first: scene.probe.evaluated(scene.feed.first)
        readonly property int second: scene.feed.second

        Rectangle {
            width: 40
            height: 40
            color: "steelblue"
            x: scene.first % 300
            // Something always moves, so that there are frames.
            RotationAnimation on rotation {
                from: 0
                to: 360
                duration: 1000
                loops: Animation.Infinite
            }
        }
    }
)";

struct Load
{
    int rate; // a second
    nanoseconds cost;
    nanoseconds duration;
};

struct Shown
{
    double evaluationsPerFrame = 0;
    double torn = 0;       // of a hundred frames
    double late = 0;       // of a hundred frames
    double latency = 0;    // ms, 95th percentile
    double longestGap = 0; // ms
};

template <typename F>
Shown measure(const Load &load)
{
    QQuickWindow window;
    window.resize(400, 100);
    QQmlEngine engine;
    F feed;
    Probe probe;
    QQmlComponent component(&engine);
    component.setData(sceneQml, {});
    const std::unique_ptr<QObject> scene(component.createWithInitialProperties(
        {{u"feed"_s, QVariant::fromValue<QObject *>(&feed)},
         {u"probe"_s, QVariant::fromValue<QObject *>(&probe)}}));
    auto *item = qobject_cast<QQuickItem *>(scene.get());
    if (!item)
        qFatal("%s", qPrintable(component.errorString()));
    item->setParentItem(window.contentItem());
    Axiom::FrameSync::attach(&window); // as an import of Axiom.State does
    window.show();

    const int count = int(load.rate * std::chrono::duration<double>(load.duration).count());
    std::vector<std::atomic<qint64>> submitted(std::size_t(count) + 1);
    int frames = 0;
    int torn = 0;
    int late = 0;
    int shown = 0;
    nanoseconds lastFrame = {};
    nanoseconds longestGap = {};
    Axiom::Histogram latency;
    bool measuring = false;
    // While the GUI thread waits for the scene graph to take over the items.
    QObject::connect(
        &window, &QQuickWindow::afterSynchronizing, &window,
        [&] {
            if (!measuring)
                return;
            const nanoseconds time = now();
            ++frames;
            if (lastFrame > 0ns)
                longestGap = std::max(longestGap, time - lastFrame);
            lastFrame = time;
            const int first = item->property("first").toInt();
            torn += first != item->property("second").toInt();
            late += first != feed.first();
            for (; shown < first; ++shown) {
                latency.record(time - nanoseconds(submitted[std::size_t(shown) + 1].load()));
            }
        },
        Qt::DirectConnection);

    for (QElapsedTimer timer =
             [] {
                 QElapsedTimer t;
                 t.start();
                 return t;
             }();
         timer.elapsed() < 300;)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    probe.evaluations = 0;
    measuring = true;
    std::atomic<bool> done = false;
    std::thread worker([&] {
        const nanoseconds start = now();
        for (int i = 1; i <= count; ++i) {
            const nanoseconds due = start + nanoseconds(qint64(i) * 1'000'000'000 / load.rate);
            if (due > now() + 100us)
                std::this_thread::sleep_for(due - now());
            submitted[std::size_t(i)] = now().count();
            feed.submit(i, load.cost);
        }
        done = true;
    });
    while (!done || feed.first() < count)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    measuring = false;
    worker.join();
    window.hide();
    QCoreApplication::processEvents();

    const double perFrame = 1. / std::max(frames, 1);
    return {probe.evaluations * perFrame, 100 * torn * perFrame, 100 * late * perFrame,
            double(latency.percentile(95).count()) / 1e6, double(longestGap.count()) / 1e6};
}

void frames(Report &report, const QString &title, const Load &load, const QString &gapTarget)
{
    const Shown queued = measure<QueuedFeed>(load);
    const Shown collected = measure<CollectingFeed>(load);
    const Shown ours = measure<CoordinatedFeed>(load);
    Table table(title, {u"queued calls"_s, u"and zero timer"_s}, u"see rows"_s);
    table.add(u"evaluations of a binding a frame"_s, ours.evaluationsPerFrame,
              {queued.evaluationsPerFrame, collected.evaluationsPerFrame}, u"<= 1"_s);
    table.add(u"torn frames of 100"_s, ours.torn, {queued.torn, collected.torn}, u"0"_s);
    table.add(u"frames of 100 that miss what was applied"_s, ours.late,
              {queued.late, collected.late}, u"0"_s);
    table.add(u"from submission to the frame, p95, ms"_s, ours.latency,
              {queued.latency, collected.latency}, {});
    table.add(u"longest time without a frame, ms"_s, ours.longestGap,
              {queued.longestGap, collected.longestGap}, gapTarget);
    report.add(table);
}

// Twice the work that there is time for, of all priorities: how long the urgent ones take.
void overload(Report &report)
{
    CoordinatedFeed feed;
    Axiom::BatchCoordinator *coordinator = Axiom::BatchCoordinator::instance();
    const Axiom::BatchMetrics before = coordinator->metrics();
    std::atomic<bool> stop = false;
    std::vector<qint64> urgent[2];
    std::thread worker([&] {
        // 50 µs each, 40,000 a second.
        const nanoseconds start = now();
        for (qint64 i = 0; now() - start < 2s; ++i) {
            const nanoseconds due = start + i * 25us;
            if (due > now() + 100us)
                std::this_thread::sleep_for(due - now());
            feed.state.enqueue([](FeedState &) noexcept { spend(50us); },
                               {Axiom::Priority::Low, QDeadlineTimer::Forever, {}});
            if (i % 400 == 0) {
                const bool critical = i % 800 == 0;
                feed.state.enqueue(
                    [&, critical, submitted = now()](FeedState &) noexcept {
                        urgent[critical].push_back((now() - submitted).count());
                    },
                    {critical ? Axiom::Priority::Critical : Axiom::Priority::High,
                     QDeadlineTimer::Forever,
                     {}});
            }
        }
        stop = true;
    });
    while (!stop)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    worker.join();
    const qint64 applied = coordinator->metrics().applied - before.applied;
    coordinator->flush();
    Table table(u"Twice the load that there is time for, no window"_s, {}, u"ms"_s);
    for (const bool critical : {true, false}) {
        auto &times = urgent[critical];
        std::sort(times.begin(), times.end());
        table.add(critical ? u"Critical, p99"_s : u"High, p99"_s,
                  double(times[times.size() * 99 / 100]) / 1e6, {}, u"<= 16.7"_s);
    }
    table.add(u"updates applied in 2 s"_s, double(applied), {});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    Report report(argc, argv);
    if (report.wants(u"stream"_s)) {
        frames(report, u"A stream of 1000 updates a second"_s, {1000, 0ns, 2s}, {});
        frames(report, u"A stream of 10,000 updates a second"_s, {10'000, 0ns, 2s}, {});
    }
    if (report.wants(u"flood"_s)) {
        frames(report, u"A flood: 55,000 updates of 50 µs in a second"_s, {55'000, 50us, 1s},
               u"<= 33"_s);
    }
    if (report.wants(u"overload"_s))
        overload(report);
    return report.finish();
}

#include "bench_frames.moc"
