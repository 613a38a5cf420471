// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

Column {
    id: root

    required property string label
    required property string value
    property bool alarming: false

    spacing: 2
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value

    Text {
        text: root.value
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        color: root.alarming ? Theme.down : Theme.text
    }

    Text {
        text: root.label
        font.pixelSize: Theme.small
        color: Theme.secondary
    }
}
