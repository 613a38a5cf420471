// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

class Library;
class QQuickWindow;

// Freezes all albums and reads them back, has the governor keep a budget, and prints a line for each
// check and the figures. Returns 0 when all is as it should be.
int runSelftest(Library &library);

// Opens, pins and closes albums in the window by the keyboard, and tells in the same way.
int runKeyTest(Library &library, QQuickWindow &window);
