// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

Column {
    id: root

    property string label
    property string value

    spacing: 2
    visible: value.length > 0
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value

    Text {
        text: root.label
        font.pixelSize: 11
        font.capitalization: Font.AllUppercase
        font.letterSpacing: 0.5
        color: Theme.secondary
    }

    Text {
        width: root.width
        text: root.value
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
        maximumLineCount: 6
        elide: Text.ElideRight
        font.pixelSize: 13
        color: Theme.text
    }
}
