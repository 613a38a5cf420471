// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Tickerboard

AbstractButton {
    id: root

    required property Board board
    required property int way
    readonly property bool chosen: root.board.way === root.way

    implicitWidth: implicitContentWidth + 4 * Theme.unit
    implicitHeight: 32
    onClicked: root.board.way = root.way
    Accessible.role: Accessible.RadioButton
    Accessible.name: root.text
    Accessible.checkable: true
    Accessible.checked: root.chosen

    background: Rectangle {
        radius: Theme.radius - 2
        color: root.chosen ? Theme.surface : root.hovered ? Theme.border : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }

    contentItem: Text {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: Theme.body
        font.weight: root.chosen ? Font.DemiBold : Font.Normal
        color: root.chosen ? Theme.accent : Theme.text
    }
}
