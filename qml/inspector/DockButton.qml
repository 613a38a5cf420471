// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// Says where the inspector is shown.
InspectorButton {
    id: root

    required property StateInspector inspector
    required property string name
    property int edge: inspector.edge
    property bool detached: false
    readonly property bool isCurrent: inspector.detached === detached && (detached || inspector.edge === edge)

    function move(): void {
        root.inspector.edge = root.edge;
        root.inspector.detached = root.detached;
    }

    flat: true
    Accessible.name: root.name
    Accessible.checkable: true
    Accessible.checked: root.isCurrent
    onClicked: root.move()

    contentItem: Item {
        implicitWidth: 16

        DockIcon {
            anchors.centerIn: parent
            edge: root.edge
            detached: root.detached
            tint: root.isCurrent ? InspectorTheme.accent : InspectorTheme.secondary
        }
    }
}
