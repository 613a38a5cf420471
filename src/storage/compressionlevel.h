// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COMPRESSIONLEVEL_H
#define AXIOM_COMPRESSIONLEVEL_H

// CompressionLevel is declared with the other enumerations that QML sees.
#include "../core/enums.h"

#endif // AXIOM_COMPRESSIONLEVEL_H
