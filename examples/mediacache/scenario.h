// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

class Library;
class QQuickWindow;
class QString;

// Takes a budget and an open album among frozen ones through the window, with a screenshot of each in
// a directory, light and dark. Returns 0 when all could be saved.
int runScenario(Library &library, QQuickWindow &window, const QString &directory);
