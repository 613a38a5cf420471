// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

namespace Axiom::detail {

// Android tells its activities, in onTrimMemory(): the application forwards it to notify().
std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    return {};
}

} // namespace Axiom::detail
