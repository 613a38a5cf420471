// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include <AxiomState/Clock>
#include <AxiomState/CowHash>
#include <AxiomState/CowVector>
#include <AxiomState/Diff>
#include <AxiomState/HashDiff>
#include <AxiomState/StateCodec>

#include "../../../../src/cow/detail/triefreezer.h"
#include "../../../../src/cow/detail/vectorfreezer.h"

#include <QtTest/qtest.h>

#include <QtCore/qscopeguard.h>

#include <atomic>
#include <new>
#include <random>
#include <thread>

using namespace Axiom;
using namespace Axiom::detail;

namespace {

struct Item
{
    int number = 0;
    QString text;
    AXIOM_FIELDS(Item, number, text)
};

// Not compressed, but out of reach, so that what is read was thawed.
class Kept final : public FrozenTree
{
public:
    explicit Kept(VectorFreezer<Item>::Blocks blocks)
    {
        for (const auto &block : blocks)
            m_items.append(QList<Item>(block.begin(), block.end()));
    }

    CowNode *thaw(int level) const override
    {
        ++thawCount;
        if (thawCost > thawCost.zero())
            thawClock().advance(thawCost);
        if (lacksMemory)
            throw std::bad_alloc();
        return isDamaged ? nullptr : tree(level, m_items);
    }
    CowNode *blank(int level) const override { return tree(level, QList<Item>(m_items.size())); }
    qsizetype byteSize() const noexcept override { return m_items.size(); }
    qint64 formerByteSize() const noexcept override { return 50 * m_items.size(); }

    static inline std::atomic<int> thawCount = 0;
    static inline bool isDamaged = false;
    static inline std::atomic<bool> lacksMemory = false;
    static VirtualClock &thawClock()
    {
        static VirtualClock clock;
        return clock;
    }
    static inline std::chrono::nanoseconds thawCost{};

private:
    static CowNode *tree(int level, const QList<Item> &items)
    {
        CowTree<Item>::Builder builder(CowLeaf<Item>::Capacity);
        for (const Item &item : items)
            builder.append(item);
        return CowTree<Item>::raised(builder.finish(), level).take();
    }

    QList<Item> m_items;
};

std::shared_ptr<const FrozenTree> keep(VectorFreezer<Item>::Blocks blocks)
{
    return std::make_shared<Kept>(blocks);
}

CowVector<Item> itemsOf(int count)
{
    CowVector<Item> items;
    for (int i = 0; i < count; ++i)
        items.append({i, QString::number(i)});
    return items;
}

CowVector<Item> frozen(const CowVector<Item> &items, int encodedCount = 0)
{
    VectorFreezer<Item> freezer;
    FreezeBudget budget;
    int left = encodedCount > 0 ? encodedCount : std::numeric_limits<int>::max();
    freezer.encode(items, budget, [&](auto blocks) { return left-- > 0 ? keep(blocks) : nullptr; });
    return freezer.frozen(items, budget);
}

using Table = CowHash<int, QString>;
using TableFreezer = TrieFreezer<int, QString>;

class KeptEntries final : public FrozenTrie
{
public:
    explicit KeptEntries(const std::vector<const TableFreezer::Entry *> &entries)
    {
        for (const auto *entry : entries)
            m_entries.emplace_back(entry->key, entry->value);
    }

    TrieNode *thaw(int level) const override
    {
        ++Kept::thawCount;
        if (Kept::lacksMemory)
            throw std::bad_alloc();
        if (Kept::isDamaged)
            return nullptr;
        TrieNode *root = nullptr;
        for (const auto &[key, value] : m_entries)
            CowTrie<int, QString>::insert(root, trieHash(key), key, QString(value), level);
        return root;
    }
    TrieNode *blank() const override { return CowTrie<int, QString>::createLeaf(0); }
    qsizetype byteSize() const noexcept override { return qsizetype(m_entries.size()); }
    qint64 formerByteSize() const noexcept override { return 50 * qint64(m_entries.size()); }

private:
    std::vector<std::pair<int, QString>> m_entries;
};

Table tableOf(int count)
{
    Table table;
    for (int i = 0; i < count; ++i)
        table.insert(i, QString::number(i));
    return table;
}

Table frozen(const Table &table, int encodedCount = 0)
{
    TableFreezer freezer;
    FreezeBudget budget;
    int left = encodedCount > 0 ? encodedCount : std::numeric_limits<int>::max();
    freezer.encode(table, budget, [&](const auto &entries) {
        return left-- > 0 ? std::make_shared<KeptEntries>(entries) : nullptr;
    });
    return freezer.frozen(table, budget);
}

// Whether to remove a key, with the bits of its hash that name its slots on the two topmost levels.
using Removes = bool (*)(int key, std::size_t first, std::size_t second);

FrozenParts partsOf(const Table &table)
{
    FrozenParts parts;
    TableFreezer::measure(table, parts);
    return parts;
}

FrozenParts partsOf(const CowVector<Item> &items)
{
    FrozenParts parts;
    VectorFreezer<Item>::measure(items, parts);
    return parts;
}

} // namespace

