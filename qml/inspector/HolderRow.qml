// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// Somebody who holds memory, on a scale with the others.
ColumnLayout {
    id: root

    required property string name
    required property real residentBytes
    required property real offeredBytes
    required property real idle
    required property real residentShare
    required property real offeredShare

    spacing: InspectorTheme.unit / 2
    Accessible.role: Accessible.ListItem
    // The name last, for it may have a %1 in it.
    Accessible.name: qsTr("%3 holds %1, idle for %2").arg(InspectorFormat.bytes(root.residentBytes)).arg(InspectorFormat.seconds(root.idle)).arg(root.name)

    RowLayout {
        Layout.fillWidth: true
        spacing: InspectorTheme.unit

        InspectorText {
            Layout.fillWidth: true
            text: root.name
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.body
            color: InspectorTheme.text
        }

        InspectorText {
            // Where there is little room, it is for the name.
            visible: root.width > 320
            text: qsTr("%1 can go · idle %2").arg(InspectorFormat.bytes(root.offeredBytes)).arg(InspectorFormat.seconds(root.idle))
            font.pixelSize: InspectorTheme.tiny
            color: InspectorTheme.secondary
        }

        InspectorText {
            Layout.minimumWidth: 72
            horizontalAlignment: Text.AlignRight
            text: InspectorFormat.bytes(root.residentBytes)
            font.pixelSize: InspectorTheme.body
            color: InspectorTheme.text
        }
    }

    Rectangle {
        Layout.fillWidth: true
        implicitHeight: 6
        radius: 3
        color: InspectorTheme.raised

        Rectangle {
            width: parent.width * root.residentShare
            height: parent.height
            radius: 3
            color: InspectorTheme.good
        }

        Rectangle {
            width: parent.width * root.offeredShare
            height: parent.height
            radius: 3
            color: InspectorTheme.accent
        }
    }
}
