// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "memorypressuresource.h"

namespace Axiom::detail {

// In their order of trust. One that is switched off by the user is last.
std::vector<std::unique_ptr<MemoryPressureSource>> platformSources();

} // namespace Axiom::detail
