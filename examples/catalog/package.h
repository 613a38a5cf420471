// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AxiomState/Fields>

#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>
#include <QtQml/qqmlregistration.h>

// One record of the index. It is a value type in QML, for the details pane; list rows read the same
// fields as roles.
struct Package
{
    Q_GADGET
    QML_VALUE_TYPE(package)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString version MEMBER version)
    Q_PROPERTY(QString section MEMBER section)
    Q_PROPERTY(QString priority MEMBER priority)
    Q_PROPERTY(QString architecture MEMBER architecture)
    Q_PROPERTY(QString maintainer MEMBER maintainer)
    Q_PROPERTY(QString homepage MEMBER homepage)
    Q_PROPERTY(QString source MEMBER source)
    Q_PROPERTY(QString depends MEMBER depends)
    Q_PROPERTY(QString summary MEMBER summary)
    Q_PROPERTY(double installedSize MEMBER installedSize)
    Q_PROPERTY(double downloadSize MEMBER downloadSize)
    Q_PROPERTY(int rating MEMBER rating)
    Q_PROPERTY(int activity MEMBER activity)

public:
    int packageId = 0; // its position in the collection
    QString name;
    QString version;
    QString section;
    QString priority;
    QString architecture;
    QString maintainer;
    QString homepage;
    QString source;
    QString depends;
    QString summary;
    double installedSize = 0; // KiB
    double downloadSize = 0;  // bytes
    int rating = 0;           // 0 to 5, the user's
    int activity = 0;         // 0 to 100, what the live feed changes
    AXIOM_FIELDS(Package, packageId, name, version, section, priority, architecture, maintainer,
                 homepage, source, depends, summary, installedSize, downloadSize, rating, activity)
};
