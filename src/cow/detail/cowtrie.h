// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COWTRIE_H
#define AXIOM_DETAIL_COWTRIE_H

#include "../../core/bytesize.h"
#include "borrowable.h"
#include "nodememory.h"
#include "trienode.h"

#include <QtCore/qhashfunctions.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace Axiom::detail {

template <typename T>
consteval bool hashesWithSeed()
{
    using ::qHash;
    return requires(const T &value)
    {
        qHash(value, std::size_t(0));
    };
}

template <typename T>
consteval bool isHashable()
{
    using ::qHash;
    return hashesWithSeed<T>() || requires(const T &value)
    {
        qHash(value);
    };
}

template <typename T>
std::size_t hashOf(const T &value, std::size_t seed)
{
    using ::qHash;
    if constexpr (hashesWithSeed<T>())
        return qHash(value, seed);
    else
        return qHash(value) ^ seed;
}

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
    static constexpr bool Borrows = isBorrowable<K>() && isBorrowable<V>();
    // Entries are moved out of an unshared node only where that can't fail half-way.
    static constexpr bool Moves = !Copyable
        || (std::is_nothrow_move_constructible_v<K> && std::is_nothrow_move_constructible_v<V>);
    static constexpr bool Assigns = std::is_nothrow_move_assignable_v<V> || !Copyable;
    static constexpr std::size_t Alignment = std::max(alignof(Entry), alignof(Node));

    static constexpr std::size_t entriesOffset(int children) noexcept
    {
        const std::size_t end = sizeof(Node) + std::size_t(children) * sizeof(Node *);
        return (end + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);
    }
    static std::size_t bytesFor(int children, int entries) noexcept
    {
        return entriesOffset(children) + std::size_t(entries) * sizeof(Entry);
    }
    static Entry *entries(Node *node) noexcept
    {
        const int children = node->holdsCollisions() ? 1 : node->childCount();
        return reinterpret_cast<Entry *>(reinterpret_cast<char *>(node) + entriesOffset(children));
    }
    static const Entry *entries(const Node *node) noexcept
    {
        return entries(const_cast<Node *>(node));
    }
    static Entry *entryAt(Node *node, quint32 slot) noexcept
    {
        const auto counts =
            bitCounts(node->childMap, quint32(node->entryMap) & (slot - 1)); // one pass for both
        return reinterpret_cast<Entry *>(reinterpret_cast<char *>(node)
                                         + entriesOffset(counts.first))
            + counts.second;
    }
    static const Entry *entryAt(const Node *node, quint32 slot) noexcept
    {
        return entryAt(const_cast<Node *>(node), slot);
    }
    // The count of a node of collisions stands in the place of a child.
    static quint64 &collisions(Node *node) noexcept
    {
        return *reinterpret_cast<quint64 *>(node->children());
    }
    static std::size_t entryCount(const Node *node) noexcept
    {
        return node->holdsCollisions() ? std::size_t(collisions(const_cast<Node *>(node)))
                                       : std::size_t(node->entryCount());
    }

    static Node *create(int level, quint32 entryMap, quint32 childMap)
    {
        const std::size_t needed = bytesFor(bitCount(childMap), bitCount(entryMap));
        // Leaves some room to add an entry in place.
        const std::size_t step = needed <= 64 ? 16 : 32;
        const std::size_t bytes = (needed + step - 1) / step * step;
        Node *node = ::new (allocateNode<Alignment>(bytes)) Node;
        node->bytes = quint32(bytes);
        node->level = quint8(level);
        node->entryMap = Node::Bitmap(entryMap);
        node->childMap = Node::Bitmap(childMap);
        return node;
    }
    static Node *createCollisions(std::size_t capacity)
    {
        const std::size_t bytes = bytesFor(1, 0) + capacity * sizeof(Entry);
        Node *node = ::new (allocateNode<Alignment>(bytes)) Node;
        node->bytes = quint32(bytes);
        node->level = Node::Levels;
        ::new (&collisions(node)) quint64(0);
        return node;
    }
    static void free(Node *node) noexcept
    {
        const std::size_t bytes = node->bytes;
        node->~TrieNode();
        freeNode<Alignment>(node, bytes);
    }
    static void drop(Node *node, quint32 slots) noexcept
    {
        if constexpr (!std::is_trivially_destructible_v<Entry>) {
            forEachSlot(slots & node->entryMap,
                        [&](quint32 slot) { std::destroy_at(entryAt(node, slot)); });
        }
        forEachSlot(slots & node->childMap, [&](quint32 slot) { release(node->child(slot)); });
    }
    static constexpr TrieNodeType Type = {&drop, &free};

    static void release(Node *node) noexcept
    {
        if (!node || !node->release())
            return;
        if (node->holdsCollisions())
            std::destroy_n(entries(node), entryCount(node));
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

    static const Entry *find(const Node *node, std::size_t hash, const K &key)
    {
        if (!node)
            return nullptr;
        for (std::size_t rest = hash;; rest >>= Node::Bits) {
            const quint32 slot = Node::slot(rest);
            if (node->childMap & slot) {
                node = node->child(slot);
                continue;
            }
            if (node->entryMap & slot) {
                const Entry *entry = entryAt(node, slot);
                return entry->key == key ? entry : nullptr;
            }
            return Q_UNLIKELY(node->holdsCollisions()) ? findCollision(node, key) : nullptr;
        }
    }
    static const Entry *findCollision(const Node *node, const K &key)
    {
        const Entry *begin = entries(node);
        const Entry *end = begin + entryCount(node);
        const Entry *found =
            std::find_if(begin, end, [&](const Entry &entry) { return entry.key == key; });
        return found == end ? nullptr : found;
    }

    // Returns whether the key is new. The value is moved from only at the end.
    static bool insert(Node *&root, std::size_t hash, const K &key, V &&value)
    {
        const auto makeEntry = [&](void *place) { ::new (place) Entry{key, std::move(value)}; };
        if (!root) {
            const quint32 slot = Node::slot(hash);
            Ref node(create(0, slot, 0));
            makeEntry(entryAt(node.node(), slot));
            node.node()->owned = Node::Bitmap(slot);
            root = node.take();
            return true;
        }
        Link link{&root};
        std::size_t rest = hash;
        while ((*link.node)->childMap & Node::slot(rest)) {
            link = down(link, Node::slot(rest));
            rest >>= Node::Bits;
        }
        Node *node = *link.node;
        if (Q_UNLIKELY(node->holdsCollisions())) {
            if (const Entry *found = findCollision(node, key)) {
                setValue(link, 0, const_cast<Entry *>(found), std::move(value));
                return false;
            }
            reshapeCollisions(link, nullptr, makeEntry);
            return true;
        }
        const quint32 slot = Node::slot(rest);
        if (!(node->entryMap & slot)) {
            reshape(link, prepare(link), slot, Content::Entry, makeEntry);
            return true;
        }
        Entry *found = entryAt(node, slot);
        if (found->key == key) {
            setValue(link, slot, found, std::move(value));
            return false;
        }
        const auto takeFound = [&](void *place) { transfer(place, *found); };
        Ref both =
            pair(node->level + 1, trieHash(std::as_const(found->key)), takeFound, hash, makeEntry);
        reshape(link, prepare(link), slot, Content::Child,
                [&](void *place) { ::new (place) Node *(both.take()); });
        return true;
    }

    // Returns whether the key was there.
    static bool remove(Node *&root, std::size_t hash, const K &key)
    {
        if (!root)
            return false;
        Node *path[Node::Levels + 1];
        int level = 0;
        Node *node = root;
        std::size_t rest = hash;
        for (;; rest >>= Node::Bits, ++level) {
            path[level] = node;
            const quint32 slot = Node::slot(rest);
            if (!(node->childMap & slot))
                break;
            node = node->child(slot);
        }
        Entry *found = nullptr;
        const quint32 slot = Node::slot(rest);
        if (Q_UNLIKELY(node->holdsCollisions())) {
            found = const_cast<Entry *>(findCollision(node, key));
        } else if (node->entryMap & slot) {
            Entry *entry = entryAt(node, slot);
            found = entry->key == key ? entry : nullptr;
        }
        if (!found)
            return false;

        const std::size_t count = entryCount(node);
        if (level == 0 && count == 1 && node->childMap == 0) {
            release(std::exchange(root, nullptr));
            return true;
        }
        // An only entry goes up to where it is not alone: the shape follows from the content.
        Entry *left = nullptr;
        int receiver = level;
        if (level > 0 && count == 2 && node->childMap == 0) {
            left = entries(node) + (found == entries(node) ? 1 : 0);
            for (--receiver; receiver > 0; --receiver) {
                const Node *above = path[receiver];
                if (above->entryMap != 0 || (above->childMap & (above->childMap - 1)) != 0)
                    break;
            }
        }
        Link link{&root};
        for (rest = hash; receiver > 0; --receiver, rest >>= Node::Bits)
            link = down(link, Node::slot(rest));
        const auto nothing = [](void *) {};
        if (left) {
            reshape(link, prepare(link), Node::slot(rest), Content::Entry,
                    [&](void *place) { transfer(place, *left); });
        } else if (Q_UNLIKELY(node->holdsCollisions())) {
            reshapeCollisions(link, found);
        } else {
            reshape(link, prepare(link), slot, Content::Nothing, nothing);
        }
        return true;
    }

    // The value to change in place, of a key that is there.
    static V &mutableValue(Node *&root, std::size_t hash, const K &key)
    {
        Link link{&root};
        std::size_t rest = hash;
        while ((*link.node)->childMap & Node::slot(rest)) {
            link = down(link, Node::slot(rest));
            rest >>= Node::Bits;
        }
        const bool exclusive = prepare(link);
        Node *node = *link.node;
        if (Q_UNLIKELY(node->holdsCollisions())) {
            if (!exclusive)
                reshapeCollisions(link, nullptr);
            return const_cast<Entry *>(findCollision(*link.node, key))->value;
        }
        const quint32 slot = Node::slot(rest);
        if (!exclusive || !(Trivial || (node->owned & slot))) {
            Entry *entry = entryAt(node, slot);
            reshape(link, exclusive, slot, Content::Entry,
                    [&](void *place) { transfer(place, *entry); });
        }
        return entryAt(*link.node, slot)->value;
    }

    static bool valuesAreEqual(const Entry &a, const Entry &b)
    {
        return sameBytes(a, b) || valuesEqual(a.value, b.value);
    }
    static bool equal(const Node *a, const Node *b)
    {
        if (a == b)
            return true;
        if (!a || !b || a->entryMap != b->entryMap || a->childMap != b->childMap)
            return false;
        const Entry *left = entries(a);
        const Entry *right = entries(b);
        const std::size_t count = entryCount(a);
        if (Q_UNLIKELY(a->holdsCollisions())) {
            return count == entryCount(b)
                && std::all_of(left, left + count, [&](const Entry &entry) {
                       const Entry *other = findCollision(b, entry.key);
                       return other && valuesAreEqual(entry, *other);
                   });
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (!sameBytes(left[i], right[i])
                && !(left[i].key == right[i].key && valuesEqual(left[i].value, right[i].value)))
                return false;
        }
        const int children = a->childCount();
        for (int i = 0; i < children; ++i) {
            if (!equal(a->children()[i], b->children()[i]))
                return false;
        }
        return true;
    }

    template <typename F>
    static void forEachEntry(const Node *node, F &function)
    {
        const Entry *begin = entries(node);
        std::for_each(begin, begin + entryCount(node), function);
        const int children = node->childCount();
        for (int i = 0; i < children; ++i)
            forEachEntry(node->children()[i], function);
    }

    // Calls changes.removed(entry), changes.added(entry) and changes.changed(before, after).
    template <typename Changes>
    static void diff(const Node *before, const Node *after, Changes &changes)
    {
        if (before == after)
            return;
        if (Q_UNLIKELY(before->holdsCollisions())) {
            diffCollisions(before, after, changes);
            return;
        }
        forEachSlot(before->slots() | after->slots(), [&](quint32 slot) {
            if (before->childMap & after->childMap & slot) {
                diff(before->child(slot), after->child(slot), changes);
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
        auto bytes = qsizetype(node->bytes);
        if constexpr (!(std::is_arithmetic_v<K> && std::is_arithmetic_v<V>)) {
            const Entry *begin = entries(node);
            const std::size_t count = entryCount(node);
            for (std::size_t i = 0; i < count; ++i)
                bytes += heapBytes(begin[i].key) + heapBytes(begin[i].value);
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

private:
    static std::pair<int, int> bitCounts(quint32 a, quint32 b) noexcept
    {
#if defined(__POPCNT__) || defined(__aarch64__)
        return {bitCount(a), bitCount(b)};
#else
        if constexpr (Node::Fanout > 16) {
            return {bitCount(a), bitCount(b)};
        } else {
            quint32 bits = a | b << 16;
            bits -= (bits >> 1) & 0x55555555;
            bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333);
            bits = (bits + (bits >> 4)) & 0x0f0f0f0f;
            bits += bits >> 8;
            return {int(bits & 0x1f), int((bits >> 16) & 0x1f)};
        }
#endif
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
        Ref copy(create(from->level, entryMap, childMap));
        Node *node = copy.node();
        if (content != Content::Nothing) {
            if (content == Content::Entry)
                fill(static_cast<void *>(entryAt(node, slot)));
            else
                fill(static_cast<void *>(&node->child(slot)));
            node->owned = Node::Bitmap(slot);
        }
        if constexpr (Borrows) {
            copyRuns(entries(node), entryMap, entries(from), from->entryMap, slot);
        } else {
            Entry *to = entries(node);
            forEachSlot(entryMap, [&](quint32 entry) {
                if (entry != slot) {
                    Entry *old = entryAt(from, entry);
                    if (Moves && exclusive)
                        ::new (to) Entry{std::move(old->key), std::move(old->value)};
                    else if constexpr (Copyable)
                        transfer(to, *old);
                    else
                        Q_UNREACHABLE();
                    node->owned = Node::Bitmap(node->owned | entry);
                }
                ++to;
            });
        }
        copyRuns(node->children(), childMap, from->children(), from->childMap, slot);
        return copy;
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
            link.parent->owned = Node::Bitmap(link.parent->owned | link.slot);
        if (exclusive)
            absorbBase(node, Type);
        else if (!borrow && owned)
            release(from);
    }
    // Makes a fresh copy own all that it holds.
    static void settle(Node *node)
    {
        if constexpr (Borrows && !Trivial) {
            forEachSlot(quint32(node->entryMap) & ~quint32(node->owned), [&](quint32 slot) {
                Entry *entry = entryAt(node, slot);
                alignas(Entry) char copy[sizeof(Entry)];
                transfer(copy, *entry);
                std::memcpy(static_cast<void *>(entry), copy, sizeof(Entry));
                node->owned = Node::Bitmap(node->owned | slot);
            });
        }
        forEachSlot(quint32(node->childMap) & ~quint32(node->owned),
                    [&](quint32 slot) { node->child(slot)->retain(); });
        node->owned = Node::Bitmap(node->slots());
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
        const int count = node->entryCount();
        const int children = node->childCount();
        const int had = node->entryMap & slot ? 1 : 0;
        const int has = content == Content::Entry ? 1 : 0;
        if (content == Content::Child || (node->childMap & slot)
            || bytesFor(children, count + has - had) > node->bytes)
            return false;
        alignas(Entry) char made[sizeof(Entry)];
        if (has)
            fill(static_cast<void *>(made));
        drop(node, slot & node->owned);
        Entry *place = entryAt(node, slot);
        if (had != has) {
            std::memmove(static_cast<void *>(place + has), place + had,
                         std::size_t(entries(node) + count - place - had) * sizeof(Entry));
        }
        if (has)
            std::memcpy(static_cast<void *>(place), made, sizeof(Entry));
        const quint32 set = has ? slot : 0;
        node->entryMap = Node::Bitmap((node->entryMap & ~slot) | set);
        node->owned = Node::Bitmap((node->owned & ~slot) | set);
        return true;
    }
    // Leaves out one entry, if any is given, and adds one, if there is a function for it.
    template <typename... Fill>
    static void reshapeCollisions(const Link &link, const Entry *skip, Fill &&...fill)
    {
        const bool exclusive = prepare(link);
        Node *from = *link.node;
        const std::size_t count = entryCount(from);
        Ref copy(createCollisions(count + sizeof...(Fill)));
        Entry *to = entries(copy.node());
        const auto made = [&] {
            ++to;
            ++collisions(copy.node());
        };
        ((fill(static_cast<void *>(to)), made()), ...);
        Entry *old = entries(from);
        for (std::size_t i = 0; i < count; ++i, ++old) {
            if (old == skip)
                continue;
            if (Moves && exclusive)
                ::new (to) Entry{std::move(old->key), std::move(old->value)};
            else if constexpr (Copyable)
                transfer(to, *old);
            else
                Q_UNREACHABLE();
            made();
        }
        const bool owned = link.isOwned();
        *link.node = copy.take();
        link.parent->owned = Node::Bitmap(link.parent->owned | link.slot);
        if (owned)
            release(from);
    }

    static void setValue(const Link &link, quint32 slot, Entry *entry, V &&value)
    {
        const bool exclusive = prepare(link);
        Node *node = *link.node;
        const bool ownsEntry = Trivial || node->holdsCollisions() || (node->owned & slot);
        if (Assigns && exclusive && ownsEntry) {
            entry->value = std::move(value);
            return;
        }
        if constexpr (Copyable) {
            const auto changed = [&](void *place) {
                ::new (place) Entry{std::as_const(entry->key), std::move(value)};
            };
            if (Q_UNLIKELY(node->holdsCollisions()))
                reshapeCollisions(link, entry, changed);
            else
                reshape(link, exclusive, slot, Content::Entry, changed);
        }
    }

    // A subtrie of two entries.
    template <typename A, typename B>
    static Ref pair(int level, std::size_t hashA, A &&makeA, std::size_t hashB, B &&makeB)
    {
        if (level == Node::Levels) {
            Ref node(createCollisions(2));
            makeA(static_cast<void *>(entries(node.node())));
            ++collisions(node.node());
            makeB(static_cast<void *>(entries(node.node()) + 1));
            ++collisions(node.node());
            return node;
        }
        const quint32 slotA = Node::slot(hashA >> (level * Node::Bits));
        const quint32 slotB = Node::slot(hashB >> (level * Node::Bits));
        if (slotA == slotB) {
            Ref below = pair(level + 1, hashA, makeA, hashB, makeB);
            Ref node(create(level, 0, slotA));
            node.node()->child(slotA) = below.take();
            node.node()->owned = Node::Bitmap(slotA);
            return node;
        }
        Ref node(create(level, slotA | slotB, 0));
        makeA(static_cast<void *>(entryAt(node.node(), slotA)));
        node.node()->owned = Node::Bitmap(slotA);
        makeB(static_cast<void *>(entryAt(node.node(), slotB)));
        node.node()->owned = Node::Bitmap(slotA | slotB);
        return node;
    }

    template <typename Changes>
    static void diffCollisions(const Node *before, const Node *after, Changes &changes)
    {
        const auto old = [&](const Entry &entry) {
            const Entry *now = findCollision(after, entry.key);
            if (!now)
                changes.removed(entry);
            else if (!valuesAreEqual(entry, *now))
                changes.changed(entry, *now);
        };
        forEachEntry(before, old);
        const auto added = [&](const Entry &entry) {
            if (!findCollision(before, entry.key))
                changes.added(entry);
        };
        forEachEntry(after, added);
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COWTRIE_H
