// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Todo

RowLayout {
    id: root

    required property TodoStore store

    spacing: Theme.unit

    Text {
        objectName: "left"
        Layout.preferredWidth: 96
        text: qsTr("%1 left").arg(root.store.openCount)
        font.pixelSize: 13
        color: Theme.secondary
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    Item {
        Layout.fillWidth: true
    }

    Rectangle {
        implicitWidth: filters.implicitWidth + 6
        implicitHeight: filters.implicitHeight + 6
        radius: Theme.radius
        color: Theme.raised

        Row {
            id: filters

            x: 3
            y: 3

            FilterSegment {
                objectName: "all"
                text: qsTr("All")
                store: root.store
                filter: TodoStore.All
            }

            FilterSegment {
                objectName: "active"
                text: qsTr("Active")
                store: root.store
                filter: TodoStore.Active
            }

            FilterSegment {
                objectName: "done"
                text: qsTr("Done")
                store: root.store
                filter: TodoStore.Done
            }
        }
    }

    Item {
        Layout.fillWidth: true
    }

    Item {
        Layout.preferredWidth: 96
        implicitHeight: clear.implicitHeight

        FlatButton {
            id: clear

            objectName: "clear"
            anchors.right: parent.right
            text: qsTr("Clear done")
            enabled: root.store.doneCount > 0
            onClicked: root.store.clearDone()
        }
    }
}
