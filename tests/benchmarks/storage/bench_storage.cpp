// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// The codec of rows and its compression, beside QDataStream and qCompress() of the same rows.

#include "benchmark.h"

#include "../../../src/storage/detail/compressor.h"
#include "../../../src/storage/detail/rowcodec.h"

#include <AxiomState/CompressedStateStorage>

#include <cmath>
#include <thread>

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;

namespace {

// A record of a package index: several packages are made from one source, whose maintainer, version
// and home page they share; few sections, priorities and architectures.
struct Package
{
    int packageId = 0;
    QString name;
    QString version;
    QString section;
    QString priority;
    QString architecture;
    QString maintainer;
    QString homepage;
    QString source;
    QString depends;
    QString summary;
    double installedSize = 0;
    double downloadSize = 0;
    int rating = 0;
    bool installed = false;
    AXIOM_FIELDS(Package, packageId, name, version, section, priority, architecture, maintainer,
                 homepage, source, depends, summary, installedSize, downloadSize, rating, installed)
};

struct Index
{
    CowVector<Package> packages;
    AXIOM_FIELDS(Index, packages)
};

class Words
{
public:
    Words()
    {
        for (int i = 0; i < 6000; ++i) {
            QString word;
            for (qsizetype left = 1 + m_random.below(4); left > 0; --left)
                word += syllables.at(m_random.below(syllables.size()));
            m_words.append(word);
        }
    }

