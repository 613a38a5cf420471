// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Mediacache

GridView {
    id: root

    required property Album album

    leftMargin: 2 * Theme.unit
    topMargin: Theme.unit
    clip: true
    activeFocusOnTab: true
    highlightMoveDuration: 0
    cellWidth: Math.floor((width - 3 * Theme.unit) / 5)
    cellHeight: Math.round((cellWidth - Theme.unit) * 2 / 3) + 26
    model: root.album ? root.album.captions() : []
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Photos")
    ScrollBar.vertical: ScrollBar {
    }
}
