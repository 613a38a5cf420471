// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/statefreezing.h"

#include "../core/detail/backgroundworker.h"
#include "detail/statecore.h"
#include "detail/storelink.h"
#include "statestore.h"

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>

#include <atomic>
#include <new>
#include <unordered_map>

namespace Axiom::detail {

VersionFreezer::~VersionFreezer() = default;
StateFreezing::~StateFreezing() = default;

// What is under way between the rounds of a freeze. While a round is encoded it is the worker's.
class StateCore::FreezeJob
{
public:
    using Clock = std::chrono::steady_clock;

    FreezeOptions options;
    FreezeResult result;
    std::vector<std::function<void(const FreezeResult &)>> done;
    std::shared_ptr<VersionFreezer> freezer;
    FreezeBudget budget;
    std::vector<VersionRef> kept;
    // A state that changes as fast as it is frozen must not keep the worker busy for ever.
    int rounds = 3; // at least
    int partsLeft = 0;
    qint64 encodedBytes = 0;
    qint64 frozenBytes = 0;
    VersionRef snapshot;
    std::atomic<bool> isEnded = false;
};

void StateCore::runPosted()
{
    const std::shared_ptr<StoreLink> link = m_link; // a task may end with the store
    link->run();
}

void StateCore::freeze(const FreezeOptions &options, std::function<void(const FreezeResult &)> done)
{
    if (m_freezeJob) {
        if (done)
            m_freezeJob->done.push_back(std::move(done));
        return;
    }
    if (!canFreeze()) {
        if (done)
            done({});
        return;
    }
    const auto job = std::make_shared<FreezeJob>();
    job->options = options;
    job->partsLeft = 2 * frozenParts(options).resident;
    if (done)
        job->done.push_back(std::move(done));
    m_freezeJob = job;
    startFreezeRound();
}

bool StateCore::endFreeze()
{
    const std::shared_ptr<FreezeJob> job = std::exchange(m_freezeJob, {});
    if (!job)
        return false;
    job->isEnded = true; // the worker stops after the part that it is at
    FreezeResult result; // that of the job may be the worker's
    result.wasEnded = true;
    for (const auto &done : job->done)
        done(result);
    return true;
}

void StateCore::startFreezeRound()
try {
    FreezeJob &job = *m_freezeJob;
    job.freezer =
        m_freezing->freezer(m_link, job.options.level.value_or(m_settings.compressionLevel));
    FreezeBudget budget;
    budget.fruitless = std::move(job.budget.fruitless);
    job.budget = std::move(budget);
    // What was encoded and what it was made of are never in memory together but for this.
    job.budget.left = m_settings.incrementalThreshold;
    job.budget.isEnded = &job.isEnded;
    job.budget.thawedBefore = job.options.thawedBefore;
    if (job.options.sparesShown)
        job.budget.inUse = shownElements();
    job.snapshot = m_current;
    job.kept.clear();
    for (const VersionRef *version : m_kept) {
        if (*version && *version != m_current)
            job.kept.push_back(*version);
    }
    BackgroundWorker::run([job = m_freezeJob, link = m_link, weak = weak_from_this()] {
        const auto start = FreezeJob::Clock::now();
        bool isDone = true;
        try {
            prepareToThaw();
            isDone = job->freezer->encode(*job->snapshot, job->budget);
            for (const VersionRef &version : job->kept)
                isDone = isDone && job->freezer->encode(*version, job->budget);
            job->result.lackedMemory |= job->freezer->lackedMemory();
        } catch (const std::bad_alloc &) {
            job->result.lackedMemory = true; // the rest stays as it is
        } catch (...) {
            // So it does when code of the user's throws.
        }
        job->result.work += FreezeJob::Clock::now() - start;
        const auto finish = [weak, round = std::weak_ptr(job), isDone](StateStore *) {
            if (const std::shared_ptr<StateCore> core = weak.lock())
                core->finishFreezeRound(round.lock(), isDone);
        };
        for (bool isPosted = false; !isPosted;) {
            try {
                link->post(finish);
                isPosted = true;
            } catch (...) {
                QThread::msleep(10); // The store waits for it.
            }
        }
    });
} catch (const std::bad_alloc &) {
    m_freezeJob->result.lackedMemory = true;
    finishFreeze();
}

void StateCore::finishFreezeRound(const std::shared_ptr<FreezeJob> &job, bool isDone)
{
    if (!job || m_freezeJob != job)
        return; // it was ended meanwhile
    // An event loop within an update: what it changes is taken in when it has ended.
    if (m_draft) {
        QTimer::singleShot(std::chrono::milliseconds(10), m_store,
                           [weak = weak_from_this(), round = std::weak_ptr(job), isDone] {
                               if (const std::shared_ptr<StateCore> core = weak.lock())
                                   core->finishFreezeRound(round.lock(), isDone);
                           });
        return;
    }
    try {
        swapFreezeRound();
    } catch (const std::bad_alloc &) {
        m_freezeJob->result.lackedMemory = true;
        isDone = true; // What was frozen stays so, and the rest as it is.
    } catch (...) {
        isDone = true; // So it does when a copy of the state throws.
    }
    --job->rounds;
    if (!isDone && (job->rounds > 0 || job->partsLeft > 0))
        startFreezeRound();
    else
        finishFreeze();
}

// Puts what was encoded in the place of what is still the same.
void StateCore::swapFreezeRound()
{
    FreezeJob &job = *m_freezeJob;
    const auto start = FreezeJob::Clock::now();
    prepareToThaw();
    VersionRef former = m_current;
    if (VersionRef frozen = job.freezer->frozen(*former, job.budget); frozen != former)
        replaceCurrent(std::move(frozen));
    std::vector<VersionRef> dropped = replaceKept(
        former, [&](const Version &version) { return job.freezer->frozen(version, job.budget); });
    dropped.push_back(std::move(former));
    dropped.push_back(std::move(job.snapshot));
    BackgroundWorker::run([dropped = std::move(dropped), kept = std::move(job.kept),
                           freezer = std::move(job.freezer)]() mutable {
        freezer.reset();
        kept.clear();
        dropped.clear();
    });
    const auto step = FreezeJob::Clock::now() - start;
    job.result.longestStep = std::max<std::chrono::nanoseconds>(job.result.longestStep, step);
    job.result.work += step;
    ++m_freezeTotals.rounds;
    m_freezeTotals.bytes += job.budget.formerBytes;
    m_freezeTotals.time += step;
    job.partsLeft -= job.budget.parts;
    job.encodedBytes += job.budget.formerBytes;
    job.frozenBytes += job.budget.frozenBytes;
    job.result.freedBytes += job.budget.freedBytes;
}

void StateCore::finishFreeze()
{
    const std::shared_ptr<FreezeJob> finished = std::exchange(m_freezeJob, {});
    OperationRecorder::Sizes sizes;
    sizes.memoryDelta = -finished->result.freedBytes;
    operations->record(OperationType::Freeze, finished->result.work, sizes);
    if (finished->frozenBytes > 0)
        m_lastRatio = double(finished->encodedBytes) / double(finished->frozenBytes);
    const auto self = shared_from_this(); // whoever is told may delete the store
    for (const auto &done : finished->done)
        done(finished->result);
    if (m_store)
        Q_EMIT m_store->residencyChanged();
}

// By a version that differs in nothing that can be seen.
void StateCore::replaceCurrent(VersionRef version)
{
    const VersionRef former = m_current;
    m_checkpoint.reset();
    m_prepared.reset();
    m_former.reset();
    {
        const QMutexLocker locker(&m_currentMutex);
        m_current = std::move(version);
    }
    m_readable = m_current->isThawed() ? m_current->read() : nullptr;
    for (const auto &entry : m_models) {
        if (entry->model)
            entry->calls.replace(*former, *m_current);
    }
}

// Each once, so that what is kept twice, or is the current one, stays one. Returns what was there.
std::vector<VersionRef>
StateCore::replaceKept(const VersionRef &former,
                       const std::function<VersionRef(const Version &)> &replacement)
{
    std::unordered_map<const Version *, VersionRef> replaced = {{former.get(), m_current}};
    std::vector<VersionRef> replacedVersions;
    for (VersionRef *version : m_kept) {
        if (!*version)
            continue;
        VersionRef &instead = replaced[version->get()];
        if (!instead)
            instead = replacement(**version);
        replacedVersions.push_back(std::exchange(*version, instead));
    }
    return replacedVersions;
}

void StateCore::thaw()
{
    if (!canFreeze())
        return;
    const auto self = shared_from_this(); // whoever is told may delete the store
    bool isChanged = endFreeze();
    const bool canThaw = m_store && !m_draft;
    const FrozenParts parts = canThaw ? frozenParts(FreezeOptions()) : FrozenParts();
    if (parts.frozen > 0 || parts.thawed > 0) {
        const VersionRef former = m_current;
        if (VersionRef thawed = m_freezing->thawed(*m_current); thawed != m_current)
            replaceCurrent(std::move(thawed));
        replaceKept(former, [this](const Version &version) { return m_freezing->thawed(version); });
        isChanged = true;
    }
    if (isChanged && m_store)
        Q_EMIT m_store->residencyChanged();
}

QList<DamagedPart> StateCore::damagedParts() const
{
    return m_link->damagedParts();
}

FrozenParts StateCore::frozenParts() const
{
    return m_freezing ? m_freezing->measure(*m_current, {}) : FrozenParts();
}

FrozenParts StateCore::frozenParts(const FreezeOptions &options) const
{
    FrozenParts parts;
    if (!m_freezing)
        return parts;
    parts.thawedBefore = options.thawedBefore;
    if (options.sparesShown)
        parts.inUse = shownElements();
    if (!m_kept.empty())
        parts.seen.emplace();
    parts = m_freezing->measure(*m_current, std::move(parts));
    for (const VersionRef *version : m_kept) {
        if (*version)
            parts = m_freezing->measure(**version, std::move(parts));
    }
    return parts;
}

std::vector<ElementsInUse> StateCore::shownElements() const
{
    std::vector<ElementsInUse> elements;
    for (const auto &entry : m_models) {
        if (entry->model)
            entry->calls.addShown(elements);
    }
    return elements;
}

bool StateCore::isHeldElsewhere() const
{
    if (m_draft)
        return true;
    // Versions that are frozen as well share most of what they have with this one.
    if (!m_kept.empty()) {
        const auto copies = std::count_if(m_kept.begin(), m_kept.end(), [&](VersionRef *version) {
            return *version == m_current;
        });
        return m_current->holders() > 1 + int(copies);
    }
    if (m_current->isShared())
        return true;
    const bool isFormerFree = m_former && !m_former->isShared();
    return m_freezing && m_freezing->isHeldElsewhere(*m_current, [&](int field) {
        const auto models = std::count_if(m_models.begin(), m_models.end(), [&](const auto &entry) {
            return entry->model && (entry->fields >> field & 1);
        });
        // Working copies that are ready for the next update go when the state is frozen.
        return int(models) + int(bool(m_prepared))
            + int(isFormerFree && !(m_formerChanges >> field & 1));
    });
}

quint64 StateCore::accessCount() const
{
    const CowMetrics metrics = m_recorder.metrics();
    quint64 count =
        quint64(metrics.totalReads) + quint64(metrics.totalWrites) + quint64(m_current->revision);
    for (const auto &entry : m_models) {
        if (entry->model)
            count += entry->calls.readCount();
    }
    const QMutexLocker locker(&m_currentMutex);
    return count + m_snapshots;
}

} // namespace Axiom::detail
