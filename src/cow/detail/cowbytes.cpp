// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cowbytes.h"

namespace Axiom::detail {

namespace {

void collect(const CowNode *node, std::unordered_set<const CowNode *> &nodes)
{
    nodes.insert(node);
    if (node->level > 0) {
        for (int i = 0; i < node->count; ++i)
            collect(asInner(node)->children[i], nodes);
    }
}

} // namespace

std::unordered_set<const CowNode *> nodesOf(const CowNode *root)
{
    std::unordered_set<const CowNode *> nodes;
    collect(root, nodes);
    return nodes;
}

} // namespace Axiom::detail
