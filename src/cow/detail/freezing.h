// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FREEZING_H
#define AXIOM_DETAIL_FREEZING_H

#include "frozennodes.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <unordered_set>
#include <vector>

namespace Axiom::detail {

// Elements of a state's collection, that of the given field, which somebody looks at.
struct ElementsInUse
{
    int field;
    qsizetype first;
    qsizetype end;
};

inline bool isInUse(const std::vector<ElementsInUse> &elements, int field, qsizetype first,
                    qsizetype count) noexcept
{
    return std::any_of(elements.begin(), elements.end(), [=](const ElementsInUse &each) {
        return each.field == field && each.first < first + count && each.end > first;
    });
}

// How much may be encoded at a time, and what came of it.
struct FreezeBudget
{
    // In bytes that the elements take; so much more memory may be needed for a while.
    qint64 left = std::numeric_limits<qint64>::max();
    // What was thawed later stays.
    qint64 thawedBefore = std::numeric_limits<qint64>::max();
    // So do these.
    std::vector<ElementsInUse> inUse = {};
    // And these, which were found not to shrink. They are known by their address: should another
    // one come to be there, it has just changed and waits for the next time.
    std::unordered_set<const void *> fruitless = {};

    int parts = 0; // that were encoded, or found to be fruitless
    qint64 formerBytes = 0;
    qint64 frozenBytes = 0;
    qint64 freedBytes = 0; // by what was put in its place

    // Whether nobody waits for the rest any more.
    const std::atomic<bool> *isEnded = nullptr;

    bool isSpent() const noexcept
    {
        return left <= 0 || (isEnded && isEnded->load(std::memory_order_relaxed));
    }
    void spend(qint64 former, qint64 frozen) noexcept
    {
        ++parts;
        left -= former;
        formerBytes += former;
        frozenBytes += frozen;
    }
    void spendInVain(const void *part, qint64 bytes)
    {
        fruitless.insert(part);
        ++parts;
        left -= bytes;
    }
    // What was thawed before takes its compressed bytes already.
    void free(const FrozenNodes &content, bool wasThawed) noexcept
    {
        freedBytes += content.formerByteSize() - (wasThawed ? 0 : content.byteSize());
    }
};

// What a collection, or a whole state, consists of.
struct FrozenParts
{
    int resident = 0;         // segments
    qint64 residentBytes = 0; // of these, estimated from a few of their elements
    int frozen = 0;
    int thawed = 0; // segments that are both
    int damaged = 0;
    qint64 frozenBytes = 0; // compressed
    qint64 thawedBytes = 0; // of elements that are there in both forms
    // Of these, what was thawed no later than that: to be given back without any work.
    qint64 costlessBytes = 0;
    qint64 thawedBefore = std::numeric_limits<qint64>::max();
    // These count as part of the whole, and as nothing that can be given back.
    std::vector<ElementsInUse> inUse = {};
    qint64 bytesInUse = 0;
    // Of several versions each node counts once: those that were seen.
    std::optional<std::unordered_set<const void *>> seen = {};

    bool isNew(const void *node) { return !seen || seen->insert(node).second; }
    void addResident(qint64 bytes) noexcept
    {
        ++resident;
        residentBytes += bytes;
    }
    void addFrozen(const FrozenNodes &content) noexcept
    {
        ++frozen;
        frozenBytes += content.byteSize();
    }
    void addThawed(const FrozenNodes &content, qint64 thawedAt, bool isDamaged,
                   bool isUsed = false) noexcept
    {
        ++thawed;
        damaged += isDamaged;
        frozenBytes += content.byteSize();
        thawedBytes += content.formerByteSize();
        if (thawedAt <= thawedBefore && !isDamaged && !isUsed)
            costlessBytes += content.formerByteSize();
    }
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FREEZING_H
