// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A row of bars, which know it by this type. The newest is at the right.
Row {
    required property list<real> times // ms

    spacing: 1
    layoutDirection: Qt.RightToLeft
}
