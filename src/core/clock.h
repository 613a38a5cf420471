// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_CLOCK_H
#define AXIOM_CLOCK_H

#include <AxiomState/axiomcoreexport.h>

#include <chrono>

namespace Axiom {

class AXIOM_CORE_EXPORT Clock
{
public:
    Clock() = default;
    virtual ~Clock();
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    virtual std::chrono::nanoseconds now() const = 0;

    static const Clock &steady();
};

class AXIOM_CORE_EXPORT VirtualClock final : public Clock
{
public:
    VirtualClock() = default;
    ~VirtualClock() override;

    std::chrono::nanoseconds now() const override { return m_now; }
    void advance(std::chrono::nanoseconds by);

private:
    std::chrono::nanoseconds m_now = std::chrono::seconds(1);
};

} // namespace Axiom

#endif // AXIOM_CLOCK_H
