// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window

// The inspector in a window of its own.
Window {
    id: root

    required property StateInspector inspector

    width: 560
    height: 720
    minimumWidth: 320
    minimumHeight: 320
    visible: true
    title: qsTr("State inspector")
    color: InspectorTheme.background
    // It is hidden at once, but not to be destroyed from within its own event.
    onClosing: () => {
        Qt.callLater(() => {
                if (root)
                    root.inspector.opened = false;
            });
    }

    Shortcut {
        sequences: [root.inspector.sequence]
        onActivated: root.inspector.toggle()
    }

    InspectorPanel {
        anchors.fill: parent
        inspector: root.inspector
        focus: true
    }
}
