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
        if (m_linesOfRecord == 0)
            ++m_skippedLines;
        return;
    }
    const qsizetype colon = text.indexOf(':');
    if (colon < 0 || !isFieldName(text.first(colon))) {
        ++m_skippedLines;
        return;
    }
    ++m_linesOfRecord;
    field(text.first(colon), text.sliced(colon + 1).trimmed());
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
    if (ok)
        field = double(number);
    else
        ++m_skippedLines;
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
    if (source.files.isEmpty()) {
        source.isSample = true;
        source.files.append(u":/sample/packages.txt"_s);
        source.totalBytes = QFileInfo(source.files.first()).size();
    }
    return source;
}

Result read(const Source &source, const PackageParser::Sink &sink,
            const std::function<void(qint64)> &progress, const std::stop_token &stop)
{
    Result result;
    qint64 done = 0;
    PackageParser parser(sink);
    for (const QString &path : source.files) {
        const auto take = [&](const QByteArray &block) {
            done += block.size();
            progress(done);
            parser.feed(block);
        };
        if (source.isSample || path.endsWith("_Packages"_L1)) {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                result.errors.append(u"%1: %2"_s.arg(path, file.errorString()));
            while (!stop.stop_requested() && !file.atEnd())
                take(file.read(blockSize));
        } else {
            // apt knows how its lists are compressed.
            QProcess helper;
            helper.start(u"/usr/lib/apt/apt-helper"_s, {u"cat-file"_s, path}, QIODevice::ReadOnly);
            while (!stop.stop_requested() && helper.waitForReadyRead(-1))
                take(helper.readAllStandardOutput());
            if (stop.stop_requested())
                helper.kill();
            helper.waitForFinished(-1);
            if (!stop.stop_requested()) {
                if (helper.error() == QProcess::FailedToStart || helper.exitCode() != 0)
                    result.errors.append(u"%1: apt-helper cannot read it"_s.arg(path));
                else
                    take(helper.readAllStandardOutput());
            }
        }
        if (stop.stop_requested())
            break;
        parser.finish();
    }
    result.skippedLines = parser.skippedLines();
    return result;
}

} // namespace PackageIndex
