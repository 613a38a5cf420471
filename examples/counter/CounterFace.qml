// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// A number, two keys that change it, and the way back. It knows of no store.
FocusScope {
    id: root

    required property int count
    required property int steps

    signal added(int n)
    signal undone

    focus: true
    Keys.onUpPressed: root.added(1)
    Keys.onDownPressed: root.added(-1)
    Keys.onPressed: event => {
        if (event.matches(StandardKey.Undo))
            root.undone();
        else if (event.text === "+")
            root.added(1);
        else if (event.text === "-")
            root.added(-1);
        else
            return;
        event.accepted = true;
    }

    ColumnLayout {
        anchors.centerIn: parent
        spacing: 4 * Theme.unit

        Column {
            Layout.alignment: Qt.AlignHCenter
            spacing: Theme.unit

            Text {
                objectName: "count"
                anchors.horizontalCenter: parent.horizontalCenter
                text: root.count.toLocaleString(Qt.locale(), "f", 0)
                font.pixelSize: 88
                font.weight: Font.Light
                color: Theme.text
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }

            Text {
                anchors.horizontalCenter: parent.horizontalCenter
                text: root.steps === 1 ? qsTr("1 step") : qsTr("%1 steps").arg(root.steps)
                font.pixelSize: Theme.body
                color: Theme.secondary
            }
        }

        Row {
            Layout.alignment: Qt.AlignHCenter
            spacing: 3 * Theme.unit

            RoundKey {
                objectName: "less"
                text: "−"
                onClicked: root.added(-1)
                Accessible.name: qsTr("One less")
            }

            RoundKey {
                objectName: "more"
                text: "+"
                onClicked: root.added(1)
                Accessible.name: qsTr("One more")
            }
        }

        UndoKey {
            objectName: "undo"
            Layout.alignment: Qt.AlignHCenter
            enabled: root.steps > 0
            onClicked: root.undone()
        }
    }
}
