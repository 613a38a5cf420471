// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_STATEFREEZER_H
#define AXIOM_DETAIL_STATEFREEZER_H

#include "../../storage/detail/compressednodes.h"
#include "../../storage/statecodec.h"
#include "statefreezing.h"

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

namespace Axiom::detail {

template <typename C>
struct CollectionFreezer;

template <Codable T>
struct CollectionFreezer<CowVector<T>> : VectorFreezer<T>
{
    bool encodeAll(const CowVector<T> &vector, FreezeBudget &budget, CompressionLevel level,
                   const std::shared_ptr<ThawContext> &context, const char *name, int field,
                   bool &lackedMemory)
    {
        const auto encode = [&](auto blocks) {
            StateError error;
            auto content = CompressedTree<T>::make(blocks, level, context, name, &error);
            lackedMemory |= error.code == StateError::OutOfMemory;
            return content;
        };
        return this->encode(vector, budget, encode, field);
    }
};

template <Codable K, Codable V>
struct CollectionFreezer<CowHash<K, V>> : TrieFreezer<K, V>
{
    bool encodeAll(const CowHash<K, V> &hash, FreezeBudget &budget, CompressionLevel level,
                   const std::shared_ptr<ThawContext> &context, const char *name, int /*field*/,
                   bool &lackedMemory)
    {
        return this->encode(hash, budget, [&](const auto &entries) {
            StateError error;
            auto content = CompressedTrie<K, V>::make(entries, level, context, name, &error);
            lackedMemory |= error.code == StateError::OutOfMemory;
            return content;
        });
    }
};

template <typename C>
concept Freezable = requires
{
    sizeof(CollectionFreezer<C>);
};

// Calls visit(collection, name, field) for each collection that can be frozen part by part, those
// in nested structs included; field is that of the outermost struct.
template <typename S, typename F>
void forEachCollection(S &state, F &&visit, int outermost = -1)
{
    int index = 0;
    forEachField<std::remove_const_t<S>>([&](const auto &field) {
        using M = typename std::remove_cvref_t<decltype(field)>::Type;
        const int at = outermost < 0 ? index : outermost;
        if constexpr (Freezable<M>)
            visit(field.of(state), field.name, at);
        else if constexpr (Described<M>)
            forEachCollection(field.of(state), visit, at);
        ++index;
    });
}

template <Described S>
consteval bool hasCollections()
{
    return std::apply(
        [](const auto &...field) {
            const auto isOne = []<typename M>(std::type_identity<M>) {
                if constexpr (Described<M>)
                    return hasCollections<M>();
                else
                    return Freezable<M>;
            };
            return (isOne(std::type_identity<typename std::remove_cvref_t<decltype(field)>::Type>())
                    || ...);
        },
        Fields<S>::list());
}

// Of a state with collections: freezes these, part by part.
template <Described S>
class CollectionsFreezer final : public VersionFreezer
{
public:
    CollectionsFreezer(std::shared_ptr<ThawContext> context, CompressionLevel level)
        : m_context(std::move(context)), m_level(level)
    { }

    bool encode(const Version &version, FreezeBudget &budget) override
    {
        bool isDone = true;
        std::size_t index = 0;
        forEachCollection(
            TypedVersion<S>::of(version), [&](const auto &collection, const char *name, int field) {
                using Freezer = CollectionFreezer<std::remove_cvref_t<decltype(collection)>>;
                if (index == m_freezers.size())
                    m_freezers.push_back(std::make_shared<Freezer>());
                auto &freezer = *static_cast<Freezer *>(m_freezers[index++].get());
                isDone = isDone
                    && freezer.encodeAll(collection, budget, m_level, m_context, name, field,
                                         m_lackedMemory);
            });
        return isDone;
    }

    VersionRef frozen(const Version &now, FreezeBudget &budget) const override
    {
        S state = TypedVersion<S>::of(now);
        std::size_t index = 0;
        bool isChanged = false;
        forEachCollection(state, [&](auto &collection, auto &&...) {
            using Freezer = CollectionFreezer<std::remove_cvref_t<decltype(collection)>>;
            if (index == m_freezers.size())
                return; // there was no memory to get to this one
            const auto &freezer = *static_cast<const Freezer *>(m_freezers[index++].get());
            auto frozen = freezer.frozen(collection, budget);
            isChanged |= !frozen.isSharedWith(collection);
            collection = std::move(frozen);
        });
        if (!isChanged)
            return VersionRef(const_cast<Version *>(&now));
        VersionRef version(new TypedVersion<S>(std::move(state)));
        version->revision = now.revision;
        return version;
    }

private:
    const std::shared_ptr<ThawContext> m_context;
    const CompressionLevel m_level;
    std::vector<std::shared_ptr<void>> m_freezers; // one for each collection, in their order
};

// Of a state without collections: freezes it whole.
template <Described S>
class WholeFreezer final : public VersionFreezer
{
    class Content final : public FrozenState
    {
    public:
        Content(CompressedBytes bytes, std::shared_ptr<ThawContext> context)
            : m_bytes(std::move(bytes)), m_context(std::move(context))
        { }

