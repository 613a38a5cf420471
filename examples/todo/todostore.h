// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

//! [state]
struct Todo
{
    int todoId = 0;
    QString title;
    bool done = false;
    AXIOM_FIELDS(Todo, todoId, title, done)
};

struct TodoState
{
    Axiom::CowVector<Todo> todos;
    Axiom::CowVector<Todo> shown; // those of them that pass the filter
    int filter = 0;
    int nextId = 0;
    AXIOM_FIELDS(TodoState, todos, shown, filter, nextId)
};
//! [state]

class TodoStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QAbstractItemModel *todos READ todos CONSTANT)
    Q_PROPERTY(int openCount READ openCount NOTIFY openCountChanged)
    Q_PROPERTY(int doneCount READ doneCount NOTIFY doneCountChanged)
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY historyChanged)
    Q_PROPERTY(bool canRedo READ canRedo NOTIFY historyChanged)
    Q_PROPERTY(int filter READ filter WRITE setFilter NOTIFY filterChanged)

public:
    enum Filter { All, Active, Done };
    Q_ENUM(Filter)

    explicit TodoStore(QObject *parent = nullptr);

    QAbstractItemModel *todos() { return state.listModel(&TodoState::shown, &Todo::todoId); }
    int openCount() const;
    int doneCount() const;

    int filter() const { return state->filter; }
    void setFilter(int filter);

    Q_INVOKABLE void add(const QString &title);
    // An empty title removes it.
    Q_INVOKABLE void rename(int todoId, const QString &title);
    Q_INVOKABLE void toggle(int todoId);
    Q_INVOKABLE void remove(int todoId);
    Q_INVOKABLE void clearDone();

    bool canUndo() const { return !m_past.isEmpty(); }
    bool canRedo() const { return !m_future.isEmpty(); }
    Q_INVOKABLE void undo() { travel(m_past, m_future); }
    Q_INVOKABLE void redo() { travel(m_future, m_past); }

    Axiom::State<TodoState> state{this};

Q_SIGNALS:
    void openCountChanged();
    void doneCountChanged();
    void historyChanged();
    void filterChanged();

private:
    using History = QList<Axiom::Snapshot<TodoState>>;

    template <typename Mutation>
    void change(Mutation mutation);
    void travel(History &from, History &to);

    History m_past;
    History m_future;
};
