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

// What the exception that is being handled says; one of memory or of the user's code.
AXIOM_CORE_EXPORT QString currentExceptionMessage();

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ERRORS_H
