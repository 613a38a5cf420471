// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Tickerboard

ListView {
    id: root

    required property Board board

    clip: true
    model: root.board.model
    activeFocusOnTab: true
    highlightMoveDuration: 0
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Instruments")
    ScrollBar.vertical: ScrollBar {
    }
}
