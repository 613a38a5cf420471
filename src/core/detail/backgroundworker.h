// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_BACKGROUNDWORKER_H
#define AXIOM_DETAIL_BACKGROUNDWORKER_H

#include <AxiomState/axiomcoreexport.h>

#include <functional>

namespace Axiom::detail {

// One thread of low priority for work that nobody waits for. Tasks run in their order, and end there,
// too: what they hold dies where it holds up nobody.
class AXIOM_CORE_EXPORT BackgroundWorker
{
public:
    using Task = std::function<void()>;

    static void run(Task task);
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_BACKGROUNDWORKER_H
