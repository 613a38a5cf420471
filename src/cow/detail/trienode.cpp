// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "trienode.h"

#include <QtCore/qhashfunctions.h>

namespace Axiom::detail {

namespace {

void absorb(TrieNode *node, const TrieNodeType &type, int &budget, bool wholeChain) noexcept
{
    TrieNode *base = node->base.exchange(nullptr, std::memory_order_acquire);
    if (!base)
        return;
    // Nobody can free the base while it is claimed.
    if (wholeChain)
        absorb(base, type, budget, true);
    if (base->isShared()) {
        if (wholeChain) {
            const int depth = base->depth.load(std::memory_order_relaxed) + 1;
            node->depth.store(quint8(depth), std::memory_order_relaxed);
        }
        node->base.store(base, std::memory_order_release);
        return;
    }
    const quint32 borrowed = node->usedSlots() & ~node->owned;
    const quint32 replaced = base->owned & ~borrowed;
    node->owned |= base->owned & borrowed;
    node->depth.store(base->depth.load(std::memory_order_relaxed), std::memory_order_relaxed);
    node->base.store(base->base.load(std::memory_order_relaxed), std::memory_order_release);
    const quint32 children = replaced & base->childMap & node->childMap;
    type.drop(base, replaced);
    type.free(base);

    forEachSlot(children, [&](quint32 slot) {
        TrieNode *child = node->child(slot);
        if (budget > 0 && child->base.load(std::memory_order_relaxed)) {
            --budget;
            absorb(child, type, budget, false);
        }
    });
}

constexpr int Budget = 32;

} // namespace

void absorbBase(TrieNode *node, const TrieNodeType &type) noexcept
{
    int budget = Budget;
    absorb(node, type, budget, false);
}

void shortenChain(TrieNode *node, const TrieNodeType &type) noexcept
{
    int budget = Budget;
    absorb(node, type, budget, true);
}

std::size_t processTrieSeed() noexcept
{
    static const std::size_t seed = QHashSeed::globalSeed();
    return seed;
}

} // namespace Axiom::detail
