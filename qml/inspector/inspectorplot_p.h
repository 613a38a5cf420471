// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <QtCore/qlist.h>
#include <QtCore/qmetaobject.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qvariant.h>
#include <QtGui/qpolygon.h>
#include <QtQml/qqmlregistration.h>

namespace Axiom {

// Turns values into the points of a line, the newest at the right edge.
class AXIOM_INSPECTOR_EXPORT InspectorPlot : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QList<qreal> values MEMBER m_values NOTIFY changed)
    // Where the values come from, by the name of a property: without a way through QML.
    Q_PROPERTY(QObject *source READ source WRITE setSource NOTIFY sourceChanged)
    Q_PROPERTY(QString figure READ figure WRITE setFigure NOTIFY sourceChanged)
    Q_PROPERTY(int capacity MEMBER m_capacity NOTIFY changed)
    Q_PROPERTY(qreal width MEMBER m_width NOTIFY changed)
    Q_PROPERTY(qreal height MEMBER m_height NOTIFY changed)
    // The scale ends here or at the highest value.
    Q_PROPERTY(qreal ceiling MEMBER m_ceiling NOTIFY changed)
    // The scale begins at 0, or a bit below the lowest value.
    Q_PROPERTY(bool relative MEMBER m_relative NOTIFY changed)

    Q_PROPERTY(qreal highest READ highest NOTIFY changed)
    Q_PROPERTY(QVariant line READ lineForQml NOTIFY changed)
    // The line, and back along the bottom.
    Q_PROPERTY(QVariant area READ areaForQml NOTIFY changed)

public:
    using QObject::QObject;

    QObject *source() const { return m_source; }
    void setSource(QObject *source);
    QString figure() const { return m_figure; }
    void setFigure(const QString &figure);

    qreal highest() const;
    QPolygonF line() const;
    QPolygonF area() const;
    // Where a value lies, from the top.
    Q_INVOKABLE qreal y(qreal value) const;

Q_SIGNALS:
    void changed();
    void sourceChanged();

private Q_SLOTS:
    void takeValues();

private:
    void watchSource();
    // QML has no name for a polygon.
    QVariant lineForQml() const { return line(); }
    QVariant areaForQml() const { return area(); }
    qreal lowest() const;

    QPointer<QObject> m_source;
    QString m_figure;
    QMetaProperty m_property;
    QList<qreal> m_values;
    int m_capacity = 120;
    qreal m_width = 0;
    qreal m_height = 0;
    qreal m_ceiling = 0;
    bool m_relative = false;
};

} // namespace Axiom
