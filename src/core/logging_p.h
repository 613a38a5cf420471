// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qloggingcategory.h>

namespace Axiom {

AXIOM_CORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcStore) AXIOM_CORE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcBatch) AXIOM_CORE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcStorage) AXIOM_CORE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcMemory) AXIOM_CORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcMonitor)

} // namespace Axiom
