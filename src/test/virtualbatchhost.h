// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_VIRTUALBATCHHOST_H
#define AXIOM_VIRTUALBATCHHOST_H

#include "../batch/batchhost.h"
#include "../core/clock.h"

#include <AxiomState/axiomtestexport.h>

#include <optional>

namespace Axiom {

class AXIOM_TEST_EXPORT VirtualBatchHost final : public BatchHost
{
public:
    VirtualBatchHost() = default;
    ~VirtualBatchHost() override;

    // What the coordinator calls.
    std::chrono::nanoseconds now() const override { return m_clock.now(); }
    void wake() override;
    void wakeAfter(std::chrono::nanoseconds delay) override;
    void wakeWhenIdle() override { m_wantsIdleTime = true; }
    bool requestFrame() override;
    std::chrono::nanoseconds frameInterval() const override { return m_frameInterval; }

    void advance(std::chrono::nanoseconds by) { m_clock.advance(by); }
    bool turn();
    void runDue();
    void run(std::chrono::nanoseconds duration);
    bool runUntilIdle();

    void setFrameInterval(std::chrono::nanoseconds interval) { m_frameInterval = interval; }
    void setFramesStalled(bool stalled);
    void showFrame(quintptr window = 0);

    bool isIdle() const { return m_posted == 0 && !m_timer && !m_frame && !m_wantsIdleTime; }
    std::optional<std::chrono::nanoseconds> timer() const { return m_timer; }
    std::optional<std::chrono::nanoseconds> nextFrame() const { return m_frame; }
    int posted() const { return m_posted; }
    int mostPosted() const { return m_mostPosted; }
    int wakeCount() const { return m_wakeCount; }
    int turnCount() const { return m_turnCount; }
    int frameRequestCount() const { return m_frameRequestCount; }
    int frameCount() const { return m_frameCount; }

private:
    std::optional<std::chrono::nanoseconds> nextDue() const;

    VirtualClock m_clock;
    std::optional<std::chrono::nanoseconds> m_timer;
    std::optional<std::chrono::nanoseconds> m_frame;
    std::chrono::nanoseconds m_frameInterval = {};
    bool m_framesStalled = false;
    bool m_wantsIdleTime = false;
    int m_posted = 0;
    int m_mostPosted = 0;
    int m_wakeCount = 0;
    int m_turnCount = 0;
    int m_frameRequestCount = 0;
    int m_frameCount = 0;
};

} // namespace Axiom

#endif // AXIOM_VIRTUALBATCHHOST_H
