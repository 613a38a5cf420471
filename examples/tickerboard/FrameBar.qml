// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

Rectangle {
    id: root

    required property int index
    readonly property FrameBars bars: parent as FrameBars
    readonly property real time: bars ? bars.times[bars.times.length - 1 - root.index] ?? 0 : 0 // ms
    readonly property real goal: 1000 / 60
    readonly property real available: bars ? bars.height : 0

    y: root.available - root.height
    visible: root.time > 0
    width: 2
    height: Math.max(1, Math.min(root.available, root.time * root.available / 60))
    color: root.time > 2 * root.goal ? Theme.down : root.time > 1.3 * root.goal ? Theme.warning : Theme.up
}
