// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATETREE_H
#define AXIOM_DETAIL_STATETREE_H

#include "../../core/enums.h"
#include "statefreezer.h"
#include "version.h"

#include <QtCore/qdebug.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <limits>
#include <span>

namespace Axiom::detail {

// One place in a state, as an inspector shows it.
struct StateTreeEntry
{
    QString name; // of the field; the index or the key of an element
    QString type;
    QString text; // the value, in short
    qint64 bytes = 0;
    int children = 0;
    Residency residency = Residency::Resident;
    bool canThaw = false; // describe() can be asked to
};

// What looking into a state needs to know of its type. A place is named by the indexes of fields
// and elements that lead to it.
class AXIOM_CORE_EXPORT StateTree
{
public:
    using Path = std::span<const int>;

    // More entries of a hash are not listed.
    static constexpr int MaxEntries = 1000;

    StateTree() = default;
    virtual ~StateTree();
    StateTree(const StateTree &) = delete;
    StateTree &operator=(const StateTree &) = delete;

    // False when there is no such place. What is frozen stays so, and is told of by name and type
    // alone, unless thawing is asked for: then the part that the place lies in is thawed.
    virtual bool describe(const Version &version, Path path, StateTreeEntry &entry,
                          bool thaw = false) const = 0;

    // Without namespaces that are the same for all; see typeSignature().
    static QString nameOf(const char *signature);
    static QString shortened(QString text);
    static QString quoted(const QString &text);
    static QString quoted(const QByteArray &bytes);
    static QString counted(qsizetype count, const char *noun);
    // Whether reading the element would thaw it.
    static bool isFrozen(const CowNode *root, qsizetype index);
};

// One type of a value; a null pointer stands for one that is frozen.
template <typename T>
struct TreeValue
{
    static constexpr bool IsPrintable = requires(QDebug debug, const T &value) { debug << value; };
    static constexpr bool IsSized = requires(const T &value) { qsizetype(value.size()); };

    static QString text(const T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            return value ? QStringLiteral("true") : QStringLiteral("false");
        } else if constexpr (std::is_integral_v<T>) {
            return QString::number(value);
        } else if constexpr (std::is_floating_point_v<T>) {
            return QString::number(double(value), 'g', 10);
        } else if constexpr (std::is_same_v<T, QString> || std::is_same_v<T, QByteArray>) {
            return StateTree::quoted(value);
        } else if constexpr (Described<T>) {
            // Of a struct, the first fields.
            QString text;
            forEachField<T>([&](const auto &field) {
                if (text.size() > 60)
                    return;
                using M = typename std::remove_cvref_t<decltype(field)>::Type;
                text += text.isEmpty() ? QString() : QStringLiteral(", ");
                text += TreeValue<M>::text(field.of(value));
            });
            return StateTree::shortened(QLatin1Char('{') + text + QLatin1Char('}'));
        } else if constexpr (IsSized) {
            return StateTree::counted(qsizetype(value.size()), "element");
        } else if constexpr (IsPrintable) {
            QString text;
            QDebug(&text).nospace() << value;
            return StateTree::shortened(std::move(text));
        } else if constexpr (std::is_enum_v<T>) {
            return QString::number(qint64(value));
        } else {
            return {};
        }
    }

    static bool describe(const T *value, StateTree::Path path, StateTreeEntry &entry, bool)
    {
        if (!path.empty())
            return false;
        if (value) {
            entry.text = text(*value);
            entry.bytes = qint64(sizeof(T)) + heapBytes(*value);
        }
        return true;
    }
};

// Goes on from a value to what is named by the path.
template <typename T>
bool describeValue(const T *value, StateTree::Path path, StateTreeEntry &entry, bool thaw)
{
    if (path.empty()) {
        entry.type = StateTree::nameOf(typeSignature<T>());
        if (!value) {
            entry.residency = Residency::Frozen;
            entry.canThaw = true;
        }
    }
    if constexpr (Described<T>) {
        if (path.empty()) {
            entry.children = fieldCount<T>;
            return TreeValue<T>::describe(value, path, entry, thaw);
        }
        bool isFound = false;
        forEachField<T>([&, at = 0](const auto &field) mutable {
            if (at++ != path.front())
                return;
            entry.name = QString::fromUtf8(field.name);
            isFound =
                describeValue(value ? &field.of(*value) : nullptr, path.subspan(1), entry, thaw);
        });
        return isFound;
    } else {
        return TreeValue<T>::describe(value, path, entry, thaw);
    }
}

template <typename C>
void measureCollection(const C &collection, StateTreeEntry &entry)
{
    FrozenParts parts;
    if constexpr (Freezable<C>)
        CollectionFreezer<C>::measure(collection, parts);
    if (parts.resident + parts.frozen + parts.thawed == 0)
        entry.bytes = collection.byteSize();
    else
        entry.bytes = parts.residentBytes + parts.thawedBytes + parts.frozenBytes;
    if (parts.frozen > 0)
        entry.residency =
            parts.resident + parts.thawed == 0 ? Residency::Frozen : Residency::Partial;
}

