// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
//! [window]
import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Tasks

ApplicationWindow {
    visible: true
    width: 320
    height: 480
    title: store.title

    TaskStore {
        id: store

        title: "Tasks"
    }

    ColumnLayout {
        anchors.fill: parent

        TextField {
            Layout.fillWidth: true
            placeholderText: "What is to be done?"
            onAccepted: {
                store.add(text);
                clear();
            }
        }
        ListView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: store.tasks
            delegate: CheckBox {
                required property var model
                required property bool done
                required text

                checked: done
                onToggled: model.done = checked
            }
        }
        Label {
            text: store.openCount + " open"
        }
        Button {
            text: "Finish the first"
            enabled: store.openCount > 0
            onClicked: store.finish(0)
        }
    }
}
//! [window]
