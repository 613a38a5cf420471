// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qlist.h>

namespace Axiom {

class StateStore;

namespace detail {

// Those that live in the calling thread, which alone may look at them, in the order of
// construction. Of what StateStore::all() returns, those of other threads may be gone already.
AXIOM_CORE_EXPORT QList<StateStore *> storesOfThisThread();

} // namespace detail

} // namespace Axiom
