// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

Button {
    id: root

    implicitHeight: 32
    leftPadding: Theme.unit + 4
    rightPadding: Theme.unit + 4
    font.pixelSize: 13
    Accessible.name: root.text

    contentItem: Text {
        text: root.text
        font: root.font
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: root.highlighted ? Theme.accentText : Theme.text
        opacity: root.enabled ? 1 : 0.5
    }

    background: Rectangle {
        radius: Theme.radius
        color: root.highlighted ? Theme.accent : root.down || root.hovered ? Theme.border : Theme.raised
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }
}
