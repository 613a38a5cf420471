// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_TRIEFREEZER_H
#define AXIOM_DETAIL_TRIEFREEZER_H

#include "../cowhash.h"
#include "freezing.h"

#include <functional>
#include <memory>
#include <unordered_map>

namespace Axiom::detail {

// Puts frozen nodes in the place of subtries of some hundred entries; see VectorFreezer.
template <typename K, typename V>
class TrieFreezer
{
    using Trie = CowTrie<K, V>;
    using Ref = typename Trie::Ref;

public:
    using Entry = typename Trie::Entry;
    using Encode =
        std::function<std::shared_ptr<const FrozenTrie>(const std::vector<const Entry *> &entries)>;

    // A subtrie of so many entries is not small enough to be merged with others by a removal.
    static constexpr quint32 MinSegment = 2 * TrieNode::Fanout + Trie::LeafSize;
    static constexpr quint32 MaxSegment = 2048;

    // Returns false when there was more than the budget allows for.
    bool encode(const CowHash<K, V> &hash, FreezeBudget &budget, const Encode &encode)
    {
        return !hash.m_root || visit(hash.m_root, 0, budget, encode);
    }

    CowHash<K, V> frozen(const CowHash<K, V> &hash, FreezeBudget &budget) const
    {
        if (!hash.m_root || m_frozen.empty())
            return hash;
        return CowHash<K, V>(replaced(hash.m_root, budget).take(), hash.m_size);
    }

    // With nothing frozen any more, but for what can't be had.
    static CowHash<K, V> thawed(const CowHash<K, V> &hash)
    {
        if (!hash.m_root)
            return hash;
        return CowHash<K, V>(thawed(hash.m_root).take(), hash.m_size);
    }

    static void measure(const CowHash<K, V> &hash, FrozenParts &parts, int /*field*/ = -1)
    {
        if (hash.m_root)
            measure(hash.m_root, parts);
    }

    static bool isHeldElsewhere(const CowHash<K, V> &hash, int knownCopies)
    {
        TrieNode *root = hash.m_root;
        if (!root)
            return false;
        if (root->ref.load(std::memory_order_acquire) > quint32(1 + knownCopies))
            return true;
        if (root->isFrozen())
            return false;
        if (root->base.load(std::memory_order_relaxed))
            shortenChain(root, Trie::Type);
        return root->base.load(std::memory_order_relaxed)
            || std::any_of(root->children(), root->children() + root->childCount(),
                           [](const TrieNode *child) { return child->isShared(); });
    }

private:
    static bool isSegment(const TrieNode *node) noexcept
    {
        return node->isInner() && node->count >= MinSegment && node->count <= MaxSegment
            && !holdsFrozen(node);
    }

    // A larger subtrie whose parts were frozen may have become as small as one of these. It keeps
    // its frozen parts, which may be such that can't be thawed. No part has fewer entries.
    static bool holdsFrozen(const TrieNode *node) noexcept
    {
        return std::any_of(
            node->children(), node->children() + node->childCount(), [](const TrieNode *child) {
                return child->count >= MinSegment && (child->isFrozen() || holdsFrozen(child));
            });
    }

    bool visit(TrieNode *node, int level, FreezeBudget &budget, const Encode &encode)
    {
        if (node->isFrozen()) {
            refreeze(asFrozen(node), level, budget);
            return true;
        }
        if (isSegment(node)) {
            if (m_frozen.contains(node) || budget.fruitless.contains(node))
                return true;
            if (budget.isSpent())
                return false;
            std::vector<const Entry *> entries;
            entries.reserve(node->count);
            const auto add = [&](const Entry &entry) { entries.push_back(&entry); };
            Trie::forEachEntry(static_cast<const TrieNode *>(node), add);
            const bool isWhole = entries.size() == node->count;
            if (auto content = isWhole ? encode(entries) : nullptr) {
                budget.spend(content->formerByteSize(), content->byteSize());
                m_frozen.emplace(
                    node, Ref(FrozenTrieNode::create(node->count, level, std::move(content))));
            } else {
                budget.spendInVain(node, segmentBytes(node));
            }
            return true;
        }
        for (int i = 0; i < node->childCount(); ++i) {
            if (!visit(node->children()[i], level + 1, budget, encode))
                return false;
        }
        return true;
    }

    void refreeze(FrozenTrieNode *node, int level, const FreezeBudget &budget)
    {
        if (!node->subtree() || node->isDamaged() || node->thawedAt() > budget.thawedBefore
            || m_frozen.contains(node))
            return;
        m_frozen.emplace(node, Ref(FrozenTrieNode::create(node->count, level, node->content())));
    }

    Ref replaced(TrieNode *node, FreezeBudget &budget) const
    {
        if (const auto found = m_frozen.find(node); found != m_frozen.end()) {
            TrieNode *frozen = found->second.node();
            if (!frozen->isShared()) // with another version
                budget.free(*asFrozen(frozen)->content(), node->isFrozen());
            return Trie::retained(frozen);
        }
        if (!node->isInner())
            return Trie::retained(node);
        return Trie::withChildren(node, [&](TrieNode *child) { return replaced(child, budget); });
    }

    static Ref thawed(TrieNode *node)
    {
        if (node->isFrozen()) {
            asFrozen(node)->thaw();
            TrieNode *subtrie = asFrozen(node)->subtree();
            return Trie::retained(asFrozen(node)->isDamaged() || !subtrie ? node : subtrie);
        }
        if (!node->isInner())
            return Trie::retained(node);
        return Trie::withChildren(node, [](TrieNode *child) { return thawed(child); });
    }

    // Estimated from some of its entries.
    static qint64 segmentBytes(const TrieNode *node)
    {
        const TrieNode *some = node;
        while (some->childCount() > 0)
            some = some->children()[0];
        return Trie::byteSize(some) * node->count / std::max<quint32>(subtreeCount(some), 1);
    }

    static void measure(const TrieNode *node, FrozenParts &parts)
    {
        if (!parts.isNew(node))
            return;
        if (node->isFrozen()) {
            const FrozenTrieNode *frozen = asFrozen(node);
            if (frozen->subtree())
                parts.addThawed(*frozen->content(), frozen->thawedAt(), frozen->isDamaged());
            else
                parts.addFrozen(*frozen->content());
        } else if (isSegment(node)) {
            parts.addResident(segmentBytes(node));
        } else {
            for (int i = 0; i < node->childCount(); ++i)
                measure(node->children()[i], parts);
        }
    }

    std::unordered_map<const TrieNode *, Ref> m_frozen;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_TRIEFREEZER_H
