// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_ORDEREDSOURCE_H
#define AXIOM_DETAIL_ORDEREDSOURCE_H

#include "../../cow/cowvector.h"
#include "../../cow/diff.h"
#include "elementfields.h"
#include "listsource.h"
#include "roworder.h"
#include "statecore.h"

#include <QtCore/qscopeguard.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace Axiom::detail {

// The rows are those elements of one collection, and in that order, whose positions another one
// lists: a selection and an order made elsewhere, shown live.
template <Described S, typename T>
class OrderedSource final : public ListSource
{
public:
    OrderedSource(const std::shared_ptr<StateCore> &core, CowVector<T> S::*elements,
                  CowVector<int> S::*order)
        : m_core(core), m_elementsField(elements), m_orderField(order),
          m_elements(TypedVersion<S>::of(*core->current()).*elements),
          m_order(TypedVersion<S>::of(*core->current()).*order)
    { }

    QByteArrayList fieldNames() const override { return ElementFields<T>::names(); }
    qsizetype rowCount() const override { return m_order.size(); }
    FieldMask stateFields() const override
    {
        return FieldMask(1) << fieldIndex(m_elementsField)
            | FieldMask(1) << fieldIndex(m_orderField);
    }

    QVariant data(qsizetype row, int field) const override
    {
        const int position = m_order.at(row);
        const CowVector<T> &elements = showsFormer(row, position) ? m_former : m_elements;
        if (position < 0 || position >= elements.size())
            return {};
        return ElementFields<T>::read(elements.at(position), field);
    }

    bool setData(qsizetype row, int field, const QVariant &value) override
    {
        const std::shared_ptr<StateCore> core = m_core.lock();
        if (!core || !core->isAlive() || core->hasUnreadChanges())
            return false;
        const int position = m_order.at(row);
        const auto &elements = static_cast<const S *>(core->read())->*m_elementsField;
        // A position means the same to the store only in the version shown, or in what edits have
        // made of it that are not announced yet.
        if (position < 0 || position >= elements.size()
            || (core->mutationCount() != m_editedAt && !(elements == m_elements)))
            return false;
        const auto set = ElementFields<T>::setter(field, value);
        if (!set)
            return false;
        auto edit = [&](S &state) {
            (state.*m_elementsField).modify(position, set);
            m_editedAt = core->mutationCount() + 1; // when this is through
        };
        core->applyNow(mutationRef<S>(edit), "edit in a view");
        return true;
    }

    void showVersion(const Version &version, RowSink &sink) override
    {
        const S &state = TypedVersion<S>::of(version);
        const CowVector<T> &elements = state.*m_elementsField;
        const CowVector<int> &order = state.*m_orderField;
        const bool updates = m_isPartlyTold || !elements.isSharedWith(m_elements);
        const bool reorders = m_order != order;
        if (!updates && !reorders)
            return;
        const qsizetype positions = std::max(m_elements.size(), elements.size());
        m_rows.cover(m_order, positions);
        RowsByPosition rowsAfter;
        if (reorders)
            rowsAfter = RowsByPosition(order, positions);
        RowsByPosition rowsBefore;
        m_formerRows = &m_rows;
        m_former = std::exchange(m_elements, elements);
        m_updatedRows = 0;
        // How rows differ that read as default values is not known.
        const bool lacksMemory = elements.lacksMemory();
        bool isGuess = m_former.lacksMemory() || lacksMemory;
        isGuess |= std::exchange(m_lacksMemory, lacksMemory);
        // What is told may throw.
        const bool wasPartlyTold = std::exchange(m_isPartlyTold, true);
        const auto ended = qScopeGuard([this] {
            m_updatedRows = AllRows;
            m_former = {};
            m_formerRows = nullptr;
            if (m_isPartlyTold)
                m_rows = {};
        });
        if (reorders) {
            rowsBefore = std::exchange(m_rows, std::move(rowsAfter));
            m_formerRows = &rowsBefore;
            changeOrder(m_order, order, rowsBefore, m_rows, sink);
        }
        if (updates) {
            // A position that is listed twice has rows that are not known.
            sink.update(wasPartlyTold || isGuess || !m_rows.isSound() ? allRows() : updatedRows(),
                        [this](qsizetype end) { m_updatedRows = end; });
        }
        m_isPartlyTold = false;
    }

    void addElements(const RowRange &rows, std::vector<ElementsInUse> &elements) const override
    {
        elements.push_back({fieldIndex(m_orderField), rows.first, rows.first + rows.count});
        const qsizetype end = std::min(rows.first + rows.count, m_order.size());
        for (qsizetype row = rows.first; row < end; ++row) {
            const qsizetype position = m_order.at(row);
            elements.push_back({fieldIndex(m_elementsField), position, position + 1});
        }
    }

    void replaceVersion(const Version &before, const Version &now) override
    {
        const S &former = TypedVersion<S>::of(before);
        const S &state = TypedVersion<S>::of(now);
        if (m_elements.isSharedWith(former.*m_elementsField))
            m_elements = state.*m_elementsField;
        if (m_order.isSharedWith(former.*m_orderField))
            m_order = state.*m_orderField;
    }

private:
    static constexpr qsizetype AllRows = std::numeric_limits<qsizetype>::max();

    // While changes are told step by step, a row that was there before and has not been told of
    // shows what it did.
    bool showsFormer(qsizetype row, int position) const
    {
        return row >= m_updatedRows && m_formerRows->rowOf(position) >= 0;
    }

    std::vector<UpdatedRows> allRows() const
    {
        if (m_order.isEmpty())
            return {};
        return {{0, m_order.size(), ~FieldMask(0)}};
    }

    // The rows that were there before and show something else now.
    std::vector<UpdatedRows> updatedRows() const
    {
        const RowChanges changes = diff(m_former, m_elements);
        // Elements that moved to other positions: every row from the first of them on shows
        // something else now.
        const qsizetype positions = std::max(m_former.size(), m_elements.size());
        qsizetype settled = positions;
        for (const RowChange &change : changes) {
            if (change.kind == RowChange::Move)
                settled = std::min({settled, change.first, change.to});
            else if (change.kind != RowChange::Update)
                settled = std::min(settled, change.first);
        }
        std::vector<UpdatedRows> updated;
        const auto add = [&](qsizetype position, FieldMask fields) {
            const int row = m_rows.rowOf(position);
            if (row >= 0 && m_formerRows->rowOf(position) >= 0)
                updated.push_back({row, 1, fields});
        };
        for (const RowChange &change : changes) {
            if (change.kind != RowChange::Update)
                continue;
            const qsizetype end = std::min(change.first + change.count, settled);
            for (qsizetype position = change.first; position < end; ++position)
                add(position, change.fields);
        }
        for (qsizetype position = settled; position < positions; ++position)
            add(position, ~FieldMask(0));
        arrange(updated);
        return updated;
    }

    const std::weak_ptr<StateCore> m_core;
    CowVector<T> S::*const m_elementsField;
    CowVector<int> S::*const m_orderField;
    CowVector<T> m_elements;
    CowVector<int> m_order;
    quint64 m_editedAt = 0; // so many mutations the state has seen
    RowsByPosition m_rows;
    CowVector<T> m_former;
    const RowsByPosition *m_formerRows = nullptr;
    qsizetype m_updatedRows = AllRows; // so many show the elements as they are now
    bool m_isPartlyTold = false;       // an observer threw: the next version tells of all rows
    bool m_lacksMemory = false;        // what is shown was read so
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ORDEREDSOURCE_H
