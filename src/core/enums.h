// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_ENUMS_H
#define AXIOM_ENUMS_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qobjectdefs.h>

// All enumerations that QML sees and that belong to no class: moc permits one Q_NAMESPACE.
namespace Axiom {
Q_NAMESPACE_EXPORT(AXIOM_CORE_EXPORT)

enum class Priority : quint8 { Idle, Low, Normal, High, Critical };
Q_ENUM_NS(Priority)

enum class UpdateMode : quint8 { Immediate, Batch, Defer };
Q_ENUM_NS(UpdateMode)

enum class UpdateModeReason : quint8 { Quiet, Rate, RecentFlush, Cost, LongFrames };
Q_ENUM_NS(UpdateModeReason)

enum class OverflowPolicy : quint8 { Reject, DropOldest, Block };
Q_ENUM_NS(OverflowPolicy)

enum class Residency : quint8 { Resident, Partial, Frozen };
Q_ENUM_NS(Residency)

enum class CowStrategy : quint8 { LazyClone, EagerClone, Adaptive };
Q_ENUM_NS(CowStrategy)

enum class CompressionLevel : quint8 { Fast, Balanced, Maximum };
Q_ENUM_NS(CompressionLevel)

enum class OperationType : quint8 {
    Read,
    Update,
    Clone,
    Commit,
    Notify,
    Delivery,
    Flush,
    Freeze,
    Thaw,
    Reclaim,
    Custom,
};
Q_ENUM_NS(OperationType)
constexpr int OperationTypeCount = int(OperationType::Custom) + 1;

} // namespace Axiom

#endif // AXIOM_ENUMS_H
