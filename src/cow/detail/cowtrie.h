// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWTRIE_H
#define AXIOM_DETAIL_COWTRIE_H

#include "../../core/bytesize.h"
#include "bitshareable.h"
#include "deferredrelease.h"
#include "hashing.h"
#include "nodecache.h"
#include "trienode.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace Axiom::detail {

template <typename K>
std::size_t trieHash(const K &key)
{
    return hashOf(key, trieSeed());
}

template <typename K, typename V>
struct TrieEntry
{
    K key;
    V value;
};

// The algorithms on tries. What may throw, copies of entries and allocations, comes before the
// content is touched: a path that became private on the way holds what it held.
template <typename K, typename V>
struct CowTrie
{
    using Node = TrieNode;
    using Entry = TrieEntry<K, V>;

    static constexpr bool Copyable =
        std::is_copy_constructible_v<K> && std::is_copy_constructible_v<V>;
    static constexpr bool Trivial =
        std::is_trivially_copyable_v<K> && std::is_trivially_copyable_v<V>;
    // A copy of a node has bytewise copies of the entries, which it does not own at first;
    // otherwise every node owns its entries.
    static constexpr bool Borrows = BitShareable<K>::value && BitShareable<V>::value
        && std::is_nothrow_copy_constructible_v<K> && std::is_nothrow_copy_constructible_v<V>;
    // Entries are moved out of an unshared node only where that can't fail half-way.
    static constexpr bool Moves = !Copyable
        || (std::is_nothrow_move_constructible_v<K> && std::is_nothrow_move_constructible_v<V>);
    static constexpr bool Assigns = std::is_nothrow_move_assignable_v<V> || !Copyable;
    static constexpr std::size_t Alignment = std::max(alignof(Entry), alignof(Node));
    // Large leaves are found fast, and dear to copy; most of all where each entry is copied.
    static constexpr int LeafSize =
        Borrows ? int(std::bit_floor(std::clamp<std::size_t>(1024 / sizeof(Entry), 8, 32))) : 8;

    static constexpr std::size_t aligned(std::size_t offset) noexcept
    {
        return (offset + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);
    }
    static constexpr std::size_t leafBytes(int entries) noexcept
    {
        return aligned(sizeof(Node) + LeafSize) + std::size_t(entries) * sizeof(Entry);
    }
    static constexpr std::size_t innerBytes(int children, std::size_t entries) noexcept
    {
        return aligned(sizeof(Node) + std::size_t(children) * sizeof(Node *))
            + entries * sizeof(Entry);
    }
    static quint8 *tags(Node *leaf) noexcept { return reinterpret_cast<quint8 *>(leaf + 1); }
    static const quint8 *tags(const Node *leaf) noexcept
    {
        return reinterpret_cast<const quint8 *>(leaf + 1);
    }
    static Entry *entries(Node *node) noexcept
    {
        const std::size_t offset =
            node->isLeaf() ? leafBytes(0) : innerBytes(node->childCount(), 0);
        return reinterpret_cast<Entry *>(reinterpret_cast<char *>(node) + offset);
    }
    static const Entry *entries(const Node *node) noexcept
    {
        return entries(const_cast<Node *>(node));
    }
    static int position(const Node *node, quint32 slot) noexcept
    {
        return node->isLeaf() ? std::countr_zero(slot) : bitCount(node->entryMap & (slot - 1));
    }
    static Entry *entryAt(Node *node, quint32 slot) noexcept
    {
        return entries(node) + position(node, slot);
    }
    static const Entry *entryAt(const Node *node, quint32 slot) noexcept
    {
        return entryAt(const_cast<Node *>(node), slot);
    }

    static Node *create(Node::Kind kind, std::size_t needed)
    {
        const std::size_t step = needed <= 64 ? 16 : 32;
        const std::size_t bytes = (needed + step - 1) / step * step;
        Node *node = ::new (allocateNode(bytes, Alignment)) Node;
        node->bytes = quint32(bytes);
        node->kind = kind;
        return node;
    }
    static Node *createInner(quint32 entryMap, quint32 childMap)
    {
        Node *node = create(Node::Kind::Inner,
                            innerBytes(bitCount(childMap), std::size_t(bitCount(entryMap))));
        node->entryMap = entryMap;
        node->childMap = quint16(childMap);
        return node;
    }
    static Node *createLeaf(int capacity)
    {
        Node *leaf = create(Node::Kind::Leaf, leafBytes(capacity));
        leaf->count = LeafSize;
        std::memset(tags(leaf), 0, LeafSize);
        return leaf;
    }
    static void free(Node *node) noexcept
    {
        const std::size_t bytes = node->bytes;
        node->~TrieNode();
        freeNode(node, bytes, Alignment);
    }
    static void drop(Node *node, quint32 bits) noexcept
    {
        if constexpr (!std::is_trivially_destructible_v<Entry>) {
            forEachSlot(bits & node->entryMap,
                        [&](quint32 slot) { std::destroy_at(entryAt(node, slot)); });
        }
        forEachSlot(bits & node->childMap, [&](quint32 slot) { release(node->child(slot)); });
    }
    static constexpr TrieNodeType Type = {&drop, &free};

