// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

// What the albums took in the last minute, the newest at the right, and a line at the budget.
Rectangle {
    id: root

    required property Library library

    radius: 4
    color: Theme.raised
    clip: true
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Memory of the albums in the last minute")

    HistoryBars {
        id: bars

        anchors.fill: parent
        shares: root.library.history
        count: root.library.historyLength

        // A model of the history itself would make all of them anew each time.
        Repeater {
            model: bars.count

            HistoryBar {
            }
        }
    }

    Rectangle {
        visible: root.library.budget < root.library.fullBytes
        y: Math.round(root.height - root.height * root.library.budget / root.library.historyBytes)
        width: parent.width
        height: 1
        color: Theme.text
    }
}
