// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_CACHEPOLICY_H
#define AXIOM_CACHEPOLICY_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <chrono>

namespace Axiom {

namespace detail {

// What is known of a state that is kept beside its compressed form.
struct CacheUse
{
    std::chrono::nanoseconds last{0};
    std::chrono::nanoseconds interval{0}; // between the last two uses
    std::chrono::nanoseconds cost{0};     // of the last decoding
    qsizetype bytes = 0;
};

} // namespace detail

class AXIOM_CORE_EXPORT CachePolicy
{
public:
    static CachePolicy always() noexcept { return CachePolicy(Kind::Always); }
    static CachePolicy never() noexcept { return CachePolicy(Kind::Never); }
    static CachePolicy timed(std::chrono::nanoseconds duration) noexcept
    {
        return CachePolicy(Kind::Timed, duration.count());
    }
    static CachePolicy sized(qsizetype bytes) noexcept { return CachePolicy(Kind::Sized, bytes); }
    static CachePolicy adaptive() noexcept { return CachePolicy(Kind::Adaptive); }

    // For CompressedStateStorage; not for applications.
    bool keeps(const detail::CacheUse &use, std::chrono::nanoseconds now) const noexcept;

    friend bool operator==(const CachePolicy &, const CachePolicy &) = default;

private:
    enum class Kind : quint8 { Always, Never, Timed, Sized, Adaptive };

    explicit constexpr CachePolicy(Kind kind, qint64 limit = 0) noexcept
        : m_kind(kind), m_limit(limit)
    { }

    Kind m_kind;
    qint64 m_limit; // nanoseconds or bytes
};

} // namespace Axiom

#endif // AXIOM_CACHEPOLICY_H
