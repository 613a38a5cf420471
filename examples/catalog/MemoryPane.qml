// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Axiom.State
import Catalog

// What the state takes, and what becomes of it when memory runs short.
Rectangle {
    id: root

    required property CatalogStore store
    required property Figures figures

    readonly property real resident: figures.stateBytes
    readonly property real frozen: store.frozenBytes

    implicitHeight: content.implicitHeight + 4 * Theme.unit
    color: Theme.surface

    ColumnLayout {
        id: content

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 2 * Theme.unit
        anchors.leftMargin: 3 * Theme.unit
        anchors.rightMargin: 3 * Theme.unit
        spacing: Theme.unit + 4

        RowLayout {
            Layout.fillWidth: true

            Text {
                Layout.fillWidth: true
                text: qsTr("Memory")
                font.pixelSize: Theme.body
                font.weight: Font.DemiBold
                color: Theme.text
            }

            Text {
                text: root.store.residency === Axiom.Frozen ? qsTr("frozen") : root.store.residency === Axiom.Partial ? qsTr("partly frozen") : qsTr("resident")
                font.pixelSize: Theme.small
                color: root.store.residency === Axiom.Resident ? Theme.secondary : Theme.accent
            }
        }

        // Ready to be read beside compressed, on one scale.
        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 10
            radius: 5
            color: Theme.raised
            clip: true

            Row {
                readonly property real scale_: width / Math.max(root.peak, 1)

                anchors.fill: parent

                Rectangle {
                    width: root.resident * parent.scale_
                    height: parent.height
                    radius: 5
                    color: Theme.live
                }

                Rectangle {
                    width: root.frozen * parent.scale_
                    height: parent.height
                    radius: 5
                    color: Theme.accent
                }
            }
        }

        DetailLine {
            Layout.fillWidth: true
            label: qsTr("State")
            value: qsTr("%1 resident, %2 compressed").arg(Format.kibibytes(root.resident / 1024)).arg(Format.kibibytes(root.frozen / 1024))
        }

        DetailLine {
            Layout.fillWidth: true
            label: qsTr("Pressure")
            value: root.levelName + (MemoryPressureMonitor.source.length > 0 ? " · " + MemoryPressureMonitor.source.split(",")[0] : "")
        }

        DetailLine {
            Layout.fillWidth: true
            label: qsTr("Last reclaim")
            value: MemoryGovernor.lastReclaim.summary.length > 0 ? MemoryGovernor.lastReclaim.summary : qsTr("none so far")
        }

        Flow {
            Layout.fillWidth: true
            spacing: Theme.unit

            FlatButton {
                text: qsTr("Freeze")
                enabled: root.store.residency !== Axiom.Frozen
                onClicked: root.store.freeze()
            }

            FlatButton {
                text: qsTr("Moderate")
                highlighted: MemoryPressureMonitor.level === MemoryPressureMonitor.Moderate
                onClicked: root.toggle(MemoryPressureMonitor.Moderate)
            }

            FlatButton {
                text: qsTr("Critical")
                highlighted: MemoryPressureMonitor.level === MemoryPressureMonitor.Critical
                onClicked: root.toggle(MemoryPressureMonitor.Critical)
            }
        }
    }

    // The most that the state has taken: the bar's whole length.
    property real peak: 1
    readonly property string levelName: MemoryPressureMonitor.level === MemoryPressureMonitor.Critical ? qsTr("critical") : MemoryPressureMonitor.level === MemoryPressureMonitor.Moderate ? qsTr("moderate") : qsTr("normal")

    onResidentChanged: peak = Math.max(peak, resident + frozen)

    function toggle(level: int): void {
        MemoryPressureMonitor.simulate(MemoryPressureMonitor.level === level ? MemoryPressureMonitor.Normal : level);
    }
}
