// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "instrument.h"

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

// Ticks at a rate, from two threads. The same seed and count give the same ticks, though not in the
// same order.
class Feed
{
public:
    using Sink = std::function<void(const Tick &)>;

    static constexpr int ThreadCount = 2;

    Feed(int rows, Sink sink);
    ~Feed() { stop(); }
    Feed(const Feed &) = delete;
    Feed &operator=(const Feed &) = delete;

    void setRate(int perSecond) { m_rate = perSecond; }
    // While it says so, ticks wait: the receiver cannot keep up.
    void setHold(std::function<bool()> hold) { m_hold = std::move(hold); }
    void start(qint64 count); // ticks in all
    void stop();
    bool isDone() const { return m_running == 0; }
    qint64 sent() const { return m_sent; }

private:
    void run(quint32 seed, qint64 count);

    const int m_rows;
    const Sink m_sink;
    std::function<bool()> m_hold;
    std::vector<std::thread> m_threads;
    std::atomic<int> m_rate = 1000;
    std::atomic<int> m_running = 0;
    std::atomic<qint64> m_sent = 0;
    std::atomic<bool> m_stop = false;
};
