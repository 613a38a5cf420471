// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qlocale.h>
#include <QtCore/qstring.h>

#include <chrono>

// Figures in words, with their units.
namespace Axiom::detail {

// Two digits are all that such a figure is good for.
inline QString numberText(double number)
{
    return number < 9.95 ? QString::number(number, 'g', 2) : QString::number(number, 'f', 0);
}

inline QString shareText(double share)
{
    return numberText(100 * share) + QStringLiteral(" %");
}

inline QString bytesText(double bytes)
{
    return QLocale::c().formattedDataSize(qint64(bytes));
}

inline QString durationText(std::chrono::nanoseconds duration)
{
    const double ns = double(duration.count());
    if (ns < 1e6)
        return numberText(ns / 1e3) + QStringLiteral(" µs");
    if (ns < 1e9)
        return numberText(ns / 1e6) + QStringLiteral(" ms");
    if (ns < 120e9)
        return numberText(ns / 1e9) + QStringLiteral(" s");
    return numberText(ns / 60e9) + QStringLiteral(" min");
}

} // namespace Axiom::detail
