// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Tickerboard

Slider {
    id: root

    required property Board board

    // Logarithmic, from 1000 to 200,000.
    from: 3
    to: 5.301
    value: Math.log10(root.board.rate)
    implicitWidth: 200
    implicitHeight: 24
    onMoved: root.board.rate = Math.round(Math.pow(10, root.value) / 100) * 100
    Accessible.name: qsTr("Ticks a second")

    background: Rectangle {
        x: root.leftPadding
        y: root.topPadding + (root.availableHeight - height) / 2
        width: root.availableWidth
        height: 4
        radius: 2
        color: Theme.border

        Rectangle {
            width: root.visualPosition * parent.width
            height: parent.height
            radius: 2
            color: Theme.accent
        }
    }

    handle: Rectangle {
        x: root.leftPadding + root.visualPosition * (root.availableWidth - width)
        y: root.topPadding + (root.availableHeight - height) / 2
        width: 18
        height: 18
        radius: 9
        color: root.pressed ? Theme.accent : Theme.surface
        border.width: root.visualFocus ? 3 : 2
        border.color: Theme.accent
    }
}
