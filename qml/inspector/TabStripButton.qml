// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T

T.AbstractButton {
    id: root

    required property int index
    required property string modelData
    readonly property bool isCurrent: ListView.isCurrentItem

    implicitWidth: implicitContentWidth + 2 * InspectorTheme.unit
    implicitHeight: 32
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    text: modelData
    onClicked: {
        root.ListView.view.currentIndex = root.index;
        root.ListView.view.forceActiveFocus(Qt.MouseFocusReason);
    }
    Accessible.role: Accessible.PageTab
    Accessible.name: root.text
    Accessible.selected: root.isCurrent
    Accessible.focused: root.isCurrent && root.ListView.view.activeFocus
    Accessible.description: qsTr("Ctrl+%1").arg(root.index + 1)

    contentItem: InspectorText {
        text: root.text
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: InspectorTheme.body
        font.weight: root.isCurrent ? Font.DemiBold : Font.Normal
        color: root.isCurrent || root.hovered ? InspectorTheme.text : InspectorTheme.secondary
    }

    background: Item {
        Rectangle {
            anchors.bottom: parent.bottom
            x: InspectorTheme.unit
            width: parent.width - 2 * InspectorTheme.unit
            height: 2
            radius: 1
            visible: root.isCurrent
            color: InspectorTheme.accent
        }

        Rectangle {
            anchors.fill: parent
            anchors.margins: 2
            visible: root.isCurrent && root.ListView.view.activeFocus
            radius: InspectorTheme.radius
            color: "transparent"
            border.width: 2
            border.color: InspectorTheme.accent
        }
    }
}
