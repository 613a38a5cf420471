// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// Says why there is nothing to see.
Column {
    id: root

    required property string title
    property string text: ""

    width: parent ? Math.min(parent.width - 6 * InspectorTheme.unit, 320) : 320
    spacing: InspectorTheme.unit / 2

    InspectorText {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: root.title
        font.pixelSize: 14
        font.weight: Font.DemiBold
        color: InspectorTheme.text
    }

    InspectorText {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: root.text
        font.pixelSize: InspectorTheme.small
        color: InspectorTheme.secondary
    }
}
