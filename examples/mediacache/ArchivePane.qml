// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Mediacache

// Metadata of archived albums, compressed one by one, and the policy by which it stays decoded.
ColumnLayout {
    id: root

    required property Archive archive

    spacing: Theme.unit

    SectionTitle {
        Layout.fillWidth: true
        text: qsTr("Archive, kept decoded")
        note: qsTr("%1 in %2").arg(Theme.size(root.archive.cachedBytes)).arg(Theme.size(root.archive.compressedBytes))
    }

    RowLayout {
        spacing: 4

        Choice {
            Layout.fillWidth: true
            text: qsTr("Always")
            chosen: root.archive.policy === Archive.Always
            onClicked: root.archive.policy = Archive.Always
        }

        Choice {
            Layout.fillWidth: true
            text: qsTr("Never")
            chosen: root.archive.policy === Archive.Never
            onClicked: root.archive.policy = Archive.Never
        }

        Choice {
            Layout.fillWidth: true
            text: qsTr("2 s")
            chosen: root.archive.policy === Archive.Timed
            onClicked: root.archive.policy = Archive.Timed
            Accessible.name: qsTr("For two seconds")
        }

        Choice {
            Layout.fillWidth: true
            text: qsTr("≤ 32 KB")
            chosen: root.archive.policy === Archive.Sized
            onClicked: root.archive.policy = Archive.Sized
            Accessible.name: qsTr("Up to 32 kilobytes")
        }

        Choice {
            Layout.fillWidth: true
            text: qsTr("Adaptive")
            chosen: root.archive.policy === Archive.Adaptive
            onClicked: root.archive.policy = Archive.Adaptive
        }
    }

    RowLayout {
        spacing: 2 * Theme.unit

        ArchiveCells {
            id: cells

            decoded: root.archive.cells
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Which of the entries are decoded")

            // A model of the cells themselves would make all of them anew each time.
            Repeater {
                model: cells.decoded.length

                ArchiveCell {
                }
            }
        }

        Column {
            Layout.fillWidth: true
            spacing: 4

            ActionButton {
                width: parent.width
                implicitHeight: 28
                text: root.archive.browsing ? qsTr("Stop reading") : qsTr("Read some")
                onClicked: root.archive.browsing = !root.archive.browsing
            }

            Text {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("%L1 hits, %L2 decodes").arg(root.archive.hits).arg(root.archive.decodes)
                font.pixelSize: Theme.small
                color: Theme.secondary
            }
        }
    }
}
