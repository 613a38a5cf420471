// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Holds state and reads a mapped file in a cgroup that has not enough memory for both; tests/pressure/run
// makes that cgroup. With --control nothing reacts. With --fifo PATH pressure is told by that FIFO
// instead, where no cgroup can be had.

#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/MemoryPressureMonitor>
#include <AxiomState/StateStore>

#include "../../src/core/processmemory_p.h"
#include "../../src/memory/linuxsources_p.h"

#include <QtCore/qcommandlineparser.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qfile.h>
#include <QtCore/qtemporaryfile.h>
#include <QtCore/qtimer.h>

#include <atomic>
#include <cstdio>
#include <random>
#include <thread>

#include <unistd.h>

using namespace Axiom;

namespace {

constexpr qint64 MiB = 1 << 20;
constexpr qint64 fileBytes = 130 * MiB;
constexpr int storeCount = 12;
constexpr int rowCount = 36'000; // about 10 MiB a store

struct Row
{
    int number = 0;
    QString name;
    QString note;
    AXIOM_FIELDS(Row, number, name, note)
};

struct TableState
{
    CowVector<Row> rows;
    AXIOM_FIELDS(TableState, rows)
};

class TableStore : public StateStore
{
public:
    State<TableState> state{this};
};

Row row(int store, int i)
{
    return {i, QStringLiteral("record %1 of store %2").arg(i).arg(store),
            QStringLiteral("note number %1, with some words that are often the same").arg(i % 977)};
}

// Reads pages at random, as a program does whose files are in use.
class Reader
{
public:
    explicit Reader(const uchar *memory)
    {
        for (int t = 0; t < 4; ++t) {
            m_threads.emplace_back([this, memory, t] {
                std::minstd_rand random{std::uint_fast32_t(t + 1)};
                const long page = sysconf(_SC_PAGESIZE);
                unsigned sum = 0;
                while (!m_stop) {
                    for (int i = 0; i < 64; ++i)
                        sum +=
                            memory[qint64(random() % std::uint_fast32_t(fileBytes / page)) * page];
                    std::this_thread::sleep_for(std::chrono::microseconds(300));
                }
                m_sum += sum;
            });
        }
    }
    ~Reader()
    {
        m_stop = true;
        for (std::thread &thread : m_threads)
            thread.join();
    }

private:
    std::atomic<bool> m_stop = false;
    std::atomic<unsigned> m_sum = 0; // so that the reads are not left out
    std::vector<std::thread> m_threads;
};

double stallSeconds()
{
    QFile file(detail::ownPressureFile({}));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return 0;
    return double(detail::totalStall(file.readAll(), "some").value_or(0)) / 1e6;
}

void wait(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("control"), QStringLiteral("react to nothing")});
    parser.addOption({QStringLiteral("fifo"), QStringLiteral("have pressure told by a FIFO"),
                      QStringLiteral("path")});
    parser.process(application);
    const bool isControl = parser.isSet(QStringLiteral("control"));
    const QString fifo = parser.value(QStringLiteral("fifo"));
    if (isControl)
        qputenv("MEMORY_PRESSURE_WATCH", "/dev/null");

    std::vector<std::unique_ptr<TableStore>> stores;
    for (int s = 0; s < storeCount; ++s) {
        stores.push_back(std::make_unique<TableStore>());
        stores.back()->state.apply([&](TableState &state) {
            for (int i = 0; i < rowCount; ++i)
                state.rows.append(row(s, i));
        });
    }
    MemoryPressureMonitor *monitor = MemoryPressureMonitor::instance();
    std::printf("source: %s\n", qPrintable(monitor->source()));
    int events = 0;
    QElapsedTimer sinceStart;
    double firstEvent = 0;
    double firstReclaim = 0;
    QObject::connect(monitor, &MemoryPressureMonitor::pressure, &application, [&] {
        if (events++ == 0)
            firstEvent = double(sinceStart.elapsed()) / 1000;
    });
    QObject::connect(MemoryGovernor::instance(), &MemoryGovernor::reclaimed, &application,
                     [&](const MemoryReclaim &reclaim) {
                         if (reclaim.freedBytes > 0 && firstReclaim == 0)
                             firstReclaim = double(sinceStart.elapsed()) / 1000;
                         std::printf("%s\n", qPrintable(reclaim.summary()));
                     });

    // Written and synchronised here, so that its pages are those of this cgroup.
    QTemporaryFile file;
    if (!file.open() || !file.resize(fileBytes)) {
        std::printf("FAILED: no temporary file\n");
        return 1;
    }
    const QByteArray block(MiB, 'x');
    for (qint64 i = 0; i < fileBytes / MiB; ++i)
        file.write(block);
    file.flush();
    ::fsync(file.handle());
    const uchar *memory = file.map(0, fileBytes);

    const qint64 before = detail::ProcessMemory::anonymousBytes();
    sinceStart.start();
    double stallBefore = 0;
    double stallAfter = 0;
    qint64 after = 0;
    {
        const Reader reader(memory);
        const double start = stallSeconds();
        wait(2000);
        stallBefore = (stallSeconds() - start) / 2;
        if (!fifo.isEmpty()) {
            QFile told(fifo);
            if (told.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
                told.write("x");
        }
        // Until what is there is given back, or for long enough to see that it is not.
        const qint64 patience = isControl ? 6000 : 30'000;
        while (sinceStart.elapsed() < patience) {
            wait(200);
            after = detail::ProcessMemory::anonymousBytes();
            if (!isControl && after * 2 < before)
                break;
        }
        wait(1500);
        after = detail::ProcessMemory::anonymousBytes();
        const double end = stallSeconds();
        wait(2000);
        stallAfter = (stallSeconds() - end) / 2;
    }

    std::printf("anonymous memory: %.1f MiB before, %.1f MiB after\n", double(before) / MiB,
                double(after) / MiB);
    std::printf("stall: %.0f ms/s before, %.0f ms/s after\n", stallBefore * 1000,
                stallAfter * 1000);
    std::printf("events: %d, the first after %.1f s, memory given back after %.1f s\n", events,
                firstEvent, firstReclaim);

    int failures = 0;
    const auto check = [&](bool condition, const char *what) {
        if (!condition) {
            std::printf("FAILED: %s\n", what);
            ++failures;
        }
    };
    if (isControl) {
        check(events == 0, "the control is told nothing");
        check(after * 2 > before, "the control keeps its memory");
    } else {
        check(events > 0, "pressure is told");
        check(after * 2 < before, "the memory halves");
        if (fifo.isEmpty() && stallBefore > 0.02)
            check(stallAfter < 0.2 * stallBefore, "the stall falls by four fifths");
    }
    for (int s = 0; s < storeCount; ++s) {
        const CowVector<Row> &rows = stores[std::size_t(s)]->state->rows;
        bool isEqual = rows.size() == rowCount;
        for (int i = 0; i < rowCount && isEqual; ++i)
            isEqual = rows.at(i) == row(s, i);
        check(isEqual, "the state is as before");
    }
    std::printf(failures == 0 ? "passed\n" : "failed\n");
    return failures == 0 ? 0 : 1;
}
