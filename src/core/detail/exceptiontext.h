// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_EXCEPTIONTEXT_H
#define AXIOM_DETAIL_EXCEPTIONTEXT_H

#include <QtCore/qstring.h>

#include <exception>

namespace Axiom::detail {

// What an exception that a user's code threw says of itself.
QString exceptionText(const std::exception_ptr &exception);

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_EXCEPTIONTEXT_H
