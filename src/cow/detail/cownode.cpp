// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cownode.h"

#include "nodecache.h"

#include "../../core/logging_p.h"

#include <QtCore/qbytearrayview.h>

#include <algorithm>
#include <new>

namespace Axiom::detail {

// "... T = int; ..." or "... T = int]" or "...<int>(void)".
QByteArray typeName(const char *signature)
{
    const QByteArrayView text(signature);
    if (qsizetype begin = text.indexOf("T = "); begin >= 0) {
        begin += 4;
        int depth = 0;
        qsizetype end = begin;
        for (; end < text.size(); ++end) {
            const char c = text.at(end);
            if (depth == 0 && (c == ';' || c == ']'))
                break;
            depth += (c == '<' || c == '(' || c == '[') - (c == '>' || c == ')' || c == ']');
        }
        return text.sliced(begin, end - begin).toByteArray();
    }
    const qsizetype begin = text.indexOf('<') + 1;
    const qsizetype end = text.lastIndexOf('>');
    return begin > 0 && end > begin ? text.sliced(begin, end - begin).toByteArray() : QByteArray();
}

namespace {

CowInner *allocateInner(bool wide)
{
    const std::size_t bytes = wide ? CowInner::WideBytes : CowInner::NarrowBytes;
    auto *node = new (allocateNode(bytes, alignof(CowInner))) CowInner;
    node->isWide = wide;
    return node;
}

void copyLayout(CowInner *to, const CowInner *from) noexcept
{
    to->level = from->level;
    to->shape = from->shape;
    to->count = from->count;
    std::copy_n(from->children, from->count, to->children);
    if (!from->isRegular())
        std::copy_n(from->ends(), CowInner::Fanout, to->ends());
}

// The ends of children that are full.
void fillEnds(CowInner *node, int count) noexcept
{
    for (int i = 0; i < count; ++i)
        node->ends()[i] = qint32(i + 1) << node->shift();
}

bool isRegular(int shift, CowNode *const *children, int count) noexcept
{
    for (int i = 0; i + 1 < count; ++i) {
        if (nodeSize(children[i]) != qsizetype(1) << shift)
            return false;
    }
    return true;
}

} // namespace

CowInner *makeInner(int level, int shift, CowNode *const *children, int count)
{
    Q_ASSERT(count > 0 && count <= CowInner::Fanout);
    CowInner *node = allocateInner(!isRegular(shift, children, count));
    node->level = quint8(level);
    node->shape = quint8(shift);
    node->count = quint16(count);
    std::copy_n(children, count, node->children);
    updateEnds(node, 0);
    return node;
}

void freeInner(CowInner *node) noexcept
{
    const std::size_t bytes = node->bytes();
    node->~CowInner();
    freeNode(node, bytes, alignof(CowInner));
}

CowInner *borrowInner(CowInner *node, bool wide)
{
    CowInner *copy = allocateInner(wide || !node->isRegular());
    copyLayout(copy, node);
    copy->borrowFrom(node);
    return copy;
}

CowInner *widened(CowInner *node)
{
    CowInner *wide = allocateInner(true);
    copyLayout(wide, node);
    wide->owned = node->owned;
    wide->base.store(node->base.load(std::memory_order_relaxed), std::memory_order_relaxed);
    wide->depth.store(node->depth.load(std::memory_order_relaxed), std::memory_order_relaxed);
    freeInner(node);
    return wide;
}

void growChild(CowInner *node, int child, int by) noexcept
{
    const int last = node->count - 1;
    if (child == last)
        return;
    Q_ASSERT(node->isWide);
    if (node->isRegular()) {
        fillEnds(node, last);
        std::fill(node->ends() + last, node->ends() + CowInner::Fanout, CowInner::Unused);
        node->shape |= CowInner::Irregular;
    }
    for (int i = child; i < last; ++i)
        node->ends()[i] += by;
}

void updateEnds(CowInner *node, int from) noexcept
{
    const int shift = node->shift();
    const int last = node->count - 1;
    if (!node->isWide) {
        Q_ASSERT(isRegular(shift, node->children, node->count));
        return;
    }
    if (node->isRegular())
        fillEnds(node, std::min(from, last));
    qint32 *ends = node->ends();
    qsizetype end = from == 0 ? 0 : ends[from - 1];
    for (int i = from; i < last; ++i) {
        end += nodeSize(node->children[i]);
        ends[i] = qint32(end);
    }
    std::fill(ends + last, ends + CowInner::Fanout, CowInner::Unused);
    bool regular = true;
    for (int i = 0; i < last; ++i)
        regular &= ends[i] == qint32(i + 1) << shift;
    node->shape = quint8(regular ? shift : shift | CowInner::Irregular);
}

CowInner *insertChild(CowInner *node, int at, CowNode *child)
{
    constexpr int fanout = CowInner::Fanout;
    if (node->count < fanout) {
        std::copy_backward(node->children + at, node->children + node->count,
                           node->children + node->count + 1);
        node->children[at] = child;
        ++node->count;
        updateEnds(node, std::max(0, at - 1));
        return nullptr;
    }
    if (at == fanout) // appending: keep what is full
        return makeInner(node->level, node->shift(), &child, 1);
    CowNode *all[fanout + 1];
    std::copy_n(node->children, at, all);
    all[at] = child;
    std::copy_n(node->children + at, fanout - at, all + at + 1);
    constexpr int half = (fanout + 1) / 2;
    CowInner *right = makeInner(node->level, node->shift(), all + half, fanout + 1 - half);
    std::copy_n(all, half, node->children);
    node->count = half;
    updateEnds(node, 0);
    return right;
}

void removeChild(CowInner *node, int at) noexcept
{
    std::copy(node->children + at + 1, node->children + node->count, node->children + at);
    --node->count;
}

void warnOutOfRange(const char *container, const char *signature, const char *function,
                    qsizetype index, qsizetype size)
{
    qCWarning(lcStore, "%s<%s>::%s: index %lld is out of range, the size is %lld", container,
              typeName(signature).constData(), function, qlonglong(index), qlonglong(size));
}

void warnTooLong(const char *container, const char *signature, const char *function, qsizetype size)
{
    qCWarning(lcStore, "%s<%s>::%s: %lld elements are more than it can hold", container,
              typeName(signature).constData(), function, qlonglong(size));
}

} // namespace Axiom::detail
