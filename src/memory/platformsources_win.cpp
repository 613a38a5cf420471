// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

#include <QtCore/qtimer.h>
#include <QtCore/qwineventnotifier.h>

#include <windows.h>

namespace Axiom::detail {

namespace {

// The system's own notification of low memory. Written by its documentation; not run so far.
class LowMemoryNotification final : public MemoryPressureSource
{
public:
    ~LowMemoryNotification() override
    {
        m_notifier.reset();
        if (m_handle)
            CloseHandle(m_handle);
    }

    QString name() const override { return QStringLiteral("low memory notification of Windows"); }

    bool start(const Events &events) override
    {
        m_handle = CreateMemoryResourceNotification(LowMemoryResourceNotification);
        if (!m_handle)
            return false;
        m_notifier.reset(new QWinEventNotifier(m_handle));
        m_rearm.setSingleShot(true);
        m_rearm.setInterval(std::chrono::seconds(5));
        QObject::connect(&m_rearm, &QTimer::timeout, m_notifier.get(),
                         [this] { m_notifier->setEnabled(true); });
        // It stays signalled for as long as memory is low: it is looked at again after a while.
        QObject::connect(m_notifier.get(), &QWinEventNotifier::activated, m_notifier.get(),
                         [this, events] {
                             m_notifier->setEnabled(false);
                             m_rearm.start();
                             events.pressure(Level::Critical);
                         });
        return true;
    }

private:
    HANDLE m_handle = nullptr;
    std::unique_ptr<QWinEventNotifier, DeleteNotifier> m_notifier;
    QTimer m_rearm;
};

} // namespace

std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    std::vector<std::unique_ptr<MemoryPressureSource>> sources;
    sources.push_back(std::make_unique<LowMemoryNotification>());
    return sources;
}

} // namespace Axiom::detail