    static void release(Node *node) noexcept
    {
        if (!node || !node->release())
            return;
        if (!node->isInner() || node->count < DeferredRelease::ManyLeaves * LeafSize
            || !DeferredRelease::add(node, node->count / LeafSize, [](void *root) noexcept {
                   destroy(static_cast<Node *>(root));
               }))
            destroy(node);
    }

    static void destroy(Node *node) noexcept
    {
        if (Q_UNLIKELY(node->isFrozen())) {
            release(asFrozen(node)->subtree());
            release(asFrozen(node)->standIn());
            FrozenTrieNode::free(asFrozen(node));
            return;
        }
        if (node->holdsCollisions())
            std::destroy_n(entries(node), node->count);
        else
            drop(node, node->owned);
        release(node->base.load(std::memory_order_relaxed));
        free(node);
    }

    // One reference to a node.
    class Ref
    {
    public:
        explicit Ref(Node *owned) noexcept : m_node(owned) { }
        Ref(Ref &&other) noexcept : m_node(other.take()) { }
        Ref &operator=(Ref &&) = delete;
        ~Ref() { release(m_node); }

        Node *node() const noexcept { return m_node; }
        Node *take() noexcept { return std::exchange(m_node, nullptr); }

    private:
        Node *m_node;
    };

    // Where a node hangs: in a root, or in a slot of a node that may be changed in place.
    struct Link
    {
        Node **node;
        Node *parent = nullptr;
        quint32 slot = 0;

        bool isOwned() const noexcept { return !parent || (parent->owned & slot) != 0; }
    };

    enum class Content { Nothing, Entry, Child };

    // Has what is behind the tags come at the same time as these, if the node is a leaf.
    static void prefetchLeaf(const Node *node) noexcept
    {
        for (qsizetype line = 1; line <= 4; ++line)
            prefetch(reinterpret_cast<const char *>(node) + line * 64);
    }

    static const Entry *find(const Node *node, std::size_t hash, const K &key)
    {
        if (!node)
            return nullptr;
        return findBelow(node, hash, Node::tag(hash), key);
    }
    static const Entry *findBelow(const Node *node, std::size_t rest, quint8 tag, const K &key)
    {
        for (;;) {
            while (node->childMap & Node::slot(rest)) {
                node = node->child(Node::slot(rest));
                prefetchLeaf(node);
                rest >>= Node::Bits;
            }
            if (Q_LIKELY(!node->isFrozen()))
                return findHere(node, Node::slot(rest), tag, key);
            node = resident(node);
        }
    }
    // Looks among the entries of one node.
    static const Entry *findHere(const Node *node, quint32 slot, quint8 tag, const K &key)
    {
        if (Q_LIKELY(node->isLeaf())) {
            const Entry *all = entries(node);
            quint32 candidates = matchTags<LeafSize>(tags(node), tag) & node->entryMap;
            for (; candidates != 0; candidates &= candidates - 1) {
                const Entry *entry = all + std::countr_zero(candidates);
                if (entry->key == key)
                    return entry;
            }
            return nullptr;
        }
        if (node->entryMap & slot) {
            const Entry *entry = entryAt(node, slot);
            return entry->key == key ? entry : nullptr;
        }
        if (!node->holdsCollisions())
            return nullptr;
        const Entry *begin = entries(node);
        const Entry *end = begin + node->count;
        const Entry *found =
            std::find_if(begin, end, [&](const Entry &entry) { return entry.key == key; });
        return found == end ? nullptr : found;
    }

