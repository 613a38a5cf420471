// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef TASKSTORE_H
#define TASKSTORE_H

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

#include <algorithm>

struct Task
{
    QString title;
    bool done = false;
    AXIOM_FIELDS(Task, title, done)
};

struct TaskState
{
    Axiom::CowVector<Task> tasks;
    QString title;
    AXIOM_FIELDS(TaskState, tasks, title)
};

class TaskStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QAbstractItemModel *tasks READ tasks CONSTANT)
    Q_PROPERTY(int openCount READ openCount NOTIFY openCountChanged)
    AXIOM_PROPERTY(QString, title, setTitle)

public:
    explicit TaskStore(QObject *parent = nullptr) : Axiom::StateStore(parent)
    {
        state.computed("openCount", &TaskState::tasks, &TaskStore::countOpen);
    }

    QAbstractItemModel *tasks() { return state.listModel(&TaskState::tasks); }
    int openCount() const { return countOpen(state->tasks); }

    static int countOpen(const Axiom::CowVector<Task> &tasks)
    {
        return int(
            std::count_if(tasks.begin(), tasks.end(), [](const Task &t) { return !t.done; }));
    }

    Q_INVOKABLE void add(const QString &title)
    {
        state.apply([&](TaskState &s) { s.tasks.append({title, false}); });
    }
    Q_INVOKABLE void finish(int row)
    {
        state.apply([=](TaskState &s) {
            s.tasks.modify(row, [](Task &task) noexcept { task.done = true; });
        });
    }

    Axiom::State<TaskState> state{this};

Q_SIGNALS:
    void openCountChanged();
};

#endif // TASKSTORE_H
