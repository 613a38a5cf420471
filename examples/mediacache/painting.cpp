// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "painting.h"

#include <QtGui/qcolor.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace {

constexpr int layerCount = 3;

quint32 mixed(quint32 value)
{
    value ^= value >> 16;
    value *= 0x7feb352d;
    value ^= value >> 15;
    value *= 0x846ca68b;
    return value ^ value >> 16;
}

// Between 0 and 1, another for each number.
double chance(quint32 seed, quint32 number)
{
    return double(mixed(seed * 31 + number) & 0xffff) / 0xffff;
}

int blend(int from, int to, double share)
{
    return int(from + (to - from) * share);
}

} // namespace

QByteArray paintLandscape(quint32 palette, quint32 shape)
{
    const int hue = int(chance(palette, 1) * 359);
    const QColor top = QColor::fromHsv(hue, 150, 190 + int(60 * chance(shape, 1)));
    const QColor bottom = QColor::fromHsv((hue + 40) % 360, 70, 250);
    const QColor sun = QColor::fromHsv(35 + int(20 * chance(shape, 2)), 110, 255);
    QList<QColor> colors(layerCount);
    QList<QList<int>> horizons(layerCount, QList<int>(pictureWidth));
    for (int layer = 0; layer < layerCount; ++layer) {
        const auto number = quint32(10 * layer);
        colors[layer] =
            QColor::fromHsv((hue + 150 + 25 * layer) % 360, 90 + 30 * layer, 180 - 50 * layer);
        const double wave = 14 + 22 * chance(shape, number + 3);
        const double phase = 6 * chance(shape, number + 4);
        const double height = 6 + 12 * chance(shape, number + 5);
        for (int x = 0; x < pictureWidth; ++x) {
            horizons[layer][x] =
                int(pictureHeight * (0.5 + 0.17 * layer) + height * std::sin(x / wave + phase)
                    + height / 3 * std::sin(x * 2.7 / wave));
        }
    }
    const int sunX = int(pictureWidth * (0.15 + 0.7 * chance(shape, 6)));
    const int sunY = int(pictureHeight * (0.12 + 0.3 * chance(shape, 7)));
    const int radius = 8 + int(8 * chance(shape, 8));

    QByteArray pixels(qsizetype(pictureStride) * pictureHeight, Qt::Uninitialized);
    auto *byte = reinterpret_cast<uchar *>(pixels.data());
    for (int y = 0; y < pictureHeight; ++y) {
        const double share = double(y) / pictureHeight;
        const std::array sky = {blend(top.red(), bottom.red(), share),
                                blend(top.green(), bottom.green(), share),
                                blend(top.blue(), bottom.blue(), share)};
        for (int x = 0; x < pictureWidth; ++x) {
            int layer = layerCount - 1;
            while (layer >= 0 && y < horizons.at(layer).at(x))
                --layer;
            std::array<int, 3> rgb = sky;
            if (layer >= 0) {
                // Meadows have a grain, or they would compress like nothing that a camera sees.
                const int grain = int(mixed(shape ^ quint32(y * pictureWidth + x)) & 15);
                const QColor &color = colors.at(layer);
                rgb = {color.red() + grain, color.green() + grain, color.blue() + grain};
            } else if ((x - sunX) * (x - sunX) + (y - sunY) * (y - sunY) < radius * radius) {
                rgb = {sun.red(), sun.green(), sun.blue()};
            }
            for (const int value : rgb)
                *byte++ = uchar(std::clamp(value, 0, 255));
        }
    }
    return pixels;
}
