// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// The names of the tabs; arrow keys go from one to the next.
ListView {
    id: root

    implicitHeight: 32
    orientation: ListView.Horizontal
    interactive: contentWidth > width
    keyNavigationEnabled: true
    clip: true
    keyNavigationWraps: true
    highlightMoveDuration: 0
    activeFocusOnTab: true
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Inspector tabs")

    delegate: TabStripButton {
    }
}
