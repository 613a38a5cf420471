// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "package.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>
#include <QtCore/qstringlist.h>

#include <functional>
#include <stop_token>

// Reads the records of a package index (deb-control(5)) block by block, as they come. What is not
// of that form is skipped line by line and counted.
class PackageParser
{
public:
    using Sink = std::function<void(Package &&)>;

    explicit PackageParser(Sink sink) : m_sink(std::move(sink)) { }

    void feed(QByteArrayView block);
    void finish(); // the end of an index: the last record may lack its blank line

    qint64 skippedLines() const { return m_skippedLines; }

private:
    void line(QByteArrayView text);
    void field(QByteArrayView name, QByteArrayView value);
    void number(double &field, QByteArrayView value);
    void endRecord();
    QString shared(QByteArrayView text);

    Sink m_sink;
    QByteArray m_tail; // of a line that the next block ends
    Package m_package;
    int m_linesOfRecord = 0;
    bool m_tailTooLong = false;
    qint64 m_skippedLines = 0;
    QHash<QByteArray, QString> m_strings;
};

namespace PackageIndex {

struct Source
{
    QStringList files;
    qint64 totalBytes = 0; // an estimate where files are compressed
    bool isSample = false;
};

struct Result
{
    QStringList errors;
    qint64 skippedLines = 0;
    bool isSample = false;
};

// The indexes in a directory, or the sample where there are none.
Source find(const QString &directory);
Source sample();

// Reads all of a source on the calling thread, and the sample where that has no record; says after
// each block how many bytes are done.
Result read(const Source &source, const PackageParser::Sink &sink,
            const std::function<void(qint64)> &progress, const std::stop_token &stop);

} // namespace PackageIndex
