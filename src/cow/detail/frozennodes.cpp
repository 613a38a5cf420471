// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "frozennodes.h"

#include "../../core/clock.h"
#include "cownode.h"
#include "nodecache.h"
#include "trienode.h"

#include <algorithm>

namespace Axiom::detail {

namespace {

std::atomic<const Clock *> thawClock = nullptr;

} // namespace

FrozenNodes::~FrozenNodes() = default;

DamagedElements::DamagedElements()
    : std::runtime_error("frozen elements are damaged and cannot be changed")
{ }

DamagedElements::~DamagedElements() = default;

qint64 thawTime() noexcept
{
    const Clock *clock = thawClock.load(std::memory_order_acquire);
    return (clock ? *clock : Clock::steady()).now().count();
}

qint64 thawedSince(qint64 begin) noexcept
{
    const qint64 now = thawTime();
    return now + std::max<qint64>(0, 20 * (now - begin) - RefreezeAfter.count());
}

void setThawClock(const Clock *clock) noexcept
{
    thawClock.store(clock, std::memory_order_release);
}

CowFrozen *CowFrozen::create(const CowNode *instead, std::shared_ptr<const FrozenNodes> content)
{
    void *memory = allocateNode(sizeof(CowFrozen), alignof(CowFrozen));
    auto *node = new (memory) CowFrozen(std::move(content));
    node->level = instead->level;
    node->count = instead->count;
    node->shape = FrozenShape;
    node->size = qint32(nodeSize(instead));
    return node;
}

void CowFrozen::free(CowFrozen *node) noexcept
{
    node->~CowFrozen();
    freeNode(node, sizeof(CowFrozen), alignof(CowFrozen));
}

CowNode *CowFrozen::thawNow() noexcept
{
    const auto &tree = static_cast<const FrozenTree &>(*content());
    return thawOnce([&] { return tree.thaw(level); }, [&] { return tree.blank(level); });
}

FrozenTrieNode *FrozenTrieNode::create(quint32 count, int level,
                                       std::shared_ptr<const FrozenNodes> content)
{
    void *memory = allocateNode(sizeof(FrozenTrieNode), alignof(FrozenTrieNode));
    auto *node = new (memory) FrozenTrieNode(std::move(content));
    node->kind = Kind::Frozen;
    node->bytes = sizeof(FrozenTrieNode);
    node->count = count;
    node->m_level = level;
    return node;
}

void FrozenTrieNode::free(FrozenTrieNode *node) noexcept
{
    node->~FrozenTrieNode();
    freeNode(node, sizeof(FrozenTrieNode), alignof(FrozenTrieNode));
}

qsizetype FrozenTrieNode::byteSize() const noexcept
{
    return qsizetype(sizeof(FrozenTrieNode)) + content()->byteSize();
}

TrieNode *FrozenTrieNode::thawNow() noexcept
{
    const auto &trie = static_cast<const FrozenTrie &>(*content());
    return thawOnce([&] { return trie.thaw(m_level); }, [&] { return trie.blank(); });
}

namespace {

template <typename Node>
Node *residentNodeForWrite(Node *node)
{
    if (Q_LIKELY(!node->isFrozen()))
        return node;
    asFrozen(node)->thaw();
    // Another thread may have had the memory for it by now.
    Node *subtree = asFrozen(node)->subtree();
    if (!subtree)
        throw std::bad_alloc();
    if (asFrozen(node)->isDamaged())
        throw DamagedElements();
    return subtree;
}

} // namespace

TrieNode *residentForWrite(TrieNode *node)
{
    return residentNodeForWrite(node);
}

CowNode *residentForWrite(CowNode *node)
{
    return residentNodeForWrite(node);
}

} // namespace Axiom::detail
