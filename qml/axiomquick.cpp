// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/axiomquickexport.h>

// Part of whatever links AxiomState::Quick, and so has it linked: many linkers leave out a library that
// nothing is called of, and frames would not be followed.

namespace Axiom::detail {
AXIOM_QUICK_EXPORT bool followWindows();
}

namespace {
[[maybe_unused]] const bool axiomFollowsWindows = Axiom::detail::followWindows();
}
