// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_OPERATIONRECORDER_H
#define AXIOM_DETAIL_OPERATIONRECORDER_H

#include "../../core/enums.h"
#include "../../core/histogram.h"
#include "../operationstatistics.h"
#include "sampler.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qmutex.h>
#include <QtCore/qstring.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

namespace Axiom::detail {

// What one store, or what belongs to none, does. It counts everything and measures samples. Its
// owner's thread counts and measures; any thread may record what it has measured itself, or read.
class AXIOM_CORE_EXPORT OperationRecorder
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    struct Sizes
    {
        qint64 clonedBytes = 0;
        qint64 sharedBytes = 0;
        qint64 memoryDelta = 0;
        qint64 stateSize = 0;
    };

    // Known to reports for as long as it lives, and summed up by name after that.
    static std::shared_ptr<OperationRecorder> create();
    static std::vector<std::shared_ptr<OperationRecorder>> all();
    // For what belongs to no store.
    static OperationRecorder &common();
    ~OperationRecorder();
    OperationRecorder(const OperationRecorder &) = delete;
    OperationRecorder &operator=(const OperationRecorder &) = delete;

    static bool isEnabled() noexcept { return s_isEnabled.load(std::memory_order_relaxed); }
    static void setEnabled(bool enabled) noexcept;

    QString name() const;
    void setName(const QString &name);

    // The owner's thread.
    void count(OperationType type, qint64 by = 1) noexcept
    {
        auto &counter = m_counts[std::size_t(type)];
        counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }
    Sampler &sampler(OperationType type) noexcept { return m_samplers[std::size_t(type)]; }

    // What was counted before.
    void measured(OperationType type, nanoseconds duration, const Sizes &sizes, int weight = 1);
    // Counted, too; any thread.
    void record(OperationType type, nanoseconds duration, const Sizes &sizes = {});

    qint64 countOf(OperationType type) const;
    // Of all operations, as far as the samples tell.
    nanoseconds totalTime(OperationType type) const;
    // Ends a window of that length, from which rates are taken.
    void endWindow(nanoseconds length);
    std::vector<OperationStatistics> statistics() const;

private:
    struct Entry
    {
        Histogram durations;
        Histogram window;     // since the last endWindow()
        Histogram lastWindow; // the one before
        Sizes sizes;
        qint64 recorded = 0; // by record()
        qint64 countAtWindow = 0;
        double rate = 0;
        double totalTime = 0;
    };

    OperationRecorder() = default;

    static std::atomic<bool> s_isEnabled;

    std::array<std::atomic<qint64>, OperationTypeCount> m_counts = {};
    std::array<Sampler, OperationTypeCount> m_samplers;
    mutable QMutex m_mutex;
    QString m_name;
    std::array<Entry, OperationTypeCount> m_entries;
};

// Measures what happens while it lives, when it is that one's turn.
class OperationTimer
{
public:
    OperationTimer(OperationRecorder *recorder, OperationType type) noexcept : m_type(type)
    {
        if (!recorder || !OperationRecorder::isEnabled())
            return;
        recorder->count(type);
        if (Q_UNLIKELY(recorder->sampler(type).next()))
            begin(recorder);
    }
    ~OperationTimer()
    {
        if (Q_UNLIKELY(m_recorder))
            end();
    }
    OperationTimer(const OperationTimer &) = delete;
    OperationTimer &operator=(const OperationTimer &) = delete;

private:
    AXIOM_CORE_EXPORT void begin(OperationRecorder *recorder) noexcept;
    AXIOM_CORE_EXPORT void end() noexcept;

    OperationRecorder *m_recorder = nullptr; // while it is measured
    const OperationType m_type;
    std::chrono::nanoseconds m_start{};
    qint64 m_allocatedBytes = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_OPERATIONRECORDER_H
