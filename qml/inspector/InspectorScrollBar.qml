// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T

T.ScrollBar {
    id: root

    implicitWidth: 8
    padding: 2
    minimumSize: 0.08
    visible: size < 1

    contentItem: Rectangle {
        implicitWidth: 4
        radius: 2
        color: InspectorTheme.secondary
        opacity: root.pressed ? 0.8 : root.hovered || root.active ? 0.5 : 0.3
    }
}
