// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

namespace Axiom::detail {

// What the operating system knows of this process.
struct AXIOM_CORE_EXPORT ProcessMemory
{
    // 0 where it is not known.
    static qint64 residentBytes() noexcept;
    // Without the pages of files.
    static qint64 anonymousBytes() noexcept;
    // Gives freed memory back to the system, as far as the allocator can.
    static void trimHeap();
};

} // namespace Axiom::detail
