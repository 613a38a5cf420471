// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_UPDATEORIGIN_H
#define AXIOM_UPDATEORIGIN_H

namespace Axiom {

struct UpdateOrigin
{
    constexpr UpdateOrigin() noexcept = default;
    // A string literal, or one that lives as long as the program.
    constexpr UpdateOrigin(const char *text, const char *sourceFile = __builtin_FILE(),
                           int sourceLine = __builtin_LINE()) noexcept
        : label(text), file(sourceFile), line(sourceLine)
    { }

    static constexpr UpdateOrigin here(const char *file = __builtin_FILE(),
                                       int line = __builtin_LINE()) noexcept
    {
        return UpdateOrigin(nullptr, file, line);
    }

    const char *label = nullptr;
    const char *file = nullptr;
    int line = 0;

    friend constexpr bool operator==(const UpdateOrigin &, const UpdateOrigin &) = default;
};

} // namespace Axiom

#endif // AXIOM_UPDATEORIGIN_H
