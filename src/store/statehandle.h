// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_STATEHANDLE_H
#define AXIOM_STATEHANDLE_H

#include "../batch/updateoptions.h"
#include "../batch/updateticket.h"
#include "detail/statecore.h"
#include "snapshot.h"

namespace Axiom {

template <Described S>
class StateHandle
{
public:
    StateHandle() noexcept = default;

    bool isValid() const noexcept { return bool(m_core); }

    Snapshot<S> snapshot() const
    {
        return m_core ? Snapshot<S>(m_core->snapshot()) : Snapshot<S>();
    }

    template <std::invocable<S &> F>
    UpdateTicket enqueue(F &&mutation, const UpdateOptions &options = {},
                         const UpdateOrigin &origin = UpdateOrigin::here()) const
    {
        return m_core ? enqueue(*m_core, std::forward<F>(mutation), options, origin)
                      : UpdateTicket();
    }

private:
    friend class State<S>;
    explicit StateHandle(std::shared_ptr<detail::StateCore> core) noexcept : m_core(std::move(core))
    { }

    template <typename F>
    static UpdateTicket enqueue(detail::StateCore &core, F &&mutation, const UpdateOptions &options,
                                const UpdateOrigin &origin)
    {
        detail::UpdateFunction function;
        if (!isNull(mutation))
            function = detail::UpdateFunction::make<S>(std::forward<F>(mutation));
        return core.enqueue(std::move(function), options, origin);
    }

    // A null std::function or function pointer is refused by its ticket.
    template <typename F>
    static bool isNull(const F &mutation)
    {
        if constexpr (requires { static_cast<bool>(mutation == nullptr); })
            return mutation == nullptr;
        else
            return false;
    }

    std::shared_ptr<detail::StateCore> m_core;
};

} // namespace Axiom

#endif // AXIOM_STATEHANDLE_H
