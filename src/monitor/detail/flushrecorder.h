// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FLUSHRECORDER_H
#define AXIOM_DETAIL_FLUSHRECORDER_H

#include "../flushrecord.h"
#include "../updateorigin.h"

#include <AxiomState/axiomcoreexport.h>

#include <memory>

namespace Axiom::detail {

// Writes down what the flush that is under way on this thread does. Without one, and for those that
// are not sampled, nothing is done.
class AXIOM_CORE_EXPORT FlushRecorder
{
public:
    enum class Kind : quint8 { Flush, Direct };

    // For the length of a flush, or of a transaction outside of one.
    class AXIOM_CORE_EXPORT Scope
    {
    public:
        explicit Scope(Kind kind) noexcept;
        ~Scope();
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;

        // All has been applied; what follows is announcing. For those that measure by themselves,
        // with their times.
        void applied() noexcept;
        FlushRecord *record() const noexcept { return m_record.get(); }
        // Nothing came of it.
        void discard() noexcept { m_record.reset(); }

    private:
        std::unique_ptr<FlushRecord> m_record;
        FlushRecord *m_outer = nullptr;
    };

    // Null when none is recorded.
    static FlushRecord *current() noexcept;

    static void addOrigin(FlushRecord &record, const QString &store, const UpdateOrigin &origin,
                          Priority priority, int updates = 1);
    static FlushRecord::StoreChange *change(FlushRecord &record, const QString &store);

    // The newest ones, oldest first; Capacity at most. Any thread.
    static QList<FlushRecord> records();
    static void clear();
    static constexpr int Capacity = 512;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FLUSHRECORDER_H
