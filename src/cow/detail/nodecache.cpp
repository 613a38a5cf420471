// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "nodecache.h"

#include <algorithm>
#include <array>
#include <new>
#include <vector>

namespace Axiom::detail {

namespace {

#if defined(__SANITIZE_ADDRESS__)
#    define AXIOM_KEEPS_NODES 0
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define AXIOM_KEEPS_NODES 0
#    endif
#endif
#ifndef AXIOM_KEEPS_NODES
#    define AXIOM_KEEPS_NODES 1
#endif
// The address sanitizer has to see each free.
constexpr bool keepsNodes = AXIOM_KEEPS_NODES;

// Sizes are rounded up to what an allocator with 16-byte blocks and an 8-byte header, as glibc's,
// can give without a loss.
constexpr std::size_t granularity = 16;
constexpr std::size_t classes = 72;

constexpr std::size_t classOf(std::size_t bytes)
{
    return (bytes + 7) / granularity;
}
constexpr std::size_t classBytes(std::size_t index)
{
    return index * granularity + 8;
}
constexpr bool isSmall(std::size_t bytes, std::size_t alignment)
{
    return classOf(bytes) < classes && alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;
}

struct FreeNode
{
    FreeNode *next;
};

struct FreeNodes
{
    FreeNode *first = nullptr;
    int count = 0;
};

struct LargeNode
{
    void *memory;
    std::size_t bytes;
    std::size_t alignment;
};

struct NodeCache
{
    std::array<FreeNodes, classes> lists;
    std::size_t bytes = 0;
    std::vector<LargeNode> large;
    int reserves = 0; // that hold large nodes

    void *take(std::size_t index) noexcept
    {
        FreeNodes &list = lists[index];
        FreeNode *node = list.first;
        if (node) {
            list.first = node->next;
            --list.count;
            bytes -= classBytes(index);
        }
        return node;
    }
    void keep(void *memory, std::size_t index) noexcept
    {
        FreeNodes &list = lists[index];
        list.first = new (memory) FreeNode{list.first};
        ++list.count;
        bytes += classBytes(index);
    }
    ~NodeCache()
    {
        for (std::size_t i = 0; i < classes; ++i) {
            while (void *node = take(i))
                ::operator delete(node);
        }
    }
};

// The pointer is what every allocation looks at; its owner has a destructor and so costs more.
thread_local NodeCache *cache = nullptr;
thread_local bool threadEnds = false;
thread_local constinit NodeTraffic traffic;

struct CacheOwner
{
    NodeCache cache;
    ~CacheOwner()
    {
        detail::cache = nullptr;
        threadEnds = true;
    }
};

NodeCache *madeCache()
{
    if (threadEnds)
        return nullptr;
    thread_local CacheOwner owner;
    cache = &owner.cache;
    return cache;
}

void *allocateLarge(std::size_t bytes, std::size_t alignment)
{
    if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
        return ::operator new(bytes, std::align_val_t(alignment));
    return ::operator new(bytes);
}

void freeLarge(void *memory, std::size_t alignment) noexcept
{
    if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
        ::operator delete(memory, std::align_val_t(alignment));
    else
        ::operator delete(memory);
}

} // namespace

const NodeTraffic &nodeTraffic() noexcept
{
    return traffic;
}

void *allocateNode(std::size_t bytes, std::size_t alignment)
{
    traffic.allocatedBytes += qint64(bytes);
    if (isSmall(bytes, alignment)) {
        const std::size_t index = classOf(bytes);
        if (cache) {
            if (void *node = cache->take(index))
                return node;
        }
        return ::operator new(classBytes(index));
    }
    if (cache) {
        for (auto it = cache->large.begin(); it != cache->large.end(); ++it) {
            if (it->bytes == bytes && it->alignment == alignment) {
                void *memory = it->memory;
                *it = cache->large.back();
                cache->large.pop_back();
                return memory;
            }
        }
    }
    return allocateLarge(bytes, alignment);
}

void freeNode(void *node, std::size_t bytes, std::size_t alignment) noexcept
{
    traffic.freedBytes += qint64(bytes);
    if (!isSmall(bytes, alignment)) {
        freeLarge(node, alignment);
        return;
    }
    if constexpr (keepsNodes) {
        const std::size_t index = classOf(bytes);
        NodeCache *nodes = cache ? cache : madeCache();
        if (nodes && nodes->bytes < CacheBytes) {
            nodes->keep(node, index);
            return;
        }
    }
    ::operator delete(node);
}

void NodeReserve::add(std::size_t bytes, std::size_t alignment, int count)
{
    NodeCache *nodes = cache ? cache : madeCache();
    if (!nodes) // While a thread ends nothing can be set aside; an allocation may still fail.
        return;
    if (isSmall(bytes, alignment)) {
        const std::size_t index = classOf(bytes);
        while (nodes->lists[index].count < count)
            nodes->keep(::operator new(classBytes(index)), index);
        return;
    }
    if (!m_holdsLarge) {
        m_holdsLarge = true;
        ++nodes->reserves;
    }
    for (const LargeNode &node : nodes->large)
        count -= node.bytes == bytes && node.alignment == alignment;
    nodes->large.reserve(nodes->large.size() + std::size_t(std::max(0, count)));
    for (int i = 0; i < count; ++i)
        nodes->large.push_back({allocateLarge(bytes, alignment), bytes, alignment});
}

NodeReserve::~NodeReserve()
{
    if (!m_holdsLarge || !cache || --cache->reserves > 0)
        return;
    for (const LargeNode &node : cache->large)
        freeLarge(node.memory, node.alignment);
    cache->large.clear();
}

} // namespace Axiom::detail
