// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../core/stateerror.h"
#include "flushrecord.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

namespace Axiom::detail {

// Writes records in Chrome's Trace Event Format. False, and the file as it was, when that fails.
bool writeTrace(const QList<FlushRecord> &records, const QString &fileName, StateError *error);

} // namespace Axiom::detail