    // Before a change below the place of a hash.
    static void thawFor(Node *&root, std::size_t hash)
    {
        const Node *node = root;
        std::size_t rest = hash;
        for (; node->childMap & Node::slot(rest); rest >>= Node::Bits)
            node = node->child(Node::slot(rest));
        if (Q_LIKELY(!node->isFrozen()))
            return;
        Ref subtrie = retained(residentForWrite(const_cast<Node *>(node)));
        Link link{&root};
        for (rest = hash; *link.node != node; rest >>= Node::Bits)
            link = down(link, Node::slot(rest));
        replace(link, std::move(subtrie));
        thawFor(root, hash);
    }
    // Throws as residentForWrite() where an entry may only seem to be absent.
    static const Entry *findForWrite(Node *&root, std::size_t hash, const K &key)
    {
        const Entry *found = find(root, hash, key);
        if (!found && root) {
            thawFor(root, hash);
            found = find(root, hash, key);
        }
        return found;
    }
    static Ref retained(Node *node) noexcept
    {
        node->retain();
        return Ref(node);
    }

    // Returns whether the key is new. The root may be that of a subtrie on a level below.
    static bool insert(Node *&root, std::size_t hash, const K &key, V &&value, int rootLevel = 0)
    {
        const std::size_t fromRoot = hash >> (rootLevel * Node::Bits);
        const auto makeEntry = [&](void *place) { ::new (place) Entry{key, std::move(value)}; };
        Item items[LeafSize + 1];
        if (!root) {
            items[0] = {hash, nullptr};
            root = build(rootLevel, items, 1, makeEntry).take();
            return true;
        }
        thawFor(root, fromRoot);
        std::size_t rest = fromRoot;
        // The leaf is fetched while the path to it is copied.
        const Node *last = root;
        for (; last->childMap & Node::slot(rest); rest >>= Node::Bits)
            last = last->child(Node::slot(rest));
        prefetch(last);
        prefetchLeaf(last);
        rest = fromRoot;
        Link link{&root};
        int level = rootLevel;
        for (; (*link.node)->childMap & Node::slot(rest); ++level, rest >>= Node::Bits)
            link = down(link, Node::slot(rest));
        Node *node = *link.node;
        quint32 slot = Node::slot(rest);
        if (Entry *found = const_cast<Entry *>(findHere(node, slot, Node::tag(hash), key))) {
            setValue(link, slotOf(node, found), found, std::move(value));
            return false;
        }
        if (node->isLeaf()) {
            const int count = bitCount(node->entryMap);
            if (count < LeafSize) {
                slot = ~node->entryMap & (node->entryMap + 1);
                reshape(link, prepare(link), slot, Content::Entry, makeEntry);
                tags(*link.node)[std::countr_zero(slot)] = Node::tag(hash);
            } else {
                int taken = 0;
                const auto take = [&](Entry &entry) {
                    items[taken++] = {trieHash(entry.key), &entry};
                };
                forEachOwn(node, take);
                items[taken] = {hash, nullptr};
                replace(link, build(level, items, taken + 1, makeEntry));
            }
        } else if (node->holdsCollisions()) {
            reshapeCollisions(link, nullptr, makeEntry);
        } else {
            if (node->entryMap & slot) {
                Entry *other = entryAt(node, slot);
                items[0] = {trieHash(other->key), other};
                items[1] = {hash, nullptr};
                Ref both = build(level + 1, items, 2, makeEntry);
                reshape(link, prepare(link), slot, Content::Child,
                        [&](void *place) { ::new (place) Node *(both.take()); });
            } else {
                reshape(link, prepare(link), slot, Content::Entry, makeEntry);
            }
            ++level;
        }
        addToCounts(root, fromRoot, level - rootLevel, 1);
        return true;
    }

    // Returns whether the key was there.
    static bool remove(Node *&root, std::size_t hash, const K &key)
    {
        if (!root)
            return false;
        thawFor(root, hash);
        Node *path[Node::Levels + 1];
        int level = 0;
        Node *node = root;
        std::size_t rest = hash;
        for (;; rest >>= Node::Bits, ++level) {
            path[level] = node;
            if (!(node->childMap & Node::slot(rest)))
                break;
            node = node->child(Node::slot(rest));
        }
        const Entry *found = findHere(node, Node::slot(rest), Node::tag(hash), key);
        if (!found)
            return false;
        const quint32 count = node->entryCount();
        if (level == 0 && count == 1 && node->childMap == 0) {
            release(std::exchange(root, nullptr));
            return true;
        }

        // Few enough entries become a leaf, an only one goes up into the parent.
        int top = 0;
        while (top <= level && (path[top]->isLeaf() || path[top]->count != LeafSize + 1))
            ++top;
        const bool single = top > level && level > 0 && node->isLeaf() && count == 2;
        Link link{&root};
        rest = hash;
        for (int i = single ? level - 1 : std::min(top, level); i > 0; --i, rest >>= Node::Bits)
            link = down(link, Node::slot(rest));
        if (top <= level) {
            Item items[LeafSize + 1];
            int left = 0;
            const auto take = [&](Entry &entry) {
                if (&entry != found)
                    items[left++] = {trieHash(entry.key), &entry};
            };
            forEachEntry(*link.node, take);
            replace(link, build(top, items, left, [](void *) {}));
            level = top;
        } else if (single) {
            const quint32 other = node->entryMap & ~slotOf(node, found);
            reshape(link, prepare(link), Node::slot(rest), Content::Entry,
                    [&](void *place) { transfer(place, *entryAt(node, other)); });
        } else if (node->holdsCollisions()) {
            reshapeCollisions(link, found);
        } else {
            const bool inner = node->isInner();
            reshape(link, prepare(link), slotOf(node, found), Content::Nothing, [](void *) {});
            level += inner ? 1 : 0;
        }
        addToCounts(root, hash, level, -1);
        return true;
    }

