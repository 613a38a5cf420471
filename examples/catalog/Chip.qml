// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

Rectangle {
    id: root

    property alias text: label.text

    implicitWidth: label.implicitWidth + 2 * Theme.unit
    implicitHeight: 20
    visible: text.length > 0
    radius: height / 2
    color: Theme.raised

    Text {
        id: label

        anchors.centerIn: parent
        textFormat: Text.PlainText
        font.pixelSize: 11
        color: Theme.secondary
    }
}
