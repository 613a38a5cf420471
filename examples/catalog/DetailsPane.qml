// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Catalog

Rectangle {
    id: root

    required property CatalogStore store
    readonly property bool hasPackage: store.selected >= 0
    readonly property string section: store.current.section
    readonly property string priority: store.current.priority

    color: Theme.surface

    ColumnLayout {
        anchors.centerIn: parent
        width: parent.width - 6 * Theme.unit
        visible: !root.hasPackage
        spacing: Theme.unit

        Text {
            Layout.alignment: Qt.AlignHCenter
            text: qsTr("No package selected")
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            color: Theme.text
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }

        Text {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("Choose one in the list to see what it is.")
            wrapMode: Text.Wrap
            font.pixelSize: Theme.small
            color: Theme.secondary
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }

    ScrollView {
        id: scroll

        anchors.fill: parent
        visible: root.hasPackage
        contentWidth: availableWidth
        padding: 3 * Theme.unit

        Column {
            width: scroll.availableWidth
            spacing: 2 * Theme.unit

            Column {
                width: parent.width
                spacing: Theme.unit / 2

                Text {
                    width: parent.width
                    text: root.store.current.name
                    textFormat: Text.PlainText
                    wrapMode: Text.WrapAnywhere
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                    color: Theme.text
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }

                Text {
                    width: parent.width
                    text: root.store.current.version
                    textFormat: Text.PlainText
                    wrapMode: Text.WrapAnywhere
                    font.pixelSize: Theme.small
                    color: Theme.secondary
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }

            StarRating {
                stars: root.store.current.rating
                size: 24
                onRated: stars => root.store.rate(root.store.selected, stars)
            }

            Text {
                width: parent.width
                text: root.store.current.summary
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                font.pixelSize: Theme.body
                color: Theme.text
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }

            Rectangle {
                width: parent.width
                height: 1
                color: Theme.border
            }

            DetailLine {
                width: parent.width
                label: qsTr("Section")
                value: root.section + (root.section.length > 0 && root.priority.length > 0 ? " · " : "") + root.priority
            }

            DetailLine {
                width: parent.width
                label: qsTr("Size")
                value: qsTr("%1 installed, %2 to download").arg(Format.kibibytes(root.store.current.installedSize)).arg(Format.kibibytes(root.store.current.downloadSize / 1024))
            }

            DetailLine {
                width: parent.width
                label: qsTr("Activity")
                value: qsTr("%1 %").arg(root.store.current.activity)
            }

            DetailLine {
                width: parent.width
                label: qsTr("Source")
                value: root.store.current.source
            }

            DetailLine {
                width: parent.width
                label: qsTr("Architecture")
                value: root.store.current.architecture
            }

            DetailLine {
                width: parent.width
                label: qsTr("Maintainer")
                value: root.store.current.maintainer
            }

            DetailLine {
                width: parent.width
                label: qsTr("Homepage")
                value: root.store.current.homepage
            }

            DetailLine {
                width: parent.width
                label: qsTr("Depends")
                value: root.store.current.depends
            }
        }
    }
}