    // The value to change in place, of a key that is there.
    static V &mutableValue(Node *&root, std::size_t hash, const K &key)
    {
        thawFor(root, hash);
        Link link{&root};
        std::size_t rest = hash;
        for (; (*link.node)->childMap & Node::slot(rest); rest >>= Node::Bits)
            link = down(link, Node::slot(rest));
        const bool exclusive = prepare(link);
        Node *node = *link.node;
        const quint32 nameSlot = Node::slot(rest);
        auto *found = const_cast<Entry *>(findHere(node, nameSlot, Node::tag(hash), key));
        if (exclusive && ownsEntry(node, found))
            return found->value;
        if (node->holdsCollisions()) {
            reshapeCollisions(link, nullptr);
            found = const_cast<Entry *>(findHere(*link.node, nameSlot, Node::tag(hash), key));
            return found->value;
        }
        const quint32 slot = slotOf(node, found);
        reshape(link, exclusive, slot, Content::Entry,
                [&](void *place) { transfer(place, *found); });
        return entryAt(*link.node, slot)->value;
    }

    static bool valuesAreEqual(const Entry &a, const Entry &b)
    {
        return sameBytes(a, b) || valuesEqual(a.value, b.value);
    }
    static bool entriesAreEqual(const Entry &a, const Entry &b)
    {
        return sameBytes(a, b) || (a.key == b.key && valuesEqual(a.value, b.value));
    }
    static bool equal(const Node *a, const Node *b)
    {
        if (a == b)
            return true;
        if (!a || !b || subtreeCount(a) != subtreeCount(b))
            return false;
        if (isSameFrozen(a, b))
            return true;
        const Node *const standsInA = a;
        const Node *const standsInB = b;
        a = resident(a);
        b = resident(b);
        // What is missing is equal to nothing but itself.
        if (isMissing(standsInA) || isMissing(standsInB))
            return false;
        if (a->kind != b->kind || subtreeCount(a) != subtreeCount(b))
            return false;
        if (a->isInner()) {
            if (a->entryMap != b->entryMap || a->childMap != b->childMap
                || !std::equal(entries(a), entries(a) + a->entryCount(), entries(b),
                               entriesAreEqual))
                return false;
            const int children = a->childCount();
            for (int i = 0; i < children; ++i) {
                if (!equal(a->children()[i], b->children()[i]))
                    return false;
            }
            return true;
        }
        bool same = true;
        const auto compare = [&](const Entry &entry) {
            if (same) {
                const Entry *other = counterpart(b, a, entry);
                same = other && valuesAreEqual(entry, *other);
            }
        };
        forEachOwn(a, compare);
        return same;
    }

    // Calls function(entry) for those of this node alone.
    template <typename N, typename F>
    static void forEachOwn(N *node, F &function)
    {
        auto *all = entries(node);
        if (node->isLeaf()) {
            forEachSlot(node->entryMap,
                        [&](quint32 slot) { function(all[std::countr_zero(slot)]); });
        } else {
            const quint32 count = node->entryCount();
            for (quint32 i = 0; i < count; ++i)
                function(all[i]);
        }
    }
    template <typename N, typename F>
    static void forEachEntry(N *node, F &function)
    {
        node = const_cast<N *>(resident(node));
        forEachOwn(node, function);
        const int children = node->childCount();
        for (int i = 0; i < children; ++i)
            forEachEntry(static_cast<N *>(node->children()[i]), function);
    }

