// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "memorypressuremonitor.h"

#include <QtCore/qstring.h>

#include <chrono>
#include <optional>
#include <vector>

namespace Axiom {

class Clock;
class Reclaimable;

} // namespace Axiom

namespace Axiom::detail {

enum class ReclaimTrigger { Pressure, Request, Suspension, Budget, Idle };

// As MemoryReclaim tells it.
QString nameOf(ReclaimTrigger trigger);

// As good as for ever, and in nanoseconds a number still.
constexpr std::chrono::milliseconds longestIdle = std::chrono::hours(24) * 365 * 100;

// How long something must not have been used to be asked at that level.
std::chrono::nanoseconds minIdle(MemoryPressureLevel level);

struct ReclaimRequest
{
    ReclaimTrigger trigger;
    MemoryPressureLevel level;
    std::chrono::nanoseconds idle;
    qint64 bytes = -1; // a negative number stands for the level's share of what can be had
    // Whether somebody wants to hear what came of it.
    bool isAwaited = trigger == ReclaimTrigger::Request || trigger == ReclaimTrigger::Suspension;

    // Of two requests that are served as one, what asks for most counts, and pressure before others.
    void add(const ReclaimRequest &other);
};

// Who is asked to serve a request, and for how much.
struct ReclaimPlan
{
    struct Candidate
    {
        Reclaimable *reclaimable;
        qint64 bytes;
        double score;
    };

    // Asks all of them for their offers; what was idle at idleSince has had its turn.
    ReclaimPlan(const std::vector<Reclaimable *> &reclaimables, const ReclaimRequest &request,
                std::chrono::milliseconds idleAfter, const Clock &clock,
                std::optional<std::chrono::nanoseconds> idleSince = {});

    std::vector<Candidate> candidates;                  // the best ones first
    qint64 wanted = 0;                                  // bytes
    std::optional<std::chrono::nanoseconds> nextIdleAt; // when more may be idle
};

} // namespace Axiom::detail
