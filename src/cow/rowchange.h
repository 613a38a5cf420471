// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_ROWCHANGE_H
#define AXIOM_ROWCHANGE_H

#include "../core/fields.h"

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qdebug.h>
#include <QtCore/qlist.h>

namespace Axiom {

struct RowChange
{
    enum Kind : quint8 { Remove, Move, Insert, Update };

    Kind kind = Update;
    qsizetype first = 0;
    qsizetype count = 0;
    qsizetype to = -1;    // Move: where the first of the rows is afterwards
    FieldMask fields = 0; // Update: the fields that differ; all bits for a type without fields

    friend bool operator==(const RowChange &, const RowChange &) = default;
    AXIOM_CORE_EXPORT friend QDebug operator<<(QDebug debug, const RowChange &change);
};

using RowChanges = QList<RowChange>;

} // namespace Axiom

Q_DECLARE_TYPEINFO(Axiom::RowChange, Q_RELOCATABLE_TYPE);

#endif // AXIOM_ROWCHANGE_H
