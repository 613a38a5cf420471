// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
//! [context before]
import QtQuick

Window {
    title: settings.user
}
//! [context before]
