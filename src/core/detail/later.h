// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_LATER_H
#define AXIOM_DETAIL_LATER_H

#include <chrono>

namespace Axiom::detail {

// The time so much later, or the end of time, which stands for never. Time counts from zero.
template <typename Rep, typename Period>
constexpr std::chrono::nanoseconds later(std::chrono::nanoseconds now,
                                         std::chrono::duration<Rep, Period> by) noexcept
{
    using Duration = std::chrono::duration<Rep, Period>;
    constexpr auto never = std::chrono::nanoseconds::max();
    return by > std::chrono::duration_cast<Duration>(never - now) ? never : now + by;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_LATER_H
