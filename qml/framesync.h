// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_FRAMESYNC_H
#define AXIOM_FRAMESYNC_H

#include <AxiomState/axiomquickexport.h>

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QWindow;
QT_END_NAMESPACE

namespace Axiom {

class AXIOM_QUICK_EXPORT FrameSync
{
public:
    FrameSync() = delete;

    static void attach(QWindow *window);
};

} // namespace Axiom

#endif // AXIOM_FRAMESYNC_H
