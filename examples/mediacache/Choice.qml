// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

// One of several, side by side.
AbstractButton {
    id: root

    property bool chosen: false

    implicitWidth: implicitContentWidth + 2 * Theme.unit
    implicitHeight: 28
    Accessible.role: Accessible.RadioButton
    Accessible.name: root.text
    Accessible.checkable: true
    Accessible.checked: root.chosen

    background: Rectangle {
        radius: Theme.radius - 2
        color: root.chosen ? Theme.accent : root.hovered ? Theme.border : Theme.raised
        border.width: root.visualFocus ? 2 : 0
        border.color: root.chosen ? Theme.text : Theme.accent
    }

    contentItem: Text {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: Theme.small
        font.weight: root.chosen ? Font.DemiBold : Font.Normal
        color: root.chosen ? Theme.accentText : Theme.text
    }
}
