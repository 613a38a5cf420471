// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Counter

ApplicationWindow {
    id: window

    readonly property alias store: store
    readonly property QtObject theme: Theme

    width: 360
    height: 440
    minimumWidth: 280
    minimumHeight: 360
    visible: true
    title: qsTr("Counter")
    color: Theme.background

    //! [window]
    CounterStore {
        id: store
    }

    CounterFace {
        anchors.fill: parent
        count: store.count
        steps: store.steps
        onAdded: n => store.add(n)
        onUndone: store.undo()
    }
    //! [window]
}
