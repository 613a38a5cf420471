// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/OptimizationTarget>

#include <algorithm>
#include <functional>

// A store whose figures follow from a load and from what is set.
class FakeStore final : public Axiom::OptimizationTarget
{
public:
    static constexpr qint64 MiB = 1 << 20;

    // Rates are numbers a second, times are seconds.
    struct Load
    {
        double updates = 0;
        double reads = 0;
        double updateTime = 20e-6;
        double notifyTime = 100e-6;
        double batchedNotifyTime = 100e-6;
        double cloneTime = 0;
        double cloneBytes = 0;
        double copiesAhead = 1; // with EagerClone, for each that is needed
        double thawShare = 0;   // while it is frozen
        double freezeRoundTime = 1e-3;
        double slowdown = 0;   // of an update, once anything was set
        double changeTime = 0; // that announcing takes within four seconds of a change
        qint64 bytes = 64 << 10;
        bool underPressure = false;
        QString plainField = {};
        qint64 plainFieldBytes = 0;
    };

    explicit FakeStore(QString name) : m_name(std::move(name)) { }

    void run(std::chrono::nanoseconds duration)
    {
        const double seconds = std::chrono::duration<double>(duration).count();
        const double threshold = current.batchingThreshold;
        const bool isBatched = threshold > 0 && load.updates >= threshold;
        const bool isEager = current.strategy == Axiom::CowStrategy::EagerClone;
        const double commits = seconds * (isBatched ? std::min(load.updates, 60.0) : load.updates);
        const double clones = load.cloneTime > 0 ? commits * (isEager ? load.copiesAhead : 1) : 0;
        if (m_sinceChange < 4)
            m_notifyTime += load.changeTime * seconds / 4;
        m_sinceChange += seconds;
        m_updates += seconds * load.updates;
        m_commits += commits;
        m_reads += seconds * load.reads;
        m_clones += clones;
        m_notifyTime += commits * (isBatched ? load.batchedNotifyTime : load.notifyTime);
        m_cloneTime += clones * load.cloneTime;
        m_clonedBytes += clones * load.cloneBytes;
        m_updateTime += seconds * load.updates * (load.updateTime + (changes % 2) * load.slowdown)
            + (isEager ? 0 : clones * load.cloneTime);
        m_figures.updateMode = isBatched ? Axiom::UpdateMode::Batch : Axiom::UpdateMode::Immediate;
        if (load.updates > 0 || load.reads > 0) {
            m_figures.idle = {};
            m_isFrozen = false;
        } else {
            m_figures.idle += duration;
        }
        freezeWhenIdle();
        if (m_isFrozen && load.thawShare > 0) {
            ++m_figures.thaws;
            m_thawTime += seconds * load.thawShare;
        }
    }

    QString name() const override { return m_name; }
    Axiom::StoreFigures figures() override
    {
        const auto nanoseconds = [](double s) { return std::chrono::nanoseconds(qint64(s * 1e9)); };
        m_figures.updates = qint64(m_updates);
        m_figures.commits = m_figures.notifications = qint64(m_commits);
        m_figures.reads = qint64(m_reads);
        m_figures.clones = qint64(m_clones);
        m_figures.clonedBytes = qint64(m_clonedBytes);
        m_figures.updateTime = nanoseconds(m_updateTime);
        m_figures.notifyTime = nanoseconds(m_notifyTime);
        m_figures.cloneTime = nanoseconds(m_cloneTime);
        m_figures.thawTime = nanoseconds(m_thawTime);
        m_figures.freezeTime = nanoseconds(m_freezeTime);
        m_figures.residentBytes = m_isFrozen ? 0 : load.bytes;
        m_figures.frozenBytes = m_isFrozen ? load.bytes / 8 : 0;
        m_figures.canFreeze = canFreeze;
        m_figures.isPinned = isPinned;
        m_figures.isUnderPressure = load.underPressure;
        m_figures.largestPlainField = load.plainField;
        m_figures.largestPlainFieldBytes = load.plainFieldBytes;
        return m_figures;
    }
    Axiom::StoreSettings settings() const override { return current; }
    void setSettings(const Axiom::StoreSettings &settings) override
    {
        ++changes;
        m_sinceChange = 0;
        if (!refuses)
            current = settings;
        if (whenSet)
            whenSet();
    }

    Load load;
    Axiom::StoreSettings current;
    int changes = 0; // calls of setSettings()
    bool refuses = false;
    bool canFreeze = true;
    bool isPinned = false;
    std::function<void()> whenSet;

private:
    // After the time that is set, and at once under pressure.
    void freezeWhenIdle()
    {
        using namespace std::chrono_literals;
        const auto after = load.underPressure ? 5s
            : current.freezeAfter > 0ms       ? std::chrono::nanoseconds(current.freezeAfter)
                                              : std::chrono::nanoseconds::max();
        if (m_isFrozen || m_figures.idle < after)
            return;
        m_isFrozen = true;
        const double rounds =
            std::max(1.0, double(load.bytes) / double(current.incrementalThreshold));
        m_figures.freezeRounds += qint64(rounds);
        m_figures.freezeRoundBytes += load.bytes;
        m_freezeTime += rounds * load.freezeRoundTime;
    }

    const QString m_name;
    Axiom::StoreFigures m_figures;
    bool m_isFrozen = false;
    double m_sinceChange = 4;
    double m_updates = 0;
    double m_commits = 0;
    double m_reads = 0;
    double m_clones = 0;
    double m_clonedBytes = 0;
    double m_updateTime = 0;
    double m_notifyTime = 0;
    double m_cloneTime = 0;
    double m_thawTime = 0;
    double m_freezeTime = 0;
};
