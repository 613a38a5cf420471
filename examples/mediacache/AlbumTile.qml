// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

AbstractButton {
    id: root

    required property int index
    required property Album modelData
    readonly property AlbumGrid grid: GridView.view as AlbumGrid
    readonly property bool isCurrent: GridView.isCurrentItem
    readonly property bool isHighlighted: isCurrent && root.grid !== null && root.grid.activeFocus

    function open(): void {
        root.grid.currentIndex = root.index;
        root.grid.opened(root.modelData);
    }

    function pin(): void {
        root.modelData.pinned = !root.modelData.pinned;
    }

    width: grid ? grid.cellWidth - Theme.unit : 0
    height: grid ? grid.cellHeight - Theme.unit : 0
    // The grid is one stop of the Tab key.
    focusPolicy: Qt.NoFocus
    onClicked: root.open()
    Keys.onReturnPressed: root.open()
    Keys.onEnterPressed: root.open()
    Keys.onSpacePressed: root.pin()
    Accessible.role: Accessible.ListItem
    Accessible.name: root.modelData.name
    Accessible.description: root.modelData.frozen ? qsTr("Frozen") : qsTr("Resident")
    Accessible.selected: root.isCurrent
    Accessible.onPressAction: root.open()

    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: root.isHighlighted ? 3 : 1
        border.color: root.isHighlighted || root.hovered ? Theme.accent : Theme.border
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
        focusPolicy: Qt.NoFocus
        onClicked: root.pin()
        Accessible.name: qsTr("Pin %1").arg(root.modelData.name)
        Accessible.checkable: true
        Accessible.checked: root.modelData.pinned

        background: Rectangle {
            radius: 13
            color: Theme.surface
            opacity: root.modelData.pinned || star.hovered ? 0.95 : 0.6
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
