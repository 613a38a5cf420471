// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/operationrecorder.h"

#include "../core/clock.h"
#include "../cow/cowmetrics.h"
#include "../cow/detail/nodecache.h"
#include "detail/flushrecorder.h"

#include <QtCore/qhash.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

namespace Axiom::detail {

namespace {

// Names of stores that are no more, and of the application's own; what further ones have done is
// summed up without a name.
constexpr qsizetype MostNames = 64;
constexpr qsizetype MostGone = MostNames * OperationTypeCount;

void mergeInto(OperationStatistics &sum, const OperationStatistics &other)
{
    sum.count += other.count;
    sum.rate += other.rate;
    sum.durations.merge(other.durations);
    sum.lately.merge(other.lately);
    sum.clonedBytes += other.clonedBytes;
    sum.sharedBytes += other.sharedBytes;
    sum.memoryDelta += other.memoryDelta;
    sum.stateSize += other.stateSize;
}

using Key = std::pair<QString, int>; // the type

} // namespace

struct OperationRecorder::Registry
{
    QMutex mutex;
    std::vector<OperationRecorder *> recorders;
    QHash<Key, OperationStatistics> gone;
    QHash<QString, std::shared_ptr<OperationRecorder>> named; // for recordFor()
    std::function<void()> wakeUp;
    std::atomic<quint64> measured = 0;
    std::atomic<bool> isWatched = false; // wakeUp waits to be called

    void noteActivity()
    {
        measured.fetch_add(1, std::memory_order_relaxed);
        if (Q_LIKELY(!isWatched.load(std::memory_order_relaxed)) || !isWatched.exchange(false))
            return;
        std::function<void()> callback;
        {
            const QMutexLocker locker(&mutex);
            callback = std::exchange(wakeUp, {});
        }
        if (callback)
            callback();
    }
};

std::atomic<bool> OperationRecorder::s_isEnabled = true;

// Never destroyed: static objects may hold stores.
OperationRecorder::Registry &OperationRecorder::registry()
{
    static Registry *registry = new Registry;
    return *registry;
}

OperationRecorder::OperationRecorder()
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    all.recorders.push_back(this);
}

OperationRecorder::~OperationRecorder()
try {
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    std::erase(all.recorders, this);
    // The size that the application told of the store is that of a state that is no more.
    if (const auto it = all.named.constFind(m_name); it != all.named.cend() && !m_name.isEmpty())
        (*it)->setStateSize(0);
    QList<OperationStatistics> statistics;
    appendStatistics(statistics);
    for (OperationStatistics &entry : statistics) {
        entry.rate = 0;
        entry.stateSize = 0;
        entry.lately.clear();
        Key key(entry.store, int(entry.type));
        if (!all.gone.contains(key) && all.gone.size() >= MostGone) {
            entry.store.clear();
            key.first.clear();
        }
        if (const auto it = all.gone.find(key); it != all.gone.end())
            mergeInto(*it, entry);
        else
            all.gone.insert(key, entry);
    }
} catch (const std::bad_alloc &) {
    // What it has counted is not among those that are gone; a destructor must not throw it again.
    return;
}

std::shared_ptr<OperationRecorder> OperationRecorder::create()
{
    return std::shared_ptr<OperationRecorder>(new OperationRecorder);
}

OperationRecorder &OperationRecorder::common()
{
    static auto *recorder = new OperationRecorder;
    return *recorder;
}

void OperationRecorder::setEnabled(bool enabled)
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    const bool wasEnabled = s_isEnabled.exchange(enabled);
    for (const OperationRecorder *recorder : all.recorders) {
        const QMutexLocker recorderLocker(&recorder->m_mutex);
        recorder->takeReads(wasEnabled);
    }
}

void OperationRecorder::setSampling(bool sampling)
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    Sampler::setSampling(sampling);
    for (OperationRecorder *recorder : all.recorders)
        recorder->recallSamplers();
    FlushRecorder::recallSamplers();
}

