// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

constexpr int pictureWidth = 168;
constexpr int pictureHeight = 112;
constexpr int pictureStride = 3 * pictureWidth; // RGB888

// The pixels of a landscape that depends on the seeds only: the first gives the colours, the second
// the shapes.
QByteArray paintLandscape(quint32 palette, quint32 shape);
