// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T

T.ScrollBar {
    id: root

    // The view that it is attached to.
    readonly property bool isFocused: parent !== null && parent.activeFocus

    implicitWidth: 8
    padding: 2
    minimumSize: 0.08
    // A key goes on by a quarter of what is seen.
    stepSize: size / 4
    visible: size < 1

    contentItem: Rectangle {
        implicitWidth: 4
        radius: 2
        color: root.isFocused ? InspectorTheme.accent : InspectorTheme.secondary
        opacity: root.isFocused ? 1 : root.pressed ? 0.8 : root.hovered || root.active ? 0.5 : 0.3
    }
}
