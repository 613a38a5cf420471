// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "enums.h"

/*!
    \namespace Axiom
    \inmodule AxiomState
    \brief Everything in AxiomState.
*/

/*!
    \enum Axiom::Priority
    \brief How urgent an update is.

    An urgent update overtakes waiting updates of lower priority, of the same store too; updates
    that build on each other therefore use one priority.

    \value Idle     When there is nothing better to do.
    \value Low      Bulk work that may wait.
    \value Normal   The default.
    \value High     Something a user waits for.
    \value Critical At once on the store's thread, first in line from other threads.
*/

/*!
    \enum Axiom::UpdateMode
    \brief When updates of a store are flushed; see StateStore::updateMode.

    \value Immediate As soon as the event loop gets to them.
    \value Batch     With the next frame.
    \value Defer     With every second to fourth frame.
*/

/*!
    \enum Axiom::UpdateModeReason
    \brief Why a store has its UpdateMode.

    \value Quiet       Updates are few.
    \value Rate        They come faster than PerformanceTarget::batchingThreshold.
    \value RecentFlush One came within half a frame of the last flush.
    \value Cost        To announce them takes longer than a slice may.
    \value LongFrames  Flushes have taken most of a frame's time.
*/

/*!
    \enum Axiom::OverflowPolicy
    \brief What becomes of an update when its store's queue is full; see
    StateStore::setPendingLimit().

    \value Reject     It is refused.
    \value DropOldest The oldest that waits makes room.
    \value Block      The caller waits for room.
*/

/*!
    \enum Axiom::Residency
    \brief Whether the state of a store is ready to be read or compressed.

    \value Resident All of it is ready.
    \value Partial  Some parts are compressed.
    \value Frozen   All that can be compressed is.
*/

/*!
    \enum Axiom::CowStrategy
    \brief When data that is shared gets its private copy.

    \value LazyClone  At the first write after sharing.
    \value EagerClone In idle time after sharing, so that the write finds itself unique. Without an
                      event loop there is no idle time, and the first write copies.
    \value Adaptive   Moves between the two by the reads and writes it sees: to EagerClone below 10
                      reads a write, to LazyClone from 100 on, unchanged between.
*/

/*!
    \enum Axiom::CompressionLevel
    \brief How much time to spend on making state small; reading takes about the same for all.

    \value Fast     zstd's level 1: some 500 MB/s.
    \value Balanced Its level 3: somewhat smaller, some 400 MB/s.
    \value Maximum  Its level 19: smaller by a third, 2 MB/s. For idle time, away from the GUI thread.
*/

/*!
    \enum Axiom::OperationType
    \brief What PerformanceMonitor records.

    \value Read     A look at a store's state. It is counted, never timed.
    \value Update   One mutation applied, by whatever way it came.
    \value Clone    A working copy of a state made, for an update or ahead of one; not where the version
                    before could serve as one.
    \value Commit   A state compared with the one before and put in its place.
    \value Notify   All that one commit announces, with what observers do.
    \value Delivery The time from enqueue() until an update was announced.
    \value Flush    One flush of a coordinator, announcing included.
    \value Freeze   State compressed; the time is that of all threads.
    \value Thaw     A part of a state decompressed.
    \value Reclaim  Memory given back by MemoryGovernor.
    \value Custom   What the application records by itself.
*/

/*!
    \variable Axiom::OperationTypeCount
    \relates Axiom::PerformanceMonitor
    \brief The number of values of OperationType.
*/

#include "moc_enums.cpp"
