// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_NODECACHE_H
#define AXIOM_DETAIL_NODECACHE_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <cstddef>

namespace Axiom::detail {

// Memory for the nodes of collections. A write with a snapshot alive takes some nodes and gives
// back as many soon after, so each thread keeps a small stock of freed ones (at most CacheBytes).
// Any thread may free what another one has allocated. Throws std::bad_alloc.
AXIOM_CORE_EXPORT void *allocateNode(std::size_t bytes, std::size_t alignment);
AXIOM_CORE_EXPORT void freeNode(void *node, std::size_t bytes, std::size_t alignment) noexcept;

// What this thread has allocated and freed, ever.
struct NodeTraffic
{
    qint64 allocatedBytes = 0;
    qint64 freedBytes = 0;
};
AXIOM_CORE_EXPORT const NodeTraffic &nodeTraffic() noexcept;

constexpr std::size_t CacheBytes = std::size_t(1) << 20;

// While this lives, so many allocations of a size on this thread can't fail.
class AXIOM_CORE_EXPORT NodeReserve
{
public:
    NodeReserve() noexcept = default;
    ~NodeReserve();
    NodeReserve(const NodeReserve &) = delete;
    NodeReserve &operator=(const NodeReserve &) = delete;

    // Throws std::bad_alloc.
    void add(std::size_t bytes, std::size_t alignment, int count);

private:
    bool m_holdsLarge = false;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_NODECACHE_H
