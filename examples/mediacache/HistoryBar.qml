// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Item {
    id: root

    required property point modelData // shares of the height: resident, compressed

    width: 3
    height: parent ? parent.height : 0

    Rectangle {
        id: compressed

        y: root.height - compressed.height
        width: root.width
        height: root.modelData.y * root.height
        color: Theme.frozen
    }

    Rectangle {
        id: resident

        y: compressed.y - resident.height
        width: root.width
        height: root.modelData.x * root.height
        color: Theme.resident
    }
}
