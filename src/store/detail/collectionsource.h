// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_COLLECTIONSOURCE_H
#define AXIOM_DETAIL_COLLECTIONSOURCE_H

#include "../../cow/cowvector.h"
#include "../../cow/diff.h"
#include "elementfields.h"
#include "listsource.h"
#include "rowsteps.h"
#include "statecore.h"

namespace Axiom::detail {

// The rows are the elements of one collection.
template <Described S, typename T, typename Key>
class CollectionSource final : public ListSource
{
public:
    CollectionSource(const std::shared_ptr<StateCore> &core, CowVector<T> S::*field, Key key)
        : m_core(core), m_field(field), m_key(std::move(key)),
          m_shown(TypedVersion<S>::of(*core->current()).*field)
    { }

    QByteArrayList fieldNames() const override { return ElementFields<T>::names(); }
    qsizetype rowCount() const override { return m_shown.size(); }
    FieldMask stateFields() const override { return FieldMask(1) << fieldIndex(m_field); }

    QVariant data(qsizetype row, int field) const override
    {
        return ElementFields<T>::read(m_shown.at(row), field);
    }

    bool setData(qsizetype row, int field, const QVariant &value) override
    {
        const std::shared_ptr<StateCore> core = m_core.lock();
        if (!core || !core->isAlive() || core->hasUnreadChanges())
            return false;
        // A row is a position: it means the same to the store only in the version shown, or in what
        // edits have made of it that are not announced yet.
        if (core->mutationCount() != m_editedAt
            && !(static_cast<const S *>(core->read())->*m_field == m_shown))
            return false;
        const auto set = ElementFields<T>::setter(field, value);
        if (!set)
            return false;
        auto edit = [&](S &state) {
            (state.*m_field).modify(row, set);
            m_editedAt = core->mutationCount() + 1; // when this is through
        };
        core->applyNow(mutationRef<S>(edit), "edit in a view");
        return true;
    }

    void showVersion(const Version &version, RowSink &sink) override
    {
        const CowVector<T> after = TypedVersion<S>::of(version).*m_field;
        std::vector<RowMove> reordered;
        const RowChanges changes = changesTo(after, reordered);
        // What is told may throw.
        const bool wasPartlyTold = std::exchange(m_isPartlyTold, true);
        // How rows differ that read as default values is not known.
        const bool lacksMemory = after.lacksMemory();
        bool isGuess = m_shown.lacksMemory() || lacksMemory;
        isGuess |= std::exchange(m_lacksMemory, lacksMemory);
        changeRows(m_shown, after, changes, sink, std::move(reordered));
        if ((wasPartlyTold || isGuess) && !m_shown.isEmpty())
            sink.update({{0, m_shown.size(), ~FieldMask(0)}}, [](qsizetype) {});
        m_isPartlyTold = false;
    }

    void addElements(const RowRange &rows, std::vector<ElementsInUse> &elements) const override
    {
        elements.push_back({fieldIndex(m_field), rows.first, rows.first + rows.count});
    }

    void replaceVersion(const Version &before, const Version &now) override
    {
        if (m_shown.isSharedWith(TypedVersion<S>::of(before).*m_field))
            m_shown = TypedVersion<S>::of(now).*m_field;
    }

private:
    RowChanges changesTo(const CowVector<T> &after,
                         [[maybe_unused]] std::vector<RowMove> &reordered) const
    {
        if constexpr (std::is_same_v<Key, NoKey>)
            return diff(m_shown, after);
        else if (m_shown.isSharedWith(after))
            return {};
        else
            return RowDiff<T>(m_shown, after).byKey(m_key, &reordered);
    }

    const std::weak_ptr<StateCore> m_core;
    CowVector<T> S::*const m_field;
    const Key m_key;
    CowVector<T> m_shown;
    quint64 m_editedAt = 0;      // so many mutations the state has seen
    bool m_isPartlyTold = false; // an observer threw: the next version tells of all rows
    bool m_lacksMemory = false;  // what is shown was read so
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_COLLECTIONSOURCE_H
