// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Rectangle {
    id: root

    required property int index
    readonly property ArchiveCells cells: parent as ArchiveCells
    readonly property bool decoded: cells !== null && cells.decoded[root.index] === 1

    width: 11
    height: 11
    radius: 2
    color: root.decoded ? Theme.resident : Theme.frozen
    opacity: root.decoded ? 1 : 0.45
}