    // Calls changes.removed(entry), changes.added(entry) and changes.changed(before, after).
    template <typename Changes>
    static void diff(const Node *before, const Node *after, Changes &changes, int level = 0)
    {
        if (before == after || isSameFrozen(before, after))
            return;
        before = resident(before);
        after = resident(after);
        if (before == after)
            return;
        if (!before->isInner() || !after->isInner()) {
            diffEntries(before, after, changes, level);
            return;
        }
        forEachSlot(before->usedSlots() | after->usedSlots(), [&](quint32 slot) {
            if (before->childMap & after->childMap & slot) {
                diff(before->child(slot), after->child(slot), changes, level + 1);
                return;
            }
            const Entry *old = before->entryMap & slot ? entryAt(before, slot) : nullptr;
            const Entry *now = after->entryMap & slot ? entryAt(after, slot) : nullptr;
            if (old && now && (sameBytes(*old, *now) || old->key == now->key)) {
                if (!valuesAreEqual(*old, *now))
                    changes.changed(*old, *now);
                return;
            }
            const auto removed = [&](const Entry &entry) {
                if (now && entry.key == now->key) {
                    if (!valuesAreEqual(entry, *now))
                        changes.changed(entry, *now);
                    now = nullptr;
                } else {
                    changes.removed(entry);
                }
            };
            const auto added = [&](const Entry &entry) {
                if (old && old->key == entry.key) {
                    if (!valuesAreEqual(*old, entry))
                        changes.changed(*old, entry);
                    old = nullptr;
                } else {
                    changes.added(entry);
                }
            };
            if (before->childMap & slot)
                forEachEntry(before->child(slot), removed);
            if (after->childMap & slot)
                forEachEntry(after->child(slot), added);
            if (old)
                changes.removed(*old);
            if (now)
                changes.added(*now);
        });
    }

    static qsizetype byteSize(const Node *node)
    {
        if (node->isFrozen()) {
            const Node *subtrie = asFrozen(node)->subtree();
            return asFrozen(node)->byteSize() + (subtrie ? byteSize(subtrie) : 0);
        }
        auto bytes = qsizetype(node->bytes);
        if constexpr (!(std::is_arithmetic_v<K> && std::is_arithmetic_v<V>)) {
            const auto add = [&](const Entry &entry) {
                bytes += heapBytes(entry.key) + heapBytes(entry.value);
            };
            forEachOwn(node, add);
        }
        const int children = node->childCount();
        for (int i = 0; i < children; ++i)
            bytes += byteSize(node->children()[i]);
        return bytes;
    }
    // Nodes that two tries share stand at the same place in both.
    static qsizetype sharedBytes(const Node *a, const Node *b)
    {
        if (a == b)
            return byteSize(a);
        qsizetype bytes = 0;
        forEachSlot(quint32(a->childMap) & b->childMap,
                    [&](quint32 slot) { bytes += sharedBytes(a->child(slot), b->child(slot)); });
        return bytes;
    }

    static bool isMissing(const Node *node) noexcept
    {
        return node->isFrozen() && asFrozen(node)->isMissing();
    }
    // As CowTree::thawAll().
    static void thawAll(const Node *node)
    {
        if (node->isFrozen()) {
            resident(node);
            if (!asFrozen(node)->subtree())
                throw std::bad_alloc();
            return;
        }
        std::for_each_n(node->children(), node->childCount(), &thawAll);
    }

    static bool isSameFrozen(const Node *a, const Node *b) noexcept
    {
        return a->isFrozen() && b->isFrozen() && asFrozen(a)->content() == asFrozen(b)->content();
    }

    // A copy of an inner node with other children, owning all that it holds; replacement(child)
    // gives a reference. Returns the node itself when all stay the same.
    template <typename F>
    static Ref withChildren(Node *node, F &&replacement)
    {
        std::vector<Ref> refs;
        bool changed = false;
        for (int i = 0; i < node->childCount(); ++i) {
            refs.push_back(replacement(node->children()[i]));
            changed |= refs.back().node() != node->children()[i];
        }
        if (!changed)
            return retained(node);
        Ref copy = derived(node, false, 0, Content::Nothing, [](void *) {});
        settle(copy.node());
        for (int i = 0; i < node->childCount(); ++i)
            release(std::exchange(copy.node()->children()[i], refs[std::size_t(i)].take()));
        return copy;
    }

private:
    static quint32 slotOf(const Node *node, const Entry *entry) noexcept
    {
        const auto position = entry - entries(node);
        if (node->isLeaf())
            return 1u << position;
        quint32 bits = node->entryMap;
        for (auto i = position; i > 0 && bits != 0; --i)
            bits &= bits - 1;
        return bits & (0 - bits);
    }
    static bool ownsEntry(const Node *node, const Entry *entry) noexcept
    {
        return Trivial || node->holdsCollisions() || (node->owned & slotOf(node, entry));
    }

