// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Collections when memory runs out: each allocation of each operation fails once.

#include <AxiomState/CowVector>

#include "../testtypes.h"

#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace Axiom;

namespace {

thread_local int allocationsUntilFailure = -1;

void countDown()
{
    if (allocationsUntilFailure > 0 && --allocationsUntilFailure == 0) {
        allocationsUntilFailure = -1;
        throw std::bad_alloc();
    }
}

void *checked(void *memory)
{
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

// Inlined, GCC 14 takes them for a mismatch.
Q_NEVER_INLINE void *operator new(std::size_t bytes)
{
    countDown();
    return checked(std::malloc(bytes));
}

Q_NEVER_INLINE void *operator new(std::size_t bytes, std::align_val_t alignment)
{
    countDown();
    const auto unit = std::size_t(alignment);
    return checked(std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit));
}

Q_NEVER_INLINE void operator delete(void *memory) noexcept
{
    std::free(memory);
}

Q_NEVER_INLINE void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

Q_NEVER_INLINE void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}

Q_NEVER_INLINE void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

template <>
inline std::string make<std::string>(int number)
{
    return std::to_string(number);
}

namespace {

template <typename T>
bool holds(const CowVector<T> &vector, const std::vector<int> &numbers)
{
    return std::equal(vector.begin(), vector.end(), numbers.begin(), numbers.end(),
                      [](const T &value, int number) { return value == make<T>(number); });
}

// By index, which finds its way by other means than iterators.
template <typename T>
bool holdsByIndex(const CowVector<T> &vector, const std::vector<int> &numbers)
{
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (!(vector.at(qsizetype(i)) == make<T>(numbers[i])))
            return false;
    }
    return true;
}

template <typename T>
class Checked
{
public:
    Checked(int size, quint32 seed) : m_random(seed)
    {
        for (int i = 0; i < size; ++i) {
            m_vector.append(make<T>(i));
            m_numbers.push_back(i);
        }
    }

    // Returns whether no vector ever held anything but what it should.
    bool run(int operations)
    {
        for (int step = 0; step < operations && m_intact; ++step) {
            // Shared with none, one or several others.
            if (below(3) == 0) {
                m_versions.emplace_back(m_vector, m_numbers);
                if (m_versions.size() > 4)
                    m_versions.erase(m_versions.begin() + below(4));
            }
            operate();
            m_intact &= holds(m_vector, m_numbers) && holdsByIndex(m_vector, m_numbers);
            for (const auto &[vector, numbers] : m_versions)
                m_intact &= holds(vector, numbers);
        }
        return m_intact;
    }

    int failures() const { return m_failures; }

private:
    int below(int n) { return n <= 0 ? 0 : int(m_random() % quint32(n)); }

    void operate()
    {
        const int size = int(m_numbers.size());
        const int i = below(size);
        const int j = below(size);
        const int number = below(1000);
        const T value = make<T>(number);
        const auto at = m_numbers.begin() + i;
        switch (size < 4 ? 0 : below(11)) {
        case 0:
            attempt([&] { m_vector.append(value); });
            m_numbers.push_back(number);
            break;
        case 1:
            attempt([&] { m_vector.insert(i, value); });
            m_numbers.insert(at, number);
            break;
        case 2:
            attempt([&] { m_vector.removeAt(i); });
            m_numbers.erase(at);
            break;
        case 3:
            attempt([&] { m_vector.replace(i, value); });
            *at = number;
            break;
        case 4:
            attempt([&] { m_vector.modify(i, [&](T &element) { element = value; }); });
            *at = number;
            break;
        case 5:
            attempt([&] { m_vector.move(i, j); });
            if (i < j)
                std::rotate(at, at + 1, m_numbers.begin() + j + 1);
            else
                std::rotate(m_numbers.begin() + j, at, at + 1);
            break;
        case 6:
            attempt([&] { m_vector.swapItemsAt(i, j); });
            std::swap(m_numbers[std::size_t(i)], m_numbers[std::size_t(j)]);
            break;
        case 7: {
            const int count = below((size - i) / 4);
            attempt([&] { m_vector.erase(i, count); });
            m_numbers.erase(at, at + count);
            break;
        }
        case 8: {
            const int count = below(std::min(size - i, 100));
            const CowVector<T> part = m_vector.sliced(i, count);
            const std::vector<int> numbers(at, at + count);
            attempt([&] { m_vector.insert(j, part); });
            m_numbers.insert(m_numbers.begin() + j, numbers.begin(), numbers.end());
            break;
        }
        case 9:
            attempt([&] { m_vector.takeAt(i); });
            m_numbers.erase(at);
            break;
        default:
            attempt([&] { m_vector.resize(size + 3, value); });
            m_numbers.resize(std::size_t(size) + 3, number);
            break;
        }
    }

