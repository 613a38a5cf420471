// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State
import Axiom.State.Inspector

Flickable {
    id: root

    required property InspectorSampler sampler
    readonly property int columns: width > 900 ? 5 : width > 380 ? 2 : 1

    contentHeight: content.implicitHeight + 4 * InspectorTheme.unit
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Overview")
    Keys.onUpPressed: bar.decrease()
    Keys.onDownPressed: bar.increase()
    T.ScrollBar.vertical: InspectorScrollBar {
        id: bar
    }

    ColumnLayout {
        id: content

        x: 2 * InspectorTheme.unit
        y: 2 * InspectorTheme.unit
        width: root.width - 4 * InspectorTheme.unit
        spacing: 2 * InspectorTheme.unit

        GridLayout {
            Layout.fillWidth: true
            columns: root.columns
            columnSpacing: InspectorTheme.unit
            rowSpacing: InspectorTheme.unit
            MetricCard {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                label: qsTr("Longest frame")
                value: InspectorFormat.milliseconds(root.sampler.frameTime)
                note: qsTr("%1 frames/s · %2 to render").arg(Math.round(root.sampler.frameRate)).arg(InspectorFormat.milliseconds(root.sampler.frameWork))
                source: root.sampler
                figure: "frameTimes"
                capacity: root.sampler.capacity
                ceiling: 2 * root.sampler.frameBudget
                threshold: root.sampler.frameBudget
                tint: InspectorTheme.good
                alarming: root.sampler.frameTime > 2 * root.sampler.frameBudget
            }

            MetricCard {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                label: qsTr("Longest flush")
                value: InspectorFormat.milliseconds(root.sampler.flushTime)
                note: qsTr("%1 flushes · p95 %2").arg(InspectorFormat.rate(root.sampler.flushRate)).arg(InspectorFormat.milliseconds(root.sampler.flushPercentile))
                source: root.sampler
                figure: "flushTimes"
                capacity: root.sampler.capacity
                ceiling: root.sampler.frameBudget / 4
                threshold: root.sampler.frameBudget
                alarming: root.sampler.flushTime > root.sampler.frameBudget
            }

            MetricCard {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                label: qsTr("Updates applied")
                value: InspectorFormat.rate(root.sampler.updateRate)
                note: qsTr("%1 coalesced · %2 waiting").arg(InspectorFormat.percent(root.sampler.coalescing)).arg(InspectorFormat.count(root.sampler.pending))
                source: root.sampler
                figure: "updateRates"
                capacity: root.sampler.capacity
                ceiling: 10
                tint: InspectorTheme.violet
            }

            MetricCard {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                label: qsTr("Notifications")
                value: InspectorFormat.rate(root.sampler.signalRate)
                note: qsTr("%1 row signals").arg(InspectorFormat.rate(root.sampler.rowSignalRate))
                source: root.sampler
                figure: "signalRates"
                capacity: root.sampler.capacity
                ceiling: 10
                tint: InspectorTheme.warning
            }

            MetricCard {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.columnSpan: root.columns === 2 ? 2 : 1
                label: qsTr("Memory of the process")
                value: InspectorFormat.bytes(root.sampler.residentBytes)
                note: qsTr("memory pressure: %1").arg(InspectorFormat.level(MemoryPressureMonitor.level))
                source: root.sampler
                figure: "processBytes"
                capacity: root.sampler.capacity
                relative: true
                tint: InspectorTheme.good
            }
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("Frame budget")
            value: InspectorFormat.milliseconds(root.sampler.frameBudget)
        }

        PropertyLine {
            Layout.fillWidth: true
            label: qsTr("The inspector's own sampling")
            value: qsTr("%1 every %2 ms").arg(InspectorFormat.milliseconds(root.sampler.ownTime)).arg(root.sampler.interval)
        }
    }
}
