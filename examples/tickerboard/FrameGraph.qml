// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

// Time between frames up to 60 ms, the newest at the right.
Item {
    id: root

    required property list<real> times

    implicitHeight: 96
    clip: true

    Row {
        anchors.right: parent.right
        height: parent.height
        spacing: 1

        Repeater {
            model: root.times

            FrameBar {
            }
        }
    }

    Rectangle {
        y: root.height - root.height * 1000 / 60 / 60
        width: parent.width
        height: 1
        color: Theme.secondary
        opacity: 0.6
    }
}
