// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// A figure, what belongs to it, and how it went lately. Everything has its place whatever the text
// is, so that a new figure has nothing laid out but itself.
Rectangle {
    id: root

    required property string label
    required property string value
    property string note: ""
    property alias source: line.source
    property alias figure: line.figure
    property alias capacity: line.capacity
    property alias ceiling: line.ceiling
    property alias threshold: line.threshold
    property alias relative: line.relative
    property color tint: InspectorTheme.accent
    property bool alarming: false
    readonly property real margin: 1.5 * InspectorTheme.unit

    implicitWidth: 120
    implicitHeight: noteText.y + noteText.height + root.margin
    radius: InspectorTheme.radius
    color: InspectorTheme.surface
    border.color: InspectorTheme.border
    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.value + (root.note.length > 0 ? ", " + root.note : "")

    InspectorText {
        id: labelText

        x: root.margin
        y: root.margin
        width: root.width - 2 * root.margin
        height: 16
        text: root.label
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.small
        color: InspectorTheme.secondary
    }

    InspectorText {
        id: valueText

        x: root.margin
        y: labelText.y + labelText.height + 2
        width: labelText.width
        height: 24
        text: root.value
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.title
        font.weight: Font.DemiBold
        color: root.alarming ? InspectorTheme.bad : InspectorTheme.text
    }

    Sparkline {
        id: line

        x: root.margin
        y: valueText.y + valueText.height + InspectorTheme.unit / 2
        width: labelText.width
        height: implicitHeight
        source: null
        figure: ""
        capacity: 2
        tint: root.alarming ? InspectorTheme.bad : root.tint
    }

    InspectorText {
        id: noteText

        x: root.margin
        y: line.y + line.height + InspectorTheme.unit / 2
        width: labelText.width
        height: 16
        text: root.note
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.tiny
        color: InspectorTheme.secondary
    }
}
