// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State
import Axiom.State.Inspector

// Who holds what, and what was given back.
ListView {
    id: root

    required property InspectorSampler sampler

    clip: true
    model: InspectorHolders {
        id: holders
    }
    spacing: InspectorTheme.unit
    topMargin: 2 * InspectorTheme.unit
    bottomMargin: 2 * InspectorTheme.unit
    boundsBehavior: Flickable.StopAtBounds
    // Rows are only looked at: keys scroll, past the first and the last one.
    keyNavigationEnabled: false
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Memory")
    Keys.onUpPressed: bar.decrease()
    Keys.onDownPressed: bar.increase()
    T.ScrollBar.vertical: InspectorScrollBar {
        id: bar
    }

    Connections {
        target: root.sampler

        function onSampled(): void {
            holders.refresh();
        }
    }

    Component.onCompleted: holders.refresh()

    Binding {
        target: root.headerItem
        property: "processBytes"
        value: root.sampler.residentBytes
    }

    header: ColumnLayout {
        id: head

        readonly property InspectorHolders holders: ListView.view.model as InspectorHolders
        property real processBytes: 0
        readonly property bool isWide: width > 320

        x: 2 * InspectorTheme.unit
        width: ListView.view.width - 4 * InspectorTheme.unit
        spacing: InspectorTheme.unit

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Process")
            value: InspectorFormat.bytes(head.processBytes)
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Stores and caches")
            value: qsTr("%1, of which %2 can go").arg(InspectorFormat.bytes(head.holders.totalBytes)).arg(InspectorFormat.bytes(head.holders.offeredBytes))
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Budget")
            value: MemoryGovernor.budget > 0 ? InspectorFormat.bytes(MemoryGovernor.budget) : qsTr("none set")
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Pressure")
            value: InspectorFormat.level(MemoryPressureMonitor.level) + (MemoryPressureMonitor.source.length > 0 ? " · " + MemoryPressureMonitor.source : "")
            tint: MemoryPressureMonitor.level === MemoryPressureMonitor.Critical ? InspectorTheme.bad : MemoryPressureMonitor.level === MemoryPressureMonitor.Moderate ? InspectorTheme.warning : InspectorTheme.text
        }

        GridLayout {
            Layout.fillWidth: true
            columns: head.isWide ? 3 : 2
            columnSpacing: InspectorTheme.unit
            rowSpacing: InspectorTheme.unit / 2

            InspectorText {
                Layout.fillWidth: true
                Layout.columnSpan: head.isWide ? 1 : 2
                text: qsTr("Give back now")
                elide: Text.ElideRight
                font.pixelSize: InspectorTheme.small
                color: InspectorTheme.secondary
            }

            InspectorButton {
                text: qsTr("What is idle")
                enabled: !MemoryGovernor.reclaiming
                onClicked: MemoryGovernor.reclaim(MemoryPressureMonitor.Moderate)
            }

            InspectorButton {
                text: qsTr("All that can go")
                enabled: !MemoryGovernor.reclaiming
                onClicked: MemoryGovernor.reclaim(MemoryPressureMonitor.Critical)
            }
        }

        InspectorText {
            Layout.topMargin: InspectorTheme.unit
            Layout.bottomMargin: InspectorTheme.unit
            text: qsTr("Who holds what")
            font.pixelSize: InspectorTheme.body
            font.weight: Font.DemiBold
            color: InspectorTheme.text
        }
    }

    delegate: HolderRow {
        x: 2 * InspectorTheme.unit
        width: ListView.view.width - 4 * InspectorTheme.unit
    }

    footer: ColumnLayout {
        x: 2 * InspectorTheme.unit
        width: ListView.view.width - 4 * InspectorTheme.unit
        spacing: InspectorTheme.unit

        InspectorText {
            Layout.topMargin: 2 * InspectorTheme.unit
            text: qsTr("Given back")
            font.pixelSize: InspectorTheme.body
            font.weight: Font.DemiBold
            color: InspectorTheme.text
        }

        Repeater {
            id: reclaims

            model: InspectorReclaims {
            }

            ReclaimRow {
                Layout.fillWidth: true
            }
        }

        InspectorText {
            visible: reclaims.count === 0
            text: qsTr("Nothing so far.")
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }
    }
}
