// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Freezing a store of 100 MB, and reading it again, beside QDataStream with qCompress() of the whole
// list, which is what an application would write by hand.

#include "benchmark.h"

#include <AxiomState/CowVector>
#include <AxiomState/MemoryGovernor>
#include <AxiomState/StateStore>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qeventloop.h>

using namespace Axiom;
using namespace Benchmark;
using namespace Qt::StringLiterals;

namespace {

struct Track
{
    int number = 0;
    QString title;
    QString artist;
    QString album;
    qint64 duration = 0;
    bool liked = false;
    AXIOM_FIELDS(Track, number, title, artist, album, duration, liked)
};

struct MusicState
{
    CowVector<Track> tracks;
    int selected = 0;
    AXIOM_FIELDS(MusicState, tracks, selected)
};

class MusicStore : public StateStore
{
public:
    State<MusicState> state{this};
};

void fill(MusicStore &store, int count)
{
    Random random;
    store.state.apply([&](MusicState &state) {
        for (int i = 0; i < count; ++i) {
            const qsizetype artist = random.below(3000);
            const qsizetype album = artist * 8 + random.below(8);
            state.tracks.append({i,
                                 u"Title %1 of the %2. evening"_s.arg(random.below(1'000'000))
                                     .arg(random.below(365)),
                                 u"Artist number %1"_s.arg(artist),
                                 u"Album %1, reissued"_s.arg(album), 60'000 + random.below(300'000),
                                 random.below(10) == 0});
        }
    });
}

double milliseconds(SteadyClock::time_point since)
{
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - since).count();
}

struct Freeze
{
    double all = 0;
    double longestStep = 0; // without the event loop getting to run
};

Freeze freeze(MusicStore &store)
{
    QCoreApplication::processEvents();
    Freeze result;
    bool isDone = false;
    const auto connection = QObject::connect(&store, &StateStore::residencyChanged, &store,
                                             [&isDone] { isDone = true; });
    const auto begin = SteadyClock::now();
    auto last = begin;
    store.freeze();
    // Events only: what is between two turns is time that a GUI would not have.
    while (!isDone) {
        QCoreApplication::processEvents();
        result.longestStep = std::max(result.longestStep, milliseconds(last));
        last = SteadyClock::now();
    }
    result.all = milliseconds(begin);
    QObject::disconnect(connection);
    return result;
}

template <typename F>
double timed(F &&function)
{
    const auto begin = SteadyClock::now();
    function();
    return milliseconds(begin);
}

void freezing(Report &report, int count)
{
    const QString title = u"Freezing %1 records"_s.arg(count);
    if (!report.wants(title))
        return;
    MusicStore store;
    fill(store, count);
    const double resident = double(store.residentBytes());
    const QList<Track> list = store.state->tracks.toList();
    QByteArray byHand;
    const double byHandTime = timed([&] {
        QByteArray bytes;
        QDataStream stream(&bytes, QDataStream::WriteOnly);
        stream << list;
        byHand = qCompress(bytes);
    });
    const double byHandRead = timed([&] {
        const QByteArray bytes = qUncompress(byHand);
        QDataStream stream(bytes);
        QList<Track> read;
        stream >> read;
        keep(read.at(count / 2).number);
    });

    const Freeze first = freeze(store);
    const double frozen = double(store.frozenBytes() + store.residentBytes());
    std::vector<double> rows;
    for (int i = 0; i < 200; ++i)
        rows.push_back(timed([&] { keep(store.state->tracks.at(count / 200 * i).number); }));
    const double longestRow = *std::max_element(rows.begin(), rows.end());
    const double all = timed([&] {
        qint64 sum = 0;
        for (const Track &track : store.state->tracks)
            sum += track.duration;
        keep(sum);
    });
    const Freeze again = freeze(store);

    Table table(title, {u"by hand"_s}, u"ms"_s);
    table.add(u"freeze, all of it on a worker"_s, first.all, {byHandTime});
    table.add(u"longest time the event loop waited"_s, first.longestStep, {byHandTime}, u"2"_s);
    table.add(u"freeze again, unchanged"_s, again.all, {byHandTime});
    table.add(u"first read of a row, median"_s, median(rows), {byHandRead}, u"0.3"_s);
    table.add(u"first read of a row, longest of 200"_s, longestRow, {byHandRead}, u"0.3"_s);
    table.add(u"read of all the rest"_s, all, {byHandRead});
    report.add(table);

    Table sizes(title + u", sizes"_s, {u"resident"_s, u"by hand"_s}, u"MiB"_s);
    sizes.add(u"frozen"_s, frozen / 1048576, {resident / 1048576, double(byHand.size()) / 1048576},
              u"1/8 of resident"_s);
    report.add(sizes);
}

void reads(Report &report)
{
    const QString title = u"Reads of a store that is not frozen"_s;
    if (!report.wants(title))
        return;
    constexpr int count = 100'000;
    MusicStore store;
    fill(store, count);
    const MusicState plain = store.state.value();
    const QList<Track> list = plain.tracks.toList();
    Random random;
    const auto readAll = [&](const auto &tracks) {
        return nsPerOperation(10'000, [&] {
            for (int i = 0; i < 10'000; ++i)
                keep(tracks.at(random.below(count)).number);
        });
    };
    Table table(title, {u"plain struct"_s, u"QList"_s});
    const MusicState *pointer = &plain;
    table.add(u"a field"_s, nsPerCall([&] { keep(store.state->selected); }),
              {nsPerCall([&] {
                   keep(pointer);
                   keep(pointer->selected);
               }),
               -1});
    const double before = readAll(store.state->tracks);
    table.add(u"an element at random"_s, before, {-1, readAll(list)});
    freeze(store);
    for (const Track &track : store.state->tracks)
        keep(track.number);
    table.add(u"the same, when all was frozen and thawed"_s, readAll(store.state->tracks),
              {-1, readAll(list)});
    store.thaw();
    table.add(u"the same, after thaw()"_s, readAll(store.state->tracks), {-1, readAll(list)});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    qputenv("MEMORY_PRESSURE_WATCH", "/dev/null");
    const QCoreApplication application(argc, argv);
    Report report(argc, argv);
    warmHeap(512);
    freezing(report, 20'000);
    freezing(report, 300'000);
    reads(report);
    return report.finish();
}
