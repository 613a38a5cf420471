// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Axiom.State.Inspector

// What the engine suggests, and what it has done.
ColumnLayout {
    id: root

    required property InspectorSampler sampler

    spacing: 0

    InspectorOptimizations {
        id: optimizations
    }

    RowLayout {
        Layout.fillWidth: true
        Layout.margins: InspectorTheme.unit
        Layout.leftMargin: 2 * InspectorTheme.unit
        spacing: InspectorTheme.unit

        InspectorText {
            Layout.fillWidth: true
            text: optimizations.automatic ? qsTr("Suggestions are applied, measured, and taken back if they do not help.") : qsTr("Suggestions wait to be applied.")
            wrapMode: Text.Wrap
            font.pixelSize: InspectorTheme.small
            color: InspectorTheme.secondary
        }

        InspectorButton {
            text: optimizations.automatic ? qsTr("Automatic ✓") : qsTr("Automatic")
            highlighted: optimizations.automatic
            Accessible.name: qsTr("Automatic")
            Accessible.checkable: true
            Accessible.checked: optimizations.automatic
            onClicked: optimizations.automatic = !optimizations.automatic
        }
    }

    ListView {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.leftMargin: 2 * InspectorTheme.unit
        Layout.rightMargin: InspectorTheme.unit
        rightMargin: InspectorTheme.unit
        clip: true
        model: optimizations
        spacing: InspectorTheme.unit
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Optimizations")
        T.ScrollBar.vertical: InspectorScrollBar {
        }

        delegate: OptimizationRow {
            width: ListView.view.width - ListView.view.rightMargin
        }

        EmptyNote {
            anchors.centerIn: parent
            visible: optimizations.count === 0
            title: qsTr("Nothing to suggest")
            text: qsTr("How each store is used is looked at once a second. What would make it cheaper appears here.")
        }
    }
}
