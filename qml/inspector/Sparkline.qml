// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Shapes
import Axiom.State.Inspector

// The last values of a figure, the newest at the right.
Item {
    id: root

    // The values are that property of the source.
    required property QtObject source
    required property string figure
    required property int capacity
    property color tint: InspectorTheme.accent
    property real ceiling: 0
    property bool relative: false
    // Marked by a line when the scale reaches it.
    property real threshold: 0

    implicitHeight: 40

    InspectorPlot {
        id: plot

        source: root.source
        figure: root.figure
        capacity: root.capacity
        width: root.width
        height: root.height
        ceiling: root.ceiling
        relative: root.relative
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: InspectorTheme.border
    }

    Shape {
        anchors.fill: parent

        ShapePath {
            strokeWidth: -1
            strokeColor: "transparent"
            fillColor: Qt.alpha(root.tint, 0.16)

            PathPolyline {
                path: plot.area
            }
        }

        ShapePath {
            strokeWidth: 1.5
            strokeColor: root.tint
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin

            PathPolyline {
                path: plot.line
            }
        }
    }

    Rectangle {
        visible: root.threshold > 0 && plot.highest >= root.threshold
        y: root.height - 1 - (plot.highest > 0 ? root.threshold / plot.highest * (root.height - 2) : 0)
        width: parent.width
        height: 1
        color: InspectorTheme.secondary
        opacity: 0.5
    }
}
