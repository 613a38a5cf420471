// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qfile.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>
#if defined(__GLIBC__)
#    include <malloc.h>
#endif

// What all programs under tests/benchmarks share: timing by medians, a warm heap, one table a
// section with ratios to a baseline that ran in the same process, and JSON.
namespace Benchmark {

using SteadyClock = std::chrono::steady_clock;

template <typename T>
inline void keep(const T &value)
{
#if defined(__GNUC__)
    asm volatile("" : : "r,m"(value) : "memory");
#else
    static volatile const void *sink;
    sink = &value;
#endif
}

// Touches the memory to be used, and has the allocator keep it: a first touch of a page costs
// more than many of the operations measured.
inline void warmHeap(std::size_t megabytes)
{
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 2000000000);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
    std::vector<std::unique_ptr<char[]>> blocks;
    for (std::size_t i = 0; i < megabytes; ++i) {
        blocks.push_back(std::make_unique<char[]>(1 << 20));
        keep(blocks.back().get());
    }
}

// A linear congruential generator with the constants of Knuth's MMIX: costs next to nothing beside
// what is measured, and gives the same numbers each time.
class Random
{
public:
    qsizetype below(qsizetype n)
    {
        m_state = m_state * 6364136223846793005ull + 1442695040888963407ull;
        return qsizetype((m_state >> 33) % quint64(n));
    }

private:
    quint64 m_state = 20261123;
};

inline double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Runs a function that does a given number of operations, at least five times and for about the
// given time, and returns the median of the nanoseconds an operation.
template <typename F>
double nsPerOperation(qint64 operations, F &&function,
                      std::chrono::milliseconds atLeast = std::chrono::milliseconds(150))
{
    function();
    std::vector<double> samples;
    const auto end = SteadyClock::now() + atLeast;
    while (samples.size() < 5 || (SteadyClock::now() < end && samples.size() < 1000)) {
        const auto begin = SteadyClock::now();
        function();
        const std::chrono::duration<double, std::nano> spent = SteadyClock::now() - begin;
        samples.push_back(spent.count() / double(operations));
    }
    return median(std::move(samples));
}

// The same for one operation a call: repeats it so often that the clock does not matter.
template <typename F>
double nsPerCall(F &&function, std::chrono::milliseconds atLeast = std::chrono::milliseconds(150))
{
    qint64 repeat = 1;
    for (;;) {
        const auto begin = SteadyClock::now();
        for (qint64 i = 0; i < repeat; ++i)
            function();
        if (SteadyClock::now() - begin > std::chrono::microseconds(200) || repeat > 1'000'000)
            break;
        repeat *= 2;
    }
    return nsPerOperation(
        repeat,
        [&] {
            for (qint64 i = 0; i < repeat; ++i)
                function();
        },
        atLeast);
}

inline QByteArray formatted(double value)
{
    if (value >= 1e6)
        return QByteArray::number(value / 1e6, 'f', 2) + " M";
    return QByteArray::number(value, 'f', value < 10 ? 2 : value < 100 ? 1 : 0);
}

// One section: rows of ours beside one or more baselines.
class Table
{
public:
    Table(QString title, QStringList baselines, QString unit = QStringLiteral("ns"))
        : m_title(std::move(title)), m_baselines(std::move(baselines)), m_unit(std::move(unit))
    { }

    // A baseline below zero has no figure.
    void add(const QString &name, double ours, const QList<double> &baselines,
             const QString &target = {})
    {
        m_rows.append({name, ours, baselines, target});
    }

    void print() const
    {
        std::printf("\n%s [%s]\n%-46s %10s", qPrintable(m_title), qPrintable(m_unit), "", "ours");
        for (const QString &name : m_baselines)
            std::printf(" %12s %7s", qPrintable(name), "ratio");
        std::printf("  target\n");
        for (const Row &row : m_rows) {
            std::printf("%-46s %10s", qPrintable(row.name), formatted(row.ours).constData());
            for (const double value : row.baselines) {
                if (value < 0)
                    std::printf(" %12s %7s", "-", "-");
                else
                    std::printf(" %12s %7.3f", formatted(value).constData(), row.ours / value);
            }
            std::printf("  %s\n", qPrintable(row.target));
        }
        std::fflush(stdout);
    }

    QJsonObject toJson() const
    {
        QJsonArray rows;
        for (const Row &row : m_rows) {
            QJsonObject object{{QStringLiteral("name"), row.name},
                               {QStringLiteral("ours"), row.ours},
                               {QStringLiteral("target"), row.target}};
            QJsonObject baselines;
            for (qsizetype i = 0; i < row.baselines.size(); ++i) {
                if (row.baselines.at(i) >= 0)
                    baselines.insert(m_baselines.at(i), row.baselines.at(i));
            }
            object.insert(QStringLiteral("baselines"), baselines);
            rows.append(object);
        }
        return {{QStringLiteral("title"), m_title},
                {QStringLiteral("unit"), m_unit},
                {QStringLiteral("rows"), rows}};
    }

private:
    struct Row
    {
        QString name;
        double ours;
        QList<double> baselines;
        QString target;
    };

    QString m_title;
    QStringList m_baselines;
    QString m_unit;
    QList<Row> m_rows;
};

// The program: `bench_x [--json FILE] [--filter TEXT]`.
class Report
{
public:
    Report(int argc, char *argv[])
    {
        for (int i = 1; i + 1 < argc; ++i) {
            if (std::strcmp(argv[i], "--json") == 0)
                m_file = QString::fromLocal8Bit(argv[++i]);
            else if (std::strcmp(argv[i], "--filter") == 0)
                m_filter = QString::fromLocal8Bit(argv[++i]);
        }
    }

    bool wants(const QString &section) const
    {
        return m_filter.isEmpty() || section.contains(m_filter, Qt::CaseInsensitive);
    }
    void add(const Table &table)
    {
        table.print();
        m_tables.append(table.toJson());
    }
    int finish() const
    {
        if (m_file.isEmpty())
            return EXIT_SUCCESS;
        QFile file(m_file);
        if (!file.open(QIODevice::WriteOnly)) {
            std::fprintf(stderr, "%s: %s\n", qPrintable(m_file), qPrintable(file.errorString()));
            return EXIT_FAILURE;
        }
        file.write(QJsonDocument(m_tables).toJson());
        return EXIT_SUCCESS;
    }

private:
    QString m_file;
    QString m_filter;
    QJsonArray m_tables;
};

} // namespace Benchmark
