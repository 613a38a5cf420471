// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick
import Mediacache

Rectangle {
    id: root

    required property int modelData // whether it is decoded

    width: 11
    height: 11
    radius: 2
    color: root.modelData ? Theme.resident : Theme.frozen
    opacity: root.modelData ? 1 : 0.45
}
