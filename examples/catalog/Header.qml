// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Catalog

FocusScope {
    id: root

    required property CatalogStore store
    readonly property string total: store.packageCount === 1 ? qsTr("1 package") : qsTr("%1 packages").arg(Format.count(store.packageCount))

    signal listRequested

    implicitHeight: layout.implicitHeight + 4 * Theme.unit

    Rectangle {
        anchors.fill: parent
        color: Theme.surface
    }

    ColumnLayout {
        id: layout

        anchors.fill: parent
        anchors.margins: 2 * Theme.unit
        spacing: Theme.unit + 4

        RowLayout {
            spacing: Theme.unit + 4

            Text {
                text: qsTr("Catalog")
                font.pixelSize: Theme.title
                font.weight: Font.Bold
                color: Theme.text
            }

            Text {
                Layout.alignment: Qt.AlignBaseline
                text: root.store.query.length > 0 ? qsTr("%1 of %2").arg(Format.count(root.store.shownCount)).arg(root.total) : root.total
                font.pixelSize: Theme.body
                color: Theme.secondary
            }

            Text {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignBaseline
                text: root.store.note
                textFormat: Text.PlainText
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                color: Theme.warning
            }

            FlatButton {
                text: root.store.feeding ? qsTr("Stop live feed") : qsTr("Live feed")
                highlighted: root.store.feeding
                enabled: !root.store.loading
                onClicked: root.store.feeding = !root.store.feeding
            }

            FlatButton {
                text: qsTr("Restore")
                enabled: root.store.hasSavedState
                onClicked: root.store.restoreSavedState()
                Accessible.description: qsTr("Goes back to the state right after loading")
            }

            FlatButton {
                text: Theme.dark ? "☀" : "☾"
                implicitWidth: implicitHeight
                onClicked: Theme.dark = !Theme.dark
                Accessible.name: qsTr("Light or dark colours")
            }
        }

        RowLayout {
            spacing: Theme.unit + 4

            SearchField {
                id: field

                Layout.fillWidth: true
                focus: true
                placeholderText: qsTr("Search names and descriptions")
                onTextEdited: root.store.query = text
                onCleared: root.store.query = ""
                Keys.onDownPressed: root.listRequested()

                Connections {
                    target: root.store

                    function onQueryChanged() {
                        if (field.text !== root.store.query)
                            field.text = root.store.query;
                    }
                }
            }

            SortBar {
                store: root.store
            }
        }
    }

    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: root.store.loading ? 3 : 1
        color: Theme.border

        Rectangle {
            visible: root.store.loading
            width: parent.width * root.store.progress
            height: parent.height
            color: Theme.accent
        }
    }
}
