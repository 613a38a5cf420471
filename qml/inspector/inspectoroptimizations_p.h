// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/axiominspectorexport.h>

#include <QtCore/qidentityproxymodel.h>
#include <QtQml/qqmlregistration.h>

namespace Axiom {

// What the engine of the performance monitor suggests and does, for QML.
class AXIOM_INSPECTOR_EXPORT InspectorOptimizations : public QIdentityProxyModel
{
    Q_OBJECT
    QML_ELEMENT

public:
    explicit InspectorOptimizations(QObject *parent = nullptr);

    Q_PROPERTY(int count READ count NOTIFY countChanged)
    int count() const { return rowCount(); }
    Q_SIGNAL void countChanged();

    Q_PROPERTY(bool automatic READ isAutomatic WRITE setAutomatic NOTIFY automaticChanged)
    bool isAutomatic() const;
    void setAutomatic(bool automatic);
    Q_SIGNAL void automaticChanged();

    Q_INVOKABLE bool apply(int row);
    Q_INVOKABLE bool undo(int row);

    QHash<int, QByteArray> roleNames() const override;
};

} // namespace Axiom
