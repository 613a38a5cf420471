// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

// An open album: all that it shows is read from the state.
FocusScope {
    id: root

    required property Library library
    required property Album album
    readonly property alias photos: grid

    signal closed

    Keys.onEscapePressed: root.closed()
    Keys.onBackPressed: root.closed()

    ActionButton {
        id: back

        x: 2 * Theme.unit
        y: 2 * Theme.unit
        text: qsTr("‹ Albums")
        onClicked: root.closed()
    }

    Text {
        id: title

        anchors.left: back.right
        anchors.leftMargin: 2 * Theme.unit
        anchors.right: note.left
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: back.verticalCenter
        text: root.album ? root.album.name : ""
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Text {
        id: note

        anchors.right: parent.right
        anchors.rightMargin: 2 * Theme.unit
        anchors.baseline: title.baseline
        text: !root.album ? "" : root.album.frozen ? qsTr("frozen again, %1").arg(Theme.size(root.album.heldBytes)) : qsTr("read in %1 ms").arg(root.library.openMilliseconds.toFixed(1))
        font.pixelSize: Theme.body
        color: root.album && root.album.frozen ? Theme.frozen : Theme.secondary
    }

    PhotoGrid {
        id: grid

        anchors.fill: parent
        anchors.topMargin: back.y + back.height + Theme.unit
        album: root.album
        focus: true

        delegate: PhotoTile {
        }
    }
}
