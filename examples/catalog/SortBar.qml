// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Catalog

// What the list is sorted by, as one control of several segments.
Rectangle {
    id: root

    required property CatalogStore store

    implicitWidth: row.implicitWidth + 6
    implicitHeight: 36
    radius: Theme.radius
    color: Theme.raised

    Row {
        id: row

        anchors.centerIn: parent
        spacing: 2

        SortSegment {
            store: root.store
            sortKey: CatalogStore.Name
            text: qsTr("Name")
        }

        SortSegment {
            store: root.store
            sortKey: CatalogStore.Section
            text: qsTr("Section")
        }

        SortSegment {
            store: root.store
            sortKey: CatalogStore.Size
            text: qsTr("Size")
        }

        SortSegment {
            store: root.store
            sortKey: CatalogStore.Rating
            text: qsTr("Rating")
        }

        SortSegment {
            store: root.store
            sortKey: CatalogStore.Activity
            text: qsTr("Activity")
        }
    }
}
