// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Mediacache

ApplicationWindow {
    id: window

    readonly property Library library: Library {
    }
    readonly property alias albums: grid
    readonly property alias photos: page.photos
    readonly property QtObject theme: Theme
    property Album album: null

    width: 1100
    height: 720
    minimumWidth: 800
    minimumHeight: 700
    visible: true
    title: qsTr("Media cache")
    color: Theme.background
    onAlbumChanged: {
        if (window.album)
            page.photos.forceActiveFocus();
        else
            grid.forceActiveFocus();
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            AlbumGrid {
                id: grid

                anchors.fill: parent
                focus: true
                visible: !window.album
                library: window.library
                onOpened: album => {
                    window.library.open(album);
                    window.album = album;
                }

                delegate: AlbumTile {
                }
            }

            AlbumPage {
                id: page

                anchors.fill: parent
                visible: window.album !== null
                library: window.library
                album: window.album
                onClosed: window.album = null
            }
        }

        Rectangle {
            Layout.fillHeight: true
            Layout.preferredWidth: 1
            color: Theme.border
        }

        MemoryPane {
            Layout.fillHeight: true
            Layout.preferredWidth: 344
            library: window.library
        }
    }
}
