// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

Rectangle {
    id: root

    required property real modelData // ms
    readonly property real goal: 1000 / 60
    readonly property real available: root.parent ? root.parent.height : 0

    y: root.available - root.height
    width: 2
    height: Math.max(1, Math.min(root.available, root.modelData * root.available / 60))
    color: root.modelData > 2 * root.goal ? Theme.down : root.modelData > 1.3 * root.goal ? Theme.warning : Theme.up
}
