// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "memorypressuresource.h"

#include <QtCore/qcoreapplication.h>

namespace Axiom::detail {

// A notifier may have to go within its own signal, when whoever it tells deletes the monitor.
struct DeleteNotifier
{
    template <typename Notifier>
    void operator()(Notifier *notifier) const
    {
        notifier->setEnabled(false);
        notifier->disconnect();
        // No event loop comes after the application.
        if (QCoreApplication::closingDown())
            delete notifier;
        else
            notifier->deleteLater();
    }
};

// In their order of trust. One that is switched off by the user is last.
std::vector<std::unique_ptr<MemoryPressureSource>> platformSources();

} // namespace Axiom::detail
