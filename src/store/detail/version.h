// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_VERSION_H
#define AXIOM_DETAIL_VERSION_H

#include "../../core/bytesize.h"
#include "../../core/fields.h"
#include "../../cow/detail/frozennodes.h"

#include <AxiomState/axiomcoreexport.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace Axiom::detail {

// Whether to copy a value is to copy its elements: those of the standard library's containers, and
// of structs that hold one.
template <typename T>
consteval bool isCopiedWhole()
{
    if constexpr (requires(const T &value) { value.get_allocator(); }) {
        return true;
    } else if constexpr (Described<T>) {
        return std::apply(
            [](const auto &...field) {
                return (isCopiedWhole<typename std::remove_cvref_t<decltype(field)>::Type>()
                        || ...);
            },
            Fields<T>::list());
    } else {
        return false;
    }
}

// A whole state, encoded and compressed.
class AXIOM_CORE_EXPORT FrozenState : public FrozenNodes
{
public:
    // False when the bytes are damaged, which it tells whom it concerns. Throws std::bad_alloc.
    virtual bool thaw(void *state) const = 0;
};

// One version of a store's state: immutable once committed, shared by all who look at it. One that
// was frozen whole is thawed by whoever looks first.
class AXIOM_CORE_EXPORT Version
{
public:
    virtual ~Version();
    Version(const Version &) = delete;
    Version &operator=(const Version &) = delete;

    virtual Version *clone() const = 0;
    virtual void copyFrom(const Version &other) = 0;
    virtual void takeFrom(Version &other) noexcept = 0;
    // The same as copyFrom(), where what is copied whole is known to be equal but for some fields.
    virtual void copyChanges(const Version &other, FieldMask changed) = 0;
    virtual FieldMask fieldsCopiedWhole() const noexcept = 0;
    virtual FieldMask changesSince(const Version &before) const = 0;
    virtual qint64 byteSize() const = 0;
    // The state, thawed. One that can't be had again reads as a default value: for good when it is
    // damaged, and until the next call when there was no memory for it; it is not thawed then.
    virtual const void *read() const noexcept = 0;
    // Of a version that is not frozen.
    virtual void *data() noexcept = 0;
    // Before a change. Throws when the state can't be had: it must not be lost to default values.
    void requireState() const;

    // One of some fields, that is no collection of ours: who changes it while it is shared copies
    // all of it.
    struct PlainField
    {
        const char *name = nullptr;
        qint64 bytes = 0;
    };
    virtual PlainField largestPlainField(FieldMask fields) const = 0;

    int holders() const noexcept { return m_references.load(std::memory_order_acquire); }
    bool isShared() const noexcept { return holders() > 1; }

    bool isThawed() const noexcept { return !m_frozen || m_frozen->isThawed.load(); }
    bool isDamaged() const noexcept { return m_frozen && m_frozen->isDamaged.load(); }
    // By thawTime().
    qint64 thawedAt() const noexcept { return m_frozen ? m_frozen->thawedAt.load() : 0; }
    const std::shared_ptr<const FrozenState> &frozenState() const noexcept;

    qint64 revision = 0;

protected:
    Version() = default;
    explicit Version(std::shared_ptr<const FrozenState> content)
        : m_frozen(std::make_unique<Frozen>(std::move(content)))
    { }

    // Before the state is looked at; false when it can't be for now.
    bool thaw(void *state) const noexcept
    {
        return Q_LIKELY(!m_frozen) || m_frozen->isThawed.load(std::memory_order_acquire)
            || thawNow(state);
    }

private:
    friend class VersionRef;

    struct Frozen
    {
        explicit Frozen(std::shared_ptr<const FrozenState> state) : content(std::move(state)) { }

        const std::shared_ptr<const FrozenState> content;
        std::mutex mutex;
        std::atomic<bool> isThawed = false;
        std::atomic<bool> isDamaged = false;
        std::atomic<qint64> thawedAt = 0;
    };

    bool thawNow(void *state) const noexcept;

    const std::unique_ptr<Frozen> m_frozen;
    mutable std::atomic<int> m_references = 0;
};

