// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic

TextField {
    id: root

    leftPadding: 2 * Theme.unit
    rightPadding: 2 * Theme.unit
    placeholderText: qsTr("What is to be done?")
    placeholderTextColor: Theme.secondary
    font.pixelSize: Theme.large
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentText
    selectByMouse: true
    Accessible.name: root.placeholderText

    background: Rectangle {
        implicitHeight: 48
        radius: Theme.radius
        color: Theme.surface
        border.width: root.activeFocus ? 2 : 1
        border.color: root.activeFocus ? Theme.accent : Theme.border
    }
}
