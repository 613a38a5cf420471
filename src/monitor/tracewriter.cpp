// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "tracewriter_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qfileinfo.h>
#include <QtCore/qhash.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qsavefile.h>

namespace Axiom {

namespace detail {

namespace {

double microseconds(std::chrono::nanoseconds duration)
{
    return double(duration.count()) / 1e3;
}

QJsonArray origins(const FlushRecord &record)
{
    QJsonArray array;
    for (const FlushRecord::Origin &origin : record.origins) {
        array.append(QJsonObject{
            {QStringLiteral("store"), origin.store},
            {QStringLiteral("where"), origin.where},
            {QStringLiteral("priority"),
             QString::fromLatin1(QMetaEnum::fromType<Priority>().valueToKey(int(origin.priority)))},
            {QStringLiteral("updates"), origin.updates},
        });
    }
    return array;
}

QJsonArray changes(const FlushRecord &record)
{
    QJsonArray array;
    for (const FlushRecord::StoreChange &change : record.stores) {
        array.append(QJsonObject{
            {QStringLiteral("store"), change.store},
            {QStringLiteral("revision"), change.revision},
            {QStringLiteral("fields"), QJsonArray::fromStringList(change.fields)},
            {QStringLiteral("propertySignals"), change.propertySignals},
            {QStringLiteral("rowSignals"), change.rowSignals},
            {QStringLiteral("rowsInserted"), change.rowsInserted},
            {QStringLiteral("rowsRemoved"), change.rowsRemoved},
            {QStringLiteral("rowsMoved"), change.rowsMoved},
            {QStringLiteral("rowsChanged"), change.rowsChanged},
        });
    }
    return array;
}

class Events
{
public:
    void add(const FlushRecord &record)
    {
        m_thread = numberOf(record.thread);
        QJsonObject arguments{
            {QStringLiteral("updates"), record.updates},
            {QStringLiteral("coalesced"), record.coalesced},
            {QStringLiteral("origins"), origins(record)},
            {QStringLiteral("stores"), changes(record)},
        };
        if (record.frameBudget.count() > 0)
            arguments.insert(QStringLiteral("frameBudgetUs"), microseconds(record.frameBudget));
        if (record.skippedBefore > 0)
            arguments.insert(QStringLiteral("notWrittenBefore"), record.skippedBefore);
        const QString name =
            record.isDirect ? QStringLiteral("transaction") : QStringLiteral("flush");
        complete(name, record.start, record.duration(), arguments);
        complete(QStringLiteral("apply"), record.start, record.applyTime, {});
        complete(QStringLiteral("announce"), record.start + record.applyTime, record.publishTime,
                 {});
        m_events.append(QJsonObject{
            {QStringLiteral("name"), QStringLiteral("updates")},
            {QStringLiteral("ph"), QStringLiteral("C")},
            {QStringLiteral("ts"), microseconds(record.start)},
            {QStringLiteral("pid"), m_process},
            {QStringLiteral("args"),
             QJsonObject{{QStringLiteral("applied"), record.updates},
                         {QStringLiteral("coalesced"), record.coalesced}}},
        });
    }

    QByteArray toJson() const
    {
        return QJsonDocument(QJsonObject{{QStringLiteral("displayTimeUnit"), QStringLiteral("ms")},
                                         {QStringLiteral("traceEvents"), m_events}})
            .toJson(QJsonDocument::Compact);
    }

private:
    void complete(const QString &name, std::chrono::nanoseconds start,
                  std::chrono::nanoseconds duration, const QJsonObject &arguments)
    {
        m_events.append(QJsonObject{
            {QStringLiteral("name"), name},
            {QStringLiteral("cat"), QStringLiteral("axiom")},
            {QStringLiteral("ph"), QStringLiteral("X")},
            {QStringLiteral("ts"), microseconds(start)},
            {QStringLiteral("dur"), microseconds(duration)},
            {QStringLiteral("pid"), m_process},
            {QStringLiteral("tid"), m_thread},
            {QStringLiteral("args"), arguments},
        });
    }

    // Viewers take small numbers only, and names.
    int numberOf(quint64 thread)
    {
        int &number = m_threads[thread];
        if (number == 0) {
            number = int(m_threads.size());
            m_events.append(QJsonObject{
                {QStringLiteral("name"), QStringLiteral("thread_name")},
                {QStringLiteral("ph"), QStringLiteral("M")},
                {QStringLiteral("pid"), m_process},
                {QStringLiteral("tid"), number},
                {QStringLiteral("args"),
                 QJsonObject{
                     {QStringLiteral("name"), QStringLiteral("stores of thread %1").arg(number)}}},
            });
        }
        return number;
    }

