// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

#include <dispatch/dispatch.h>

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
        if (m_source) {
            dispatch_source_cancel(m_source);
            dispatch_release(m_source);
        }
    }

    QString name() const override { return QStringLiteral("memory pressure of dispatch"); }

    bool start(const Events &events) override
    {
        // The main queue is served by the main run loop, which Qt's event loop runs.
        m_source =
            dispatch_source_create(DISPATCH_SOURCE_TYPE_MEMORYPRESSURE, 0,
                                   DISPATCH_MEMORYPRESSURE_WARN | DISPATCH_MEMORYPRESSURE_CRITICAL,
                                   dispatch_get_main_queue());
        if (!m_source)
            return false;
        m_events = events;
        dispatch_set_context(m_source, this);
        dispatch_source_set_event_handler_f(m_source, [](void *context) {
            auto *self = static_cast<DispatchSource *>(context);
            const bool critical =
                dispatch_source_get_data(self->m_source) & DISPATCH_MEMORYPRESSURE_CRITICAL;
            // The source may be deleted meanwhile.
            const auto tell = self->m_events.pressure;
            tell(critical ? Level::Critical : Level::Moderate);
        });
        dispatch_resume(m_source);
        return true;
    }

private:
    dispatch_source_t m_source = nullptr;
    Events m_events;
};

} // namespace

std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    std::vector<std::unique_ptr<MemoryPressureSource>> sources;
    sources.push_back(std::make_unique<DispatchSource>());
    return sources;
}

} // namespace Axiom::detail
