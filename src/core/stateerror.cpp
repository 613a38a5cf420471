// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "stateerror.h"

namespace Axiom {

/*!
    \class Axiom::StateError
    \inmodule AxiomState
    \inheaderfile AxiomState/StateError
    \brief What went wrong, as a value.

    An expected failure fills a StateError passed by pointer; a failure that is found later arrives by
    StateStore::errorOccurred().

    In QML, a StateError is a value with the properties \c code and \c message.
*/

/*!
    \enum Axiom::StateError::Code

    \value NoError            No error.
    \value CorruptedState     Encoded state failed a check and was not decoded.
    \value UnsupportedVersion The format is newer than this library reads.
    \value EncodingFailed     State could not be encoded.
    \value LimitExceeded      A size or count is beyond the permitted bound.
    \value UpdateFailed       A mutation or an observer threw an exception.
    \value IoError            A file could not be read or written.
    \value OutOfMemory        There was no memory to work with. Nothing is damaged, and another attempt
                              may succeed.
*/

/*!
    \variable Axiom::StateError::code
    \brief The kind of failure, for programs.
*/

/*!
    \variable Axiom::StateError::message
    \brief What failed and where, for people; names the store where there is one.
*/

/*!
    \fn Axiom::StateError::operator bool() const

    Returns \c true when there is an error.
*/

QDebug operator<<(QDebug debug, const StateError &error)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "StateError(" << error.code << ", " << error.message << ')';
    return debug;
}

} // namespace Axiom

#include "moc_stateerror.cpp"
