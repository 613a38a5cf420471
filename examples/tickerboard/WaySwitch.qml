// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
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

        Repeater {
            model: [qsTr("Direct calls"), qsTr("Queued calls"), qsTr("Coordinator")]

            AbstractButton {
                id: segment

                required property int index
                required property string modelData
                readonly property bool chosen: root.board.way === segment.index

                implicitWidth: implicitContentWidth + 4 * Theme.unit
                implicitHeight: 32
                text: modelData
                onClicked: root.board.way = segment.index
                Accessible.role: Accessible.RadioButton
                Accessible.name: segment.text

                background: Rectangle {
                    radius: Theme.radius - 2
                    color: segment.chosen ? Theme.surface : segment.hovered ? Theme.border : "transparent"
                    border.width: segment.visualFocus ? 2 : 0
                    border.color: Theme.accent
                }

                contentItem: Text {
                    text: segment.text
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    font.pixelSize: Theme.body
                    font.weight: segment.chosen ? Font.DemiBold : Font.Normal
                    color: segment.chosen ? Theme.accent : Theme.text
                }
            }
        }
    }
}
