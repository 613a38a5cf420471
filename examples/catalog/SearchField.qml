// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

TextField {
    id: root

    signal cleared

    leftPadding: 36
    rightPadding: clear.visible ? 36 : Theme.unit
    placeholderTextColor: Theme.secondary
    font.pixelSize: Theme.body
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentText
    selectByMouse: true
    Accessible.name: root.placeholderText
    Keys.onEscapePressed: root.cleared()

    background: Rectangle {
        implicitHeight: 36
        radius: Theme.radius
        color: Theme.background
        border.width: root.activeFocus ? 2 : 1
        border.color: root.activeFocus ? Theme.accent : Theme.border
    }

    // A magnifying glass, drawn: not every font has one.
    Item {
        x: 12
        width: 16
        height: 16
        anchors.verticalCenter: parent.verticalCenter

        Rectangle {
            width: 11
            height: 11
            radius: 5.5
            color: "transparent"
            border.width: 2
            border.color: Theme.secondary
            antialiasing: true
        }

        Rectangle {
            x: 8.5
            y: 11
            width: 6.5
            height: 2
            radius: 1
            rotation: 45
            color: Theme.secondary
            antialiasing: true
        }
    }

    FlatButton {
        id: clear

        anchors.right: parent.right
        anchors.rightMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: 24
        implicitHeight: 24
        leftPadding: 0
        rightPadding: 0
        visible: root.text.length > 0
        focusPolicy: Qt.NoFocus
        text: "×"
        font.pixelSize: 16
        onClicked: root.cleared()
        Accessible.name: qsTr("Clear the search")
    }
}
