// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/exceptiontext.h"

namespace Axiom::detail {

QString exceptionText(const std::exception_ptr &exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception &thrown) {
        return QString::fromLocal8Bit(thrown.what());
    } catch (...) {
        return QStringLiteral("an exception of unknown type");
    }
}

} // namespace Axiom::detail
