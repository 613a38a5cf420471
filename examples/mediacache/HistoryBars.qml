// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A row of bars, which know it by this type. The newest is at the right.
Row {
    required property var shares // points: of the height, resident and compressed
    required property int count // of the bars, which share the width

    layoutDirection: Qt.RightToLeft
}
