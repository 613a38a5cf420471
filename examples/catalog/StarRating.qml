// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

import QtQuick

// Five stars; click one to rate, the same again to take the rating back.
Row {
    id: root

    property int stars: 0
    property bool interactive: true
    property int size: 16

    signal rated(int stars)

    spacing: 1
    Accessible.role: Accessible.Slider
    Accessible.name: qsTr("Rating: %1 of 5").arg(root.stars)

    Repeater {
        model: 5

        Text {
            id: star

            required property int index

            text: star.index < root.stars ? "★" : "☆"
            font.pixelSize: root.size
            color: star.index < root.stars ? Theme.star : Theme.secondary
            opacity: star.index < root.stars || root.interactive ? 1 : 0.45

            TapHandler {
                enabled: root.interactive
                onTapped: root.rated(star.index + 1 === root.stars ? 0 : star.index + 1)
            }
        }
    }
}
