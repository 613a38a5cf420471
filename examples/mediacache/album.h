// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/StateStore>

#include <QtCore/qbytearray.h>
#include <QtCore/qstringlist.h>
#include <QtGui/qimage.h>
#include <QtQml/qqmlregistration.h>

struct Photo
{
    QString caption;
    int takenAt = 0;   // minutes since the beginning of the year
    QByteArray pixels; // of its thumbnail, see painting.h
    AXIOM_FIELDS(Photo, caption, takenAt, pixels)
};

// It has no collections that are frozen part by part, so it is frozen and thawed whole.
struct AlbumState
{
    QString place;
    QList<Photo> photos;
    AXIOM_FIELDS(AlbumState, place, photos)
};

// An album. Its name, its cover and what the properties tell are there without a look at the state;
// the functions look at it, and bring it back by that.
class Album : public Axiom::StateStore
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("The library makes them")
    Q_PROPERTY(int photoCount READ photoCount CONSTANT)
    Q_PROPERTY(bool frozen READ isFrozen NOTIFY heldChanged)
    Q_PROPERTY(qreal heldBytes READ heldBytes NOTIFY heldChanged)
    Q_PROPERTY(qreal fullBytes READ fullBytes CONSTANT)

public:
    static constexpr int PhotosPerAlbum = 24;

    explicit Album(int number, QObject *parent = nullptr);

    int photoCount() const { return PhotosPerAlbum; }
    bool isFrozen() const { return residency() == Axiom::Residency::Frozen; }
    qreal heldBytes() const { return qreal(residentBytes() + frozenBytes()); }
    qreal fullBytes() const { return m_fullBytes; }
    const QImage &cover() const { return m_cover; }

    Q_INVOKABLE QStringList captions() const;
    QImage picture(int photo) const;
    size_t checksum() const; // of all there is

    Axiom::State<AlbumState> state;

Q_SIGNALS:
    void heldChanged();

private:
    QImage m_cover;
    qreal m_fullBytes = 0;
};
