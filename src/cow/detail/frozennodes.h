// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FROZENNODES_H
#define AXIOM_DETAIL_FROZENNODES_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qglobal.h>

#include <stdexcept>

namespace Axiom {
class Clock;
} // namespace Axiom

namespace Axiom::detail {

struct CowNode;
struct TrieNode;

// Encoded elements and the way back to nodes; immutable, shared by all frozen nodes that stand for
// the same elements. The layers above know how to encode.
class AXIOM_CORE_EXPORT FrozenNodes
{
public:
    FrozenNodes() = default;
    virtual ~FrozenNodes();
    FrozenNodes(const FrozenNodes &) = delete;
    FrozenNodes &operator=(const FrozenNodes &) = delete;

    // Bytes held.
    virtual qsizetype byteSize() const noexcept = 0;
    // What the elements took before, as far as known.
    virtual qint64 formerByteSize() const noexcept = 0;
};

// Of a CowVector. Both return a new tree of that level with one reference.
class AXIOM_CORE_EXPORT FrozenTree : public FrozenNodes
{
public:
    // Null when the bytes are damaged, which it tells whom it concerns.
    virtual CowNode *thaw(int level) const = 0;
    virtual CowNode *blank(int level) const = 0;
};

// Of a CowHash.
class AXIOM_CORE_EXPORT FrozenTrie : public FrozenNodes
{
public:
    // The level is that of the root, counted from that of the whole trie.
    virtual TrieNode *thaw(int level) const = 0;
    virtual TrieNode *blank() const = 0;
};

// An update is about to change elements that can't be thawed.
class AXIOM_CORE_EXPORT DamagedElements : public std::runtime_error
{
public:
    DamagedElements();
    ~DamagedElements() override;
};

// Tells when something was thawed. Steady time, unless a test sets another clock.
AXIOM_CORE_EXPORT qint64 thawTime() noexcept;
AXIOM_CORE_EXPORT void setThawClock(const Clock *clock) noexcept;

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_FROZENNODES_H
