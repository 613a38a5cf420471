// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include "album.h"

#include <QtQuick/qquickpainteditem.h>

// A photo of an album, by number, or its cover, which is -1. A photo is read from the state when it
// is shown first, and kept for as long as it is.
class Picture : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Album *album READ album WRITE setAlbum NOTIFY albumChanged)
    Q_PROPERTY(int photo READ photo WRITE setPhoto NOTIFY photoChanged)

public:
    explicit Picture(QQuickItem *parent = nullptr);

    Album *album() const { return m_album; }
    void setAlbum(Album *album);
    int photo() const { return m_photo; }
    void setPhoto(int photo);

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void albumChanged();
    void photoChanged();

protected:
    void componentComplete() override;

private:
    void load();

    Album *m_album = nullptr;
    int m_photo = -1;
    QImage m_image;
};
