// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick

QtObject {
    readonly property SystemPalette system: SystemPalette {
    }
    property bool dark: system.window.hslLightness < 0.5

    readonly property color background: dark ? "#14171c" : "#f4f6f8"
    readonly property color surface: dark ? "#1c2128" : "#ffffff"
    readonly property color raised: dark ? "#262c35" : "#eef1f4"
    readonly property color border: dark ? "#2f3640" : "#dde2e8"
    readonly property color text: dark ? "#e9edf2" : "#1a1f26"
    readonly property color secondary: dark ? "#a3adba" : "#56606d"
    readonly property color accent: dark ? "#77a7ff" : "#2463d6"
    readonly property color accentText: dark ? "#0e1116" : "#ffffff"
    readonly property color selection: dark ? "#26344d" : "#e3edff"
    readonly property color up: dark ? "#4fd1a5" : "#0e7653"
    readonly property color down: dark ? "#ff8f8f" : "#c0362c"
    readonly property color warning: dark ? "#f2b36b" : "#9a5200"

    readonly property int unit: 8
    readonly property int small: 12
    readonly property int body: 14
    readonly property int title: 20
    readonly property int radius: 6
}
