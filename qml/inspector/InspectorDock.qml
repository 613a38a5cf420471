// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// The inspector at an edge of the window, which can be dragged.
Item {
    id: root

    required property StateInspector inspector
    readonly property bool isAtRight: inspector.edge === Qt.RightEdge
    readonly property real available: isAtRight ? width : height
    readonly property real extent: Math.max(Math.min(inspector.extent, available - 120), Math.min(280, available))

    function resize(extent: real): void {
        root.inspector.resize(Math.max(280, Math.min(extent, root.available - 120)));
    }

    Rectangle {
        id: pane

        x: root.isAtRight ? root.width - width : 0
        y: root.isAtRight ? 0 : root.height - height
        width: root.isAtRight ? root.extent : root.width
        height: root.isAtRight ? root.height : root.extent
        color: InspectorTheme.background

        // The application behind it must not get what is meant for the inspector.
        MouseArea {
            anchors.fill: parent
            acceptedButtons: Qt.AllButtons
            hoverEnabled: true
            preventStealing: true
            onWheel: wheel => wheel.accepted = true
        }

        InspectorPanel {
            anchors.fill: parent
            anchors.leftMargin: root.isAtRight ? 1 : 0
            anchors.topMargin: root.isAtRight ? 0 : 1
            inspector: root.inspector
            focus: true
            Component.onCompleted: forceActiveFocus()
        }

        Rectangle {
            width: root.isAtRight ? 1 : parent.width
            height: root.isAtRight ? parent.height : 1
            color: handle.pressed || handle.containsMouse ? InspectorTheme.accent : InspectorTheme.border
        }

        // An area, as a handler of the application behind could take a drag over from a handler.
        MouseArea {
            id: handle

            property real before: 0
            property point grip: Qt.point(0, 0)

            x: root.isAtRight ? -4 : 0
            y: root.isAtRight ? 0 : -4
            width: root.isAtRight ? 8 : parent.width
            height: root.isAtRight ? parent.height : 8
            hoverEnabled: true
            preventStealing: true
            cursorShape: root.isAtRight ? Qt.SplitHCursor : Qt.SplitVCursor
            onPressed: mouse => {
                before = root.extent;
                grip = mapToItem(root, mouse.x, mouse.y);
            }
            onPositionChanged: mouse => {
                if (!pressed)
                    return;
                const now = mapToItem(root, mouse.x, mouse.y);
                root.resize(before - (root.isAtRight ? now.x - grip.x : now.y - grip.y));
            }
        }
    }
}
