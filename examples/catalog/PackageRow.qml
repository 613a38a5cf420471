// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtQuick.Layouts

Rectangle {
    id: root

    required property int index
    required property int packageId
    required property string name
    required property string version
    required property string section
    required property string summary
    required property real installedSize
    required property int rating
    required property int activity
    property bool current: false

    signal activated
    signal rated(int stars)

    implicitHeight: 56
    color: current ? Theme.selection : hover.hovered ? Theme.raised : Theme.surface
    Accessible.role: Accessible.ListItem
    Accessible.name: root.name

    // The field that the live feed changes.
    Rectangle {
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        width: 3
        height: parent.height * Math.min(root.activity, 100) / 100
        color: Theme.live
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 2 * Theme.unit
        anchors.rightMargin: 2 * Theme.unit
        spacing: 2 * Theme.unit

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2

            RowLayout {
                spacing: Theme.unit

                Text {
                    Layout.maximumWidth: 320
                    text: root.name
                    textFormat: Text.PlainText
                    elide: Text.ElideRight
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    color: Theme.text
                }

                Text {
                    Layout.fillWidth: true
                    text: root.version
                    textFormat: Text.PlainText
                    elide: Text.ElideRight
                    font.pixelSize: Theme.small
                    color: Theme.secondary
                }
            }

            Text {
                Layout.fillWidth: true
                text: root.summary
                textFormat: Text.PlainText
                elide: Text.ElideRight
                font.pixelSize: Theme.small
                color: Theme.secondary
            }
        }

        Chip {
            text: root.section
        }

        Text {
            Layout.preferredWidth: 72
            horizontalAlignment: Text.AlignRight
            text: Format.kibibytes(root.installedSize)
            font.pixelSize: Theme.small
            color: Theme.secondary
        }

        StarRating {
            stars: root.rating
            onRated: stars => root.rated(stars)
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        color: Theme.border
    }

    HoverHandler {
        id: hover
    }

    TapHandler {
        onTapped: root.activated()
    }
}
