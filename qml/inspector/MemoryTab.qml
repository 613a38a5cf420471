// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State
import Axiom.State.Inspector

// Who holds what, and what was given back.
Flickable {
    id: root

    required property InspectorSampler sampler

    contentHeight: content.implicitHeight + 4 * InspectorTheme.unit
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: InspectorScrollBar {
    }

    InspectorHolders {
        id: holders
    }

    InspectorReclaims {
        id: reclaims
    }

    Connections {
        target: root.sampler

        function onSampled(): void {
            holders.refresh();
        }
    }

    Component.onCompleted: holders.refresh()

    ColumnLayout {
        id: content

        x: 2 * InspectorTheme.unit
        y: 2 * InspectorTheme.unit
        width: root.width - 4 * InspectorTheme.unit
        spacing: InspectorTheme.unit

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Process")
            value: InspectorFormat.bytes(root.sampler.residentBytes)
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Stores and caches")
            value: qsTr("%1, of which %2 can go").arg(InspectorFormat.bytes(holders.totalBytes)).arg(InspectorFormat.bytes(holders.offeredBytes))
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

        RowLayout {
            Layout.fillWidth: true
            spacing: InspectorTheme.unit

            InspectorText {
                Layout.fillWidth: true
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
            text: qsTr("Who holds what")
            font.pixelSize: InspectorTheme.body
            font.weight: Font.DemiBold
            color: InspectorTheme.text
        }

        Repeater {
            model: holders

            HolderRow {
                Layout.fillWidth: true
            }
        }

        InspectorText {
            Layout.topMargin: InspectorTheme.unit
            text: qsTr("Given back")
            font.pixelSize: InspectorTheme.body
            font.weight: Font.DemiBold
            color: InspectorTheme.text
        }

        Repeater {
            model: reclaims

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
