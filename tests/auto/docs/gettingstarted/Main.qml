// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
//! [window]
import QtQuick
import QtQuick.Controls.Basic
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
        anchors.margins: 8
        spacing: 8

        TextField {
            Layout.fillWidth: true
            placeholderText: "What is to be done?"
            onAccepted: {
                if (text.trim().length > 0)
                    store.add(text.trim());
                clear();
            }
        }
        ListView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: store.tasks
            delegate: CheckBox {
                id: task

                required property var model
                required property bool done
                required text

                width: ListView.view.width
                checked: done
                onToggled: model.done = checked
                // By itself a check box shows "<b>" as bold, and "&" as an underline.
                contentItem: Label {
                    leftPadding: task.indicator.width + task.spacing
                    verticalAlignment: Text.AlignVCenter
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                    text: task.text
                }
            }
        }
        RowLayout {
            Label {
                Layout.fillWidth: true
                text: store.openCount + " open"
            }
            Button {
                text: "Finish the first"
                enabled: store.openCount > 0
                onClicked: store.finishFirst()
            }
        }
    }
}
//! [window]
