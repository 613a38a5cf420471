// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_BATCHSCOPE_H
#define AXIOM_BATCHSCOPE_H

#include "../batch/detail/transaction.h"

namespace Axiom {

class [[nodiscard]] BatchScope
{
public:
    BatchScope() : m_level(detail::Transaction::current()) { }
    BatchScope(const BatchScope &) = delete;
    BatchScope &operator=(const BatchScope &) = delete;

private:
    const detail::Transaction::Level m_level;
};

} // namespace Axiom

#endif // AXIOM_BATCHSCOPE_H
