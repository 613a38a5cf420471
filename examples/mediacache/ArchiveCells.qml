// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
import QtQuick

// The cells know it by this type.
Grid {
    required property list<int> decoded // for each cell, 0 or 1

    columns: 12
    spacing: 2
}
