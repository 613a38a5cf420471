// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <packageindex.h>

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>
#include <QtCore/qprocess.h>
#include <QtCore/qrandom.h>
#include <QtCore/qtemporarydir.h>
#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;

namespace {

struct Parsed
{
    QList<Package> packages;
    qint64 skippedLines = 0;

    QStringList names() const
    {
        QStringList names;
        for (const Package &package : packages)
            names.append(package.name);
        return names;
    }
};

Parsed parse(const QByteArray &text, qsizetype blockSize = 1 << 20)
{
    Parsed parsed;
    PackageParser parser([&](Package &&package) { parsed.packages.append(std::move(package)); });
    for (qsizetype begin = 0; begin < text.size(); begin += blockSize)
        parser.feed(QByteArrayView(text).sliced(begin, std::min(blockSize, text.size() - begin)));
    parser.finish();
    parsed.skippedLines = parser.skippedLines();
    return parsed;
}

QByteArray sample()
{
    QFile file(u":/sample/packages.txt"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

struct ReadResult
{
    QStringList names;
    PackageIndex::Result result;
};

ReadResult read(const PackageIndex::Source &source, std::stop_source stop = {},
                qsizetype stopAfter = -1)
{
    ReadResult read;
    read.result = PackageIndex::read(
        source,
        [&](Package &&package) {
            read.names.append(package.name);
            if (read.names.size() == stopAfter)
                stop.request_stop();
        },
        [](qint64) {}, stop.get_token());
    return read;
}

QByteArray twoRecords()
{
    return "Package: alder\nVersion: 1.0\n\nPackage: birch\nVersion: 2.0\n";
}

} // namespace

class tst_PackageIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordHasItsFields();
    void recordsAreSeparatedByBlankLines_data();
    void recordsAreSeparatedByBlankLines();
    void whatIsNoFieldIsSkippedAndCounted_data();
    void whatIsNoFieldIsSkippedAndCounted();
    void halfARecordIsSkipped();
    void recordWithoutBlankLineBeforeItInheritsNothing();
    void endlessLineIsSkipped();
    void blocksMayEndAnywhere();
    void cutOutPartLosesNoRecordBesideIt();
    void randomBytesAreSurvived();
    void sampleIsClean();

    void withoutAnIndexTheSampleIsRead_data();
    void withoutAnIndexTheSampleIsRead();
    void allIndexesOfADirectoryAreRead();
    void compressedIndexIsReadThroughApt();
    void brokenCompressedIndexIsReported();
    void indexWithoutARecordGivesTheSample();
    void readingStopsWhenAsked();
};

void tst_PackageIndex::recordHasItsFields()
{
    const Parsed parsed = parse("Package: alder\n"
                                "Source: alder-src (1.0)\n"
                                "Version: 1:1.0-2+b1\n"
                                "Installed-Size: 2645\n"
                                "Maintainer: Trees Team <trees@lists.example.org>\n"
                                "Architecture: amd64\n"
                                "Depends: libc6 (>= 2.34), birch\n"
                                "Description: Grows \xc3\xa4lder trees\n"
                                " A longer text\n"
                                " .\n"
                                " that is not kept.\n"
                                "Homepage: https://alder.example.org/\n"
                                "Tag: role::program,\n"
                                "\tuse::growing\n"
                                "Section: science\n"
                                "Priority: optional\n"
                                "Size: 1021788\n"
                                "SHA256: 33b86cdd\n");
    QCOMPARE(parsed.packages.size(), 1);
    QCOMPARE(parsed.skippedLines, 0);
    const Package &package = parsed.packages.first();
    QCOMPARE(package.name, u"alder"_s);
    QCOMPARE(package.source, u"alder-src (1.0)"_s);
    QCOMPARE(package.version, u"1:1.0-2+b1"_s);
    QCOMPARE(package.installedSize, 2645.0);
    QCOMPARE(package.maintainer, u"Trees Team <trees@lists.example.org>"_s);
    QCOMPARE(package.architecture, u"amd64"_s);
    QCOMPARE(package.depends, u"libc6 (>= 2.34), birch"_s);
    QCOMPARE(package.summary, u"Grows \u00e4lder trees"_s);
    QCOMPARE(package.homepage, u"https://alder.example.org/"_s);
    QCOMPARE(package.section, u"science"_s);
    QCOMPARE(package.priority, u"optional"_s);
    QCOMPARE(package.downloadSize, 1021788.0);
    QCOMPARE(package.rating, 0);
}

void tst_PackageIndex::recordsAreSeparatedByBlankLines_data()
{
    QTest::addColumn<QByteArray>("text");

    QTest::newRow("as usual") << twoRecords() + '\n';
    QTest::newRow("none at the end") << twoRecords();
    QTest::newRow("no newline at the end") << twoRecords().chopped(1);
    QTest::newRow("several") << "\n\n" + twoRecords().replace("\n\n", "\n\n\n\n");
    QTest::newRow("carriage returns") << twoRecords().replace("\n", "\r\n");
    QTest::newRow("only blanks in them") << twoRecords().replace("\n\n", "\n \t\n");
}

void tst_PackageIndex::recordsAreSeparatedByBlankLines()
{
    QFETCH(const QByteArray, text);
    const Parsed parsed = parse(text);
    QCOMPARE(parsed.names(), (QStringList{u"alder"_s, u"birch"_s}));
    QCOMPARE(parsed.packages.last().version, u"2.0"_s);
    QCOMPARE(parsed.skippedLines, 0);
}

void tst_PackageIndex::whatIsNoFieldIsSkippedAndCounted_data()
{
    QTest::addColumn<QByteArray>("line");

    QTest::newRow("no colon") << QByteArray("garbage\n");
    QTest::newRow("no name") << QByteArray(": value\n");
    QTest::newRow("blank in the name") << QByteArray("Not a field: value\n");
    QTest::newRow("control character") << QByteArray("Fie\x01ld: value\n");
    QTest::newRow("zero byte") << QByteArray("Sec\0tion: value\n", 16);
    QTest::newRow("zero byte in the value") << QByteArray("Homepage: a\0b\n", 14);
    QTest::newRow("not UTF-8 in the name") << QByteArray("Se\xff\xfe: value\n");
    QTest::newRow("cut off") << QByteArray("Secti\n");
    QTest::newRow("size that is no number") << QByteArray("Installed-Size: many\n");
    QTest::newRow("negative size") << QByteArray("Size: -1\n");
    QTest::newRow("size out of range") << QByteArray("Size: 99999999999999999999999\n");
}

void tst_PackageIndex::whatIsNoFieldIsSkippedAndCounted()
{
    QFETCH(const QByteArray, line);
    const auto check = [](const Parsed &parsed) {
        QCOMPARE(parsed.names(), (QStringList{u"alder"_s, u"birch"_s}));
        QCOMPARE(parsed.skippedLines, 1);
        for (const Package &package : parsed.packages) {
            QVERIFY(!package.version.isEmpty());
            QCOMPARE(package.installedSize, 0.0);
            QCOMPARE(package.downloadSize, 0.0);
            QVERIFY(package.homepage.isEmpty());
        }
    };
    check(parse(twoRecords().replace("Version: 1.0\n", line + "Version: 1.0\n")));
    check(parse(twoRecords().replace("Version: 1.0\n", "Version: 1.0\n" + line)));
    check(parse(twoRecords().replace("\n\n", "\n\n" + line + '\n')));
}

void tst_PackageIndex::halfARecordIsSkipped()
{
    const Parsed parsed = parse("Package: nameless version\n\n" + twoRecords()
                                + "\nVersion: 3.0\nSection: misc\n\nPackage:\nVersion: 4\n");
    QCOMPARE(parsed.names(), (QStringList{u"alder"_s, u"birch"_s}));
    QCOMPARE(parsed.skippedLines, 5);
}

void tst_PackageIndex::recordWithoutBlankLineBeforeItInheritsNothing()
{
    const Parsed parsed = parse("Package: alder\nVersion: 1.0\nHomepage: https://example.org/\n"
                                "Package: birch\nVersion: 2.0\n");
    QCOMPARE(parsed.names(), (QStringList{u"alder"_s, u"birch"_s}));
    QVERIFY(parsed.packages.last().homepage.isEmpty());
}

void tst_PackageIndex::endlessLineIsSkipped()
{
    const QByteArray endless(3 * 1024 * 1024, 'x');
    for (const qsizetype blockSize : {qsizetype(4096), endless.size() * 2}) {
        const Parsed parsed =
            parse("Homepage: " + endless + '\n' + twoRecords() + endless, blockSize);
        QCOMPARE(parsed.names(), (QStringList{u"alder"_s, u"birch"_s}));
        QCOMPARE(parsed.skippedLines, 2);
    }
}

void tst_PackageIndex::blocksMayEndAnywhere()
{
    const QByteArray text = sample().first(20'000) + "garbage\r\n\r\n" + twoRecords();
    const Parsed whole = parse(text);
    QVERIFY(whole.packages.size() > 20);
    for (const qsizetype blockSize : {1, 2, 3, 7, 64, 1000, 4096}) {
        const Parsed parsed = parse(text, blockSize);
        QCOMPARE(parsed.packages, whole.packages);
        QCOMPARE(parsed.skippedLines, whole.skippedLines);
    }
}

void tst_PackageIndex::cutOutPartLosesNoRecordBesideIt()
{
    const QByteArray text = sample().first(60'000);
    QRandomGenerator random(1);
    for (int round = 0; round < 400; ++round) {
        const auto cutBegin = qsizetype(random.bounded(int(text.size())));
        const auto cutSize = qsizetype(random.bounded(5000));
        const qsizetype cutEnd = std::min(cutBegin + cutSize, text.size());
        const QByteArray cut = text.first(cutBegin) + text.sliced(cutEnd);

        // Records that keep all their lines, and whose first line is still a line of its own.
        QStringList expected;
        for (qsizetype begin = 0; begin < text.size();) {
            qsizetype end = text.indexOf("\n\n", begin);
            end = end < 0 ? text.size() : end + 2;
            const bool before = end - 1 <= cutBegin;
            const bool after = begin > cutEnd
                || (begin == cutEnd && (cutBegin == 0 || text.at(cutBegin - 1) == '\n'));
            if ((before || after) && end < text.size()) {
                const qsizetype name = begin + qsizetype(strlen("Package: "));
                expected.append(
                    QString::fromUtf8(text.sliced(name, text.indexOf('\n', name) - name)));
            }
            begin = end;
        }
        const QStringList names = parse(cut).names();
        for (const QString &name : expected)
            QVERIFY2(names.contains(name), qPrintable(name));
    }
}

void tst_PackageIndex::randomBytesAreSurvived()
{
    QRandomGenerator random(2);
    for (int round = 0; round < 200; ++round) {
        QByteArray text = sample().first(10'000);
        for (int n = 0; n < 200; ++n)
            text[qsizetype(random.bounded(int(text.size())))] = char(random.bounded(256));
        const Parsed parsed = parse(text, 1 + random.bounded(2000));
        for (const Package &package : parsed.packages)
            QVERIFY(!package.name.isEmpty() && !package.version.isEmpty());
    }
}

void tst_PackageIndex::sampleIsClean()
{
    const Parsed parsed = parse(sample());
    QCOMPARE(parsed.packages.size(), 2000);
    QCOMPARE(parsed.skippedLines, 0);
    for (const Package &package : parsed.packages) {
        QVERIFY(!package.section.isEmpty() && !package.summary.isEmpty());
        QVERIFY(package.installedSize > 0 && package.downloadSize > 0);
        QVERIFY(package.maintainer.endsWith(".example.org>"_L1));
    }
}

void tst_PackageIndex::withoutAnIndexTheSampleIsRead_data()
{
    QTest::addColumn<bool>("directoryExists");
    QTest::addColumn<QStringList>("files");

    QTest::newRow("no directory") << false << QStringList();
    QTest::newRow("empty directory") << true << QStringList();
    QTest::newRow("other files only") << true << QStringList{u"lock"_s, u"x_InRelease"_s};
    QTest::newRow("empty index") << true << QStringList{u"x_Packages"_s};
}

void tst_PackageIndex::withoutAnIndexTheSampleIsRead()
{
    QFETCH(const bool, directoryExists);
    QFETCH(const QStringList, files);
    const QTemporaryDir directory;
    for (const QString &file : files)
        write(directory.filePath(file), {});
    const PackageIndex::Source source =
        PackageIndex::find(directoryExists ? directory.path() : directory.filePath(u"none"_s));
    QVERIFY(source.isSample);
    const ReadResult all = read(source);
    QCOMPARE(all.names.size(), 2000);
    QVERIFY(all.result.errors.isEmpty());
}

void tst_PackageIndex::allIndexesOfADirectoryAreRead()
{
    const QTemporaryDir directory;
    write(directory.filePath(u"a_Packages"_s), twoRecords() + "garbage");
    write(directory.filePath(u"b_Packages"_s), "Package: cedar\nVersion: 3\n");
    const PackageIndex::Source source = PackageIndex::find(directory.path());
    QVERIFY(!source.isSample);
    const ReadResult all = read(source);
    QCOMPARE(all.names, (QStringList{u"alder"_s, u"birch"_s, u"cedar"_s}));
    QCOMPARE(all.result.skippedLines, 1);
    QVERIFY(all.result.errors.isEmpty());
}

void tst_PackageIndex::compressedIndexIsReadThroughApt()
{
    if (!QFile::exists(u"/usr/lib/apt/apt-helper"_s))
        QSKIP("apt is not installed");
    const QTemporaryDir directory;
    const QString plain = directory.filePath(u"a_Packages"_s);
    write(plain, sample());
    if (QProcess::execute(u"gzip"_s, {plain}) != 0)
        QSKIP("gzip is not installed");
    const ReadResult all = read(PackageIndex::find(directory.path()));
    QCOMPARE(all.names.size(), 2000);
    QCOMPARE(all.result.skippedLines, 0);
    QVERIFY2(all.result.errors.isEmpty(), qPrintable(all.result.errors.join(u'\n')));
}

void tst_PackageIndex::brokenCompressedIndexIsReported()
{
    const QTemporaryDir directory;
    write(directory.filePath(u"a_Packages.gz"_s), "this was never compressed");
    write(directory.filePath(u"b_Packages"_s), twoRecords());
    const ReadResult all = read(PackageIndex::find(directory.path()));
    QVERIFY(all.names.contains(u"alder"_s) && all.names.contains(u"birch"_s));
    QVERIFY(!all.result.errors.isEmpty() || all.result.skippedLines > 0);
}

void tst_PackageIndex::indexWithoutARecordGivesTheSample()
{
    const QTemporaryDir directory;
    write(directory.filePath(u"a_Packages"_s), "not one field\nin three\nlines\n");
    const ReadResult all = read(PackageIndex::find(directory.path()));
    QVERIFY(all.result.isSample);
    QCOMPARE(all.names.size(), 2000);
    QCOMPARE(all.result.skippedLines, 3);
}

void tst_PackageIndex::readingStopsWhenAsked()
{
    const QTemporaryDir directory;
    write(directory.filePath(u"a_Packages"_s), sample() + sample() + sample());
    const ReadResult some = read(PackageIndex::find(directory.path()), std::stop_source(), 10);
    QVERIFY(some.names.size() >= 10 && some.names.size() < 6000);
}

QTEST_GUILESS_MAIN(tst_PackageIndex)

#include "tst_packageindex.moc"
