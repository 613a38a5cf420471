// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "logging_p.h"

namespace Axiom {

Q_LOGGING_CATEGORY(lcStore, "axiom.store", QtWarningMsg)
Q_LOGGING_CATEGORY(lcBatch, "axiom.batch", QtWarningMsg)
Q_LOGGING_CATEGORY(lcStorage, "axiom.storage", QtWarningMsg)
Q_LOGGING_CATEGORY(lcMemory, "axiom.memory", QtWarningMsg)
Q_LOGGING_CATEGORY(lcMonitor, "axiom.monitor", QtWarningMsg)

} // namespace Axiom
