// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "album.h"

#include "painting.h"

#include <QtCore/qhashfunctions.h>

#include <array>

using namespace Qt::StringLiterals;

namespace {

const std::array places = {u"Lakeside"_s, u"High Pass"_s, u"Harbour"_s,   u"Meadows"_s,
                           u"Coast"_s,    u"Birches"_s,   u"Canyon"_s,    u"Dunes"_s,
                           u"Glacier"_s,  u"Vineyards"_s, u"Riverside"_s, u"Moor"_s};
const std::array times = {u"in spring"_s, u"in summer"_s, u"in autumn"_s, u"in winter"_s,
                          u"at dawn"_s};

AlbumState makeState(int number)
{
    AlbumState state;
    state.place = places.at(size_t(number) % places.size());
    for (int i = 0; i < Album::PhotosPerAlbum; ++i) {
        state.photos.append({u"%1 %2"_s.arg(state.place, QString::number(i + 1)),
                             480 * number + 17 * i,
                             paintLandscape(quint32(number), quint32(1000 * number + i))});
    }
    return state;
}

} // namespace

Album::Album(int number, QObject *parent) : StateStore(parent), state(this, makeState(number))
{
    setName(u"%1 %2"_s.arg(state->place, times.at(size_t(number) % times.size())));
    m_cover = picture(0);
    m_fullBytes = qreal(residentBytes());
    connect(this, &StateStore::residencyChanged, this, &Album::heldChanged);
    connect(this, &StateStore::committed, this, &Album::heldChanged);
}

QStringList Album::captions() const
{
    QStringList captions;
    for (const Photo &photo : state->photos)
        captions.append(photo.caption);
    return captions;
}

QImage Album::picture(int photo) const
{
    if (photo < 0 || photo >= state->photos.size())
        return {};
    const QByteArray &pixels = state->photos.at(photo).pixels;
    if (pixels.size() != qsizetype(pictureStride) * pictureHeight)
        return {};
    const QImage view(reinterpret_cast<const uchar *>(pixels.constData()), pictureWidth,
                      pictureHeight, pictureStride, QImage::Format_RGB888);
    return view.convertToFormat(QImage::Format_RGB32); // a copy, which outlives the state
}

size_t Album::checksum() const
{
    size_t sum = qHash(state->place);
    for (const Photo &photo : state->photos)
        sum = qHashMulti(sum, photo.caption, photo.takenAt, photo.pixels);
    return sum;
}
