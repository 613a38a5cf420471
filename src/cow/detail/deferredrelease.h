// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_DEFERREDRELEASE_H
#define AXIOM_DETAIL_DEFERREDRELEASE_H

#include "cownode.h"

namespace Axiom::detail {

// Destroys big trees bit by bit while the thread's event loop is idle, so that the end of a large
// version does not stall it. The elements are destroyed on the thread that dropped them.
class AXIOM_CORE_EXPORT DeferredRelease
{
public:
    // Trees from this level on are worth it: some thousands of elements.
    static constexpr int Level = 3;

    using Destroy = void (*)(CowNode *node) noexcept;

    // Takes over a node without owners. Refuses when this thread runs no event loop.
    static bool add(CowNode *node, Destroy destroy) noexcept;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DEFERREDRELEASE_H
