// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

// One todo. A double click, Return or F2 edits it in place.
Rectangle {
    id: root

    required property int index
    required property int todoId
    required property string title
    required property bool done
    readonly property TodoList list: ListView.view as TodoList
    readonly property bool current: ListView.isCurrentItem && root.list !== null && root.list.activeFocus
    property bool editing: false

    function toggle() {
        root.list.store.toggle(root.todoId);
    }
    function edit() {
        editor.text = root.title;
        root.editing = true;
        editor.forceActiveFocus();
        editor.selectAll();
    }
    function finish(keep: bool) {
        if (!root.editing)
            return;
        root.editing = false;
        if (keep)
            root.list.store.rename(root.todoId, editor.text);
    }

    width: ListView.view ? ListView.view.width : 0
    implicitHeight: 48
    radius: Theme.radius
    color: root.current ? Theme.selection : Theme.surface
    border.width: root.current ? 2 : 1
    border.color: root.current ? Theme.accent : Theme.border
    Keys.onPressed: event => {
        event.accepted = true;
        if (event.key === Qt.Key_Space)
            root.toggle();
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter || event.key === Qt.Key_F2)
            root.edit();
        else if (event.key === Qt.Key_Delete)
            root.list.store.remove(root.todoId);
        else
            event.accepted = false;
    }
    Accessible.role: Accessible.CheckBox
    Accessible.name: root.title
    Accessible.checkable: true
    Accessible.checked: root.done
    Accessible.onPressAction: root.toggle()
    Accessible.onToggleAction: root.toggle()

    TapHandler {
        onTapped: {
            root.list.currentIndex = root.index;
            root.forceActiveFocus();
        }
        onDoubleTapped: root.edit()
    }

    HoverHandler {
        id: hover
    }

    Tick {
        id: tick

        objectName: "tick"
        x: 14
        anchors.verticalCenter: parent.verticalCenter
        ticked: root.done
        onClicked: root.toggle()
    }

    Text {
        anchors.left: tick.right
        anchors.leftMargin: 12
        anchors.right: remove.left
        anchors.verticalCenter: parent.verticalCenter
        visible: !root.editing
        text: root.title
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: 15
        font.strikeout: root.done
        color: root.done ? Theme.secondary : Theme.text
    }

    TextField {
        id: editor

        anchors.left: tick.right
        anchors.right: remove.left
        anchors.verticalCenter: parent.verticalCenter
        visible: root.editing
        leftPadding: 12
        font.pixelSize: 15
        color: Theme.text
        selectionColor: Theme.accent
        selectedTextColor: Theme.accentText
        selectByMouse: true
        background: null
        // Without the focus it is finished.
        onAccepted: root.forceActiveFocus()
        onActiveFocusChanged: {
            if (!activeFocus)
                root.finish(true);
        }
        Keys.onEscapePressed: {
            root.finish(false);
            root.forceActiveFocus();
        }
        Accessible.name: qsTr("Title")
    }

    AbstractButton {
        id: remove

        anchors.right: parent.right
        anchors.rightMargin: 8
        anchors.verticalCenter: parent.verticalCenter
        width: 32
        height: 32
        focusPolicy: Qt.NoFocus
        opacity: hover.hovered || root.current ? 1 : 0
        onClicked: root.list.store.remove(root.todoId)
        Accessible.name: qsTr("Remove %1").arg(root.title)

        contentItem: Text {
            text: "×"
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            font.pixelSize: 20
            color: remove.hovered ? Theme.text : Theme.secondary
        }
    }
}