class tst_FrozenNodes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Kept::isDamaged = false;
        Kept::lacksMemory = false;
        Kept::thawCount = 0;
        Kept::thawCost = {};
    }

    void readsWhatWasThere_data();
    void readsWhatWasThere();
    void readThawsOneSegmentOnly();
    void sizeAndDiffThawNothing();
    void versionsShareFrozenSegments();
    void freezingAgainNeedsNoEncoding();
    void changedSegmentIsNotReplaced();
    void budgetEndsEncoding();
    void thawedVectorIsAsBefore();
    void changesLikeAList();
    void damagedElementsAreNotChanged();
    void failedInsertionLeavesBothAsTheyWere();
    void failedRemovalLeavesTheElement();
    void whatIsMissingIsNotWritten();
    void elementsThatMemoryLackedForComeBack();
    void threadsSeeDefaultsOrElements();
    void whatTookLongToThawStaysLonger();
    void elementsInUseAreLeftAlone();
    void holdersAreSeen();
    void threadsThawOnce();
    void hashReadsWhatWasThere_data() { readsWhatWasThere_data(); }
    void hashReadsWhatWasThere();
    void hashThawsWhatItTouches();
    void hashChangesLikeAQHash();
    void damagedEntriesAreNotChanged();
    void entriesThatMemoryLackedForComeBack();
    void hashThatShrankKeepsItsFrozenParts_data();
    void hashThatShrankKeepsItsFrozenParts();
};

void tst_FrozenNodes::readsWhatWasThere_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {0, 1, 5, 20, 129, 1000, 1024, 1025, 5000})
        QTest::addRow("%d", count) << count;
}

void tst_FrozenNodes::readsWhatWasThere()
{
    QFETCH(int, count);
    const CowVector<Item> items = itemsOf(count);
    const CowVector<Item> cold = frozen(items);
    QCOMPARE(cold.size(), items.size());
    for (int i = 0; i < count; ++i)
        QCOMPARE(cold.at(i).number, i);
    const CowVector<Item> again = frozen(items);
    int next = 0;
    for (const Item &item : again)
        QCOMPARE(item.text, QString::number(next++));
    QCOMPARE(next, count);
    QVERIFY(frozen(items) == items);
    QCOMPARE(frozen(items).toList(), items.toList());
    QVERIFY(again.isValid());
}

