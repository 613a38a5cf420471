// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qabstractitemmodel.h>
#include <QtQml/qqmlregistration.h>

#include <random>
#include <stdexcept>

using namespace Qt::StringLiterals;

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
    int width = 0;
    int height = 0;
    AXIOM_FIELDS(TaskState, tasks, title, width, height)
};

// A store as an application has it, for the tests in QML.
class TaskStore : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QAbstractItemModel *tasks READ tasks CONSTANT)
    Q_PROPERTY(int openCount READ openCount NOTIFY openCountChanged)
    AXIOM_PROPERTY(QString, title, setTitle)
    AXIOM_PROPERTY(int, width, setWidth)
    AXIOM_PROPERTY(int, height, setHeight)

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

    Q_INVOKABLE void fill(int count)
    {
        state.apply([count](TaskState &s) {
            for (int i = 0; i < count; ++i)
                s.tasks.append({QString::number(i), false});
        });
    }
    Q_INVOKABLE void insertAt(int row, const QString &text)
    {
        state.apply([&](TaskState &s) { s.tasks.insert(row, Task{text, false}); });
    }
    Q_INVOKABLE void removeAt(int row)
    {
        state.apply([=](TaskState &s) { s.tasks.removeAt(row); });
    }
    // Inserts, removes and changes so many rows in one commit, but none of those to be spared.
    Q_INVOKABLE void scatter(int count, int firstSpared, int lastSpared)
    {
        state.apply([=](TaskState &s) {
            std::mt19937 random(20261123);
            qsizetype first = firstSpared;
            qsizetype last = lastSpared;
            for (int i = 0; i < count; ++i) {
                const auto row = qsizetype(random() % quint32(s.tasks.size()));
                if (row >= first && row <= last + 1)
                    continue;
                const int above = row < first ? 1 : 0;
                switch (i % 3) {
                case 0:
                    s.tasks.insert(row, Task{u"new %1"_s.arg(i), false});
                    first += above;
                    last += above;
                    break;
                case 1:
                    s.tasks.removeAt(row);
                    first -= above;
                    last -= above;
                    break;
                default:
                    s.tasks.modify(row, [](Task &task) noexcept { task.done = !task.done; });
                }
            }
        });
    }
    Q_INVOKABLE void resize(int newWidth, int newHeight)
    {
        state.apply([=](TaskState &s) {
            s.width = newWidth;
            s.height = newHeight;
        });
    }
    Q_INVOKABLE void enqueueMany(int count)
    {
        for (int i = 1; i <= count; ++i)
            state.enqueue([i](TaskState &s) { s.width = i; });
    }
    Q_INVOKABLE void enqueueThrowing()
    {
        state.enqueue([](TaskState &s) {
            s.title = QStringLiteral("half done");
            throw std::runtime_error("no");
        });
    }

    Axiom::State<TaskState> state{this};

Q_SIGNALS:
    void openCountChanged();
};
