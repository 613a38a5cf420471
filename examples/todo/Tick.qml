// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

// A round check box. The tick is drawn: not every font has one. Its row is the check box that
// assistive tools know.
AbstractButton {
    id: root

    property bool ticked: false

    implicitWidth: 24
    implicitHeight: 24
    focusPolicy: Qt.NoFocus
    Accessible.ignored: true

    background: Rectangle {
        radius: width / 2
        color: root.ticked ? Theme.done : "transparent"
        border.width: root.ticked ? 0 : 2
        border.color: root.hovered ? Theme.done : Theme.secondary
        antialiasing: true
    }

    contentItem: Item {
        visible: root.ticked

        Rectangle {
            x: 5.5
            y: 12.5
            width: 7
            height: 2
            radius: 1
            rotation: 45
            color: Theme.surface
            antialiasing: true
        }

        Rectangle {
            x: 8.5
            y: 11
            width: 11
            height: 2
            radius: 1
            rotation: -50
            color: Theme.surface
            antialiasing: true
        }
    }
}
