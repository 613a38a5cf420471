// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

class Board;

// Plays the same ticks in each of the three ways, prints what it took, and returns whether all of them
// arrived: 0, or 1 when not.
int runBenchmark(Board &board, double seconds);

// What it costs to have the monitor record: with and without in turns, printed side by side.
void compareRecording(Board &board, double seconds);
