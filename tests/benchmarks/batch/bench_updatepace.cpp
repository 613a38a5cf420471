// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What the adaptive choice between flushing at once and once a frame makes of some streams of
// updates. In virtual time, so that the figures are the same on any machine.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/StateStore>
#include <AxiomState/VirtualBatchHost>

#include <QtCore/qcoreapplication.h>

#include <cmath>
#include <cstdio>
#include <functional>

using namespace Benchmark;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct StreamState
{
    qint64 count = 0;
    AXIOM_FIELDS(StreamState, count)
};

class StreamStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    Axiom::State<StreamState> state{this};
};

namespace {

constexpr nanoseconds duration = 60s;
constexpr nanoseconds frame = 16'666'667ns;

// When updates come, in order.
using Trace = std::vector<nanoseconds>;

Trace steady(double perSecond)
{
    Trace trace;
    for (nanoseconds at = 1ms; at < duration; at += nanoseconds(std::llround(1e9 / perSecond)))
        trace.push_back(at);
    return trace;
}

// Intervals differ by up to half.
Trace jittered(double perSecond)
{
    Trace trace;
    Random random;
    nanoseconds at = 1ms;
    while (at < duration) {
        trace.push_back(at);
        at += nanoseconds(std::llround(1e6 / perSecond * double(500 + random.below(1001))));
    }
    return trace;
}

// So many a second, with that long between them.
Trace bursts(int updates, nanoseconds apart)
{
    Trace trace;
    for (nanoseconds second = 1ms; second < duration; second += 1s) {
        for (int i = 0; i < updates; ++i)
            trace.push_back(second + i * apart);
    }
    return trace;
}

// That of the example catalog: two threads, each 50 updates every 5 ms.
Trace feed()
{
    Trace trace;
    for (nanoseconds at = 1ms; at < duration; at += 5ms) {
        for (const nanoseconds thread : {0ns, 1'700'000ns}) {
            for (int i = 0; i < 50; ++i)
                trace.push_back(at + thread + i * 1us);
        }
    }
    return trace;
}

struct Cost
{
    nanoseconds update = 2us;
    nanoseconds publish = 300us; // by bindings, for instance
};

void replay(const char *name, const Trace &trace, Cost cost = {})
{
    auto owned = std::make_unique<Axiom::VirtualBatchHost>();
    Axiom::VirtualBatchHost &host = *owned;
    host.setFrameInterval(frame);
    Axiom::BatchCoordinator coordinator(std::move(owned));
    Axiom::BatchCoordinator::setInstance(&coordinator);

    StreamStore store;
    std::vector<nanoseconds> waiting;
    Axiom::Histogram latency;
    QObject::connect(&coordinator, &Axiom::BatchCoordinator::flushed, &store, [&] {
        for (const nanoseconds since : std::exchange(waiting, {}))
            latency.record(host.now() - since);
    });
    store.state.onChanged(&StreamState::count, &store, [&](qint64) { host.advance(cost.publish); });

    int switches = 0;
    Axiom::UpdateMode mode = store.updateMode();
    const nanoseconds start = host.now();
    for (const nanoseconds at : trace) {
        host.run(std::max(start + at - host.now(), 0ns));
        store.state.enqueue([&, at](StreamState &state) {
            ++state.count;
            host.advance(cost.update);
            waiting.push_back(start + at);
        });
        host.runDue();
        if (std::exchange(mode, store.updateMode()) != mode)
            ++switches;
    }
    host.runUntilIdle();
    const double seconds = std::chrono::duration<double>(host.now() - start).count();
    const auto milliseconds = [](nanoseconds time) { return double(time.count()) / 1e6; };
    std::printf("%-34s %8.1f %10.1f %10.1f %9.2f %9.2f\n", name, switches * 60 / seconds,
                double(coordinator.metrics().flushes) / seconds, host.frameCount() / seconds,
                milliseconds(latency.mean()), milliseconds(latency.percentile(95)));
    Axiom::BatchCoordinator::setInstance(nullptr);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    std::printf("%-34s %8s %10s %10s %9s %9s\n", "60 s at 60 frames a second", "switches",
                "flushes", "frames", "latency", "latency");
    std::printf("%-34s %8s %10s %10s %9s %9s\n", "", "/min", "/s", "asked/s", "mean ms", "p95 ms");
    for (const int rate : {1, 10, 30, 45, 60, 100, 1000})
        replay(qPrintable(u"steady, %1/s"_s.arg(rate)), steady(rate));
    for (const int rate : {10, 30, 45, 60, 100, 1000})
        replay(qPrintable(u"+-50 %, %1/s"_s.arg(rate)), jittered(rate));
    replay("20 at once each second", bursts(20, 0ns));
    replay("20 each second, 5 ms apart", bursts(20, 5ms));
    replay("20 each second, 20 ms apart", bursts(20, 20ms));
    replay("feed, 2 x 50 every 5 ms", feed());
    replay("1000/s, publishing takes 6 ms", steady(1000), {2us, 6ms});
    replay("1000/s, publishing takes 14 ms", steady(1000), {2us, 14ms});
    replay("+-50 %, 1000/s, publishing 12 ms", jittered(1000), {2us, 12ms});
    return EXIT_SUCCESS;
}

#include "bench_updatepace.moc"
