// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_MEMORYPRESSUREMONITOR_H
#define AXIOM_MEMORYPRESSUREMONITOR_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qobject.h>

#include <memory>
#include <vector>

namespace Axiom {

class MemoryPressureSource;

class AXIOM_CORE_EXPORT MemoryPressureMonitor : public QObject
{
    Q_OBJECT

public:
    enum class Level { Normal, Moderate, Critical };
    Q_ENUM(Level)

    static MemoryPressureMonitor *instance();
    // With the given sources instead of the platform's, of which the first that works is used.
    explicit MemoryPressureMonitor(std::vector<std::unique_ptr<MemoryPressureSource>> sources,
                                   QObject *parent = nullptr);
    ~MemoryPressureMonitor() override;

    Q_PROPERTY(Level level READ level NOTIFY levelChanged)
    Level level() const;
    Q_SIGNAL void levelChanged(Axiom::MemoryPressureMonitor::Level level);

    Q_PROPERTY(QString source READ source NOTIFY sourceChanged)
    QString source() const;
    Q_SIGNAL void sourceChanged();

    Q_INVOKABLE void notify(Axiom::MemoryPressureMonitor::Level level);
    Q_INVOKABLE void simulate(Axiom::MemoryPressureMonitor::Level level);
    bool addSource(std::unique_ptr<MemoryPressureSource> source);

    // For tests, which need not wait.
    void check();

Q_SIGNALS:
    void pressure(Axiom::MemoryPressureMonitor::Level level);

private:
    class Private;
    const std::unique_ptr<Private> d;
};

using MemoryPressureLevel = MemoryPressureMonitor::Level;

} // namespace Axiom

#endif // AXIOM_MEMORYPRESSUREMONITOR_H