class VersionRef
{
public:
    VersionRef() noexcept = default;
    explicit VersionRef(Version *version) noexcept : m_version(version) { retain(); }
    VersionRef(const VersionRef &other) noexcept : m_version(other.m_version) { retain(); }
    VersionRef(VersionRef &&other) noexcept : m_version(std::exchange(other.m_version, nullptr)) { }
    VersionRef &operator=(VersionRef other) noexcept
    {
        std::swap(m_version, other.m_version);
        return *this;
    }
    ~VersionRef()
    {
        if (m_version && m_version->m_references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete m_version;
    }

    Version *get() const noexcept { return m_version; }
    Version *operator->() const noexcept { return m_version; }
    Version &operator*() const noexcept { return *m_version; }
    explicit operator bool() const noexcept { return m_version; }
    void reset() noexcept { *this = VersionRef(); }
    void swap(VersionRef &other) noexcept { std::swap(m_version, other.m_version); }

    friend bool operator==(const VersionRef &, const VersionRef &) = default;

private:
    void retain() const noexcept
    {
        if (m_version)
            m_version->m_references.fetch_add(1, std::memory_order_relaxed);
    }

    Version *m_version = nullptr;
};

template <Described S>
class TypedVersion final : public Version
{
public:
    explicit TypedVersion(S state) : m_value(std::move(state)) { }
    explicit TypedVersion(std::shared_ptr<const FrozenState> content) : Version(std::move(content))
    { }

    Version *clone() const override { return new TypedVersion(of(*this), revision); }
    void copyFrom(const Version &other) override { m_value = of(other); }
    void takeFrom(Version &other) noexcept override
    {
        m_value = std::move(static_cast<TypedVersion &>(other).m_value);
    }
    void copyChanges(const Version &other, FieldMask changed) override
    {
        const S &from = of(other);
        forEachField<S>([&, bit = FieldMask(1)](const auto &field) mutable {
            if ((changed | ~copiedWhole) & bit)
                field.of(m_value) = field.of(from);
            bit <<= 1;
        });
        revision = other.revision;
    }
    FieldMask fieldsCopiedWhole() const noexcept override { return copiedWhole; }
    FieldMask changesSince(const Version &before) const override
    {
        return changedFields(of(before), m_value);
    }
    qint64 byteSize() const override
    {
        const auto &frozen = frozenState();
        return qint64(sizeof(S)) + (frozen ? frozen->byteSize() : 0)
            + (isThawed() ? heapBytes(m_value) : 0);
    }
    const void *read() const noexcept override { return &of(*this); }
    void *data() noexcept override { return &m_value; }

    PlainField largestPlainField(FieldMask fields) const override
    {
        PlainField largest;
        forEachField<S>([&, bit = FieldMask(1)](const auto &field) mutable {
            const auto &value = field.of(of(*this));
            if constexpr (!requires { value.sharedBytes(value); }) {
                if (fields & bit) {
                    if (const qint64 bytes = heapBytes(value); bytes > largest.bytes)
                        largest = {field.name, bytes};
                }
            }
            bit <<= 1;
        });
        return largest;
    }

    static const S &of(const Version &version)
    {
        const auto &typed = static_cast<const TypedVersion &>(version);
        return Q_LIKELY(typed.thaw(&typed.m_value)) ? typed.m_value : blank();
    }

private:
    TypedVersion(const S &state, qint64 stateRevision) : m_value(state)
    {
        revision = stateRevision;
    }

    // Not the value itself: that is assigned when another thread has the memory to thaw it.
    static const S &blank()
    {
        static const S state{};
        return state;
    }

    static constexpr FieldMask copiedWhole = [] {
        FieldMask mask = 0;
        forEachField<S>([&, bit = FieldMask(1)]<typename F>(const F &) mutable {
            if constexpr (isCopiedWhole<typename F::Type>())
                mask |= bit;
            bit <<= 1;
        });
        return mask;
    }();

    mutable S m_value{}; // assigned behind const once, when it is thawed
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_VERSION_H
