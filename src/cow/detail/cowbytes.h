// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWBYTES_H
#define AXIOM_DETAIL_COWBYTES_H

#include "../../core/bytesize.h"
#include "cowtree.h"

#include <unordered_set>

namespace Axiom::detail {

template <typename T>
qsizetype leafBytes(const CowLeaf<T> *leaf)
{
    auto bytes = qsizetype(CowLeaf<T>::bytes(leaf->capacity()));
    if constexpr (!std::is_arithmetic_v<T> && !std::is_enum_v<T>) {
        for (int i = 0; i < leaf->count; ++i)
            bytes += heapBytes(leaf->data()[i]);
    }
    return bytes;
}

// Without the subtree.
AXIOM_CORE_EXPORT qsizetype frozenBytes(const CowFrozen *node);

template <typename T>
qsizetype treeBytes(const CowNode *node)
{
    if (node->level == 0)
        return leafBytes(CowTree<T>::asLeaf(node));
    if (node->isFrozen()) {
        const CowNode *subtree = asFrozen(node)->subtree();
        return frozenBytes(asFrozen(node)) + (subtree ? treeBytes<T>(subtree) : 0);
    }
    auto bytes = qsizetype(asInner(node)->bytes());
    for (int i = 0; i < node->count; ++i)
        bytes += treeBytes<T>(asInner(node)->children[i]);
    return bytes;
}

// The bytes of what of a tree is also in another one, given the nodes of that one.
template <typename T>
qsizetype commonBytes(const CowNode *node, const std::unordered_set<const CowNode *> &others)
{
    if (others.contains(node))
        return treeBytes<T>(node);
    qsizetype bytes = 0;
    if (node->level > 0 && !node->isFrozen()) {
        for (int i = 0; i < node->count; ++i)
            bytes += commonBytes<T>(asInner(node)->children[i], others);
    }
    return bytes;
}

AXIOM_CORE_EXPORT std::unordered_set<const CowNode *> nodesOf(const CowNode *root);

template <typename T>
qsizetype sharedTreeBytes(const CowNode *a, const CowNode *b)
{
    return a == b ? treeBytes<T>(a) : commonBytes<T>(a, nodesOf(b));
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWBYTES_H
