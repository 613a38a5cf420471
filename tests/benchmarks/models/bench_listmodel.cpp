// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// What changes of a collection cost until a ListView shows them, beside the plain Qt ways.

#include "benchmark.h"

#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qsortfilterproxymodel.h>
#include <QtGui/qguiapplication.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickview.h>

using namespace Benchmark;
using namespace Qt::StringLiterals;

namespace {

struct Row
{
    qint64 id = 0;
    QString name;
    int value = 0;
    AXIOM_FIELDS(Row, id, name, value)
};

Row makeRow(qint64 id)
{
    return {id, u"row %1"_s.arg(id), int(id % 100)};
}

struct TableState
{
    Axiom::CowVector<Row> rows;
    Axiom::CowVector<int> order; // what a filtered view shows
    AXIOM_FIELDS(TableState, rows, order)
};

class TableStore : public Axiom::StateStore
{
public:
    explicit TableStore(qsizetype size)
    {
        QList<Row> rows;
        for (qsizetype i = 0; i < size; ++i)
            rows.append(makeRow(i));
        state.set(&TableState::rows, rows);
    }

    Axiom::State<TableState> state{this};
};

// The same by hand: a list, and a signal for each change.
class PlainModel : public QAbstractListModel
{
public:
    explicit PlainModel(qsizetype size)
    {
        for (qsizetype i = 0; i < size; ++i)
            m_rows.append(makeRow(i));
    }

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        const Row &row = m_rows.at(index.row());
        switch (role) {
        case Qt::UserRole + 1:
            return row.id;
        case Qt::UserRole + 2:
            return row.name;
        case Qt::UserRole + 3:
            return row.value;
        default:
            return role == Qt::DisplayRole ? QVariant(row.name) : QVariant();
        }
    }
    QHash<int, QByteArray> roleNames() const override
    {
        return {{Qt::UserRole + 1, "id"}, {Qt::UserRole + 2, "name"}, {Qt::UserRole + 3, "value"}};
    }

    qsizetype size() const { return m_rows.size(); }
    void insert(qsizetype at, const Row &row)
    {
        beginInsertRows({}, int(at), int(at));
        m_rows.insert(at, row);
        endInsertRows();
    }
    void remove(qsizetype at)
    {
        beginRemoveRows({}, int(at), int(at));
        m_rows.removeAt(at);
        endRemoveRows();
    }
    void setValue(qsizetype at, int value)
    {
        m_rows[at].value = value;
        Q_EMIT dataChanged(index(int(at)), index(int(at)), {Qt::UserRole + 3});
    }
    void changeLayout()
    {
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    }
    template <typename F>
    void reset(F &&change)
    {
        beginResetModel();
        change(m_rows);
        endResetModel();
    }

private:
    QList<Row> m_rows;
};

class PlainFilter : public QSortFilterProxyModel
{
public:
    void setRemainder(int remainder)
    {
        m_remainder = remainder;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        return sourceModel()->data(index, Qt::UserRole + 3).toInt() % 10 == m_remainder;
    }

private:
    int m_remainder = 0;
};

constexpr auto viewSource = R"(
import QtQuick

ListView {
    width: 400
    height: 600
    delegate: Row {
        required property int index
        required property var id
        required property string name
        required property int value
        height: 24
        spacing: 8
        Text { text: parent.id }
        Text { text: parent.name }
        Text { text: parent.value; color: parent.ListView.isCurrentItem ? "red" : "black" }
    }
}
)";

// A ListView in a window, scrolled to the middle.
class View
{
public:
    explicit View(QAbstractItemModel *model) : m_component(m_view.engine())
    {
        m_component.setData(viewSource, QUrl());
        const QVariantMap properties{{u"model"_s, QVariant::fromValue(model)}};
        m_view.setContent(QUrl(), &m_component,
                          m_component.createWithInitialProperties(properties));
        m_view.show();
        frame();
        QMetaObject::invokeMethod(m_view.rootObject(), "positionViewAtIndex",
                                  Q_ARG(int, model->rowCount() / 2), Q_ARG(int, 0));
        m_view.rootObject()->setProperty("currentIndex", model->rowCount() / 2 + 5);
        frame();
    }