void tst_FrozenNodes::readThawsOneSegmentOnly()
{
    const CowVector<Item> cold = frozen(itemsOf(20'000));
    QCOMPARE(partsOf(cold).resident, 0);
    const int segments = partsOf(cold).frozen;
    QVERIFY(segments > 10);
    QCOMPARE(cold.at(7000).number, 7000);
    QCOMPARE(cold.at(7001).number, 7001);
    QCOMPARE(Kept::thawCount, 1);
    QCOMPARE(partsOf(cold).thawed, 1);
    QCOMPARE(partsOf(cold).frozen, segments - 1);

    CowVector<Item> changed = cold;
    changed.modify(15'000, [](Item &item) { item.number = -1; });
    QCOMPARE(Kept::thawCount, 2);
    QCOMPARE(partsOf(changed).resident, 1);
    QCOMPARE(partsOf(cold).resident, 0);
}

void tst_FrozenNodes::sizeAndDiffThawNothing()
{
    const CowVector<Item> items = itemsOf(20'000);
    const CowVector<Item> cold = frozen(items);
    QVERIFY(cold.byteSize() < items.byteSize() / 10);
    QCOMPARE(cold.size(), 20'000);
    const CowVector<Item> alike = cold;
    QVERIFY(diff(cold, alike).isEmpty());
    QCOMPARE(Kept::thawCount, 0);

    CowVector<Item> changed = cold;
    changed.modify(10, [](Item &item) { item.text = QStringLiteral("new"); });
    QCOMPARE(diff(cold, changed).size(), 1);
    QVERIFY(changed != cold);
    QCOMPARE(Kept::thawCount, 1);
}

void tst_FrozenNodes::versionsShareFrozenSegments()
{
    const CowVector<Item> before = itemsOf(20'000);
    CowVector<Item> after = before;
    after.modify(3, [](Item &item) { item.number = 0; });
    VectorFreezer<Item> freezer;
    FreezeBudget budget;
    int encoded = 0;
    const auto encode = [&](auto blocks) {
        ++encoded;
        return keep(blocks);
    };
    freezer.encode(before, budget, encode);
    QVERIFY(std::exchange(encoded, 0) > 10);
    freezer.encode(after, budget, encode);
    QCOMPARE(encoded, 1);
    const CowVector<Item> coldBefore = freezer.frozen(before, budget);
    const qint64 freed = std::exchange(budget.freedBytes, 0);
    const CowVector<Item> coldAfter = freezer.frozen(after, budget);
    QCOMPARE(freed, 49 * 20'000);
    QVERIFY(budget.freedBytes > 0); // one segment
    QVERIFY(budget.freedBytes < freed / 10);
    QCOMPARE(diff(coldBefore, coldAfter).size(), 1);
    QVERIFY(Kept::thawCount <= 2);
}

void tst_FrozenNodes::freezingAgainNeedsNoEncoding()
{
    const CowVector<Item> cold = frozen(itemsOf(20'000));
    for (const Item &item : cold)
        QVERIFY(item.number >= 0);
    QCOMPARE(partsOf(cold).frozen, 0);

    VectorFreezer<Item> freezer;
    FreezeBudget budget;
    freezer.encode(cold, budget, [](auto) -> std::shared_ptr<const FrozenTree> {
        qFatal("there is nothing to encode");
    });
    const CowVector<Item> again = freezer.frozen(cold, budget);
    QCOMPARE(partsOf(again).thawed, 0);
    QCOMPARE(budget.freedBytes, 50 * 20'000);
    QVERIFY(diff(cold, again).isEmpty());
    QCOMPARE(again.at(19'999).number, 19'999);
}

void tst_FrozenNodes::changedSegmentIsNotReplaced()
{
    CowVector<Item> items = itemsOf(20'000);
    VectorFreezer<Item> freezer;
    FreezeBudget budget;
    const CowVector<Item> snapshot = items;
    freezer.encode(snapshot, budget, keep);
    items.modify(5000, [](Item &item) { item.number = -5; });
    items.append({20'000, QString()});
    items.removeAt(19'000);
    const CowVector<Item> cold = freezer.frozen(items, budget);
    QVERIFY(budget.freedBytes < budget.formerBytes - budget.frozenBytes);
    QVERIFY(partsOf(cold).frozen > 5);
    QVERIFY(partsOf(cold).resident >= 2);
    QCOMPARE(cold.at(5000).number, -5);
    QVERIFY(cold == items);
}

void tst_FrozenNodes::budgetEndsEncoding()
{
    CowVector<Item> items = itemsOf(20'000);
    int rounds = 0;
    for (bool isDone = false; !isDone; ++rounds) {
        VectorFreezer<Item> freezer;
        FreezeBudget budget;
        budget.left = 100'000;
        const CowVector<Item> snapshot = items;
        isDone = freezer.encode(snapshot, budget, keep);
        items = freezer.frozen(items, budget);
        QVERIFY(budget.formerBytes < 300'000);
    }
    QVERIFY(rounds > 5);
    QCOMPARE(partsOf(items).resident, 0);
    QVERIFY(items == itemsOf(20'000));
}

void tst_FrozenNodes::thawedVectorIsAsBefore()
{
    const CowVector<Item> items = itemsOf(20'000);
    const CowVector<Item> warm = VectorFreezer<Item>::thawed(frozen(items));
    QCOMPARE(partsOf(warm).frozen, 0);
    QCOMPARE(partsOf(warm).thawed, 0);
    QVERIFY(warm == items);
    QCOMPARE(warm.byteSize(), items.byteSize());
}

void tst_FrozenNodes::changesLikeAList()
{
    std::mt19937 random(20261123);
    const auto below = [&](qsizetype end) {
        return qsizetype(random() % std::uint32_t(std::max<qsizetype>(end, 1)));
    };
    for (int run = 0; run < 12; ++run) {
        QList<Item> list;
        CowVector<Item> vector;
        std::vector<std::pair<CowVector<Item>, QList<Item>>> history;
        for (int step = 0; step < 400; ++step) {
            const qsizetype size = list.size();
            const qsizetype at = below(size);
            const Item item{int(random()), QString::number(step)};
            switch (random() % 14) {
            case 0:
            case 1: {
                CowVector<Item> more = itemsOf(int(below(1500)));
                if (random() % 2)
                    more = frozen(more);
                const qsizetype to = below(size + 1);
                list = list.mid(0, to) + more.toList() + list.mid(to);
                vector.insert(to, more);
                break;
            }
            case 2:
                vector.append(item);
                list.append(item);
                break;
            case 3:
                vector.insert(at, item);
                list.insert(at, item);
                break;
            case 4:
                if (size > 0) {
                    vector.removeAt(at);
                    list.removeAt(at);
                }
                break;
            case 5: {
                const qsizetype count = below(std::min<qsizetype>(size - at, 900));
                vector.erase(at, count);
                list.remove(at, count);
                break;
            }
            case 6:
                if (size > 0) {
                    vector.replace(at, item);
                    list.replace(at, item);
                }
                break;
            case 7:
                if (size > 0) {
                    vector.modify(at, [](Item &each) { ++each.number; });
                    ++list[at].number;
                }
                break;
            case 8:
                if (size > 0) {
                    const qsizetype to = below(size);
                    vector.move(at, to);
                    list.move(at, to);
                }
                break;
            case 9:
                history.emplace_back(vector, list);
                if (history.size() > 5)
                    history.erase(history.begin() + std::ptrdiff_t(below(5)));
                break;
            case 10:
                vector = vector.mid(below(size / 4));
                list = list.mid(list.size() - vector.size());
                break;
            case 11:
                vector = VectorFreezer<Item>::thawed(vector);
                break;
            default:
                vector = frozen(vector, int(random() % 8));
            }
            QCOMPARE(vector.size(), list.size());
            if (size > 0 && !list.isEmpty()) {
                const qsizetype look = below(list.size());
                QCOMPARE(vector.at(look), list.at(look));
            }
        }
        QCOMPARE(vector.toList(), list);
        for (const auto &[before, expected] : history) {
            QCOMPARE(before.toList(), expected);
            QList<Item> applied = expected;
            // What is told of two versions leads from one to the other, frozen or not.
            for (const RowChange &change : diff(before, vector)) {
                switch (change.kind) {
                case RowChange::Insert:
                    for (qsizetype i = 0; i < change.count; ++i)
                        applied.insert(change.first + i, list.at(change.first + i));
                    break;
                case RowChange::Remove:
                    applied.remove(change.first, change.count);
                    break;
                case RowChange::Move:
                    QFAIL("there are no moves without keys");
                case RowChange::Update:
                    for (qsizetype i = 0; i < change.count; ++i)
                        applied[change.first + i] = list.at(change.first + i);
                    break;
                }
            }
            QCOMPARE(applied, list);
        }
    }
}

void tst_FrozenNodes::damagedElementsAreNotChanged()
{
    CowVector<Item> cold = frozen(itemsOf(20'000));
    QCOMPARE(cold.at(0).number, 0);
    QVERIFY(cold.isValid());
    Kept::isDamaged = true;
    QCOMPARE(cold.at(7000).text, QString());
    QVERIFY(!cold.isValid());
    QCOMPARE(cold.size(), 20'000);
    QCOMPARE(partsOf(cold).damaged, 1);

    const CowVector<Item> before = cold;
    const auto isRefused = [&](auto change) {
        try {
            change();
        } catch (const DamagedElements &) {
            return cold == before && cold.size() == 20'000;
        }
        return false;
    };
    QVERIFY(isRefused([&] { cold.modify(7000, [](Item &item) { item.number = 1; }); }));
    QVERIFY(isRefused([&] { cold.replace(7000, Item()); }));
    QVERIFY(isRefused([&] { cold.removeAt(7001); }));
    QVERIFY(isRefused([&] { cold.erase(7001, 2); }));
    QVERIFY(isRefused([&] { cold.insert(7001, Item()); }));
    QVERIFY(isRefused([&] { cold.insert(7001, itemsOf(5)); }));
    QVERIFY(isRefused([&] { cold.move(7001, 3); }));

    // The others go on, and the damaged ones are kept as they are.
    cold.modify(0, [](Item &item) { item.number = 9; });
    QCOMPARE(cold.at(0).number, 9);
    const int frozen = partsOf(before).frozen; // before all of it is asked for
    QCOMPARE(partsOf(VectorFreezer<Item>::thawed(before)).damaged, frozen + 1);
    Kept::isDamaged = false;
}

void tst_FrozenNodes::failedInsertionLeavesBothAsTheyWere()
{
    const CowVector<Item> cold = frozen(itemsOf(20'000)).mid(0);
    const CowVector<Item> plain = itemsOf(3000);
    int refused = 0;
    for (const bool isDamaged : {false, true}) {
        for (const int at : {0, 3, 1500, 3000}) {
            CowVector<Item> changed = plain;
            CowVector<Item> moved = cold;
            Kept::isDamaged = isDamaged;
            Kept::lacksMemory = !isDamaged;
            try {
                changed.insert(at, std::move(moved));
                QCOMPARE(changed.size(), 23'000);
            } catch (const std::exception &) {
                ++refused;
                QVERIFY(changed == plain);
                QCOMPARE(moved.size(), 20'000);
                QVERIFY(moved.isSharedWith(cold));
            }
            Kept::isDamaged = false;
            Kept::lacksMemory = false;
        }
    }
    QVERIFY(refused > 0);
}

void tst_FrozenNodes::failedRemovalLeavesTheElement()
{
    CowVector<Item> cold = frozen(itemsOf(20'000));
    QCOMPARE(cold.at(0).number, 0); // the first segment
    Kept::lacksMemory = true;
    int taken = 0;
    try {
        for (;; ++taken)
            QCOMPARE(cold.takeAt(0).text, QString::number(taken));
    } catch (const std::bad_alloc &) { }
    QVERIFY(taken > 0);
    QCOMPARE(cold.size(), 20'000 - taken);
    QCOMPARE(cold.at(0).text, QString::number(taken));
    Kept::lacksMemory = false;
    QCOMPARE(cold.takeAt(0).text, QString::number(taken));
    QCOMPARE(cold.at(0).text, QString::number(taken + 1));
}

void tst_FrozenNodes::whatIsMissingIsNotWritten()
{
    const auto isRefused = [](const auto &collection) {
        StateError error;
        QByteArray bytes;
        QDataStream stream(&bytes, QDataStream::WriteOnly);
        stream << collection;
        return !StateCodec::encode(collection, &error) && error.code == StateError::OutOfMemory
            && stream.status() == QDataStream::WriteFailed;
    };
    Kept::lacksMemory = true;
    const CowVector<Item> items = frozen(itemsOf(20'000));
    const Table table = frozen(tableOf(20'000));
    QVERIFY(isRefused(items));
    QVERIFY(isRefused(table));
    Kept::lacksMemory = false;
    QVERIFY(StateCodec::decode<CowVector<Item>>(*StateCodec::encode(items)) == items);
    QVERIFY(StateCodec::decode<Table>(*StateCodec::encode(table)) == table);
}

void tst_FrozenNodes::elementsThatMemoryLackedForComeBack()
{
    CowVector<Item> cold = frozen(itemsOf(20'000));
    Kept::lacksMemory = true;
    const Item *missing = &cold.at(7000);
    QCOMPARE(missing->text, QString());
    QVERIFY(!cold.isValid());
    QCOMPARE(&cold.at(7000), missing); // one for all attempts
    QCOMPARE(Kept::thawCount, 2);
    QCOMPARE(partsOf(cold).damaged, 0);
    QCOMPARE(partsOf(cold).thawed, 0);
    QCOMPARE(cold.toList().size(), 20'000);

    const CowVector<Item> before = cold;
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc,
                             cold.modify(7000, [](Item &item) { item.number = 1; }));
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, cold.removeAt(7001));
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, cold.insert(7001, itemsOf(5)));
    QCOMPARE(cold.size(), before.size());
    QCOMPARE(partsOf(VectorFreezer<Item>::thawed(cold)).frozen, partsOf(cold).frozen);
    QCOMPARE(partsOf(frozen(cold)).frozen, partsOf(cold).frozen);

    Kept::lacksMemory = false;
    QVERIFY(cold == itemsOf(20'000));
    QVERIFY(cold.isValid());
    QCOMPARE(missing->text, QString());
    cold.modify(7000, [](Item &item) { item.number = 1; });
    QCOMPARE(cold.at(7000).number, 1);

    // What turns out to be damaged then is.
    CowVector<Item> other = frozen(itemsOf(20'000));
    Kept::lacksMemory = true;
    QCOMPARE(other.at(7000).text, QString());
    Kept::lacksMemory = false;
    Kept::isDamaged = true;
    QCOMPARE(other.at(7000).text, QString());
    QCOMPARE(partsOf(other).damaged, 1);
    Kept::isDamaged = false;
    QVERIFY(!other.isValid());
}

void tst_FrozenNodes::threadsSeeDefaultsOrElements()
{
    for (int run = 0; run < 10; ++run) {
        const CowVector<Item> cold = frozen(itemsOf(3000));
        Kept::lacksMemory = true;
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        std::atomic<int> left = 3;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, mine = cold] {
                for (int i = 0; i < 3000; ++i) {
                    const Item &item = mine.at(i);
                    wrong += item != Item() && item.number != i;
                    if (i == 1000 && --left == 0)
                        Kept::lacksMemory = false;
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(wrong, 0);
        QVERIFY(cold == itemsOf(3000));
        QVERIFY(cold.isValid());
    }
}

void tst_FrozenNodes::whatTookLongToThawStaysLonger()
{
    setThawClock(&Kept::thawClock());
    const auto restored = qScopeGuard([] { setThawClock(nullptr); });
    const auto stays = [](std::chrono::nanoseconds cost, std::chrono::nanoseconds idle) {
        const CowVector<Item> cold = frozen(itemsOf(1000));
        Kept::thawCost = cost;
        const Item &seen = cold.at(500);
        Q_UNUSED(seen)
        Kept::thawCost = {};
        Kept::thawClock().advance(idle);
        FrozenParts parts;
        parts.thawedBefore = (Kept::thawClock().now() - RefreezeAfter).count();
        VectorFreezer<Item>::measure(cold, parts);
        return parts.thawed == 1 && parts.costlessBytes == 0;
    };
    using namespace std::chrono_literals;
    QVERIFY(stays(1ms, 29s));
    QVERIFY(!stays(1ms, 30s));
    QVERIFY(stays(2s, 39s));
    QVERIFY(!stays(2s, 40s));
}

void tst_FrozenNodes::elementsInUseAreLeftAlone()
{
    const CowVector<Item> items = itemsOf(20'000);
    VectorFreezer<Item> freezer;
    FreezeBudget budget;
    budget.inUse = {{3, 7000, 7010}, {2, 0, 20'000}};
    freezer.encode(items, budget, keep, 3);
    const CowVector<Item> cold = freezer.frozen(items, budget);
    const FrozenParts all = partsOf(frozen(items));
    QCOMPARE(partsOf(cold).resident, 1);
    QCOMPARE(partsOf(cold).frozen, all.frozen - 1);
    QVERIFY(&cold.at(7005) == &items.at(7005));
    QCOMPARE(Kept::thawCount, 0);

    // Nor are those given back that were thawed.
    QCOMPARE(cold.at(12'000).number, 12'000);
    QCOMPARE(cold.at(17'000).number, 17'000);
    VectorFreezer<Item> again;
    FreezeBudget next;
    next.inUse = {{3, 12'000, 12'001}};
    again.encode(cold, next, keep, 3);
    const CowVector<Item> colder = again.frozen(cold, next);
    QCOMPARE(partsOf(colder).thawed, 1);
    QVERIFY(&colder.at(12'000) == &cold.at(12'000));
    FrozenParts parts;
    parts.inUse = next.inUse;
    VectorFreezer<Item>::measure(colder, parts, 3);
    QCOMPARE(parts.thawed, 1);
    QCOMPARE(parts.costlessBytes, 0);
    parts = {};
    VectorFreezer<Item>::measure(colder, parts, 3);
    QVERIFY(parts.costlessBytes > 0);
    QVERIFY(colder == items);
}

void tst_FrozenNodes::holdersAreSeen()
{
    using Freezer = VectorFreezer<Item>;
    CowVector<Item> items = itemsOf(20'000);
    QVERIFY(!Freezer::isHeldElsewhere(items, 0));
    {
        const CowVector<Item> model = items;
        QVERIFY(!Freezer::isHeldElsewhere(items, 1));
        QVERIFY(Freezer::isHeldElsewhere(items, 0));
    }
    QVERIFY(!Freezer::isHeldElsewhere(items, 0));
    {
        const CowVector<Item> former = items;
        items.modify(0, [](Item &item) { ++item.number; });
        QVERIFY(Freezer::isHeldElsewhere(items, 0));
    }
    QVERIFY(!Freezer::isHeldElsewhere(items, 0));
}

void tst_FrozenNodes::threadsThawOnce()
{
    for (int run = 0; run < 20; ++run) {
        Kept::thawCount = 0;
        const CowVector<Item> cold = frozen(itemsOf(3000));
        const int segments = partsOf(cold).frozen;
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, mine = cold]() mutable {
                for (int i = 0; i < 3000; ++i)
                    wrong += mine.at(i).number != i;
                mine.modify(1, [](Item &item) { item.number = 2; });
                wrong += mine.at(1).number != 2;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(wrong, 0);
        QCOMPARE(Kept::thawCount, segments);
        QCOMPARE(cold.at(1).number, 1);
    }
}

void tst_FrozenNodes::hashReadsWhatWasThere()
{
    QFETCH(int, count);
    const Table table = tableOf(count);
    const Table cold = frozen(table);
    QCOMPARE(cold.size(), count);
    for (int i = 0; i < count; ++i)
        QCOMPARE(cold.value(i), QString::number(i));
    QVERIFY(!cold.contains(-1));
    const Table again = frozen(table);
    int found = 0;
    for (auto it = again.begin(); it != again.end(); ++it, ++found)
        QCOMPARE(it.value(), QString::number(it.key()));
    QCOMPARE(found, count);
    const Table more = frozen(table);
    for (int i = 0; i < count; ++i)
        QCOMPARE(*more.find(i), QString::number(i));
    QVERIFY(frozen(table) == table);
    QVERIFY(TableFreezer::thawed(frozen(table)) == table);
}

void tst_FrozenNodes::hashThawsWhatItTouches()
{
    const Table table = tableOf(20'000);
    const Table cold = frozen(table);
    QCOMPARE(partsOf(cold).resident, 0);
    QVERIFY(partsOf(cold).frozen > 8);
    QVERIFY(cold.byteSize() < table.byteSize() / 10);
    QCOMPARE(cold.value(500), QStringLiteral("500"));
    QCOMPARE(Kept::thawCount, 1);

    Table changed = cold;
    changed.insert(500, QStringLiteral("new"));
    QCOMPARE(Kept::thawCount, 1);
    QCOMPARE(diff(cold, changed).changed, QList<int>{500});
    QCOMPARE(Kept::thawCount, 1);
    QCOMPARE(cold.value(500), QStringLiteral("500"));

    TableFreezer freezer;
    FreezeBudget budget;
    freezer.encode(cold, budget, [](const auto &) -> std::shared_ptr<const FrozenTrie> {
        qFatal("there is nothing to encode");
    });
    const Table again = freezer.frozen(cold, budget);
    QCOMPARE(partsOf(again).thawed, 0);
    QVERIFY(budget.freedBytes > 0);
    QVERIFY(again == cold);
}

void tst_FrozenNodes::hashChangesLikeAQHash()
{
    std::mt19937 random(4711);
    for (int run = 0; run < 15; ++run) {
        QHash<int, QString> hash;
        Table table;
        std::vector<std::pair<Table, QHash<int, QString>>> history;
        const int range = run % 3 == 0 ? 300 : 6000;
        for (int step = 0; step < 3000; ++step) {
            const int key = int(random()) % range;
            switch (random() % 12) {
            case 0:
            case 1:
            case 2:
            case 3:
            case 4: {
                for (int i = 0; i < 5; ++i) {
                    hash.insert(key + i, QString::number(step));
                    table.insert(key + i, QString::number(step));
                }
                break;
            }
            case 5:
            case 6:
                QCOMPARE(table.remove(key), hash.remove(key) > 0);
                break;
            case 7:
                if (hash.contains(key)) {
                    hash[key] += u'!';
                    table.modify(key, [](QString &text) { text += u'!'; });
                }
                break;
            case 8:
                QCOMPARE(table.take(key), hash.take(key));
                break;
            case 9:
                if (step % 7 == 0) {
                    history.emplace_back(table, hash);
                    if (history.size() > 4)
                        history.erase(history.begin());
                }
                break;
            case 10:
                if (step % 5 == 0)
                    table = TableFreezer::thawed(table);
                break;
            default:
                if (step % 3 == 0)
                    table = frozen(table, int(random() % 4));
            }
            QCOMPARE(table.size(), hash.size());
            QCOMPARE(table.value(key), hash.value(key));
        }
        QCOMPARE(table.toHash(), hash);
        for (const auto &[before, expected] : history) {
            QCOMPARE(before.toHash(), expected);
            QHash<int, QString> applied = expected;
            const HashChanges<int> changes = diff(before, table);
            for (const int key : changes.removed)
                QVERIFY(applied.remove(key));
            for (const int key : changes.added + changes.changed)
                applied.insert(key, hash.value(key));
            QCOMPARE(applied, hash);
        }
    }
}

void tst_FrozenNodes::damagedEntriesAreNotChanged()
{
    Table cold = frozen(tableOf(20'000));
    Kept::isDamaged = true;
    QVERIFY(cold.isValid());
    QVERIFY(!cold.contains(7));
    QVERIFY(!cold.isValid());
    QVERIFY_THROWS_EXCEPTION(DamagedElements, cold.insert(7, QString()));
    QVERIFY_THROWS_EXCEPTION(DamagedElements, cold.remove(7));
    QCOMPARE(cold.size(), 20'000);
    QCOMPARE(partsOf(cold).damaged, 1);
}

void tst_FrozenNodes::entriesThatMemoryLackedForComeBack()
{
    Table cold = frozen(tableOf(20'000));
    Kept::lacksMemory = true;
    QVERIFY(!cold.contains(7));
    QVERIFY(!cold.isValid());
    const auto modify = [&] { return cold.modify(7, [](QString &text) { text += u'!'; }); };
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, cold.insert(7, QString()));
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, cold.remove(7));
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, modify());
    QCOMPARE(partsOf(TableFreezer::thawed(cold)).frozen, partsOf(cold).frozen);
    QCOMPARE(partsOf(cold).damaged, 0);

    Kept::lacksMemory = false;
    QCOMPARE(cold.value(7), QStringLiteral("7"));
    QVERIFY(modify());
    QCOMPARE(cold.value(7), QStringLiteral("7!"));
    QCOMPARE(cold.take(7), QStringLiteral("7!"));
    Table expected = tableOf(20'000);
    expected.remove(7);
    QVERIFY(cold == expected);
    QVERIFY(cold.isValid());
}

void tst_FrozenNodes::hashThatShrankKeepsItsFrozenParts_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<Removes>("removes");
    QTest::addRow("by two entries")
        << 2050 << Removes([](int key, std::size_t, std::size_t) { return key < 2; });
    QTest::addRow("on the second level")
        << 40'000 << Removes([](int, std::size_t first, std::size_t second) {
               return first == 0 && second < 5;
           });
    QTest::addRow("on both levels")
        << 40'000 << Removes([](int, std::size_t first, std::size_t second) {
               return first != 0 || second < 5;
           });
}

void tst_FrozenNodes::hashThatShrankKeepsItsFrozenParts()
{
    QFETCH(int, count);
    QFETCH(Removes, removes);
    Table expected = tableOf(count);
    Table cold = frozen(expected);
    for (int i = 0; i < count; ++i) {
        const std::size_t hash = trieHash(i);
        if (removes(i, hash & 15, hash >> 4 & 15)) {
            QVERIFY(cold.remove(i));
            expected.remove(i);
        }
    }
    const int frozenParts = partsOf(cold).frozen;
    QVERIFY(frozenParts > 0);

    // There is no need to have any of them back.
    Kept::thawCount = 0;
    Kept::lacksMemory = true;
    const Table again = frozen(cold);
    QCOMPARE(partsOf(again).resident, 0);
    QVERIFY(partsOf(again).frozen >= frozenParts);
    QCOMPARE(Kept::thawCount, 0);
    Kept::lacksMemory = false;
    QVERIFY(again == expected);
    QVERIFY(again.isValid());
}

QTEST_MAIN(tst_FrozenNodes)

#include "tst_frozennodes.moc"
