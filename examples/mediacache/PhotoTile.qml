// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Item {
    id: root

    required property int index
    required property string modelData
    readonly property PhotoGrid grid: GridView.view as PhotoGrid
    readonly property bool isCurrent: GridView.isCurrentItem

    width: grid ? grid.cellWidth - Theme.unit : 0
    height: caption.y + caption.height
    Accessible.role: Accessible.ListItem
    Accessible.name: root.modelData
    Accessible.selected: root.isCurrent

    Picture {
        id: picture

        width: parent.width
        height: width * 2 / 3
        album: root.grid ? root.grid.album : null
        photo: root.index
    }

    Rectangle {
        anchors.fill: picture
        anchors.margins: -3
        visible: root.isCurrent && root.grid !== null && root.grid.activeFocus
        radius: 2
        color: "transparent"
        border.width: 3
        border.color: Theme.accent
    }

    Text {
        id: caption

        y: picture.height + 3
        width: parent.width
        text: root.modelData
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: 11
        color: Theme.secondary
    }
}
