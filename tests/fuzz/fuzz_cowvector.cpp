// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Reads its input as operations on a few vectors, and does the same to lists: for libFuzzer.

#include <AxiomState/CowVector>
#include <AxiomState/Diff>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace Axiom;

namespace {

template <typename T>
T make(int number)
{
    if constexpr (std::is_same_v<T, QString>)
        return QString::number(number);
    else
        return T(number);
}

class Input
{
public:
    Input(const uint8_t *data, std::size_t size) : m_data(data), m_end(data + size) { }

    bool atEnd() const { return m_data == m_end; }
    int next() { return atEnd() ? 0 : *m_data++; }
    qsizetype below(qsizetype n)
    {
        const int high = next();
        return n <= 0 ? 0 : (high * 256 + next()) % n;
    }

private:
    const uint8_t *m_data;
    const uint8_t *m_end;
};

template <typename T>
QList<T> applied(const RowChanges &changes, QList<T> list, const QList<T> &after)
{
    for (const RowChange &change : changes) {
        switch (change.kind) {
        case RowChange::Remove:
            list.remove(change.first, change.count);
            break;
        case RowChange::Insert:
            for (qsizetype i = 0; i < change.count; ++i)
                list.insert(change.first + i, after.at(change.first + i));
            break;
        case RowChange::Move: {
            const QList<T> moved = list.sliced(change.first, change.count);
            list.remove(change.first, change.count);
            for (qsizetype i = 0; i < change.count; ++i)
                list.insert(change.to + i, moved.at(i));
            break;
        }
        case RowChange::Update:
            for (qsizetype i = 0; i < change.count; ++i)
                list[change.first + i] = after.at(change.first + i);
            break;
        }
    }
    return list;
}

void require(bool condition)
{
    if (!condition)
        std::abort();
}

template <typename T>
void run(Input input)
{
    constexpr qsizetype maxSize = 20'000;
    std::array<CowVector<T>, 4> vectors;
    std::array<QList<T>, 4> lists;
    while (!input.atEnd()) {
        const int operation = input.next();
        const auto target = std::size_t(operation >> 4 & 3);
        CowVector<T> &vector = vectors[target];
        QList<T> &list = lists[target];
        const qsizetype size = list.size();
        const T value = make<T>(input.next());
        const qsizetype at = input.below(size);
        switch (operation & 15) {
        case 0:
            vector.append(value);
            list.append(value);
            break;
        case 1:
            vector.insert(at, value);
            list.insert(at, value);
            break;
        case 2: {
            const qsizetype count = input.below(600);
            if (size + count > maxSize)
                break;
            vector.resize(size + count, value);
            list.resize(size + count);
            std::fill(list.begin() + size, list.end(), value);
            break;
        }
        case 3:
        case 4: {
            const auto from = std::size_t(input.next() & 3);
            vector = CowVector<T>(vectors[from]);
            list = QList<T>(lists[from]);
            break;
        }
        case 5: {
            const auto from = std::size_t(input.next() & 3);
            if (size + lists[from].size() > maxSize)
                break;
            const QList<T> part = lists[from];
            vector.insert(at, vectors[from]);
            list = list.first(at) + part + list.sliced(at);
            break;
        }
        default:
            if (size == 0)
                break;
            switch (operation & 15) {
            case 6:
            case 7:
                vector.replace(at, value);
                list.replace(at, value);
                break;
            case 8:
                vector.modify(at, [&](T &element) { element = value; });
                list[at] = value;
                break;
            case 9:
                vector.removeAt(at);
                list.removeAt(at);
                break;
            case 10: {
                const qsizetype count = input.below(size - at + 1);
                vector.erase(at, count);
                list.remove(at, count);
                break;
            }
            case 11: {
                const qsizetype to = input.below(size);
                vector.move(at, to);
                list.move(at, to);
                break;
            }
            case 12: {
                const qsizetype other = input.below(size);
                vector.swapItemsAt(at, other);
                list.swapItemsAt(at, other);
                break;
            }
            case 13: {
                const qsizetype count = input.below(size - at + 1);
                vector = vector.sliced(at, count);
                list = list.sliced(at, count);
                break;
            }
            case 14: {
                const auto other = std::size_t(input.next() & 3);
                const RowChanges changes = diff(vectors[other], vector);
                require(std::ranges::equal(applied(changes, lists[other], list), list));
                break;
            }
            default:
                vector.squeeze();
                require(vector.takeAt(at) == list.takeAt(at));
                break;
            }
        }
        require(vector.size() == list.size());
    }
    for (std::size_t i = 0; i < vectors.size(); ++i)
        require(std::ranges::equal(vectors[i].toList(), lists[i])); // Qt compares null by memcmp
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    run<qint64>(Input(data, size));
    run<QString>(Input(data, size));
    return 0;
}
