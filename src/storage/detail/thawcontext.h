// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_THAWCONTEXT_H
#define AXIOM_DETAIL_THAWCONTEXT_H

#include <AxiomState/axiomcoreexport.h>

namespace Axiom {
struct StateError;
} // namespace Axiom

namespace Axiom::detail {

// Who wants to know what becomes of frozen elements. Called on any thread.
class AXIOM_CORE_EXPORT ThawContext
{
public:
    ThawContext() = default;
    virtual ~ThawContext();
    ThawContext(const ThawContext &) = delete;
    ThawContext &operator=(const ThawContext &) = delete;

    virtual void thawed() noexcept = 0;
    virtual void failed(const StateError &error) noexcept = 0;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_THAWCONTEXT_H
