// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State.Inspector

// The causal record, the newest flush on top.
ColumnLayout {
    id: root

    required property InspectorSampler sampler

    spacing: 0
    Component.onCompleted: flushes.refresh()

    InspectorFlushes {
        id: flushes
    }

    Connections {
        target: root.sampler

        function onSampled(): void {
            flushes.refresh();
        }
    }

    RowLayout {
        Layout.fillWidth: true
        Layout.margins: InspectorTheme.unit
        Layout.leftMargin: 2 * InspectorTheme.unit
        spacing: InspectorTheme.unit

        InspectorText {
            Layout.fillWidth: true
            text: qsTr("The last %1 flushes").arg(flushes.count) + (flushes.paused ? qsTr(", paused") : "")
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }

        InspectorButton {
            text: flushes.paused ? qsTr("Resume") : qsTr("Pause")
            highlighted: flushes.paused
            onClicked: {
                // The row that was chosen would move, and pause them again.
                if (flushes.paused)
                    list.currentIndex = -1;
                flushes.paused = !flushes.paused;
            }
        }
    }

    ListView {
        id: list

        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        model: flushes
        currentIndex: -1
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Flushes")
        // Who looks into one does not want it to move away.
        onCurrentIndexChanged: if (currentIndex >= 0)
            flushes.paused = true
        T.ScrollBar.vertical: InspectorScrollBar {
        }

        delegate: FlushRow {
            width: ListView.view.width
        }

        EmptyNote {
            anchors.centerIn: parent
            visible: flushes.count === 0
            title: qsTr("No flushes yet")
            text: qsTr("They appear as soon as a store changes.")
        }
    }
}
