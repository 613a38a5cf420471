// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Undo by commands that know their inverse, and by snapshots.

#pragma once

#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include <QtGui/qundostack.h>

#include <utility>

namespace Before {

//! [undo before]
class Document
{
public:
    QStringList lines;
    QUndoStack undoStack;

    void replace(qsizetype line, const QString &text);
    void remove(qsizetype line);
};

class ReplaceCommand : public QUndoCommand
{
public:
    ReplaceCommand(Document *document, qsizetype line, const QString &text)
        : m_document(document), m_line(line), m_text(text)
    { }
    void redo() override { swap(); }
    void undo() override { swap(); }

private:
    void swap() { std::swap(m_document->lines[m_line], m_text); }

    Document *const m_document;
    const qsizetype m_line;
    QString m_text;
};

class RemoveCommand : public QUndoCommand
{
public:
    RemoveCommand(Document *document, qsizetype line) : m_document(document), m_line(line) { }
    void redo() override { m_text = m_document->lines.takeAt(m_line); }
    void undo() override { m_document->lines.insert(m_line, m_text); }

private:
    Document *const m_document;
    const qsizetype m_line;
    QString m_text;
};

inline void Document::replace(qsizetype line, const QString &text)
{
    undoStack.push(new ReplaceCommand(this, line, text));
}

inline void Document::remove(qsizetype line)
{
    undoStack.push(new RemoveCommand(this, line));
}
//! [undo before]

} // namespace Before

namespace After {

//! [undo after]
struct DocumentState
{
    Axiom::CowVector<QString> lines;
    AXIOM_FIELDS(DocumentState, lines)
};

class DocumentStore : public Axiom::StateStore
{
    Q_OBJECT

public:
    void replace(qsizetype line, const QString &text)
    {
        change([&](DocumentState &s) { s.lines.replace(line, text); });
    }
    void remove(qsizetype line)
    {
        change([=](DocumentState &s) { s.lines.removeAt(line); });
    }
    void undo() { travel(m_past, m_future); }
    void redo() { travel(m_future, m_past); }

    Axiom::State<DocumentState> state{this};

private:
    using History = QList<Axiom::Snapshot<DocumentState>>;
    static constexpr qsizetype steps = 100; // that can be undone

    template <typename Mutation>
    void change(Mutation mutation)
    {
        const auto before = state.snapshot();
        state.apply(mutation);
        if (state.value() == *before)
            return;
        // What a BatchScope announces together is one step.
        if (m_past.isEmpty() || m_past.constLast() != before)
            m_past.append(before);
        if (m_past.size() > steps)
            m_past.removeFirst();
        m_future.clear();
    }
    void travel(History &from, History &to)
    {
        if (from.isEmpty())
            return;
        to.append(state.snapshot());
        state.restore(from.takeLast());
    }

    History m_past;
    History m_future;
};
//! [undo after]

} // namespace After
