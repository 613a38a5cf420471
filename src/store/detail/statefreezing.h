// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATEFREEZING_H
#define AXIOM_DETAIL_STATEFREEZING_H

#include "../../cow/detail/freezing.h"
#include "../../storage/compressionlevel.h"
#include "../../storage/detail/thawcontext.h"
#include "version.h"

#include <functional>
#include <memory>

namespace Axiom::detail {

// Freezes versions of one state, in two steps as VectorFreezer does.
class AXIOM_CORE_EXPORT VersionFreezer
{
public:
    VersionFreezer() = default;
    virtual ~VersionFreezer();
    VersionFreezer(const VersionFreezer &) = delete;
    VersionFreezer &operator=(const VersionFreezer &) = delete;

    // Any thread; the version must be kept until frozen() was called. Returns false when there is
    // more than the budget allows for.
    virtual bool encode(const Version &version, FreezeBudget &budget) = 0;
    // The given version, which may be a later one, with what was encoded frozen. Adds to the budget
    // what that frees.
    virtual VersionRef frozen(const Version &now, FreezeBudget &budget) const = 0;
    // Whether a part was left as it is because there was no memory to encode it, not for what it is.
    bool lackedMemory() const noexcept { return m_lackedMemory; }

protected:
    bool m_lackedMemory = false;
};

// What freezing needs to know of the type of a state.
class AXIOM_CORE_EXPORT StateFreezing
{
public:
    StateFreezing() = default;
    virtual ~StateFreezing();
    StateFreezing(const StateFreezing &) = delete;
    StateFreezing &operator=(const StateFreezing &) = delete;

    virtual std::unique_ptr<VersionFreezer> freezer(std::shared_ptr<ThawContext> context,
                                                    CompressionLevel level) const = 0;
    virtual VersionRef thawed(const Version &version) const = 0;
    // Adds what there is.
    virtual FrozenParts measure(const Version &version, FrozenParts parts) const = 0;
    // Whether somebody else holds the nodes of the version's collections, beside known copies of
    // that in a field.
    virtual bool isHeldElsewhere(const Version &version,
                                 const std::function<int(int field)> &knownCopies) const = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATEFREEZING_H
