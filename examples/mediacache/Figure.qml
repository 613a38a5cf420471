// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Column {
    id: root

    required property string label
    required property string value
    property color dot: "transparent"

    spacing: 1
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value

    Text {
        text: root.value
        font.pixelSize: 18
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Row {
        spacing: 5

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            visible: root.dot.a > 0
            width: 8
            height: 8
            radius: 4
            color: root.dot
        }

        Text {
            text: root.label
            font.pixelSize: Theme.small
            color: Theme.secondary
        }
    }
}
