// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What the open inspector takes of the GUI thread, by tab: sampling and the bindings that show it,
// of an application that changes all the time.

#include "benchmark.h"

#include <AxiomState/BatchCoordinator>
#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qelapsedtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <algorithm>
#include <memory>
#include <vector>

using Benchmark::Report;
using Benchmark::Table;
using namespace Qt::StringLiterals;

namespace {

constexpr int rows = 10'000;
constexpr int samples = 200;
constexpr double frame = 1000.0 / 60; // ms
constexpr int framesPerSample = 30;   // at the default interval of 500 ms

struct Row
{
    QString name;
    int price = 0;
    int trades = 0;
    AXIOM_FIELDS(Row, name, price, trades)
};

struct BoardState
{
    Axiom::CowVector<Row> rows;
    int total = 0;
    AXIOM_FIELDS(BoardState, rows, total)
};

class BoardStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    using StateStore::StateStore;

    Axiom::State<BoardState> state{this};
};

void change(BoardStore &store, int seed)
{
    for (int i = 0; i < 200; ++i) {
        store.state.enqueue([row = (seed * 7919 + i * 31) % rows](BoardState &state) {
            state.rows.modify(row, [](Row &changed) { ++changed.trades; });
            ++state.total;
        });
    }
    Axiom::BatchCoordinator::instance()->flush();
}

double elapsedMilliseconds(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

QObject *samplerOf(QObject *object)
{
    for (QObject *child : object->children()) {
        if (child->inherits("Axiom::InspectorSampler"))
            return child;
        if (QObject *found = samplerOf(child))
            return found;
    }
    return nullptr;
}

void tabs(Report &report)
{
    BoardStore store;
    store.state.apply([](BoardState &state) {
        for (int i = 0; i < rows; ++i)
            state.rows.append({u"row %1"_s.arg(i), i, 0});
    });

    QQmlEngine engine;
    engine.addImportPath(QCoreApplication::applicationDirPath() + "/../qml"_L1);
    QQmlComponent component(&engine);
    component.setData("import QtQuick\nimport Axiom.State.Inspector\n"
                      "Window { width: 1000; height: 700; visible: true\n"
                      "property alias inspector: inspector\n"
                      "StateInspector { id: inspector; interval: 1000000 } }",
                      {});
    const std::unique_ptr<QObject> root(component.create());
    auto *window = qobject_cast<QQuickWindow *>(root.get());
    if (!window)
        qFatal("%s", qPrintable(component.errorString()));
    auto *inspector = window->property("inspector").value<QQuickItem *>();
    QElapsedTimer timer;

    timer.start();
    inspector->setProperty("opened", true);
    const double opening = elapsedMilliseconds(timer);

    Table table(u"A sample of the open inspector, store of 10,000 rows"_s, {}, u"ms"_s);
    table.add(u"first opening"_s, opening, {});
    const QStringList names{u"Overview"_s, u"Stores"_s, u"Flushes"_s, u"Optimizations"_s,
                            u"Memory"_s};
    for (int tab = 0; tab < names.size(); ++tab) {
        inspector->setProperty("currentTab", tab);
        QCoreApplication::processEvents();
        QObject *sampler = samplerOf(inspector);
        std::vector<double> times; // of the longest stretch within one frame
        double total = 0;
        for (int i = 0; i < samples; ++i) {
            change(store, i);
            QCoreApplication::processEvents();
            timer.start();
            QMetaObject::invokeMethod(sampler, "sample");
            double longest = elapsedMilliseconds(timer);
            total += longest;
            // What is told in turns, each in a frame of its own.
            for (bool isTold = true; isTold;) {
                timer.start();
                QMetaObject::invokeMethod(sampler, "tellNext", Q_RETURN_ARG(bool, isTold));
                longest = std::max(longest, elapsedMilliseconds(timer));
                total += elapsedMilliseconds(timer);
            }
            times.push_back(longest);
            QCoreApplication::processEvents();
        }
        std::sort(times.begin(), times.end());
        table.add(names.at(tab) + u", median"_s, times[times.size() / 2], {});
        table.add(names.at(tab) + u", p95"_s, times[times.size() * 95 / 100], {}, u"<= 0.83"_s);
        table.add(names.at(tab) + u", % of the time of all frames"_s,
                  100 * total / samples / framesPerSample / frame, {}, u"<= 5"_s);
    }
    timer.start();
    inspector->setProperty("opened", false);
    table.add(u"closing"_s, elapsedMilliseconds(timer), {});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    QGuiApplication application(argc, argv);
    Report report(argc, argv);
    tabs(report);
    return report.finish();
}

#include "bench_inspector.moc"
