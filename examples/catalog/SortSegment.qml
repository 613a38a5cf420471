// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Catalog

AbstractButton {
    id: root

    required property CatalogStore store
    required property int sortKey
    readonly property bool chosen: root.store.sortKey === root.sortKey

    implicitWidth: implicitContentWidth + 3 * Theme.unit
    implicitHeight: 30
    onClicked: root.store.sortBy(root.sortKey)
    Accessible.role: Accessible.RadioButton
    Accessible.name: qsTr("Sort by %1").arg(root.text)
    Accessible.checkable: true
    Accessible.checked: root.chosen
    Accessible.description: !root.chosen ? "" : root.store.descending ? qsTr("Descending") : qsTr("Ascending")

    background: Rectangle {
        radius: Theme.radius - 2
        color: root.chosen ? Theme.surface : root.hovered ? Theme.border : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }

    contentItem: Text {
        text: !root.chosen ? root.text : root.text + (root.store.descending ? " ↓" : " ↑")
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: 13
        font.weight: root.chosen ? Font.DemiBold : Font.Normal
        color: root.chosen ? Theme.accent : Theme.text
    }
}