template <typename T>
struct TreeValue<CowVector<T>>
{
    static QString text(const CowVector<T> &vector)
    {
        return StateTree::counted(vector.size(), "element");
    }

    static bool describe(const CowVector<T> *vector, StateTree::Path path, StateTreeEntry &entry,
                         bool thaw)
    {
        if (path.empty()) {
            if (vector) {
                entry.text = text(*vector);
                entry.children = int(vector->size());
                measureCollection(*vector, entry);
            }
            return true;
        }
        const int index = path.front();
        if (!vector || index < 0 || index >= vector->size())
            return false;
        entry.name = QStringLiteral("[%1]").arg(index);
        const bool isHidden = !thaw && StateTree::isFrozen(vector->rootNode(), index);
        return describeValue(isHidden ? nullptr : &vector->at(index), path.subspan(1), entry, thaw);
    }
};

template <typename K, typename V>
struct TreeValue<CowHash<K, V>>
{
    using Trie = CowTrie<K, V>;
    using Entry = typename Trie::Entry;

    static QString text(const CowHash<K, V> &hash)
    {
        return StateTree::counted(hash.size(), "entry");
    }

    // Calls visit(entry) until it returns true, and passes by what is frozen unless asked to thaw.
    template <typename F>
    static bool visitEntries(const TrieNode *node, bool thaw, F &&visit)
    {
        if (node->isFrozen()) {
            node = thaw ? resident(node) : asFrozen(node)->subtree();
            if (!node)
                return false;
        }
        const Entry *entry = Trie::entries(node);
        if (node->isLeaf()) {
            for (quint32 used = node->entryMap; used != 0; used >>= 1, ++entry) {
                if ((used & 1) && visit(*entry))
                    return true;
            }
        } else {
            for (quint32 i = 0; i < node->entryCount(); ++i, ++entry) {
                if (visit(*entry))
                    return true;
            }
        }
        for (int i = 0; i < node->childCount(); ++i) {
            if (visitEntries(node->children()[i], thaw, visit))
                return true;
        }
        return false;
    }

    static bool describe(const CowHash<K, V> *hash, StateTree::Path path, StateTreeEntry &entry,
                         bool thaw)
    {
        if (path.empty()) {
            if (hash)
                describeAll(*hash, entry, thaw);
            return true;
        }
        if (!hash || !hash->rootNode() || path.front() < 0 || path.front() >= StateTree::MaxEntries)
            return false;
        bool isFound = false;
        visitEntries(hash->rootNode(), false, [&, at = 0](const Entry &found) mutable {
            if (at++ != path.front())
                return false;
            entry.name = TreeValue<K>::text(found.key);
            isFound = describeValue(&found.value, path.subspan(1), entry, thaw);
            return true;
        });
        return isFound;
    }

private:
    static void describeAll(const CowHash<K, V> &hash, StateTreeEntry &entry, bool thaw)
    {
        entry.text = text(hash);
        if (hash.rootNode()) {
            visitEntries(hash.rootNode(), thaw,
                         [&](const Entry &) { return ++entry.children == StateTree::MaxEntries; });
        }
        measureCollection(hash, entry);
        entry.canThaw =
            entry.residency != Residency::Resident && entry.children < StateTree::MaxEntries;
        if (entry.children < hash.size())
            entry.text += QStringLiteral(", %1 listed").arg(entry.children);
    }
};

template <typename T>
struct TreeValue<QList<T>>
{
    static QString text(const QList<T> &list) { return StateTree::counted(list.size(), "element"); }

    static bool describe(const QList<T> *list, StateTree::Path path, StateTreeEntry &entry,
                         bool thaw)
    {
        if (path.empty()) {
            if (list) {
                entry.text = text(*list);
                entry.children = int(list->size());
                entry.bytes = qint64(sizeof(*list)) + heapBytes(*list);
            }
            return true;
        }
        const int index = path.front();
        if (!list || index < 0 || index >= list->size())
            return false;
        entry.name = QStringLiteral("[%1]").arg(index);
        return describeValue(&list->at(index), path.subspan(1), entry, thaw);
    }
};

template <Described S>
class TypedStateTree final : public StateTree
{
public:
    bool describe(const Version &version, Path path, StateTreeEntry &entry,
                  bool thaw) const override
    {
        const S *state = thaw || version.isThawed() ? &TypedVersion<S>::of(version) : nullptr;
        return describeValue(state, path, entry, thaw);
    }
};

template <Described S>
const StateTree *stateTree()
{
    static const TypedStateTree<S> tree;
    return &tree;
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATETREE_H
