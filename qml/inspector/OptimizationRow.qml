// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts

// One suggestion: what, why, and what came of it.
Rectangle {
    id: root

    required property int index
    required property date time
    required property string store
    required property string action
    required property string evidence
    required property string effect
    required property int outcome
    required property bool canApply
    required property bool canUndo
    readonly property bool isFocused: ListView.isCurrentItem && ListView.view.activeFocus
    // In the order of OptimizationEngine::State.
    readonly property list<string> outcomes: [qsTr("suggested"), qsTr("measuring"), qsTr("kept"), qsTr("taken back"), qsTr("undone")]
    readonly property list<color> tints: [InspectorTheme.accent, InspectorTheme.warning, InspectorTheme.good, InspectorTheme.bad, InspectorTheme.secondary]

    implicitHeight: content.implicitHeight + 3 * InspectorTheme.unit
    radius: InspectorTheme.radius
    color: InspectorTheme.surface
    border.width: root.isFocused ? 2 : 1
    border.color: root.isFocused ? InspectorTheme.accent : InspectorTheme.border
    Accessible.role: Accessible.ListItem
    Accessible.name: root.store + ", " + root.outcomes[root.outcome] + ": " + root.action
    Accessible.description: root.effect.length > 0 ? root.evidence + ". " + root.effect : root.evidence

    ColumnLayout {
        id: content

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 1.5 * InspectorTheme.unit
        spacing: InspectorTheme.unit / 2

        RowLayout {
            Layout.fillWidth: true
            spacing: InspectorTheme.unit

            InspectorText {
                Layout.fillWidth: true
                text: root.store
                elide: Text.ElideRight
                font.pixelSize: InspectorTheme.body
                font.weight: Font.DemiBold
                color: InspectorTheme.text
            }

            InspectorText {
                text: Qt.formatTime(root.time, "HH:mm:ss")
                font.pixelSize: InspectorTheme.tiny
                color: InspectorTheme.secondary
            }

            Badge {
                text: root.outcomes[root.outcome]
                tint: root.tints[root.outcome]
            }
        }

        InspectorText {
            Layout.fillWidth: true
            text: root.action
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.body
            color: InspectorTheme.text
        }

        InspectorText {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.evidence
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }

        InspectorText {
            Layout.fillWidth: true
            visible: text.length > 0
            text: root.effect
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.small
            color: root.tints[root.outcome]
        }

        RowLayout {
            visible: root.canApply || root.canUndo
            spacing: InspectorTheme.unit

            InspectorButton {
                visible: root.canApply
                highlighted: true
                text: qsTr("Apply")
                Accessible.name: qsTr("Apply: %1").arg(root.action)
                onClicked: root.ListView.view.model.apply(root.index)
            }

            InspectorButton {
                visible: root.canUndo
                text: qsTr("Undo")
                Accessible.name: qsTr("Undo: %1").arg(root.action)
                onClicked: root.ListView.view.model.undo(root.index)
            }
        }
    }
}
