// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/version.h"

namespace Axiom::detail {

Version::~Version() = default;

const std::shared_ptr<const FrozenState> &Version::frozenState() const noexcept
{
    static const std::shared_ptr<const FrozenState> none;
    return m_frozen ? m_frozen->content : none;
}

void Version::thawNow(void *state) const
{
    const std::lock_guard lock(m_frozen->mutex);
    if (m_frozen->isThawed.load(std::memory_order_relaxed))
        return;
    if (!m_frozen->content->thaw(state))
        m_frozen->isDamaged = true;
    m_frozen->thawedAt = thawTime();
    m_frozen->isThawed.store(true, std::memory_order_release);
}

} // namespace Axiom::detail
