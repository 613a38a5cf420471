// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A window with the inspector at an edge, or with one of its own.
Item {
    id: root

    property int edge: Qt.RightEdge
    property bool detached: false
    property color tint: InspectorTheme.secondary

    implicitWidth: 16
    implicitHeight: 16

    Rectangle {
        x: 1
        y: root.detached ? 5 : 2
        width: root.detached ? 10 : 14
        height: root.detached ? 9 : 12
        radius: 2
        color: "transparent"
        border.color: root.tint
    }

    Rectangle {
        x: root.detached ? 6 : root.edge === Qt.RightEdge ? 9 : 1
        y: root.detached || root.edge === Qt.RightEdge ? 2 : 9
        width: root.detached ? 9 : root.edge === Qt.RightEdge ? 6 : 14
        height: root.detached ? 7 : root.edge === Qt.RightEdge ? 12 : 5
        radius: 2
        color: root.tint
    }
}
