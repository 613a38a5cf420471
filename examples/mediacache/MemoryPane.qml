// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Mediacache

Rectangle {
    id: root

    required property Library library

    color: Theme.surface

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 2 * Theme.unit
        spacing: 2 * Theme.unit

        GridLayout {
            Layout.fillWidth: true
            columns: 2
            columnSpacing: 2 * Theme.unit
            rowSpacing: Theme.unit

            Figure {
                Layout.fillWidth: true
                label: qsTr("resident")
                dot: Theme.resident
                value: Theme.size(root.library.residentBytes)
            }

            Figure {
                Layout.fillWidth: true
                label: qsTr("compressed")
                dot: Theme.frozen
                value: Theme.size(root.library.compressedBytes)
            }

            Figure {
                Layout.fillWidth: true
                label: qsTr("albums frozen")
                value: qsTr("%1 of %2").arg(root.library.frozenCount).arg(root.library.albums.length)
            }

            Figure {
                Layout.fillWidth: true
                visible: root.library.processBytes > 0
                label: qsTr("process")
                value: Theme.size(root.library.processBytes)
            }
        }

        MemoryBar {
            Layout.fillWidth: true
            library: root.library
        }

        ColumnLayout {
            spacing: 4

            SectionTitle {
                Layout.fillWidth: true
                text: qsTr("Budget")
                note: Theme.size(root.library.budget)
            }

            BudgetSlider {
                Layout.fillWidth: true
                library: root.library
            }
        }

        ColumnLayout {
            spacing: Theme.unit

            SectionTitle {
                Layout.fillWidth: true
                text: qsTr("Freeze what is idle for")
            }

            RowLayout {
                spacing: 4

                Choice {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    text: qsTr("Off")
                    chosen: root.library.idleAfter === 0
                    onClicked: root.library.idleAfter = 0
                }

                Choice {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    text: qsTr("5 s")
                    chosen: root.library.idleAfter === 5
                    onClicked: root.library.idleAfter = 5
                }

                Choice {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    text: qsTr("30 s")
                    chosen: root.library.idleAfter === 30
                    onClicked: root.library.idleAfter = 30
                }

                Choice {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    text: qsTr("2 min")
                    chosen: root.library.idleAfter === 120
                    onClicked: root.library.idleAfter = 120
                }
            }
        }

        ColumnLayout {
            spacing: Theme.unit

            SectionTitle {
                Layout.fillWidth: true
                text: qsTr("Memory pressure")
                note: root.library.pressure
            }

            GridLayout {
                Layout.fillWidth: true
                columns: 2
                columnSpacing: Theme.unit
                rowSpacing: Theme.unit

                ActionButton {
                    Layout.fillWidth: true
                    text: qsTr("Simulate Moderate")
                    onClicked: root.library.simulateModerate()
                }

                ActionButton {
                    Layout.fillWidth: true
                    text: qsTr("Simulate Critical")
                    onClicked: root.library.simulateCritical()
                }

                ActionButton {
                    Layout.fillWidth: true
                    text: qsTr("Freeze all")
                    onClicked: root.library.freezeAll()
                }

                ActionButton {
                    Layout.fillWidth: true
                    text: qsTr("Thaw all")
                    onClicked: root.library.thawAll()
                }
            }

            Text {
                Layout.fillWidth: true
                Layout.preferredHeight: 34
                text: root.library.lastReclaim || qsTr("Nothing has had to be given back yet.")
                wrapMode: Text.Wrap
                maximumLineCount: 2
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                color: Theme.secondary
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
        }

        HistoryGraph {
            Layout.fillWidth: true
            Layout.fillHeight: true
            library: root.library
        }

        ArchivePane {
            Layout.fillWidth: true
            archive: root.library.archive
        }
    }
}
