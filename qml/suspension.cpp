// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "suspension_p.h"

#include <AxiomState/MemoryGovernor>

#include <QtCore/qcoreapplication.h>
#include <QtGui/qguiapplication.h>

namespace Axiom::detail {

namespace {

void watch()
{
    auto *application = qobject_cast<QGuiApplication *>(QCoreApplication::instance());
    if (!application)
        return;
    QObject::connect(application, &QGuiApplication::applicationStateChanged, application,
                     [](Qt::ApplicationState state) {
                         // Only Android and iOS suspend; not run there so far.
                         if (state == Qt::ApplicationSuspended)
                             MemoryGovernor::instance()->suspend();
                     });
}

} // namespace

bool watchForSuspension()
{
    qAddPreRoutine(watch); // at once, when there is an application already
    return true;
}

} // namespace Axiom::detail
