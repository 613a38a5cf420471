// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Axiom.State
import Axiom.State.Inspector
import Catalog

ApplicationWindow {
    id: window

    readonly property CatalogStore store: CatalogStore {
    }
    readonly property Figures figures: Figures {
        store: window.store
        window: window
    }
    readonly property alias list: listView

    width: 1200
    height: 760
    minimumWidth: 880
    minimumHeight: 620
    visible: true
    title: qsTr("Catalog")
    color: Theme.background

    // What was not looked at for a minute is compressed.
    Component.onCompleted: MemoryGovernor.idleAfter = 60000

    Shortcut {
        sequences: ["Ctrl+F"]
        onActivated: search.forceActiveFocus()
    }

    header: Header {
        id: search

        store: window.store
        onListRequested: {
            listView.forceActiveFocus();
            listView.currentIndex = Math.max(listView.currentIndex, 0);
        }
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            PackageList {
                id: listView

                anchors.fill: parent
                store: window.store

                delegate: PackageRow {
                }
            }

            Column {
                anchors.centerIn: parent
                visible: listView.count === 0 && !window.store.loading
                spacing: Theme.unit

                Text {
                    anchors.horizontalCenter: parent.horizontalCenter
                    text: window.store.query.length > 0 ? qsTr("No package matches") : qsTr("No packages")
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                    color: Theme.text
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }

                Text {
                    anchors.horizontalCenter: parent.horizontalCenter
                    visible: window.store.query.length > 0
                    text: qsTr("Try fewer or other words.")
                    font.pixelSize: Theme.body
                    color: Theme.secondary
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
        }

        Rectangle {
            Layout.fillHeight: true
            Layout.preferredWidth: 1
            color: Theme.border
        }

        ColumnLayout {
            Layout.preferredWidth: 340
            Layout.fillWidth: false
            Layout.fillHeight: true
            spacing: 0

            DetailsPane {
                Layout.fillWidth: true
                Layout.fillHeight: true
                store: window.store
            }

            Rectangle {
                Layout.fillWidth: true
                Layout.preferredHeight: 1
                color: Theme.border
            }

            MemoryPane {
                Layout.fillWidth: true
                store: window.store
                figures: window.figures
            }
        }
    }

    StateInspector {
    }

    footer: FigureStrip {
        figures: window.figures
    }
}
