// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

// Time between frames, the newest at the right; bars above the line are late.
Item {
    id: root

    required property list<real> times
    readonly property real goal: 1000 / 60
    readonly property real scale: root.height / 60 // pixels a millisecond

    implicitHeight: 96
    clip: true

    Row {
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: parent.height
        spacing: 1

        Repeater {
            model: root.times

            Rectangle {
                required property real modelData

                anchors.bottom: parent?.bottom
                width: Math.max(1, root.width / 120 - 1)
                height: Math.max(1, Math.min(root.height, modelData * root.scale))
                color: modelData > 2 * root.goal ? Theme.down : modelData > 1.3 * root.goal ? Theme.warning : Theme.up
            }
        }
    }

    Rectangle {
        y: root.height - root.goal * root.scale
        width: parent.width
        height: 1
        color: Theme.secondary
        opacity: 0.6
    }
}
