// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/CompressedStateStorage>
#include <AxiomState/Reclaimable>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>
#include <QtCore/qtimer.h>
#include <QtQml/qqmlregistration.h>

#include <deque>
#include <functional>
#include <vector>

struct Shot
{
    QString file;
    QString camera;
    QString place;
    qint64 takenAt = 0; // seconds
    int sensitivity = 0;
    double exposure = 0; // seconds
    AXIOM_FIELDS(Shot, file, camera, place, takenAt, sensitivity, exposure)
};

struct Metadata
{
    QString title;
    QList<Shot> shots;
    AXIOM_FIELDS(Metadata, title, shots)
};

// What is known of the albums that were archived: each compressed for itself, and decoded when it is
// read; a policy says for how long that is kept. Under memory pressure all of it is given back when it
// was not used for two seconds.
class Archive : public QObject, public Axiom::Reclaimable
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("The library makes it")
    Q_PROPERTY(Policy policy READ policy WRITE setPolicy NOTIFY policyChanged)
    Q_PROPERTY(bool browsing READ isBrowsing WRITE setBrowsing NOTIFY browsingChanged)
    Q_PROPERTY(int hits READ hits NOTIFY figuresChanged)
    Q_PROPERTY(int decodes READ decodes NOTIFY figuresChanged)
    Q_PROPERTY(qreal compressedBytes READ compressedBytes NOTIFY figuresChanged)
    Q_PROPERTY(qreal cachedBytes READ cachedBytes NOTIFY figuresChanged)
    Q_PROPERTY(QList<int> cells READ cells NOTIFY figuresChanged)

public:
    enum Policy { Always, Never, Timed, Sized, Adaptive };
    Q_ENUM(Policy)

    static constexpr int EntryCount = 48;

    explicit Archive(QObject *parent = nullptr);
    ~Archive() override;

    Policy policy() const { return m_policy; }
    void setPolicy(Policy policy);
    bool isBrowsing() const { return m_browsing.isActive(); }
    void setBrowsing(bool browsing); // some entries a second, the first ones most often

    int count() const { return int(m_entries.size()); }
    Metadata metadata(int entry);
    static Metadata original(int entry); // what it was made from

    int hits() const { return m_hits; }
    int decodes() const { return m_decodes; }
    qreal compressedBytes() const;
    qreal cachedBytes() const;
    QList<int> cells() const; // for each entry whether it is there decoded

    // Reclaimable
    QString name() const override;
    Offer offer() override;
    void reclaim(Axiom::MemoryPressureLevel level,
                 std::function<void(const Result &)> done) override;

Q_SIGNALS:
    void policyChanged();
    void browsingChanged();
    void figuresChanged();

private:
    struct Entry
    {
        Axiom::CompressedStateStorage<Metadata> storage;
        qint64 bytes = 0; // when it is decoded

        qint64 heldBytes() const
        {
            return storage.compressedBytes() + (storage.isCached() ? bytes : 0);
        }
    };
    struct Request
    {
        std::function<void(const Result &)> done;
        Result result;
        size_t next = 0; // of the entries
    };

    void build();
    void browse();
    void refresh();
    void giveBack();

    std::vector<Entry> m_entries;
    std::deque<Request> m_requests;
    Policy m_policy = Timed;
    int m_hits = 0;
    int m_decodes = 0;
    QElapsedTimer m_sinceUse;
    QTimer m_browsing;
    QTimer m_refresh;
    QTimer m_givingBack;
};
