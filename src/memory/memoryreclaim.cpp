// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "memoryreclaim.h"

#include <QtCore/qlocale.h>

namespace Axiom {

/*!
    \class Axiom::MemoryReclaim
    \inmodule AxiomState
    \inheaderfile AxiomState/MemoryReclaim
    \brief The record of what was given back, by whom, and why.
*/

/*!
    \property Axiom::MemoryReclaim::time
    \brief When it was done; invalid when there was none.
*/

/*!
    \property Axiom::MemoryReclaim::trigger
    \brief What led to it, in words.
*/

/*!
    \property Axiom::MemoryReclaim::level
    \brief The level of pressure then.
*/

/*!
    \property Axiom::MemoryReclaim::freedBytes
    \brief The bytes that were freed, by the sizes of the data.

    What left the process is another figure, see processBytesAfter: an allocator keeps what it can't
    give back whole.
*/

/*!
    \property Axiom::MemoryReclaim::processBytesBefore
    \brief The resident memory of the process before, in bytes; 0 where it is not known.
*/

/*!
    \property Axiom::MemoryReclaim::processBytesAfter
    \brief The resident memory of the process after it, in bytes; 0 where it is not known.
*/

/*!
    \property Axiom::MemoryReclaim::milliseconds
    \brief How long it took from beginning to end.
*/

/*!
    \property Axiom::MemoryReclaim::longestStepMilliseconds
    \brief How long it held up the thread of the governor at most.
*/

/*!
    \property Axiom::MemoryReclaim::summary
    \brief All of it in one line of text.
*/

/*!
    \variable Axiom::MemoryReclaim::duration
    \brief How long it took from beginning to end.
*/

/*!
    \variable Axiom::MemoryReclaim::longestStep
    \brief How long it held up the thread of the governor at most.
*/

/*!
    \variable Axiom::MemoryReclaim::parts
    \brief Who gave what.
*/

/*!
    \class Axiom::MemoryReclaim::Part
    \inmodule AxiomState
    \brief What one Reclaimable gave back.
*/

/*!
    \variable Axiom::MemoryReclaim::Part::name
    \brief Reclaimable::name().
*/

/*!
    \variable Axiom::MemoryReclaim::Part::freedBytes
    \brief The bytes it freed.
*/

/*!
    \fn bool Axiom::MemoryReclaim::isValid() const
    Returns whether there was one.
*/

/*!
    \fn qreal Axiom::MemoryReclaim::milliseconds() const
    Returns duration in milliseconds.
*/

/*!
    \fn qreal Axiom::MemoryReclaim::longestStepMilliseconds() const
    Returns longestStep in milliseconds.
*/

QString MemoryReclaim::summary() const
{
    if (!isValid())
        return {};
    const QLocale locale = QLocale::c();
    QString text = QStringLiteral("%1: %2 freed in %3 ms")
                       .arg(trigger, locale.formattedDataSize(freedBytes),
                            QString::number(milliseconds(), 'f', 0));
    if (processBytesAfter > 0) {
        text += QStringLiteral(", process %1 to %2")
                    .arg(locale.formattedDataSize(processBytesBefore),
                         locale.formattedDataSize(processBytesAfter));
    }
    return text;
}

} // namespace Axiom

#include "moc_memoryreclaim.cpp"