    // Low ones far more often, as words in any language and the work of maintainers.
    qsizetype often(qsizetype n)
    {
        return qsizetype(std::pow(double(n), double(below(10'000)) / 10'000)) - 1;
    }
    QString word() { return m_words.at(often(m_words.size())); }
    QString sentence(qsizetype words)
    {
        QString text = word();
        while (--words > 0)
            text += u' ' + word();
        return text;
    }
    qsizetype below(qsizetype n) { return m_random.below(n); }

private:
    const QStringList syllables = u"ba con de er fi gra in ka li mo ne or pa qui re sto ta un ver "
                                  u"wa xe yl zo tion ment al ing ed s ter"_s.split(u' ');
    Random m_random;
    QStringList m_words;
};

QList<Package> makePackages(qsizetype count)
{
    Words words;
    QStringList sections;
    QStringList maintainers;
    for (int i = 0; i < 50; ++i)
        sections.append(words.word() + QString::number(i));
    for (int i = 0; i < 2000; ++i)
        maintainers.append(words.sentence(2) + u" <"_s + words.word() + u"@example.org>"_s);

    const QStringList priorities{u"optional"_s, u"optional"_s, u"extra"_s, u"important"_s};
    const QStringList architectures{u"amd64"_s, u"amd64"_s, u"all"_s};
    // A copy of its own, as a parser would make it.
    const auto parsed = [](const QString &text) { return QString(text.constData(), text.size()); };

    QList<Package> packages;
    packages.reserve(count);
    Package source;
    qsizetype ofSource = 0;
    for (qsizetype i = 0; i < count; ++i) {
        if (ofSource-- == 0) {
            ofSource = words.often(8);
            source.source = words.word() + u'-' + QString::number(i);
            source.version =
                u"%1.%2.%3-1"_s.arg(words.below(4)).arg(words.below(20)).arg(words.below(10));
            source.maintainer = maintainers.at(words.often(2000));
            source.homepage = u"https://%1.example.org/%2"_s.arg(words.word(), source.source);
            source.section = sections.at(words.often(50));
        }
        Package package;
        package.packageId = int(i);
        package.name = source.source + u'-' + words.word();
        package.version = parsed(source.version);
        package.section = parsed(source.section);
        package.priority = parsed(priorities.at(words.below(4)));
        package.architecture = parsed(architectures.at(words.below(3)));
        package.maintainer = parsed(source.maintainer);
        package.homepage = parsed(source.homepage);
        package.source = parsed(source.source);
        QStringList depends{u"libc6 (>= 2.%1)"_s.arg(10 + words.often(26))};
        for (qsizetype k = words.below(8); k > 0; --k)
            depends.append(
                u"lib%1 (>= %2.%3)"_s.arg(words.word()).arg(words.often(9)).arg(words.below(10)));
        package.depends = depends.join(u", "_s);
        package.summary = words.sentence(4 + words.below(8));
        package.installedSize = double(words.often(40'000));
        package.downloadSize = double(words.below(8'000'000));
        package.rating = int(words.below(6));
        package.installed = words.below(20) == 0;
        packages.append(package);
    }
    return packages;
}

struct Rows
{
    Rows(qsizetype count, qsizetype perSegment) : packages(makePackages(count))
    {
        for (const Package &package : packages)
            resident += qsizetype(sizeof(Package)) + heapBytes(package);
        for (qsizetype first = 0; first < count; first += perSegment)
            segments.append(packages.mid(first, perSegment));
    }

    QList<Package> packages;
    QList<QList<Package>> segments;
    qsizetype resident = 0;
};

QByteArray encoded(const QList<Package> &rows)
{
    QByteArray raw;
    const std::span<const Package> block(rows.constData(), std::size_t(rows.size()));
    detail::encodeRows<Package>(std::span(&block, 1), &raw, nullptr);
    return raw;
}

qsizetype decode(const QByteArray &raw, qsizetype count, QList<Package> &rows)
{
    rows.clear();
    rows.reserve(count);
    detail::decodeRows<Package>(
        raw, count, [&](Package &&row) { rows.append(std::move(row)); }, nullptr);
    return rows.size();
}

QByteArray streamed(const QList<Package> &rows)
{
    QByteArray raw;
    QDataStream stream(&raw, QDataStream::WriteOnly);
    stream << rows;
    return raw;
}

qsizetype unstream(const QByteArray &raw, QList<Package> &rows)
{
    QDataStream stream(raw);
    stream >> rows;
    return rows.size();
}

template <typename F>
QList<QByteArray> forEachSegment(const auto &segments, F &&function)
{
    QList<QByteArray> results;
    results.reserve(segments.size());
    for (const auto &segment : segments)
        results.append(function(segment));
    return results;
}

qsizetype total(const QList<QByteArray> &parts)
{
    qsizetype bytes = 0;
    for (const QByteArray &part : parts)
        bytes += part.size();
    return bytes;
}

QByteArray compressed(const QByteArray &raw, CompressionLevel level)
{
    return detail::compress(raw, level, nullptr).value();
}

void runSize(Report &report, qsizetype count, qsizetype perSegment)
{
    const QString title = u"%1 packages in segments of %2"_s.arg(count).arg(perSegment);
    if (!report.wants(title))
        return;
    const Rows rows(count, perSegment);
    const auto raw = forEachSegment(rows.segments, encoded);
    const auto stream = forEachSegment(rows.segments, streamed);
    const auto stored = forEachSegment(
        raw, [](const QByteArray &bytes) { return compressed(bytes, CompressionLevel::Balanced); });
    const auto deflated =
        forEachSegment(stream, [](const QByteArray &bytes) { return qCompress(bytes); });
    const double megabytes = double(total(stream)) / 1e6;
    const auto inMegabytes = [&](double nsPerRow) {
        return u"%1 MB/s"_s.arg(qRound(megabytes * 1e9 / (nsPerRow * double(count))));
    };

    Table speed(title + u", speed; MB/s of QDataStream's bytes"_s,
                {u"QDataStream"_s, u"+ qCompress"_s}, u"ns a row"_s);
    // As a store that thaws: rows go, and come.
    QList<Package> target;
    const double decodeOurs = nsPerOperation(count, [&] {
        for (qsizetype i = 0; i < raw.size(); ++i)
            keep(decode(raw.at(i), rows.segments.at(i).size(), target));
    });
    const double decodeStream = nsPerOperation(count, [&] {
        for (const QByteArray &bytes : stream)
            keep(unstream(bytes, target));
    });
    const double inflate = nsPerOperation(count, [&] {
        for (const QByteArray &bytes : deflated)
            keep(unstream(qUncompress(bytes), target));
    });
    QByteArray scratch;
    const double thaw = nsPerOperation(count, [&] {
        for (qsizetype i = 0; i < raw.size(); ++i) {
            detail::decompress(stored.at(i), raw.at(i).size(), &scratch, nullptr);
            keep(decode(scratch, rows.segments.at(i).size(), target));
        }
    });
    speed.add(u"decode: "_s + inMegabytes(decodeOurs), decodeOurs, {decodeStream, -1},
              u"<= 0.333 of QDataStream"_s);
    speed.add(u"decompress and decode: "_s + inMegabytes(thaw), thaw, {decodeStream, inflate});

    const double encodeOurs =
        nsPerOperation(count, [&] { keep(forEachSegment(rows.segments, encoded).size()); });
    const double encodeStream =
        nsPerOperation(count, [&] { keep(forEachSegment(rows.segments, streamed).size()); });
    const double deflate = nsPerOperation(count, [&] {
        keep(forEachSegment(rows.segments, [](const QList<Package> &segment) {
                 return qCompress(streamed(segment));
             }).size());
    });
    speed.add(u"encode: "_s + inMegabytes(encodeOurs), encodeOurs, {encodeStream, -1});
    for (const auto &[name, level] : {std::pair(u"Fast"_s, CompressionLevel::Fast),
                                      std::pair(u"Balanced"_s, CompressionLevel::Balanced)}) {
        const double freeze = nsPerOperation(count, [&, level = level] {
            keep(forEachSegment(rows.segments, [&](const QList<Package> &segment) {
                     return compressed(encoded(segment), level);
                 }).size());
        });
        speed.add(u"encode and compress, %1: %2"_s.arg(name, inMegabytes(freeze)), freeze,
                  {encodeStream, deflate});
    }
    report.add(speed);

    Table sizes(title + u", size"_s, {u"resident"_s, u"QDataStream"_s, u"qCompress"_s}, u"kB"_s);
    const auto addSize = [&](const QString &name, qsizetype bytes, const QString &wanted = {}) {
        sizes.add(name, double(bytes) / 1e3,
                  {double(rows.resident) / 1e3, double(total(stream)) / 1e3,
                   double(total(deflated)) / 1e3},
                  wanted);
    };
    addSize(u"encoded"_s, total(raw));
    for (const auto &[name, level] : {std::pair(u"Fast"_s, CompressionLevel::Fast),
                                      std::pair(u"Balanced"_s, CompressionLevel::Balanced),
                                      std::pair(u"Maximum"_s, CompressionLevel::Maximum)}) {
        if (level == CompressionLevel::Maximum && count > 20'000)
            continue;
        addSize(u"compressed, "_s + name,
                total(forEachSegment(
                    raw, [&, level = level](const QByteArray &b) { return compressed(b, level); })),
                level == CompressionLevel::Balanced ? u"<= 0.125 of resident"_s : QString());
    }
    addSize(u"QDataStream's bytes by zstd, Balanced"_s,
            total(forEachSegment(
                stream, [](const auto &b) { return compressed(b, CompressionLevel::Balanced); })));
    report.add(sizes);
}

void wholeState(Report &report)
{
    const QString title = u"CompressedStateStorage of 10000 packages"_s;
    if (!report.wants(title))
        return;
    const Index index{CowVector<Package>(makePackages(10'000))};
    QByteArray raw;
    const auto stream = [&] {
        raw.clear();
        QDataStream out(&raw, QDataStream::WriteOnly);
        out << index;
        return qCompress(raw);
    };
    const QByteArray deflated = stream();

    Table table(title, {u"QDataStream + qCompress"_s}, u"ns"_s);
    CompressedStateStorage<Index> storage(index, CompressionLevel::Balanced, CachePolicy::never());
    table.add(u"setState"_s, nsPerCall([&] { keep(storage.setState(index)); }),
              {nsPerCall([&] { keep(stream().size()); })});
    table.add(u"state, not cached"_s, nsPerCall([&] { keep(storage.state()->packages.size()); }),
              {nsPerCall([&] {
                  Index back;
                  const QByteArray bytes = qUncompress(deflated);
                  QDataStream in(bytes);
                  in >> back;
                  keep(back.packages.size());
              })});
    CompressedStateStorage<Index> cached(index, CompressionLevel::Balanced, CachePolicy::always());
    table.add(u"state, cached"_s, nsPerCall([&] { keep(cached.state()->packages.size()); }), {-1});
    report.add(table);
}

void smallStates(Report &report)
{
    const QString title = u"States of one package each, with a dictionary"_s;
    if (!report.wants(title))
        return;
    const QList<Package> packages = makePackages(6000);
    QList<QByteArray> states;
    for (const Package &package : packages)
        states.append(*StateCodec::encode(package));
    const auto dictionary = detail::Dictionary::train(
        std::span(states.constData(), std::size_t(3000)), nullptr, 64 * 1024);
    if (!dictionary)
        return;
    const QList<QByteArray> others = states.mid(3000);
    const auto compressAll = [&](const detail::Dictionary *with) {
        return forEachSegment(others, [&](const QByteArray &bytes) {
            return detail::compress(bytes, CompressionLevel::Balanced, nullptr, with).value();
        });
    };
    const auto decompressAll = [&](const QList<QByteArray> &stored,
                                   const detail::Dictionary *with) {
        QByteArray scratch;
        for (qsizetype i = 0; i < stored.size(); ++i) {
            detail::decompress(stored.at(i), others.at(i).size(), &scratch, nullptr, with);
            keep(scratch.size());
        }
    };
    const auto with = compressAll(&*dictionary);
    const auto without = compressAll(nullptr);
    const auto deflated =
        forEachSegment(others, [](const QByteArray &bytes) { return qCompress(bytes); });
    const double raw = double(total(others)) / double(others.size());

    Table table(title + u" (%1 bytes)"_s.arg(qRound(raw)), {u"none"_s, u"qCompress"_s},
                u"ns, bytes"_s);
    table.add(u"size"_s, double(total(with)) / double(others.size()),
              {double(total(without)) / double(others.size()),
               double(total(deflated)) / double(others.size())});
    table.add(u"compress"_s,
              nsPerOperation(others.size(), [&] { keep(compressAll(&*dictionary).size()); }),
              {nsPerOperation(others.size(), [&] { keep(compressAll(nullptr).size()); }),
               nsPerOperation(others.size(), [&] {
                   for (const QByteArray &bytes : others)
                       keep(qCompress(bytes).size());
               })});
    table.add(u"decompress"_s,
              nsPerOperation(others.size(), [&] { decompressAll(with, &*dictionary); }),
              {nsPerOperation(others.size(), [&] { decompressAll(without, nullptr); }),
               nsPerOperation(others.size(), [&] {
                   for (const QByteArray &bytes : deflated)
                       keep(qUncompress(bytes).size());
               })});
    report.add(table);
}

// The same as an application has it: each state in a storage of its own, which learn what they have in
// common by themselves.
void smallStorages(Report &report)
{
    const QString title = u"CompressedStateStorage of one package each"_s;
    if (!report.wants(title))
        return;
    using Storage = CompressedStateStorage<Package>;
    const QList<Package> packages = makePackages(3000);
    const auto storages = [&] {
        std::vector<Storage> all;
        all.reserve(std::size_t(packages.size()));
        for (const Package &package : packages)
            all.emplace_back(package, CompressionLevel::Balanced, CachePolicy::never());
        return all;
    };
    const auto bytes = [](const std::vector<Storage> &all) {
        qsizetype sum = 0;
        for (const Storage &storage : all)
            sum += storage.compressedBytes();
        return double(sum) / double(all.size());
    };
    // The first ones are learnt from, on a worker.
    storages();
    const QByteArray first = *StateCodec::encode(packages.first());
    while (!detail::sharedDictionary<Package>().dictionaryFor(first))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::vector<Storage> with = storages();

    const auto alone = [](const Package &package) {
        detail::StoredState stored;
        stored.store(*StateCodec::encode(package), CompressionLevel::Balanced, nullptr);
        return stored;
    };
    std::vector<detail::StoredState> without;
    QList<QByteArray> deflated;
    double aloneBytes = 0;
    double deflatedBytes = 0;
    for (const Package &package : packages) {
        without.push_back(alone(package));
        aloneBytes += double(without.back().size());
        deflated.append(qCompress(streamed({package})));
        deflatedBytes += double(deflated.constLast().size());
    }
    const auto count = double(packages.size());

    Table table(title, {u"no dictionary"_s, u"by hand"_s}, u"ns, bytes"_s);
    table.add(u"size"_s, bytes(with), {aloneBytes / count, deflatedBytes / count});
    table.add(u"set"_s, nsPerOperation(packages.size(), [&] { keep(storages().size()); }),
              {nsPerOperation(packages.size(),
                              [&] {
                                  for (const Package &package : packages)
                                      keep(alone(package).size());
                              }),
               nsPerOperation(packages.size(), [&] {
                   for (const Package &package : packages)
                       keep(qCompress(streamed({package})).size());
               })});
    table.add(
        u"read"_s,
        nsPerOperation(packages.size(),
                       [&] {
                           for (Storage &storage : with)
                               keep(storage.state()->packageId);
                       }),
        {nsPerOperation(packages.size(),
                        [&] {
                            for (const detail::StoredState &stored : without)
                                keep(StateCodec::decode<Package>(*stored.load(nullptr))->packageId);
                        }),
         nsPerOperation(packages.size(), [&] {
             QList<Package> rows;
             for (const QByteArray &each : deflated)
                 keep(unstream(qUncompress(each), rows));
         })});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    Report report(argc, argv);
    warmHeap(256);
    runSize(report, 16'384, 1024);
    runSize(report, 16'384, 16'384);
    runSize(report, 65'536, 4096);
    wholeState(report);
    smallStates(report);
    smallStorages(report);
    return report.finish();
}
