// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick

QtObject {
    function kibibytes(size: real): string {
        if (size >= 1024 * 1024)
            return qsTr("%1 GiB").arg((size / 1024 / 1024).toFixed(1));
        if (size >= 1024)
            return qsTr("%1 MiB").arg((size / 1024).toFixed(1));
        return qsTr("%1 KiB").arg(Math.round(size));
    }

    function count(number: real): string {
        return Math.round(number).toLocaleString(Qt.locale("en_US"), "f", 0);
    }
}
