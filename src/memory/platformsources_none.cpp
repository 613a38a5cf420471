// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

namespace Axiom::detail {

// Where an application knows that memory is short it calls MemoryPressureMonitor::notify().
std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    return {};
}

} // namespace Axiom::detail
