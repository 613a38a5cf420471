// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "packageindex.h"

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qprocess.h>

#include <cstring>

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 blockSize = 256 * 1024;
constexpr int stopInterval = 100;          // ms, between two looks at whether to stop
constexpr qsizetype maxLine = 1024 * 1024; // longer is no index

// How many times larger an index is than its file; for the progress bar.
constexpr double typicalRatio = 2.6;

// Strings as long as this are seldom the same in two records.
constexpr qsizetype maxSharedLength = 64;

bool isFieldName(QByteArrayView name)
{
    if (name.isEmpty() || name.front() == '-' || name.front() == '#')
        return false;
    for (const char c : name) {
        if (c <= ' ' || c >= 127)
            return false;
    }
    return true;
}

} // namespace

void PackageParser::feed(QByteArrayView block)
{
    while (!block.isEmpty()) {
        const auto *end =
            static_cast<const char *>(std::memchr(block.data(), '\n', std::size_t(block.size())));
        const qsizetype length = end ? end - block.data() : block.size();
        if (m_tail.size() + length > maxLine) {
            m_tail.clear();
            m_tailTooLong = true;
        }
        if (!end) {
            if (!m_tailTooLong)
                m_tail.append(block);
            return;
        }
        if (std::exchange(m_tailTooLong, false)) {
            ++m_skippedLines;
        } else if (m_tail.isEmpty()) {
            line(block.first(length));
        } else {
            const QByteArray text = std::exchange(m_tail, {}).append(block.first(length));
            line(text);
        }
        block = block.sliced(length + 1);
    }
}

void PackageParser::finish()
{
    if (std::exchange(m_tailTooLong, false))
        ++m_skippedLines;
    else if (const QByteArray text = std::exchange(m_tail, {}); !text.isEmpty())
        line(text);
    endRecord();
}

void PackageParser::line(QByteArrayView text)
{
    if (text.endsWith('\r'))
        text.chop(1);
    if (text.isEmpty()) {
        endRecord();
        return;
    }
    if (std::memchr(text.data(), 0, std::size_t(text.size()))) {
        ++m_skippedLines;
        return;
    }
    // Lines that go on with the field before belong to fields that are not kept.
    if (text.front() == ' ' || text.front() == '\t') {
        if (text.trimmed().isEmpty()) {
            endRecord();
            return;
        }
        if (m_linesOfRecord == 0)
            ++m_skippedLines;
        return;
    }
    const qsizetype colon = text.indexOf(':');
    if (colon < 0 || !isFieldName(text.first(colon))) {
        ++m_skippedLines;
        return;
    }
    // Where a piece is missing from the index, a record may start in the middle of another.
    const QByteArrayView name = text.first(colon);
    if (name == "Package" && m_linesOfRecord > 0)
        endRecord();
    ++m_linesOfRecord;
    field(name, text.sliced(colon + 1).trimmed());
}

void PackageParser::field(QByteArrayView name, QByteArrayView value)
{
    if (name == "Package")
        m_package.name = QString::fromUtf8(value);
    else if (name == "Version")
        m_package.version = shared(value);
    else if (name == "Section")
        m_package.section = shared(value);
    else if (name == "Priority")
        m_package.priority = shared(value);
    else if (name == "Architecture")
        m_package.architecture = shared(value);
    else if (name == "Maintainer")
        m_package.maintainer = shared(value);
    else if (name == "Homepage")
        m_package.homepage = shared(value);
    else if (name == "Source")
        m_package.source = shared(value);
    else if (name == "Depends")
        m_package.depends = QString::fromUtf8(value);
    else if (name == "Description")
        m_package.summary = QString::fromUtf8(value);
    else if (name == "Installed-Size")
        number(m_package.installedSize, value);
    else if (name == "Size")
        number(m_package.downloadSize, value);
}

void PackageParser::number(double &field, QByteArrayView value)
{
    bool ok = false;
    const qulonglong number = value.toByteArray().toULongLong(&ok);
    if (ok) {
        field = double(number);
    } else {
        --m_linesOfRecord;
        ++m_skippedLines;
    }
}

void PackageParser::endRecord()
{
    Package package = std::exchange(m_package, {});
    const int lines = std::exchange(m_linesOfRecord, 0);
    if (!package.name.isEmpty() && !package.version.isEmpty())
        m_sink(std::move(package));
    else
        m_skippedLines += lines; // half a record is none
}

