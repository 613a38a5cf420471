// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// A figure, what belongs to it, and how it went lately.
Rectangle {
    id: root

    required property string label
    required property string value
    property string note: ""
    property alias values: line.values
    property alias capacity: line.capacity
    property alias ceiling: line.ceiling
    property alias threshold: line.threshold
    property alias relative: line.relative
    property color tint: InspectorTheme.accent
    property bool alarming: false

    implicitHeight: content.implicitHeight + 3 * InspectorTheme.unit
    radius: InspectorTheme.radius
    color: InspectorTheme.surface
    border.color: InspectorTheme.border
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value + (root.note.length > 0 ? ", " + root.note : "")

    ColumnLayout {
        id: content

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 1.5 * InspectorTheme.unit
        spacing: 2

        Text {
            Layout.fillWidth: true
            text: root.label
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }

        Text {
            Layout.fillWidth: true
            text: root.value
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.title
            font.weight: Font.DemiBold
            color: root.alarming ? InspectorTheme.bad : InspectorTheme.text
        }

        Sparkline {
            id: line

            Layout.fillWidth: true
            Layout.topMargin: InspectorTheme.unit / 2
            values: []
            capacity: 2
            tint: root.alarming ? InspectorTheme.bad : root.tint
        }

        Text {
            Layout.fillWidth: true
            Layout.topMargin: InspectorTheme.unit / 2
            text: root.note
            elide: Text.ElideRight
            font.pixelSize: InspectorTheme.tiny
            color: InspectorTheme.secondary
        }
    }
}
