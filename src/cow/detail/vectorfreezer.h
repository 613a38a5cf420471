// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_VECTORFREEZER_H
#define AXIOM_DETAIL_VECTORFREEZER_H

#include "../cowvector.h"
#include "freezing.h"
#include "frozennodes.h"

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace Axiom::detail {

// Puts frozen nodes in the place of segments, subtrees of some tens to hundreds of elements.
//
// It works in two steps, for a vector that may change meanwhile. encode() looks at a copy of the
// vector, on any thread, and keeps a frozen node for each segment. frozen() then gives the vector
// as it is now with those of its segments frozen that are still the ones that were encoded. As the
// copy keeps these alive, a segment is known by its address. Versions that share a segment come to
// share its frozen node.
template <typename T>
class VectorFreezer
{
    using Tree = CowTree<T>;
    using Ref = CowRef<T>;

public:
    using Blocks = std::span<const std::span<const T>>;
    // Null when the elements can't be encoded, or it is not worth it.
    using Encode = std::function<std::shared_ptr<const FrozenTree>(Blocks blocks)>;

    // Enough to compress well, and few enough to be thawed for the sake of one: of a record of 1 KB,
    // 32 elements took 0.08 ms and shrank to an eleventh, 512 took 0.5 ms and shrank to a fifteenth.
    static constexpr int MinSegment = 32;
    static constexpr int segmentLevel()
    {
        int level = 1;
        while (CowLeaf<T>::Capacity << (CowInner::Bits * level) < MinSegment)
            ++level;
        return level;
    }

    // Returns false when there was more than the budget allows for. The field is that which the
    // budget knows elements in use of.
    bool encode(const CowVector<T> &vector, FreezeBudget &budget, const Encode &encode,
                int field = -1)
    {
        return !vector.m_root || visit(vector.m_root, {field, 0}, budget, encode);
    }

    bool isEmpty() const noexcept { return m_frozen.empty(); }

    CowVector<T> frozen(const CowVector<T> &vector, FreezeBudget &budget) const
    {
        if (!vector.m_root || m_frozen.empty())
            return vector;
        Ref root = replaced(vector.m_root, budget);
        if (root.node() == vector.m_root)
            return vector;
        return CowVector<T>(std::move(root), Tree::MayBeFrozen);
    }

    // With nothing frozen any more, but for what can't be had.
    static CowVector<T> thawed(const CowVector<T> &vector)
    {
        if (!vector.mayBeFrozen())
            return vector;
        bool isAll = true;
        Ref root = thawed(vector.m_root, isAll);
        return CowVector<T>(std::move(root), isAll ? 0 : qint32(Tree::MayBeFrozen));
    }

    static void measure(const CowVector<T> &vector, FrozenParts &parts, int field = -1)
    {
        if (vector.m_root)
            measure(vector.m_root, {field, 0}, parts);
    }

    // Whether somebody has what this vector has, beside so many copies of it that are known.
    static bool isHeldElsewhere(const CowVector<T> &vector, int knownCopies)
    {
        CowNode *root = vector.m_root;
        if (!root || root->level == 0)
            return false;
        if (root->ref.load(std::memory_order_acquire) > quint32(1 + knownCopies))
            return true;
        if (root->isFrozen())
            return false;
        Tree::squeeze(root);
        const CowInner *inner = asInner(root);
        if (inner->base.load(std::memory_order_relaxed))
            return true;
        return std::any_of(inner->children, inner->children + inner->count,
                           [](const CowNode *child) { return child->isShared(); });
    }

private:
    // The first element of a node.
    struct Place
    {
        int field;
        qsizetype first;

        Place child(const CowInner *node, int child) const
        {
            return {field, first + node->start(child)};
        }
        bool isInUse(const std::vector<ElementsInUse> &elements, const CowNode *node) const
        {
            return !elements.empty() && detail::isInUse(elements, field, first, nodeSize(node));
        }
    };

    static bool isSegment(const CowNode *node) noexcept
    {
        return node->level > 0 && node->level <= segmentLevel();
    }

    bool visit(CowNode *node, Place place, FreezeBudget &budget, const Encode &encode)
    {
        if (node->isFrozen()) {
            if (!place.isInUse(budget.inUse, node))
                refreeze(asFrozen(node), budget);
            return true;
        }
        if (isSegment(node)) {
            if (m_frozen.contains(node) || budget.fruitless.contains(node)
                || place.isInUse(budget.inUse, node))
                return true;
            if (budget.isSpent())
                return false;
            std::vector<std::span<const T>> blocks;
            const auto add = [&](std::span<const T> block) { blocks.push_back(block); };
            Tree::forEachBlock(node, add);
            if (auto content = encode(blocks)) {
                budget.spend(content->formerByteSize(), content->byteSize());
                m_frozen.emplace(node, Ref(CowFrozen::create(node, std::move(content))));
            } else {
                budget.spendInVain(node, segmentBytes(node));
            }
            return true;
        }
        if (node->level == 0)
            return true;
        for (int i = 0; i < node->count; ++i) {
            const CowInner *inner = asInner(node);
            if (!visit(inner->children[i], place.child(inner, i), budget, encode))
                return false;
        }
        return true;
    }

    // Unchanged elements need no work: what they thawed to is left behind.
    void refreeze(CowFrozen *node, const FreezeBudget &budget)
    {
        if (!node->subtree() || node->isDamaged() || node->thawedAt() > budget.thawedBefore
            || m_frozen.contains(node))
            return;
        m_frozen.emplace(node, Ref(CowFrozen::create(node, node->content())));
    }

    Ref replaced(CowNode *node, FreezeBudget &budget) const
    {
        if (const auto found = m_frozen.find(node); found != m_frozen.end()) {
            CowNode *frozen = found->second.node();
            if (!frozen->isShared()) // with another version
                budget.free(*asFrozen(frozen)->content(), node->isFrozen());
            return Ref::retained(frozen);
        }
        if (node->level <= segmentLevel() || node->isFrozen())
            return Ref::retained(node);
        return withChildren(asInner(node), [&](CowNode *child) { return replaced(child, budget); });
    }

    static Ref thawed(CowNode *node, bool &isAll)
    {
        if (node->isFrozen()) {
            asFrozen(node)->thaw();
            CowNode *subtree = asFrozen(node)->subtree();
            const bool isThere = subtree && !asFrozen(node)->isDamaged();
            isAll &= isThere;
            return Ref::retained(isThere ? subtree : node);
        }
        if (node->level <= segmentLevel())
            return Ref::retained(node);
        return withChildren(asInner(node), [&](CowNode *child) { return thawed(child, isAll); });
    }

    // A copy of a node with other children, or the node when all stay the same.
    template <typename F>
    static Ref withChildren(CowInner *node, F &&replacement)
    {
        Ref refs[CowInner::Fanout];
        bool changed = false;
        for (int i = 0; i < node->count; ++i) {
            refs[i] = replacement(node->children[i]);
            changed |= refs[i].node() != node->children[i];
        }
        if (!changed)
            return Ref::retained(node);
        CowNode *children[CowInner::Fanout];
        for (int i = 0; i < node->count; ++i)
            children[i] = refs[i].node();
        Ref copy(makeInner(node->level, node->shift(), children, node->count));
        for (int i = 0; i < node->count; ++i)
            refs[i].take();
        return copy;
    }

    // Estimated from the first of its elements.
    static qint64 segmentBytes(const CowNode *node)
    {
        const CowNode *leaf = node;
        while (leaf->level > 0)
            leaf = asInner(leaf)->children[0];
        return leafBytes(Tree::asLeaf(leaf)) * nodeSize(node) / std::max<qsizetype>(leaf->count, 1);
    }

    static void measure(const CowNode *node, Place place, FrozenParts &parts)
    {
        if (node->level == 0 || !parts.isNew(node))
            return;
        if (node->isFrozen()) {
            const CowFrozen *frozen = asFrozen(node);
            if (frozen->subtree())
                parts.addThawed(*frozen->content(), frozen->thawedAt(), frozen->isDamaged(),
                                place.isInUse(parts.inUse, node));
            else
                parts.addFrozen(*frozen->content());
        } else if (isSegment(node)) {
            const qint64 bytes = segmentBytes(node);
            parts.addResident(bytes);
            if (place.isInUse(parts.inUse, node))
                parts.bytesInUse += bytes;
        } else {
            const CowInner *inner = asInner(node);
            for (int i = 0; i < node->count; ++i)
                measure(inner->children[i], place.child(inner, i), parts);
        }
    }

    std::unordered_map<const CowNode *, Ref> m_frozen;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_VECTORFREEZER_H
