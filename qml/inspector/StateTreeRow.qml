// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Axiom.State
import Axiom.State.Inspector

// One field or element.
Item {
    id: root

    required property TreeView treeView
    required property bool isTreeNode
    required property bool expanded
    required property int hasChildren
    required property int depth
    required property int row
    required property bool current

    required property string name
    required property string type
    required property string value
    required property real bytes
    required property int residency
    required property bool canThaw

    readonly property bool isFrozen: residency !== Axiom.Resident
    readonly property bool showsType: width > 420

    function toggle(): void {
        root.treeView.forceActiveFocus();
        root.treeView.toggleExpanded(root.row);
    }

    implicitHeight: 24
    Accessible.role: Accessible.TreeItem
    Accessible.name: root.name + ": " + (root.value.length > 0 ? root.value : InspectorFormat.residency(root.residency)) + ", " + root.type
    Accessible.onPressAction: root.toggle()

    Rectangle {
        anchors.fill: parent
        color: root.current ? InspectorTheme.selection : hover.hovered ? InspectorTheme.raised : "transparent"
        border.width: root.current && root.treeView.activeFocus ? 2 : 0
        border.color: InspectorTheme.accent
    }

    HoverHandler {
        id: hover
    }

    TapHandler {
        onTapped: root.toggle()
    }

    InspectorText {
        id: arrow

        x: InspectorTheme.unit + root.depth * 2 * InspectorTheme.unit
        width: 2 * InspectorTheme.unit
        height: parent.height
        verticalAlignment: Text.AlignVCenter
        visible: root.hasChildren
        text: root.expanded ? "▾" : "▸"
        font.pixelSize: InspectorTheme.small
        color: InspectorTheme.secondary
    }

    InspectorText {
        id: label

        x: arrow.x + arrow.width
        width: Math.min(implicitWidth, root.width * 0.4)
        height: parent.height
        verticalAlignment: Text.AlignVCenter
        text: root.name
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.small
        font.weight: Font.Medium
        color: InspectorTheme.text
    }

    InspectorText {
        id: content

        anchors.left: label.right
        anchors.leftMargin: InspectorTheme.unit
        anchors.right: thawer.visible ? thawer.left : typeName.left
        anchors.rightMargin: InspectorTheme.unit
        height: parent.height
        verticalAlignment: Text.AlignVCenter
        text: root.value.length > 0 ? root.value : root.isFrozen ? InspectorFormat.residency(root.residency) : ""
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.small
        font.italic: root.isFrozen && root.value.length === 0
        color: root.isFrozen ? InspectorTheme.accent : root.hasChildren ? InspectorTheme.secondary : root.value.startsWith("\"") ? InspectorTheme.good : InspectorTheme.violet
    }

    InspectorButton {
        id: thawer

        anchors.right: typeName.left
        anchors.rightMargin: InspectorTheme.unit
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 20
        visible: root.canThaw
        focusPolicy: Qt.NoFocus
        text: qsTr("Thaw")
        font.pixelSize: InspectorTheme.tiny
        Accessible.name: qsTr("Thaw %1").arg(root.name)
        // By a point, for releases of Qt disagree on whether the row or the column comes first.
        onClicked: root.treeView.model.thaw(root.treeView.modelIndex(Qt.point(0, root.row)))
    }

    InspectorText {
        id: typeName

        anchors.right: size.left
        anchors.rightMargin: InspectorTheme.unit
        width: root.showsType ? Math.min(140, root.width * 0.25) : 0
        height: parent.height
        verticalAlignment: Text.AlignVCenter
        text: root.type
        elide: Text.ElideRight
        font.pixelSize: InspectorTheme.tiny
        color: InspectorTheme.secondary
    }

    InspectorText {
        id: size

        anchors.right: parent.right
        anchors.rightMargin: 2 * InspectorTheme.unit
        width: 64
        height: parent.height
        horizontalAlignment: Text.AlignRight
        verticalAlignment: Text.AlignVCenter
        text: root.bytes > 0 ? InspectorFormat.bytes(root.bytes) : ""
        font.pixelSize: InspectorTheme.tiny
        color: InspectorTheme.secondary
    }
}
