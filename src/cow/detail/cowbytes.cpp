// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cowbytes.h"

#include "frozennodes.h"

namespace Axiom::detail {

namespace {

void collect(const CowNode *node, std::unordered_set<const CowNode *> &nodes)
{
    nodes.insert(node);
    if (node->level > 0 && !node->isFrozen()) {
        for (int i = 0; i < node->count; ++i)
            collect(asInner(node)->children[i], nodes);
    }
}

} // namespace

qsizetype frozenBytes(const CowFrozen *node)
{
    return qsizetype(sizeof(CowFrozen)) + node->content()->byteSize();
}

std::unordered_set<const CowNode *> nodesOf(const CowNode *root)
{
    std::unordered_set<const CowNode *> nodes;
    collect(root, nodes);
    return nodes;
}

} // namespace Axiom::detail
