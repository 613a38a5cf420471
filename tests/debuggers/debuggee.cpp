// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

// Holds values for a debugger, writes down how they should be shown, and stops. When it goes on it
// makes sure that nobody has thawed what it had frozen.

#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/StateStore>

#include "../../src/cow/detail/triefreezer.h"
#include "../../src/cow/detail/vectorfreezer.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qfile.h>
#include <QtCore/qstringlist.h>

#include <cstring>

using namespace Axiom;
using namespace Axiom::detail;

struct Point
{
    int x = 0;
    int y = 0;
    AXIOM_FIELDS(Point, x, y)
};

struct alignas(32) Aligned
{
    int x = 0;
    AXIOM_FIELDS(Aligned, x)
};

// Not to be copied bit by bit.
struct Counted
{
    int x = 0;

    Counted(int number = 0) : x(number) { }
    Counted(const Counted &other) : x(other.x) { }
    Counted &operator=(const Counted &) = default;
    ~Counted() = default;
    friend bool operator==(const Counted &, const Counted &) = default;
};

// Keys with the same x agree in the whole hash, others in many bits.
struct Key
{
    int x = 0;
    int y = 0;
    AXIOM_FIELDS(Key, x, y)
    friend std::size_t qHash(const Key &key) { return std::size_t(key.x) << 60; }
};

// With a name that other files may have, too.
namespace {

struct Named
{
    int x = 0;
    QString name;
    AXIOM_FIELDS(Named, x, name)
};

} // namespace

struct Numbers
{
    CowVector<int> numbers;
    CowHash<int, Named> names;
    int other = 0;
    AXIOM_FIELDS(Numbers, numbers, names, other)
};

struct Note
{
    QString text;
    AXIOM_FIELDS(Note, text)
};

namespace {

template <typename S>
class Store : public StateStore
{
public:
    State<S> state{this};
};

template <typename T>
T make(int i)
{
    if constexpr (std::is_same_v<T, Named>)
        return {i, QStringLiteral("name of %1").arg(i)};
    else if constexpr (std::is_same_v<T, QString>)
        return QString::number(i);
    else if constexpr (std::is_same_v<T, Point> || std::is_same_v<T, Key>)
        return {i % 3, i};
    else
        return T(i);
}

template <>
Aligned make(int i)
{
    return {i};
}

QString text(int i)
{
    return QString::number(i);
}
QString text(const QString &string)
{
    return u'"' + string + u'"';
}
template <typename T>
QString text(const T &value)
{
    if constexpr (std::is_same_v<T, Named>)
        return QStringLiteral("{x = %1, name = %2}").arg(text(value.x), text(value.name));
    else if constexpr (std::is_same_v<T, Point> || std::is_same_v<T, Key>)
        return QStringLiteral("{x = %1, y = %2}").arg(text(value.x), text(value.y));
    else
        return QStringLiteral("{x = %1}").arg(value.x);
}

QString braced(const QString &summary, const QStringList &elements)
{
    return elements.isEmpty()
        ? summary
        : QStringLiteral("%1 = {%2}").arg(summary, elements.join(QStringLiteral(", ")));
}

QString summary(const char *type, const char *what, qsizetype size)
{
    return QStringLiteral("Axiom::%1 of %2 %3")
        .arg(QLatin1String(type), QLatin1String(what), QString::number(size));
}

template <typename T>
QString text(const CowVector<T> &vector)
{
    QStringList elements;
    for (const T &element : vector)
        elements.append(text(element));
    return braced(summary("CowVector", "length", vector.size()), elements);
}

// As a vector is shown of which some elements are not there: with indexes.
QString textOfParts(const CowVector<Named> &whole, int frozenFrom, int frozenTo, const char *word)
{
    constexpr int step = CowLeaf<Named>::Capacity
        << (CowInner::Bits * VectorFreezer<Named>::segmentLevel());
    QStringList elements;
    const int size = int(whole.size());
    for (int i = 0; i < size;) {
        if (i >= frozenFrom && i < frozenTo) {
            const int end = std::min(i + step, size);
            elements.append(QStringLiteral("[%1..%2] = <%3, %4 elements>")
                                .arg(i)
                                .arg(end - 1)
                                .arg(QLatin1String(word))
                                .arg(end - i));
            i = end;
        } else {
            elements.append(QStringLiteral("[%1] = %2").arg(QString::number(i), text(whole.at(i))));
            ++i;
        }
    }
    return braced(summary("CowVector", "length", size), elements);
}

template <typename K, typename V>
void addEntries(const TrieNode *node, QStringList &entries)
{
    if (node->isFrozen() && !asFrozen(node)->subtree()) {
        entries.append(QStringLiteral("[...] = <frozen, %1 entries>").arg(node->count));
        return;
    }
    node = resident(node);
    const auto add = [&](const TrieEntry<K, V> &entry) {
        entries.append(QStringLiteral("[%1] = %2").arg(text(entry.key), text(entry.value)));
    };
    CowTrie<K, V>::forEachOwn(node, add);
    for (int i = 0; i < node->childCount(); ++i)
        addEntries<K, V>(node->children()[i], entries);
}

template <typename K, typename V>
QString text(const CowHash<K, V> &hash)
{
    QStringList entries;
    if (!hash.isEmpty())
        addEntries<K, V>(hash.rootNode(), entries);
    return braced(summary("CowHash", "size", hash.size()), entries);
}

QString text(const Numbers &state)
{
    return QStringLiteral("{numbers = %1, names = %2, other = %3}")
        .arg(text(state.numbers), text(state.names), text(state.other));
}

QString textOfVersion(const char *type, qint64 revision, const QString &value)
{
    return QStringLiteral("Axiom::%1 at revision %2 = {value = %3}")
        .arg(QLatin1String(type), QString::number(revision), value);
}

template <typename T>
CowVector<T> vectorOf(int size)
{
    CowVector<T> vector;
    for (int i = 0; i < size; ++i)
        vector.append(make<T>(i));
    return vector;
}

template <typename K, typename V>
CowHash<K, V> hashOf(int size)
{
    CowHash<K, V> hash;
    for (int i = 0; i < size; ++i)
        hash.insert(make<K>(i), make<V>(i * i % 1000));
    return hash;
}

// Freezes without encoding anything; what is thawed has default values, if it is thawed at all.
class Elements final : public FrozenTree
{
public:
    explicit Elements(VectorFreezer<Named>::Blocks blocks)
    {
        for (const auto &block : blocks)
            m_elements.append(QList<Named>(block.begin(), block.end()));
    }
    CowNode *thaw(int level) const override
    {
        ++thawCount;
        return isDamaged ? nullptr : tree(level, m_elements);
    }
    CowNode *blank(int level) const override
    {
        return tree(level, QList<Named>(m_elements.size()));
    }
    qsizetype byteSize() const noexcept override { return 1; }
    qint64 formerByteSize() const noexcept override { return 100; }

