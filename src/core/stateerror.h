// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_STATEERROR_H
#define AXIOM_STATEERROR_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qdebug.h>
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>

namespace Axiom {

struct AXIOM_CORE_EXPORT StateError
{
    Q_GADGET
    Q_PROPERTY(Axiom::StateError::Code code MEMBER code)
    Q_PROPERTY(QString message MEMBER message)

public:
    enum Code {
        NoError,
        CorruptedState,
        UnsupportedVersion,
        EncodingFailed,
        LimitExceeded,
        UpdateFailed,
        IoError,
        OutOfMemory,
    };
    Q_ENUM(Code)

    Code code = NoError;
    QString message;

    explicit operator bool() const noexcept { return code != NoError; }

    friend bool operator==(const StateError &, const StateError &) = default;
    AXIOM_CORE_EXPORT friend QDebug operator<<(QDebug debug, const StateError &error);
};

} // namespace Axiom

Q_DECLARE_METATYPE(Axiom::StateError)

#endif // AXIOM_STATEERROR_H
