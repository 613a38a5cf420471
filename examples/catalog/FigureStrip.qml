// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Catalog

Rectangle {
    id: root

    required property Figures figures

    implicitHeight: 56
    color: Theme.surface

    Rectangle {
        anchors.top: parent.top
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        color: Theme.border
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 2 * Theme.unit
        anchors.rightMargin: 2 * Theme.unit
        spacing: 2 * Theme.unit

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("updates/s")
            value: Format.count(root.figures.updateRate)
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("flushes/s")
            value: Format.count(root.figures.flushRate)
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("notifications/s")
            value: Format.count(root.figures.notificationRate)
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("row signals/s")
            value: Format.count(root.figures.rowSignalRate)
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("longest frame gap")
            value: root.figures.frameGap > 0 ? qsTr("%1 ms").arg(root.figures.frameGap.toFixed(1)) : "–"
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("state")
            value: root.figures.stateBytes > 0 ? Format.kibibytes(root.figures.stateBytes / 1024) : "–"
        }

        FigureTile {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("process")
            value: root.figures.processBytes > 0 ? Format.kibibytes(root.figures.processBytes / 1024) : "–"
        }
    }
}
