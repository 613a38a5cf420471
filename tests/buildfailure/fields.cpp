// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Compiled with LISTED as the fields that the author of Broken remembered.

#include <AxiomState/Fields>

#include <QtCore/qstring.h>

struct Broken
{
    QString name;
    qint64 size = 0;
    int rating = 0;
    AXIOM_FIELDS(Broken, LISTED)
};
