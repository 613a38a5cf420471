// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiomquickexport.h>

namespace Axiom::detail {

// Has the governor know when the application is suspended, as those of phones are. Any thread;
// always true.
AXIOM_QUICK_EXPORT bool watchForSuspension();

} // namespace Axiom::detail
