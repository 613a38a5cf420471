// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "feed.h"

#include <QtCore/qrandom.h>

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// Half of the ticks are about so many.
constexpr int busyRows = 200;

} // namespace

Feed::Feed(int rows, Sink sink) : m_rows(rows), m_sink(std::move(sink)) { }

void Feed::start(qint64 count)
{
    stop();
    m_stop = false;
    m_sent = 0;
    m_running = ThreadCount;
    for (int thread = 0; thread < ThreadCount; ++thread)
        m_threads.emplace_back(
            [this, thread, count] { run(quint32(thread + 1), count / ThreadCount); });
}

void Feed::stop()
{
    m_stop = true;
    for (std::thread &thread : m_threads)
        thread.join();
    m_threads.clear();
}

void Feed::run(quint32 seed, qint64 count)
{
    QRandomGenerator random(seed);
    // Ticks that are due in the meantime, a millisecond at a time.
    double due = 0;
    auto last = Clock::now();
    for (qint64 sent = 0; sent < count && !m_stop;) {
        std::this_thread::sleep_for(1ms);
        const auto now = Clock::now();
        due += std::chrono::duration<double>(now - last).count() * m_rate / ThreadCount;
        last = now;
        // What could not be sent in a tenth of a second is not made up for.
        due = std::min(due, 0.1 * m_rate / ThreadCount + 1);
        for (; due >= 1 && sent < count && !m_stop; --due) {
            if (m_hold && m_hold())
                break;
            const int busy = std::min(busyRows, m_rows);
            const int row = random.bounded(random.bounded(2) == 0 ? busy : m_rows);
            m_sink({row, random.bounded(-5, 6)});
            ++sent;
            ++m_sent;
        }
    }
    --m_running;
}
