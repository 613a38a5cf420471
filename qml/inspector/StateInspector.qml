// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window

Item {
    id: root

    property bool opened: false
    property string sequence: "F12"
    // Qt.RightEdge or Qt.BottomEdge.
    property int edge: Qt.RightEdge
    property bool detached: false
    // Width at the right edge, height at the bottom.
    property real extent: edge === Qt.RightEdge ? 460 : 340
    property int interval: 500
    property int currentTab: 0
    property alias dark: settings.dark

    function toggle(): void {
        root.opened = !root.opened;
    }

    // By who drags it; from then on each edge has an extent of its own.
    function resize(size: real): void {
        if (settings.otherExtent <= 0)
            settings.otherExtent = root.edge === Qt.RightEdge ? 340 : 460;
        root.extent = size;
    }

    anchors.fill: parent
    z: 100000

    QtObject {
        id: settings

        property bool dark: system.window.hslLightness < 0.5
        readonly property SystemPalette system: SystemPalette {
        }
        property Item formerFocus: null
        // As it was at the other edge, once it was dragged.
        property real otherExtent: 0
        readonly property url content: Qt.resolvedUrl(root.detached ? "InspectorWindow.qml" : "InspectorDock.qml")

        function hasFocus(): bool {
            for (let item = root.Window.activeFocusItem; item; item = item.parent) {
                if (item === root)
                    return true;
            }
            return false;
        }

        function update(): void {
            const hadFocus = hasFocus();
            if (root.opened) {
                if (!hadFocus)
                    formerFocus = root.Window.activeFocusItem;
                loader.setSource(content, {
                        "inspector": root
                    });
            } else {
                loader.source = "";
            }
            // What had the focus has it again, if it is still there and the user went nowhere else.
            if (hadFocus && (root.detached || !root.opened))
                formerFocus?.forceActiveFocus();
            if (!root.opened)
                formerFocus = null;
        }

        function turn(): void {
            if (otherExtent <= 0)
                return;
            const former = root.extent;
            root.extent = otherExtent;
            otherExtent = former;
        }

        onContentChanged: if (root.opened)
            update()
    }

    onOpenedChanged: settings.update()
    onEdgeChanged: settings.turn()
    Component.onCompleted: if (root.opened)
        settings.update()

    Shortcut {
        sequences: [root.sequence]
        onActivated: root.toggle()
    }

    // Nothing of it is loaded before it is opened. Its rows are laid out from the left, in an
    // application that is mirrored too.
    Loader {
        id: loader

        anchors.fill: parent
        LayoutMirroring.enabled: false
        LayoutMirroring.childrenInherit: true
    }
}