    // The entry of the same key in a node that stands where the one of the entry does.
    static const Entry *counterpart(const Node *node, const Node *mine, const Entry &entry)
    {
        if (node->isLeaf() && mine->isLeaf()) {
            // Mostly the one was copied from the other.
            const auto at = &entry - entries(mine);
            const Entry *same = entries(node) + at;
            if ((node->entryMap >> at & 1) && (sameBytes(*same, entry) || same->key == entry.key))
                return same;
            return findHere(node, 0, tags(mine)[at], entry.key);
        }
        return findHere(node, 0, 0, entry.key);
    }
    // For nodes of which one is no inner node.
    template <typename Changes>
    static void diffEntries(const Node *before, const Node *after, Changes &changes, int level)
    {
        const bool alike = before->kind == after->kind;
        const auto other = [&](const Node *node, const Node *mine, const Entry &entry) {
            if (alike)
                return counterpart(node, mine, entry);
            // At the last level a leaf may have become a node of collisions.
            const std::size_t hash = trieHash(entry.key);
            const int shift = level * Node::Bits;
            std::size_t rest = shift < Node::HashBits ? hash >> shift : 0;
            return findBelow(node, rest, Node::tag(hash), entry.key);
        };
        const auto old = [&](const Entry &entry) {
            const Entry *now = other(after, before, entry);
            if (!now)
                changes.removed(entry);
            else if (!valuesAreEqual(entry, *now))
                changes.changed(entry, *now);
        };
        forEachEntry(before, old);
        const auto added = [&](const Entry &entry) {
            if (!other(before, after, entry))
                changes.added(entry);
        };
        forEachEntry(after, added);
    }

    static void addToCounts(Node *node, std::size_t hash, int levels, int change) noexcept
    {
        for (; levels > 0; --levels, hash >>= Node::Bits) {
            node->count += quint32(change);
            if (levels > 1)
                node = node->child(Node::slot(hash));
        }
    }

    static bool sameBytes(const Entry &a, const Entry &b) noexcept
    {
        if constexpr (Borrows)
            return std::memcmp(static_cast<const void *>(&a), &b, sizeof(Entry)) == 0;
        else
            return false;
    }

    static void transfer(void *to, Entry &from)
    {
        if constexpr (Copyable)
            ::new (to) Entry{std::as_const(from.key), std::as_const(from.value)};
        else
            ::new (to) Entry{std::move(from.key), std::move(from.value)};
    }

    // Absorbs the base if possible; returns whether the node may be changed in place.
    static bool prepare(const Link &link) noexcept
    {
        Node *node = *link.node;
        const bool exclusive = link.isOwned() && !node->isShared();
        // While others reach the node only who has claimed the base may look at it.
        if (Node *base = node->base.load(std::memory_order_relaxed)) {
            if (!exclusive || !base->isShared())
                absorbBase(node, Type);
        }
        return exclusive;
    }

    // Makes a node fit for changes; returns the link to its child.
    static Link down(const Link &link, quint32 slot)
    {
        if (!prepare(link))
            hang(link, derived(*link.node, false, 0, Content::Nothing, [](void *) {}), false);
        Node *node = *link.node;
        return {&node->child(slot), node, slot};
    }

