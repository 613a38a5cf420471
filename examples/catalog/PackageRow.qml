// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

Rectangle {
    id: root

    required property int index
    required property int packageId
    required property string name
    required property string version
    required property string section
    required property string summary
    required property real installedSize
    required property int rating
    required property int activity
    readonly property PackageList list: ListView.view as PackageList
    readonly property bool current: root.list !== null && root.packageId === root.list.store.selected
    readonly property bool chosen: ListView.isCurrentItem && root.list !== null && root.list.activeFocus

    width: ListView.view ? ListView.view.width : 0
    implicitHeight: 56
    color: current ? Theme.selection : hover.hovered ? Theme.raised : Theme.surface
    border.width: root.chosen ? 2 : 0
    border.color: Theme.accent
    // Also when the list gets the focus: its current row may have become another meanwhile.
    onChosenChanged: {
        if (root.chosen)
            root.list.store.selected = root.packageId;
    }
    // The list is one stop of the Tab key; its current row is rated by the same keys.
    Keys.forwardTo: [starRating]
    Accessible.role: Accessible.ListItem
    Accessible.name: root.name
    Accessible.selected: root.current
    Accessible.onPressAction: root.list.choose(root.index, root.packageId)

    Rectangle {
        width: 3
        height: parent.height
        visible: root.current
        color: Theme.accent
    }

    // Placed by anchors: a row is made while the list scrolls, and layouts cost more.
    Text {
        id: nameText

        anchors.left: parent.left
        anchors.leftMargin: 2 * Theme.unit
        y: 12
        width: Math.min(implicitWidth, chip.x - x - Theme.unit)
        text: root.name
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Text {
        anchors.left: nameText.right
        anchors.leftMargin: Theme.unit
        anchors.right: chip.left
        anchors.rightMargin: Theme.unit
        anchors.baseline: nameText.baseline
        text: root.version
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: Theme.small
        color: Theme.secondary
    }

    Text {
        anchors.left: nameText.left
        anchors.right: chip.left
        anchors.rightMargin: Theme.unit
        y: 31
        text: root.summary
        textFormat: Text.PlainText
        elide: Text.ElideRight
        font.pixelSize: Theme.small
        color: Theme.secondary
    }

    Chip {
        id: chip

        x: meter.x - 2 * Theme.unit - 112
        anchors.verticalCenter: parent.verticalCenter
        text: root.section
    }

    // The field that the live feed changes.
    Meter {
        id: meter

        anchors.right: sizeText.left
        anchors.verticalCenter: parent.verticalCenter
        value: root.activity
        visible: root.activity > 0
    }

    Text {
        id: sizeText

        anchors.right: starRating.left
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        width: 80
        horizontalAlignment: Text.AlignRight
        text: Format.kibibytes(root.installedSize)
        font.pixelSize: Theme.small
        color: Theme.secondary
    }

    StarRating {
        id: starRating

        anchors.right: parent.right
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        width: 80
        stars: root.rating
        activeFocusOnTab: false
        onRated: stars => root.list.store.rate(root.packageId, stars)
    }

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        visible: !root.chosen
        color: Theme.border
    }

    HoverHandler {
        id: hover
    }

    TapHandler {
        onTapped: root.list.choose(root.index, root.packageId)
    }
}
