// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_UPDATEOPTIONS_H
#define AXIOM_UPDATEOPTIONS_H

#include "../core/enums.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qdeadlinetimer.h>

namespace Axiom {

struct UpdateOptions
{
    Priority priority = Priority::Normal;
    QDeadlineTimer deadline = QDeadlineTimer::Forever;
    QByteArray coalesceKey = {};
};

} // namespace Axiom

#endif // AXIOM_UPDATEOPTIONS_H
