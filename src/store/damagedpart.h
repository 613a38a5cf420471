// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DAMAGEDPART_H
#define AXIOM_DAMAGEDPART_H

#include "../core/stateerror.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qstring.h>

namespace Axiom {

struct DamagedPart
{
    QString field;
    StateError error;
    QByteArray bytes;

    friend bool operator==(const DamagedPart &, const DamagedPart &) = default;
};

} // namespace Axiom

#endif // AXIOM_DAMAGEDPART_H
