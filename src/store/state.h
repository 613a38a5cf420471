// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_STATE_H
#define AXIOM_STATE_H

#include "../batch/updateoptions.h"
#include "../batch/updateticket.h"
#include "batchscope.h"
#include "detail/collectionsource.h"
#include "detail/orderedsource.h"
#include "detail/statecore.h"
#include "snapshot.h"
#include "statehandle.h"

#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <type_traits>

namespace Axiom {

class StateStore;

template <Described S>
class State
{
public:
    using value_type = S;

    explicit State(StateStore *store, S initial = S());
    ~State() { m_core->detach(); }
    State(const State &) = delete;
    State &operator=(const State &) = delete;

    const S &value() const noexcept { return *static_cast<const S *>(m_core->read()); }
    const S &operator*() const noexcept { return value(); }
    const S *operator->() const noexcept { return &value(); }
    qint64 revision() const noexcept { return m_core->current()->revision; }

    Snapshot<S> snapshot() const { return Snapshot<S>(m_core->snapshot()); }
    StateHandle<S> handle() const { return StateHandle<S>(m_core); }

    template <std::invocable<S &> F>
    void apply(F &&mutation, const UpdateOrigin &origin = UpdateOrigin::here())
    {
        const auto core = m_core; // the mutation may delete the store
        core->applyNow(detail::mutationRef<S>(mutation), origin);
    }

    template <typename Mutations = std::initializer_list<std::function<void(S &)>>>
    void applyBatch(Mutations &&mutations, const UpdateOrigin &origin = UpdateOrigin::here())
    {
        const auto applyAll = [&](S &state) {
            for (auto &&mutation : mutations)
                mutation(state);
        };
        apply(applyAll, origin);
    }

    template <typename M>
    void set(M S::*field, std::type_identity_t<M> value,
             const UpdateOrigin &origin = UpdateOrigin::here())
    {
        const bool isEqual = detail::valuesEqual(this->value().*field, value);
        if (!isEqual || m_core->hasUnreadChanges() || !m_core->isReadable())
            apply([&](S &state) { state.*field = std::move(value); }, origin);
    }

    template <std::invocable<S &> F>
    UpdateTicket enqueue(F &&mutation, const UpdateOptions &options = {},
                         const UpdateOrigin &origin = UpdateOrigin::here())
    {
        return StateHandle<S>::enqueue(*m_core, std::forward<F>(mutation), options, origin);
    }

    void restore(const Snapshot<S> &snapshot, const UpdateOrigin &origin = UpdateOrigin::here())
    {
        if (!snapshot.isValid())
            return;
        const auto core = m_core;
        const auto replace = [&](S &state) {
            snapshot.m_version->requireState();
            state = *snapshot;
        };
        detail::MutationRef mutation = detail::mutationRef<S>(replace);
        mutation.replacesAll = true;
        core->applyNow(mutation, origin);
    }

    // Has a snapshot that the store keeps frozen and thawed together with the state.
    void keep(Snapshot<S> *snapshot) { m_core->keep(&snapshot->m_version); }
    void forget(Snapshot<S> *snapshot) { m_core->forget(&snapshot->m_version); }

    template <typename T, typename Key = NoKey>
    QAbstractItemModel *listModel(CowVector<T> S::*field, Key key = {})
    {
        if (!detail::StateCore::hasField(fieldIndex(field), "State::listModel"))
            return nullptr;
        return m_core->listModel(fieldIndex(field), -1, [&] {
            return std::make_unique<detail::CollectionSource<S, T, Key>>(m_core, field, key);
        });
    }

    template <typename T>
    QAbstractItemModel *listModel(CowVector<T> S::*field, CowVector<int> S::*order)
    {
        if (!detail::StateCore::hasField(fieldIndex(field), "State::listModel")
            || !detail::StateCore::hasField(fieldIndex(order), "State::listModel"))
            return nullptr;
        return m_core->listModel(fieldIndex(field), fieldIndex(order), [&] {
            return std::make_unique<detail::OrderedSource<S, T>>(m_core, field, order);
        });
    }

    template <typename M, typename Slot>
        requires(!std::is_member_function_pointer_v<Slot>)
    void onChanged(M S::*field, QObject *context, Slot slot)
    {
        using detail::TypedVersion;
        using detail::VersionRef;
        m_core->observe(fieldIndex(field), context,
                        [field, slot = std::move(slot)](const VersionRef &now,
                                                        const VersionRef &before) mutable {
                            const M &value = TypedVersion<S>::of(*now).*field;
                            if constexpr (std::invocable<Slot &, const M &, const M &>)
                                slot(value, TypedVersion<S>::of(*before).*field);
                            else if constexpr (std::invocable<Slot &, const M &>)
                                slot(value);
                            else if constexpr (std::invocable<Slot &>)
                                slot();
                            else
                                static_assert(!sizeof(Slot),
                                              "a slot takes the value now, the value now and the "
                                              "one before, or nothing");
                        });
    }
    template <typename M, std::derived_from<QObject> Context, typename Slot>
        requires std::is_member_function_pointer_v<Slot>
    void onChanged(M S::*field, Context *context, Slot slot)
    {
        onChanged(field, context, std::bind_front(slot, context));
    }

    template <std::invocable<const S &> F>
    void computed(const char *property, F selector)
    {
        select(property, ~FieldMask(0), std::move(selector));
    }
    template <typename M, std::invocable<const M &> F>
    void computed(const char *property, M S::*field, F selector)
    {
        const int index = fieldIndex(field);
        if (!detail::StateCore::hasField(index, "State::computed"))
            return;
        select(property, FieldMask(1) << index,
               [field, selector = std::move(selector)](const S &state) mutable {
                   return std::invoke(selector, state.*field);
               });
    }

    CowMetrics cowMetrics() const noexcept { return m_core->cowMetrics(); }

private:
    template <typename F>
    void select(const char *property, FieldMask fields, F selector)
    {
        using Value = std::remove_cvref_t<std::invoke_result_t<F &, const S &>>;
        Value last = std::invoke(selector, value());
        m_core->select(fields, property,
                       [selector = std::move(selector),
                        last = std::move(last)](const detail::Version &now) mutable {
                           Value value = std::invoke(selector, detail::TypedVersion<S>::of(now));
                           if (detail::valuesEqual(last, value))
                               return false;
                           last = std::move(value);
                           return true;
                       });
    }

    const std::shared_ptr<detail::StateCore> m_core;
};

} // namespace Axiom

#include "statestore.h"

template <Axiom::Described S>
Axiom::State<S>::State(StateStore *store, S initial)
    : m_core(detail::makeStateCore(store, std::move(initial)))
{
    store->setCore(m_core);
}

#endif // AXIOM_STATE_H
