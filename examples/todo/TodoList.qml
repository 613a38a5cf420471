// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Todo

// The list without its rows: those know it by this type, not by names from around it.
ListView {
    id: root

    required property TodoStore store

    signal fieldRequested

    function enter() {
        if (root.count === 0)
            return;
        root.currentIndex = Math.max(0, Math.min(root.currentIndex, root.count - 1));
        root.forceActiveFocus();
    }

    activeFocusOnTab: root.count > 0
    clip: true
    spacing: 6
    currentIndex: -1
    boundsBehavior: Flickable.StopAtBounds
    model: root.store.todos
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Todos")
    Keys.onUpPressed: event => {
        event.accepted = root.currentIndex <= 0;
        if (event.accepted)
            root.fieldRequested();
    }
    onActiveFocusChanged: {
        if (root.activeFocus && root.currentIndex < 0)
            root.enter();
    }
    onCountChanged: {
        if (root.count === 0 && root.activeFocus)
            root.fieldRequested();
    }

    add: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: 160
        }
    }
    displaced: Transition {
        NumberAnimation {
            properties: "y"
            duration: 160
            easing.type: Easing.OutCubic
        }
        NumberAnimation {
            property: "opacity"
            to: 1
            duration: 160
        }
    }
    remove: Transition {
        NumberAnimation {
            property: "opacity"
            to: 0
            duration: 120
        }
    }

    ScrollBar.vertical: ScrollBar {
    }

    Column {
        anchors.centerIn: parent
        visible: root.count === 0
        spacing: Theme.unit

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: root.store.filter === TodoStore.Done ? qsTr("Nothing is done yet") : qsTr("Nothing to do")
            font.pixelSize: 18
            font.weight: Font.DemiBold
            color: Theme.text
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: root.store.filter === TodoStore.Done ? qsTr("Space ticks the chosen one off.") : qsTr("Type above, and press Enter.")
            font.pixelSize: Theme.body
            color: Theme.secondary
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
}
