// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "archive.h"

#include <AxiomState/MemoryGovernor>

#include <QtCore/qrandom.h>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Axiom::CachePolicy;

namespace {

constexpr auto browseInterval = 100ms;
constexpr auto refreshInterval = 500ms;
constexpr int readsPerStep = 3;

// To compress it as well as it goes, and to decode it when it is read again.
constexpr std::chrono::nanoseconds costOfEntry = 2ms;
constexpr std::chrono::nanoseconds longestStep = 2ms;

// Of Timed and Sized.
constexpr auto keptFor = 2s;
constexpr qsizetype keptBytes = 32768;

CachePolicy cachePolicy(Archive::Policy policy)
{
    switch (policy) {
    case Archive::Always:
        return CachePolicy::always();
    case Archive::Never:
        return CachePolicy::never();
    case Archive::Timed:
        return CachePolicy::timed(keptFor);
    case Archive::Sized:
        return CachePolicy::sized(keptBytes);
    case Archive::Adaptive:
        break;
    }
    return CachePolicy::adaptive();
}

} // namespace

Archive::Archive(QObject *parent) : QObject(parent)
{
    build();
    m_sinceUse.start();
    m_browsing.setInterval(browseInterval);
    m_refresh.setInterval(refreshInterval);
    connect(&m_browsing, &QTimer::timeout, this, &Archive::browse);
    connect(&m_refresh, &QTimer::timeout, this, &Archive::refresh);
    m_refresh.start();
    connect(&m_givingBack, &QTimer::timeout, this, &Archive::giveBack);
    Axiom::MemoryGovernor::instance()->add(this);
}

Archive::~Archive()
{
    Axiom::MemoryGovernor::instance()->remove(this);
    // Whoever waits hears of what was done so far.
    for (const Request &request : std::exchange(m_requests, {}))
        request.done(request.result);
}

void Archive::build()
{
    m_entries.clear();
    for (int i = 0; i < EntryCount; ++i) {
        Metadata metadata = original(i);
        const qint64 bytes = qint64(sizeof(Metadata)) + Axiom::heapBytes(metadata);
        m_entries.push_back(
            {Axiom::CompressedStateStorage<Metadata>(
                 std::move(metadata), Axiom::CompressionLevel::Balanced, cachePolicy(m_policy)),
             bytes});
    }
    m_hits = m_decodes = 0;
}

Metadata Archive::original(int entry)
{
    const std::array cameras = {u"Compact 4"_s, u"Reflex 70"_s, u"Telephone"_s};
    const std::array sites = {u"at the gate"_s, u"by the water"_s, u"on the ridge"_s,
                              u"in the old town"_s, u"under the trees"_s};
    Metadata metadata;
    metadata.title = u"Archive of %1"_s.arg(1975 + entry);
    const int count = 40 + entry * 37 % 50 * 8;
    for (int i = 0; i < count; ++i) {
        metadata.shots.append({u"%1-%2.raw"_s.arg(1975 + entry).arg(i, 4, 10, QChar(u'0')),
                               cameras.at(size_t(i / 50) % cameras.size()),
                               sites.at(size_t(i / 12) % sites.size()),
                               31557600LL * (5 + entry) + 977LL * i + i * 7919 % 613,
                               100 << i * i % 5, 1.0 / (30 + i * i * 31 % 970)});
    }
    return metadata;
}

void Archive::setPolicy(Policy policy)
{
    if (m_policy == policy)
        return;
    m_policy = policy;
    build();
    Q_EMIT policyChanged();
    Q_EMIT figuresChanged();
}

void Archive::setBrowsing(bool browsing)
{
    if (browsing == isBrowsing())
        return;
    if (browsing)
        m_browsing.start();
    else
        m_browsing.stop();
    Q_EMIT browsingChanged();
}

Metadata Archive::metadata(int entry)
{
    Entry &read = m_entries.at(size_t(entry));
    ++(read.storage.isCached() ? m_hits : m_decodes);
    m_sinceUse.start();
    return read.storage.state().value_or(Metadata());
}

void Archive::browse()
{
    for (int i = 0; i < readsPerStep; ++i) {
        const double r = QRandomGenerator::global()->generateDouble();
        metadata(int(r * r * r * count()));
    }
}

void Archive::refresh()
{
    for (Entry &entry : m_entries)
        entry.storage.trim();
    Q_EMIT figuresChanged();
}

qreal Archive::compressedBytes() const
{
    qint64 bytes = 0;
    for (const Entry &entry : m_entries)
        bytes += entry.storage.compressedBytes();
    return qreal(bytes);
}

qreal Archive::cachedBytes() const
{
    qint64 bytes = 0;
    for (const Entry &entry : m_entries)
        bytes += entry.storage.isCached() ? entry.bytes : 0;
    return qreal(bytes);
}

QList<int> Archive::cells() const
{
    QList<int> cells;
    for (const Entry &entry : m_entries)
        cells.append(entry.storage.isCached() ? 1 : 0);
    return cells;
}

QString Archive::name() const
{
    return u"Archive"_s;
}

Axiom::Reclaimable::Offer Archive::offer()
{
    Offer offer;
    offer.bytes = qint64(cachedBytes());
    offer.residentBytes = offer.bytes + qint64(compressedBytes());
    offer.idle = std::chrono::nanoseconds(m_sinceUse.nsecsElapsed());
    for (const Entry &entry : m_entries)
        offer.cost += entry.storage.isCached() ? costOfEntry : 0ns;
    return offer;
}

void Archive::reclaim(Axiom::MemoryPressureLevel, std::function<void(const Result &)> done)
{
    m_requests.push_back({std::move(done), {}, 0});
    m_givingBack.start();
}

// A few entries for each event: all of them would hold the window up.
void Archive::giveBack()
{
    Request &request = m_requests.front();
    QElapsedTimer timer;
    timer.start();
    do {
        Entry &entry = m_entries.at(request.next++);
        const qint64 before = entry.heldBytes();
        entry.storage.handleMemoryPressure();
        request.result.freedBytes += before - entry.heldBytes();
    } while (request.next < m_entries.size() && timer.nsecsElapsed() < longestStep.count());
    const std::chrono::nanoseconds time(timer.nsecsElapsed());
    request.result.longestStep = std::max(request.result.longestStep, time);
    request.result.work += time;
    if (request.next < m_entries.size())
        return;
    const Request finished = std::move(request);
    m_requests.pop_front();
    if (m_requests.empty())
        m_givingBack.stop();
    Q_EMIT figuresChanged();
    finished.done(finished.result);
}
