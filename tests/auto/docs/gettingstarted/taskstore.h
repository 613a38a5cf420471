// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

//! [state]
#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

struct Task
{
    QString text;
    bool done = false;
    AXIOM_FIELDS(Task, text, done)
};

struct TaskState
{
    Axiom::CowVector<Task> tasks;
    QString title;
    AXIOM_FIELDS(TaskState, tasks, title)
};
//! [state]

//! [store]
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
        state.computed("openCount", &TaskStore::countOpen);
    }

    QAbstractItemModel *tasks() { return state.listModel(&TaskState::tasks); }
    int openCount() const { return countOpen(*state); }

    Q_INVOKABLE void add(const QString &text)
    {
        state.apply([&](TaskState &s) { s.tasks.append(Task{text}); });
    }
    Q_INVOKABLE void finishFirst()
    {
        state.apply([](TaskState &s) {
            for (qsizetype row = 0; row < s.tasks.size(); ++row) {
                if (s.tasks.at(row).done)
                    continue;
                s.tasks.modify(row, [](Task &task) { task.done = true; });
                return;
            }
        });
    }

    Axiom::State<TaskState> state{this};

Q_SIGNALS:
    void openCountChanged();

private:
    static int countOpen(const TaskState &state)
    {
        int count = 0;
        for (const Task &task : state.tasks)
            count += task.done ? 0 : 1;
        return count;
    }
};
//! [store]
