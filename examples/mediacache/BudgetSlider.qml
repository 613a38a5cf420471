// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

Slider {
    id: root

    required property Library library

    from: 10e6
    to: 100e6
    stepSize: 1e6
    value: root.library.budget
    implicitHeight: 24
    onMoved: root.library.budget = root.value
    Accessible.name: qsTr("Budget")

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
