// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

// With a note at the right.
Item {
    id: root

    required property string text
    property string note: ""

    implicitHeight: label.implicitHeight

    Text {
        id: label

        text: root.text
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Text {
        anchors.right: parent.right
        anchors.baseline: label.baseline
        text: root.note
        font.pixelSize: Theme.small
        color: Theme.secondary
    }
}
