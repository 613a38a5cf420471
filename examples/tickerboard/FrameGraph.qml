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

    FrameBars {
        anchors.right: parent.right
        height: parent.height
        times: root.times

        // As many as there is room for: a model of the times would make all of them anew each time.
        Repeater {
            model: Math.ceil(root.width / 3)

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
