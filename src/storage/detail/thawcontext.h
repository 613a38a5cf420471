// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_THAWCONTEXT_H
#define AXIOM_DETAIL_THAWCONTEXT_H

#include "../../core/stateerror.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qbytearray.h>

#include <chrono>

namespace Axiom::detail {

// Who wants to know what becomes of frozen elements. Called on any thread.
class AXIOM_CORE_EXPORT ThawContext
{
public:
    ThawContext() = default;
    virtual ~ThawContext();
    ThawContext(const ThawContext &) = delete;
    ThawContext &operator=(const ThawContext &) = delete;

    // After so long; the elements take so many bytes.
    virtual void thawed(std::chrono::nanoseconds took, qint64 bytes) noexcept = 0;
    // The field is that of the state; null when the state is frozen whole. The bytes are what could
    // not be decoded.
    virtual void failed(const char *field, const StateError &error,
                        const QByteArray &bytes) noexcept = 0;
    // There was no memory to thaw with. Nothing is lost: the next look tries again.
    virtual void postponed(const char *field) noexcept = 0;

    // One or the other, by the error; throws std::bad_alloc when it is one of memory.
    void giveUp(const char *field, const StateError &error, const QByteArray &bytes);
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_THAWCONTEXT_H
