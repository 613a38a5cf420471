// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_UPDATETICKET_H
#define AXIOM_UPDATETICKET_H

#include <AxiomState/axiomcoreexport.h>

#include <QtCore/qobject.h>

#include <concepts>
#include <functional>
#include <utility>

namespace Axiom {

namespace detail {
struct Update;
class Inbox;
} // namespace detail

class AXIOM_CORE_EXPORT UpdateTicket
{
    Q_GADGET

public:
    enum Status : quint8 { Pending, Applied, Cancelled, Coalesced, Failed, Dropped, Rejected };
    Q_ENUM(Status)

    UpdateTicket() noexcept = default;
    UpdateTicket(const UpdateTicket &other) noexcept;
    UpdateTicket(UpdateTicket &&other) noexcept : m_update(std::exchange(other.m_update, nullptr))
    { }
    UpdateTicket &operator=(UpdateTicket other) noexcept
    {
        swap(other);
        return *this;
    }
    ~UpdateTicket();

    void swap(UpdateTicket &other) noexcept { std::swap(m_update, other.m_update); }

    bool isValid() const noexcept { return m_update; }
    Status status() const noexcept;
    bool cancel();
    void then(QObject *context, std::function<void(Status)> callback) const;
    template <std::invocable Callback>
    void then(QObject *context, Callback callback) const
    {
        then(context, std::function<void(Status)>([callback = std::move(callback)](Status) mutable {
                 callback();
             }));
    }

private:
    friend class detail::Inbox;
    explicit UpdateTicket(detail::Update *update) noexcept;
    static UpdateTicket ofNew(detail::Update *update) noexcept;

    detail::Update *m_update = nullptr;
};

} // namespace Axiom

Q_DECLARE_TYPEINFO(Axiom::UpdateTicket, Q_RELOCATABLE_TYPE);

#endif // AXIOM_UPDATETICKET_H
