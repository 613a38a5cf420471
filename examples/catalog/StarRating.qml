// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// Five stars; click one to rate, the same again to take the rating back. Or by the keyboard: arrow
// keys, and 0 to 5.
Item {
    id: root

    property int stars: 0
    property int size: 16

    // By these names a slider is asked for its value.
    readonly property int value: stars
    readonly property int minimumValue: 0
    readonly property int maximumValue: 5
    readonly property int stepSize: 1

    signal rated(int stars)

    function rate(stars: int): void {
        if (stars >= root.minimumValue && stars <= root.maximumValue && stars !== root.stars)
            root.rated(stars);
    }

    implicitWidth: filled.implicitWidth + empty.implicitWidth
    implicitHeight: filled.implicitHeight
    activeFocusOnTab: true
    Keys.onLeftPressed: root.rate(root.stars - 1)
    Keys.onRightPressed: root.rate(root.stars + 1)
    Keys.onPressed: event => {
        event.accepted = /^[0-5]$/.test(event.text);
        if (event.accepted)
            root.rate(Number(event.text));
    }
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Rating: %1 of 5").arg(root.stars)
    Accessible.focusable: root.activeFocusOnTab
    Accessible.onIncreaseAction: root.rate(root.stars + 1)
    Accessible.onDecreaseAction: root.rate(root.stars - 1)

    Rectangle {
        y: root.height + 1
        width: root.implicitWidth
        height: 3
        visible: root.activeFocus
        radius: 1
        color: Theme.accent
    }

    Text {
        id: filled

        text: "★".repeat(root.stars)
        font.pixelSize: root.size
        color: Theme.star
    }

    Text {
        id: empty

        anchors.left: filled.right
        text: "☆".repeat(5 - root.stars)
        font.pixelSize: root.size
        color: Theme.unrated
    }

    TapHandler {
        onTapped: point => {
            const star = Math.min(5, 1 + Math.floor(point.position.x * 5 / root.width));
            root.rate(star === root.stars ? 0 : star);
        }
    }
}
