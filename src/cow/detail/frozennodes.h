// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FROZENNODES_H
#define AXIOM_DETAIL_FROZENNODES_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>

namespace Axiom {
class Clock;
} // namespace Axiom

namespace Axiom::detail {

struct CowNode;
struct TrieNode;

// Encoded elements and the way back to nodes; immutable, shared by all frozen nodes that stand for
// the same elements. The layers above know how to encode.
class AXIOM_CORE_EXPORT FrozenNodes
{
public:
    FrozenNodes() = default;
    virtual ~FrozenNodes();
    FrozenNodes(const FrozenNodes &) = delete;
    FrozenNodes &operator=(const FrozenNodes &) = delete;

    // Bytes held.
    virtual qsizetype byteSize() const noexcept = 0;
    // What the elements took before, as far as known.
    virtual qint64 formerByteSize() const noexcept = 0;
};

// Of a CowVector. Both return a new tree of that level with one reference.
class AXIOM_CORE_EXPORT FrozenTree : public FrozenNodes
{
public:
    // Null when the bytes are damaged, which it tells whom it concerns. Throws std::bad_alloc.
    virtual CowNode *thaw(int level) const = 0;
    virtual CowNode *blank(int level) const = 0;
};

// Of a CowHash.
class AXIOM_CORE_EXPORT FrozenTrie : public FrozenNodes
{
public:
    // The level is that of the root, counted from that of the whole trie. Both as FrozenTree's.
    virtual TrieNode *thaw(int level) const = 0;
    virtual TrieNode *blank() const = 0;
};

// Tells when something was thawed. Steady time, unless a test sets another clock.
AXIOM_CORE_EXPORT qint64 thawTime() noexcept;
AXIOM_CORE_EXPORT void setThawClock(const Clock *clock) noexcept;

// What was thawed stays for as long at least, and for 20 times as long as it took.
constexpr std::chrono::nanoseconds RefreezeAfter = std::chrono::seconds(30);
// Now, or the later time from which RefreezeAfter is enough, for what began to be thawed then.
AXIOM_CORE_EXPORT qint64 thawedSince(qint64 begin) noexcept;

// What frozen nodes of vectors and hashes have in common: the encoded elements, and the nodes that
// these were thawed to by whoever looked first.
template <typename Node>
class FrozenSlot
{
public:
    // Null until the elements were thawed.
    Node *subtree() const noexcept { return m_subtree.load(std::memory_order_acquire); }
    // Elements that can't be had again read as default values. They do so for good when they are
    // damaged, and until the next look when there was no memory for them: there is no subtree then.
    bool isDamaged() const noexcept { return m_isDamaged.load(std::memory_order_relaxed); }
    bool isMissing() const noexcept { return isDamaged() || lacksMemory(); }
    bool lacksMemory() const noexcept { return standIn() && !subtree(); }
    Node *standIn() const noexcept { return m_standIn.load(std::memory_order_acquire); }
    // See thawedSince().
    qint64 thawedAt() const noexcept { return m_thawedAt.load(std::memory_order_relaxed); }
    const std::shared_ptr<const FrozenNodes> &content() const noexcept { return m_content; }

protected:
    explicit FrozenSlot(std::shared_ptr<const FrozenNodes> content) : m_content(std::move(content))
    { }

    // thaw() returns null for what is damaged. Without memory even for default values this ends the
    // process, as a failed allocation does in Qt.
    template <typename Thaw, typename Blank>
    Node *thawOnce(Thaw &&thaw, Blank &&blank) noexcept
    {
        const std::lock_guard lock(m_mutex);
        if (Node *node = subtree())
            return node;
        const qint64 begin = thawTime();
        Node *node = nullptr;
        bool isDamaged = false;
        try {
            node = thaw();
            isDamaged = !node;
        } catch (const std::bad_alloc &) { }
        if (!node) {
            node = standIn() ? standIn() : blank();
            m_standIn.store(isDamaged ? nullptr : node, std::memory_order_release);
            if (!isDamaged)
                return node;
            m_isDamaged.store(true, std::memory_order_relaxed);
        }
        m_thawedAt.store(thawedSince(begin), std::memory_order_relaxed);
        m_subtree.store(node, std::memory_order_release);
        return node;
    }

private:
    std::atomic<Node *> m_subtree = nullptr;
    std::atomic<Node *> m_standIn = nullptr; // goes with the slot: others may be reading it
    std::atomic<qint64> m_thawedAt = 0;
    std::atomic<bool> m_isDamaged = false;
    std::mutex m_mutex;
    const std::shared_ptr<const FrozenNodes> m_content;
};

// An update is about to change elements that can't be thawed.
class AXIOM_CORE_EXPORT DamagedElements : public std::runtime_error
{
public:
    DamagedElements();
    ~DamagedElements() override;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FROZENNODES_H
