// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// A worker in a thread whose signals change what the window shows: before and after.

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qthread.h>
#include <QtCore/qthreadpool.h>

namespace Before {

//! [worker before]
class Worker : public QObject
{
    Q_OBJECT

public:
    void search(const QStringList &files)
    {
        for (qsizetype i = 0; i < files.size(); ++i) {
            if (files.at(i).contains(u"axiom"))
                Q_EMIT found(files.at(i));
            Q_EMIT progressed(double(i + 1) / double(files.size()));
        }
    }

Q_SIGNALS:
    void found(const QString &file);
    void progressed(double progress);
};

class Search : public QObject
{
    Q_OBJECT
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)
    Q_PROPERTY(QStringList files READ files NOTIFY filesChanged)

public:
    Search()
    {
        m_worker.moveToThread(&m_thread);
        connect(&m_worker, &Worker::found, this, [this](const QString &file) {
            m_files.append(file);
            Q_EMIT filesChanged();
        });
        connect(&m_worker, &Worker::progressed, this, [this](double progress) {
            m_progress = progress;
            Q_EMIT progressChanged();
        });
        m_thread.start();
    }
    ~Search() override
    {
        m_thread.quit();
        m_thread.wait();
    }

    double progress() const { return m_progress; }
    QStringList files() const { return m_files; }

    void start(const QStringList &files)
    {
        QMetaObject::invokeMethod(&m_worker, [this, files] { m_worker.search(files); });
    }

Q_SIGNALS:
    void progressChanged();
    void filesChanged();

private:
    QThread m_thread;
    Worker m_worker;
    QStringList m_files;
    double m_progress = 0;
};
//! [worker before]

} // namespace Before

namespace After {

//! [worker after]
struct SearchState
{
    double progress = 0;
    Axiom::CowVector<QString> files;
    AXIOM_FIELDS(SearchState, progress, files)
};

inline void search(const Axiom::StateHandle<SearchState> &state, const QStringList &files)
{
    for (qsizetype i = 0; i < files.size(); ++i) {
        const QString &file = files.at(i);
        if (file.contains(u"axiom"))
            state.enqueue([file](SearchState &s) { s.files.append(file); });
        const double progress = double(i + 1) / double(files.size());
        state.enqueue([progress](SearchState &s) { s.progress = progress; },
                      {.coalesceKey = "progress"});
    }
}

class SearchStore : public Axiom::StateStore
{
    Q_OBJECT
    Q_PROPERTY(QAbstractItemModel *files READ files CONSTANT)
    AXIOM_READONLY_PROPERTY(double, progress)

public:
    QAbstractItemModel *files() { return state.listModel(&SearchState::files); }

    void start(const QStringList &files)
    {
        QThreadPool::globalInstance()->start(
            [handle = state.handle(), files] { search(handle, files); });
    }

    Axiom::State<SearchState> state{this};
};
//! [worker after]

} // namespace After
