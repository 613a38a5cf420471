// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Tickerboard

Rectangle {
    id: root

    required property int index
    required property string symbol
    required property int price
    required property int change
    required property int trades

    readonly property InstrumentList list: ListView.view as InstrumentList
    readonly property bool isCurrent: ListView.isCurrentItem
    readonly property bool isHighlighted: isCurrent && root.list !== null && root.list.activeFocus

    function buy(): void {
        root.list.board.trade(root.index);
    }

    width: ListView.view ? ListView.view.width : 0
    implicitHeight: 40
    color: root.isHighlighted ? Theme.selection : index % 2 === 0 ? Theme.surface : Theme.background
    border.width: root.isHighlighted ? 2 : 0
    border.color: Theme.accent
    Keys.onReturnPressed: root.buy()
    Keys.onEnterPressed: root.buy()
    Keys.onSpacePressed: root.buy()
    Accessible.role: Accessible.ListItem
    Accessible.name: root.symbol
    Accessible.selected: root.isCurrent

    // Placed by anchors: rows are made while the list scrolls, and layouts cost more.
    Text {
        id: symbolText

        anchors.left: parent.left
        anchors.leftMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        width: 72
        text: root.symbol
        textFormat: Text.PlainText
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        color: Theme.text
    }

    Text {
        anchors.left: symbolText.right
        anchors.verticalCenter: parent.verticalCenter
        width: 96
        horizontalAlignment: Text.AlignRight
        text: (root.price / 100).toFixed(2)
        font.pixelSize: Theme.body
        color: Theme.text
    }

    Text {
        anchors.right: bar.left
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        horizontalAlignment: Text.AlignRight
        text: (root.change >= 0 ? "+" : "−") + (Math.abs(root.change) / 100).toFixed(2)
        font.pixelSize: Theme.body
        color: root.change >= 0 ? Theme.up : Theme.down
    }

    // How far the price is from where it began.
    Item {
        id: bar

        anchors.right: tradesText.left
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        width: 120
        height: 8

        Rectangle {
            id: extent

            x: root.change >= 0 ? 60 : 60 - extent.width
            width: Math.min(60, Math.abs(root.change) / 4)
            height: parent.height
            radius: 2
            color: root.change >= 0 ? Theme.up : Theme.down
        }

        Rectangle {
            x: 60
            width: 1
            height: parent.height
            color: Theme.border
        }
    }

    Text {
        id: tradesText

        anchors.right: button.left
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        width: 64
        horizontalAlignment: Text.AlignRight
        text: root.trades.toString()
        font.pixelSize: Theme.small
        color: Theme.secondary
    }

    ActionButton {
        id: button

        anchors.right: parent.right
        anchors.rightMargin: 2 * Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 28
        text: qsTr("Buy")
        // The list is one stop of the Tab key.
        focusPolicy: Qt.NoFocus
        onClicked: root.buy()
        Accessible.name: qsTr("Buy %1").arg(root.symbol)
    }
}
