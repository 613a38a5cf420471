// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/Fields>

#include <QtCore/qhashfunctions.h>
#include <QtCore/qstring.h>

#include <array>
#include <atomic>
#include <stdexcept>

// Element types of the tests: each makes a value of a number and can be compared.

struct Rec
{
    QString name;
    qint64 id = 0;
    qint64 size = 0;
    double score = 0;
    int rating = 0;
    int flags = 0;

    Rec() = default;
    explicit Rec(int number) : name(QString::number(number)), id(number) { }
    AXIOM_FIELDS(Rec, name, id, size, score, rating, flags)
};

// An aggregate of values of Qt, whose bits leaves may share.
struct Item
{
    qint64 id = 0;
    QString name;
    QList<int> tags;
    AXIOM_FIELDS(Item, id, name, tags)
};

// Two of these fill a leaf.
struct Large
{
    int number = 0;
    std::array<char, 3000> filling = {};

    Large() = default;
    explicit Large(int n) : number(n) { filling.fill(char(n)); }
    friend bool operator==(const Large &, const Large &) = default;
};

// Counts its objects and throws from its copies when told.
struct Throwing
{
    static inline std::atomic<int> alive = 0;
    static inline int copiesUntilThrow = -1;

    int number = 0;

    explicit Throwing(int n = 0) : number(n) { ++alive; }
    Throwing(const Throwing &other) : number(other.number)
    {
        countDown();
        ++alive;
    }
    Throwing(Throwing &&other) noexcept : number(std::exchange(other.number, -1)) { ++alive; }
    Throwing &operator=(const Throwing &other)
    {
        countDown();
        number = other.number;
        return *this;
    }
    Throwing &operator=(Throwing &&other) noexcept
    {
        number = std::exchange(other.number, -1);
        return *this;
    }
    ~Throwing() { --alive; }

    static void countDown()
    {
        if (copiesUntilThrow > 0 && --copiesUntilThrow == 0) {
            copiesUntilThrow = -1;
            throw std::runtime_error("copy");
        }
    }
    friend bool operator==(const Throwing &a, const Throwing &b) { return a.number == b.number; }
};

// Has no move of its own, so that every transfer may throw.
struct ThrowingMove : Throwing
{
    explicit ThrowingMove(int n = 0) : Throwing(n) { }
    ThrowingMove(const ThrowingMove &) = default;
    ThrowingMove &operator=(const ThrowingMove &) = default;
};

struct alignas(64) Aligned
{
    int number = 0;
    int check = ~0;

    Aligned() = default;
    explicit Aligned(int n) : number(n), check(~n) { }
    friend bool operator==(const Aligned &a, const Aligned &b)
    {
        Q_ASSERT(quintptr(&a) % 64 == 0 && quintptr(&b) % 64 == 0);
        return a.number == b.number && a.check == b.check;
    }
};

struct Counting
{
    static inline int copies = 0;
    static inline int moves = 0;

    int number = 0;

    explicit Counting(int n = 0) : number(n) { }
    Counting(const Counting &other) noexcept : number(other.number) { ++copies; }
    Counting(Counting &&other) noexcept : number(other.number) { ++moves; }
    Counting &operator=(const Counting &other)
    {
        number = other.number;
        ++copies;
        return *this;
    }
    Counting &operator=(Counting &&other) noexcept
    {
        number = other.number;
        ++moves;
        return *this;
    }
    friend bool operator==(const Counting &a, const Counting &b) { return a.number == b.number; }
};

template <typename T>
T make(int number)
{
    if constexpr (std::is_same_v<T, QString>)
        return QString::number(number);
    else if constexpr (std::is_same_v<T, Item>)
        return {number, QString::number(number), {number, number + 1}};
    else
        return T(number);
}

// How many random operations a test does: so many, or its share of AXIOM_TEST_OPERATIONS.
inline int testOperations(int usual)
{
    bool ok = false;
    const int all = qEnvironmentVariableIntValue("AXIOM_TEST_OPERATIONS", &ok);
    constexpr double usualOfAll = 1'000'000;
    return ok ? int(usual / usualOfAll * all) : usual;
}

inline quint32 testSeed()
{
    bool ok = false;
    const int seed = qEnvironmentVariableIntValue("AXIOM_TEST_SEED", &ok);
    return ok ? quint32(seed) : 20261123u;
}
