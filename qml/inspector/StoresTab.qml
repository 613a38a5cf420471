// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State.Inspector

// The stores of this thread, and the state of the chosen one.
Item {
    id: root

    required property InspectorSampler sampler
    readonly property bool isWide: width > 800

    InspectorStores {
        id: stores
    }

    Connections {
        target: root.sampler

        // In frames of their own, as both have text to lay out.
        function onFramesTold(): void {
            stores.refresh();
        }

        function onFlushesTold(): void {
            tree.refresh();
        }
    }

    Component.onCompleted: stores.refresh()

    GridLayout {
        anchors.fill: parent
        columns: root.isWide ? 3 : 1
        columnSpacing: 0
        rowSpacing: 0

        ListView {
            id: list

            Layout.fillWidth: !root.isWide
            Layout.fillHeight: root.isWide
            Layout.preferredWidth: root.isWide ? 400 : -1
            Layout.preferredHeight: Math.min(contentHeight, root.height * 0.4)
            clip: true
            model: stores
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Stores")
            T.ScrollBar.vertical: InspectorScrollBar {
            }
            onCurrentIndexChanged: stores.currentRow = Math.max(0, currentIndex)

            delegate: StoreRow {
                width: ListView.view.width
            }
        }

        Rectangle {
            Layout.fillWidth: !root.isWide
            Layout.fillHeight: root.isWide
            Layout.row: root.isWide ? 0 : 1
            Layout.column: root.isWide ? 1 : 0
            implicitWidth: 1
            implicitHeight: 1
            color: InspectorTheme.border
        }

        StateTreePane {
            id: tree

            store: stores.current
            Layout.row: root.isWide ? 0 : 2
            Layout.column: root.isWide ? 2 : 0
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }

    EmptyNote {
        anchors.centerIn: parent
        visible: stores.count === 0
        title: qsTr("No stores")
        text: qsTr("Stores of the window's thread are listed here as they are made.")
    }
}
