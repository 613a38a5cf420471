// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// Shows names and data as they are: they may look like markup.
Text {
    textFormat: Text.PlainText
}