QList<OperationStatistics> OperationRecorder::statistics()
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    QHash<Key, OperationStatistics> sums = all.gone;
    QList<OperationStatistics> statistics;
    for (const OperationRecorder *recorder : all.recorders) {
        if (!recorder->m_isOfApplication)
            recorder->appendStatistics(statistics);
    }
    const qsizetype storesEnd = statistics.size();
    for (const auto &recorder : std::as_const(all.named))
        recorder->appendStatistics(statistics);
    for (qsizetype i = 0; i < statistics.size(); ++i) {
        OperationStatistics &entry = statistics[i];
        const Key key(entry.store, int(entry.type));
        const auto it = sums.find(key);
        if (it == sums.end()) {
            sums.insert(key, entry);
            continue;
        }
        // A store knows the size of its state itself, and has it once.
        if (i >= storesEnd && it->stateSize > 0 && !entry.store.isEmpty())
            entry.stateSize = 0;
        mergeInto(*it, entry);
    }
    statistics = sums.values();
    std::sort(statistics.begin(), statistics.end(), [](const auto &a, const auto &b) {
        return std::pair(a.store, a.type) < std::pair(b.store, b.type);
    });
    return statistics;
}

void OperationRecorder::endWindow(nanoseconds length)
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    for (OperationRecorder *recorder : all.recorders) {
        recorder->closeWindow(length);
        recorder->recallSamplers();
    }
    FlushRecorder::recallSamplers();
}

void OperationRecorder::endReads(nanoseconds length)
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    for (OperationRecorder *recorder : all.recorders) {
        const QMutexLocker recorderLocker(&recorder->m_mutex);
        if (recorder->m_reads)
            recorder->closeWindow(OperationType::Read, length);
    }
}

void OperationRecorder::callWhenActive(std::function<void()> callback)
{
    Registry &all = registry();
    const QMutexLocker locker(&all.mutex);
    all.wakeUp = std::move(callback);
    all.isWatched = bool(all.wakeUp);
}

quint64 OperationRecorder::measuredCount() noexcept
{
    return registry().measured.load(std::memory_order_relaxed);
}

void OperationRecorder::recordFor(const QString &name, OperationType type, nanoseconds duration,
                                  qint64 memoryDelta, qint64 stateSize) noexcept
{
    try {
        std::shared_ptr<OperationRecorder> recorder;
        {
            Registry &all = registry();
            const QMutexLocker locker(&all.mutex);
            recorder = all.named.value(name);
        }
        if (!recorder) {
            const std::shared_ptr<OperationRecorder> fresh = create();
            Registry &all = registry();
            const QMutexLocker locker(&all.mutex);
            const QString key = all.named.size() < MostNames ? name : QString();
            recorder = all.named.value(key);
            if (!recorder) {
                recorder = fresh;
                recorder->m_name = key;
                recorder->m_isOfApplication = true;
                all.named.insert(key, recorder);
            }
        }
        OperationSizes sizes;
        sizes.memoryDelta = memoryDelta;
        recorder->setStateSize(stateSize);
        recorder->record(type, duration, sizes);
    } catch (...) {
        // Without memory for figures there are none.
    }
}

QString OperationRecorder::name() const
{
    const QMutexLocker locker(&m_mutex);
    return m_name;
}

void OperationRecorder::setName(const QString &name)
{
    const QMutexLocker locker(&m_mutex);
    m_name = name;
}

OperationRecorder::Entry &OperationRecorder::entry(OperationType type)
{
    auto &entry = m_entries[std::size_t(type)];
    if (!entry)
        entry = std::make_unique<Entry>();
    return *entry;
}

void OperationRecorder::add(OperationType type, nanoseconds duration, const Sizes &sizes,
                            int weight)
{
    Entry &entry = this->entry(type);
    entry.durations.record(duration, weight);
    entry.window.record(duration, weight);
    entry.time += double(duration.count()) * weight;
    entry.sizes.clonedBytes += sizes.clonedBytes * weight;
    // What an update did not copy the new version shares with the one before.
    const qint64 shared = type == OperationType::Update
        ? std::max<qint64>(m_stateSize.load() - sizes.clonedBytes, 0)
        : sizes.sharedBytes;
    entry.sizes.sharedBytes += shared * weight;
    entry.sizes.memoryDelta += sizes.memoryDelta * weight;
}

void OperationRecorder::measured(OperationType type, nanoseconds duration, const Sizes &sizes,
                                 int weight) noexcept
{
    try {
        {
            const QMutexLocker locker(&m_mutex);
            add(type, duration, sizes, weight);
        }
        registry().noteActivity();
    } catch (...) {
        // Without memory for figures there are none.
    }
}

void OperationRecorder::record(OperationType type, nanoseconds duration,
                               const Sizes &sizes) noexcept
{
    if (!isEnabled())
        return;
    try {
        {
            const QMutexLocker locker(&m_mutex);
            ++entry(type).recorded;
            add(type, duration, sizes, 1);
        }
        registry().noteActivity();
    } catch (...) {
        // As above.
    }
}

