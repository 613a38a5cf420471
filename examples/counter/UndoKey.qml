// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

AbstractButton {
    id: root

    implicitWidth: implicitContentWidth + 4 * Theme.unit
    implicitHeight: 36
    text: qsTr("Undo")
    opacity: root.enabled ? 1 : 0.45
    Accessible.name: root.text

    background: Rectangle {
        radius: root.height / 2
        color: root.down || root.hovered ? Theme.border : Theme.raised
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }

    contentItem: Text {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.text
    }
}
