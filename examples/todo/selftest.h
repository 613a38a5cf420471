// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

class QQuickWindow;

// Uses the window by keys and mouse and checks what it shows. Returns the program's exit code.
int runSelftest(QQuickWindow &window, const QString &screenshots);
