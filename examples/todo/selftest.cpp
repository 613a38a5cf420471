// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "selftest.h"

#include "todostore.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qdir.h>
#include <QtCore/qelapsedtimer.h>
#include <QtGui/qaccessible.h>
#include <QtGui/qevent.h>
#include <QtGui/qimage.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 10000; // ms
constexpr int mostSteps = 100;

template <typename Condition>
bool waitFor(Condition condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.hasExpired(patience))
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    }
    return true;
}

class Selftest
{
public:
    Selftest(QQuickWindow &window, TodoStore &store)
        : m_window(window), m_store(store), m_list(window.property("list").value<QQuickItem *>())
    { }

    bool run();
    bool shoot(const QString &directory);

private:
    void press(int key, Qt::KeyboardModifiers modifiers = {}, const QString &text = {});
    void type(const QString &text);
    void click(const QQuickItem *item);
    void click(const char *name) { click(item(name)); }
    QQuickItem *item(const char *name) const
    {
        return m_window.findChild<QQuickItem *>(QLatin1StringView(name));
    }
    QQuickItem *row(int index) const;
    QStringList shown() const;
    bool shows(const QStringList &expected);
    void check(bool condition, const char *what);
    void checkAccessibility();

    QQuickWindow &m_window;
    TodoStore &m_store;
    QQuickItem *const m_list;
    bool m_ok = true;
};

void Selftest::press(int key, Qt::KeyboardModifiers modifiers, const QString &text)
{
    QKeyEvent down(QEvent::KeyPress, key, modifiers, text);
    QCoreApplication::sendEvent(&m_window, &down);
    QKeyEvent up(QEvent::KeyRelease, key, modifiers, text);
    QCoreApplication::sendEvent(&m_window, &up);
}

void Selftest::type(const QString &text)
{
    for (const QChar letter : text)
        press(0, {}, QString(letter));
}

void Selftest::click(const QQuickItem *item)
{
    if (!item)
        return check(false, "there is something to click");
    const QPointF at = item->mapToScene({item->width() / 2, item->height() / 2});
    QMouseEvent down(QEvent::MouseButtonPress, at, at, Qt::LeftButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&m_window, &down);
    QMouseEvent up(QEvent::MouseButtonRelease, at, at, Qt::LeftButton, {}, {});
    QCoreApplication::sendEvent(&m_window, &up);
}

QQuickItem *Selftest::row(int index) const
{
    QQuickItem *item = nullptr;
    QMetaObject::invokeMethod(m_list, "itemAtIndex", Q_RETURN_ARG(QQuickItem *, item),
                              Q_ARG(int, index));
    return item;
}

// What the rows on the screen say, as "+" for done and "-" for not, and the title.
QStringList Selftest::shown() const
{
    QStringList rows;
    for (int i = 0; i < m_list->property("count").toInt(); ++i) {
        const QQuickItem *item = row(i);
        if (!item)
            return {};
        rows.append((item->property("done").toBool() ? u"+"_s : u"-"_s)
                    + item->property("title").toString());
    }
    return rows;
}

// Rows are made with a frame, so one may have to wait for them.
bool Selftest::shows(const QStringList &expected)
{
    return waitFor([&] { return shown() == expected; });
}

void Selftest::check(bool condition, const char *what)
{
    std::printf("%-6s %s\n", condition ? "ok" : "FAILED", what);
    std::fflush(stdout);
    m_ok &= condition;
}

void Selftest::checkAccessibility()
{
    QAccessibleInterface *milk = QAccessible::queryAccessibleInterface(row(1));
    if (!milk || !milk->actionInterface())
        return check(false, "assistive tools know the rows");
    check(milk->role() == QAccessible::CheckBox && milk->text(QAccessible::Name) == u"Milk"_s
              && milk->state().checked,
          "assistive tools read a title and that it is done");
    int others = 0;
    for (int i = 0; i < milk->childCount(); ++i)
        others += milk->child(i)->state().checked ? 1 : 0;
    check(others == 0, "and that once");
    milk->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    check(shows({u"+Bread"_s, u"-Milk"_s, u"-Pears"_s}), "they can take that back");
    milk->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Pears"_s}), "and tick it off again");
    const auto isNamed = [this](const char *name, QAccessible::Role role, const QString &text) {
        auto *known = QAccessible::queryAccessibleInterface(item(name));
        return known && known->role() == role && known->text(QAccessible::Name) == text;
    };
    check(isNamed("undo", QAccessible::Button, u"Undo"_s), "buttons have names");
    check(isNamed("left", QAccessible::StaticText, u"1 left"_s), "and what is left can be heard");
}

