// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "performancereport.h"

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qmetaobject.h>

namespace Axiom {

namespace {

QString nameOf(OperationType type)
{
    return QString::fromLatin1(QMetaEnum::fromType<OperationType>().valueToKey(int(type)));
}

QString nameOf(Alert::Type type)
{
    return QString::fromLatin1(QMetaEnum::fromType<Alert::Type>().valueToKey(int(type)));
}

double microseconds(std::chrono::nanoseconds duration)
{
    return double(duration.count()) / 1e3;
}

// Three digits that matter, in the unit that fits.
QString durationText(std::chrono::nanoseconds duration)
{
    const double us = microseconds(duration);
    // What would be rounded to a thousand is one of the next.
    if (us < 999.5)
        return QStringLiteral("%1 µs").arg(us, 0, 'g', 3);
    if (us < 999.5e3)
        return QStringLiteral("%1 ms").arg(us / 1e3, 0, 'g', 3);
    return QStringLiteral("%1 s").arg(us / 1e6, 0, 'f', 1);
}

QString bytesText(qint64 bytes)
{
    const double size = double(bytes);
    if (qAbs(size) < 1024)
        return QStringLiteral("%1 B").arg(bytes);
    if (qAbs(size) < 1024 * 1024)
        return QStringLiteral("%1 KiB").arg(size / 1024, 0, 'f', 1);
    return QStringLiteral("%1 MiB").arg(size / (1024 * 1024), 0, 'f', 1);
}

// What people have named must neither end the line or a cell of a table, nor pass for a tag.
QString inlineText(const QString &text)
{
    return text.simplified()
        .replace(QLatin1Char('\\'), QStringLiteral("\\\\"))
        .replace(QLatin1Char('|'), QStringLiteral("\\|"))
        .replace(QLatin1Char('<'), QStringLiteral("\\<"));
}

QJsonObject toObject(const OperationStatistics &operation)
{
    return {
        {QStringLiteral("store"), operation.store},
        {QStringLiteral("type"), nameOf(operation.type)},
        {QStringLiteral("count"), operation.count},
        {QStringLiteral("ratePerSecond"), operation.rate},
        {QStringLiteral("p50Us"), microseconds(operation.durations.percentile(50))},
        {QStringLiteral("p95Us"), microseconds(operation.durations.percentile(95))},
        {QStringLiteral("p99Us"), microseconds(operation.durations.percentile(99))},
        {QStringLiteral("maxUs"), microseconds(operation.durations.max())},
        {QStringLiteral("clonedBytes"), operation.clonedBytes},
        {QStringLiteral("sharedBytes"), operation.sharedBytes},
        {QStringLiteral("memoryDelta"), operation.memoryDelta},
        {QStringLiteral("stateSize"), operation.stateSize},
    };
}

QJsonObject toObject(const Alert &alert)
{
    return {
        {QStringLiteral("type"), nameOf(alert.type)},
        {QStringLiteral("store"), alert.store},
        {QStringLiteral("value"), alert.value},
        {QStringLiteral("threshold"), alert.threshold},
        {QStringLiteral("time"), alert.time.toString(Qt::ISODateWithMs)},
        {QStringLiteral("message"), alert.message()},
    };
}

} // namespace

/*!
    \class Axiom::PerformanceReport
    \inmodule AxiomState
    \inheaderfile AxiomState/PerformanceReport
    \brief The figures of all stores, since the application began.

    \sa PerformanceMonitor::generateReport()
*/

/*!
    \variable Axiom::PerformanceReport::since
    When the monitor was made.
*/

/*!
    \variable Axiom::PerformanceReport::time
    When the report was made.
*/

/*!
    \variable Axiom::PerformanceReport::processBytes
    The process's resident memory in bytes; 0 where the system does not tell.
*/

/*!
    \variable Axiom::PerformanceReport::flushes
    Flushes of all coordinators.
*/

/*!
    \variable Axiom::PerformanceReport::frameOverruns
    Flushes in step with frames that took longer than a frame.
*/

/*!
    \variable Axiom::PerformanceReport::updateStorms
    How often a store was parked, see BatchCoordinator::updateStorm().
*/

/*!
    \variable Axiom::PerformanceReport::deadlineMisses
    Updates that ran after their deadline.
*/

/*!
    \variable Axiom::PerformanceReport::operations
    The figures by store and type, in this order. Stores of the same name are summed up.
*/

/*!
    \variable Axiom::PerformanceReport::alerts
    Alerts that have been raised and not cleared.
*/

/*!
    \struct Axiom::OperationStatistics
    \inmodule AxiomState
    \inheaderfile AxiomState/OperationStatistics
    \brief What is known of one type of operation of a store.
*/

/*!
    \variable Axiom::OperationStatistics::store
    The store's name; empty for what belongs to none.
*/

/*!
    \variable Axiom::OperationStatistics::type
    The type of the operation.
*/

/*!
    \variable Axiom::OperationStatistics::count
    How many there were.
*/

/*!
    \variable Axiom::OperationStatistics::rate
    How many there were a second, in the monitor's last look.
*/

/*!
    \variable Axiom::OperationStatistics::durations
    How long they took. Each one that was measured stands for as many as came with it.
*/

/*!
    \variable Axiom::OperationStatistics::lately
    The same, of the monitor's last look only.
*/

/*!
    \variable Axiom::OperationStatistics::clonedBytes
    Bytes that they have copied in collections, as far as the samples tell.
*/

/*!
    \variable Axiom::OperationStatistics::sharedBytes
    Bytes of the state that they have left shared with the version before, summed up in the same way.
*/

/*!
    \variable Axiom::OperationStatistics::memoryDelta
    By how many bytes they have changed the memory in use.
*/

/*!
    \variable Axiom::OperationStatistics::stateSize
    The size of the state in bytes when it was last measured; 0 when it was not.
*/

/*!
    Returns the report as a JSON object. Times are in microseconds, sizes in bytes, points of time in
    ISO 8601:

    \code
    {
      "schema": 1,
      "since": "...", "time": "...",
      "processBytes": 0, "flushes": 0, "frameOverruns": 0, "updateStorms": 0, "deadlineMisses": 0,
      "operations": [
        { "store": "catalog", "type": "Update", "count": 0, "ratePerSecond": 0,
          "p50Us": 0, "p95Us": 0, "p99Us": 0, "maxUs": 0,
          "clonedBytes": 0, "sharedBytes": 0, "memoryDelta": 0, "stateSize": 0 }
      ],
      "alerts": [
        { "type": "Latency", "store": "catalog", "value": 0, "threshold": 0, "time": "...",
          "message": "..." }
      ]
    }
    \endcode

    Types are those of OperationType and Alert::Type. Members may be added; \c schema grows when one
    goes or changes its meaning.
*/
QByteArray PerformanceReport::toJson() const
{
    QJsonArray operationArray;
    for (const OperationStatistics &operation : operations)
        operationArray.append(toObject(operation));
    QJsonArray alertArray;
    for (const Alert &alert : alerts)
        alertArray.append(toObject(alert));
    return QJsonDocument(QJsonObject{
                             {QStringLiteral("schema"), 1},
                             {QStringLiteral("since"), since.toString(Qt::ISODateWithMs)},
                             {QStringLiteral("time"), time.toString(Qt::ISODateWithMs)},
                             {QStringLiteral("processBytes"), processBytes},
                             {QStringLiteral("flushes"), flushes},
                             {QStringLiteral("frameOverruns"), frameOverruns},
                             {QStringLiteral("updateStorms"), updateStorms},
                             {QStringLiteral("deadlineMisses"), deadlineMisses},
                             {QStringLiteral("operations"), operationArray},
                             {QStringLiteral("alerts"), alertArray},
                         })
        .toJson();
}

/*!
    Returns the report as a table for people, in GitHub's dialect of Markdown.
*/
QString PerformanceReport::toMarkdown() const
{
    QString text = QStringLiteral("# Performance report\n\n%1 to %2\n\n")
                       .arg(since.toString(Qt::ISODate), time.toString(Qt::ISODate));
    text += QStringLiteral("- memory of the process: %1\n").arg(bytesText(processBytes));
    text +=
        QStringLiteral("- flushes: %1, longer than a frame: %2\n").arg(flushes).arg(frameOverruns);
    text += QStringLiteral("- deadlines missed: %1, storms: %2\n\n")
                .arg(deadlineMisses)
                .arg(updateStorms);
    for (const Alert &alert : alerts)
        text +=
            QStringLiteral("> **%1**: %2\n\n").arg(nameOf(alert.type), inlineText(alert.message()));
    text +=
        QStringLiteral("| store | operation | count | a second | p50 | p95 | p99 | max | copied | "
                       "size |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (const OperationStatistics &operation : operations) {
        const Histogram &durations = operation.durations;
        const auto shown = [&](std::chrono::nanoseconds duration) {
            return durations.isEmpty() ? QStringLiteral("–") : durationText(duration);
        };
        text +=
            QStringLiteral("| %1 | %2 | %3 | %4 | ")
                .arg(operation.store.isEmpty() ? QStringLiteral("–") : inlineText(operation.store),
                     nameOf(operation.type), QString::number(operation.count),
                     QString::number(operation.rate, 'f', 1));
        text += QStringLiteral("%1 | %2 | %3 | %4 | ")
                    .arg(shown(durations.percentile(50)), shown(durations.percentile(95)),
                         shown(durations.percentile(99)), shown(durations.max()));
        text += QStringLiteral("%1 | %2 |\n")
                    .arg(bytesText(operation.clonedBytes), bytesText(operation.stateSize));
    }
    return text;
}

} // namespace Axiom