    const double m_process = double(QCoreApplication::applicationPid());
    QHash<quint64, int> m_threads;
    int m_thread = 0;
    QJsonArray m_events;
};

bool fail(const QString &fileName, const QString &reason, StateError *error)
{
    if (error)
        *error = {StateError::IoError, QStringLiteral("%1: %2").arg(fileName, reason)};
    return false;
}

} // namespace

bool writeTrace(const QList<FlushRecord> &records, const QString &fileName, StateError *error)
{
    // QSaveFile would put a file in the place of a device.
    if (const QFileInfo info(fileName); info.exists() && !info.isFile())
        return fail(fileName, QStringLiteral("is not a regular file"), error);
    Events events;
    for (const FlushRecord &record : records)
        events.add(record);
    const QByteArray json = events.toJson();
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size() || !file.commit())
        return fail(fileName, file.errorString(), error);
    return true;
}

} // namespace detail

/*!
    \class Axiom::FlushRecord
    \inmodule AxiomState
    \inheaderfile AxiomState/FlushRecord
    \brief What one flush did, who asked for it, and what it cost.

    \sa PerformanceMonitor::flushes()
*/

/*!
    \class Axiom::FlushRecord::Origin
    \inmodule AxiomState
    \inheaderfile AxiomState/FlushRecord
    \brief Who submitted updates: for which store, where in the sources or by which label, at which
    priority, and how many.

    \sa UpdateOrigin
*/

/*!
    \class Axiom::FlushRecord::StoreChange
    \inmodule AxiomState
    \inheaderfile AxiomState/FlushRecord
    \brief What was announced of a store: its revision, the fields that changed, how many property and row
    signals were emitted, and how many rows came, went, moved or changed.
*/

/*!
    \variable Axiom::FlushRecord::Origin::store
    The name of the store.
*/

/*!
    \variable Axiom::FlushRecord::Origin::where
    The label, or file and line, of who submitted them.
*/

/*!
    \variable Axiom::FlushRecord::Origin::priority
    Their priority.
*/

/*!
    \variable Axiom::FlushRecord::Origin::updates
    How many there were.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::store
    The name of the store.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::revision
    Its revision after the flush.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::fields
    The names of the fields that changed.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::propertySignals
    How many NOTIFY signals were emitted.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::rowSignals
    How many signals its list models emitted.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::rowsInserted
    How many rows came.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::rowsRemoved
    How many rows went.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::rowsMoved
    How many rows moved.
*/

/*!
    \variable Axiom::FlushRecord::StoreChange::rowsChanged
    How many rows changed.
*/

/*!
    \variable Axiom::FlushRecord::serial
    The number of the record, from 1.
*/

/*!
    \variable Axiom::FlushRecord::isDirect
    Whether it was apply(), set() or a BatchScope outside of a flush.
*/

/*!
    \variable Axiom::FlushRecord::thread
    Tells threads apart.
*/

/*!
    \variable Axiom::FlushRecord::start
    When it began, by the steady clock.
*/

/*!
    \variable Axiom::FlushRecord::applyTime
    How long it took to apply the updates.
*/

/*!
    \variable Axiom::FlushRecord::publishTime
    How long it took to commit and announce them.
*/

/*!
    \variable Axiom::FlushRecord::frameBudget
    The interval of frames for a flush in step with them, else 0.
*/

/*!
    \variable Axiom::FlushRecord::updates
    How many updates were applied.
*/

/*!
    \variable Axiom::FlushRecord::coalesced
    How many updates have given way to newer ones since the flush written down before this one.
*/

/*!
    \variable Axiom::FlushRecord::skippedBefore
    How many of its kind were not written down, since the last one on this thread that was.
*/

/*!
    \variable Axiom::FlushRecord::origins
    Who submitted the updates; at most MaxParts of them.
*/

/*!
    \variable Axiom::FlushRecord::stores
    What was announced, by store; at most MaxParts of them.
*/

/*!
    \variable Axiom::FlushRecord::otherOriginUpdates
    Updates of origins beyond MaxParts.
*/

/*!
    \variable Axiom::FlushRecord::otherStores
    Changes of stores beyond MaxParts.
*/

/*!
    \variable Axiom::FlushRecord::MaxParts
    The most origins, and the most stores, that one record names.
*/

/*!
    \fn std::chrono::nanoseconds Axiom::FlushRecord::duration() const
    Returns how long it took.
*/

/*!
    \class Axiom::UpdateOrigin
    \inmodule AxiomState
    \inheaderfile AxiomState/UpdateOrigin
    \brief Where an update comes from, for FlushRecord: the place in the sources that called apply(),
    set() or enqueue(), which is found by itself, or a label given instead.

    \code
    state.enqueue(mutation, {}, "import");
    \endcode
*/

/*!
    \fn Axiom::UpdateOrigin::UpdateOrigin(const char *text, const char *sourceFile, int sourceLine)
    Constructs an origin that is shown as \a text, which must live as long as the program, as a literal
    does; \a sourceFile and \a sourceLine are the caller's.
*/

/*!
    \fn Axiom::UpdateOrigin Axiom::UpdateOrigin::here(const char *file, int line)
    Returns the caller's place in the sources, \a file and \a line.
*/

/*!
    \variable Axiom::UpdateOrigin::label
    The label, or null.
*/

/*!
    \variable Axiom::UpdateOrigin::file
    The source file's name as the compiler knows it, or null.
*/

/*!
    \variable Axiom::UpdateOrigin::line
    The line in it.
*/

} // namespace Axiom
