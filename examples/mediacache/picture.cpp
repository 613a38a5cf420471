// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "picture.h"

#include <QtGui/qpainter.h>

Picture::Picture(QQuickItem *parent) : QQuickPaintedItem(parent)
{
    setOpaquePainting(true);
}

void Picture::setAlbum(Album *album)
{
    if (m_album == album)
        return;
    m_album = album;
    load();
    Q_EMIT albumChanged();
}

void Picture::setPhoto(int photo)
{
    if (m_photo == photo)
        return;
    m_photo = photo;
    load();
    Q_EMIT photoChanged();
}

void Picture::componentComplete()
{
    QQuickPaintedItem::componentComplete();
    load();
}

void Picture::load()
{
    if (!isComponentComplete())
        return;
    if (!m_album)
        m_image = {};
    else
        m_image = m_photo < 0 ? m_album->cover() : m_album->picture(m_photo);
    update();
}

// On the render thread, while ours waits.
void Picture::paint(QPainter *painter)
{
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->drawImage(boundingRect(), m_image);
}
