// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A small bar for a part of a hundred.
Rectangle {
    id: root

    property int value: 0

    implicitWidth: 48
    implicitHeight: 4
    radius: 2
    color: Theme.raised

    Rectangle {
        width: parent.width * Math.min(Math.max(root.value, 0), 100) / 100
        height: parent.height
        radius: 2
        color: Theme.live
    }
}
