// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

AbstractButton {
    id: root

    implicitWidth: 72
    implicitHeight: 72

    background: Rectangle {
        radius: root.width / 2
        color: root.down ? Theme.pressed : root.hovered ? Theme.hovered : Theme.accent
        border.width: root.visualFocus ? 3 : 0
        border.color: Theme.text
    }

    contentItem: Text {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: 32
        color: Theme.accentText
    }
}
