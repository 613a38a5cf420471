// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_COWCONTAINER_H
#define AXIOM_COWCONTAINER_H

#include "cowmetrics.h"
#include "detail/idletask.h"

#include <QtCore/qlist.h>
#include <QtCore/qshareddata.h>

#include <atomic>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace Axiom {

template <typename T>
class CowContainer
{
public:
    CowContainer() requires std::default_initializable<T> : CowContainer(T()) { }
    explicit CowContainer(T value) : d(new Data(std::move(value))) { }

    // The copy shares the value; it counts for itself.
    CowContainer(const CowContainer &other) : d(other.d), m_recorder(other.strategy())
    {
        other.prepareCopy();
    }
    CowContainer &operator=(const CowContainer &other)
    {
        if (d != other.d) {
            dropDraft();
            d = other.d;
            other.prepareCopy();
            prepareCopy();
        }
        return *this;
    }
    CowContainer(CowContainer &&other) noexcept
        : d(std::move(other.d)), m_draft(other.takeDraftSlot()), m_hasDraft(bool(m_draft)),
          m_recorder(other.strategy())
    { }
    CowContainer &operator=(CowContainer &&other) noexcept
    {
        d = std::move(other.d);
        m_draft = other.takeDraftSlot();
        m_hasDraft.store(bool(m_draft), std::memory_order_relaxed);
        return *this;
    }
    ~CowContainer() = default;

    const T &value() const noexcept
    {
        m_recorder.read();
        return d->value;
    }

    void setValue(T value)
    {
        DataPointer fresh(new Data(std::move(value)));
        dropDraft();
        d.swap(fresh);
        m_recorder.wrote(false, 0);
    }

    template <std::invocable<T &> F>
    std::invoke_result_t<F, T &> mutate(F &&mutation)
    {
        DataPointer fresh = takeDraft();
        if (!isShared())
            return mutateInPlace(std::forward<F>(mutation));

        // Work on a private copy, swapped in when all went well.
        const bool prepared = bool(fresh);
        if (!prepared)
            fresh = makeCopy(*d);
        const auto commit = [&] {
            m_recorder.wrote(!prepared, copiedBytes(fresh->value));
            d.swap(fresh);
        };
        return invokeThen(std::forward<F>(mutation), fresh->value, commit);
    }

    // Results come back as a QList of the type asked for.
    void batchMutate(std::initializer_list<std::function<void(T &)>> mutations)
    {
        batchMutate<void>(mutations);
    }
    template <typename R>
    auto batchMutate(std::initializer_list<std::function<R(T &)>> mutations)
    {
        return mutate([&](T &value) {
            if constexpr (std::is_void_v<R>) {
                for (const auto &mutation : mutations)
                    mutation(value);
            } else {
                QList<R> results;
                results.reserve(qsizetype(mutations.size()));
                for (const auto &mutation : mutations)
                    results.append(mutation(value));
                return results;
            }
        });
    }

    // Acquires: what a sharer on another thread has read comes before what is written here.
    bool isShared() const noexcept
    {
        return d->ref.loadAcquire() != (m_hasDraft.load(std::memory_order_relaxed) ? 2 : 1);
    }

    CowMetrics metrics() const noexcept { return m_recorder.metrics(); }
    CowStrategy strategy() const noexcept { return m_recorder.strategy(); }
    void setStrategy(CowStrategy strategy)
    {
        m_recorder.setStrategy(strategy);
        dropDraft();
        prepareCopy();
    }

private:
    struct Data : QSharedData
    {
        explicit Data(T v) : value(std::move(v)) { }
        T value;
    };

    using DataPointer = QExplicitlySharedDataPointer<Data>;

    // A private copy made ahead. The idle task that fills it holds it weakly, and may still be at
    // work when the container has gone to another thread: so it counts as a sharer of the source.
    struct Draft
    {
        enum Stage { Waiting, Ready, NotNeeded };

        explicit Draft(DataPointer data) : source(std::move(data)) { }

