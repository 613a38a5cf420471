// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Todo

ApplicationWindow {
    id: window

    readonly property TodoStore store: TodoStore {
    }
    readonly property alias list: todoList
    readonly property QtObject theme: Theme

    function travel(event: KeyEvent) {
        event.accepted = true;
        if (event.matches(StandardKey.Undo))
            window.store.undo();
        else if (event.matches(StandardKey.Redo))
            window.store.redo();
        else
            event.accepted = false;
    }

    width: 520
    height: 680
    minimumWidth: 460
    minimumHeight: 400
    visible: true
    title: qsTr("Todo")
    color: Theme.background
    // A button that is disabled leaves the focus to nothing that is seen.
    onActiveFocusItemChanged: {
        if (window.activeFocusItem === scope)
            field.forceActiveFocus();
    }

    FocusScope {
        id: scope

        anchors.fill: parent
        focus: true
        Keys.onPressed: event => window.travel(event)

        ColumnLayout {
            anchors.fill: parent
            anchors.margins: 3 * Theme.unit
            spacing: 2 * Theme.unit

            Header {
                Layout.fillWidth: true
                store: window.store
            }

            TodoField {
                id: field

                objectName: "field"
                Layout.fillWidth: true
                focus: true
                onAccepted: {
                    window.store.add(text);
                    clear();
                }
                Keys.onDownPressed: todoList.enter()
                // While there is text, its own undo comes first.
                Keys.priority: Keys.BeforeItem
                Keys.onPressed: event => {
                    if (field.text.length === 0)
                        window.travel(event);
                }
            }

            TodoList {
                id: todoList

                Layout.fillWidth: true
                Layout.fillHeight: true
                store: window.store
                onFieldRequested: field.forceActiveFocus()

                delegate: TodoRow {
                }
            }

            Footer {
                Layout.fillWidth: true
                store: window.store
            }
        }
    }
}
