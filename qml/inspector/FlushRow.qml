// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// One flush: what caused it, what it announced, what it cost against the frame.
Item {
    id: root

    required property int index
    required property string time
    required property bool direct
    required property int updates
    required property int coalesced
    required property int skipped
    required property string stores
    required property string origin
    required property real applyTime
    required property real publishTime
    required property real frameBudget
    required property list<string> origins
    required property list<string> changes
    readonly property bool isCurrent: ListView.isCurrentItem
    readonly property real cost: applyTime + publishTime
    // Those that were not in step with frames are held against a sixtieth of a second all the same.
    readonly property real budget: frameBudget > 0 ? frameBudget : 1000 / 60
    readonly property color tint: cost > budget ? InspectorTheme.bad : cost > budget / 4 ? InspectorTheme.warning : InspectorTheme.good
    // Where there is little room, it is for the name and the cost.
    readonly property bool isWide: width > 400

    function choose(): void {
        root.ListView.view.currentIndex = root.isCurrent ? -1 : root.index;
        root.ListView.view.forceActiveFocus();
    }

    implicitHeight: content.implicitHeight + 1.5 * InspectorTheme.unit
    Accessible.role: Accessible.ListItem
    // The names last, for they may have a %1 in them.
    Accessible.name: qsTr("%1: %2 of %4, %3").arg(root.time).arg(InspectorFormat.updates(root.updates)).arg(InspectorFormat.milliseconds(root.cost)).arg(root.stores)
    Accessible.selected: root.isCurrent
    Accessible.onPressAction: root.choose()

    Rectangle {
        anchors.fill: parent
        color: root.isCurrent ? InspectorTheme.selection : hover.hovered ? InspectorTheme.raised : "transparent"
        border.width: root.isCurrent && root.ListView.view?.activeFocus ? 2 : 0
        border.color: InspectorTheme.accent
    }

    HoverHandler {
        id: hover
    }

    TapHandler {
        onTapped: root.choose()
    }

    ColumnLayout {
        id: content

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: 2 * InspectorTheme.unit
        anchors.rightMargin: 2 * InspectorTheme.unit
        anchors.verticalCenter: parent.verticalCenter
        spacing: 3

        RowLayout {
            Layout.fillWidth: true
            spacing: InspectorTheme.unit

            InspectorText {
                text: root.time
                font.pixelSize: InspectorTheme.small
                color: InspectorTheme.secondary
            }

            InspectorText {
                Layout.fillWidth: true
                text: root.stores.length > 0 ? root.stores : qsTr("no change")
                elide: Text.ElideRight
                font.pixelSize: InspectorTheme.small
                font.weight: Font.DemiBold
                color: root.stores.length > 0 ? InspectorTheme.text : InspectorTheme.secondary
            }

            Badge {
                visible: root.direct && root.isWide
                text: qsTr("direct")
            }

            InspectorText {
                visible: root.isWide
                text: InspectorFormat.updates(root.updates) + (root.coalesced > 0 ? qsTr(", %1 coalesced").arg(InspectorFormat.count(root.coalesced)) : "")
                font.pixelSize: InspectorTheme.small
                color: InspectorTheme.text
            }

            Rectangle {
                visible: root.isWide
                implicitWidth: 48
                implicitHeight: 6
                radius: 3
                color: InspectorTheme.raised

                Rectangle {
                    width: Math.max(2, parent.width * Math.min(1, root.cost / root.budget))
                    height: parent.height
                    radius: 3
                    color: root.tint
                }
            }

            InspectorText {
                Layout.minimumWidth: 56
                horizontalAlignment: Text.AlignRight
                text: InspectorFormat.milliseconds(root.cost)
                font.pixelSize: InspectorTheme.small
                color: root.tint
            }
        }

        InspectorText {
            Layout.fillWidth: true
            Layout.topMargin: InspectorTheme.unit / 2
            visible: root.isCurrent
            text: qsTr("Submitted by")
            font.pixelSize: InspectorTheme.tiny
            font.weight: Font.DemiBold
            color: InspectorTheme.secondary
        }

        InspectorText {
            Layout.fillWidth: true
            visible: root.isCurrent
            text: root.isCurrent ? (root.origins.length > 0 ? Array.from(root.origins).join("\n") : qsTr("apply(), set() or a batch scope")) : ""
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.text
        }

        InspectorText {
            Layout.fillWidth: true
            Layout.topMargin: InspectorTheme.unit / 2
            visible: root.isCurrent
            text: qsTr("Announced")
            font.pixelSize: InspectorTheme.tiny
            font.weight: Font.DemiBold
            color: InspectorTheme.secondary
        }

        InspectorText {
            Layout.fillWidth: true
            visible: root.isCurrent
            text: root.isCurrent ? (root.changes.length > 0 ? Array.from(root.changes).join("\n") : qsTr("nothing")) : ""
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.text
        }

        InspectorText {
            Layout.fillWidth: true
            visible: root.isCurrent
            text: qsTr("%1 to apply, %2 to announce: %3 of %4").arg(InspectorFormat.milliseconds(root.applyTime)).arg(InspectorFormat.milliseconds(root.publishTime)).arg(InspectorFormat.percent(root.cost / root.budget)).arg(root.frameBudget > 0 ? qsTr("the frame") : qsTr("a frame, none was waited for")) + (root.skipped > 0 ? qsTr("; %1 before it were not recorded").arg(InspectorFormat.count(root.skipped)) : "")
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.tiny
            color: InspectorTheme.secondary
        }
    }
}
