// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "detail/flushrecorder.h"

#include "../core/clock.h"

#include <QtCore/qmutex.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <utility>

namespace Axiom::detail {

namespace {

// A ring: the oldest record gives way to the newest.
struct Log
{
    QMutex mutex;
    QList<FlushRecord> records;
    quint64 count = 0; // ever written

    // Never destroyed: static objects may hold stores.
    static Log &all()
    {
        static Log *log = new Log;
        return *log;
    }
};

struct ThreadState
{
    FlushRecord *current = nullptr;
    FlushRecord::StoreChange *change = nullptr;
};

ThreadState &state()
{
    thread_local ThreadState state;
    return state;
}

// "catalogstore.cpp:42", or the label.
QString describe(const UpdateOrigin &origin)
{
    if (origin.label)
        return QString::fromUtf8(origin.label);
    if (!origin.file)
        return {};
    const QString path = QString::fromUtf8(origin.file);
    const qsizetype slash =
        std::max(path.lastIndexOf(QLatin1Char('/')), path.lastIndexOf(QLatin1Char('\\')));
    return path.sliced(slash + 1) + QLatin1Char(':') + QString::number(origin.line);
}

} // namespace

std::atomic<int> FlushRecorder::s_open = 0;
std::atomic<int> FlushRecorder::s_recalls = 0;

FlushRecorder::Scope::Scope(Kind kind, Choice &choice) noexcept
{
    try {
        m_record = std::make_unique<FlushRecord>();
    } catch (...) {
        return; // Without memory for records there are none.
    }
    m_record->isDirect = kind == Kind::Direct;
    m_record->thread = quint64(quintptr(QThread::currentThreadId()));
    m_record->start = Clock::steady().now();
    m_record->skippedBefore = choice.takeSkipped(m_record->start);
    ThreadState &thread = state();
    m_outer = std::exchange(thread.current, m_record.get());
    m_outerChange = std::exchange(thread.change, nullptr);
    s_open.fetch_add(1, std::memory_order_relaxed);
}

void FlushRecorder::Scope::end() noexcept
{
    if (!m_record)
        return;
    s_open.fetch_sub(1, std::memory_order_relaxed);
    ThreadState &thread = state();
    thread.current = m_outer;
    thread.change = m_outerChange;
    const std::unique_ptr<FlushRecord> record = std::move(m_record);
    if (record->updates == 0)
        return;
    record->publishTime = Clock::steady().now() - record->start - record->applyTime;
    try {
        Log &log = Log::all();
        const QMutexLocker locker(&log.mutex);
        const qsizetype place = qsizetype(log.count % Capacity);
        record->serial = log.count + 1;
        if (place < log.records.size())
            log.records[place] = std::move(*record);
        else
            log.records.append(std::move(*record));
        ++log.count;
    } catch (...) {
        // As above.
        return;
    }
}

void FlushRecorder::Scope::applied() noexcept
{
    if (m_record)
        m_record->applyTime = Clock::steady().now() - m_record->start;
}

FlushRecord *FlushRecorder::ofThisThread() noexcept
{
    return state().current;
}

void FlushRecorder::addOrigin(FlushRecord &record, const QString &store, const UpdateOrigin &origin,
                              Priority priority, int updates)
{
    record.updates += updates;
    const QString where = describe(origin);
    for (FlushRecord::Origin &known : record.origins) {
        if (known.priority == priority && known.where == where && known.store == store) {
            known.updates += updates;
            return;
        }
    }
    if (record.origins.size() < FlushRecord::MaxParts)
        record.origins.append({store, where, priority, updates});
    else
        record.otherOriginUpdates += updates;
}

void FlushRecorder::beginChange(FlushRecord &record, FlushRecord::StoreChange change)
{
    ThreadState &thread = state();
    thread.change = nullptr;
    for (FlushRecord::StoreChange &known : record.stores) {
        if (known.store == change.store) {
            for (const QString &field : std::as_const(change.fields)) {
                if (!known.fields.contains(field))
                    known.fields.append(field);
            }
            known.revision = change.revision;
            thread.change = &known;
            return;
        }
    }
    if (record.stores.size() < FlushRecord::MaxParts) {
        // Room for all at once: pointers to them stay good.
        record.stores.reserve(FlushRecord::MaxParts);
        thread.change = &record.stores.emplaceBack(std::move(change));
    } else {
        ++record.otherStores;
    }
}

FlushRecord::StoreChange *FlushRecorder::changeOfThisThread() noexcept
{
    return state().change;
}

QList<FlushRecord> FlushRecorder::records()
{
    Log &log = Log::all();
    const QMutexLocker locker(&log.mutex);
    QList<FlushRecord> records = log.records;
    if (records.size() == Capacity) {
        const qsizetype oldest = qsizetype(log.count % Capacity);
        std::rotate(records.begin(), records.begin() + oldest, records.end());
    }
    return records;
}

quint64 FlushRecorder::count()
{
    Log &log = Log::all();
    const QMutexLocker locker(&log.mutex);
    return log.count;
}

} // namespace Axiom::detail
