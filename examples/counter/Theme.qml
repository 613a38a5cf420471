// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick

QtObject {
    readonly property SystemPalette system: SystemPalette {
    }
    property bool dark: system.window.hslLightness < 0.5

    readonly property color background: dark ? "#14171c" : "#f4f6f8"
    readonly property color raised: dark ? "#262c35" : "#e6eaef"
    readonly property color border: dark ? "#2f3640" : "#d6dce3"
    readonly property color text: dark ? "#e9edf2" : "#1a1f26"
    readonly property color secondary: dark ? "#a3adba" : "#56606d"
    readonly property color accent: dark ? "#77a7ff" : "#2463d6"
    readonly property color hovered: dark ? "#92b8ff" : "#1f57bf"
    readonly property color pressed: dark ? "#5f92f0" : "#1a4aa5"
    readonly property color accentText: dark ? "#0e1116" : "#ffffff"

    readonly property int unit: 8
    readonly property int body: 14
}
