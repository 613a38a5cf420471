// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Axiom.State
import Axiom.State.Inspector
import Consumer

Window {
    id: root

    readonly property TaskStore store: TaskStore {
        name: "errands"
        title: "Errands"
    }
    readonly property alias inspector: inspector
    // Fields of the store, and what it has from the installed types.
    readonly property string summary: `${store.title}: ${store.openCount} of ${list.count}`
    readonly property bool unfrozen: store.residency === Axiom.Resident && store.revision > 0
    readonly property bool calm: MemoryPressureMonitor.level === MemoryPressureMonitor.Normal
    readonly property int flushes: BatchCoordinator.metrics.flushes
    readonly property string firstRow: (list.currentItem as Text)?.text ?? ""

    visible: true
    width: 600
    height: 400

    ListView {
        id: list

        anchors.fill: parent
        model: root.store.tasks
        delegate: Text {
            required property string title
            required property bool done

            text: title + (done ? " (done)" : "")
        }
    }

    StateInspector {
        id: inspector
    }
}
