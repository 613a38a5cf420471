// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Axiom.State
import Axiom.State.Inspector

// One store: its size, how it is shared, and how often it changes.
Item {
    id: root

    required property int index
    required property StateStore store
    required property string name
    required property real revision
    required property real residentBytes
    required property bool estimated
    required property real frozenBytes
    required property int residency
    required property bool heldElsewhere
    required property real inPlaceRatio
    required property int strategy
    required property int updateMode
    required property int updateModeReason
    required property real updateRate
    required property real commitRate
    required property int pending
    readonly property bool isCurrent: ListView.isCurrentItem

    function choose(): void {
        root.ListView.view.currentIndex = root.index;
        root.ListView.view.forceActiveFocus();
    }

    implicitHeight: content.implicitHeight + 2 * InspectorTheme.unit
    Accessible.role: Accessible.ListItem
    // The name last, for it may have a %1 in it.
    Accessible.name: qsTr("%4, %1, %2, %3 updates").arg(size.text).arg(InspectorFormat.residency(root.residency)).arg(InspectorFormat.rate(root.updateRate)).arg(root.name)
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
        spacing: InspectorTheme.unit / 2

        RowLayout {
            Layout.fillWidth: true
            spacing: InspectorTheme.unit

            InspectorText {
                Layout.fillWidth: true
                text: root.name
                elide: Text.ElideRight
                font.pixelSize: InspectorTheme.body
                font.weight: Font.DemiBold
                color: InspectorTheme.text
            }

            Badge {
                visible: root.pending > 0
                text: qsTr("%1 waiting").arg(InspectorFormat.count(root.pending))
                tint: InspectorTheme.warning
            }

            Badge {
                visible: root.heldElsewhere
                text: qsTr("shared")
                tint: InspectorTheme.violet
            }

            Badge {
                text: InspectorFormat.residency(root.residency)
                tint: root.residency === Axiom.Resident ? InspectorTheme.good : InspectorTheme.accent
            }

            InspectorText {
                id: size

                Layout.minimumWidth: 72
                horizontalAlignment: Text.AlignRight
                text: (root.estimated ? "≈ " : "") + InspectorFormat.bytes(root.residentBytes + root.frozenBytes)
                font.pixelSize: InspectorTheme.body
                color: InspectorTheme.text
            }
        }

        InspectorText {
            Layout.fillWidth: true
            text: qsTr("%1 updates · %2 commits · %3 (%4) · %5, %6 in place").arg(InspectorFormat.rate(root.updateRate)).arg(InspectorFormat.rate(root.commitRate)).arg(InspectorFormat.updateMode(root.updateMode)).arg(InspectorFormat.updateModeReason(root.updateModeReason)).arg(InspectorFormat.strategy(root.strategy)).arg(InspectorFormat.percent(root.inPlaceRatio))
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.tiny
            color: InspectorTheme.secondary
        }
    }
}