    // A copy with other content in one slot, made by fill(void *place), which may read the old
    // content. It has neither counted what it took over nor a base yet.
    template <typename Fill>
    static Ref derived(Node *from, bool exclusive, quint32 slot, Content content, Fill &&fill)
    {
        const quint32 entryMap = (from->entryMap & ~slot) | (content == Content::Entry ? slot : 0);
        const quint32 childMap = (from->childMap & ~slot) | (content == Content::Child ? slot : 0);
        Ref copy(from->isLeaf() ? createLeaf(wantedCapacity(from, entryMap, exclusive))
                                : createInner(entryMap, childMap));
        Node *node = copy.node();
        node->entryMap = entryMap;
        node->count = from->count;
        if (content != Content::Nothing) {
            if (content == Content::Entry)
                fill(static_cast<void *>(entryAt(node, slot)));
            else
                fill(static_cast<void *>(&node->child(slot)));
            node->owned = slot;
        }
        if constexpr (!Borrows) {
            forEachSlot(entryMap & ~slot, [&](quint32 each) {
                Entry *to = entryAt(node, each);
                Entry *old = entryAt(from, each);
                if (Moves && exclusive)
                    ::new (static_cast<void *>(to))
                        Entry{std::move(old->key), std::move(old->value)};
                else if constexpr (Copyable)
                    transfer(to, *old);
                else
                    Q_UNREACHABLE();
                node->owned |= each;
            });
        }
        if (from->isLeaf()) {
            std::memcpy(tags(node), tags(from), LeafSize);
            if constexpr (Borrows) {
                const quint32 below = slot - 1;
                const quint32 above = ~(below | slot);
                copyRange(entries(node), entries(from), 0, int(std::bit_width(entryMap & below)));
                copyRange(entries(node), entries(from), std::countr_zero(above),
                          int(std::bit_width(entryMap & above)));
            }
            return copy;
        }
        if constexpr (Borrows)
            copyRuns(entries(node), entryMap, entries(from), from->entryMap, slot);
        copyRuns(node->children(), childMap, from->children(), from->childMap, slot);
        return copy;
    }
    // Leaves that grow without being copied for others have some room.
    static int wantedCapacity(const Node *from, quint32 entryMap, bool exclusive) noexcept
    {
        const auto needed = int(std::bit_width(entryMap));
        if (exclusive && entryMap > from->entryMap)
            return std::min(LeafSize, needed + needed / 4);
        return needed;
    }
    static void copyRange(Entry *to, const Entry *from, int begin, int end) noexcept
    {
        if (begin < end) {
            std::memcpy(static_cast<void *>(to + begin), from + begin,
                        std::size_t(end - begin) * sizeof(Entry));
        }
    }
    template <typename T>
    static void copyRuns(T *to, quint32 toMap, const T *from, quint32 fromMap,
                         quint32 slot) noexcept
    {
        const int count = bitCount(fromMap);
        const int below = bitCount(fromMap & (slot - 1));
        const int skipped = fromMap & slot ? 1 : 0;
        const int left = toMap & slot ? 1 : 0;
        std::memcpy(static_cast<void *>(to), from, std::size_t(below) * sizeof(T));
        std::memcpy(static_cast<void *>(to + below + left), from + below + skipped,
                    std::size_t(count - below - skipped) * sizeof(T));
    }

    // Replaces a node by what was derived from it.
    static void hang(const Link &link, Ref copy, bool exclusive)
    {
        Node *from = *link.node;
        Node *node = copy.node();
        const bool owned = link.isOwned();
        if (!exclusive && from->depth.load(std::memory_order_relaxed) >= Node::MaxDepth)
            shortenChain(from, Type);
        const int depth = from->depth.load(std::memory_order_relaxed);
        const bool borrow = exclusive || depth < Node::MaxDepth;
        if (borrow) {
            // The reference of the link passes over to the copy.
            if (!owned)
                from->retain();
            node->base.store(from, std::memory_order_relaxed);
            node->depth.store(quint8(depth + 1), std::memory_order_relaxed);
        } else {
            settle(node);
        }
        *link.node = copy.take();
        if (link.parent)
            link.parent->owned |= link.slot;
        if (exclusive)
            absorbBase(node, Type);
        else if (!borrow && owned)
            release(from);
    }
    // Makes a fresh copy own all that it holds.
    static void settle(Node *node)
    {
        if constexpr (Borrows && !Trivial) {
            forEachSlot(node->entryMap & ~node->owned, [&](quint32 slot) {
                Entry *entry = entryAt(node, slot);
                alignas(Entry) char copy[sizeof(Entry)];
                transfer(copy, *entry);
                std::memcpy(static_cast<void *>(entry), copy, sizeof(Entry));
                node->owned |= slot;
            });
        }
        forEachSlot(node->childMap & ~node->owned,
                    [&](quint32 slot) { node->child(slot)->retain(); });
        node->owned = node->usedSlots();
    }

