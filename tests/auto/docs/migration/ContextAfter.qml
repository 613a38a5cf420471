// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT
//! [context after]
import QtQuick
import Migration

Window {
    required property SettingsStore settings

    title: settings.user
}
//! [context after]
