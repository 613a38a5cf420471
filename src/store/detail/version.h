// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_VERSION_H
#define AXIOM_DETAIL_VERSION_H

#include "../../core/bytesize.h"
#include "../../core/fields.h"

#include <AxiomState/axiomcoreexport.h>

#include <atomic>
#include <memory>
#include <utility>

namespace Axiom::detail {

// One version of a store's state: immutable once committed, shared by all who look at it.
class AXIOM_CORE_EXPORT Version
{
public:
    virtual ~Version();
    Version &operator=(const Version &) = delete;

    virtual Version *clone() const = 0;
    virtual void copyFrom(const Version &other) = 0;
    virtual void takeFrom(Version &other) noexcept = 0;
    virtual FieldMask changesSince(const Version &before) const = 0;
    virtual qint64 byteSize() const = 0;
    virtual void *data() noexcept = 0;

    bool isShared() const noexcept { return m_references.load(std::memory_order_acquire) > 1; }

    qint64 revision = 0;

protected:
    Version() = default;
    Version(const Version &other) : revision(other.revision) { }

private:
    friend class VersionRef;
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
    explicit TypedVersion(S state) : value(std::move(state)) { }
    TypedVersion(const TypedVersion &) = default;

    Version *clone() const override { return new TypedVersion(*this); }
    void copyFrom(const Version &other) override { value = of(other); }
    void takeFrom(Version &other) noexcept override
    {
        value = std::move(static_cast<TypedVersion &>(other).value);
    }
    FieldMask changesSince(const Version &before) const override
    {
        return changedFields(of(before), value);
    }
    qint64 byteSize() const override { return qint64(sizeof(S)) + heapBytes(value); }
    void *data() noexcept override { return &value; }

    static const S &of(const Version &version)
    {
        return static_cast<const TypedVersion &>(version).value;
    }

    S value;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_VERSION_H
