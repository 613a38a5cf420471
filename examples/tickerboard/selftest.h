// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

class Board;
class QQuickWindow;

// Uses the list by the keyboard, as a person would, and saves a picture of it in a directory, if
// there is one. Returns 0, or 1 when something was not as expected.
int runSelftest(QQuickWindow &window, Board &board, const QString &directory);