    static inline int thawCount = 0;
    static inline bool isDamaged = false;

private:
    static CowNode *tree(int level, const QList<Named> &elements)
    {
        CowTree<Named>::Builder builder(CowLeaf<Named>::Capacity);
        for (const Named &element : elements)
            builder.append(element);
        return CowTree<Named>::raised(builder.finish(), level).take();
    }
    QList<Named> m_elements;
};

class Entries final : public FrozenTrie
{
public:
    TrieNode *thaw(int) const override
    {
        ++Elements::thawCount;
        return nullptr;
    }
    TrieNode *blank() const override { return CowTrie<int, Named>::createLeaf(0); }
    qsizetype byteSize() const noexcept override { return 1; }
    qint64 formerByteSize() const noexcept override { return 100; }
};

CowVector<Named> frozen(const CowVector<Named> &vector, int segments)
{
    VectorFreezer<Named> freezer;
    FreezeBudget budget;
    freezer.encode(vector, budget, [&](auto blocks) {
        return segments-- > 0 ? std::make_shared<Elements>(blocks) : nullptr;
    });
    return freezer.frozen(vector, budget);
}

CowHash<int, Named> frozen(const CowHash<int, Named> &hash, int segments)
{
    TrieFreezer<int, Named> freezer;
    FreezeBudget budget;
    freezer.encode(hash, budget, [&](const auto &) {
        return segments-- > 0 ? std::make_shared<Entries>() : nullptr;
    });
    return freezer.frozen(hash, budget);
}

// Bytes that are no collection, or one with a root and size that do not belong together.
template <typename T, typename Size>
class Raw
{
public:
    explicit Raw(int byte) { std::memset(m_bytes, byte, sizeof m_bytes); }
    Raw(const void *root, Size size) : Raw(0)
    {
        std::memcpy(m_bytes, &root, sizeof root);
        std::memcpy(m_bytes + sizeof root, &size, sizeof size);
    }
    const T *get() const { return reinterpret_cast<const T *>(m_bytes); }

private:
    alignas(T) unsigned char m_bytes[sizeof(T)];
};
using RawVector = Raw<CowVector<int>, qint32>;
using RawHash = Raw<CowHash<int, int>, qsizetype>;

void freeze(StateStore &store)
{
    QEventLoop loop;
    QObject::connect(&store, &StateStore::residencyChanged, &loop, &QEventLoop::quit);
    store.freeze();
    loop.exec();
}

QString corruptNode(const void *node)
{
    return QStringLiteral("the node at 0x%1 is corrupt").arg(quintptr(node), 0, 16);
}

} // namespace