qint64 OperationRecorder::countOf(OperationType type) const
{
    const QMutexLocker locker(&m_mutex);
    return counted(type);
}

// With the mutex held.
qint64 OperationRecorder::counted(OperationType type) const
{
    qint64 count = m_samplers[std::size_t(type)].counted();
    if (const auto &entry = m_entries[std::size_t(type)])
        count += entry->recorded;
    if (type == OperationType::Read) {
        takeReads(isEnabled());
        count += m_readsCounted;
    }
    return count;
}

void OperationRecorder::setReads(const CowRecorder *reads)
{
    const QMutexLocker locker(&m_mutex);
    takeReads(isEnabled());
    m_reads = reads;
    m_readsSeen = 0;
    takeReads(false);
}

// With the mutex held: those since the last call.
void OperationRecorder::takeReads(bool areCounted) const
{
    if (!m_reads)
        return;
    const qint64 reads = m_reads->metrics().totalReads;
    const qint64 before = std::exchange(m_readsSeen, reads);
    if (areCounted)
        m_readsCounted += reads - before;
}

void OperationRecorder::recallSamplers() noexcept
{
    for (Sampler &sampler : m_samplers)
        sampler.recall();
}

OperationRecorder::nanoseconds OperationRecorder::totalTime(OperationType type) const
{
    const QMutexLocker locker(&m_mutex);
    const auto &entry = m_entries[std::size_t(type)];
    return nanoseconds(entry ? qint64(entry->time) : 0);
}

OperationRecorder::Sizes OperationRecorder::totalSizes(OperationType type) const
{
    const QMutexLocker locker(&m_mutex);
    const auto &entry = m_entries[std::size_t(type)];
    return entry ? entry->sizes : Sizes();
}

void OperationRecorder::closeWindow(nanoseconds length)
{
    const QMutexLocker locker(&m_mutex);
    for (std::size_t type = 0; type < m_entries.size(); ++type)
        closeWindow(OperationType(type), length);
}

// With the mutex held.
void OperationRecorder::closeWindow(OperationType type, nanoseconds length)
{
    const qint64 count = counted(type);
    if (count == 0)
        return;
    Entry &entry = this->entry(type);
    const double seconds = std::chrono::duration<double>(length).count();
    entry.rate =
        seconds > 0 ? double(count - std::exchange(entry.countBefore, count)) / seconds : 0;
    entry.lately = std::exchange(entry.window, {});
}

void OperationRecorder::appendStatistics(QList<OperationStatistics> &to) const
{
    const QMutexLocker locker(&m_mutex);
    for (std::size_t type = 0; type < m_entries.size(); ++type) {
        OperationStatistics statistics;
        statistics.store = m_name;
        statistics.type = OperationType(type);
        statistics.count = counted(statistics.type);
        if (const auto &entry = m_entries[type]) {
            statistics.rate = entry->rate;
            // Not shared: whether a list is, Qt asks without an acquire, and then we write.
            statistics.durations.merge(entry->durations);
            statistics.lately.merge(entry->lately);
            statistics.clonedBytes = entry->sizes.clonedBytes;
            statistics.sharedBytes = entry->sizes.sharedBytes;
            statistics.memoryDelta = entry->sizes.memoryDelta;
        }
        statistics.stateSize = m_stateSize.load();
        if (statistics.count > 0)
            to.append(statistics);
    }
}

Incidents &Incidents::all() noexcept
{
    static Incidents incidents;
    return incidents;
}

void OperationTimer::begin(OperationRecorder &recorder, OperationType type, int weight) noexcept
{
    m_recorder = &recorder;
    m_type = type;
    const NodeTraffic &traffic = nodeTraffic();
    m_allocated = traffic.allocatedBytes;
    m_freed = traffic.freedBytes;
    m_start = Clock::steady().now();
    m_weight = weight > 0 ? weight : recorder.sampler(type).take(m_start);
}

void OperationTimer::end() noexcept
{
    const auto duration = Clock::steady().now() - m_start;
    const NodeTraffic &traffic = nodeTraffic();
    OperationRecorder::Sizes sizes;
    sizes.clonedBytes = traffic.allocatedBytes - m_allocated;
    sizes.memoryDelta = sizes.clonedBytes - (traffic.freedBytes - m_freed);
    m_recorder->measured(m_type, duration, sizes, m_weight);
}

} // namespace Axiom::detail
