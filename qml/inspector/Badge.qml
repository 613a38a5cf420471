// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A word in a pill.
Rectangle {
    id: root

    required property string text
    property color tint: InspectorTheme.secondary

    implicitWidth: label.implicitWidth + 2 * InspectorTheme.unit
    implicitHeight: 18
    radius: 9
    color: Qt.alpha(root.tint, 0.14)

    InspectorText {
        id: label

        anchors.centerIn: parent
        text: root.text
        font.pixelSize: InspectorTheme.tiny
        font.weight: Font.Medium
        color: root.tint
    }
}
