// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/version.h"

#include <new>

namespace Axiom::detail {

Version::~Version() = default;

const std::shared_ptr<const FrozenState> &Version::frozenState() const noexcept
{
    static const std::shared_ptr<const FrozenState> none;
    return m_frozen ? m_frozen->content : none;
}

bool Version::thawNow(void *state) const noexcept
{
    const std::lock_guard lock(m_frozen->mutex);
    if (m_frozen->isThawed.load(std::memory_order_relaxed))
        return true;
    const qint64 begin = thawTime();
    try {
        if (!m_frozen->content->thaw(state))
            m_frozen->isDamaged = true;
    } catch (const std::bad_alloc &) {
        return false;
    }
    m_frozen->thawedAt = thawedSince(begin);
    m_frozen->isThawed.store(true, std::memory_order_release);
    return true;
}

void Version::requireState() const
{
    read();
    if (!isThawed())
        throw std::bad_alloc();
    if (isDamaged())
        throw DamagedElements();
}

} // namespace Axiom::detail
