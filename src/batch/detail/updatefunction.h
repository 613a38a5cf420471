// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_UPDATEFUNCTION_H
#define AXIOM_DETAIL_UPDATEFUNCTION_H

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace Axiom::detail {

// Whether a mutation gets a copy of the state, or may not change it. Of one that takes any type only
// a call could tell.
template <typename F, typename S>
constexpr bool changesNothing = requires
{
    &F::operator();
}
&&std::invocable<F &, S>;

// A mutation of some state, borrowed for the length of a call.
struct MutationRef
{
    void *callable;
    void (*call)(void *callable, void *state);
    bool isNoexcept;
    bool replacesAll = false; // asks nothing of the state before

    void operator()(void *state) const { call(callable, state); }
};

template <typename S, typename F>
MutationRef mutationRef(F &mutation) noexcept
{
    static_assert(!changesNothing<F, S>, "a mutation takes the state by reference: State &");
    return {const_cast<void *>(static_cast<const void *>(std::addressof(mutation))),
            [](void *callable, void *state) {
                std::invoke(*static_cast<F *>(callable), *static_cast<S *>(state));
            },
            std::is_nothrow_invocable_v<F &, S &>};
}

// A mutation owned and moved around; captures up to 48 bytes need no allocation.
class UpdateFunction
{
public:
    UpdateFunction() = default;

    template <typename S, typename F>
    static UpdateFunction make(F &&mutation)
    {
        using Callable = std::decay_t<F>;
        static_assert(!changesNothing<Callable, S>,
                      "a mutation takes the state by reference: State &");
        UpdateFunction function;
        if constexpr (sizeof(Callable) <= capacity && alignof(Callable) <= alignof(std::max_align_t)
                      && std::is_nothrow_move_constructible_v<Callable>) {
            ::new (static_cast<void *>(function.m_storage)) Callable(std::forward<F>(mutation));
            function.m_type = &inlineType<S, Callable>;
        } else {
            ::new (static_cast<void *>(function.m_storage))
                Callable *(new Callable(std::forward<F>(mutation)));
            function.m_type = &heapType<S, Callable>;
        }
        return function;
    }

    UpdateFunction(UpdateFunction &&other) noexcept { take(other); }
    UpdateFunction &operator=(UpdateFunction &&other) noexcept
    {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~UpdateFunction() { reset(); }

    explicit operator bool() const noexcept { return m_type; }
    MutationRef ref() noexcept { return {m_storage, m_type->call, m_type->isNoexcept}; }

    void reset() noexcept
    {
        if (m_type)
            std::exchange(m_type, nullptr)->destroy(m_storage);
    }

private:
    static constexpr std::size_t capacity = 48;

    struct Type
    {
        void (*call)(void *storage, void *state);
        void (*moveTo)(void *storage, void *other) noexcept;
        void (*destroy)(void *storage) noexcept;
        bool isNoexcept;
    };

    template <typename S, typename F>
    static constexpr Type inlineType = {
        [](void *storage, void *state) {
            std::invoke(*static_cast<F *>(storage), *static_cast<S *>(state));
        },
        [](void *storage, void *other) noexcept {
            ::new (other) F(std::move(*static_cast<F *>(storage)));
            static_cast<F *>(storage)->~F();
        },
        [](void *storage) noexcept { static_cast<F *>(storage)->~F(); },
        std::is_nothrow_invocable_v<F &, S &>,
    };

    template <typename S, typename F>
    static constexpr Type heapType = {
        [](void *storage, void *state) {
            std::invoke(**static_cast<F **>(storage), *static_cast<S *>(state));
        },
        [](void *storage, void *other) noexcept { ::new (other) F *(*static_cast<F **>(storage)); },
        [](void *storage) noexcept { delete *static_cast<F **>(storage); },
        std::is_nothrow_invocable_v<F &, S &>,
    };

    void take(UpdateFunction &other) noexcept
    {
        if (other.m_type) {
            other.m_type->moveTo(other.m_storage, m_storage);
            m_type = std::exchange(other.m_type, nullptr);
        }
    }

    alignas(std::max_align_t) std::byte m_storage[capacity];
    const Type *m_type = nullptr;
};

} // namespace Axiom::detail

#endif // AXIOM_DETAIL_UPDATEFUNCTION_H
