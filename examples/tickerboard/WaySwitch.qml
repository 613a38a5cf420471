// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

// Which of the three ways updates take.
Rectangle {
    id: root

    required property Board board

    implicitWidth: row.implicitWidth + 8
    implicitHeight: 40
    radius: Theme.radius
    color: Theme.raised
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("The way of an update")

    Row {
        id: row

        anchors.centerIn: parent

        WaySegment {
            board: root.board
            way: Board.Direct
            text: qsTr("Direct calls")
        }

        WaySegment {
            board: root.board
            way: Board.Queued
            text: qsTr("Queued calls")
        }

        WaySegment {
            board: root.board
            way: Board.Coordinated
            text: qsTr("Coordinator")
        }
    }
}
