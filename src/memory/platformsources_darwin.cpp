// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

#include <QtCore/qobject.h>

#include <dispatch/dispatch.h>

#include <functional>

namespace Axiom::detail {

namespace {

// Written by Apple's documentation; not run so far. Under pressure most idle pages are compressed
// by the system already, and to read them brings them back: set MemoryGovernor::idleAfter to have
// idle state compressed ahead of it.
class DispatchSource final : public MemoryPressureSource
{
public:
    ~DispatchSource() override
    {
        if (!m_source)
            return;
        m_relay->pressure = nullptr;
        dispatch_source_cancel(m_source);
        dispatch_release(m_source); // and with it the relay, when no handler runs any more
    }

    QString name() const override { return QStringLiteral("memory pressure of dispatch"); }

    bool start(const Events &events) override
    {
        // A queue with threads of its own: the main one is served by the main run loop, which Qt's
        // event loop runs only where there are windows.
        m_source =
            dispatch_source_create(DISPATCH_SOURCE_TYPE_MEMORYPRESSURE, 0,
                                   DISPATCH_MEMORYPRESSURE_WARN | DISPATCH_MEMORYPRESSURE_CRITICAL,
                                   dispatch_get_global_queue(DISPATCH_QUEUE_PRIORITY_DEFAULT, 0));
        if (!m_source)
            return false;
        m_relay = new Relay;
        m_relay->source = m_source;
        m_relay->pressure = events.pressure;
        dispatch_set_context(m_source, m_relay);
        dispatch_set_finalizer_f(m_source,
                                 [](void *relay) { static_cast<Relay *>(relay)->deleteLater(); });
        dispatch_source_set_event_handler_f(m_source, [](void *context) {
            auto *relay = static_cast<Relay *>(context);
            const bool isCritical =
                dispatch_source_get_data(relay->source) & DISPATCH_MEMORYPRESSURE_CRITICAL;
            const auto tell = [relay, isCritical] {
                // The source may be deleted meanwhile.
                if (const auto pressure = relay->pressure)
                    pressure(isCritical ? Level::Critical : Level::Moderate);
            };
            QMetaObject::invokeMethod(relay, tell, Qt::QueuedConnection);
        });
        dispatch_resume(m_source);
        return true;
    }

private:
    // Takes what comes in other threads to that of the monitor.
    struct Relay : QObject
    {
        dispatch_source_t source = nullptr;
        std::function<void(Level)> pressure; // null when nobody listens any more
    };

    dispatch_source_t m_source = nullptr;
    Relay *m_relay = nullptr;
};

} // namespace

std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    std::vector<std::unique_ptr<MemoryPressureSource>> sources;
    sources.push_back(std::make_unique<DispatchSource>());
    return sources;
}

} // namespace Axiom::detail
