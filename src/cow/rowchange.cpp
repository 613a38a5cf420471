// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "rowchange.h"

namespace Axiom {

QDebug operator<<(QDebug debug, const RowChange &change)
{
    const QDebugStateSaver saver(debug);
    static constexpr const char *names[] = {"Remove", "Move", "Insert", "Update"};
    debug.nospace() << names[change.kind] << '(' << change.first << ", " << change.count;
    if (change.kind == RowChange::Move)
        debug << " -> " << change.to;
    else if (change.kind == RowChange::Update)
        debug << ", fields " << Qt::hex << change.fields;
    debug << ')';
    return debug;
}

} // namespace Axiom
