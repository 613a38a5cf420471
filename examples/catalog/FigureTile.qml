// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

Column {
    id: root

    property string label
    property string value

    spacing: 1
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value

    Text {
        text: root.value
        font.pixelSize: 15
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Text {
        text: root.label
        font.pixelSize: 11
        color: Theme.secondary
    }
}
