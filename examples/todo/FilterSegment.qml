// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Todo

AbstractButton {
    id: root

    required property TodoStore store
    required property int filter
    readonly property bool chosen: root.store.filter === root.filter

    implicitWidth: implicitContentWidth + 3 * Theme.unit
    implicitHeight: 28
    onClicked: root.store.filter = root.filter
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
        font.pixelSize: 13
        font.weight: root.chosen ? Font.DemiBold : Font.Normal
        color: root.chosen ? Theme.text : Theme.secondary
    }
}
