// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

AbstractButton {
    id: root

    property bool prominent: false

    implicitWidth: implicitContentWidth + 3 * Theme.unit
    implicitHeight: 32
    Accessible.name: root.text

    background: Rectangle {
        radius: Theme.radius
        color: root.prominent ? Theme.accent : root.hovered ? Theme.border : Theme.raised
        opacity: root.down ? 0.7 : 1
        border.width: root.visualFocus ? 2 : 0
        border.color: root.prominent ? Theme.text : Theme.accent
    }

    contentItem: Text {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: 13
        font.weight: Font.DemiBold
        color: root.prominent ? Theme.accentText : Theme.text
    }
}
