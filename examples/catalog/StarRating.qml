// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// Five stars; click one to rate, the same again to take the rating back.
Item {
    id: root

    property int stars: 0
    property int size: 16

    signal rated(int stars)

    implicitWidth: filled.implicitWidth + empty.implicitWidth
    implicitHeight: filled.implicitHeight
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Rating: %1 of 5").arg(root.stars)

    Text {
        id: filled

        text: "★".repeat(root.stars)
        font.pixelSize: root.size
        color: Theme.star
    }

    Text {
        id: empty

        anchors.left: filled.right
        text: "★".repeat(5 - root.stars)
        font.pixelSize: root.size
        color: Theme.unrated
    }

    TapHandler {
        onTapped: point => {
            const star = Math.min(5, 1 + Math.floor(point.position.x * 5 / root.width));
            root.rated(star === root.stars ? 0 : star);
        }
    }
}
