// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#include "inspectorplot_p.h"

#include <algorithm>

namespace Axiom {

void InspectorPlot::setSource(QObject *source)
{
    if (m_source == source)
        return;
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    watchSource();
}

void InspectorPlot::setFigure(const QString &figure)
{
    if (m_figure == figure)
        return;
    if (m_source)
        m_source->disconnect(this);
    m_figure = figure;
    watchSource();
}

void InspectorPlot::watchSource()
{
    m_property = {};
    if (m_source && !m_figure.isEmpty()) {
        const QMetaObject *type = m_source->metaObject();
        m_property = type->property(type->indexOfProperty(m_figure.toLatin1().constData()));
        const int slot = metaObject()->indexOfSlot("takeValues()");
        if (m_property.hasNotifySignal())
            connect(m_source, m_property.notifySignal(), this, metaObject()->method(slot));
        takeValues();
    }
    Q_EMIT sourceChanged();
}

void InspectorPlot::takeValues()
{
    if (!m_source)
        return;
    m_values = m_property.read(m_source).value<QList<qreal>>();
    Q_EMIT changed();
}

qreal InspectorPlot::highest() const
{
    const auto highest = std::max_element(m_values.begin(), m_values.end());
    return std::max(m_ceiling, highest == m_values.end() ? 0 : *highest);
}

qreal InspectorPlot::lowest() const
{
    if (!m_relative || m_values.isEmpty())
        return 0;
    const qreal lowest = *std::min_element(m_values.begin(), m_values.end());
    return std::max(0.0, lowest - std::max(highest() - lowest, highest() / 20));
}

qreal InspectorPlot::y(qreal value) const
{
    const qreal low = lowest();
    const qreal range = highest() - low;
    // Half a pixel each is left to the width of the line.
    const qreal share = range > 0 ? std::clamp((value - low) / range, 0.0, 1.0) : 0;
    return m_height - 1 - share * (m_height - 2);
}

QPolygonF InspectorPlot::line() const
{
    QPolygonF points;
    points.reserve(m_values.size());
    const qreal step = m_width / std::max(1, m_capacity - 1);
    for (qsizetype i = 0; i < m_values.size(); ++i)
        points.append({m_width - step * qreal(m_values.size() - 1 - i), y(m_values.at(i))});
    return points;
}

QPolygonF InspectorPlot::area() const
{
    QPolygonF points = line();
    if (!points.isEmpty()) {
        points.append({points.last().x(), m_height});
        points.append({points.first().x(), m_height});
        points.append(points.first());
    }
    return points;
}

} // namespace Axiom
