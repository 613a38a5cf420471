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
        text: qsTr("Todo")
        font.pixelSize: Theme.title
        font.weight: Font.Bold
        color: Theme.text
    }

    Item {
        Layout.fillWidth: true
    }

    FlatButton {
        objectName: "undo"
        text: qsTr("Undo")
        enabled: root.store.canUndo
        onClicked: root.store.undo()
    }

    FlatButton {
        objectName: "redo"
        text: qsTr("Redo")
        enabled: root.store.canRedo
        onClicked: root.store.redo()
    }

    FlatButton {
        text: Theme.dark ? "☀" : "☾"
        implicitWidth: implicitHeight
        onClicked: Theme.dark = !Theme.dark
        Accessible.name: qsTr("Light or dark colours")
    }
}
