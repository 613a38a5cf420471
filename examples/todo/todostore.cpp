// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "todostore.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace {

constexpr qsizetype steps = 100; // that can be undone

int countDone(const Axiom::CowVector<Todo> &todos)
{
    return int(std::count_if(todos.begin(), todos.end(), [](const Todo &t) { return t.done; }));
}

int countOpen(const Axiom::CowVector<Todo> &todos)
{
    return int(todos.size()) - countDone(todos);
}

qsizetype rowOf(const Axiom::CowVector<Todo> &todos, int todoId)
{
    const auto found = std::find_if(todos.begin(), todos.end(),
                                    [=](const Todo &todo) { return todo.todoId == todoId; });
    return found == todos.end() ? -1 : std::distance(todos.begin(), found);
}

void showFiltered(TodoState &state)
{
    if (state.filter == TodoStore::All) {
        state.shown = state.todos;
        return;
    }
    QList<Todo> shown;
    std::copy_if(
        state.todos.begin(), state.todos.end(), std::back_inserter(shown),
        [done = state.filter == TodoStore::Done](const Todo &todo) { return todo.done == done; });
    state.shown = shown;
}

} // namespace

TodoStore::TodoStore(QObject *parent) : Axiom::StateStore(parent)
{
    setName(QStringLiteral("Todo"));
    state.computed("openCount", &TodoState::todos, countOpen);
    state.computed("doneCount", &TodoState::todos, countDone);
}

int TodoStore::openCount() const
{
    return countOpen(state->todos);
}

int TodoStore::doneCount() const
{
    return countDone(state->todos);
}

void TodoStore::setFilter(int filter)
{
    if (filter == state->filter)
        return;
    state.apply([=](TodoState &s) {
        s.filter = filter;
        showFiltered(s);
    });
}

void TodoStore::add(const QString &title)
{
    const QString text = title.simplified();
    if (text.isEmpty())
        return;
    change([&](TodoState &s) { s.todos.append(Todo{s.nextId++, text, false}); });
}

void TodoStore::rename(int todoId, const QString &title)
{
    const QString text = title.simplified();
    const qsizetype row = rowOf(state->todos, todoId);
    if (text.isEmpty())
        remove(todoId);
    else if (row >= 0 && state->todos.at(row).title != text)
        change([&](TodoState &s) { s.todos.modify(row, [&](Todo &t) { t.title = text; }); });
}

void TodoStore::toggle(int todoId)
{
    if (const qsizetype row = rowOf(state->todos, todoId); row >= 0)
        change([=](TodoState &s) { s.todos.modify(row, [](Todo &t) { t.done = !t.done; }); });
}

void TodoStore::remove(int todoId)
{
    if (const qsizetype row = rowOf(state->todos, todoId); row >= 0)
        change([=](TodoState &s) { s.todos.removeAt(row); });
}

void TodoStore::clearDone()
{
    if (doneCount() == 0)
        return;
    change([](TodoState &s) { s.todos.removeIf([](const Todo &t) { return t.done; }); });
}

//! [history]
// Each change is a step that can be undone: a snapshot costs next to nothing, and shares with the
// states around it all that did not change.
template <typename Mutation>
void TodoStore::change(Mutation mutation)
{
    const Axiom::Snapshot<TodoState> before = state.snapshot();
    state.apply([&](TodoState &s) {
        mutation(s);
        showFiltered(s);
    });
    if (state->todos == before->todos)
        return;
    m_past.append(before);
    if (m_past.size() > steps)
        m_past.removeFirst();
    m_future.clear();
    Q_EMIT historyChanged();
}

// The filter is how one looks at the list, not a step. It is kept, and the window sees but one change.
void TodoStore::travel(History &from, History &to)
{
    if (from.isEmpty())
        return;
    to.append(state.snapshot());
    {
        Axiom::BatchScope scope;
        const int filter = state->filter;
        state.restore(from.takeLast());
        setFilter(filter);
    }
    Q_EMIT historyChanged();
}
//! [history]