        const DataPointer source;
        DataPointer copy; // when ready
        std::atomic<Stage> stage = Waiting;
    };

    static DataPointer makeCopy(const Data &data) { return DataPointer(new Data(data.value)); }

    std::shared_ptr<Draft> takeDraftSlot() noexcept
    {
        m_hasDraft.store(false, std::memory_order_relaxed);
        return std::exchange(m_draft, {});
    }
    void dropDraft() noexcept { takeDraftSlot().reset(); }
    DataPointer takeDraft()
    {
        const std::shared_ptr<Draft> draft = takeDraftSlot();
        if (draft && draft->stage.load(std::memory_order_acquire) == Draft::Ready)
            return std::move(draft->copy);
        return {};
    }

    // Commits when the mutation has not thrown; what it returns may be a reference.
    template <typename F, typename Commit>
    static std::invoke_result_t<F, T &> invokeThen(F &&mutation, T &value, const Commit &commit)
    {
        using Result = std::invoke_result_t<F, T &>;
        if constexpr (std::is_void_v<Result>) {
            std::invoke(std::forward<F>(mutation), value);
            commit();
        } else {
            Result result = std::invoke(std::forward<F>(mutation), value);
            commit();
            if constexpr (std::is_reference_v<Result>)
                return static_cast<Result>(result);
            else
                return result;
        }
    }

    template <typename F>
    std::invoke_result_t<F, T &> mutateInPlace(F &&mutation)
    {
        const auto commit = [this] { m_recorder.wrote(false, 0); };
        if constexpr (std::is_nothrow_invocable_v<F, T &>) {
            return invokeThen(std::forward<F>(mutation), d->value, commit);
        } else if constexpr (std::is_nothrow_move_assignable_v<T>) {
            T before(d->value);
            try {
                return invokeThen(std::forward<F>(mutation), d->value, commit);
            } catch (...) {
                d->value = std::move(before);
                throw;
            }
        } else {
            DataPointer before = makeCopy(*d);
            try {
                return invokeThen(std::forward<F>(mutation), d->value, commit);
            } catch (...) {
                d.swap(before);
                throw;
            }
        }
    }

    void prepareCopy() const
    {
        if (!m_recorder.isEager() || !m_home.isCurrent() || !d)
            return;
        if (m_draft && m_draft->stage.load(std::memory_order_relaxed) != Draft::NotNeeded)
            return;
        m_draft = std::make_shared<Draft>(d);
        m_hasDraft.store(true, std::memory_order_relaxed);
        detail::runWhenIdle([weak = std::weak_ptr<Draft>(m_draft)] {
            const std::shared_ptr<Draft> draft = weak.lock();
            if (!draft)
                return;
            typename Draft::Stage stage = Draft::NotNeeded;
            // Held by the container and by the draft, and by who shares it.
            if (draft->source->ref.loadRelaxed() > 2) {
                try {
                    draft->copy = makeCopy(*draft->source);
                    stage = Draft::Ready;
                } catch (...) {
                    // The write copies for itself, and tells its caller if that fails, too.
                }
            }
            draft->stage.store(stage, std::memory_order_release);
        });
    }

    static qint64 copiedBytes(const T &value)
    {
        qint64 bytes = qint64(sizeof(T));
        // Qt's own containers share when copied; others copy each element.
        if constexpr (
            std::ranges::sized_range<const T> && !requires { value.isDetached(); }
            && !requires { value.isSharedWith(value); })
            bytes += qint64(std::ranges::size(value) * sizeof(std::ranges::range_value_t<const T>));
        return bytes;
    }

    DataPointer d;
    mutable std::shared_ptr<Draft> m_draft; // touched by its home thread, or where it is written
    mutable std::atomic<bool> m_hasDraft = false; // any thread may ask
    detail::CowRecorder m_recorder;
    detail::HomeThread m_home;
};

} // namespace Axiom

#endif // AXIOM_COWCONTAINER_H
