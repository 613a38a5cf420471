// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "catalogstore.h"

#include "arrangement.h"
#include "packageindex.h"

#include <QtCore/qfileinfo.h>
#include <QtCore/qrandom.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

// First few rows at once, so that there is something to see; then enough to keep batches few.
constexpr qsizetype firstBatch = 200;
constexpr qsizetype laterBatches = 2000;

// The live feed: two threads, each a burst every 5 ms.
constexpr int feeders = 2;
constexpr auto feedInterval = 5ms;
constexpr int updatesPerBurst = 50;
// Of what a busy processor leaves for later, so that memory does not grow: a quarter of a second.
constexpr int mostPending = 5000;

QString &listsDirectory()
{
    static QString directory = u"/var/lib/apt/lists"_s;
    return directory;
}

Arrangement arrangementOf(const CatalogState &state)
{
    return {state.query, CatalogStore::SortKey(state.sortKey), state.descending};
}

} // namespace

CatalogStore::CatalogStore(QObject *parent) : Axiom::StateStore(parent)
{
    setName(u"Catalog"_s);
    state.keep(&m_saved);
    state.computed("current", &CatalogStore::currentOf);
    state.computed("packageCount", &CatalogState::packages,
                   [](const auto &packages) { return packages.size(); });
    state.computed("shownCount", &CatalogState::rows, [](const auto &rows) { return rows.size(); });
    state.onChanged(&CatalogState::query, this, &CatalogStore::arrange);
    state.onChanged(&CatalogState::sortKey, this, &CatalogStore::arrange);
    state.onChanged(&CatalogState::descending, this, &CatalogStore::arrange);
    // Rows are appended as they arrive unless they are to be filtered or sorted.
    state.onChanged(&CatalogState::packages, this, [this](const auto &now, const auto &before) {
        if (now.size() != before.size() && arrangementOf(state.value()) != Arrangement())
            arrange();
    });
    // Indexes of several archives are each sorted by name, but not together.
    state.onChanged(&CatalogState::loading, this, &CatalogStore::arrange);
    load();
}

CatalogStore::~CatalogStore()
{
    // Threads use the state's handle, which outlives the store, but also this object.
    stopFeeding();
    m_arranger.waitForDone();
    if (m_loader.joinable()) {
        m_loader.request_stop();
        m_loader.join();
    }
    state.forget(&m_saved);
}

void CatalogStore::setListsDirectory(const QString &directory)
{
    listsDirectory() = directory;
}

Package CatalogStore::currentOf(const CatalogState &state)
{
    return state.packages.value(state.selected);
}

void CatalogStore::load()
{
    state.set(&CatalogState::loading, true);
    m_loader = std::jthread([handle = state.handle()](const std::stop_token &stop) {
        const PackageIndex::Source source = PackageIndex::find(listsDirectory());
        const double total = std::max<double>(double(source.totalBytes), 1);
        QList<Package> batch;
        double progress = 0;
        int nextId = 0;
        const auto send = [&] {
            handle.enqueue([batch = std::exchange(batch, {}), progress](CatalogState &s) {
                QList<int> rows;
                rows.reserve(batch.size());
                for (const Package &package : batch)
                    rows.append(package.packageId);
                s.packages.append(batch);
                if (arrangementOf(s) == Arrangement())
                    s.rows.append(rows);
                s.progress = progress;
            });
        };

        qsizetype size = firstBatch;
        const PackageIndex::Result result = PackageIndex::read(
            source,
            [&](Package &&package) {
                package.packageId = nextId++;
                batch.append(std::move(package));
                if (batch.size() >= size) {
                    send();
                    size = laterBatches;
                }
            },
            [&](qint64 bytes) { progress = std::min(1.0, double(bytes) / total); }, stop);
        if (stop.stop_requested())
            return;
        send();

        QStringList notes = result.errors;
        if (result.isSample)
            notes.append(tr("No package index on this machine: this is a sample."));
        if (result.skippedLines > 0)
            notes.append(result.skippedLines == 1
                             ? tr("1 line skipped")
                             : tr("%1 lines skipped").arg(result.skippedLines));
        handle.enqueue([notes](CatalogState &s) {
            s.note = notes.join(u" · "_s);
            s.loading = false;
            s.progress = 1;
        });
    });
}

void CatalogStore::setQuery(const QString &query)
{
    state.set(&CatalogState::query, query);
}

void CatalogStore::sortBy(int key)
{
    state.apply([key](CatalogState &s) {
        s.descending = s.sortKey == key && !s.descending;
        s.sortKey = key;
    });
}

void CatalogStore::rate(int packageId, int stars)
{
    state.apply([=](CatalogState &s) {
        s.packages.modify(packageId, [=](Package &p) { p.rating = std::clamp(stars, 0, 5); });
    });
}

// Filters and sorts a snapshot on a worker. The rows come back as an ordinary update, and count
// only if they still answer what is asked for; else the newest question is worked on next.
void CatalogStore::arrange()
{
    if (m_arranging)
        return;
    m_arranging = true;
    m_arranger.start([this, handle = state.handle()] {
        const auto snapshot = handle.snapshot();
        const Arrangement asked = arrangementOf(*snapshot);
        const auto answers = [asked, count = snapshot->packages.size()](const CatalogState &s) {
            return arrangementOf(s) == asked && s.packages.size() == count;
        };
        const auto ticket = handle.enqueue(
            [answers, rows = arrangedRows(snapshot->packages, asked)](CatalogState &s) {
                if (answers(s) && s.rows != rows)
                    s.rows = rows;
            },
            {.priority = Axiom::Priority::High});
        ticket.then(this, [this, answers] { arranged(answers(state.value())); });
    });
}

void CatalogStore::arranged(bool stillAsked)
{
    m_arranging = false;
    if (!stillAsked) {
        arrange();
    } else if (!m_saved.isValid() && !state->loading) {
        m_saved = state.snapshot();
        Q_EMIT hasSavedStateChanged();
        Q_EMIT loaded();
    }
}

void CatalogStore::setFeeding(bool feeding)
{
    if (feeding == isFeeding())
        return;
    if (feeding) {
        // The feeders wait for room, as none of their updates shall be lost.
        setPendingLimit(mostPending, Axiom::OverflowPolicy::Block);
        for (quint32 i = 0; i < feeders; ++i) {
            m_feeders.emplace_back([this, handle = state.handle(), count = packageCount(),
                                    seed = i](const std::stop_token &stop) {
                QRandomGenerator random(seed);
                auto next = std::chrono::steady_clock::now();
                while (!stop.stop_requested() && count > 0) {
                    for (int n = 0; n < updatesPerBurst; ++n) {
                        const int id = random.bounded(count);
                        const int activity = random.bounded(101);
                        handle.enqueue([id, activity](CatalogState &s) {
                            s.packages.modify(id, [=](Package &p) { p.activity = activity; });
                        });
                    }
                    m_fed += updatesPerBurst;
                    next = std::max(next + feedInterval, std::chrono::steady_clock::now());
                    std::this_thread::sleep_until(next);
                }
            });
        }
    } else {
        stopFeeding();
    }
    Q_EMIT feedingChanged();
}

void CatalogStore::stopFeeding()
{
    for (std::jthread &feeder : m_feeders)
        feeder.request_stop();
    // One that waits for room would wait for this thread, which waits for it to end.
    setPendingLimit(0);
    m_feeders.clear();
}

void CatalogStore::restoreSavedState()
{
    state.restore(m_saved);
}
