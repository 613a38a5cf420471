// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// One time that memory was given back.
ColumnLayout {
    id: root

    required property string time
    required property string trigger
    required property real freed
    required property real before
    required property real after
    required property real duration
    required property real step
    required property string parts

    spacing: 2
    Accessible.role: Accessible.ListItem
    // The trigger last, for it may have a %1 in it.
    Accessible.name: qsTr("%1, %3: %2 freed").arg(root.time).arg(InspectorFormat.bytes(root.freed)).arg(root.trigger)

    RowLayout {
        Layout.fillWidth: true
        spacing: InspectorTheme.unit

        InspectorText {
            text: root.time
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }

        InspectorText {
            Layout.fillWidth: true
            text: root.trigger
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.text
        }

        InspectorText {
            text: qsTr("%1 freed").arg(InspectorFormat.bytes(root.freed))
            font.pixelSize: InspectorTheme.small
            font.weight: Font.DemiBold
            color: InspectorTheme.good
        }
    }

    InspectorText {
        Layout.fillWidth: true
        text: qsTr("process %1 → %2 · took %3, longest step %4").arg(InspectorFormat.bytes(root.before)).arg(InspectorFormat.bytes(root.after)).arg(InspectorFormat.milliseconds(root.duration)).arg(InspectorFormat.milliseconds(root.step)) + (root.parts.length > 0 ? "\n" + root.parts : "")
        wrapMode: Text.Wrap
        font.pixelSize: InspectorTheme.tiny
        color: InspectorTheme.secondary
    }
}