        bool thaw(void *state) const override
        {
            const auto start = std::chrono::steady_clock::now();
            QByteArray raw;
            StateError error;
            if (m_bytes.unpack(&raw, &error)) {
                if (auto decoded = StateCodec::decode<S>(raw, &error)) {
                    *static_cast<S *>(state) = std::move(*decoded);
                    m_context->thawed(std::chrono::steady_clock::now() - start,
                                      m_bytes.formerBytes());
                    return true;
                }
            }
            m_context->giveUp(nullptr, error, m_bytes.bytes());
            return false;
        }
        qsizetype byteSize() const noexcept override { return m_bytes.byteSize(); }
        qint64 formerByteSize() const noexcept override { return m_bytes.formerBytes(); }

    private:
        const CompressedBytes m_bytes;
        const std::shared_ptr<ThawContext> m_context;
    };

public:
    WholeFreezer(std::shared_ptr<ThawContext> context, CompressionLevel level)
        : m_context(std::move(context)), m_level(level)
    { }

    bool encode(const Version &version, FreezeBudget &budget) override
    {
        if (m_encoded.contains(&version))
            return true;
        if (const auto &content = version.frozenState()) {
            if (!version.isThawed() || version.isDamaged()
                || version.thawedAt() > budget.thawedBefore)
                return true;
            m_encoded.emplace(&version, content);
            return true;
        }
        if (budget.fruitless.contains(&version))
            return true;
        if (budget.isSpent())
            return false;
        const S &state = TypedVersion<S>::of(version);
        std::optional<CompressedBytes> bytes;
        StateError error;
        if (const auto raw = StateCodec::encode(state, &error))
            bytes = CompressedBytes::make(*raw, heapBytes(state), m_level, &error);
        m_lackedMemory |= error.code == StateError::OutOfMemory;
        if (bytes) {
            budget.spend(bytes->formerBytes(), bytes->byteSize());
            m_encoded.emplace(&version, std::make_shared<Content>(std::move(*bytes), m_context));
        } else {
            budget.spendInVain(&version, heapBytes(state));
        }
        return true;
    }

    VersionRef frozen(const Version &now, FreezeBudget &budget) const override
    {
        const auto found = m_encoded.find(&now);
        if (found == m_encoded.end())
            return VersionRef(const_cast<Version *>(&now));
        VersionRef version(new TypedVersion<S>(found->second));
        budget.free(*found->second, bool(now.frozenState()));
        version->revision = now.revision;
        return version;
    }

private:
    const std::shared_ptr<ThawContext> m_context;
    const CompressionLevel m_level;
    // The current one and those that are kept.
    std::unordered_map<const Version *, std::shared_ptr<const FrozenState>> m_encoded;
};

template <Described S>
class TypedFreezing final : public StateFreezing
{
    static constexpr bool IsWhole = !hasCollections<S>();

public:
    std::unique_ptr<VersionFreezer> freezer(std::shared_ptr<ThawContext> context,
                                            CompressionLevel level) const override
    {
        using Freezer = std::conditional_t<IsWhole, WholeFreezer<S>, CollectionsFreezer<S>>;
        return std::make_unique<Freezer>(std::move(context), level);
    }

    VersionRef thawed(const Version &version) const override
    {
        TypedVersion<S>::of(version);
        if (!version.isThawed() || version.isDamaged())
            return VersionRef(const_cast<Version *>(&version));
        S state = TypedVersion<S>::of(version);
        forEachCollection(state, [](auto &collection, auto &&...) {
            using Freezer = CollectionFreezer<std::remove_cvref_t<decltype(collection)>>;
            collection = Freezer::thawed(collection);
        });
        VersionRef result(new TypedVersion<S>(std::move(state)));
        result->revision = version.revision;
        return result;
    }

    FrozenParts measure(const Version &version, FrozenParts parts) const override
    {
        if constexpr (IsWhole) {
            if (!parts.isNew(&version))
                return parts;
            const auto &content = version.frozenState();
            if (content && version.isThawed())
                parts.addThawed(*content, version.thawedAt(), version.isDamaged());
            else if (content)
                parts.addFrozen(*content);
            else
                parts.addResident(heapBytes(TypedVersion<S>::of(version)));
        } else {
            forEachCollection(
                TypedVersion<S>::of(version), [&](const auto &collection, const char *, int field) {
                    using Freezer = CollectionFreezer<std::remove_cvref_t<decltype(collection)>>;
                    Freezer::measure(collection, parts, field);
                });
        }
        return parts;
    }

    bool isHeldElsewhere(const Version &version,
                         const std::function<int(int)> &knownCopies) const override
    {
        bool isHeld = false;
        if constexpr (!IsWhole) {
            forEachCollection(
                TypedVersion<S>::of(version), [&](const auto &collection, const char *, int field) {
                    using Freezer = CollectionFreezer<std::remove_cvref_t<decltype(collection)>>;
                    isHeld = isHeld || Freezer::isHeldElsewhere(collection, knownCopies(field));
                });
        }
        return isHeld;
    }
};

// Null for a state that the codec does not know how to write.
template <Described S>
const StateFreezing *stateFreezing()
{
    if constexpr (Codable<S>) {
        static const TypedFreezing<S> freezing;
        return &freezing;
    } else {
        return nullptr;
    }
}

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_STATEFREEZER_H