    // Gives a slot other content, which fill(void *place) makes; it may read the old content.
    template <typename Fill>
    static void reshape(const Link &link, bool exclusive, quint32 slot, Content content,
                        Fill &&fill)
    {
        if constexpr (Borrows) {
            if (exclusive && reshapeInPlace(*link.node, slot, content, fill))
                return;
        }
        hang(link, derived(*link.node, exclusive, slot, content, fill), exclusive);
    }
    template <typename Fill>
    static bool reshapeInPlace(Node *node, quint32 slot, Content content, Fill &fill)
    {
        const quint32 set = content == Content::Entry ? slot : 0;
        const quint32 entryMap = (node->entryMap & ~slot) | set;
        const std::size_t needed = node->isLeaf()
            ? leafBytes(int(std::bit_width(entryMap)))
            : innerBytes(node->childCount(), std::size_t(bitCount(entryMap)));
        if (content == Content::Child || (node->childMap & slot) || needed > node->bytes)
            return false;
        alignas(Entry) char made[sizeof(Entry)];
        if (set)
            fill(static_cast<void *>(made));
        drop(node, slot & node->owned);
        Entry *place = entryAt(node, slot);
        if (!node->isLeaf() && entryMap != node->entryMap) {
            const int above = bitCount(node->entryMap & ~(slot | (slot - 1)));
            Entry *next = place + 1;
            std::memmove(static_cast<void *>(set ? next : place), set ? place : next,
                         std::size_t(above) * sizeof(Entry));
        }
        if (set)
            std::memcpy(static_cast<void *>(place), made, sizeof(Entry));
        node->entryMap = entryMap;
        node->owned = (node->owned & ~slot) | set;
        return true;
    }
    // Puts a subtrie of its own in the place of a node.
    static void replace(const Link &link, Ref with) noexcept
    {
        Node *from = *link.node;
        const bool owned = link.isOwned();
        *link.node = with.take();
        if (link.parent)
            link.parent->owned |= link.slot;
        if (owned)
            release(from);
    }
    // Leaves out one entry, if any is given, and adds one, if there is a function for it.
    template <typename... Fill>
    static void reshapeCollisions(const Link &link, const Entry *skip, Fill &&...fill)
    {
        const bool exclusive = prepare(link);
        Node *from = *link.node;
        Ref copy(create(Node::Kind::Collisions, innerBytes(0, from->count + sizeof...(Fill))));
        quint32 &made = copy.node()->count;
        Entry *to = entries(copy.node());
        ((fill(static_cast<void *>(to)), ++made), ...);
        Entry *old = entries(from);
        for (quint32 i = 0; i < from->count; ++i, ++old) {
            if (old == skip)
                continue;
            if (Moves && exclusive)
                ::new (static_cast<void *>(to + made))
                    Entry{std::move(old->key), std::move(old->value)};
            else if constexpr (Copyable)
                transfer(to + made, *old);
            else
                Q_UNREACHABLE();
            ++made;
        }
        replace(link, std::move(copy));
    }

    static void setValue(const Link &link, quint32 slot, Entry *entry, V &&value)
    {
        const bool exclusive = prepare(link);
        if (Assigns && exclusive && ownsEntry(*link.node, entry)) {
            entry->value = std::move(value);
            return;
        }
        if constexpr (Copyable) {
            const auto changed = [&](void *place) {
                ::new (place) Entry{std::as_const(entry->key), std::move(value)};
            };
            if ((*link.node)->holdsCollisions())
                reshapeCollisions(link, entry, changed);
            else
                reshape(link, exclusive, slot, Content::Entry, changed);
        }
    }

    // An entry for a new subtrie: to be taken from another node, or the new one.
    struct Item
    {
        std::size_t hash;
        Entry *from;
    };

    template <typename Make>
    static Ref build(int level, const Item *items, int count, Make &&makeEntry)
    {
        const auto fill = [&](Entry *place, const Item &item) {
            if (item.from)
                transfer(place, *item.from);
            else
                makeEntry(static_cast<void *>(place));
        };
        if (count <= LeafSize) {
            Ref leaf(createLeaf(count));
            Node *node = leaf.node();
            for (int i = 0; i < count; ++i) {
                fill(entries(node) + i, items[i]);
                tags(node)[i] = Node::tag(items[i].hash);
                node->entryMap |= 1u << i;
                node->owned = node->entryMap;
            }
            return leaf;
        }
        if (level == Node::Levels) {
            Ref collisions(create(Node::Kind::Collisions, innerBytes(0, std::size_t(count))));
            Node *node = collisions.node();
            for (int i = 0; i < count; ++i, ++node->count)
                fill(entries(node) + i, items[i]);
            return collisions;
        }
        const auto slotOfItem = [&](const Item &item) {
            return Node::slot(item.hash >> (level * Node::Bits));
        };
        quint32 once = 0;
        quint32 often = 0;
        for (int i = 0; i < count; ++i) {
            often |= once & slotOfItem(items[i]);
            once |= slotOfItem(items[i]);
        }
        Ref inner(createInner(once & ~often, often));
        Node *node = inner.node();
        node->count = quint32(count);
        forEachSlot(once, [&](quint32 slot) {
            Item below[LeafSize + 1];
            const auto isHere = [&](const Item &item) { return slotOfItem(item) == slot; };
            const Item *end = std::copy_if(items, items + count, below, isHere);
            if (often & slot)
                node->child(slot) = build(level + 1, below, int(end - below), makeEntry).take();
            else
                fill(entryAt(node, slot), below[0]);
            node->owned |= slot;
        });
        return inner;
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWTRIE_H
