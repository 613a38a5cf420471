// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "../../../../src/batch/detail/inbox.h"
#include "../../../../src/batch/detail/transaction.h"

#include <AxiomState/Fields>

#include <QtCore/qlist.h>

#include <functional>
#include <memory>
#include <new>
#include <utility>

using namespace Axiom;

struct Log
{
    QList<int> entries;
    quint64 hash = 0;
    AXIOM_FIELDS(Log, entries, hash)

    void add(int entry)
    {
        entries.append(entry);
        hash = hash * 31 + quint64(entry); // tells orders apart
    }
};

class Told final : public detail::Announcement
{
public:
    explicit Told(std::function<void()> observer) : m_observer(std::move(observer)) { }
    bool deliverNext() override
    {
        if (!m_observer)
            return false;
        std::exchange(m_observer, {})();
        return true;
    }

private:
    std::function<void()> m_observer;
};

// The least of a store: a value, a working copy, one observer.
class Store final : public detail::UpdateTarget
{
public:
    using UpdateTarget::UpdateTarget;

    bool isAlive() const override { return alive; }
    void apply(detail::MutationRef mutation) override
    {
        const Log before = draft;
        try {
            mutation(&draft);
        } catch (...) {
            draft = before;
            throw;
        }
    }
    std::shared_ptr<detail::Announcement> commit() noexcept override
    {
        if (draft == value)
            return {};
        value = draft;
        ++commits;
        return observer ? std::make_shared<Told>(observer) : nullptr;
    }
    void reportFailure(std::exception_ptr) override
    {
        ++failures;
        if (failsToReport)
            throw std::bad_alloc();
    }
    QObject *storeObject() const override { return object; }
    bool isObserved() const override { return observed; }

    Log value;
    Log draft;
    std::function<void()> observer;
    QObject *object = nullptr;
    bool alive = true;
    bool observed = true;
    bool failsToReport = false;
    int commits = 0;
    int failures = 0;
};
