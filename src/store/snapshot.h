// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_SNAPSHOT_H
#define AXIOM_SNAPSHOT_H

#include "detail/version.h"

namespace Axiom {

namespace detail {
class StateCore;
} // namespace detail

template <Described S>
class State;
template <Described S>
class StateHandle;

template <Described S>
class Snapshot
{
public:
    Snapshot() noexcept = default;

    bool isValid() const noexcept { return bool(m_version); }
    explicit operator bool() const noexcept { return isValid(); }

    const S &operator*() const
    {
        Q_ASSERT_X(isValid(), "Snapshot", "an invalid snapshot has no value");
        return detail::TypedVersion<S>::of(*m_version);
    }
    const S *operator->() const { return &**this; }

    qint64 revision() const noexcept { return m_version ? m_version->revision : -1; }

    // By identity: whether both are the same version of the same store.
    friend bool operator==(const Snapshot &, const Snapshot &) = default;

private:
    friend class State<S>;
    friend class StateHandle<S>;
    explicit Snapshot(detail::VersionRef version) noexcept : m_version(std::move(version)) { }

    detail::VersionRef m_version;
};

} // namespace Axiom

#endif // AXIOM_SNAPSHOT_H