QString PackageParser::shared(QByteArrayView text)
{
    if (text.size() > maxSharedLength)
        return QString::fromUtf8(text);
    // Looked up without a copy of the text; it is copied when it is new.
    const QByteArray key = QByteArray::fromRawData(text.data(), text.size());
    const auto it = m_strings.constFind(key);
    if (it != m_strings.constEnd())
        return *it;
    return *m_strings.insert(text.toByteArray(), QString::fromUtf8(text));
}

namespace PackageIndex {

Source sample()
{
    const QString path = u":/sample/packages.txt"_s;
    return {.files = {path}, .totalBytes = QFileInfo(path).size(), .isSample = true};
}

Source find(const QString &directory)
{
    Source source;
    const QFileInfoList files = QDir(directory).entryInfoList(
        {u"*_Packages"_s, u"*_Packages.lz4"_s, u"*_Packages.gz"_s, u"*_Packages.xz"_s,
         u"*_Packages.zst"_s, u"*_Packages.bz2"_s},
        QDir::Files, QDir::Name);
    for (const QFileInfo &file : files) {
        if (file.size() == 0)
            continue;
        const bool isPlain = file.suffix().endsWith("_Packages"_L1) || file.suffix().isEmpty();
        source.files.append(file.filePath());
        source.totalBytes += isPlain ? file.size() : qint64(double(file.size()) * typicalRatio);
    }
    return source.files.isEmpty() ? sample() : source;
}

namespace {

class Reader
{
public:
    Reader(const PackageParser::Sink &sink, const std::function<void(qint64)> &progress,
           const std::stop_token &stop)
        : m_parser([this, &sink](Package &&package) {
              ++m_records;
              sink(std::move(package));
          }),
          m_progress(progress), m_stop(stop)
    { }

    void read(const Source &source)
    {
        for (const QString &path : source.files) {
            if (source.isSample || path.endsWith("_Packages"_L1))
                readPlain(path);
            else
                readCompressed(path);
            if (m_stop.stop_requested())
                return;
            m_parser.finish();
        }
    }

    qint64 records() const { return m_records; }
    qint64 skippedLines() const { return m_parser.skippedLines(); }
    const QStringList &errors() const { return m_errors; }

private:
    void readPlain(const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            m_errors.append(u"%1: %2"_s.arg(path, file.errorString()));
        while (!m_stop.stop_requested() && !file.atEnd()) {
            const QByteArray block = file.read(blockSize);
            if (block.isEmpty()) {
                m_errors.append(u"%1: %2"_s.arg(path, file.errorString()));
                return;
            }
            take(block);
        }
    }

    // apt knows how its lists are compressed.
    void readCompressed(const QString &path)
    {
        QProcess helper;
        helper.setStandardErrorFile(QProcess::nullDevice());
        helper.start(u"/usr/lib/apt/apt-helper"_s, {u"cat-file"_s, path}, QIODevice::ReadOnly);
        while (helper.state() != QProcess::NotRunning && !m_stop.stop_requested()) {
            if (helper.waitForReadyRead(stopInterval))
                take(helper.readAllStandardOutput());
        }
        if (m_stop.stop_requested()) {
            helper.kill();
            helper.waitForFinished();
            return;
        }
        take(helper.readAllStandardOutput());
        if (helper.error() == QProcess::FailedToStart || helper.exitStatus() != QProcess::NormalExit
            || helper.exitCode() != 0)
            m_errors.append(u"%1: apt-helper cannot read it"_s.arg(path));
    }

    void take(const QByteArray &block)
    {
        m_done += block.size();
        m_progress(m_done);
        m_parser.feed(block);
    }

    PackageParser m_parser;
    const std::function<void(qint64)> &m_progress;
    const std::stop_token &m_stop;
    QStringList m_errors;
    qint64 m_done = 0;
    qint64 m_records = 0;
};

} // namespace

Result read(const Source &source, const PackageParser::Sink &sink,
            const std::function<void(qint64)> &progress, const std::stop_token &stop)
{
    Reader reader(sink, progress, stop);
    reader.read(source);
    Result result;
    result.isSample = source.isSample;
    if (reader.records() == 0 && !source.isSample && !stop.stop_requested()) {
        reader.read(sample());
        result.isSample = true;
    }
    result.errors = reader.errors();
    result.skippedLines = reader.skippedLines();
    return result;
}

} // namespace PackageIndex
