// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "frozennodes.h"

#include "../../core/clock.h"
#include "cownode.h"
#include "nodecache.h"
#include "trienode.h"

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

void setThawClock(const Clock *clock) noexcept
{
    thawClock.store(clock, std::memory_order_release);
}

CowFrozen *CowFrozen::create(const CowNode *instead, std::shared_ptr<const FrozenNodes> content)
{
    auto *node = new (allocateNode(sizeof(CowFrozen), alignof(CowFrozen))) CowFrozen;
    node->level = instead->level;
    node->count = instead->count;
    node->shape = FrozenShape;
    node->size = qint32(nodeSize(instead));
    node->m_content = std::move(content);
    return node;
}

void CowFrozen::free(CowFrozen *node) noexcept
{
    node->~CowFrozen();
    freeNode(node, sizeof(CowFrozen), alignof(CowFrozen));
}

CowNode *CowFrozen::thawNow() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (CowNode *node = subtree())
        return node;
    const auto &tree = static_cast<const FrozenTree &>(*m_content);
    CowNode *node = tree.thaw(level);
    if (!node) {
        m_isDamaged.store(true, std::memory_order_relaxed);
        node = tree.blank(level);
    }
    m_thawedAt.store(thawTime(), std::memory_order_relaxed);
    m_subtree.store(node, std::memory_order_release);
    return node;
}

FrozenTrieNode *FrozenTrieNode::create(quint32 count, int level,
                                       std::shared_ptr<const FrozenNodes> content)
{
    auto *node = new (allocateNode(sizeof(FrozenTrieNode), alignof(FrozenTrieNode))) FrozenTrieNode;
    node->kind = Kind::Frozen;
    node->bytes = sizeof(FrozenTrieNode);
    node->count = count;
    node->m_level = level;
    node->m_content = std::move(content);
    return node;
}

void FrozenTrieNode::free(FrozenTrieNode *node) noexcept
{
    node->~FrozenTrieNode();
    freeNode(node, sizeof(FrozenTrieNode), alignof(FrozenTrieNode));
}

qsizetype FrozenTrieNode::byteSize() const noexcept
{
    return qsizetype(sizeof(FrozenTrieNode)) + m_content->byteSize();
}

TrieNode *FrozenTrieNode::thawNow() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (TrieNode *node = subtrie())
        return node;
    const auto &trie = static_cast<const FrozenTrie &>(*m_content);
    TrieNode *node = trie.thaw(m_level);
    if (!node) {
        m_isDamaged.store(true, std::memory_order_relaxed);
        node = trie.blank();
    }
    m_thawedAt.store(thawTime(), std::memory_order_relaxed);
    m_subtrie.store(node, std::memory_order_release);
    return node;
}

TrieNode *residentForWrite(TrieNode *node)
{
    if (Q_LIKELY(!node->isFrozen()))
        return node;
    TrieNode *subtrie = asFrozen(node)->thaw();
    if (asFrozen(node)->isDamaged())
        throw DamagedElements();
    return subtrie;
}

CowNode *residentForWrite(CowNode *node)
{
    if (Q_LIKELY(!node->isFrozen()))
        return node;
    CowNode *subtree = asFrozen(node)->thaw();
    if (asFrozen(node)->isDamaged())
        throw DamagedElements();
    return subtree;
}

} // namespace Axiom::detail
