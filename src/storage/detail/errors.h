// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ERRORS_H
#define AXIOM_DETAIL_ERRORS_H

#include "../../core/stateerror.h"

#include <utility>

namespace Axiom::detail {

// Returns false, so that a function can fail in one line.
inline bool fail(StateError *error, StateError::Code code, QString message)
{
    if (error)
        *error = {code, std::move(message)};
    return false;
}

// Says so without taking any more memory.
inline bool failForMemory(StateError *error) noexcept
{
    if (error)
        *error = {StateError::OutOfMemory, QStringLiteral("There is not enough memory")};
    return false;
}

// What the exception of the user's code says that is being handled.
AXIOM_CORE_EXPORT QString currentExceptionMessage();

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ERRORS_H
