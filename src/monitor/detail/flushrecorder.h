// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FLUSHRECORDER_H
#define AXIOM_DETAIL_FLUSHRECORDER_H

#include "../flushrecord.h"
#include "../updateorigin.h"
#include "operationrecorder.h"
#include "sampler.h"

#include <AxiomState/axiomcoreexport.h>

#include <atomic>
#include <memory>

namespace Axiom::detail {

// Writes down what the flush under way on this thread does.
class AXIOM_CORE_EXPORT FlushRecorder
{
public:
    enum class Kind : quint8 { Flush, Direct };

    // Chooses those that are written down, a sample where many come in a short time.
    class Choice
    {
    public:
        bool next() noexcept
        {
            const bool isDue = m_sampler.count();
            const int recalls = s_recalls.load(std::memory_order_relaxed);
            if (Q_LIKELY(!isDue && recalls == m_recalls))
                return false;
            m_recalls = recalls;
            return OperationRecorder::isEnabled();
        }
        // For the one that was chosen: how many before it were not.
        int takeSkipped(std::chrono::nanoseconds now) noexcept { return m_sampler.take(now) - 1; }

    private:
        Sampler m_sampler;
        int m_recalls = 0;
    };

    // For the length of a flush, or of a transaction outside of one.
    class AXIOM_CORE_EXPORT Scope
    {
    public:
        // For one that the choice has chosen.
        Scope(Kind kind, Choice &choice) noexcept;
        ~Scope() { end(); }
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;

        // All is applied; what follows is announcing.
        void applied() noexcept;
        // Written down if anything was updated.
        void end() noexcept;
        // Null when this one is not written down.
        FlushRecord *record() const noexcept { return m_record.get(); }

    private:
        std::unique_ptr<FlushRecord> m_record;
        FlushRecord *m_outer = nullptr;
        FlushRecord::StoreChange *m_outerChange = nullptr;
    };

    // Null when none is written down, as is usual.
    static FlushRecord *current() noexcept
    {
        return Q_LIKELY(s_open.load(std::memory_order_relaxed) == 0) ? nullptr : ofThisThread();
    }
    static void addOrigin(FlushRecord &record, const QString &store, const UpdateOrigin &origin,
                          Priority priority, int updates = 1);
    // From now on that store's changes are announced.
    static void beginChange(FlushRecord &record, FlushRecord::StoreChange change);
    // What is being announced; null when that is not written down.
    static FlushRecord::StoreChange *change() noexcept
    {
        return Q_LIKELY(s_open.load(std::memory_order_relaxed) == 0) ? nullptr
                                                                     : changeOfThisThread();
    }

    // See Sampler::recall(), of all choices.
    static void recallSamplers() noexcept { s_recalls.fetch_add(1, std::memory_order_relaxed); }

    // The newest ones, oldest first. Any thread.
    static QList<FlushRecord> records();
    static quint64 count(); // ever written down
    static constexpr int Capacity = 512;

private:
    static FlushRecord *ofThisThread() noexcept;
    static FlushRecord::StoreChange *changeOfThisThread() noexcept;

    static std::atomic<int> s_open; // scopes, on all threads
    static std::atomic<int> s_recalls;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FLUSHRECORDER_H
