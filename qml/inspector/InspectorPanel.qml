// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Axiom.State.Inspector

// All that there is to see, wherever it is shown. Only the current tab exists.
FocusScope {
    id: root

    required property StateInspector inspector
    readonly property bool isWide: width > 640
    readonly property list<string> tabs: ["OverviewTab.qml", "StoresTab.qml", "FlushesTab.qml", "OptimizationsTab.qml", "MemoryTab.qml"]

    function showTab(): void {
        const tab = Math.max(0, Math.min(root.inspector.currentTab, root.tabs.length - 1));
        strip.currentIndex = tab;
        content.setSource(root.tabs[tab], {
                "sampler": sampler
            });
    }

    Component.onCompleted: root.showTab()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("State inspector")
    Keys.onEscapePressed: root.inspector.opened = false
    Keys.onPressed: event => {
        const tab = event.key - Qt.Key_1;
        if (event.modifiers === Qt.ControlModifier && tab >= 0 && tab < root.tabs.length) {
            root.inspector.currentTab = tab;
            event.accepted = true;
        }
    }

    // Handlers of the application behind must neither share taps with those in here, as they would
    // if nobody had the grab alone,
    TapHandler {
        acceptedButtons: Qt.AllButtons
        gesturePolicy: TapHandler.ReleaseWithinBounds
    }

    // nor take drags over from items that do not keep their grab. Fingers scroll, which this would be
    // in the way of.
    DragHandler {
        target: null
        acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
        grabPermissions: PointerHandler.CanTakeOverFromItems | PointerHandler.CanTakeOverFromHandlersOfDifferentType
    }

    Binding {
        target: InspectorTheme
        property: "dark"
        value: root.inspector.dark
    }

    Connections {
        target: root.inspector

        function onCurrentTabChanged(): void {
            root.showTab();
        }
    }

    InspectorSampler {
        id: sampler

        item: root.inspector
        interval: root.inspector.interval
        running: true
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: heading.implicitHeight
            color: InspectorTheme.surface

            // One line where there is room, otherwise two.
            Item {
                id: heading

                anchors.left: parent.left
                anchors.right: parent.right
                anchors.leftMargin: InspectorTheme.unit
                anchors.rightMargin: InspectorTheme.unit
                implicitHeight: root.isWide ? 32 : 68

                RowLayout {
                    id: tools

                    x: parent.width - width
                    y: root.isWide ? 2 : 4
                    width: root.isWide ? implicitWidth : parent.width - InspectorTheme.unit
                    spacing: 2

                    InspectorText {
                        Layout.fillWidth: true
                        text: root.isWide ? "" : qsTr("State inspector")
                        elide: Text.ElideRight
                        font.pixelSize: 14
                        font.weight: Font.DemiBold
                        color: InspectorTheme.text
                    }

                    DockButton {
                        inspector: root.inspector
                        name: qsTr("Dock to the right")
                        edge: Qt.RightEdge
                    }

                    DockButton {
                        inspector: root.inspector
                        name: qsTr("Dock to the bottom")
                        edge: Qt.BottomEdge
                    }

                    DockButton {
                        inspector: root.inspector
                        name: qsTr("In a window of its own")
                        detached: true
                    }

                    InspectorButton {
                        flat: true
                        text: "×"
                        font.pixelSize: 18
                        leftPadding: 6
                        Accessible.name: qsTr("Close the inspector")
                        onClicked: root.inspector.opened = false
                    }
                }

                TabStrip {
                    id: strip

                    y: heading.implicitHeight - height
                    width: root.isWide ? tools.x : parent.width
                    height: implicitHeight
                    model: [qsTr("Overview"), qsTr("Stores"), qsTr("Flushes"), qsTr("Optimizations"), qsTr("Memory")]
                    currentIndex: root.inspector.currentTab
                    focus: true
                    onCurrentIndexChanged: root.inspector.currentTab = Math.max(0, currentIndex)
                }
            }

            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: 1
                color: InspectorTheme.border
            }
        }

        Loader {
            id: content

            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }
}
