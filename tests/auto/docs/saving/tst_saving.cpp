// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "saving.h"

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtCore/qtemporarydir.h>
#include <QtCore/qthreadpool.h>
#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;

namespace {

struct NotesState
{
    Axiom::CowVector<QString> notes;
    int current = -1;
    AXIOM_FIELDS(NotesState, notes, current)
};

class NotesStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    Axiom::State<NotesState> state{this};
};

} // namespace

class tst_Saving : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void savedStateIsLoaded();
    void damagedFileIsRefused();
    void missingFolderIsToldOf();
};

void tst_Saving::savedStateIsLoaded()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"notes"_s);
    {
        NotesStore store;
        store.state.apply([](NotesState &s) { s.notes = {u"one"_s, u"two"_s}; });
        //! [save]
        QThreadPool::globalInstance()->start([snapshot = store.state.snapshot(), path] {
            QString error;
            if (!save(snapshot, path, &error))
                qWarning("The notes could not be saved: %ls", qUtf16Printable(error));
        });
        //! [save]
        store.state.apply([](NotesState &s) { s.notes.append(u"three"_s); });
        QVERIFY(QThreadPool::globalInstance()->waitForDone(60000));
    }
    NotesStore store;
    //! [load]
    QString error;
    if (const auto loaded = load<NotesState>(path, &error))
        store.state.apply([&](NotesState &s) { s = *loaded; });
    else
        qWarning("The notes could not be loaded: %ls", qUtf16Printable(error));
    //! [load]
    QCOMPARE(store.state->notes, (Axiom::CowVector<QString>{u"one"_s, u"two"_s}));
}

void tst_Saving::damagedFileIsRefused()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"notes"_s);
    NotesStore store;
    store.state.apply([](NotesState &s) { s.notes = {u"one"_s}; });
    QString error;
    QVERIFY(save(store.state.snapshot(), path, &error));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 3));
    QCOMPARE(file.write("?"), 1);
    file.close();
    QVERIFY(!load<NotesState>(path, &error));
    QVERIFY(!error.isEmpty());
    QVERIFY(QFile::exists(path));
}

void tst_Saving::missingFolderIsToldOf()
{
    NotesStore store;
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"nowhere/notes"_s);
    QString error;
    QVERIFY(!save(store.state.snapshot(), path, &error));
    QVERIFY(!error.isEmpty());
    error.clear();
    QVERIFY(!load<NotesState>(path, &error));
    QVERIFY(!error.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Saving)
#include "tst_saving.moc"
