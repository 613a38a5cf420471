// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import Catalog

// The list without its rows: those know it by this type, not by names from around them.
ListView {
    id: root

    required property CatalogStore store

    function choose(row: int, packageId: int) {
        root.store.selected = packageId;
        root.currentIndex = row;
        root.forceActiveFocus();
    }

    clip: true
    focus: true
    activeFocusOnTab: true
    reuseItems: true
    cacheBuffer: 0
    boundsBehavior: Flickable.StopAtBounds
    model: root.store.packages
    currentIndex: -1
    keyNavigationEnabled: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Packages")

    ScrollBar.vertical: ScrollBar {
        policy: ScrollBar.AlwaysOn
        minimumSize: 0.06
    }
}