    // Waits until what has changed is on screen.
    void frame()
    {
        bool done = false;
        const auto connection = QObject::connect(
            &m_view, &QQuickWindow::afterRendering, &m_view, [&] { done = true; },
            Qt::DirectConnection);
        m_view.update();
        while (!done)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QObject::disconnect(connection);
    }

private:
    QQuickView m_view;
    QQmlComponent m_component;
};

struct Changes
{
    int inserts = 0;
    int removes = 0;
    int updates = 0;
};

constexpr qsizetype tableSize = 100'000;

template <typename Insert, typename Remove, typename Update>
void scatter(const Changes &changes, Random &random, qsizetype size, Insert &&insert,
             Remove &&remove, Update &&update)
{
    for (int i = 0; i < changes.updates; ++i)
        update(random.below(size), int(random.below(1000)));
    for (int i = 0; i < changes.removes; ++i)
        remove(random.below(size - i));
    for (int i = 0; i < changes.inserts; ++i)
        insert(random.below(size - changes.removes + i));
}

struct Times
{
    double told = 0;  // until the commit returns, with the view told
    double frame = 0; // until it is on screen
};

// The times of a round of a median of several, in microseconds.
template <typename F>
Times timed(View &view, F &&round)
{
    std::vector<double> commits;
    std::vector<double> frames;
    for (int i = 0; i < 9; ++i) {
        view.frame();
        const auto start = SteadyClock::now();
        round();
        const auto told = SteadyClock::now();
        view.frame();
        const auto shown = SteadyClock::now();
        commits.push_back(std::chrono::duration<double, std::micro>(told - start).count());
        frames.push_back(std::chrono::duration<double, std::micro>(shown - start).count());
    }
    return {median(commits), median(frames)};
}

Times ours(const Changes &changes, double *mutation)
{
    TableStore store(tableSize);
    View view(store.state.listModel(&TableState::rows, &Row::id));
    Random random;
    qint64 nextId = tableSize;
    std::vector<double> mutations;
    const Times times = timed(view, [&] {
        const auto start = SteadyClock::now();
        Axiom::CowVector<Row> rows = store.state->rows;
        scatter(
            changes, random, rows.size(), [&](qsizetype at) { rows.insert(at, makeRow(nextId++)); },
            [&](qsizetype at) { rows.removeAt(at); },
            [&](qsizetype at, int value) {
                rows.modify(at, [&](Row &row) noexcept { row.value = value; });
            });
        mutations.push_back(
            std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count());
        store.state.set(&TableState::rows, rows);
    });
    *mutation = median(mutations);
    return times;
}

Times byHand(const Changes &changes)
{
    PlainModel model(tableSize);
    View view(&model);
    Random random;
    qint64 nextId = tableSize;
    return timed(view, [&] {
        scatter(
            changes, random, model.size(),
            [&](qsizetype at) { model.insert(at, makeRow(nextId++)); },
            [&](qsizetype at) { model.remove(at); },
            [&](qsizetype at, int value) { model.setValue(at, value); });
    });
}

Times byReset(const Changes &changes)
{
    PlainModel model(tableSize);
    View view(&model);
    Random random;
    qint64 nextId = tableSize;
    return timed(view, [&] {
        model.reset([&](QList<Row> &rows) {
            scatter(
                changes, random, rows.size(),
                [&](qsizetype at) { rows.insert(at, makeRow(nextId++)); },
                [&](qsizetype at) { rows.removeAt(at); },
                [&](qsizetype at, int value) { rows[at].value = value; });
        });
    });
}

