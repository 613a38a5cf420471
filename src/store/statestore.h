// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_STATESTORE_H
#define AXIOM_STATESTORE_H

#include "../core/enums.h"
#include "../core/stateerror.h"
#include "damagedpart.h"
#include "detail/statecore.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

namespace Axiom {

template <Described S>
class State;

class AXIOM_CORE_EXPORT StateStore : public QObject
{
    Q_OBJECT

public:
    explicit StateStore(QObject *parent = nullptr);
    ~StateStore() override;

    static QList<StateStore *> all();

    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged)
    QString name() const;
    void setName(const QString &name);
    Q_SIGNAL void nameChanged();

    Q_PROPERTY(int revision READ revisionForQml NOTIFY committed)
    qint64 revision() const;
    Q_SIGNAL void committed(qint64 revision);

    Q_PROPERTY(int pendingUpdates READ pendingUpdates NOTIFY pendingUpdatesChanged)
    int pendingUpdates() const;
    Q_SIGNAL void pendingUpdatesChanged();

    Q_PROPERTY(Axiom::UpdateMode updateMode READ updateMode NOTIFY paceChanged)
    UpdateMode updateMode() const;
    Q_PROPERTY(Axiom::UpdateModeReason updateModeReason READ updateModeReason NOTIFY paceChanged)
    UpdateModeReason updateModeReason() const;
    Q_PROPERTY(qreal updateRate READ updateRate NOTIFY paceChanged)
    qreal updateRate() const;
    Q_SIGNAL void paceChanged();

    Q_INVOKABLE void setPendingLimit(int limit,
                                     Axiom::OverflowPolicy policy = OverflowPolicy::Reject);

    Q_PROPERTY(Axiom::Residency residency READ residency NOTIFY residencyChanged)
    Residency residency() const;
    Q_PROPERTY(qreal frozenBytes READ frozenBytesForQml NOTIFY residencyChanged)
    qint64 frozenBytes() const;
    Q_SIGNAL void residencyChanged();

    Q_PROPERTY(qreal residentBytes READ residentBytesForQml NOTIFY residentBytesChanged)
    qint64 residentBytes() const;
    Q_SIGNAL void residentBytesChanged();

    Q_PROPERTY(QDateTime lastAccess READ lastAccess)
    QDateTime lastAccess() const;

    Q_PROPERTY(bool pinned READ isPinned WRITE setPinned NOTIFY pinnedChanged)
    bool isPinned() const;
    void setPinned(bool pinned);
    Q_SIGNAL void pinnedChanged();

    QList<DamagedPart> damagedParts() const;

    Q_INVOKABLE void freeze();
    Q_INVOKABLE void thaw();

    Q_INVOKABLE void setStrategy(Axiom::CowStrategy strategy);
    StoreSettings settings() const;
    void setSettings(const StoreSettings &settings);
    Q_SIGNAL void settingsChanged();

    // For the inspector.
    const std::shared_ptr<detail::StateCore> &core() const;

Q_SIGNALS:
    void errorOccurred(const Axiom::StateError &error);

protected:
    bool event(QEvent *event) override;

private:
    Q_SLOT void runPosted();

    friend class detail::StateCore;
    template <Described S>
    friend class State;

    void setCore(std::shared_ptr<detail::StateCore> core);
    int revisionForQml() const;
    qreal residentBytesForQml() const { return qreal(residentBytes()); }
    qreal frozenBytesForQml() const { return qreal(frozenBytes()); }

    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Axiom

#include "state.h"

// A property for the field of that name: getter, setter and signal. The state is the member `state`.
#define AXIOM_PROPERTY(Type, field, setter) \
    Q_PROPERTY(Type field READ field WRITE setter NOTIFY field##Changed) \
public: \
    Type field() const \
    { \
        return state->field; \
    } \
    void setter(const std::type_identity_t<Type> &value) \
    { \
        state.set(&std::remove_cvref_t<decltype(*state)>::field, value); \
    } \
    Q_SIGNAL void field##Changed();

#define AXIOM_READONLY_PROPERTY(Type, field) \
    Q_PROPERTY(Type field READ field NOTIFY field##Changed) \
public: \
    Type field() const \
    { \
        return state->field; \
    } \
    Q_SIGNAL void field##Changed();

#endif // AXIOM_STATESTORE_H
