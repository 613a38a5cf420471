// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T

// A button with a word or, as its content, a picture.
T.Button {
    id: root

    implicitWidth: Math.max(implicitHeight, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: 28
    leftPadding: text.length > 0 ? 12 : 6
    rightPadding: leftPadding
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    font.pixelSize: InspectorTheme.small
    opacity: enabled ? 1 : 0.45
    Accessible.role: Accessible.Button
    Accessible.name: root.text

    contentItem: InspectorText {
        text: root.text
        font: root.font
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: root.highlighted ? InspectorTheme.accentText : InspectorTheme.text
    }

    background: Rectangle {
        radius: InspectorTheme.radius
        color: root.highlighted ? InspectorTheme.accent : root.down || root.hovered ? InspectorTheme.border : root.flat ? "transparent" : InspectorTheme.raised
        border.width: root.visualFocus ? 2 : 0
        border.color: root.highlighted ? InspectorTheme.text : InspectorTheme.accent
    }
}
