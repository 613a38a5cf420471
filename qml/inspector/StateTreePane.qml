// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State
import Axiom.State.Inspector

// The state of one store, by the names of its fields.
Item {
    id: root

    property alias store: tree.store

    function refresh(): void {
        tree.refresh();
    }

    InspectorStateTree {
        id: tree
    }

    ColumnLayout {
        anchors.fill: parent
        visible: root.store !== null
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.margins: InspectorTheme.unit
            Layout.leftMargin: 2 * InspectorTheme.unit
            spacing: InspectorTheme.unit

            InspectorText {
                Layout.fillWidth: true
                // The name last, for it may have a %1 in it.
                text: root.store ? qsTr("%2, revision %1").arg(InspectorFormat.count(root.store.revision)).arg(root.store.name) : ""
                elide: Text.ElideRight
                font.pixelSize: InspectorTheme.small
                color: InspectorTheme.secondary
            }

            InspectorButton {
                text: qsTr("Freeze")
                Accessible.name: root.store ? qsTr("Freeze %1").arg(root.store.name) : text
                onClicked: root.store.freeze()
            }

            InspectorButton {
                text: qsTr("Thaw")
                Accessible.name: root.store ? qsTr("Thaw %1").arg(root.store.name) : text
                enabled: root.store !== null && root.store.residency !== Axiom.Resident
                onClicked: root.store.thaw()
            }
        }

        TreeView {
            id: view

            function thawCurrent(): void {
                if (view.currentRow >= 0)
                    tree.thaw(view.modelIndex(Qt.point(0, view.currentRow)));
            }

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: tree
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            rowHeightProvider: () => 24
            columnWidthProvider: () => view.width
            onWidthChanged: forceLayout()
            Accessible.role: Accessible.Tree
            Accessible.name: qsTr("State of the store")
            Keys.onReturnPressed: view.thawCurrent()
            Keys.onEnterPressed: view.thawCurrent()
            T.ScrollBar.vertical: InspectorScrollBar {
            }

            selectionModel: ItemSelectionModel {
            }

            delegate: StateTreeRow {
            }
        }
    }
}
