// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_OPERATIONRECORDER_H
#define AXIOM_DETAIL_OPERATIONRECORDER_H

#include "../../core/enums.h"
#include "../../core/histogram.h"
#include "../operationstatistics.h"
#include "sampler.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qlist.h>
#include <QtCore/qmutex.h>
#include <QtCore/qstring.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace Axiom::detail {

class CowRecorder;

struct OperationSizes
{
    qint64 clonedBytes = 0;
    qint64 sharedBytes = 0;
    qint64 memoryDelta = 0;
};

// What a store does, or what belongs to none. All operations are counted; a sample is measured.
class AXIOM_CORE_EXPORT OperationRecorder
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    using Sizes = OperationSizes;

    // Part of reports for as long as it lives; what it has counted stays there, by name.
    static std::shared_ptr<OperationRecorder> create();
    // For what belongs to no store.
    static OperationRecorder &common();
    ~OperationRecorder();
    OperationRecorder(const OperationRecorder &) = delete;
    OperationRecorder &operator=(const OperationRecorder &) = delete;

    static bool isEnabled() noexcept { return s_isEnabled.load(std::memory_order_relaxed); }
    static void setEnabled(bool enabled);
    // Whether a sample is measured of what is frequent, or each one.
    static void setSampling(bool sampling);
    // Of all, by name and type.
    static QList<OperationStatistics> statistics();
    // Ends a window of that length: rates are those of the last one.
    static void endWindow(nanoseconds length);
    // Ends that of stores' reads only, which go on while nothing is measured.
    static void endReads(nanoseconds length);
    // Of the application's own, under that name. Any thread.
    static void recordFor(const QString &name, OperationType type, nanoseconds duration,
                          qint64 memoryDelta, qint64 stateSize) noexcept;
    // How many were ever measured.
    static quint64 measuredCount() noexcept;
    // Called once, on any thread, when next something is measured.
    static void callWhenActive(std::function<void()> callback);

    QString name() const;
    void setName(const QString &name);
    void setStateSize(qint64 bytes) noexcept { m_stateSize.store(bytes); }

    // The owner's thread. Whether it is that one's turn to be measured.
    bool count(OperationType type, qint64 operations = 1) noexcept
    {
        return sampler(type).count(operations);
    }
    Sampler &sampler(OperationType type) noexcept { return m_samplers[std::size_t(type)]; }
    // Accesses are counted there already; null when there is nobody to count any more.
    void setReads(const CowRecorder *reads);
    // One of those that were counted, that stands for as many as the weight says.
    void measured(OperationType type, nanoseconds duration, const Sizes &sizes = {},
                  int weight = 1) noexcept;
    // Counted, too. Any thread.
    void record(OperationType type, nanoseconds duration, const Sizes &sizes = {}) noexcept;

    qint64 countOf(OperationType type) const;
    // As far as the samples tell.
    nanoseconds totalTime(OperationType type) const;
    Sizes totalSizes(OperationType type) const;

private:
    struct Entry
    {
        Histogram durations;
        Histogram window;
        Histogram lately;
        Sizes sizes;
        qint64 recorded = 0; // by record()
        qint64 countBefore = 0;
        double rate = 0;
        double time = 0; // nanoseconds, of all operations
    };
    struct Registry;

    OperationRecorder();

    static Registry &registry();
    Entry &entry(OperationType type);
    void add(OperationType type, nanoseconds duration, const Sizes &sizes, int weight);
    qint64 counted(OperationType type) const;
    void takeReads(bool areCounted) const;
    void recallSamplers() noexcept;
    void closeWindow(nanoseconds length);
    void closeWindow(OperationType type, nanoseconds length);
    void appendStatistics(QList<OperationStatistics> &to) const;

    static std::atomic<bool> s_isEnabled;

    std::array<Sampler, OperationTypeCount> m_samplers;
    std::atomic<qint64> m_stateSize = 0;
    mutable QMutex m_mutex;
    const CowRecorder *m_reads = nullptr;
    mutable qint64 m_readsSeen = 0;    // there
    mutable qint64 m_readsCounted = 0; // of them, while enabled
    QString m_name;
    bool m_isOfApplication = false; // recordFor() has made it
    std::array<std::unique_ptr<Entry>, OperationTypeCount> m_entries;
};

// What goes wrong, of all stores and coordinators.
struct AXIOM_CORE_EXPORT Incidents
{
    std::atomic<qint64> frameOverruns = 0;
    std::atomic<qint64> updateStorms = 0;
    std::atomic<qint64> deadlineMisses = 0;

    static Incidents &all() noexcept;
};

// Counts an operation, and measures it when it is that one's turn. The owner's thread.
class OperationTimer
{
public:
    OperationTimer(OperationRecorder &recorder, OperationType type) noexcept
    {
        if (OperationRecorder::isEnabled() && Q_UNLIKELY(recorder.count(type)))
            begin(recorder, type);
    }
    // For one that is measured together with another: 0 when that one is not.
    OperationTimer(OperationRecorder &recorder, OperationType type, int weight) noexcept
    {
        if (!OperationRecorder::isEnabled())
            return;
        recorder.count(type);
        if (Q_UNLIKELY(weight > 0))
            begin(recorder, type, weight);
    }
    ~OperationTimer()
    {
        if (Q_UNLIKELY(m_recorder))
            end();
    }
    OperationTimer(const OperationTimer &) = delete;
    OperationTimer &operator=(const OperationTimer &) = delete;

private:
    AXIOM_CORE_EXPORT void begin(OperationRecorder &recorder, OperationType type,
                                 int weight = 0) noexcept;
    AXIOM_CORE_EXPORT void end() noexcept;

    OperationRecorder *m_recorder = nullptr; // while it is measured, as are the others
    OperationType m_type;
    int m_weight;
    std::chrono::nanoseconds m_start;
    qint64 m_allocated;
    qint64 m_freed;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_OPERATIONRECORDER_H