Q_NEVER_INLINE void stopHere()
{
    asm volatile("");
}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QFile file(QString::fromLocal8Bit(argc > 1 ? argv[1] : ""));
    if (!file.open(QIODevice::WriteOnly))
        return 2;
    const auto expect = [&](const char *expression, const QString &shown) {
        file.write(QByteArray(expression) + '\t' + shown.toUtf8() + '\n');
    };
#define EXPECT(value) expect(#value, text(value))

    const CowVector<int> ints[] = {vectorOf<int>(0), vectorOf<int>(1), vectorOf<int>(7),
                                   vectorOf<int>(100), vectorOf<int>(5000)};
    EXPECT(ints[0]);
    EXPECT(ints[1]);
    EXPECT(ints[2]);
    EXPECT(ints[3]);
    EXPECT(ints[4]);
    const CowVector<QString> strings[] = {vectorOf<QString>(0), vectorOf<QString>(1),
                                          vectorOf<QString>(7), vectorOf<QString>(100),
                                          vectorOf<QString>(5000)};
    EXPECT(strings[0]);
    EXPECT(strings[1]);
    EXPECT(strings[2]);
    EXPECT(strings[3]);
    EXPECT(strings[4]);
    const CowVector<Named> named[] = {vectorOf<Named>(0), vectorOf<Named>(1), vectorOf<Named>(7),
                                      vectorOf<Named>(100), vectorOf<Named>(5000)};
    EXPECT(named[0]);
    EXPECT(named[1]);
    EXPECT(named[2]);
    EXPECT(named[3]);
    EXPECT(named[4]);
    const CowVector<Point> points = vectorOf<Point>(500);
    EXPECT(points);
    const CowVector<Aligned> aligned = vectorOf<Aligned>(50);
    EXPECT(aligned);
    const CowVector<Counted> counted = vectorOf<Counted>(50);
    EXPECT(counted);

    // Nodes off the regular shape.
    CowVector<Named> irregular = vectorOf<Named>(1000);
    for (int i = 0; i < 500; ++i)
        irregular.insert(i * 7 % irregular.size(), make<Named>(-i));
    EXPECT(irregular);
    CowVector<Named> remains = irregular;
    remains.remove(100, 700);
    EXPECT(remains);

    // Nodes that borrow their children, and leaves that borrow their elements.
    CowVector<Named> borrowed = named[4];
    const CowVector<Named> snapshotBefore = borrowed;
    for (int i = 0; i < 20; ++i)
        borrowed.replace(i * 101, make<Named>(-i));
    const CowVector<Named> snapshotBetween = borrowed;
    borrowed.insert(2000, make<Named>(0));
    EXPECT(borrowed);
    EXPECT(snapshotBefore);
    EXPECT(snapshotBetween);

    const CowVector<Named> frozenVector = frozen(vectorOf<Named>(1000), 1000);
    expect("frozenVector", textOfParts(vectorOf<Named>(1000), 0, 1000, "frozen"));
    const CowVector<Named> partlyFrozen = frozen(vectorOf<Named>(1000), 2);
    expect("partlyFrozen", textOfParts(vectorOf<Named>(1000), 0, 256, "frozen"));
    const CowVector<Named> partlyThawed = frozen(vectorOf<Named>(1000), 3);
    partlyThawed.at(0);
    expect("partlyThawed", textOfParts(vectorOf<Named>(1000), 128, 384, "frozen"));
    Elements::isDamaged = true;
    const CowVector<Named> damaged = frozen(vectorOf<Named>(1000), 1);
    damaged.at(0);
    expect("damaged", textOfParts(vectorOf<Named>(1000), 0, 128, "damaged"));

    const CowHash<int, int> hashes[] = {hashOf<int, int>(0), hashOf<int, int>(1),
                                        hashOf<int, int>(7), hashOf<int, int>(100),
                                        hashOf<int, int>(5000)};
    EXPECT(hashes[0]);
    EXPECT(hashes[1]);
    EXPECT(hashes[2]);
    EXPECT(hashes[3]);
    EXPECT(hashes[4]);
    const CowHash<QString, Named> byString = hashOf<QString, Named>(300);
    EXPECT(byString);
    const CowHash<int, Counted> notBorrowing = hashOf<int, Counted>(300);
    EXPECT(notBorrowing);
    const CowHash<int, Aligned> alignedHash = hashOf<int, Aligned>(300);
    EXPECT(alignedHash);
    CowHash<Key, int> collisions = hashOf<Key, int>(120);
    EXPECT(collisions);
    CowHash<QString, Named> borrowedHash = byString;
    for (int i = 0; i < 100; ++i)
        borrowedHash.insert(QString::number(i * 5), make<Named>(-i));
    EXPECT(borrowedHash);
    const CowHash<int, Named> frozenHash = frozen(hashOf<int, Named>(5000), 5000);
    EXPECT(frozenHash);
    const CowHash<int, Named> partlyFrozenHash = frozen(hashOf<int, Named>(5000), 3);
    EXPECT(partlyFrozenHash);

    const Store<Numbers> fresh;
    expect("fresh.state", textOfVersion("State", 0, text(Numbers())));
    Store<Numbers> store;
    store.state.apply([](Numbers &state) {
        state.numbers = {1, 2, 3};
        state.names.insert(5, make<Named>(5));
    });
    const Snapshot<Numbers> snapshot = store.state.snapshot();
    expect("snapshot", textOfVersion("Snapshot", 1, text(*snapshot)));
    store.state.apply([](Numbers &state) { state.other = 7; });
    expect("store.state", textOfVersion("State", 2, text(*store.state)));
    const Snapshot<Numbers> invalid;
    expect("invalid", QStringLiteral("Axiom::Snapshot <invalid>"));

    const QString longText(10000, u'x');
    Store<Note> notes;
    notes.state.apply([&](Note &note) { note.text = longText; });
    freeze(notes);
    expect("notes.state", textOfVersion("State", 1, QStringLiteral("<frozen>")));
    Store<Note> thawedNotes;
    thawedNotes.state.apply([&](Note &note) { note.text = longText.first(200); });
    freeze(thawedNotes);
    const QString thawedText = QStringLiteral("{text = %1}").arg(text(thawedNotes.state->text));
    expect("thawedNotes.state", textOfVersion("State", 1, thawedText));

    // A transaction that is under way.
    Store<Note> open;
    const BatchScope scope;
    open.state.apply([](Note &note) { note.text = QStringLiteral("later"); });
    expect("open.state", textOfVersion("State", 0, QStringLiteral("{text = \"later\"}")));

    // What is no collection, or not any more.
    const auto expectDamage = [&](const char *expression, const QString &before,
                                  const QString &damage) {
        expect(expression, QStringLiteral("%1<unreadable, %2>}").arg(before, damage));
    };
    const RawVector rawVector(0xa5);
    [[maybe_unused]] const CowVector<int> *noVector = rawVector.get();
    expect("*noVector", QStringLiteral("Axiom::CowVector <corrupt>"));
    const RawVector rawUnmapped(reinterpret_cast<void *>(0x10), 5);
    [[maybe_unused]] const CowVector<int> *unmapped = rawUnmapped.get();
    expectDamage("*unmapped", QStringLiteral("Axiom::CowVector of length 5 = {"),
                 QStringLiteral("5 elements: no memory at 0x%1")
                     .arg(0x10 + offsetof(CowNode, level), 0, 16));
    const RawVector rawTooShort(ints[2].rootNode(), 9);
    [[maybe_unused]] const CowVector<int> *tooShort = rawTooShort.get();
    expectDamage("*tooShort",
                 QStringLiteral("Axiom::CowVector of length 9 = {0, 1, 2, 3, 4, 5, 6, "),
                 QStringLiteral("2 elements: there are no more"));
    const RawVector rawTooLong(ints[2].rootNode(), 5);
    [[maybe_unused]] const CowVector<int> *tooLong = rawTooLong.get();
    expectDamage("*tooLong", QStringLiteral("Axiom::CowVector of length 5 = {"),
                 QStringLiteral("5 elements: there are more"));
    // Nodes that are their own children.
    CowNode *leaf = CowLeaf<int>::create();
    CowInner *cycle = makeInner(1, CowLeaf<int>::Shift, &leaf, 1);
    cycle->count = 3;
    std::fill_n(cycle->children, 3, cycle);
    const RawVector rawCyclic(cycle, 5);
    [[maybe_unused]] const CowVector<int> *cyclic = rawCyclic.get();
    expectDamage("*cyclic", QStringLiteral("Axiom::CowVector of length 5 = {"),
                 QStringLiteral("5 elements: ") + corruptNode(cycle));
    const RawHash rawHash(0xa5);
    [[maybe_unused]] const CowHash<int, int> *noHash = rawHash.get();
    expect("*noHash", QStringLiteral("Axiom::CowHash <corrupt>"));
    TrieNode *trieCycle = CowTrie<int, int>::createInner(0, 1);
    trieCycle->children()[0] = trieCycle;
    const RawHash rawCyclicHash(trieCycle, 5);
    [[maybe_unused]] const CowHash<int, int> *cyclicHash = rawCyclicHash.get();
    expectDamage("*cyclicHash", QStringLiteral("Axiom::CowHash of size 5 = {[...] = "),
                 QStringLiteral("5 entries: ") + corruptNode(trieCycle));

    file.close();
    stopHere();
    return Elements::thawCount == 2 ? 0 : 1; // the two above
}
