// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATEANNOUNCEMENT_H
#define AXIOM_DETAIL_STATEANNOUNCEMENT_H

#include "statecore.h"

#include <chrono>
#include <memory>
#include <vector>

namespace Axiom::detail {

// Tells the observers of one store what one commit changed.
class StateAnnouncement final : public Announcement
{
public:
    ~StateAnnouncement() override;

    // Needs no memory, as what it tells has happened.
    void set(std::shared_ptr<StateCore> core, VersionRef before, FieldMask changed,
             int weight) noexcept;

    bool deliverNext() override;

private:
    enum Phase { Signals, Models, Observers, Selectors, Computed, Committed, Errors, Done };

    bool isChanged(std::size_t field) const { return m_changed >> field & 1; }
    bool isSignalOfField(const StateCore::NotifySignal &signal, std::size_t fieldsEnd) const;
    bool isSignalOfSelector(const StateCore::NotifySignal &signal, std::size_t selectorsEnd) const;
    template <typename F>
    bool deliver(F &&notification);
    void callLater(QObject *context,
                   const std::shared_ptr<StateCore::ObserverEntry> &observer) const;
    void next(Phase phase)
    {
        m_phase = phase;
        m_field = 0;
        m_index = 0;
    }

    std::shared_ptr<StateCore> m_core;
    VersionRef m_now;
    VersionRef m_before;
    FieldMask m_changed = 0;
    std::vector<StateError> m_errors;

    void begin();
    void end();

    bool m_hasBegun = false;
    int m_weight = 0; // of the measurement; 0 when there is none
    std::chrono::nanoseconds m_start{};

    // Moved on before each delivery, as that may come back here.
    Phase m_phase = Signals;
    std::size_t m_field = 0;
    std::size_t m_index = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATEANNOUNCEMENT_H
