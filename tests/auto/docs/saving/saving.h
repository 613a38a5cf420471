// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// How a state is saved to a file, and loaded from it.

#pragma once

#include <AxiomState/CompressedStateStorage>
#include <AxiomState/Snapshot>

#include <QtCore/qfile.h>
#include <QtCore/qsavefile.h>

#include <optional>

//! [saving]
// May be called in any thread, as a snapshot may be read in any.
template <typename S>
bool save(const Axiom::Snapshot<S> &snapshot, const QString &path, QString *error)
{
    Axiom::CompressedStateStorage<S> storage;
    Axiom::StateError problem;
    if (!storage.setState(*snapshot, &problem)) {
        *error = problem.message;
        return false;
    }
    // The former file stays until all of the new one is written.
    QSaveFile file(path);
    const QByteArray bytes = storage.toByteArray();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        *error = file.errorString();
        return false;
    }
    return true;
}

template <typename S>
std::optional<S> load(const QString &path, QString *error)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        *error = file.errorString();
        return std::nullopt;
    }
    Axiom::CompressedStateStorage<S> storage;
    Axiom::StateError problem;
    if (!storage.fromByteArray(file.readAll(), &problem)) {
        *error = problem.message;
        return std::nullopt;
    }
    return storage.state();
}
//! [saving]
