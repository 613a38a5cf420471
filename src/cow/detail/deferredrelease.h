// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_DEFERREDRELEASE_H
#define AXIOM_DETAIL_DEFERREDRELEASE_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

namespace Axiom::detail {

// Destroys big trees bit by bit while the thread's event loop is idle, so that the end of a large
// version does not stall it. The elements are destroyed on the thread that dropped them.
class AXIOM_CORE_EXPORT DeferredRelease
{
public:
    // It is worth it for a tree of about so many leaves.
    static constexpr qint64 ManyLeaves = 256;

    using Destroy = void (*)(void *node) noexcept;

    // Takes over a node without owners, with about so many leaves below. Refuses when this thread
    // runs no event loop.
    static bool add(void *node, qint64 leaves, Destroy destroy) noexcept;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_DEFERREDRELEASE_H
