// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "cownode.h"

#include "../../core/logging_p.h"

#include <QtCore/qbytearrayview.h>

#include <algorithm>

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

CowInner *makeInner(int level, int shift, CowNode *const *children, int count) noexcept
{
    Q_ASSERT(count > 0 && count <= CowInner::Fanout);
    auto *node = new CowInner;
    node->level = quint8(level);
    node->shape = quint8(shift);
    node->count = quint16(count);
    std::copy_n(children, count, node->children);
    updateEnds(node, 0);
    return node;
}

void freeInner(CowInner *node) noexcept
{
    delete node;
}

CowInner *copyInner(const CowInner *node) noexcept
{
    auto *copy = new CowInner;
    copy->level = node->level;
    copy->shape = node->shape;
    copy->count = node->count;
    std::copy(std::begin(node->ends), std::end(node->ends), std::begin(copy->ends));
    for (int i = 0; i < node->count; ++i) {
        copy->children[i] = node->children[i];
        copy->children[i]->retain();
    }
    return copy;
}

void updateEnds(CowInner *node, int from) noexcept
{
    const int shift = node->shift();
    const int last = node->count - 1;
    qsizetype end = node->start(from);
    for (int i = from; i < last; ++i) {
        end += nodeSize(node->children[i]);
        node->ends[i] = qint32(end);
    }
    std::fill(node->ends + last, std::end(node->ends), CowInner::Unused);
    bool regular = true;
    for (int i = 0; i < last; ++i)
        regular &= node->ends[i] == qint32(i + 1) << shift;
    node->shape = quint8(regular ? shift : shift | CowInner::Irregular);
}

CowInner *insertChild(CowInner *node, int at, CowNode *child) noexcept
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
    std::copy_n(all, half, node->children);
    node->count = half;
    updateEnds(node, 0);
    return makeInner(node->level, node->shift(), all + half, fanout + 1 - half);
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
