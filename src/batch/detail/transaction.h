// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_TRANSACTION_H
#define AXIOM_DETAIL_TRANSACTION_H

#include "../../monitor/detail/flushrecorder.h"
#include "updatetarget.h"

#include <optional>
#include <utility>
#include <vector>

namespace Axiom::detail {

// The stores that are being changed on one thread, and what is left to tell of former changes.
// Changes join the open transaction; when its outermost level ends, every store commits, and only
// then is anything announced.
class AXIOM_CORE_EXPORT Transaction
{
public:
    // One level, for the life of the object.
    class AXIOM_CORE_EXPORT Level
    {
    public:
        explicit Level(Transaction &transaction) noexcept : m_transaction(transaction)
        {
            if (m_transaction.m_depth++ == 0 && !m_transaction.m_isFlush
                && Q_UNLIKELY(m_transaction.m_choice.next()) && !FlushRecorder::current())
                m_recording.emplace(FlushRecorder::Kind::Direct, m_transaction.m_choice);
        }
        ~Level() { m_transaction.leave(m_recording ? &*m_recording : nullptr); }
        Level(const Level &) = delete;
        Level &operator=(const Level &) = delete;

    private:
        Transaction &m_transaction;
        std::optional<FlushRecorder::Scope> m_recording;
    };

    // This thread's.
    static Transaction &current();

    // While an update runs that is applied by itself, not by a flush.
    class Mutating
    {
    public:
        explicit Mutating(Transaction &transaction) noexcept : m_transaction(transaction)
        {
            ++m_transaction.m_mutations;
        }
        ~Mutating() { --m_transaction.m_mutations; }
        Mutating(const Mutating &) = delete;
        Mutating &operator=(const Mutating &) = delete;

    private:
        Transaction &m_transaction;
    };

    bool isOpen() const noexcept { return m_depth > 0; }
    bool isMutating() const noexcept { return m_mutations > 0; }
    // While a coordinator's flush is under way, which is written down as such.
    bool setFlush(bool isFlush) noexcept { return std::exchange(m_isFlush, isFlush); }
    void join(const std::shared_ptr<UpdateTarget> &target);
    qsizetype targetCount() const noexcept { return qsizetype(m_targets.size()); }

private:
    void leave(FlushRecorder::Scope *recording) noexcept;
    void append(std::shared_ptr<Announcement> announcement) noexcept;
    void announce() noexcept;

    int m_depth = 0;
    int m_mutations = 0;
    bool m_isFlush = false;
    FlushRecorder::Choice m_choice;
    std::vector<std::shared_ptr<UpdateTarget>> m_targets;
    // Linked, as there may be no memory when the stores have committed.
    std::shared_ptr<Announcement> m_announcement;
    Announcement *m_lastAnnouncement = nullptr;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_TRANSACTION_H
