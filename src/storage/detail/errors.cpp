// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "errors.h"

#include <exception>

namespace Axiom::detail {

using namespace Qt::StringLiterals;

QString currentExceptionMessage()
{
    try {
        throw;
    } catch (const std::exception &exception) {
        return QString::fromUtf8(exception.what());
    } catch (...) {
        return u"an exception of unknown type"_s;
    }
}

} // namespace Axiom::detail
