// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

// What the albums take, of what all would take, and a line at the budget.
Rectangle {
    id: root

    required property Library library
    readonly property real pixelsPerByte: root.width / Math.max(root.library.fullBytes, 1)

    implicitHeight: 16
    radius: 4
    color: Theme.raised
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Memory of the albums: %1 of %2").arg(Theme.size(root.library.residentBytes + root.library.compressedBytes)).arg(Theme.size(root.library.fullBytes))

    Rectangle {
        id: resident

        width: Math.min(root.width, root.library.residentBytes * root.pixelsPerByte)
        height: parent.height
        radius: parent.radius
        color: Theme.resident

        Behavior on width  {
            NumberAnimation {
                duration: 200
            }
        }
    }

    Rectangle {
        x: resident.width
        width: Math.min(root.width - resident.width, root.library.compressedBytes * root.pixelsPerByte)
        height: parent.height
        radius: parent.radius
        color: Theme.frozen
    }

    Rectangle {
        visible: root.library.budget < root.library.fullBytes
        x: root.library.budget * root.pixelsPerByte
        y: -3
        width: 2
        height: parent.height + 6
        color: Theme.text
    }
}
