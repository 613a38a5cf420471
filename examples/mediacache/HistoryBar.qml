// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Item {
    id: root

    required property int index
    readonly property HistoryBars bars: parent as HistoryBars
    readonly property point share: bars ? bars.shares[bars.shares.length - 1 - root.index] ?? Qt.point(0, 0) : Qt.point(0, 0)

    width: bars ? bars.width / bars.count : 0
    height: bars ? bars.height : 0

    Rectangle {
        id: compressed

        y: root.height - compressed.height
        width: root.width
        height: root.share.y * root.height
        color: Theme.frozen
    }

    Rectangle {
        id: resident

        y: compressed.y - resident.height
        width: root.width
        height: root.share.x * root.height
        color: Theme.resident
    }
}
