// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FLUSHRECORDER_H
#define AXIOM_DETAIL_FLUSHRECORDER_H

#include "../flushrecord.h"
#include "../updateorigin.h"

#include <AxiomState/axiomcoreexport.h>

#include <memory>

namespace Axiom::detail {

// Writes down what the flush under way on this thread does. Where many come in a short time a sample
// is written down, and how many were not.
class AXIOM_CORE_EXPORT FlushRecorder
{
public:
    enum class Kind : quint8 { Flush, Direct };

    // For the length of a flush, or of a transaction outside of one.
    class AXIOM_CORE_EXPORT Scope
    {
    public:
        explicit Scope(Kind kind) noexcept;
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
        const Kind m_kind;
        bool m_isOpen = false;
        std::unique_ptr<FlushRecord> m_record;
        FlushRecord *m_outer = nullptr;
        FlushRecord::StoreChange *m_outerChange = nullptr;
    };

    // Null when none is written down.
    static FlushRecord *current() noexcept;
    static void addOrigin(FlushRecord &record, const QString &store, const UpdateOrigin &origin,
                          Priority priority, int updates = 1);
    // From now on that store's changes are announced.
    static void beginChange(FlushRecord &record, FlushRecord::StoreChange change);
    // What is being announced; null when that is not written down.
    static FlushRecord::StoreChange *change() noexcept;

    // The newest ones, oldest first. Any thread.
    static QList<FlushRecord> records();
    static quint64 count(); // ever written down
    static constexpr int Capacity = 512;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FLUSHRECORDER_H
