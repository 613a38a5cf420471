// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "platformsources_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qjniobject.h>
#include <QtCore/qtimer.h>

namespace Axiom::detail {

namespace {

// Of android.content.ComponentCallbacks2. Since Android 14 only what comes from UiHidden on.
enum TrimLevel { RunningModerate = 5, RunningCritical = 15, UiHidden = 20, Complete = 80 };

// What the system has told the process last by onTrimMemory(). To be told takes a class in Java that
// implements ComponentCallbacks2; to ask does not. Written by the documentation of Android, and
// compiled against Qt's headers; not run so far.
class LastTrimLevel final : public MemoryPressureSource
{
public:
    QString name() const override { return QStringLiteral("last trim level of Android"); }

    bool start(const Events &events) override
    {
        m_state = QJniObject("android/app/ActivityManager$RunningAppProcessInfo");
        if (!m_state.isValid())
            return false;
        m_last = trimLevel();
        m_timer.setInterval(std::chrono::seconds(2));
        m_timer.setTimerType(Qt::VeryCoarseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this, events] {
            const int before = std::exchange(m_last, trimLevel());
            if (m_last == before || m_last < RunningModerate)
                return;
            const bool isCritical = m_last == RunningCritical || m_last >= Complete;
            events.pressure(isCritical ? Level::Critical : Level::Moderate);
        });
        m_timer.start();
        return true;
    }

private:
    int trimLevel()
    {
        QJniObject::callStaticMethod<void>("android/app/ActivityManager", "getMyMemoryState",
                                           "(Landroid/app/ActivityManager$RunningAppProcessInfo;)V",
                                           m_state.object());
        return m_state.getField<jint>("lastTrimLevel");
    }

    QJniObject m_state;
    QTimer m_timer;
    int m_last = 0;
};

} // namespace

std::vector<std::unique_ptr<MemoryPressureSource>> platformSources()
{
    std::vector<std::unique_ptr<MemoryPressureSource>> sources;
    sources.push_back(std::make_unique<LastTrimLevel>());
    return sources;
}

} // namespace Axiom::detail