// Every tenth row is shown, then every tenth of the others.
void filtered(Report &report)
{
    Table table(u"A filter over 100,000 rows"_s, {u"QSortFilterProxyModel"_s}, u"µs"_s);
    TableStore store(tableSize);
    const auto select = [](const Axiom::CowVector<Row> &rows, int remainder) {
        QList<int> order;
        int number = 0;
        rows.forEachBlock([&](std::span<const Row> block) {
            for (const Row &row : block) {
                if (row.value % 10 == remainder)
                    order.append(number);
                ++number;
            }
        });
        return Axiom::CowVector<int>(order);
    };
    store.state.set(&TableState::order, select(store.state->rows, 0));
    View ourView(store.state.listModel(&TableState::rows, &TableState::order));
    PlainModel model(tableSize);
    PlainFilter filter;
    filter.setSourceModel(&model);
    View plainView(&filter);

    int remainder = 0;
    double making = 0;
    const Times ours = timed(ourView, [&] {
        remainder = (remainder + 1) % 10;
        const auto start = SteadyClock::now();
        const Axiom::CowVector<int> order = select(store.state->rows, remainder);
        making = std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
        store.state.set(&TableState::order, order);
    });
    const Times plain = timed(plainView, [&] {
        remainder = (remainder + 1) % 10;
        filter.setRemainder(remainder);
    });
    table.add(u"another filter, the view told"_s, ours.told, {plain.told}, {});
    table.add(u"of it, choosing the rows (may be done on a thread)"_s, making, {}, {});
    table.add(u"another filter, on screen"_s, ours.frame, {plain.frame}, {});

    qint64 nextId = tableSize;
    const Times ourInsert = timed(ourView, [&] {
        store.state.apply([&](TableState &s) {
            s.order.insert(s.order.size() / 2, int(s.rows.size()));
            s.rows.append(makeRow(nextId));
        });
        nextId += 10;
    });
    const Times plainInsert = timed(plainView, [&] {
        model.insert(model.size(), makeRow(nextId));
        nextId += 10;
    });
    table.add(u"insert a row that is shown, the view told"_s, ourInsert.told, {plainInsert.told},
              {});
    report.add(table);
}

void layout(Report &report)
{
    Table table(u"ListView of 100,000 rows: one layout change"_s, {}, u"µs"_s);
    PlainModel model(tableSize);
    View view(&model);
    const Times times = timed(view, [&] { model.changeLayout(); });
    table.add(u"view told"_s, times.told, {}, {});
    table.add(u"on screen"_s, times.frame, {}, {});
    report.add(table);
}

void scattered(Report &report)
{
    Table table(u"ListView of 100,000 rows: scattered changes"_s, {u"row signals"_s, u"reset"_s},
                u"µs"_s);
    const auto row = [&](const QString &name, const Changes &changes, const QString &target) {
        double mutation = 0;
        const Times our = ours(changes, &mutation);
        const Times hand = byHand(changes);
        const Times reset = byReset(changes);
        table.add(name + u", change itself"_s, mutation, {}, {});
        table.add(name + u", view told"_s, our.told, {hand.told, reset.told}, {});
        table.add(name + u", on screen"_s, our.frame, {hand.frame, reset.frame}, target);
    };
    row(u"1 update"_s, {0, 0, 1}, {});
    row(u"100 mixed"_s, {34, 33, 33}, {});
    row(u"2000 inserts"_s, {2000, 0, 0}, u"<= 16,000"_s);
    row(u"2000 removals"_s, {0, 2000, 0}, u"<= 16,000"_s);
    row(u"2000 updates"_s, {0, 0, 2000}, u"<= 16,000"_s);
    row(u"2000 mixed"_s, {667, 667, 666}, u"<= 16,000"_s);
    row(u"10,000 mixed"_s, {3334, 3333, 3333}, {});
    row(u"10,000 updates"_s, {0, 0, 10'000}, {});
    report.add(table);
}

} // namespace

int main(int argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    QGuiApplication application(argc, argv);
    Report report(argc, argv);
    warmHeap(300);
    if (report.wants(u"filter"_s))
        filtered(report);
    if (report.wants(u"layout"_s))
        layout(report);
    if (report.wants(u"scattered"_s))
        scattered(report);
    return report.finish();
}
