// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "batchhost.h"

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

namespace Axiom::detail {

// The host of a thread with a Qt event loop.
class EventLoopHost final : public QObject, public BatchHost
{
public:
    EventLoopHost();
    ~EventLoopHost() override;

    std::chrono::nanoseconds now() const override;
    void wake() override;
    void wakeAfter(std::chrono::nanoseconds delay) override;

protected:
    bool event(QEvent *event) override;

private:
    QTimer m_timer;
};

} // namespace Axiom::detail
