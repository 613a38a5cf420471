// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Column {
    id: root

    required property int index
    required property string modelData
    readonly property PhotoGrid grid: GridView.view as PhotoGrid

    width: grid ? grid.cellWidth - Theme.unit : 0
    spacing: 3

    Picture {
        width: parent.width
        height: width * 2 / 3
        album: root.grid ? root.grid.album : null
        photo: root.index
    }

    Text {
        width: parent.width
        text: root.modelData
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: 11
        color: Theme.secondary
    }
}
