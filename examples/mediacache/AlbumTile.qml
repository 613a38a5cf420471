// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

AbstractButton {
    id: root

    required property Album modelData
    readonly property AlbumGrid grid: GridView.view as AlbumGrid

    width: grid ? grid.cellWidth - Theme.unit : 0
    height: grid ? grid.cellHeight - Theme.unit : 0
    onClicked: root.grid.opened(root.modelData)
    Accessible.name: root.modelData.name
    Accessible.description: root.modelData.frozen ? qsTr("Frozen") : qsTr("Resident")

    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: root.visualFocus ? 2 : 1
        border.color: root.visualFocus || root.hovered ? Theme.accent : Theme.border
    }

    Item {
        anchors.fill: parent

        Picture {
            id: cover

            x: 5
            y: 5
            width: parent.width - 10
            height: width * 2 / 3
            album: root.modelData
            opacity: root.modelData.frozen ? 0.55 : 1
        }

        Text {
            anchors.left: cover.left
            anchors.right: cover.right
            anchors.top: cover.bottom
            anchors.topMargin: 4
            text: root.modelData.name
            textFormat: Text.PlainText
            elide: Text.ElideRight
            font.pixelSize: Theme.small
            color: Theme.text
        }

        Rectangle {
            id: bar

            anchors.left: cover.left
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 10
            width: cover.width - 58
            height: 5
            radius: 2
            color: Theme.raised

            Rectangle {
                width: Math.max(5, Math.min(1, root.modelData.heldBytes / root.modelData.fullBytes) * parent.width)
                height: parent.height
                radius: 2
                color: root.modelData.frozen ? Theme.frozen : Theme.resident
            }
        }

        Text {
            anchors.right: cover.right
            anchors.verticalCenter: bar.verticalCenter
            text: Theme.size(root.modelData.heldBytes)
            font.pixelSize: 11
            color: root.modelData.frozen ? Theme.frozen : Theme.secondary
        }
    }

    AbstractButton {
        id: star

        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 8
        width: 26
        height: 26
        onClicked: root.modelData.pinned = !root.modelData.pinned
        Accessible.name: qsTr("Pin %1").arg(root.modelData.name)
        Accessible.checkable: true
        Accessible.checked: root.modelData.pinned

        background: Rectangle {
            radius: 13
            color: Theme.surface
            opacity: root.modelData.pinned || star.hovered ? 0.95 : 0.6
            border.width: star.visualFocus ? 2 : 0
            border.color: Theme.accent
        }

        contentItem: Text {
            text: root.modelData.pinned ? "★" : "☆"
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            font.pixelSize: 15
            color: root.modelData.pinned ? Theme.star : Theme.secondary
        }
    }
}
