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

#include <algorithm>
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
        if (position < 0 || position >= m_elements.size())
            return {};
        return ElementFields<T>::read(m_elements.at(position), field);
    }

    bool setData(qsizetype row, int field, const QVariant &value) override
    {
        const std::shared_ptr<StateCore> core = m_core.lock();
        if (!core || !core->isAlive())
            return false;
        const int position = m_order.at(row);
        const auto &elements = static_cast<const S *>(core->read())->*m_elementsField;
        if (position < 0 || position >= m_elements.size() || position >= elements.size())
            return false;
        const auto set = ElementFields<T>::setter(field, value);
        if (!set)
            return false;
        auto edit = [&](S &state) { (state.*m_elementsField).modify(position, set); };
        core->applyNow(mutationRef<S>(edit));
        return true;
    }

    void showVersion(const Version &version, RowSink &sink) override
    {
        const S &state = TypedVersion<S>::of(version);
        const CowVector<T> before = std::exchange(m_elements, state.*m_elementsField);
        if (m_order != state.*m_orderField) {
            changeOrder(m_order, state.*m_orderField, std::max(before.size(), m_elements.size()),
                        sink);
            m_rows.clear();
        }
        if (!before.isSharedWith(m_elements))
            updateRows(diff(before, m_elements), sink);
    }

private:
    void updateRows(const RowChanges &changes, RowSink &sink)
    {
        // Elements that moved to other positions: every row from the first of them on shows
        // something else now.
        qsizetype settled = m_elements.size();
        for (const RowChange &change : changes) {
            if (change.kind == RowChange::Move)
                settled = std::min({settled, change.first, change.to});
            else if (change.kind != RowChange::Update)
                settled = std::min(settled, change.first);
        }
        if (m_rows.empty())
            m_rows = rowsByPosition(m_order, m_elements.size());
        m_touched.clear();
        for (const RowChange &change : changes) {
            if (change.kind != RowChange::Update)
                continue;
            const qsizetype end = std::min(change.first + change.count, settled);
            for (qsizetype position = change.first; position < end; ++position) {
                if (position < qsizetype(m_rows.size()) && m_rows[std::size_t(position)] >= 0)
                    m_touched.push_back({m_rows[std::size_t(position)], change.fields});
            }
        }
        for (qsizetype position = settled; position < m_elements.size(); ++position) {
            if (position < qsizetype(m_rows.size()) && m_rows[std::size_t(position)] >= 0)
                m_touched.push_back({m_rows[std::size_t(position)], ~FieldMask(0)});
        }
        reportRows(m_touched, sink);
    }

    const std::weak_ptr<StateCore> m_core;
    CowVector<T> S::*const m_elementsField;
    CowVector<int> S::*const m_orderField;
    CowVector<T> m_elements;
    CowVector<int> m_order;
    std::vector<int> m_rows; // the row of each position, -1 for none; empty: to be made
    std::vector<TouchedRow> m_touched;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_ORDEREDSOURCE_H
