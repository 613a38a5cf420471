// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

RowLayout {
    id: root

    required property string label
    required property string value
    property color tint: InspectorTheme.text

    spacing: 2 * InspectorTheme.unit
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value

    InspectorText {
        Layout.alignment: Qt.AlignTop
        text: root.label
        font.pixelSize: InspectorTheme.small
        color: InspectorTheme.secondary
    }

    InspectorText {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignRight
        text: root.value
        wrapMode: Text.Wrap
        maximumLineCount: 2
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.small
        color: root.tint
    }
}
