// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qhash.h>
#include <QtCore/qrandom.h>
#include <QtQml/qqmlcomponent.h>
#include <QtQml/qqmlengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickview.h>
#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;

struct Line
{
    int key = 0;
    QString text;
    int amount = 0;
    AXIOM_FIELDS(Line, key, text, amount)
};

struct BookState
{
    Axiom::CowVector<Line> lines;
    AXIOM_FIELDS(BookState, lines)
};

class BookStore : public Axiom::StateStore
{
public:
    void fill(int count)
    {
        state.apply([count](BookState &s) {
            QList<Line> lines;
            for (int key = 0; key < count; ++key)
                lines.append({key, u"line %1"_s.arg(key), 0});
            s.lines = lines;
        });
    }

    QAbstractItemModel *lines() { return state.listModel(&BookState::lines, &Line::key); }

    Axiom::State<BookState> state{this};
};

class tst_ListView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void bulkChangeKeepsScrollPositionAndCurrentItem_data();
    void bulkChangeKeepsScrollPositionAndCurrentItem();
    void bulkChangeReachesTheDelegatesShown();
    void bulkChangeMakesNoDelegateOfRowsElsewhere();

private:
    struct Shown
    {
        int key;
        int amount;
        qreal y; // in the view
    };

    QList<Shown> shown() const;
    void scrollTo(int row);
    void layout() { QMetaObject::invokeMethod(m_list, "forceLayout"); }
    void change(int inserted, int removed, int updated, QRandomGenerator &random);

    std::unique_ptr<BookStore> m_store;
    std::unique_ptr<QQuickView> m_view;
    QQuickItem *m_list = nullptr;
    int m_nextKey = 0;
};