bool Selftest::run()
{
    if (!m_list)
        return false;
    m_window.requestActivate();
    check(waitFor([&] { return m_window.activeFocusItem() == item("field"); }),
          "the field has the keyboard");
    const auto resets = std::make_shared<int>(0);
    QObject here; // ends the connection
    QObject::connect(m_store.todos(), &QAbstractItemModel::modelReset, &here,
                     [resets] { ++*resets; });

    for (const QString &title : {u"Bread"_s, u" "_s, u"Milk"_s, u"  Apples  "_s}) {
        type(title);
        press(Qt::Key_Return);
    }
    check(shows({u"-Bread"_s, u"-Milk"_s, u"-Apples"_s}), "what is typed is added, without blanks");
    check(item("left")->property("text") == u"3 left"_s, "the footer counts");

    press(Qt::Key_Z, Qt::ControlModifier);
    check(shows({u"-Bread"_s, u"-Milk"_s}), "Ctrl+Z takes it back");
    press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    check(shows({u"-Bread"_s, u"-Milk"_s, u"-Apples"_s}), "Ctrl+Shift+Z brings it again");

    press(Qt::Key_Tab);
    check(m_list->hasActiveFocus() && m_list->property("currentIndex") == 0,
          "the Tab key comes to the list, and to its first row");
    press(Qt::Key_Tab);
    check(!m_list->hasActiveFocus(), "which is one stop of it");
    press(Qt::Key_Backtab, Qt::ShiftModifier);
    press(Qt::Key_Up);
    check(m_window.activeFocusItem() == item("field"), "a key leads back to the field");

    press(Qt::Key_Down);
    press(Qt::Key_Down);
    press(Qt::Key_Space);
    check(shows({u"-Bread"_s, u"+Milk"_s, u"-Apples"_s}), "Space ticks the second off");
    click(row(0) ? row(0)->findChild<QQuickItem *>(u"tick"_s) : nullptr);
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Apples"_s}), "a click does so with the first");

    click("active");
    check(shows({u"-Apples"_s}), "Active shows what is open");
    click("done");
    check(shows({u"+Bread"_s, u"+Milk"_s}), "Done shows the others");
    click("undo");
    check(shows({u"+Milk"_s}) && m_store.filter() == TodoStore::Done,
          "undo goes back and leaves the filter");
    click("redo");
    check(shows({u"+Bread"_s, u"+Milk"_s}), "redo as well");
    click("all");
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Apples"_s}), "All shows all");

    click(row(2));
    press(Qt::Key_Return);
    press(Qt::Key_A, Qt::ControlModifier);
    type(u"Pears"_s);
    press(Qt::Key_Return);
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Pears"_s}), "a row is edited in place");
    press(Qt::Key_F2);
    type(u"Plums"_s);
    press(Qt::Key_Escape);
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Pears"_s}), "Escape leaves it as it was");
    press(Qt::Key_Up);
    press(Qt::Key_Delete);
    check(shows({u"+Bread"_s, u"-Pears"_s}), "Delete removes a row");
    click("undo");
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Pears"_s}), "which comes back in its place");
    checkAccessibility();

    const auto announced = std::make_shared<int>(0);
    QObject::connect(&m_store, &TodoStore::committed, &here, [announced] { ++*announced; });
    click("clear");
    check(shows({u"-Pears"_s}) && *announced == 1, "clearing all that is done is one change");
    click("undo");
    check(shows({u"+Bread"_s, u"+Milk"_s, u"-Pears"_s}) && *announced == 2, "so is its undoing");

    for (int i = 0; i < mostSteps && m_store.canUndo(); ++i)
        click("undo");
    check(shows({}) && m_store.openCount() == 0, "all is undone, step by step");
    check(m_window.activeFocusItem() == item("field"),
          "a button that has no more to undo leaves the keyboard to the field");
    for (int i = 0; i < mostSteps && m_store.canRedo(); ++i)
        click("redo");
    check(shows({u"-Pears"_s}), "and done again");
    check(*resets == 0, "no change was told by a reset");
    return m_ok;
}

bool Selftest::shoot(const QString &directory)
{
    while (m_store.canUndo())
        m_store.undo();
    click("all");
    for (const QString &title :
         {u"Book the train to Oslo"_s, u"Water the tomatoes"_s, u"Read the chapter about trees"_s,
          u"Return the drill to the neighbours"_s, u"Find a name for the cat"_s}) {
        m_store.add(title);
    }
    m_store.toggle(0);
    m_store.toggle(2);
    item("field")->forceActiveFocus();
    for (int i = 0; i < 4; ++i)
        press(Qt::Key_Down);

    bool saved = QDir().mkpath(directory);
    auto *theme = m_window.property("theme").value<QObject *>();
    for (const bool dark : {false, true}) {
        theme->setProperty("dark", dark);
        // Until the rows have come to their places.
        QElapsedTimer timer;
        timer.start();
        while (!timer.hasExpired(600))
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        const QString name = dark ? u"todo-dark.png"_s : u"todo.png"_s;
        const QString file = QDir(directory).filePath(name);
        if (!m_window.grabWindow().save(file)) {
            std::fprintf(stderr, "Cannot save %s.\n", qPrintable(file));
            saved = false;
        }
    }
    return saved;
}

} // namespace

int runSelftest(QQuickWindow &window, const QString &screenshots)
{
    auto *store = window.property("store").value<TodoStore *>();
    if (!store)
        return 1;
    Selftest selftest(window, *store);
    bool ok = selftest.run();
    if (!screenshots.isEmpty())
        ok &= selftest.shoot(screenshots);
    std::printf("%s\n", ok ? "passed" : "FAILED");
    return ok ? 0 : 1;
}
