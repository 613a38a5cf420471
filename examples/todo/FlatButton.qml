// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

AbstractButton {
    id: root

    implicitWidth: implicitContentWidth + 2 * Theme.unit + 8
    implicitHeight: 32
    font.pixelSize: 13
    opacity: root.enabled ? 1 : 0.45
    Accessible.name: root.text

    background: Rectangle {
        radius: Theme.radius - 2
        color: root.down || root.hovered ? Theme.border : Theme.raised
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }

    contentItem: Text {
        text: root.text
        font: root.font
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: Theme.text
    }
}