void tst_ListView::init()
{
    m_store = std::make_unique<BookStore>();
    m_nextKey = 1'000'000;
    m_view = std::make_unique<QQuickView>();
    QQmlComponent component(m_view->engine());
    component.setData(R"(
        import QtQuick
        ListView {
            id: list
            property int made: 0
            width: 300
            height: 500
            delegate: Text {
                required property int index
                required property int key
                required property string text
                required property int amount
                objectName: "delegate"
                width: 300
                height: 20
                Component.onCompleted: list.made++
            }
        })",
                      {});
    QObject *root = component.createWithInitialProperties(
        {{u"model"_s, QVariant::fromValue(m_store->lines())}});
    m_list = qobject_cast<QQuickItem *>(root);
    QVERIFY2(m_list, qPrintable(component.errorString()));
    m_view->setContent({}, nullptr, m_list);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    m_store->fill(100'000);
    layout();
    QCOMPARE(m_list->property("count").toInt(), 100'000);
}

void tst_ListView::cleanup()
{
    m_view.reset();
    m_store.reset();
}

QList<tst_ListView::Shown> tst_ListView::shown() const
{
    QList<Shown> rows;
    const qreal top = m_list->property("contentY").toReal();
    const auto *content = m_list->property("contentItem").value<QQuickItem *>();
    for (const QQuickItem *item : content->childItems()) {
        const qreal y = item->y() - top;
        if (item->objectName() == u"delegate"_s && item->isVisible() && y > -20 && y < 500)
            rows.append({item->property("key").toInt(), item->property("amount").toInt(), y});
    }
    return rows;
}

void tst_ListView::scrollTo(int row)
{
    QMetaObject::invokeMethod(m_list, "positionViewAtIndex", Q_ARG(int, row), Q_ARG(int, 0));
    layout();
}

void tst_ListView::change(int inserted, int removed, int updated, QRandomGenerator &random)
{
    // Spares what is shown, which is looked at below.
    QSet<int> spared{
        m_list->property("currentItem").value<QQuickItem *>()->property("key").toInt()};
    for (const Shown &row : shown())
        spared.insert(row.key);
    m_store->state.apply([&](BookState &s) {
        for (int i = 0; i < updated; ++i)
            s.lines.modify(random.bounded(int(s.lines.size())), [](Line &l) { ++l.amount; });
        for (int i = 0; i < removed;) {
            const int row = random.bounded(int(s.lines.size()));
            if (spared.contains(s.lines.at(row).key))
                continue;
            s.lines.removeAt(row);
            ++i;
        }
        for (int i = 0; i < inserted;) {
            const int row = random.bounded(int(s.lines.size()));
            if (spared.contains(s.lines.at(row).key))
                continue;
            s.lines.insert(row, {m_nextKey, u"line %1"_s.arg(m_nextKey), 0});
            ++m_nextKey;
            ++i;
        }
    });
}

void tst_ListView::bulkChangeKeepsScrollPositionAndCurrentItem_data()
{
    QTest::addColumn<int>("inserted");
    QTest::addColumn<int>("removed");
    QTest::addColumn<int>("updated");
    QTest::addColumn<int>("current");
    QTest::addRow("mixed, current shown") << 700 << 700 << 600 << 60'004;
    QTest::addRow("mixed, current above") << 700 << 700 << 600 << 20'000;
    QTest::addRow("mixed, current below") << 700 << 700 << 600 << 90'000;
    QTest::addRow("insertions") << 2000 << 0 << 0 << 20'000;
    QTest::addRow("removals") << 0 << 2000 << 0 << 20'000;
    QTest::addRow("updates") << 0 << 0 << 2000 << 20'000;
}

void tst_ListView::bulkChangeKeepsScrollPositionAndCurrentItem()
{
    QFETCH(const int, inserted);
    QFETCH(const int, removed);
    QFETCH(const int, updated);
    QFETCH(const int, current);
    m_list->setProperty("currentIndex", current);
    scrollTo(60'000);
    QRandomGenerator random(quint32(current + inserted));
    const int currentKey =
        m_list->property("currentItem").value<QQuickItem *>()->property("key").toInt();
    QCOMPARE(currentKey, current);
    for (int round = 0; round < 5; ++round) {
        const QList<Shown> before = shown();
        QVERIFY(before.size() >= 25);
        change(inserted, removed, updated, random);
        layout();
        QHash<int, qreal> now;
        for (const Shown &row : shown())
            now.insert(row.key, row.y);
        for (const Shown &row : before) {
            QVERIFY2(now.contains(row.key), qPrintable(QString::number(row.key)));
            QCOMPARE(now.value(row.key), row.y);
        }
        const auto *item = m_list->property("currentItem").value<QQuickItem *>();
        QVERIFY(item);
        QCOMPARE(item->property("key").toInt(), currentKey);
        const int index = m_list->property("currentIndex").toInt();
        QCOMPARE(m_store->state->lines.at(index).key, currentKey);
        QCOMPARE(m_list->property("count").toInt(), int(m_store->state->lines.size()));
    }
}

void tst_ListView::bulkChangeReachesTheDelegatesShown()
{
    scrollTo(50'000);
    m_store->state.apply([](BookState &s) {
        for (int row = 99'000; row > 0; row -= 50)
            s.lines.removeAt(row + 25);
        for (qsizetype row = 0; row < s.lines.size(); row += 3)
            s.lines.modify(row, [](Line &l) { l.amount = 7; });
    });
    layout();
    QHash<int, int> amounts;
    for (const Line &line : m_store->state->lines)
        amounts.insert(line.key, line.amount);
    const QList<Shown> now = shown();
    QVERIFY(now.size() >= 25);
    for (const Shown &row : now)
        QCOMPARE(row.amount, amounts.value(row.key, -1));
}

void tst_ListView::bulkChangeMakesNoDelegateOfRowsElsewhere()
{
    scrollTo(50'000);
    const int made = m_list->property("made").toInt();
    QRandomGenerator random(1);
    change(700, 700, 600, random);
    layout();
    // At most what a few rows that came or went beside the ones shown asked for.
    QVERIFY2(m_list->property("made").toInt() - made < 20,
             qPrintable(QString::number(m_list->property("made").toInt() - made)));
}

QTEST_MAIN(tst_ListView)

#include "tst_listview.moc"
