// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

GridView {
    id: root

    required property Library library
    readonly property int columns: Math.max(1, Math.floor(width / 140))

    signal opened(Album album)

    clip: true
    activeFocusOnTab: true
    highlightMoveDuration: 0
    leftMargin: Theme.unit
    topMargin: Theme.unit
    cellWidth: Math.floor((width - 2 * Theme.unit) / columns)
    cellHeight: Math.round((cellWidth - Theme.unit - 10) * 2 / 3) + 58
    model: root.library.albums
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Albums")
    ScrollBar.vertical: ScrollBar {
    }
}