    // Until it succeeds.
    template <typename F>
    void attempt(F &&operation)
    {
        for (int failAt = 1;; ++failAt) {
            allocationsUntilFailure = failAt;
            try {
                operation();
                allocationsUntilFailure = -1;
                return;
            } catch (const std::bad_alloc &) {
                ++m_failures;
                m_intact &= holds(m_vector, m_numbers) && holdsByIndex(m_vector, m_numbers);
            }
        }
    }

    std::mt19937 m_random;
    CowVector<T> m_vector;
    std::vector<int> m_numbers;
    std::vector<std::pair<CowVector<T>, std::vector<int>>> m_versions;
    int m_failures = 0;
    bool m_intact = true;
};

// A thread keeps a stock of free nodes, which would hide most failures; a new one has none.
template <typename T>
void failEverywhere()
{
    int failures = 0;
    for (const int size : {3, 40, 600, 3000}) {
        for (quint32 round = 0; round < 15; ++round) {
            bool intact = false;
            std::thread([&] {
                QThread::currentThread(); // Qt does not survive a failure when it adopts a thread
                Checked<T> checked(size, testSeed() + round);
                intact = checked.run(30);
                failures += checked.failures();
            }).join();
            QVERIFY2(intact, qPrintable(QString::number(size)));
        }
    }
    QVERIFY2(failures > 500, qPrintable(QString::number(failures)));
}

// Its destructor takes its move away.
struct Titled
{
    std::string title;

    Titled() = default;
    explicit Titled(int number) : title(std::to_string(number) + std::string(40, '.')) { }
    Titled(const Titled &) = default;
    Titled &operator=(const Titled &) = default;
    ~Titled() { title.clear(); }
    friend bool operator==(const Titled &, const Titled &) = default;
};

bool hasAllNodes(const detail::CowNode *node)
{
    for (int i = 0; node && node->level > 0 && i < node->count; ++i) {
        if (!hasAllNodes(detail::asInner(node)->children[i]))
            return false;
    }
    return node;
}

// Of leaves that removals have left with few elements, and that are joined by the next one.
template <typename T>
void failWhereLeavesAreJoined()
{
    int failures = 0;
    const auto attempt = [&](int removed, bool isLast, bool isShared, int failAt, bool &fails) {
        CowVector<T> vector;
        std::vector<int> numbers;
        for (int i = 0; i < 64; ++i) {
            vector.append(make<T>(i));
            numbers.push_back(i);
        }
        const auto remove = [&] { vector.removeAt(isLast ? vector.size() - 1 : 0); };
        for (int i = 0; i < removed; ++i) {
            remove();
            numbers.erase(isLast ? numbers.end() - 1 : numbers.begin());
        }
        const CowVector<T> other = isShared ? vector : CowVector<T>();
        allocationsUntilFailure = failAt;
        try {
            remove();
            numbers.erase(isLast ? numbers.end() - 1 : numbers.begin());
            fails = false;
        } catch (const std::bad_alloc &) {
            ++failures;
        }
        allocationsUntilFailure = -1;
        if (hasAllNodes(vector.rootNode()))
            return holds(vector, numbers) && holdsByIndex(vector, numbers);
        new CowVector<T>(std::move(vector)); // can't even be destroyed
        return false;
    };
    for (int removed = 0; removed < 40; ++removed) {
        for (const bool isLast : {false, true}) {
            for (const bool isShared : {false, true}) {
                bool fails = true;
                for (int failAt = 1; fails; ++failAt) {
                    bool intact = false;
                    std::thread([&] {
                        QThread::currentThread(); // as above
                        intact = attempt(removed, isLast, isShared, failAt, fails);
                    }).join();
                    QVERIFY(intact);
                }
            }
        }
    }
    QVERIFY2(failures > 20, qPrintable(QString::number(failures)));
}

} // namespace

class tst_Allocation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("AXIOM_TEST_SEED=%u", testSeed()); }

    void failureLeavesVectorOfInt() { failEverywhere<int>(); }
    void failureLeavesVectorOfString() { failEverywhere<QString>(); }
    void failureLeavesVectorOfItem() { failEverywhere<Item>(); }
    void failureLeavesVectorOfAligned() { failEverywhere<Aligned>(); }
    void failureLeavesVectorOfThrowing() { failEverywhere<Throwing>(); }
    void failureLeavesVectorOfLarge() { failEverywhere<Large>(); }

    void failureLeavesLeavesOfString() { failWhereLeavesAreJoined<QString>(); }
    void failureLeavesLeavesOfStdString() { failWhereLeavesAreJoined<std::string>(); }
    void failureLeavesLeavesOfTitled() { failWhereLeavesAreJoined<Titled>(); }
};

QTEST_APPLESS_MAIN(tst_Allocation)

#include "tst_allocation.moc"
