// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "reclaimplan_p.h"

#include "../core/clock.h"
#include "reclaimable.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace Axiom::detail {

using namespace std::chrono_literals;

namespace {

// What is smaller is not worth the work.
constexpr qint64 minGain = qint64(64) << 10;

// How much of what can be had is given back.
double share(MemoryPressureLevel level)
{
    switch (level) {
    case MemoryPressureLevel::Normal:
        return 0.25;
    case MemoryPressureLevel::Moderate:
        return 0.5;
    case MemoryPressureLevel::Critical:
        return 1;
    }
    Q_UNREACHABLE();
}

// Bytes a nanosecond of work, more the longer it has not been used.
double score(const Reclaimable::Offer &offer)
{
    // What costs nothing comes first.
    if (offer.costlessBytes >= offer.bytes)
        return std::numeric_limits<double>::max();
    constexpr double tau = 60e9;
    const double idle = 1 - std::exp(-double(offer.idle.count()) / tau);
    return double(offer.bytes) * idle / double(std::max<qint64>(offer.cost.count(), 1));
}

// Of the governor's idleAfter and the reclaimable's own; 0 for never.
std::chrono::milliseconds shorterIdle(std::chrono::milliseconds a, std::chrono::milliseconds b)
{
    return a.count() > 0 && b.count() > 0 ? std::min(a, b) : std::max(a, b);
}

} // namespace

QString nameOf(ReclaimTrigger trigger)
{
    switch (trigger) {
    case ReclaimTrigger::Pressure:
        return QStringLiteral("memory pressure");
    case ReclaimTrigger::Request:
        return QStringLiteral("asked for");
    case ReclaimTrigger::Suspension:
        return QStringLiteral("suspension");
    case ReclaimTrigger::Budget:
        return QStringLiteral("over budget");
    case ReclaimTrigger::Idle:
        return QStringLiteral("idle");
    }
    Q_UNREACHABLE();
}

std::chrono::nanoseconds minIdle(MemoryPressureLevel level)
{
    switch (level) {
    case MemoryPressureLevel::Normal:
        return 60s;
    case MemoryPressureLevel::Moderate:
        return 30s;
    case MemoryPressureLevel::Critical:
        return 2s;
    }
    Q_UNREACHABLE();
}

void ReclaimRequest::add(const ReclaimRequest &other)
{
    if (trigger != ReclaimTrigger::Pressure)
        trigger = other.trigger;
    level = std::max(level, other.level);
    bytes = std::min(bytes, other.bytes) < 0 ? -1 : std::max(bytes, other.bytes);
    idle = std::min(idle, other.idle);
    isAwaited |= other.isAwaited;
}

ReclaimPlan::ReclaimPlan(const std::vector<Reclaimable *> &reclaimables,
                         const ReclaimRequest &request, std::chrono::milliseconds idleAfter,
                         const Clock &clock, std::optional<std::chrono::nanoseconds> idleSince)
{
    qint64 available = 0;
    for (Reclaimable *reclaimable : reclaimables) {
        const Reclaimable::Offer offer = reclaimable->offer();
        if (offer.bytes < minGain)
            continue;
        std::chrono::nanoseconds idle = request.idle;
        if (request.trigger == ReclaimTrigger::Idle) {
            idle = shorterIdle(std::min(reclaimable->idleAfter(), longestIdle), idleAfter);
            if (idle.count() == 0)
                continue;
        }
        // How long something was idle is only known from one look to the next.
        const std::chrono::nanoseconds idleAt = clock.now() - offer.idle + idle;
        if (offer.idle < idle) {
            nextIdleAt = std::min(nextIdleAt.value_or(idleAt), idleAt);
            continue;
        }
        if (idleSince && idleAt <= *idleSince)
            continue;
        candidates.push_back({reclaimable, offer.bytes, score(offer)});
        available += offer.bytes;
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate &a, const Candidate &b) { return a.score > b.score; });
    wanted = request.bytes < 0 ? qint64(double(available) * share(request.level)) : request.bytes;
}

} // namespace Axiom::detail
